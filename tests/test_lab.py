"""`make lab` works on copies, and nothing ever writes over a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from linreg_course.lab import copy_new, open_lab

pytestmark = pytest.mark.slow


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    for lang in ("en", "zh"):
        (tmp_path / "notebooks" / lang).mkdir(parents=True)
        (tmp_path / "notebooks" / lang / "01_data.ipynb").write_text("built")
    return tmp_path / "notebooks"


def test_each_built_notebook_is_copied_once(notebooks: Path, tmp_path: Path) -> None:
    copies = copy_new(notebooks, tmp_path / "work")
    assert sorted(str(copy.relative_to(tmp_path)) for copy in copies) == [
        "work/en/01_data.ipynb",
        "work/zh/01_data.ipynb",
    ]
    assert copy_new(notebooks, tmp_path / "work") == []


def test_an_edited_copy_stays_while_a_new_notebook_is_added(notebooks: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    copy_new(notebooks, work)
    (work / "en" / "01_data.ipynb").write_text("my own work")
    (notebooks / "en" / "01_data.ipynb").write_text("built again")
    (notebooks / "en" / "02_dataloader.ipynb").write_text("built")
    copies = copy_new(notebooks, work)
    assert copies == [work / "en" / "02_dataloader.ipynb"]
    assert (work / "en" / "01_data.ipynb").read_text() == "my own work"


def test_outside_the_course_the_command_says_where_to_run_it(linreg: Path, tmp_path: Path) -> None:
    done = subprocess.run([linreg, "lab"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert "run linreg in the course's folder" in done.stderr


def test_a_copy_in_one_language_opens_in_it_and_has_no_other(
    notebooks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(subprocess, "call", lambda command, env: commands.append(command) or 0)
    monkeypatch.setenv("LANGUAGE", "en")
    shutil.rmtree(notebooks / "en")
    with pytest.raises(SystemExit):
        open_lab(tmp_path, None)
    assert "--LabApp.default_url=/lab/tree/zh/00_start.ipynb" in commands[0]
    with pytest.raises(click.UsageError, match="has no notebooks in en: it has zh"):
        open_lab(tmp_path, "en")


def test_an_edit_survives_make_lab_and_the_tests(
    course: Path, tmp_path: Path, jupyter_variables: dict[str, str]
) -> None:
    subprocess.run(["make", "setup"], cwd=course, check=True)  # a stale one would be mended from the copy
    ignored = shutil.ignore_patterns("work", ".git", ".venv*", "__pycache__", ".*_cache")
    copy = shutil.copytree(course, tmp_path / "course", ignore=ignored)
    (copy / ".venv").symlink_to(course / ".venv")
    serve_lab(copy, jupyter_variables)
    edited = copy / "work" / "en" / "01_data.ipynb"
    edited.write_text(edited.read_text() + " ")
    serve_lab(copy, jupyter_variables)
    tests = subprocess.run(
        [".venv/bin/pytest", "-q", "tests/authoring/test_build.py"], cwd=copy, capture_output=True, text=True
    )
    assert edited.read_text() == (copy / "notebooks" / "en" / "01_data.ipynb").read_text() + " "
    assert tests.returncode == 0, tests.stdout


def serve_lab(course: Path, variables: dict[str, str]) -> None:
    """Run `make lab` until JupyterLab answers, then end it as Ctrl-C does."""
    process = subprocess.Popen(
        ["make", "lab"], cwd=course, env=variables, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    try:
        assert any("/00_start.ipynb?token=" in line for line in process.stderr)
    finally:
        os.killpg(process.pid, 15)
        process.communicate()
