"""What several tests share: where the course is, the notebooks executed once, the sample class graded once.

`make test` uses two processes. Tests that share something expensive bear one mark `xdist_group`, so that
one process makes it; they begin first, and the many small tests fill what is left of the time.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from example_course import copy_course, run

from linreg_course.language import use_language

COURSE = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    # Paths in messages and commands are relative to the course.
    os.chdir(COURSE)
    # What a shell starts in the background ignores Ctrl-C, and so would the commands that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    use_language("en")


@pytest.fixture(scope="session")
def course() -> Path:
    return COURSE


@pytest.fixture(scope="session")
def linreg() -> Path:
    """The command `linreg` of the environment that runs the tests."""
    return Path(sys.executable).with_name("linreg")


@pytest.fixture(scope="session")
def executed(linreg: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an executed copy of every notebook, in `en/` and `zh/`."""
    folder = tmp_path_factory.mktemp("executed")
    done = subprocess.run([linreg, "run", "--save", folder], capture_output=True, text=True, cwd=COURSE)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


class SampleClass(NamedTuple):
    """The folder of a course whose sample class was graded, and what `linreg grade` printed."""

    folder: Path
    printed: str


@pytest.fixture(scope="session")
def sample_class(tmp_path_factory: pytest.TempPathFactory) -> SampleClass:
    """The sample class as `make grade` grades it."""
    folder = copy_course(tmp_path_factory.mktemp("sample"), "huber")
    commands = ["linreg", "release", "huber"], ["python", "tools/sample_class.py"], ["linreg", "grade", "huber"]
    for command in commands:
        done = run(folder, *command)
        assert done.returncode == 0, done.stdout + done.stderr
    return SampleClass(folder, done.stdout)
