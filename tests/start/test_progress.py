"""What was run and checked: kept beside the notebooks of a learner and nowhere else, shared, and never in the way."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from linreg_course import check
from linreg_course.start import progress
from linreg_course.start.progress import START, Progress, checked, follow, is_kept, is_of_course, place, read


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's folder `work`, with the kernel's working directory in its English notebooks."""
    for lang in ("en", "zh"):
        (tmp_path / lang).mkdir()
        (tmp_path / lang / START).touch()
    monkeypatch.chdir(tmp_path / "en")
    monkeypatch.setattr(progress, "is_live", lambda: True)
    monkeypatch.setattr(progress, "_lesson", None)
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Run a cell, as the shell tells its hooks about it."""
    hooks: dict[str, Callable[[Any], None]] = {}
    shell = SimpleNamespace(events=SimpleNamespace(register=hooks.__setitem__))
    monkeypatch.setattr(progress, "shell", lambda: shell)

    def run(cell: str | None, success: bool = True) -> None:
        hooks["post_run_cell"](SimpleNamespace(success=success, info=SimpleNamespace(cell_id=cell)))

    return run


def test_a_cell_that_ended_without_an_error_is_kept_once(work: Path, run: Callable[..., None]) -> None:
    follow("01_data")
    for _ in range(2):
        run("setup")
        run("first-batch", success=False)
        run("8f6b0c9e-2a4d-4c1b-9e57-0d2f6f1f2a3b")
        run(None)
    assert read(work / progress.FILE) == Progress({"01_data": {"setup"}}, {})
    assert len((work / progress.FILE).read_text().splitlines()) == 1


def test_both_languages_share_the_file(work: Path, run: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    follow("01_data")
    run("setup")
    monkeypatch.chdir(work / "zh")
    run("data")
    assert read(work / progress.FILE).cells == {"01_data": {"setup", "data"}}


def test_in_a_folder_of_another_name_the_file_lies_beside_the_notebooks(work: Path, monkeypatch: Any) -> None:
    (work / "zh").rename(work / "notes")
    monkeypatch.chdir(work / "notes")
    checked("huber_loss", 8)
    assert (work / "notes" / progress.FILE).exists()


def test_of_a_check_the_last_score_counts_and_none_is_written_twice(work: Path) -> None:
    for score in (0, 3, 3, 8.0, 8, 1):
        checked("huber_loss", score)
    assert read(work / progress.FILE).scores == {"huber_loss": 1}
    assert len((work / progress.FILE).read_text().splitlines()) == 3


def test_a_check_in_a_notebook_is_kept(work: Path) -> None:
    check.huber_scale(lambda delta: delta)
    assert read(work / progress.FILE).scores == {"huber_scale": 4}


def test_after_the_file_was_deleted_the_same_cell_is_written_again(work: Path, run: Callable[..., None]) -> None:
    follow("01_data")
    run("setup")
    (work / progress.FILE).unlink()
    assert read(work / progress.FILE) == Progress()
    run("setup")
    assert read(work / progress.FILE).cells == {"01_data": {"setup"}}


def test_nothing_is_written_headless_or_outside_of_the_course(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (work / "en" / START).unlink()
    checked("huber_loss", 8)
    monkeypatch.chdir(work / "zh")
    monkeypatch.setattr(progress, "is_live", lambda: False)
    checked("huber_loss", 8)
    assert place() is None
    assert not list(work.rglob(progress.FILE))


def test_broken_lines_are_left_out(work: Path) -> None:
    good = {"exercise": "huber_loss", "score": 3}
    odd = [[], 3, {"lesson": 1, "cell": "x"}, {"exercise": "huber_scale", "score": "8"}]
    lines = [b"\xff\xfe", b'{"lesson": "01_', b"[" * 100_000, *(json.dumps(one).encode() for one in (*odd, good))]
    (work / progress.FILE).write_bytes(b"\n".join(lines))
    assert read(work / progress.FILE) == Progress({}, {"huber_loss": 3})


def test_what_cannot_be_read_or_written_is_no_error(work: Path) -> None:
    (work / progress.FILE).mkdir()
    checked("huber_loss", 8)
    assert read(work / progress.FILE) == Progress()
    assert not is_kept(work / progress.FILE)


def test_two_kernels_that_write_at_once_lose_nothing(work: Path) -> None:
    code = """
import sys
from linreg_course.start import progress
progress.is_live = lambda: True
for number in range(300):
    progress.checked(f"{sys.argv[1]}_{number}", 8)
"""
    kernels = [subprocess.Popen([sys.executable, "-c", code, name]) for name in ("one", "two")]
    assert [kernel.wait() for kernel in kernels] == [0, 0]
    expected = {f"{name}_{number}": 8 for name in ("one", "two") for number in range(300)}
    assert read(work / progress.FILE).scores == expected


@pytest.mark.parametrize(
    "cell", ["5c3b9f1e", "8f6b0c9e-2a4d-4c1b-9e57-0d2f6f1f2a3b", "vscode-notebook-cell:/x#W0", "", None]
)
def test_a_learners_own_cell_is_not_of_the_course(cell: str | None) -> None:
    assert not is_of_course(cell)
