"""Whose score another rule, case or hint moves, and why."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook

from linreg_course.grading.points import number
from linreg_course.grading.rejudge import Graded, record_in, score_in
from linreg_course.grading.ruled import Ruled, rules_in
from linreg_course.grading.unseen import is_our_fault
from linreg_course.handin.submission import grade_id

FILE = "regraded.csv"
COLUMNS = ("time", "student", "assignment", "exercise", "before", "after", "reason")


@dataclass(frozen=True)
class Move:
    """What the points of a check were, and what they are by today's rules.

    Attributes:
        reason: which rules give other points, in words, or "" where none does.
        stays: the points that a person gave, which stay, or None.
        failed: whether the check itself failed: nothing is to be written.
    """

    student: str
    assignment: str
    exercise: str
    before: float
    after: float
    reason: str
    stays: float | None
    failed: bool

    @property
    def is_one(self) -> bool:
        """Tell whether the points are others."""
        return abs(self.after - self.before) > 1e-9


def moves_of(db_url: str, graded: Graded, after: NotebookNode, cells: dict[str, str]) -> Iterator[Move]:
    """Yield what became of each check that was judged again."""
    with Gradebook(db_url) as gradebook:
        for name, exercise in cells.items():
            grade = gradebook.find_grade(name, graded.assignment, graded.assignment, graded.student)
            cell = next(cell for cell in after.cells if grade_id(cell) == name)
            yield Move(
                graded.student,
                graded.assignment,
                exercise,
                float(grade.auto_score or 0.0),
                min(score_in(after, name), grade.max_score),
                _reason(record_in(graded.notebook, name), record_in(after, name)),
                grade.manual_score,
                is_our_fault(cell),
            )


def _reason(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    """Return which rules give other points than before, and what an answer did that newly fails."""
    old, new = ({one.rule: one for one in rules_in(record)} for record in (before, after))
    said = [words for rule in dict.fromkeys([*old, *new]) if (words := _of_rule(rule, old.get(rule), new.get(rule)))]
    if before is None or after is None:
        said.insert(0, "no verdict before" if before is None else "no verdict now")
    elif before["mistake"] != after["mistake"] and not said:
        said.append(f"the mistake is {after['mistake'] or 'none that is known'}, was {before['mistake'] or 'none'}")
    return "; ".join(said)


def _of_rule(rule: str, old: Ruled | None, new: Ruled | None) -> str:
    if old is None or new is None:
        one = new or old
        return f"{rule} is {'new' if old is None else 'gone'} ({number(one.points)})" if one else ""
    gained = new.given - old.given
    if old.holds and not new.holds:
        return f"{rule} no longer holds ({number(gained)}): {new.call} gives {new.came.en}"
    if new.holds and not old.holds:
        return f"{rule} holds now (+{number(gained)})"
    return f"{rule} has {number(new.points)} points, had {number(old.points)}" if gained else ""


def log(course: Path, moves: list[Move]) -> Path:
    """Add the moves to the file that keeps all that were ever written, and return its path."""
    path, now = course / FILE, datetime.now(UTC).isoformat(timespec="seconds")
    is_new = not path.exists()
    with path.open("a", newline="", encoding="utf-8-sig" if is_new else "utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([COLUMNS] if is_new else [])
        for move in moves:
            points = number(move.before), number(move.after)
            writer.writerow((now, move.student, move.assignment, move.exercise, *points, move.reason))
    return path
