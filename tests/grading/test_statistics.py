"""What a report computes of a class, beside the same from a plain table of points by pandas."""

from __future__ import annotations

import math
import random
from typing import Any

import pandas
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from linreg_course.checking.verdict import Fault, Mistake, Outcome, Rule, Verdict
from linreg_course.grading.account import Kind, Part
from linreg_course.grading.classbook import Entry
from linreg_course.grading.figures import counts_of
from linreg_course.grading.statistics import (
    LEAST_STUDENTS,
    Item,
    exercises_of,
    mistakes_of_class,
    rules_of_class,
    unnamed_of_class,
)
from linreg_course.language import Text

RULES = tuple(Rule(name, points, *[Text(name, name)] * 2) for name, points in (("one", 2), ("two", 3)))
FAULT = Fault("f(1)", "2", Text("odd", "奇数"))
MOST = {"a": 4.0, "b": 3.0, "c": 2.5}


def part(cell: str, score: float | None, most: float, kind: Kind = Kind.WORDS, **other: Any) -> Part:
    known = {"exercise": "", "record": None, "answer": "", "errors": (), "comment": "", "by_hand": False}
    return Part(cell, "Heading", kind, score, most, **{**known, "why": None, "is_our_fault": False, **other})


def checked(exercise: str, *holds: bool | None, mistake: str = "") -> Part:
    """Return the check of an exercise with two rules; None where the answer was not there to be tried."""
    rules = tuple((rule, None if one else FAULT) for rule, one in zip(RULES, holds, strict=True))
    known = Mistake(f"{exercise}/{mistake}", (), (), (Text("?", "？"), Text("!", "！"))) if mistake else None
    outcome = Outcome.RIGHT if all(holds) else Outcome.NOT_YET
    verdict = Verdict(exercise, outcome, rules, known, seed=None if None in holds else 7)
    score = sum(rule.points for rule, one in zip(RULES, holds, strict=True) if one)
    return part(f"{exercise}-check", score, 5.0, Kind.CHECK, exercise=exercise, record=verdict.record())


def class_of(table: list[dict[str, float | None]]) -> list[Entry]:
    return [
        Entry(f"s{number}", "x", tuple(part(cell, score, MOST[cell]) for cell, score in row.items()))
        for number, row in enumerate(table)
    ]


def by_name(items: list[Item]) -> dict[str, Item]:
    return {item.name: item for item in items}


def shares(scores: tuple[float, ...]) -> st.SearchStrategy[list[dict[str, float | None]]]:
    """Return tables of points in which each is one of these shares of the most, or waits for a person."""
    given_or_waiting = st.one_of(st.sampled_from(scores), st.none())
    row = st.tuples(*[given_or_waiting] * len(MOST))
    return st.lists(row.map(points_of), max_size=12)


def points_of(row: tuple[float | None, ...]) -> dict[str, float | None]:
    return {cell: None if one is None else one * MOST[cell] for cell, one in zip(MOST, row, strict=True)}


@seed(20)
@settings(max_examples=200, deadline=None)
@given(shares((0.0, 0.1, 0.25, 1 / 3, 0.7, 1.0)))
def test_difficulty_and_discrimination_are_those_of_a_plain_table(rows: list[dict[str, float | None]]) -> None:
    table = pandas.DataFrame(rows, columns=list(MOST), dtype=float)
    items = exercises_of(class_of(rows))
    assert [item.name for item in items] == (list(MOST) if rows else [])
    for item in items:
        points = table[item.name].dropna()
        rest = table.drop(columns=item.name).fillna(0).sum(axis=1)[points.index]
        assert item.mean == pytest.approx((points / MOST[item.name]).mean(), nan_ok=True)
        assert item.waiting == table[item.name].isna().sum()
        assert sum(counts_of(item)) == len(rows)
        alike = points.round(9).nunique() < 2 or rest.round(9).nunique() < 2
        due = math.nan if len(points) < LEAST_STUDENTS or alike else points.corr(rest)
        assert item.discrimination == pytest.approx(due, nan_ok=True, abs=1e-9)


@seed(21)
@settings(max_examples=100, deadline=None)
@given(shares((0.0, 0.1, 0.5, 1.0)), st.randoms(use_true_random=False))
def test_the_order_of_the_students_does_not_matter(rows: list[dict[str, float | None]], rng: random.Random) -> None:
    entries = class_of(rows)
    mixed = rng.sample(entries, len(entries))
    for one, other in zip(exercises_of(entries), exercises_of(mixed), strict=True):
        assert (one.name, one.most, one.shares, one.waiting) == (other.name, other.most, other.shares, other.waiting)
        assert one.discrimination == pytest.approx(other.discrimination, nan_ok=True)


