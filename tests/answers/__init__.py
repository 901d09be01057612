"""The answer bank: for each exercise right answers that look unusual, listed mistakes, and mutants.

A module of the exercise's name holds

* `RIGHT`: name → answer that must get every point;
* `LISTED`: id of a known mistake → `Listed`, the row's own code as a whole answer first, then the same
  mistake written by other routes; each must be named by its own id;
* `MUTANTS`: name → answer that is wrong in a way nobody has a hint for: it must lose points and not be named.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Answer = Callable[..., Any]


class Listed(NamedTuple):
    """A known mistake: the first rule that it breaks, the points that it keeps, and answers that make it."""

    rule: str
    points: int
    answers: tuple[Answer, ...]
