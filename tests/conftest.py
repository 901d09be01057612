"""What several tests share: where the course is, and the notebooks executed once in each environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from linreg_course.language import use_language

COURSE = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    # Paths in messages and commands are relative to the course.
    os.chdir(COURSE)


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
