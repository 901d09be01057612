"""`linreg grade` on a class with broken files: each student has a score or a reason, and no original is lost."""

from __future__ import annotations

import csv
import re
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from example_course import copy_course, run, solved, submit

NAME, SOLUTION = "lr-vs-reduction", "convert-lr"
CORRUPT = b'{"cells": [{"cell_type": "code", "sour'


def doubled(notebook: Any) -> Any:
    check = next(cell for cell in notebook.cells if cell.id == f"{SOLUTION}-check")
    notebook.cells.append(nbformat.from_dict({**check, "id": "copy"}))
    return notebook


def with_cell(notebook: Any, text: str) -> Any:
    notebook.cells.insert(2, nbformat.v4.new_code_cell(text, id="own"))
    return notebook


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a class of six."""
    folder = copy_course(tmp_path_factory.mktemp("class"), NAME)
    done = run(folder, "linreg", "release")
    assert done.returncode == 0, done.stdout + done.stderr
    course = folder / "course"
    en = course / "release" / NAME / f"{NAME}.ipynb"
    zh = course / "release" / NAME / "zh" / f"{NAME}.ipynb"
    submit(course, "right", NAME, solved(en, "en", SOLUTION))
    submit(course, "doubled", NAME, doubled(solved(en, "en", SOLUTION)))
    submit(course, "dies", NAME, with_cell(solved(en, "en", SOLUTION), "import os; os._exit(3)"))
    submit(course, "chinese", NAME, solved(en, "en"))
    nbformat.write(solved(zh, "zh", SOLUTION), _beside(course, "chinese", "zh"))
    submit(course, "empty", NAME, solved(en, "en"))
    submit(course, "corrupt", NAME, solved(en, "en"))
    (course / "submitted" / "corrupt" / NAME / f"{NAME}.ipynb").write_bytes(CORRUPT)
    return folder


def _beside(course: Path, student: str, lang: str) -> Path:
    path = course / "submitted" / student / NAME / lang / f"{NAME}.ipynb"
    path.parent.mkdir()
    return path


@pytest.fixture(scope="module")
def graded(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, "linreg", "grade", NAME)


def scores(folder: Path) -> dict[str, float]:
    run(folder, "nbgrader", "export")
    with (folder / "course" / "grades.csv").open(newline="") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def test_each_student_has_a_score_or_a_reason(folder: Path, graded: subprocess.CompletedProcess[str]) -> None:
    assert graded.returncode == 0, graded.stdout + graded.stderr
    assert "6 students, without a score: 3" in graded.stdout
    words = re.sub(r"[\s│]+", " ", graded.stdout)
    assert "not a readable" in words
    assert "there 2 times" in words
    assert "kernel died" in words
    assert "the Chinese notebook was taken" in words
    given = scores(folder)
    assert {name: given[name] for name in ("right", "chinese", "empty")} == {"right": 8, "chinese": 8, "empty": 0}


def test_what_was_set_aside_is_there_as_it_was_with_its_reason(
    folder: Path, graded: subprocess.CompletedProcess[str]
) -> None:
    aside = folder / "course" / "set_aside" / "corrupt" / NAME
    assert (aside / f"{NAME}.ipynb").read_bytes() == CORRUPT
    assert "not a readable notebook" in (aside / "reason.txt").read_text()


def test_grading_again_gives_the_same_scores_and_keeps_the_reasons(
    folder: Path, graded: subprocess.CompletedProcess[str]
) -> None:
    before = scores(folder)
    again = run(folder, "linreg", "grade")
    assert "6 students, without a score: 3" in again.stdout
    assert scores(folder) == before


def test_without_submissions_it_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, "linreg", "grade")
    assert done.returncode == 2
    assert "nbgrader_config.py" in done.stderr
    course = copy_course(tmp_path / "empty", NAME)
    assert "nothing was handed in" in run(course, "linreg", "grade").stderr
