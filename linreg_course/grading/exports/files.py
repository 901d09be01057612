"""The grades of a class as files: for a spreadsheet, for Canvas, Moodle and Gradescope, and each point's reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from linreg_course.grading.exports import rules
from linreg_course.grading.exports.gradescope import write_gradescope
from linreg_course.grading.exports.lms import write_canvas, write_moodle
from linreg_course.grading.exports.rules import rows_of
from linreg_course.grading.exports.students import Entries, Person, by_student, columns_of, most_of, row_of
from linreg_course.grading.exports.text import SPREADSHEET, write_table

RULES, STUDENTS = "rules.csv", "students.csv"


def write_exports(folder: Path, entries: Entries, people: Mapping[str, Person]) -> list[Path]:
    """Write all exports in place of earlier ones, each of them whole; return the files, and Gradescope's folder.

    Args:
        folder: where they go.
        entries: by assignment what `classbook.entries_of` returns, in the order of the columns.
        people: who is in the gradebook, by their names there (see `people_of`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _write_rules(folder, entries),
        _write_students(folder, entries, people),
        write_canvas(folder, entries, people),
        write_moodle(folder, entries, people),
        write_gradescope(folder, entries),
    ]


def _write_rules(folder: Path, entries: Entries) -> Path:
    rows = [row for ours in by_student(entries).values() for entry in ours.values() for row in rows_of(entry)]
    return write_table(folder / RULES, rules.COLUMNS, rows, SPREADSHEET)


def _write_students(folder: Path, entries: Entries, people: Mapping[str, Person]) -> Path:
    known = by_student(entries)
    maxima = {name: most_of(ours) for name, ours in entries.items()}
    rows = [
        row_of(people.get(student, Person(student)), known.get(student, {}), maxima)
        for student in sorted({*known, *people})
    ]
    return write_table(folder / STUDENTS, columns_of(entries), rows, SPREADSHEET)
