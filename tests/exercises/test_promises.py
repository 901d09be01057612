"""Every word of a statement counts: for each promise there are answers that break it alone, and they lose points."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from answers import bank, broken_rules, judged_apart, wrong_answers
from example_course import COURSE

from linreg_course.authoring.parts import checks, graded_exercise
from linreg_course.authoring.source import read_source
from linreg_course.checking.observing import look
from linreg_course.exercises import EXERCISES, load

pytestmark = pytest.mark.slow

SOURCES = sorted((COURSE / "notebooks" / "source").glob("[a-z]*.py"))
SEEDS = (0, 7)

OF_ALL = [(name, key, promise) for name in EXERCISES for key, promise in bank(name).PROMISES.items()]
PROMISES = [pytest.param(name, promise, id=f"{name}-{key}") for name, key, promise in OF_ALL]
BREAKING = [
    pytest.param(name, answer, promise.kinds, id=f"{name}-{key}-{which}")
    for name, key, promise in OF_ALL
    for which, answer in promise.broken_by.items()
]


@cache
def statement(name: str, lang: str) -> str:
    """Return the statement of an exercise with its example, each run of blanks as one."""
    for source in map(read_source, SOURCES):
        if name in [graded_exercise(source, cell) for cell in checks(source)]:
            cells = {(cell.name, cell.lang): cell.text for cell in source.cells}
            ident = name.replace("_", "-")
            stub = cells[ident, None].partition("### BEGIN SOLUTION")[0]
            return " ".join((cells[f"{ident}-task", lang] + stub).split())
    raise LookupError(name)


@pytest.mark.parametrize(("name", "promise"), PROMISES)
def test_a_promise_is_in_the_statements_own_words_and_is_broken_by_some_answer(name: str, promise: Any) -> None:
    assert promise.en in statement(name, "en")
    assert promise.zh in statement(name, "zh")
    assert promise.broken_by


@pytest.mark.parametrize("name", EXERCISES)
def test_each_kind_of_case_varies_a_promise_and_each_promise_is_varied(name: str) -> None:
    kinds = {case["kind"] for case in load(name).cases(np.random.default_rng(0))}
    promised = [set(promise.kinds) for promise in bank(name).PROMISES.values()]
    assert set().union(*promised) == kinds
    assert all(promised)


@pytest.mark.parametrize(("name", "answer", "kinds"), BREAKING)
def test_what_breaks_one_promise_loses_points_by_its_kinds_of_case_alone(
    name: str, answer: Any, kinds: tuple[str, ...]
) -> None:
    exercise = load(name)
    for seed in SEEDS:
        cases = exercise.cases(np.random.default_rng(seed))
        seen = look(exercise.observe, answer, cases, seed)
        assert broken_rules(name, cases, seen)
        assert broken_rules(name, cases, seen, kinds) == set()


@pytest.mark.parametrize(("name", "answer", "kinds"), BREAKING)
def test_what_breaks_one_promise_loses_points_across_the_wall_and_is_not_misnamed(
    name: str, answer: Any, kinds: tuple[str, ...]
) -> None:
    (own,) = [one.mistakes for one in wrong_answers(name) if one.answer is answer]
    verdict = judged_apart(name, answer)
    assert verdict.score < verdict.points
    assert verdict.mistake is None or verdict.mistake.id in own
