"""`linreg grade` on a damaged class: nobody is lost, nothing stops, and what can be repaired keeps its score."""

from __future__ import annotations

import csv
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest
from damaged_class import ASSIGNMENTS, LANGUAGES, Damaged, draw_class, hand_in, undamaged
from damages import LESS, SAME, dumped
from example_course import BIN, copy_course, run

SIZE, LONG_SIZE, STOCK = 150, 1000, 20
Rows = dict[str, dict[str, str]]


class Graded(NamedTuple):
    """A graded class: the course's folder, who handed in what, and the rows of the report by student."""

    folder: Path
    members: list[Damaged]
    rows: Rows
    done: subprocess.CompletedProcess[str]


def graded_class(folder: Path, repository: Path, size: int, seed: int) -> Graded:
    """Release the assignments, hand in a damaged class and the undamaged submissions, and grade them."""
    copy_course(folder, *ASSIGNMENTS)
    done = run(folder, "linreg", "release")
    assert done.returncode == 0, done.stdout + done.stderr
    course = folder / "course"
    for name in ASSIGNMENTS:
        for lang in LANGUAGES:
            path = course / "submitted" / f"whole-{name}-{lang}" / name / f"{name}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_bytes(dumped(undamaged(repository / "notebooks", name, lang).notebook))
    members = list(draw_class(repository / "notebooks", size, seed))
    for one in members:
        hand_in(course, one)
    done = subprocess.run([BIN / "linreg", "grade"], cwd=folder, capture_output=True, text=True)
    with (course / "grading-report.csv").open(newline="", encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    return Graded(folder, members, rows, done)


def complaint(one: Damaged, rows: Rows) -> str:
    """Return what is wrong with the row of a damaged submission, or ""."""
    row, whole = rows[one.student], rows[f"whole-{one.handed.assignment}-{one.handed.lang}"]
    if bool(row["score"]) is bool(row["reason"]):
        return "a score and a reason, or neither"
    if one.damage.expected not in (SAME, LESS):
        return "" if re.search(one.damage.expected, row["reason"]) else f"another reason: {row}"
    if one.damage.expected == SAME:
        return "" if row["score"] == whole["score"] else f"another score: {row}"
    return "" if not row["score"] or float(row["score"]) <= float(whole["score"]) else f"a higher score: {row}"


def complaints(graded: Graded) -> dict[str, str]:
    assert set(graded.rows) >= {one.student for one in graded.members}
    return {one.student: said for one in graded.members if (said := complaint(one, graded.rows))}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, course: Path) -> Graded:
    return graded_class(tmp_path_factory.mktemp("damaged"), course, SIZE, seed=0)


def test_each_has_its_score_or_a_reason_that_names_the_damage(graded: Graded) -> None:
    assert graded.done.returncode == 1, graded.done.stderr  # some have no score
    assert graded.done.stderr == ""
    most = {"huber": 12, "lr-vs-reduction": 8, "loss-and-init": 18}
    for name in ASSIGNMENTS:
        assert [float(graded.rows[f"whole-{name}-{lang}"]["score"]) for lang in LANGUAGES] == [most[name]] * 2
    assert complaints(graded) == {}


def test_what_was_handed_in_is_still_there_to_the_byte(graded: Graded) -> None:
    course = graded.folder / "course"
    for one in graded.members:
        folders = [course / place / one.student / one.handed.assignment for place in ("submitted", "set_aside")]
        (folder,) = [folder for folder in folders if folder.exists()]
        assert {name: (folder / name).read_bytes() for name in one.files} == one.files


def test_nbgrader_alone_gives_repaired_files_the_same_scores(graded: Graded) -> None:
    course = graded.folder / "course"
    repaired = sorted(path.parent.name for path in course.glob("repaired/*/huber"))[:STOCK]
    assert len(repaired) == STOCK
    before = {student: graded.rows[student]["score"] for student in repaired}
    alone = graded.folder / "course" / "alone"
    for student in repaired:
        (alone / student).mkdir(parents=True)
        (course / "repaired" / student / "huber").rename(alone / student / "huber")
    done = run(
        graded.folder, "nbgrader", "autograde", "huber", "--force", "--CourseDirectory.submitted_directory=alone"
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(list(alone.glob("*/huber"))) == STOCK
    run(graded.folder, "nbgrader", "export")
    with (course / "grades.csv").open(newline="") as file:
        after = {row["student_id"]: row["score"] for row in csv.DictReader(file) if row["assignment"] == "huber"}
    assert {student: float(after[student]) for student in repaired} == {
        student: float(score) for student, score in before.items()
    }
    for student in repaired:
        nbformat.read(alone / student / "huber" / "huber.ipynb", as_version=4)


@pytest.mark.long
def test_a_class_of_a_thousand_too(tmp_path: Path, course: Path) -> None:
    assert complaints(graded_class(tmp_path, course, LONG_SIZE, seed=1)) == {}