def test_a_discrimination_by_hand() -> None:
    """Who has more of the one has as much less of the other: the correlation is -1; of equal points there is none."""
    rows: list[dict[str, float | None]] = [{"a": float(k % 5), "b": 0.5 * (4 - k % 5), "c": 1.0} for k in range(10)]
    items = by_name(exercises_of(class_of(rows)))
    assert items["a"].discrimination == pytest.approx(-1)
    assert items["b"].discrimination == pytest.approx(-1)
    assert math.isnan(items["c"].discrimination)
    assert [items[name].mean for name in MOST] == pytest.approx([0.5, 1 / 3, 0.4])


def test_sums_that_differ_by_rounding_alone_are_the_same() -> None:
    rest = [(0.1, 0.2), (0.3, 0.0), (0.2, 0.1), (0.3, 0.0), (0.1, 0.2), (0.0, 0.3)]
    rows: list[dict[str, float | None]] = [{"a": 0.7 * k, "b": b, "c": c} for k, (b, c) in enumerate(rest)]
    assert math.isnan(by_name(exercises_of(class_of(rows)))["a"].discrimination)


@pytest.mark.parametrize("count", [1, LEAST_STUDENTS - 1, LEAST_STUDENTS])
def test_a_few_students_have_no_discrimination(count: int) -> None:
    rows: list[dict[str, float | None]] = [{"a": float(k), "b": k / 2} for k in range(count)]
    assert math.isnan(exercises_of(class_of(rows))[0].discrimination) is (count < LEAST_STUDENTS)


def test_what_waits_is_no_zero() -> None:
    item = exercises_of(class_of([{"a": None}, {"a": 4.0}, {"a": None}]))[0]
    assert (item.mean, item.waiting, counts_of(item)) == (1.0, 2, (1, 0, 0, 2))
    nobody = exercises_of(class_of([{"a": None}]))[0]
    assert math.isnan(nobody.mean)
    assert counts_of(nobody) == (0, 0, 0, 1)


def test_points_beyond_the_most_and_below_nothing_are_counted() -> None:
    item = exercises_of(class_of([{"a": 5.0}, {"a": -1.0}]))[0]
    assert counts_of(item) == (1, 0, 1, 0)


def test_an_exercise_without_points_has_no_difficulty() -> None:
    item = exercises_of([Entry("ann", "x", (part("free", 0.0, 0.0),))])[0]
    assert math.isnan(item.mean)


def test_the_order_is_the_assignments_also_where_the_first_student_lacks_a_cell() -> None:
    """What a notebook lacks stands last in its entry."""
    whole = [checked("f", True, True), checked("g", True, False), part("w1", 1.0, 2.0)]
    odd = Entry("0", "x", (whole[1], whole[2], part("f-check", 0.0, 5.0, Kind.TEST)))
    entries = [odd, *(Entry(str(number), "x", tuple(whole)) for number in range(1, 4))]
    assert [item.name for item in exercises_of(entries)] == ["f", "g", "w1"]
    assert list(rules_of_class(entries)) == ["f", "g"]


def test_who_has_no_score_counts_nowhere() -> None:
    refused = Entry("late", "x", (part("a", 0.0, 4.0),), reason=Text("no", "不"))
    assert exercises_of([refused]) == []
    assert rules_of_class([refused]) == {}


def test_rules_count_the_answers_that_were_tried() -> None:
    holds = [(True, True), (True, False), (False, False), (None, None), (True, True), (True, False)]
    entries = [Entry(str(number), "x", (checked("f", *one), part("w", 1.0, 2.0))) for number, one in enumerate(holds)]
    one, two = rules_of_class(entries)["f"]
    assert [(item.name, item.most, len(item.shares)) for item in (one, two)] == [("one", 2, 5), ("two", 3, 5)]
    assert (one.mean, two.mean) == (0.8, 0.4)
    tried = pandas.DataFrame([pair for pair in holds if pair[0] is not None], dtype=float) * [2, 3]
    assert one.discrimination == pytest.approx(tried[0].corr(tried[1]))
    assert two.discrimination == pytest.approx(tried[0].corr(tried[1]))


def test_mistakes_are_counted_the_most_frequent_first() -> None:
    made = {"ann": "sum", "bob": "", "cai": "root", "dan": "sum", "eve": "abs"}
    entries = [Entry(student, "x", (checked("f", True, False, mistake=name),)) for student, name in made.items()]
    entries += [Entry("fay", "x", (checked("f", None, None), checked("g", False, False)))]
    found = mistakes_of_class(entries)
    assert found == [("f/sum", ["ann", "dan"]), ("f/abs", ["eve"]), ("f/root", ["cai"])]
    assert unnamed_of_class(entries) == {"f": 1, "g": 1}
    mixed = mistakes_of_class(entries[::-1])
    assert [(ident, sorted(students)) for ident, students in mixed] == found
    assert list(unnamed_of_class(entries[::-1])) == ["f", "g"]
