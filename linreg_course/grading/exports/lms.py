"""Tables that Canvas and Moodle import: a score that waits for a person, or is none, is an empty cell and never 0.

Canvas. The source is `lib/gradebook_importer.rb` of instructure/canvas-lms, and Ohio State's "Import CSV File for
Carmen Grades" (teaching.resources.osu.edu). Its first five columns are Student, ID, SIS User ID, SIS Login ID and
Section; each further one is an assignment, and the row "Points Possible" comes before the students. A student is
found by ID, which is Canvas's own and here nbgrader's `lms_user_id` where it is a number; else by SIS Login ID, which
is here nbgrader's name of the student; else by the name. SIS User ID and Section are not known and stay empty. An
assignment is found by its title: a column whose title Canvas does not know makes a new assignment with the points
possible of its row, after Canvas has asked. A bonus has 0 points possible (UW-Milwaukee's "Canvas - Extra Credit
Options", kb.uwm.edu/86795): put it into a group with others, since Canvas ignores a group that has no points.

Moodle. The sources are "Grade import" (docs.moodle.org) and `grade/import/csv` of moodle/moodle. There the teacher says
which column names the student (map from `username` to username) and which grade each of the others is; Moodle stops
where it does not know a student. A row without what names the student would be taken for the row before it: a column
that could name them is only there where everybody has it. A new grade item has 100 points until its settings are
changed, and by its settings it is extra credit. There is no feedback column: Moodle would take the grades with it.

Both take UTF-8. An empty cell says that there is no score: a score that was typed in the LMS may be gone after it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from linreg_course.grading.classbook import Entry
from linreg_course.grading.exports.students import BONUS, Entries, Person, by_student, most_of
from linreg_course.grading.exports.text import LMS, cell, figure, write_table

CANVAS, MOODLE = "canvas.csv", "moodle.csv"
_POINTS_POSSIBLE = "Points Possible"


def write_canvas(folder: Path, entries: Entries, people: Mapping[str, Person]) -> Path:
    """Write what Canvas's gradebook imports, with a row for each student who has handed in, and return its path."""
    most = {name: 0.0 if name == BONUS else most_of(ours) for name, ours in entries.items()}
    rows = [{"Student": f"    {_POINTS_POSSIBLE}", **_row(entries, most)}]
    for student, ours in by_student(entries).items():
        person = people.get(student, Person(student))
        known = {
            "Student": _canvas_name(person),
            "ID": person.lms_user_id if re.fullmatch(r"[0-9]+", person.lms_user_id) else "",
            "SIS Login ID": cell(student),
        }
        rows.append(known | _row(entries, {name: to_import(one) for name, one in ours.items()}))
    columns = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *map(cell, entries)]
    return write_table(folder / CANVAS, columns, rows, LMS)


def write_moodle(folder: Path, entries: Entries, people: Mapping[str, Person]) -> Path:
    """Write what Moodle's gradebook imports, with a row for each student who has handed in, and return its path."""
    rows = []
    for student, ours in by_student(entries).items():
        person = people.get(student, Person(student))
        known = {
            "username": cell(student),
            "First name": cell(person.first_name),
            "Last name": cell(person.last_name),
            "ID number": cell(person.lms_user_id),
            "Email address": cell(person.email),
        }
        rows.append(known | _row(entries, {name: to_import(one) for name, one in ours.items()}))
    naming = [column for column in ("ID number", "Email address") if all(row[column] for row in rows)]
    kept = ["username", "First name", "Last name", *naming, *map(cell, entries)]
    return write_table(folder / MOODLE, kept, [{column: row[column] for column in kept} for row in rows], LMS)


def to_import(entry: Entry) -> float | None:
    """Return the score that an LMS gets: none before a person has graded all that is theirs."""
    return None if entry.waits else entry.score


def _row(entries: Entries, points: Mapping[str, float | None]) -> dict[str, str]:
    return {cell(name): figure(points.get(name)) for name in entries}


def _canvas_name(person: Person) -> str:
    """Return the name by which Canvas sorts; one with "Points Possible" in it would be taken for the points' row."""
    name = ", ".join(filter(None, [person.last_name, person.first_name])) or person.student
    return cell(name).replace(_POINTS_POSSIBLE, "_".join(_POINTS_POSSIBLE.split()))
