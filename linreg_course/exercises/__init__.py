"""The exercises in the order of the course: NAME.py says what is judged and how, NAME.toml what a learner reads."""

from __future__ import annotations

import ast
import importlib
import re
from functools import cache, lru_cache
from typing import NamedTuple, cast

from linreg_course.checking.exercise import Exercise, check_words

EXERCISES = (
    "synthetic_data",
    "load_array",
    "init_params",
    "train",
    "convert_lr",
    "loss_catalogue",
    "init_catalogue",
    "huber_loss",
    "huber_scale",
    "named_gradients",
    "mean_lr_schedule",
    "robust_fit",
    "per_example_gradients",
)


# A call of a check at the beginning of a line.
_CALL = re.compile(r"^check\.(\w+)\(", re.MULTILINE)


def called_in(code: str) -> list[str]:
    """Return the names of what a cell's code checks, in order; they need not be those of exercises."""
    return _CALL.findall(code)


class Check(NamedTuple):
    """What a check cell does: its exercise, and the name of the function that is looked at."""

    exercise: str
    answer: str


@lru_cache(1000)
def check_in(code: str) -> Check | None:
    """Return what a cell checks if it is `check.EXERCISE(ANSWER)` and nothing else, or None."""
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    match body:
        case [ast.Expr(ast.Call(ast.Attribute(ast.Name("check"), exercise), [ast.Name(answer)], []))]:
            return Check(exercise, answer) if exercise in EXERCISES else None
    return None


def load(name: str) -> Exercise:
    """Return the module of the exercise `name`, imported when first asked for.

    Raises:
        ValueError: there is no exercise of that name.
        WordsError: its words and its code do not belong together.
    """
    if name not in EXERCISES:
        raise ValueError(f"there is no exercise {name!r}; there are {', '.join(EXERCISES)}")
    return _loaded(name)


@cache
def _loaded(name: str) -> Exercise:
    exercise = cast(Exercise, importlib.import_module(f"linreg_course.exercises.{name}"))
    check_words(exercise)
    return exercise
