"""The side of the wall where a student's code runs: an answer is called as the judge asks, and what came is told."""

from __future__ import annotations

import time
from typing import Any

from IPython.display import display

from linreg_course.check import judged_elsewhere
from linreg_course.checking.observing import AbsentError, look
from linreg_course.exercises import load
from linreg_course.wall.wire import decode, encode

# The type under which a cell shows what was seen.
SEEN = "application/x-linreg-seen"


def call_of(answer: str, request: str) -> str:
    """Return the code of the cell in which the function of the name `answer` is looked at as requested."""
    return f"__import__({__name__!r}, fromlist=['show_seen']).show_seen({answer}, {request!r})"


def request_of(exercise: str, cases: list[dict[str, Any]], seed: int, seconds: float) -> str:
    """Return a request: the cases to look at without what is due in them, and how long that may take."""
    sent = [{key: value for key, value in case.items() if key != "raises"} for case in cases]
    return encode({"exercise": exercise, "cases": sent, "seed": seed, "seconds": seconds})


def show_seen(answer: Any, request: str) -> None:
    """Call an answer as requested; show what was seen, or what stands in the place of a function."""
    asked = decode(request)
    judged_elsewhere(asked["exercise"])
    until = time.monotonic() + asked["seconds"]
    told: dict[str, Any]
    try:
        told = {"seen": look(load(asked["exercise"]).observe, answer, asked["cases"], asked["seed"], until)}
    except AbsentError as error:
        told = {"absent": error.found}
    display({SEEN: encode(told)}, raw=True)
