"""Whatever of a grading is killed, and whenever: the same command goes on, and the scores are an undisturbed run's."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from example_course import BIN, Scores, copy_class, run, scores

pytestmark = [pytest.mark.long, pytest.mark.slow]

NAME = "huber"
STUDENTS = ("02-right-but-unusual", "04-sum", "06-no-half-delta", "08-one-if")
# Seconds within which the first grading is disturbed: it takes about ten.
MOMENTS = (3.0, 9.0)


def children_of(pid: int) -> list[int]:
    return list(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def server_of(runner: int) -> int:
    """Return the fork server: what the runner has started and is not multiprocessing's tracker of resources."""
    servers = [pid for pid in children_of(runner) if b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return servers[0]


VICTIMS: dict[str, Callable[[int], int]] = {
    "runner": lambda runner: runner,
    "fork server": server_of,
    "kernel": lambda runner: children_of(server_of(runner))[0],
}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which four have handed in and nobody is graded."""
    folder = copy_class(tmp_path_factory.mktemp("class"))
    for path in (folder / "course" / "submitted").iterdir():
        if path.name not in STUDENTS:
            shutil.rmtree(path)
    return folder


@pytest.fixture(scope="module")
def undisturbed(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Scores:
    folder = tmp_path_factory.mktemp("undisturbed") / "class"
    shutil.copytree(pristine, folder)
    done = run(folder, "linreg", "grade", NAME)
    assert done.returncode == 0, done.stdout + done.stderr
    return scores(folder / "course", NAME)


def graded(folder: Path) -> dict[str, int]:
    """Return who has a stamp, with the time of the autograded notebook."""
    stamped = [path.parent.name for path in (folder / "course" / "graded").glob("*/*.json")]
    path = folder / "course" / "autograded"
    return {student: (path / student / NAME / f"{NAME}.ipynb").stat().st_mtime_ns for student in stamped}


@pytest.mark.parametrize("number", range(40))
@pytest.mark.timeout(600)
def test_a_killed_grading_goes_on(pristine: Path, undisturbed: Scores, tmp_path: Path, number: int) -> None:
    rng = random.Random(number)
    victim = list(VICTIMS)[number % len(VICTIMS)]
    folder = tmp_path / "class"
    shutil.copytree(pristine, folder)
    runner = subprocess.Popen(
        [BIN / "linreg", "grade", NAME, "--jobs", "2"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with suppress(subprocess.TimeoutExpired):
        runner.communicate(timeout=rng.uniform(*MOMENTS))
    with suppress(OSError, IndexError):  # it has ended, or there is no such process yet
        os.kill(VICTIMS[victim](runner.pid), signal.SIGKILL)
    out, err = runner.communicate()
    before = graded(folder)
    again = run(folder, "linreg", "grade", NAME)
    assert again.returncode == 0, again.stdout + again.stderr
    assert scores(folder / "course", NAME) == undisturbed, (victim, out, err)
    assert {student: graded(folder)[student] for student in before} == before
