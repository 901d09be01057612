"""Every notebook runs in the newest environment too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="on this Python the default environment is the newest one")
def test_every_notebook_runs_in_the_newest_environment(course: Path) -> None:
    newest = course / ".venv-newest" / "bin" / "linreg"
    assert newest.exists(), "run `make setup-newest`"
    done = subprocess.run([newest, "run"], cwd=course, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
