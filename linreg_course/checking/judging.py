"""Judge observations by an exercise's rules, and name the mistake behind them.

Nothing here runs a student's code: answers are looked at through a function `look` that turns
cases into observations (see `observing`), here or in another process.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Protocol

import numpy as np

from linreg_course.checking import deadline
from linreg_course.checking.observing import Case, Seen, is_not_implemented, look
from linreg_course.checking.quiet import undisturbed
from linreg_course.checking.reading import agree
from linreg_course.checking.verdict import Fault, Outcome, Rule, Verdict, Wrong
from linreg_course.language import Text

# Naming compares with fixed wrong answers: it needs no fresh numbers.
BATTERY_SEED = 0

# The environment variable by which a grade's seeds reach the check: JSON of exercise and seed.
SEEDS_VARIABLE = "LINREG_SEEDS"

Look = Callable[[list[Case], int], list[Seen]]


class Exercise(Protocol):
    """The parts of an exercise's module."""

    __name__: str
    RULES: tuple[Rule, ...]
    WRONG: tuple[Wrong, ...]

    def cases(self, rng: np.random.Generator) -> list[Case]:
        """Return the cases of all kinds, simple ones first; each has `kind` and the names of its `rules`."""

    def spell(self, case: Case) -> str:
        """Return the call of a case as a learner could type it."""

    def observe(self, answer: Any, case: Case) -> Seen:
        """Run the answer on a case, beside the student's code; return plain data."""

    def judge(self, case: Case, seen: Seen) -> Mapping[str, Fault]:
        """Return a fault for each of the case's rules that does not hold."""

    def battery(self, rng: np.random.Generator) -> list[Case]:
        """Return the cases by which a mistake is named."""

    def aspects(self, battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
        """Return what the battery shows, aspect by aspect in the order of telling; None where all is well."""


def name_of(exercise: Exercise) -> str:
    """Return the exercise's name, which is that of the function asked for."""
    return exercise.__name__.rpartition(".")[2]


def unjudged(exercise: Exercise, outcome: Outcome, note: Text | None = None) -> Verdict:
    """Return the verdict on an answer that no rule was tried on."""
    return Verdict(name_of(exercise), outcome, tuple((rule, None) for rule in exercise.RULES), note=note)


def judge_answer(exercise: Exercise, look_at: Look, seed: int) -> Verdict:
    """Return the verdict on the answer behind `look_at`, on cases drawn from `seed`."""
    try:
        with undisturbed(seed):  # nor is our own part misled by what the student has set
            return _judge_answer(exercise, look_at, seed)
    except Exception as error:  # a fault of ours is reported, and never told as the student's
        logging.getLogger(__name__).debug("%s could not be checked", name_of(exercise), exc_info=True)
        note = f"{type(error).__name__}: {error}"
        return unjudged(exercise, Outcome.UNCHECKED, Text(en=note, zh=note))


def _judge_answer(exercise: Exercise, look_at: Look, seed: int) -> Verdict:
    cases = exercise.cases(np.random.default_rng(seed))
    seen = look_at(cases, seed)
    if all(_unwritten(one) for one in seen):
        return unjudged(exercise, Outcome.UNWRITTEN)
    rules = _judged(exercise, cases, seen)
    first = next((fault for _, fault in rules if fault is not None), None)
    if first is None:
        return Verdict(name_of(exercise), Outcome.RIGHT, rules, seed=seed)
    wrong = None if any("late" in one for one in seen) else name_mistake(exercise, look_at)
    outcome = Outcome.ERROR if first.error is not None else Outcome.NOT_YET
    return Verdict(name_of(exercise), outcome, rules, wrong, seed=seed)


def name_mistake(exercise: Exercise, look_at: Look) -> Wrong | None:
    """Return the one known mistake whose first differing aspect is the answer's, or None."""
    battery = exercise.battery(np.random.default_rng(BATTERY_SEED))
    found = exercise.aspects(battery, look_at(battery, BATTERY_SEED))
    aspect = next((name for name, value in found.items() if value is not None), None)
    if aspect is None or found[aspect] == "other":
        return None
    hits = [wrong for wrong in exercise.WRONG if _shows(exercise, wrong, aspect, found[aspect])]
    return hits[0] if len(hits) == 1 else None


def _shows(exercise: Any, wrong: Wrong, aspect: str, value: Any) -> bool:
    if aspect not in wrong.shows_in:
        return False
    known = (_known_aspects(exercise, answer).get(aspect) for answer in wrong.answers)
    return any(one is not None and agree(one, value) for one in known)


@cache
def _known_aspects(exercise: Any, answer: Callable[..., Any]) -> dict[str, Any]:
    battery = exercise.battery(np.random.default_rng(BATTERY_SEED))
    return exercise.aspects(battery, look(exercise.observe, answer, battery, BATTERY_SEED))


def _judged(exercise: Exercise, cases: list[Case], seen: list[Seen]) -> tuple[tuple[Rule, Fault | None], ...]:
    faults: dict[str, Fault] = {}
    for case, one in zip(cases, seen, strict=True):
        for rule, fault in faults_of(exercise, case, one).items():
            faults.setdefault(rule, fault)
    return tuple((rule, faults.get(rule.name)) for rule in exercise.RULES)


def faults_of(exercise: Exercise, case: Case, seen: Seen) -> Mapping[str, Fault]:
    """Return the faults of one observation by rule; where the answer raised or was late, all of the case's rules."""
    if "broken" in seen:
        raise RuntimeError(seen["broken"])
    if "late" in seen:
        fault = Fault(exercise.spell(case), _late(seen["late"]), IN_TIME)
    elif "raised" in seen:
        came = f"{seen['raised']['type']}: {seen['raised']['message']}"
        fault = Fault(exercise.spell(case), came, NO_ERROR, seen["raised"])
    else:
        return exercise.judge(case, seen)
    return dict.fromkeys(case["rules"], fault)


def _late(what: str) -> Text:
    if what == "check":
        seconds = deadline.CHECK_SECONDS
        return Text(
            en=f"nothing: all calls of this check together took more than {seconds:g} seconds",
            zh=f"没有返回：这次检查的所有调用合计超过了{seconds:g}秒",
        )
    seconds = deadline.CASE_SECONDS
    return Text(en=f"nothing within {seconds:g} seconds", zh=f"{seconds:g}秒内没有返回")


IN_TIME = Text(en="The call returns in time.", zh="这个调用应当及时返回。")
NO_ERROR = Text(en="The call ends without an error.", zh="这个调用不应当报错。")


def _unwritten(seen: Any) -> bool:
    """Tell whether an observation holds the stub's exception, at the top or in one of its calls."""
    if not isinstance(seen, dict):
        return False
    if "raised" in seen:
        return is_not_implemented(seen["raised"])
    return any(_unwritten(part) for part in seen.values())
