"""How hard the exercises and rules of an assignment were, and how well each tells strong from weak."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import nan

import numpy as np

from linreg_course.grading.account import Kind
from linreg_course.grading.classbook import Entry
from linreg_course.language import Text

# With fewer, a correlation is an accident.
LEAST_STUDENTS = 5


@dataclass(frozen=True)
class Item:
    """An exercise, or a rule of one, over a class.

    Attributes:
        name: the exercise's, or the cell's name for grading.
        title: what it is called, for a rule.
        most: the most points there are.
        shares: by student, which share of them was given.
        waiting: for how many a person has yet to give them.
        discrimination: the correlation of its points with those of all the others together, nan where it has none.
    """

    name: str
    title: Text
    most: float
    shares: dict[str, float]
    waiting: int
    discrimination: float

    @property
    def mean(self) -> float:
        """The mean share: 1 where everybody has all points."""
        return sum(self.shares.values()) / len(self.shares) if self.shares else nan

    def count(self, least: float, below: float) -> int:
        """Return how many students have a share from `least` up to, and without, `below`."""
        return sum(least <= share < below for share in self.shares.values())


def exercises_of(entries: list[Entry]) -> list[Item]:
    """Return the graded cells of an assignment in its order, over all who have a score."""
    scored = [entry for entry in entries if entry.score is not None]
    totals = {entry.student: sum(part.score or 0.0 for part in entry.parts) for entry in scored}
    cells = dict.fromkeys(part.cell for entry in scored for part in entry.parts)
    found = []
    for cell in cells:
        parts = {entry.student: part for entry in scored for part in entry.parts if part.cell == cell}
        given = {student: part.score for student, part in parts.items() if part.score is not None}
        one = next(iter(parts.values()))
        name = next((part.exercise for part in parts.values() if part.exercise), cell)
        shares = {student: score / one.most if one.most else 0.0 for student, score in given.items()}
        title = Text(name, name)
        waiting = len(parts) - len(given)
        found.append(Item(name, title, one.most, shares, waiting, _discrimination(given, totals)))
    return found


def rules_of_class(entries: list[Entry]) -> dict[str, list[Item]]:
    """Return the rules of each exercise in its order, over all whose answer was judged."""
    scored = [entry for entry in entries if entry.score is not None]
    totals = {entry.student: sum(part.score or 0.0 for part in entry.parts) for entry in scored}
    given: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    known: dict[tuple[str, str], tuple[Text, float]] = {}
    for entry in scored:
        for part in entry.parts:
            for detail in (part.record or {}).get("details", []) if part.kind is Kind.CHECK else []:
                key = part.exercise, detail["rule"]
                known[key] = Text(*detail["title"]), detail["points"]
                given[key][entry.student] = detail["points"] * bool((part.record or {})["rules"].get(detail["rule"]))
    found: dict[str, list[Item]] = defaultdict(list)
    for (exercise, rule), (title, most) in known.items():
        points = given[exercise, rule]
        shares = {student: score / most for student, score in points.items()}
        found[exercise].append(Item(rule, title, most, shares, 0, _discrimination(points, totals)))
    return found


def mistakes_of_class(entries: list[Entry]) -> list[tuple[str, list[str]]]:
    """Return the known mistakes that answers made, each with the students, the most frequent first."""
    found: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        for part in entry.parts:
            if part.record and part.record.get("mistake"):
                found[part.record["mistake"]].append(entry.student)
    return sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))


def unnamed_of_class(entries: list[Entry]) -> Counter[str]:
    """Return by exercise how many answers are wrong in a way that has no name."""
    return Counter(
        part.exercise
        for entry in entries
        for part in entry.parts
        if part.record and not part.record.get("mistake") and False in part.record["rules"].values()
    )


def _discrimination(given: dict[str, float], totals: dict[str, float]) -> float:
    """Return the correlation of an item with the rest of the score (Ebel and Frisbie's corrected index)."""
    points = np.array(list(given.values()))
    rest = np.array([totals[student] - score for student, score in given.items()])
    if len(points) < LEAST_STUDENTS or np.ptp(points) == 0 or np.ptp(rest) == 0:
        return nan
    return float(np.corrcoef(points, rest)[0, 1])
