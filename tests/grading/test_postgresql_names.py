"""What students are called and write has the scores in PostgreSQL that it has in SQLite."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from example_course import CONVERT_LR, copy_course, solved
from postgresql_server import is_installed, running
from term_of_24 import command, read, sqlite

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_installed(), reason="there is no PostgreSQL: `apt-get install postgresql` has it"),
]

NAME = "lr-vs-reduction"
LONGEST = 128
STUDENTS = {
    "Bo'; DROP TABLE student; --": "It depends.",
    "ann": "NUL: \x00.",
    "Ann": "Half a pair: \ud83d.",
    "100% \\ :name %s {}": "It depends.",
    "李雷 😀 é e\u0301": "李雷 😀 é e\u0301",
    "a" * LONGEST: "x" * 100_000,
}
TOO_LONG = "a" * (LONGEST + 1)
LATIN = os.fsdecode(b"caf\xe9")
# By database and student.
Reports = dict[str, dict[str, dict[str, str]]]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """The lines of both reports."""
    found: Reports = {}
    with running() as server:
        for name in ("sqlite", "postgresql"):
            folder = copy_course(tmp_path_factory.mktemp(name) / "class", NAME)
            url = sqlite(folder / "course") if name == "sqlite" else server.make("names")
            with (folder / "nbgrader_config.py").open("a") as file:
                file.write(f"c.CourseDirectory.db_url = {url!r}\n")
            command(folder, "linreg", "release", NAME)
            hand_in(folder / "course")
            command(folder, "linreg", "grade", status=1)
            found[name] = {row["student"]: row for row in read(folder / "course" / "grading-report.csv")}
    return found


def hand_in(course: Path) -> None:
    for student, words in (STUDENTS | {TOO_LONG: "Long.", LATIN: "Latin-1."}).items():
        notebook = solved(course / "release" / NAME / f"{NAME}.ipynb", "en")
        for cell in notebook.cells:
            cell.source = {"convert-lr": CONVERT_LR, "l1": words, "l2": words}.get(cell.id, cell.source)
        folder = course / "submitted" / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook))


def test_each_has_the_same_line(reports: Reports) -> None:
    ours, theirs = ({**found} for found in (reports["postgresql"], reports["sqlite"]))
    del ours[TOO_LONG], theirs[TOO_LONG]
    assert len(ours) == len(STUDENTS) + 1
    assert ours == theirs
    assert {student: ours[student]["score"] for student in STUDENTS} == dict.fromkeys(STUDENTS, "8")


def test_a_name_that_is_no_text_costs_nobody_else(reports: Reports) -> None:
    for found in reports.values():
        (row,) = [row for student, row in found.items() if student not in (*STUDENTS, TOO_LONG)]
        assert row["score"] == ""
        assert "is not in UTF-8" in row["reason"]


def test_a_name_that_is_too_long_for_a_server_is_told(reports: Reports) -> None:
    assert reports["sqlite"][TOO_LONG]["score"] == "8"
    row = reports["postgresql"][TOO_LONG]
    assert row["score"] == ""
    assert f"value too long for type character varying({LONGEST})" in row["reason"]
