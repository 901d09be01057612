"""Judge observations by an exercise's rules, and name the mistake behind them.

Nothing here runs a student's code: answers are looked at through a function `look` that turns
cases into observations (see `observing`), here or in another process.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Protocol

import numpy as np

from linreg_course.evidence import agree
from linreg_course.language import Text
from linreg_course.observing import Case, Seen, is_not_implemented, look
from linreg_course.undisturbed import undisturbed

# Where a verdict's record stands in the metadata of a cell's output.
RECORD = "linreg_verdict"

# Naming compares with fixed wrong answers: it needs no fresh numbers.
BATTERY_SEED = 0

Look = Callable[[list[Case], int], list[Seen]]


@dataclass(frozen=True)
class Rule:
    """A sub-criterion of an exercise: what must hold for its points."""

    name: str
    points: int
    text: Text


@dataclass(frozen=True)
class Fault:
    """How an answer breaks a rule in one case.

    Attributes:
        call: the call with its inputs, as a learner could type it.
        came: what came back: type, shape, dtype, values.
        should: what should hold; never the value.
        error: how the answer raised, if that is the fault.
    """

    call: str
    came: str | Text
    should: Text
    error: Seen | None = None


@dataclass(frozen=True)
class Wrong:
    """A known mistake.

    Attributes:
        id: exercise and mistake, "huber_loss/sum".
        shows_in: the aspects in which the mistake shows; in others the wrong answers need not be right.
        answers: wrong answers by which it is recognised.
        en: three hints, from a question to a step; never the solution's code.
        zh: the same in Chinese.
    """

    id: str
    shows_in: tuple[str, ...]
    answers: tuple[Callable[..., Any], ...]
    en: tuple[str, str, str]
    zh: tuple[str, str, str]

    @property
    def hints(self) -> tuple[Text, ...]:
        """The three hints in the order of telling."""
        return tuple(Text(en, zh) for en, zh in zip(self.en, self.zh, strict=True))


class Outcome(Enum):
    """The five things a check can say."""

    UNWRITTEN = "unwritten"
    RIGHT = "right"
    NOT_YET = "not yet"
    ERROR = "error"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class Verdict:
    """What a check found: each rule with its first fault or None, and the known mistake behind it.

    Attributes:
        note: why the answer could not be looked at, in place of faults.
        seed: what the cases were drawn from; None where there were none.
    """

    exercise: str
    outcome: Outcome
    rules: tuple[tuple[Rule, Fault | None], ...]
    wrong: Wrong | None = None
    note: Text | None = None
    seed: int | None = None

    @property
    def points(self) -> int:
        """The most that the exercise gives."""
        return sum(rule.points for rule, _ in self.rules)

    @property
    def score(self) -> float:
        """The points of the rules that hold; 0 where nothing was judged."""
        judged = self.outcome in (Outcome.RIGHT, Outcome.NOT_YET, Outcome.ERROR) and self.note is None
        return float(sum(rule.points for rule, fault in self.rules if fault is None)) if judged else 0.0

    @property
    def first(self) -> Fault | None:
        """The fault to explain: that of the first rule that does not hold."""
        return next((fault for _, fault in self.rules if fault is not None), None)

    def record(self) -> dict[str, Any]:
        """Return the verdict as plain data, the same in every language: what a grade is explained by."""
        tried = self.seed is not None
        return {
            "exercise": self.exercise,
            "outcome": self.outcome.value,
            "score": self.score,
            "points": self.points,
            "rules": {rule.name: fault is None if tried else None for rule, fault in self.rules},
            "mistake": None if self.wrong is None else self.wrong.id,
            "seed": self.seed,
        }


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


def _late(seconds: float) -> Text:
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
