"""What an exercise is: a module with the parts of `Exercise`, its known wrong answers, and its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from linreg_course.checking.observing import Case, Seen
from linreg_course.checking.verdict import Fault, Mistake, Rule
from linreg_course.checking.words import HINT_KEYS, Words, WordsError

Answer = TypeVar("Answer", bound=Callable[..., Any])


class Exercise(Protocol):
    """The parts of an exercise's module."""

    @property
    def __name__(self) -> str: ...

    def __hash__(self) -> int: ...

    @property
    def WORDS(self) -> Words:  # noqa: N802
        """What a learner reads: `words_of(__file__)`."""

    @property
    def POINTS(self) -> Mapping[str, int]:  # noqa: N802
        """The rules in the order in which a failure should be told, each with its points."""

    def cases(self, rng: np.random.Generator) -> list[Case]:
        """Return the cases of all kinds, simple ones first; each has `kind` and the names of its `rules`.

        Where the answer has to raise, the case says which exception: `"raises": "ValueError"`.
        """

    def spell(self, case: Case) -> str:
        """Return the call of a case as a learner could type it."""

    def arguments(self, case: Case) -> tuple[Any, ...]:
        """Return the arguments of a case's call, made anew; in a catalogue, those of the entry's call."""

    def observe(self, answer: Any, case: Case) -> Seen:
        """Run the answer on a case, beside the student's code; return plain data."""

    def judge(self, case: Case, seen: Seen) -> Mapping[str, Fault]:
        """Return a fault for each of the case's rules that does not hold."""

    def battery(self, rng: np.random.Generator) -> list[Case]:
        """Return the cases by which a mistake is named."""

    def aspects(self, battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
        """Return what the battery shows, aspect by aspect in the order of telling; None where all is well."""


def shows(*aspects: str) -> Callable[[Answer], Answer]:
    """Mark a wrong answer as a known mistake that shows in these aspects; in others it need not be right.

    The mistake's name is the function's own: `_no_half_delta` is "no-half-delta".
    """

    def mark(answer: Any) -> Any:
        answer.mistake, answer.aspects = answer.__name__.strip("_").replace("_", "-"), aspects
        return answer

    return mark


def another(first: Callable[..., Any]) -> Callable[[Answer], Answer]:
    """Mark a wrong answer as one more way to make the mistake of the answer `first`."""

    def mark(answer: Any) -> Any:
        answer.mistake, answer.aspects = vars(first)["mistake"], vars(first)["aspects"]
        return answer

    return mark


def name_of(exercise: Exercise) -> str:
    """Return the exercise's name, which is that of the function asked for."""
    return exercise.__name__.rpartition(".")[2]


@cache
def rules_of(exercise: Exercise) -> tuple[Rule, ...]:
    """Return the rules of an exercise in their order.

    Raises:
        WordsError: a rule has no words, or words have no rule.
    """
    words = exercise.WORDS
    _match(words, "rules", set(exercise.POINTS), set(words.rules))
    return tuple(Rule(name, points, **words.rules[name]) for name, points in exercise.POINTS.items())


def points_of(exercise: Exercise) -> int:
    """Return the most points that an exercise gives."""
    return sum(exercise.POINTS.values())


@cache
def mistakes_of(exercise: Exercise) -> tuple[Mistake, ...]:
    """Return the known mistakes of an exercise in the order of its module.

    Raises:
        WordsError: a mistake has no hints, or hints have no mistake.
    """
    words, answers = exercise.WORDS, [one for one in vars(exercise).values() if hasattr(one, "mistake")]
    names = list(dict.fromkeys(answer.mistake for answer in answers))
    _match(words, "mistakes", set(names), set(words.mistakes))
    return tuple(_mistake(exercise, name, [one for one in answers if one.mistake == name]) for name in names)


def check_words(exercise: Exercise) -> None:
    """Refuse an exercise whose words and code do not belong together.

    Raises:
        WordsError: a rule, a mistake or a sentence stands on one side alone; it names file and entry.
    """
    rules_of(exercise)
    mistakes_of(exercise)
    says = exercise.WORDS.says
    code = Path(str(vars(exercise)["__file__"])).read_text(encoding="utf-8")
    strings, said = set(re.findall(r'"([^"\n]+)"', code)), set(re.findall(r'\bsay\(\s*"([^"]+)"', code))
    _match(exercise.WORDS, "says", said | (strings & set(says)), set(says))


def _mistake(exercise: Exercise, name: str, answers: list[Any]) -> Mistake:
    hints = exercise.WORDS.mistakes[name]
    ident = f"{name_of(exercise)}/{name}"
    return Mistake(ident, answers[0].aspects, tuple(answers), tuple(hints[key] for key in HINT_KEYS))


def _match(words: Words, table: str, in_code: set[str], in_words: set[str]) -> None:
    if in_code - in_words:
        raise WordsError(words.path, f"{table}.{min(in_code - in_words)}", "the module has it, and this file has not")
    if in_words - in_code:
        raise WordsError(words.path, f"{table}.{min(in_words - in_code)}", "this file has it, and the module has not")
