"""`linreg grade` on a class with broken files: each student has a score or a reason, and no original is lost."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from example_course import BIN, copy_course, run, solved, submit

NAME, SOLUTION = "lr-vs-reduction", "convert-lr"
CORRUPT = b'{"cells": [{"cell_type": "code", "sour'


def doubled(notebook: Any) -> Any:
    check = next(cell for cell in notebook.cells if cell.id == f"{SOLUTION}-check")
    notebook.cells.append(nbformat.from_dict({**check, "id": "copy"}))
    return notebook


def with_cell(notebook: Any, text: str) -> Any:
    notebook.cells.insert(2, nbformat.v4.new_code_cell(text, id="own"))
    return notebook


def cell_of(notebook: Any, name: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == name)


def deleted(notebook: Any) -> None:
    notebook.cells.remove(cell_of(notebook, f"{SOLUTION}-check"))


def answer_deleted(notebook: Any) -> None:
    notebook.cells.remove(cell_of(notebook, SOLUTION))


def edited(notebook: Any) -> None:
    cell_of(notebook, f"{SOLUTION}-check").source = "8.0"


def moved(notebook: Any) -> None:
    check = cell_of(notebook, f"{SOLUTION}-check")
    notebook.cells.remove(check)
    notebook.cells.insert(3, check)


def of_another_edition(notebook: Any) -> None:
    cell_of(notebook, f"{SOLUTION}-check").metadata["nbgrader"]["points"] = 5


def renamed(notebook: Any) -> None:
    cell_of(notebook, f"{SOLUTION}-check").metadata["nbgrader"]["grade_id"] = "mine"


def unlocked(notebook: Any) -> None:
    check = cell_of(notebook, f"{SOLUTION}-check")
    check.metadata["nbgrader"] |= {"locked": False, "solution": True, "points": 100}
    check.source = "100.0"


# What each did to the check: the score that is left (None where there is none), and what grading says about it in
# the table and in full.
TINKERERS = {
    deleted: (8, "cell put back", "`check.convert_lr(convert_lr)` was missing: it is put back."),
    answer_deleted: (0, "answer missing", "The answer `def convert_lr(lr, batch_size, old, new):` is missing"),
    edited: (8, "check edited", "The check `8.0` was edited: the released one is run."),
    moved: (8, "cells moved", "Cells stood in another order"),
    of_another_edition: (8, "metadata", "metadata of `check.convert_lr(convert_lr)` were lost or changed"),
    renamed: (8, "metadata", "metadata of `check.convert_lr(convert_lr)` were lost or changed"),
    unlocked: (8, "check edited", "The check `100.0` was edited"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a class of six, and seven who tinkered with the check."""
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
    for tinker in TINKERERS:
        notebook = solved(en, "en", SOLUTION)
        tinker(notebook)
        submit(course, tinker.__name__, NAME, notebook)
    submit(course, "corrupt", NAME, solved(en, "en"))
    (course / "submitted" / "corrupt" / NAME / f"{NAME}.ipynb").write_bytes(CORRUPT)
    return folder


def _beside(course: Path, student: str, lang: str) -> Path:
    path = course / "submitted" / student / NAME / lang / f"{NAME}.ipynb"
    path.parent.mkdir()
    return path


@pytest.fixture(scope="module")
def graded(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "linreg", "grade", NAME],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def remarks(folder: Path) -> dict[str, str]:
    lines = (folder / "course" / "graded" / f"{NAME}-remarks.txt").read_text(encoding="utf-8").splitlines()
    return {student: said for student, _, said in (line.partition(": ") for line in lines)}


def scores(folder: Path) -> dict[str, float]:
    run(folder, "nbgrader", "export")
    with (folder / "course" / "grades.csv").open(newline="") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def test_each_student_has_a_score_or_a_reason(folder: Path, graded: subprocess.CompletedProcess[str]) -> None:
    assert graded.returncode == 1, graded.stdout + graded.stderr
    assert "13 students, without a score: 1" in graded.stdout
    words = remarks(folder)
    assert "not a readable" in words["corrupt"]
    assert "there more than once" in words["doubled"]
    assert "The kernel died in the cell `import os; os._exit(3)`" in words["dies"]
    assert "The Chinese notebook was taken" in words["chinese"]
    assert f"course/graded/{NAME}-remarks.txt" in graded.stdout
    given = scores(folder)
    assert {name: given[name] for name in ("right", "chinese", "empty", "dies")} == {
        "right": 8, "chinese": 8, "empty": 0, "dies": 8,
    }  # fmt: skip


@pytest.mark.parametrize("tinker", TINKERERS, ids=lambda tinker: tinker.__name__)
def test_who_tinkers_with_a_check_gains_nothing_and_is_told_what_was_done(
    folder: Path, graded: subprocess.CompletedProcess[str], tinker: Any
) -> None:
    score, short, words = TINKERERS[tinker]
    (row,) = [line for line in graded.stdout.split("\n") if line.startswith(f"{tinker.__name__} ")]
    assert f"  {'none' if score is None else score}  {short}" in row
    assert words in remarks(folder)[tinker.__name__]


def test_the_table_stands_in_the_order_of_the_cells_within_80_columns(
    graded: subprocess.CompletedProcess[str],
) -> None:
    legend, head, most, *rows = graded.stdout.split("\n")
    assert legend == f"{NAME}: 1 convert-lr, 2 l1, 3 l2"
    assert (head.split(), most.split()) == (["student", "1", "2", "3", "sum", "remark"], ["most", "8", "3", "3", "14"])
    assert max(map(len, [head, *rows])) <= 80
    assert "Warning" not in graded.stderr


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
    assert "13 students, without a score: 1" in again.stdout
    assert scores(folder) == before


def test_without_submissions_it_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, "linreg", "grade")
    assert done.returncode == 2
    assert "nbgrader_config.py" in done.stderr
    course = copy_course(tmp_path / "empty", NAME)
    assert "nothing was handed in" in run(course, "linreg", "grade").stderr
