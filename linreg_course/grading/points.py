"""Points as people read them."""

from __future__ import annotations

from collections.abc import Iterable


def number(points: float) -> str:
    """Return points with two decimals at most."""
    return f"{round(points, 2):g}"


def total(given: Iterable[float | None], penalty: float) -> float:
    """Return the points so far less the penalty, never below 0; what waits for a person is None and counts 0."""
    return max(0.0, sum(points or 0.0 for points in given) - penalty)
