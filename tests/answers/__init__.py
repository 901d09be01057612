"""The answer bank: for each exercise right answers that look unusual, listed mistakes, and mutants.

A module of the exercise's name holds

* `RIGHT`: name → answer that must get every point;
* `LISTED`: id of a known mistake → `Listed`, the row's own code as a whole answer first, then the same
  mistake written by other routes; each must be named by its own id;
* `MUTANTS`: name → answer that is wrong in a way nobody has a hint for: it must lose points and not be named;
* `PROMISES`: the words of the statement that an answer can break alone, each with answers that do;
* `false_alarm_bound()`: at most how often a check rejects a right answer by chance.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, NamedTuple

from linreg_course.checking import draws
from linreg_course.checking.judging import faults_of, judge_answer
from linreg_course.checking.observing import Case, Seen, look
from linreg_course.checking.verdict import Verdict
from linreg_course.exercises import load
from linreg_course.wall.wire import decode, encode, require_descriptions

Answer = Callable[..., Any]


class Listed(NamedTuple):
    """A known mistake: the first rule that it breaks, the points that it keeps, and answers that make it."""

    rule: str
    points: int
    answers: tuple[Answer, ...]


class Promise(NamedTuple):
    """What a statement says, in its own words, that an answer can break and be right in all else.

    Attributes:
        en: the words as the English statement has them.
        zh: the same in the Chinese one.
        kinds: the kinds of case that vary it: without them nothing shows.
        broken_by: name → answer that breaks this promise alone.
        mistakes: names of the known mistakes that these answers make; they may be told by them.
    """

    en: str
    zh: str
    kinds: tuple[str, ...]
    broken_by: Mapping[str, Answer]
    mistakes: tuple[str, ...] = ()


class Wrong(NamedTuple):
    """A wrong answer, and the ids of the known mistakes that it may be told by; listed ones must be, all but a few."""

    answer: Answer
    mistakes: frozenset[str]
    is_listed: bool = False


def bank(name: str) -> Any:
    """Return the module with the answers to one exercise."""
    return importlib.import_module(f"answers.{name}")


def flaw_tail(n: int) -> float:
    """Return a bound of how often n independent draws of each of two calls are found to have a flaw (see `draws`)."""
    sums = 4 * n * 2 * math.exp(-(draws.APART**2) / 2)
    return sums + 3 * (0.8 * draws.TOO_EXACT) ** 2 + math.exp(-draws.BEYOND)


def judged(name: str, answer: Any, seed: int = 0) -> Verdict:
    """Return the verdict on an answer."""
    exercise = load(name)
    return judge_answer(exercise, partial(look, exercise.observe, answer), seed)


def judged_apart(name: str, answer: Any, seed: int = 0) -> Verdict:
    """Return the verdict on an answer whose cases and observations cross the wall, as in grading."""
    exercise = load(name)

    def look_at(cases: list[Case], draws: int) -> list[Seen]:
        seen = decode(encode(look(exercise.observe, answer, decode(encode(cases)), draws)))
        require_descriptions(seen)
        return list(seen)

    return judge_answer(exercise, look_at, seed)


def wrong_answers(name: str) -> list[Wrong]:
    """Return the wrong answers to an exercise, once each."""
    answers = bank(name)
    wrong = [Wrong(answer, frozenset({key}), True) for key, one in answers.LISTED.items() for answer in one.answers]
    wrong += [Wrong(answer, frozenset()) for answer in answers.MUTANTS.values()]
    for promise in answers.PROMISES.values():
        known = frozenset(f"{name}/{mistake}" for mistake in promise.mistakes)
        wrong += [Wrong(answer, known) for answer in promise.broken_by.values()]
    first = {id(one.answer): one for one in reversed(wrong)}
    return list(first.values())


def broken_rules(name: str, cases: list[Case], seen: list[Seen], without_kinds: Collection[str] = ()) -> set[str]:
    """Return the rules that observations break when some kinds of case are left out."""
    kept = [(case, one) for case, one in zip(cases, seen, strict=True) if case["kind"] not in without_kinds]
    return {rule for case, one in kept for rule in faults_of(load(name), case, one)}
