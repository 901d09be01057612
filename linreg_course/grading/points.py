"""Points as people read them."""

from __future__ import annotations


def number(points: float) -> str:
    """Return points with two decimals at most."""
    return f"{round(points, 2):g}"
