"""The steps of a term with the class of 24, by the command line and, where a person grades, by nbgrader's gradebook."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from random import Random

from class_of_24 import BY_MOODLE, COMMENTS, DAMAGED, GIVEN_FOR_A_CHECK, HUBER, RATE, Row, rows
from damages import DAMAGES, Files, Handed, dumped
from example_course import BIN
from nbgrader.api import Gradebook

CELLS = {"huber_loss": "huber-loss-check", "huber_scale": "huber-scale-check", "convert_lr": "convert-lr-check"}


def command(folder: Path, *arguments: str | Path, status: int = 0) -> str:
    """Run a command of the environment with the folder's own copy of the package, and return what it printed."""
    variables = {**os.environ, "PYTHONPATH": str(folder)}
    program, *others = arguments
    done = subprocess.run([BIN / program, *others], cwd=folder, capture_output=True, text=True, env=variables)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def files_of(folder: Path, row: Row) -> Files:
    """Return the files that a student hands in, with the damage that they took on their way."""
    released = folder / "course" / "release" / row.assignment / ("zh" if row.lang == "zh" else "")
    notebook = json.loads((released / f"{row.assignment}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    untouched = json.loads(json.dumps(notebook))
    for cell in notebook["cells"]:
        cell["source"] = row.cells.get(cell["id"], cell["source"])
    damage = DAMAGED.get((row.student, row.assignment))
    if damage is None:
        return {f"{row.assignment}.ipynb": dumped(notebook)}
    rng = Random(f"{row.student} {damage}")
    return DAMAGES[damage].files(rng, Handed(row.assignment, row.lang, notebook, untouched))


def hand_in(folder: Path) -> dict[tuple[str, str], set[str]]:
    """Lay what the class hands in where nbgrader collects it, or collect it from a zip of Moodle's for each assignment.

    Returns:
        By student and assignment the digests of the files.
    """
    sent: dict[tuple[str, str], set[str]] = {}
    for number, row in enumerate(rows()):
        files = files_of(folder, row)
        sent[row.student, row.assignment] = set(map(digest, files.values()))
        if row.student in BY_MOODLE:
            with zipfile.ZipFile(folder / f"moodle-{row.assignment}.zip", "a") as archive:
                for name, content in files.items():
                    place = f"{row.student}_{1000 + number}_assignsubmission_file_/{name}"
                    archive.writestr(zipfile.ZipInfo(place, (2026, 3, 1, 12, 30, 0)), content)
            continue
        for name, content in files.items():
            path = folder / "course" / "submitted" / row.student / row.assignment / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for name in (HUBER, RATE):
        command(folder, "linreg", "collect", f"moodle-{name}.zip")
    return sent


def grade_by_hand(course: Path) -> None:
    """Give what a person gives: points and comments for answers in words, and other points for one check."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for row in rows():
            given = {cell: float(points) for cell, points in row.words.items() if points not in "w-"}
            if row.assignment == RATE and row.student in GIVEN_FOR_A_CHECK:
                given[CELLS["convert_lr"]] = GIVEN_FOR_A_CHECK[row.student]
            for cell, points in given.items():
                grade = gradebook.find_grade(cell, row.assignment, row.assignment, row.student)
                grade.manual_score, grade.needs_manual_grade = points, False
        for (student, assignment, cell), comment in COMMENTS.items():
            gradebook.find_comment(cell, assignment, assignment, student).manual_comment = comment
        gradebook.db.commit()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def contents(folder: Path) -> dict[str, str]:
    """Return the digest of each file below a folder, by its path there."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(folder)): digest(path.read_bytes()) for path in files}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def export(folder: Path, kept: Path) -> None:
    """Write all tables of grades, and copy them and the gradebook to where later ones do not replace them."""
    command(folder, "linreg", "report", "--names")
    command(folder, "nbgrader", "export")
    shutil.copytree(folder / "course" / "report", kept)
    for name in ("grades.csv", "grading-report.csv", "gradebook.db"):
        shutil.copy(folder / "course" / name, kept)


def move_a_point(folder: Path) -> None:
    """Change the course's rules: a point of `convert` goes to `bad-reduction`."""
    path = folder / "linreg_course" / "exercises" / "convert_lr.py"
    text = path.read_text(encoding="utf-8")
    for old, new in (('"convert": 4', '"convert": 3'), ('"bad-reduction": 2', '"bad-reduction": 3')):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def scores_by_exercise(folder: Path) -> dict[tuple[str, str], dict[str, float]]:
    """Return by student and assignment what the folder's gradebook has for each exercise and answer in words."""
    exercises = {cell: name for name, cell in CELLS.items()}
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return {
            (one.student_id, name): {
                exercises.get(grade.name, grade.name): grade.score or 0.0
                for notebook in one.notebooks
                for grade in notebook.grades
            }
            for name in (HUBER, RATE)
            for one in gradebook.assignment_submissions(name)
        }


def comments(folder: Path) -> dict[tuple[str, str, str], str]:
    """Return the comments that a person wrote, by student, assignment and cell."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return {
            (one.student_id, name, comment.name): comment.manual_comment
            for name in (HUBER, RATE)
            for one in gradebook.assignment_submissions(name)
            for notebook in one.notebooks
            for comment in notebook.comments
            if comment.manual_comment
        }
