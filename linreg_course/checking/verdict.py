"""A verdict: each rule of an exercise with its first fault, and the known mistake behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from linreg_course.checking.observing import Case, Seen
from linreg_course.language import Text

# Where a verdict's record stands in the metadata of a cell's output.
RECORD = "linreg_verdict"


@dataclass(frozen=True)
class Rule:
    """A sub-criterion of an exercise: what must hold for its points, and what a learner calls it."""

    name: str
    points: int
    title: Text
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


class Finding(NamedTuple):
    """A `Fault` but for its call: what came back, what should hold, and how a call raised, if that is the fault."""

    came: str | Text
    should: Text
    error: Seen | None = None


def faults_at(call: str, found: Mapping[str, Finding | None]) -> dict[str, Fault]:
    """Return the faults of the rules for which something was found in the case of this call."""
    return {rule: Fault(call, one.came, one.should, one.error) for rule, one in found.items() if one is not None}


@dataclass(frozen=True)
class Mistake:
    """A known mistake.

    Attributes:
        id: exercise and mistake, "huber_loss/sum".
        shows_in: the aspects in which the mistake shows; in others the wrong answers need not be right.
        answers: wrong answers by which it is recognised.
        hints: three, from a question to a step; never the solution's code.
    """

    id: str
    shows_in: tuple[str, ...]
    answers: tuple[Callable[..., Any], ...]
    hints: tuple[Text, ...]


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
        hints: those of the known mistake, or what can be said where none is known; in the order of telling.
        case: the case of the first fault, or None.
        note: why the answer could not be looked at, in place of faults.
        seed: what the cases were drawn from; None where there were none.
        is_late: whether a call did not return in time.
    """

    exercise: str
    outcome: Outcome
    rules: tuple[tuple[Rule, Fault | None], ...]
    mistake: Mistake | None = None
    hints: tuple[Text, ...] = ()
    case: Case | None = None
    note: Text | None = None
    seed: int | None = None
    is_late: bool = False

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
    def first(self) -> Rule | None:
        """The rule whose fault is explained: the first that does not hold. Others may have the same fault."""
        return next((rule for rule, fault in self.rules if fault is not None), None)

    def record(self) -> dict[str, Any]:
        """Return the verdict as plain data, the same in every language: what a grade is explained by."""
        tried = self.seed is not None
        return {
            "exercise": self.exercise,
            "outcome": self.outcome.value,
            "score": self.score,
            "points": self.points,
            "rules": {rule.name: fault is None if tried else None for rule, fault in self.rules},
            "mistake": None if self.mistake is None else self.mistake.id,
            "seed": self.seed,
            "late": self.is_late,
            "note": None if self.note is None else _twins(self.note),
            "details": [_detail(rule, fault) for rule, fault in self.rules],
            "hints": [_twins(hint) for hint in self.hints],
        }


def _detail(rule: Rule, fault: Fault | None) -> dict[str, Any]:
    """Return what a person reads of a rule and its fault: the record stays readable when the rule has changed."""
    detail: dict[str, Any] = {
        "rule": rule.name,
        "points": rule.points,
        "title": _twins(rule.title),
        "text": _twins(rule.text),
    }
    if fault is not None:
        line = (fault.error or {}).get("line")
        detail |= {"call": fault.call, "came": _twins(fault.came), "should": _twins(fault.should)}
        detail |= {"line": f"{fault.error['number']}: {line}"} if fault.error and line else {}
    return detail


def _twins(words: Text | str) -> list[str]:
    """Return words in each language; code and values are the same in all."""
    return [words.en, words.zh] if isinstance(words, Text) else [words, words]
