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

from grading import CLASS_OF, NAME, hand_in, make_course, say
from local_cluster import Cluster

from linreg_course.grading.cluster import workers
from linreg_course.grading.grade import grade, students_of
from linreg_course.grading.pools import Pool, threads
from linreg_course.handin.nbgrader_course import nbgrader_api

WORKERS, TURNS = 2, 5


def seconds(folder: Path, opened: Callable[[], AbstractContextManager[Pool]]) -> float:
    """Grade the class and return how long it took from the first submission to the last, without a pool's beginning."""
    api, course = nbgrader_api(), folder / "course"
    api.config.WarmExecute.confined = True
    with opened() as pool:
        began = time.perf_counter()
        for result in grade(api, NAME, students_of(course, NAME), True, pool):
            assert not result.reason, result
        return time.perf_counter() - began


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as stack:
        folder = Path(temporary)
        hand_in(folder, make_course(folder), CLASS_OF)
        os.chdir(folder)
        cluster = Cluster(folder)
        stack.callback(cluster.end)
        cluster.start(WORKERS)
        here, there = partial(threads, WORKERS), partial(workers, cluster.address, folder / "course")
        warm_up = seconds(folder, here), seconds(folder, there)
        turns = [(seconds(folder, here), seconds(folder, there)) for _ in range(TURNS)]
        os.chdir("/")
    say(f"{CLASS_OF} submissions the first time", f"threads {warm_up[0]:.1f} s, cluster {warm_up[1]:.1f} s")
    say(f"{WORKERS} threads, warm", f"{statistics.median(turn[0] for turn in turns):.2f} s")
    say(f"{WORKERS} workers of a cluster, warm", f"{statistics.median(turn[1] for turn in turns):.2f} s")
    ratio = statistics.median(there / here for here, there in turns)
    say("  the one ÷ the other", f"{ratio:.2f}", "at most 1.15")


if __name__ == "__main__":
    main()
