"""How hard the exercises and rules of an assignment were, and how well each tells strong from weak."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import nan
from statistics import median

import numpy as np

from linreg_course.grading.classbook import Entry
from linreg_course.grading.ruled import rules_in
from linreg_course.language import Text

# With fewer, a correlation is an accident.
LEAST_STUDENTS = 5
# Sums of the same points in another order differ by as little; a correlation with that would be one with nothing.
_SAME = 1e-6


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
    found = []
    for cell in _in_order([[part.cell for part in entry.parts] for entry in scored]):
        parts = {entry.student: part for entry in scored for part in entry.parts if part.cell == cell}
        given = {student: part.score for student, part in parts.items() if part.score is not None}
        most = max(part.most for part in parts.values())
        name = next((part.exercise for part in parts.values() if part.exercise), cell)
        waiting = len(parts) - len(given)
        found.append(Item(name, Text(name, name), most, _shares(given, most), waiting, _discrimination(given, totals)))
    return found


def rules_of_class(entries: list[Entry]) -> dict[str, list[Item]]:
    """Return the rules of each exercise in the assignment's order, over all whose answer was judged by them."""
    scored = [entry for entry in entries if entry.score is not None]
    totals = {entry.student: sum(part.score or 0.0 for part in entry.parts) for entry in scored}
    given: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    known: dict[tuple[str, str], tuple[Text, float]] = {}
    for entry in scored:
        for part in entry.parts:
            for one in rules_in(part.record):
                key = part.exercise, one.rule
                known[key] = one.title, one.points
                # An answer that was not there was not tried: its points say nothing of the rule.
                given[key] |= {} if one.holds is None else {entry.student: one.given}
    found: dict[str, list[Item]] = {
        name: [] for name in _in_order([[part.exercise for part in entry.parts if part.exercise] for entry in scored])
    }
    for (exercise, rule), (title, most) in known.items():
        points = given[exercise, rule]
        found[exercise].append(Item(rule, title, most, _shares(points, most), 0, _discrimination(points, totals)))
    return {exercise: rules for exercise, rules in found.items() if rules}


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
    found = Counter(
        part.exercise
        for entry in entries
        for part in entry.parts
        if part.record and not part.record.get("mistake") and False in part.record["rules"].values()
    )
    return Counter(dict(sorted(found.items())))


def _in_order(lists: list[list[str]]) -> list[str]:
    """Return all names in the order that most lists have: what a submission lacks stands last in its own."""
    places: dict[str, list[int]] = defaultdict(list)
    for names in lists:
        for place, name in enumerate(names):
            places[name].append(place)
    return sorted(places, key=lambda name: (median(places[name]), name))


def _shares(given: dict[str, float], most: float) -> dict[str, float]:
    """Return the shares of the points; where there are none to give, nobody has a share."""
    return {student: score / most for student, score in given.items()} if most else {}


def _discrimination(given: dict[str, float], totals: dict[str, float]) -> float:
    """Return the correlation of an item with the rest of the score (Ebel and Frisbie's corrected index)."""
    points = np.array(list(given.values()))
    rest = np.array([totals[student] - score for student, score in given.items()])
    if len(points) < LEAST_STUDENTS or np.ptp(points) < _SAME or np.ptp(rest) < _SAME:
        return nan
    return float(np.corrcoef(points, rest)[0, 1])
