"""Print what a class costs on a cluster of two workers of this machine, against two threads, both warm.

make bench
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

from grading import CLASS_OF, NAME, hand_in, make_course, say
from local_cluster import Cluster

from linreg_course.grading.cluster import workers
from linreg_course.grading.grade import grade, students_of
from linreg_course.grading.pools import Pool, threads
from linreg_course.handin.nbgrader_course import nbgrader_api
from linreg_course.warm.processes import start_server

WORKERS, TURNS = 2, 5


class Seconds(NamedTuple):
    """From the first submission to the last, without a pool's beginning: by the clock, and of this process alone."""

    wall: float
    own: float


def graded(folder: Path, opened: Callable[[], AbstractContextManager[Pool]]) -> Seconds:
    """Grade the class and return what it took."""
    api, course = nbgrader_api(), folder / "course"
    api.config.WarmExecute.confined = True
    with opened() as pool:
        began, before = time.perf_counter(), time.process_time()
        for result in grade(api, NAME, students_of(course, NAME), True, pool):
            assert not result.reason, result
        return Seconds(time.perf_counter() - began, time.process_time() - before)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        hand_in(folder, make_course(folder), CLASS_OF)
        start_server()  # which ends after the folder
        os.chdir(folder)
        cluster = stack.enter_context(Cluster(folder))
        cluster.start(WORKERS)
        here, there = partial(threads, WORKERS), partial(workers, cluster.address, folder / "course")
        cold = graded(folder, here), graded(folder, there)
        turns = [(graded(folder, here), graded(folder, there)) for _ in range(TURNS)]
    say(f"{CLASS_OF} submissions the first time", f"threads {cold[0].wall:.1f} s, cluster {cold[1].wall:.1f} s")
    say(f"{WORKERS} threads, warm", f"{statistics.median(one.wall for one, _ in turns):.2f} s")
    say(f"{WORKERS} workers of a cluster, warm", f"{statistics.median(one.wall for _, one in turns):.2f} s")
    ratio = statistics.median(there.wall / here.wall for here, there in turns)
    say("  the one ÷ the other", f"{ratio:.2f}", "at most 1.15")
    own = statistics.median(one.own for _, one in turns) / CLASS_OF
    say("  a submission, beside the workers", f"{1000 * own:.0f} ms of this processor")


if __name__ == "__main__":
    main()
