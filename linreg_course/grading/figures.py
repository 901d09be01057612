"""Figures of a report, as pictures that stand in the page itself; of words there are only names of code."""

from __future__ import annotations

import base64
import io

import matplotlib as mpl
from matplotlib.figure import Figure

from linreg_course.grading.statistics import Item

# Told apart by pattern too: full, part, none, waiting.
_BARS = (("#1a7f37", ""), ("#8ac79a", "//"), ("#c9302c", "xx"), ("#d0d7de", ".."))


def scores_figure(scores: list[float], most: float) -> str:
    """Return a histogram of scores as the address of a picture."""
    figure = Figure(figsize=(7, 2.6), layout="constrained")
    axes = figure.add_subplot()
    bins = min(20, max(5, round(most)))
    axes.hist(scores, bins=bins, range=(0, max(most, 1)), color="#0969da", edgecolor="white")
    axes.set_xlim(0, max(most, 1))
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.spines[["top", "right"]].set_visible(False)
    return _address(figure)


def exercises_figure(items: list[Item], students: int) -> str:
    """Return a bar for each exercise: how many have all its points, a part, none, or wait for a person."""
    figure = Figure(figsize=(7, 0.5 + 0.36 * len(items)), layout="constrained")
    axes = figure.add_subplot()
    names = [item.name for item in items]
    left = [0] * len(items)
    for (colour, hatch), counts in zip(_BARS, zip(*map(counts_of, items), strict=True), strict=True):
        axes.barh(names, counts, left=left, color=colour, hatch=hatch, edgecolor="white", height=0.7)
        left = [one + other for one, other in zip(left, counts, strict=True)]
    axes.invert_yaxis()
    axes.set_xlim(0, max(students, 1))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.spines[["top", "right"]].set_visible(False)
    return _address(figure)


def counts_of(item: Item) -> tuple[int, int, int, int]:
    """Return how many have all points of an item, a part of them, none, and how many wait for a person."""
    return item.count(1.0, float("inf")), item.count(1e-9, 1.0), item.count(float("-inf"), 1e-9), item.waiting


def _address(figure: Figure) -> str:
    picture = io.BytesIO()
    # The same figure gives the same bytes.
    with mpl.rc_context({"svg.hashsalt": "linreg", "svg.fonttype": "path", "font.family": "DejaVu Sans"}):
        figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": None})
    return "data:image/svg+xml;base64," + base64.b64encode(picture.getvalue()).decode()
