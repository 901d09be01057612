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
from typing import NamedTuple

from class_of_24 import BY_MOODLE, COMMENTS, DAMAGED, GIVEN_FOR_A_CHECK, HUBER, MOST, RATE, TOTALS, Row, rows
from damages import DAMAGES, Files, Handed, dumped
from example_course import BIN, copy_course
from nbgrader.api import Gradebook

BOTH = (HUBER, RATE)
# By student and assignment.
Table = dict[tuple[str, str], Row]
CELLS = {"huber_loss": "huber-loss-check", "huber_scale": "huber-scale-check", "convert_lr": "convert-lr-check"}


class Term(NamedTuple):
    """A course after a part of its term: its folder, a copy of its tables, what was printed, what was handed in."""

    folder: Path
    tables: Path
    printed: dict[str, str]
    sent: dict[tuple[str, str], set[str]]
    handed_in: dict[str, str]

    @property
    def course(self) -> Path:
        return self.folder / "course"


def command(folder: Path, *arguments: str | Path, status: int = 0) -> str:
    """Run a command of the environment with the folder's own copy of the package, and return what it printed."""
    variables = {**os.environ, "PYTHONPATH": str(folder)}
    program, *others = arguments
    done = subprocess.run([BIN / program, *others], cwd=folder, capture_output=True, text=True, env=variables)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def graded_term(folder: Path) -> Term:
    """Go through the term until the students have their pages and the teacher the tables."""
    copy_course(folder, *BOTH)
    command(folder, "linreg", "release", *BOTH)
    sent = hand_in(folder)
    handed_in = contents(folder / "course" / "submitted")
    printed = {"grade": command(folder, "linreg", "grade", status=1)}  # one has no score
    grade_by_hand(sqlite(folder / "course"))
    command(folder, "linreg", "feedback")
    export(folder, folder / "before")
    return Term(folder, folder / "before", printed, sent, handed_in)


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
    for name in BOTH:
        command(folder, "linreg", "collect", f"moodle-{name}.zip")
    return sent


def sqlite(folder: Path) -> str:
    """Return the URL of the gradebook that lies in the folder."""
    return f"sqlite:///{folder / 'gradebook.db'}"


def grade_by_hand(db_url: str) -> None:
    """Give what a person gives: points and comments for answers in words, and other points for one check."""
    with Gradebook(db_url) as gradebook:
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
    """Write all tables of grades, and copy them and a gradebook's file to where later ones do not replace them."""
    command(folder, "linreg", "report", "--names")
    command(folder, "nbgrader", "export")
    shutil.copytree(folder / "course" / "report", kept)
    for name in ("grades.csv", "grading-report.csv"):
        shutil.copy(folder / "course" / name, kept)
    if (folder / "course" / "gradebook.db").exists():
        shutil.copy(folder / "course" / "gradebook.db", kept)


def move_a_point(folder: Path) -> None:
    """Change the course's rules: a point of `convert` goes to `bad-reduction`."""
    path = folder / "linreg_course" / "exercises" / "convert_lr.py"
    text = path.read_text(encoding="utf-8")
    for old, new in (('"convert": 4', '"convert": 3'), ('"bad-reduction": 2', '"bad-reduction": 3')):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def scores_by_exercise(db_url: str) -> dict[tuple[str, str], dict[str, float]]:
    """Return by student and assignment what the gradebook has for each exercise and answer in words."""
    exercises = {cell: name for name, cell in CELLS.items()}
    with Gradebook(db_url) as gradebook:
        return {
            (one.student_id, name): {
                exercises.get(grade.name, grade.name): grade.score or 0.0
                for notebook in one.notebooks
                for grade in notebook.grades
            }
            for name in BOTH
            for one in gradebook.assignment_submissions(name)
        }


def comments(db_url: str) -> dict[tuple[str, str, str], str]:
    """Return the comments that a person wrote, by student, assignment and cell."""
    with Gradebook(db_url) as gradebook:
        return {
            (one.student_id, name, comment.name): comment.manual_comment
            for name in BOTH
            for one in gradebook.assignment_submissions(name)
            for notebook in one.notebooks
            for comment in notebook.comments
            if comment.manual_comment
        }


def check_tables(tables: Path, db_url: str, afterwards: bool) -> None:
    """Compare each table with the one by hand: by rule, by exercise, by assignment, and in all."""
    ours = {(row.student, row.assignment): row for row in rows(afterwards)}
    check_rules(tables, ours)
    check_students(tables, ours, afterwards)
    check_lms(tables, ours)
    check_nbgrader(tables, ours)
    check_gradebook(db_url, ours)


def check_rules(tables: Path, ours: Table) -> None:
    lines: dict[tuple[str, str], dict[tuple[str, str], str]] = {}
    for line in read(tables / "rules.csv"):
        of_one = lines.setdefault((line["student"], line["assignment"]), {})
        of_one[line["exercise"], line["rule"]] = line["points"]
    assert lines == {key: row.lines() for key, row in ours.items()}


def check_students(tables: Path, ours: Table, afterwards: bool) -> None:
    found = {row["student"]: row for row in read(tables / "students.csv")}
    given = {one: tuple(row[f"{name}_score"] for name in BOTH) for one, row in found.items()}
    assert given == {
        one: tuple(ours[one, name].score if (one, name) in ours else "" for name in BOTH) for one in TOTALS
    }
    last = ("total", "total_max_score", "waiting")
    assert {one: tuple(row[column] for column in last) for one, row in found.items()} == {
        one: (total[afterwards], "31", total[2]) for one, total in TOTALS.items()
    }


def check_lms(tables: Path, ours: Table) -> None:
    due = {one: [ours[one, name].to_import() if (one, name) in ours else "" for name in BOTH] for one in TOTALS}
    possible, *canvas = read(tables / "canvas.csv")
    assert {name: possible[name] for name in BOTH} == MOST
    assert {row["SIS Login ID"]: [row[name] for name in BOTH] for row in canvas} == due
    assert {row["username"]: [row[name] for name in BOTH] for row in read(tables / "moodle.csv")} == due


def check_nbgrader(tables: Path, ours: Table) -> None:
    found = {(row["student_id"], row["assignment"]): row for row in read(tables / "grades.csv")}
    # To nbgrader, who handed in nothing that can be read has 0.
    due = {(one, name): ours[one, name].score if (one, name) in ours else "" for one in TOTALS for name in BOTH}
    assert {key: float(row["score"]) for key, row in found.items()} == {key: float(due[key] or 0) for key in due}
    most = {(name, float(points)) for name, points in MOST.items()}
    assert {(row["assignment"], float(row["max_score"])) for row in found.values()} == most


def check_gradebook(db_url: str, ours: Table) -> None:
    """Compare what the gradebook has of each exercise, and what a person gave and wrote."""
    found = scores_by_exercise(db_url)
    assert found == {key: row.exercises() for key, row in ours.items() if row.rules is not None}
    assert comments(db_url) == COMMENTS
    assert {student: found[student, RATE]["convert_lr"] for student in GIVEN_FOR_A_CHECK} == GIVEN_FOR_A_CHECK
