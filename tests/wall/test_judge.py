"""A verdict is the same with the wall between answer and judge; what no honest process sends harms nobody."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from answers import bank
from wall.judge_malformed import SEED

from linreg_course import check
from linreg_course.check import Shown
from linreg_course.checking.judging import judge_answer
from linreg_course.checking.observing import Case, Seen, Unanswered, look
from linreg_course.checking.verdict import RECORD, Verdict
from linreg_course.exercises import EXERCISES, load
from linreg_course.wall import judge as judge_module
from linreg_course.wall.judge import Judge, JudgeError, seen_in
from linreg_course.wall.observer import SEEN, request_of, show_seen

pytestmark = pytest.mark.slow

NAME = "convert_lr"
FIVE_HUNDRED = 500
# A malformed reply may take so many times as long as the honest one that takes longest.
AS_FAST = 20
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What a cell shows."""
    told: list[dict[str, str]] = []
    monkeypatch.setattr(check, "_judged_elsewhere", set())
    monkeypatch.setattr("linreg_course.wall.observer.display", lambda data, raw: told.append(data))
    return told


def across(name: str, answer: Any, shown: list[dict[str, str]]) -> Verdict:
    """Judge an answer of which only text is known."""

    def look_at(cases: list[Case], seed: int) -> list[Seen]:
        show_seen(answer, request_of(name, cases, seed, 60))
        return seen_in(shown.pop()[SEEN], len(cases))

    return judge_answer(load(name), look_at, SEED)


def assert_alike(one: str, other: str) -> None:
    """Hold two texts to be the same: where an object lies, and in float32 the last digits, differ with every call."""
    one, other = (re.sub(r"0x[0-9a-f]+", "", text) for text in (one, other))
    assert NUMBER.sub("#", one) == NUMBER.sub("#", other)
    numbers = [float(number) for number in NUMBER.findall(one)]
    assert numbers == pytest.approx([float(number) for number in NUMBER.findall(other)], rel=1e-3, abs=1e-4)


@pytest.mark.parametrize("name", EXERCISES)
def test_right_answers_and_each_mistake_have_the_same_verdict_and_panel_on_both_sides(
    name: str, shown: list[dict[str, str]]
) -> None:
    of = bank(name)
    assert_the_same([*of.RIGHT.values(), *(listed.answers[0] for listed in of.LISTED.values())], name, shown)


@pytest.mark.long
@pytest.mark.parametrize("name", EXERCISES)
def test_every_other_answer_of_the_bank_too(name: str, shown: list[dict[str, str]]) -> None:
    of = bank(name)
    others = chain(*(listed.answers[1:] for listed in of.LISTED.values()))
    assert_the_same([*others, *of.MUTANTS.values()], name, shown)


def assert_the_same(answers: list[Any], name: str, shown: list[dict[str, str]]) -> None:
    for answer in answers:
        exercise = load(name)
        here = judge_answer(exercise, lambda cases, seed, a=answer, e=exercise: look(e.observe, a, cases, seed), SEED)
        there = across(name, answer, shown)
        assert_alike(json.dumps(there.record()), json.dumps(here.record()))
        assert_alike(str(Shown(there)), str(Shown(here)))


def test_what_is_no_function_is_told_across(shown: list[dict[str, str]]) -> None:
    assert "has not been run" in str(across(NAME, Unanswered(NAME), shown).note)
    assert "it got int 5" in str(across(NAME, 5, shown).note)


def test_no_seed_of_a_grade_and_nothing_that_is_due_reaches_the_students_process() -> None:
    asked: list[str] = []

    def observe(request: str) -> str:
        asked.append(request)
        return ""

    seed = 4503599627370497
    judge = Judge()
    said = judge.verdict(NAME, seed, "en", observe)
    assert said.metadata[RECORD]["score"] == 0
    (request,) = asked
    assert str(seed) not in request
    assert "raises" not in request
    judge.end()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_unreadable_reply_counts_0_and_says_so_in_the_notebooks_language(lang: str) -> None:
    judge = Judge()
    said = judge.verdict(NAME, SEED, lang, lambda request: "no json")
    assert said.metadata[RECORD]["outcome"] == "not yet"
    assert {"en": "counts 0", "zh": "按0分计"}[lang] in said.data["text/html"]
    judge.end()


def test_a_judge_that_dies_or_thinks_too_long_is_the_graders_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = Judge()

    def kill(request: str) -> str:
        judge._process.kill()
        judge._process.join()
        return ""

    with pytest.raises(JudgeError, match="has ended"):
        judge.verdict(NAME, SEED, "en", kill)
    monkeypatch.setattr(judge_module, "SECONDS", 0.0)
    with pytest.raises(JudgeError, match="said nothing"):
        Judge().verdict(NAME, SEED, "en", lambda request: "")


@pytest.mark.parametrize("first", range(0, 4 * FIVE_HUNDRED, FIVE_HUNDRED))
def test_malformed_replies_are_refused_or_judged_with_100_mb_and_in_the_time_of_twenty_honest_ones(first: int) -> None:
    program = Path(__file__).with_name("judge_malformed.py")
    command = [sys.executable, str(program), str(first), str(FIVE_HUNDRED)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert sum(found["outcomes"].values()) == FIVE_HUNDRED
    assert set(found["outcomes"]) <= {"not yet", "error", "unchecked", "right", "unwritten"}
    assert found["slowest"][2] < AS_FAST, found
