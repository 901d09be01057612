"""The one patch of nbgrader's insides: it may go when nbgrader shares its engines itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from example_course import BIN
from nbgrader.api import Gradebook

from linreg_course.handin.nbgrader_course import one_engine

pytestmark = pytest.mark.slow


def test_gradebooks_share_an_engine_only_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join([str(BIN), os.environ["PATH"]]))  # a new gradebook calls alembic
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with one_engine(), Gradebook(url) as first, Gradebook(url) as second:
        assert first.engine is second.engine
    with Gradebook(url) as first, Gradebook(url) as second:
        assert first.engine is not second.engine, "nbgrader shares engines by now: one_engine can go"
