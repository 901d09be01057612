"""A term of a class of 24: from the release to the tables of grades, before and after a rule has changed.

Every score is compared with a table that was written by hand from the rules' sentences (`class_of_24`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from class_of_24 import COMMENTS, DAMAGED, GIVEN_FOR_A_CHECK, HUBER, MOVES, RATE, REFUSED, TOTALS, rows
from example_course import BIN
from term_of_24 import Term, check_gradebook, check_tables, command, contents, export, move_a_point, read, sqlite

pytestmark = pytest.mark.slow

REASON = "both sides of a merge conflict, in 1 place,"


@pytest.fixture(scope="module")
def graded(term: Term) -> Term:
    """The term until the students have their pages and the teacher the tables."""
    return term


@pytest.fixture(scope="module")
def regraded(graded: Term) -> Term:
    """The term after a rule has changed; beside its folder one in which the change is not yet written."""
    folder = graded.folder
    move_a_point(folder)
    before = contents(graded.course)
    printed = {"preview": command(folder, "linreg", "regrade", "--jobs", "1")}
    assert contents(graded.course) == before
    shutil.copytree(folder, folder.with_name("interrupted"), symlinks=True)
    printed["apply"] = command(folder, "linreg", "regrade", "--jobs", "2", "--apply")
    kept = contents(graded.course / "autograded")
    command(folder, "linreg", "grade", status=1)
    assert contents(graded.course / "autograded") == kept
    command(folder, "linreg", "feedback", RATE)
    export(folder, folder / "after")
    return graded._replace(tables=folder / "after", printed=printed)


def test_the_table_by_hand_sums_up() -> None:
    for afterwards in (False, True):
        table = rows(afterwards)
        assert {row.student for row in table} == set(TOTALS)
        for student, total in TOTALS.items():
            of_one = [row for row in table if row.student == student]
            assert sum(float(row.score or 0) for row in of_one) == float(total[afterwards])
            assert all(sum(row.exercises().values()) == float(row.score or 0) for row in of_one)
    assert len(TOTALS) == 24


def test_every_table_has_the_points_by_hand(graded: Term) -> None:
    check_tables(graded.tables, sqlite(graded.tables), afterwards=False)


def test_who_is_refused_is_named_and_reads_why(graded: Term) -> None:
    (line,) = [line for line in graded.printed["grade"].splitlines() if "merge conflict" in line]
    assert line.split()[:2] == [REFUSED, "none"]
    assert REASON in (graded.course / "feedback" / REFUSED / HUBER / f"{HUBER}.html").read_text(encoding="utf-8")
    page = (graded.tables / "report.html").read_text(encoding="utf-8")
    assert REFUSED in page
    assert REASON in page
    (row,) = [row for row in read(graded.tables / "rules.csv") if row["state"] == "no score"]
    assert (row["student"], row["assignment"]) == (REFUSED, HUBER)
    assert REASON in row["reason"]


def test_each_repaired_damage_is_told(graded: Term) -> None:
    told = {(row["student"], row["assignment"]): row["repaired"] for row in read(graded.tables / "grading-report.csv")}
    assert {key for key, repaired in told.items() if repaired} >= DAMAGED.keys() - {(REFUSED, HUBER)}


def test_everybody_has_a_page(graded: Term) -> None:
    pages = {
        path.relative_to(graded.course / "feedback").parts[:2] for path in graded.course.glob("feedback/*/*/*.html")
    }
    assert pages == {(row.student, row.assignment) for row in rows()}
    for (student, assignment, _), comment in COMMENTS.items():
        page = graded.course / "feedback" / student / assignment / f"{assignment}.html"
        assert comment in page.read_text(encoding="utf-8")


def test_the_preview_says_who_moves_whatever_the_number_of_kernels(regraded: Term) -> None:
    *table, count, nothing = regraded.printed["preview"].splitlines()
    assert regraded.printed["apply"].splitlines()[:-2] == [*table, count]
    for student, (before, after) in MOVES.items():
        (line,) = [line for line in table if line.startswith(student)]
        assert line.removeprefix(student).split()[:3] == ["convert_lr", str(before), str(after)]
        assert ("a person gave 6" in line) == (student in GIVEN_FOR_A_CHECK)
    assert len(table) == 1 + len(MOVES)
    assert (count, nothing) == (
        "16 verdicts judged again: 3 fall, 5 rise, 8 stay",
        "nothing was written; --apply writes it",
    )


def test_afterwards_every_table_has_the_other_points_by_hand(regraded: Term) -> None:
    check_tables(regraded.tables, sqlite(regraded.tables), afterwards=True)
    assert moves_in(regraded.course) == MOVES
    page = (regraded.course / "feedback" / "tom" / RATE / f"{RATE}.html").read_text(encoding="utf-8")
    assert "4 of 8 points" in page


def moves_in(course: Path) -> dict[str, tuple[int, int]]:
    return {row["student"]: (int(row["before"]), int(row["after"])) for row in read(course / "regraded.csv")}


@pytest.mark.parametrize("student", ["Bo O'Hara", "cai"])
def test_a_grade_explains_itself(regraded: Term, student: str) -> None:
    lines = command(regraded.folder, "linreg", "explain", student, "convert_lr").splitlines()
    assert lines[0] == f"{student}, {RATE}, convert_lr: {MOVES[student][1]} of 8 points"
    (row,) = [row for row in rows(afterwards=True) if (row.student, row.assignment) == (student, RATE)]
    for rule, most in {"convert": 3, "same-reduction": 1, "bad-reduction": 3, "bad-batch-size": 1}.items():
        holds = "holds" if row.lines()["convert_lr", rule] != "0" else "does not hold"
        assert f"  {rule} ({most}): {holds}" in lines
    assert lines[-1] == "judged again: the same comes out"


def test_whoever_is_interrupted_applies_again(regraded: Term) -> None:
    folder = regraded.folder.with_name("interrupted")
    graded = {path: path.stat().st_mtime_ns for path in folder.glob(f"course/autograded/*/{RATE}/{RATE}.ipynb")}
    variables = {**os.environ, "PYTHONPATH": str(folder)}
    run = [BIN / "linreg", "regrade", "--apply"]
    with subprocess.Popen(run, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as one:
        while one.poll() is None and sum(path.stat().st_mtime_ns != then for path, then in graded.items()) < 3:
            time.sleep(0.005)
        one.kill()
    written = sum(path.stat().st_mtime_ns != then for path, then in graded.items())
    assert 3 <= written < len(graded)
    assert f"written for {len(graded) - written} submissions" in command(folder, "linreg", "regrade", "--apply")
    assert moves_in(folder / "course") == MOVES
    check_gradebook(sqlite(folder / "course"), {(row.student, row.assignment): row for row in rows(afterwards=True)})
    assert contents(folder / "course" / "autograded") == contents(regraded.course / "autograded")


def test_in_the_end_nothing_has_anything_to_do(regraded: Term) -> None:
    course = regraded.course
    known = {(row["student"], row["assignment"]): row["score"] for row in read(regraded.tables / "grading-report.csv")}
    assert known == {(row.student, row.assignment): row.score for row in rows(afterwards=True)}
    before = contents(course)
    again = command(regraded.folder, "linreg", "regrade", "--apply")
    assert again == "nothing to judge again: all grades were given by today's rules\n"
    assert contents(course) == before


def test_what_was_handed_in_is_there_to_the_byte(regraded: Term) -> None:
    aside, there = contents(regraded.course / "set_aside"), contents(regraded.course / "submitted")
    assert any(path.startswith(f"{REFUSED}/{HUBER}/") for path in aside)
    there |= {path: found for path, found in aside.items() if path in regraded.handed_in}
    assert there == regraded.handed_in
    for (student, assignment), digests in regraded.sent.items():
        of_one = {found for path, found in there.items() if path.startswith(f"{student}/{assignment}/")}
        assert of_one >= digests
