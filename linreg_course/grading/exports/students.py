"""A row for each student: who they are, and the points of each assignment and of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI

from linreg_course.grading.classbook import Entry
from linreg_course.grading.exports.text import cell, figure

# The points of this assignment come on top: they count for the total, and are not in its maximum.
BONUS = "challenges"

Entries = Mapping[str, list[Entry]]


@dataclass(frozen=True)
class Person:
    """A student as the gradebook knows them; what it does not know is ""."""

    student: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_user_id: str = ""


def people_of(api: NbGraderAPI) -> dict[str, Person]:
    """Return who is in the gradebook, by their names there."""
    with Gradebook(api.coursedir.db_url) as gradebook:
        return {
            one.id: Person(
                one.id, one.first_name or "", one.last_name or "", one.email or "", str(one.lms_user_id or "")
            )
            for one in gradebook.students
        }


def by_student(entries: Entries) -> dict[str, dict[str, Entry]]:
    """Return the entries by student and assignment, in the order of the students' names."""
    found: dict[str, dict[str, Entry]] = {}
    for assignment, ours in entries.items():
        for entry in ours:
            found.setdefault(entry.student, {})[assignment] = entry
    return dict(sorted(found.items()))


def most_of(entries: Iterable[Entry]) -> float | None:
    """Return the most points of an assignment, or None where nobody was graded in it."""
    return max((sum(part.most for part in entry.parts) for entry in entries if entry.parts), default=None)


def columns_of(entries: Entries) -> list[str]:
    """Return the columns of the table of students."""
    given = [column for name in entries for column in (f"{name}_score", f"{name}_max_score")]
    last = ["total", "total_max_score", "bonus", "total_with_bonus", "waiting"]
    return ["student", "first_name", "last_name", "email", "lms_user_id", *given, *last]


def row_of(person: Person, ours: Mapping[str, Entry], maxima: Mapping[str, float | None]) -> dict[str, str]:
    """Return a student's row.

    Args:
        person: who it is.
        ours: the student's entries, by assignment.
        maxima: the most points of each assignment, where they are known.
    """
    scores = {name: ours[name].score if name in ours else None for name in maxima}
    most = {name: most_of([ours[name]] if name in ours else []) or maxima[name] for name in maxima}
    row = {name: cell(value) for name, value in vars(person).items()}
    for name in maxima:
        row |= {f"{name}_score": figure(scores[name]), f"{name}_max_score": figure(most[name])}
    total = _sum(score for name, score in scores.items() if name != BONUS)
    bonus = scores.get(BONUS)
    waiting = sum(part.most for entry in ours.values() for part in entry.parts if part.score is None)
    return row | {
        "total": figure(total),
        "total_max_score": figure(_sum(one for name, one in most.items() if name != BONUS)),
        "bonus": figure(bonus),
        "total_with_bonus": figure(_sum([total, bonus])),
        "waiting": figure(waiting),
    }


def _sum(points: Iterable[float | None]) -> float | None:
    """Return the sum of those that are known, or None where none is."""
    known = [one for one in points if one is not None]
    return sum(known) if known else None
