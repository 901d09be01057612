"""`grading-report.csv`: of each submission the score, or why there is none, when it came, what was repaired."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

from linreg_course.grading.exports.text import SPREADSHEET, write_table
from linreg_course.grading.grade import Result, students_of
from linreg_course.grading.lateness import Lateness, clock, moment
from linreg_course.grading.points import number

FILE = "grading-report.csv"
TIMES = ("due", "extension", "handed_in", "late_by", "penalty")
COLUMNS = ("student", "assignment", "score", "max_score", "state", *TIMES, "look_at", "repaired", "reason")

GRADED, WAITING, NO_SCORE = "graded", "waits for a person", "no score"
EARLIER = "graded by earlier points: grade again"


def write_report(course: Path, name: str, most: float, results: list[Result]) -> Path:
    """Put the results of an assignment into the report, in place of those students' earlier rows, and return its path.

    Rows of other assignments, and of students who handed in and were not graded this time, stay.
    """
    path = course / FILE
    ours = {result.student for result in results}
    known = {*students_of(course, name)} - ours
    old = [row for row in _rows(path) if row["assignment"] != name or row["student"] in known]
    for row in old:  # a score of another sum of points is not compared with the others by mistake
        if row["assignment"] == name and row["max_score"] != f"{most:g}":
            row["state"] = EARLIER
    rows = [*old, *(_row(name, most, result) for result in results)]
    return write_table(path, COLUMNS, sorted(rows, key=lambda row: (row["assignment"], row["student"])), SPREADSHEET)


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        reader = csv.DictReader(file)
        # Of a report that has fewer columns, the rows stay.
        rows = [row for row in reader if {"student", "assignment"} <= set(row) <= set(COLUMNS)]
        return [{column: row.get(column) or "" for column in COLUMNS} for row in rows]


def _row(name: str, most: float, result: Result) -> dict[str, str]:
    waits = any(given is None for given, _ in result.scores.values())
    return {
        "student": result.student,
        "assignment": name,
        "score": "" if result.score is None else f"{result.score:g}",
        "max_score": f"{most:g}",
        "state": NO_SCORE if result.score is None else WAITING if waits else GRADED,
        **_times(result.lateness),
        "look_at": result.note,
        "repaired": result.repairs,
        "reason": result.reason,
    }


def _times(known: Lateness) -> dict[str, str]:
    late = timedelta(seconds=known.seconds_late)
    return {
        "due": moment(known.due) if known.due else "",
        "extension": clock(known.extension) if known.extension else "",
        "handed_in": moment(known.handed_in) if known.handed_in else "",
        "late_by": clock(late) if late else "",
        "penalty": number(known.penalty) if known.penalty else "",
    }
