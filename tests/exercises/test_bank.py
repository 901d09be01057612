"""The whole answer bank through judging: no right answer loses a point, no wrong answer gets them all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from answers import bank, broken_rules, judged, judged_apart, wrong_answers

from linreg_course.checking.exercise import mistakes_of
from linreg_course.checking.observing import Seen, look
from linreg_course.checking.reading import agree
from linreg_course.checking.verdict import Outcome, Verdict
from linreg_course.exercises import EXERCISES, load

pytestmark = pytest.mark.slow

SEEDS = (0, 1, 2**63 + 5)


def told(verdict: Verdict) -> str:
    """Return what a failing test should print."""
    return f"{verdict.outcome} {verdict.score} {verdict.mistake and verdict.mistake.id} {verdict.first} {verdict.note}"


def of_all(part: str) -> list[Any]:
    return [
        pytest.param(name, key, entry, id=f"{name}-{key.rpartition('/')[2]}")
        for name in EXERCISES
        for key, entry in getattr(bank(name), part).items()
    ]


@pytest.mark.parametrize(("name", "key", "answer"), of_all("RIGHT"))
def test_a_right_answer_gets_every_point_and_differs_in_no_aspect(name: str, key: str, answer: Any) -> None:
    exercise = load(name)
    for seed in SEEDS:
        verdict = judged(name, answer, seed)
        assert verdict.score == verdict.points, told(verdict)
    verdict = judged_apart(name, answer, SEEDS[0])
    assert verdict.score == verdict.points, told(verdict)
    battery = exercise.battery(np.random.default_rng(0))
    found = exercise.aspects(battery, look(exercise.observe, answer, battery, 0))
    assert {aspect: value for aspect, value in found.items() if value is not None} == {}


@pytest.mark.parametrize(("name", "key", "listed"), of_all("LISTED"))
def test_a_listed_mistake_is_named_by_its_own_hint_and_costs_what_it_should(name: str, key: str, listed: Any) -> None:
    for seed in SEEDS:
        verdict = judged(name, listed.answers[0], seed)
        broken = [rule.name for rule, fault in verdict.rules if fault is not None]
        assert verdict.mistake is not None, told(verdict)
        assert (verdict.mistake.id, broken[0], verdict.score) == (key, listed.rule, listed.points)


@pytest.mark.parametrize(("name", "key", "listed"), of_all("LISTED"))
def test_a_mistake_written_by_another_route_loses_points_and_bears_no_other_name(
    name: str, key: str, listed: Any
) -> None:
    for variant in listed.answers[1:]:
        verdict = judged(name, variant, 1)
        assert verdict.score < verdict.points, told(verdict)
        assert verdict.mistake is None or verdict.mistake.id == key, told(verdict)


@pytest.mark.parametrize("name", EXERCISES)
def test_every_listed_mistake_has_a_variant_and_nine_tenths_of_them_are_named(name: str) -> None:
    variants = [(key, variant) for key, listed in bank(name).LISTED.items() for variant in listed.answers[1:]]
    named = [key for key, variant in variants if _is_named(name, key, variant)]
    assert {key for key, _ in variants} == {wrong.id for wrong in mistakes_of(load(name))}
    assert len(named) >= 0.9 * len(variants), sorted({key for key, _ in variants} - set(named))


def _is_named(name: str, key: str, answer: Any) -> bool:
    verdict = judged(name, answer, 2)
    return verdict.mistake is not None and verdict.mistake.id == key


@pytest.mark.parametrize(("name", "key", "answer"), of_all("MUTANTS"))
def test_a_mutant_loses_points_and_is_not_misnamed(name: str, key: str, answer: Any) -> None:
    for seed in SEEDS[:2]:
        verdict = judged(name, answer, seed)
        assert verdict.outcome is not Outcome.UNCHECKED, told(verdict)
        assert verdict.score < verdict.points, told(verdict)
        assert verdict.mistake is None, told(verdict)


@pytest.mark.parametrize("name", EXERCISES)
def test_each_known_wrong_answer_shows_what_it_says_and_no_two_mistakes_show_the_same(name: str) -> None:
    exercise = load(name)
    battery = exercise.battery(np.random.default_rng(0))
    shown: list[tuple[str, str, Any]] = []
    for wrong in mistakes_of(exercise):
        found = [exercise.aspects(battery, look(exercise.observe, answer, battery, 0)) for answer in wrong.answers]
        for aspect in wrong.shows_in:
            views = [one[aspect] for one in found if one.get(aspect) not in (None, "other")]
            assert views, f"{wrong.id} does not show in {aspect}"
            shown += [(wrong.id, aspect, view) for view in views]
    for number, (key, aspect, view) in enumerate(shown):
        same = {other for other, its, theirs in shown[:number] if its == aspect and agree(view, theirs)}
        assert same <= {key}


def seen_of(name: str, answer: Any) -> list[Seen]:
    exercise = load(name)
    return look(exercise.observe, answer, exercise.cases(np.random.default_rng(0)), 0)


@pytest.mark.parametrize("name", EXERCISES)
def test_without_any_one_rule_or_kind_of_case_some_wrong_answer_would_pass(name: str) -> None:
    cases = load(name).cases(np.random.default_rng(0))
    rules, kinds = set(load(name).POINTS), {case["kind"] for case in cases}
    assert {rule for case in cases for rule in case["rules"]} == rules
    for answer in (one.answer for one in wrong_answers(name) if callable(one.answer)):  # no rule refuses what is none
        seen = seen_of(name, answer)
        broken = broken_rules(name, cases, seen)
        assert broken
        if len(broken) == 1:
            rules -= broken
        kinds = {kind for kind in kinds if broken_rules(name, cases, seen, {kind})}
    assert (rules, kinds) == (set(), set())


@pytest.mark.parametrize("name", EXERCISES)
def test_a_check_rejects_a_right_answer_by_chance_less_than_once_in_ten_million(name: str) -> None:
    assert 0 <= bank(name).false_alarm_bound() <= 1e-7
