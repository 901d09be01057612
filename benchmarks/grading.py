"""Print what grading a class costs, as ratios within one run against stock nbgrader and the students' own cells.

make bench
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import nbformat
from cold_execute import take_stock
from example_course import copy_class, run
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from linreg_course.warm.manager import WarmKernelManager
from linreg_course.warm.processes import clean_environment

NAME = "huber"
CLASS_OF, MANY = 24, 300
PROCESSES = 4

_PR_SET_CHILD_SUBREAPER = 36


class Cost(NamedTuple):
    """What a command took: seconds by the clock, and of processors by itself and all that it has started."""

    wall: float
    cpu: float


def cost(folder: Path, *command: str) -> Cost:
    """Run a command and wait for all its processes, also those that outlive it: this process inherits them."""
    start, before = time.perf_counter(), cpu_of_children()
    done = run(folder, *command)
    wall = time.perf_counter() - start
    assert done.returncode == 0, done.stdout + done.stderr
    while _has_children():
        os.wait()
    return Cost(wall, cpu_of_children() - before)


def cpu_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _has_children() -> bool:
    return bool(Path(f"/proc/self/task/{os.getpid()}/children").read_text().strip())


def make_course(folder: Path) -> list[Path]:
    """Release the assignment in a copy of the course; return the sample class's submissions that end by themselves."""
    copy_class(folder)
    kept = folder / "answers"
    (folder / "course" / "submitted").rename(kept)
    return [path for path in sorted(kept.iterdir()) if not re.search("dies|never|corrupt", path.name)]


def hand_in(folder: Path, answers: list[Path], size: int) -> None:
    """Hand in for a class of this size, the answers in turn; nobody has been graded."""
    for part in ("submitted", "autograded", "graded"):
        shutil.rmtree(folder / "course" / part, ignore_errors=True)
    for number in range(size):
        shutil.copytree(answers[number % len(answers)], folder / "course" / "submitted" / f"s{number:03}")


def graded(folder: Path, answers: list[Path], size: int) -> Cost:
    hand_in(folder, answers, size)
    return cost(folder, "linreg", "grade", NAME)


def stock(folder: Path, answers: list[Path], size: int) -> Cost:
    hand_in(folder, answers, size)
    ours = (folder / "nbgrader_config.py").read_bytes()
    take_stock(folder)
    done = cost(folder, "nbgrader", "autograde", NAME)
    (folder / "nbgrader_config.py").write_bytes(ours)
    return done


def own_cells(answers: list[Path]) -> float:
    """Return the mean processor time of the cells of a notebook in a warm process."""
    seconds = []
    for path in answers:
        notebook = nbformat.read(path / NAME / f"{NAME}.ipynb", as_version=4)
        before = new_code_cell("import time; start = time.process_time()")
        notebook.cells = [before, *notebook.cells, new_code_cell("time.process_time() - start")]
        NotebookClient(notebook, kernel_manager_class=WarmKernelManager, allow_errors=True).execute(
            env=clean_environment()
        )
        seconds.append(float(notebook.cells[-1].outputs[0].data["text/plain"]))
    return statistics.mean(seconds)


def memory(answers: list[Path]) -> float:
    """Return how many bytes each further process takes when it has run its notebook (proportional set size)."""
    kernels: list[NotebookClient] = []
    totals = []
    for path in answers[:PROCESSES]:
        kernels.append(at_work(path))
        pids = [kernel.km.process.pid for kernel in kernels]
        totals.append(sum(map(pss, [parent_of(pids[0]), *pids])))
    for kernel in kernels:
        kernel._cleanup_kernel()
    return (totals[-1] - totals[0]) / (PROCESSES - 1)


def at_work(path: Path) -> NotebookClient:
    """Run a submission's notebook in a warm kernel; return its client, and leave the kernel as it is then."""
    manager = WarmKernelManager()
    client = NotebookClient(nbformat.read(path / NAME / f"{NAME}.ipynb", as_version=4), km=manager, allow_errors=True)
    client.execute(env=clean_environment(), cleanup_kc=False)
    return client


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def pss(pid: int) -> float:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return 1024 * int(re.findall(r"^Pss: +(\d+) kB", text, re.MULTILINE)[0])


def main() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        answers = make_course(folder)
        turns = [(stock(folder, answers, CLASS_OF), graded(folder, answers, CLASS_OF)) for _ in range(2)]
        twice, many = graded(folder, answers, 2 * CLASS_OF), graded(folder, answers, MANY)
        known = cost(folder, "linreg", "grade", NAME)
        taken = sum(path.stat().st_size for path in folder.glob("course/autograded/**/*") if path.is_file())
        own = own_cells(answers)
        further = memory(answers)
    ours = Cost(*(statistics.median(figures) for figures in zip(*(turn[1] for turn in turns), strict=True)))
    theirs = Cost(*(statistics.median(figures) for figures in zip(*(turn[0] for turn in turns), strict=True)))
    each = (twice.cpu - ours.cpu) / CLASS_OF
    say("nbgrader autograde, stock", f"{theirs.wall:.1f} s, {theirs.cpu:.1f} s of processors")
    say(f"linreg grade, {CLASS_OF} of {NAME}", f"{ours.wall:.1f} s, {ours.cpu:.1f} s of processors")
    say("  wall time of stock ÷ this", f"{statistics.median(a.wall / b.wall for a, b in turns):.1f}", "at least 8")
    say("  a further submission", f"{each:.2f} s of processors")
    say("  its own cells in a warm process", f"{own:.2f} s of processors")
    say("  the one ÷ the other", f"{each / own:.2f}", "at most 2.0")
    say("memory of a further process", f"{further / 2**20:.0f} MB", "at most 60")
    ratio = many.wall / MANY / (ours.wall / CLASS_OF)
    say(f"nothing new among {MANY}", f"{known.wall:.1f} s")
    say("a graded submission on disk", f"{taken / MANY / 1024:.0f} KB")
    say(f"{MANY} submissions", f"{many.wall:.1f} s, {many.wall / MANY:.2f} s each, ratio {ratio:.2f}", "at most 1.1")


def say(what: str, figure: str, limit: str = "") -> None:
    print(f"{what:36}{figure:32}{limit}", flush=True)


if __name__ == "__main__":
    main()
