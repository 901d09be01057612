"""The table of a class: a line a student, in the order of the assignment's cells, and what there is to say below it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from linreg_course.grading.grade import Result
from linreg_course.handin.submission import UnreadableError, grade_id, read_submission

BY_HAND = "·"


def lines_of(course: Path, name: str, results: list[Result]) -> Iterator[str]:
    """Yield the lines: each student's points by cell, their sum of the most there is, then the remarks in full."""
    maxima = {cell: most for result in results for cell, (_, most) in result.scores.items()}
    order = _order(course, name)
    cells = sorted(maxima, key=lambda cell: order.index(cell) if cell in order else len(order))
    heads = [cell.removesuffix("-check") for cell in cells]
    widths = [max(len(head), 4) for head in heads]
    student = max([len("student"), len("most"), *(len(result.student) for result in results)])
    yield name
    yield _row(student, "student", zip(heads, widths, strict=True), "sum")
    most = [f"{maxima[cell]:g}" for cell in cells]
    yield _row(student, "most", zip(most, widths, strict=True), f"{sum(maxima.values()):g}")
    for result in results:
        points = [_points(result, cell) for cell in cells]
        total = "none" if result.score is None else f"{result.score:g}"
        yield _row(student, result.student, zip(points, widths, strict=True), total)
    if any(points == BY_HAND for result in results for points in (_points(result, cell) for cell in cells)):
        yield f"{BY_HAND} waits for a person, in formgrader"
    yield from (f"{result.student}: {said}" for result in results if (said := result.reason or result.note))
    yield f"{name}: {len(results)} students, without a score: {sum(result.score is None for result in results)}"


def _row(width: int, student: str, columns: Iterator[tuple[str, int]] | zip[tuple[str, int]], total: str) -> str:
    return "  ".join([student.ljust(width), *(text.rjust(wide) for text, wide in columns), total.rjust(4)])


def _points(result: Result, cell: str) -> str:
    if cell not in result.scores:
        return ""
    given, _ = result.scores[cell]
    return BY_HAND if given is None else f"{given:g}"


def _order(course: Path, name: str) -> list[str]:
    """Return the graded cells of an assignment in the order in which they stand in it."""
    try:
        return [grade_id(cell) for cell in read_submission(course / "source" / name / f"{name}.ipynb").graded()]
    except UnreadableError:
        return []
