"""The answer bank: for each exercise right answers that look unusual, listed mistakes, and mutants.

A module of the exercise's name holds

* `RIGHT`: name → answer that must get every point;
* `LISTED`: id of a known mistake → `Listed`, the row's own code as a whole answer first, then the same
  mistake written by other routes; each must be named by its own id;
* `MUTANTS`: name → answer that is wrong in a way nobody has a hint for: it must lose points and not be named;
* `false_alarm_bound()`: at most how often a check rejects a right answer by chance.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from linreg_course.checking.judging import faults_of, judge_answer
from linreg_course.checking.observing import Case, Seen, look
from linreg_course.checking.verdict import Verdict
from linreg_course.exercises import load

Answer = Callable[..., Any]


class Listed(NamedTuple):
    """A known mistake: the first rule that it breaks, the points that it keeps, and answers that make it."""

    rule: str
    points: int
    answers: tuple[Answer, ...]


def bank(name: str) -> Any:
    """Return the module with the answers to one exercise."""
    return importlib.import_module(f"answers.{name}")


def judged(name: str, answer: Any, seed: int = 0) -> Verdict:
    """Return the verdict on an answer."""
    exercise = load(name)
    return judge_answer(exercise, partial(look, exercise.observe, answer), seed)


def broken_rules(name: str, cases: list[Case], seen: list[Seen], without_kind: str = "") -> set[str]:
    """Return the rules that observations break when one kind of case is left out."""
    kept = [(case, one) for case, one in zip(cases, seen, strict=True) if case["kind"] != without_kind]
    return {rule for case, one in kept for rule in faults_of(load(name), case, one)}
