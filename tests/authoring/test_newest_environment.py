"""Every notebook runs in the newest environment too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.version_info >= (3, 12), reason="on this Python the default environment is the newest one"),
]


def run_newest(course: Path, *notebooks: Path) -> None:
    newest = course / ".venv-newest" / "bin" / "linreg"
    assert newest.exists(), "run `make setup-newest`"
    done = subprocess.run([newest, "run", *notebooks], cwd=course, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_notebook_runs_in_the_newest_environment_the_languages_in_turn(course: Path) -> None:
    twins = zip(*(sorted((course / "notebooks" / lang).glob("*.ipynb")) for lang in ("en", "zh")), strict=True)
    notebooks = [pair[number % 2] for number, pair in enumerate(twins)]
    assert len(notebooks) >= 14
    run_newest(course, *notebooks)


@pytest.mark.long
def test_every_notebook_runs_in_the_newest_environment_in_both_languages(course: Path) -> None:
    run_newest(course)
