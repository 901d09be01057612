"""Where each point comes from: a line for every rule, and for all else that gives or takes points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from linreg_course.grading.account import Kind, Part
from linreg_course.grading.classbook import Entry
from linreg_course.grading.exports.text import cell, figure
from linreg_course.grading.report_csv import GRADED, NO_SCORE, WAITING
from linreg_course.grading.ruled import rules_in

COLUMNS = (
    *("student", "assignment", "exercise", "rule", "points", "max_points"),
    *("holds", "mistake", "by_hand", "state", "reason"),
)
BY_HAND, OTHERWISE, LATE = "changed by hand", "by no rule", "late"
_SAID = {True: "yes", False: "no", None: ""}


@dataclass(frozen=True)
class Line:
    """What gives or takes points.

    Attributes:
        exercise: what a check checks, or the name of the cell.
        rule: its name, `BY_HAND`, `OTHERWISE` or `LATE`; "" where a cell's points are not divided.
        points: None where a person has yet to give them, or nothing was graded.
        holds: whether the rule holds; None where it was not tried, or there is none.
        mistake: the known mistake behind a rule that does not hold, or "".
        by_hand: whether a person gave the points; None where nothing was graded.
        reason: why there is no score, or "".
    """

    exercise: str = ""
    rule: str = ""
    points: float | None = None
    most: float | None = None
    holds: bool | None = None
    mistake: str = ""
    by_hand: bool | None = False
    state: str = GRADED
    reason: str = ""


def lines_of(entry: Entry) -> list[Line]:
    """Return the lines of a student in an assignment; their points sum to the score."""
    if entry.reason is not None:
        return [Line(by_hand=None, state=NO_SCORE, reason=entry.reason.en)]
    lines = [line for part in entry.parts for line in _of_part(part)]
    if entry.penalty:
        # A score never falls below 0: no more is taken off than there is.
        lines.append(Line(rule=LATE, points=-min(entry.penalty, sum(line.points or 0.0 for line in lines))))
    return lines


def rows_of(entry: Entry) -> Iterator[dict[str, str]]:
    """Yield the lines of a student in an assignment as rows of a table."""
    for line in lines_of(entry):
        yield {
            "student": cell(entry.student),
            "assignment": cell(entry.assignment),
            "exercise": cell(line.exercise),
            "rule": cell(line.rule),
            "points": figure(line.points),
            "max_points": figure(line.most),
            "holds": _SAID[line.holds],
            "mistake": cell(line.mistake),
            "by_hand": _SAID[line.by_hand],
            "state": line.state,
            "reason": cell(line.reason),
        }


def apart_from_rules(part: Part) -> tuple[float, float]:
    """Return the points of a check that its rules do not give, and how many more there are to have than theirs."""
    rules = rules_in(part.record)
    return (part.score or 0.0) - sum(one.given for one in rules), part.most - sum(one.points for one in rules)


def _of_part(part: Part) -> Iterator[Line]:
    rules = rules_in(part.record)
    name = part.exercise if part.kind is Kind.CHECK else part.cell
    if not rules:
        state = WAITING if part.score is None else GRADED
        yield Line(name, points=part.score, most=part.most, by_hand=part.by_hand, state=state)
        return
    mistake = (part.record or {}).get("mistake") or ""
    for one in rules:
        yield Line(name, one.rule, one.given, one.points, one.holds, mistake if one.holds is False else "")
    points, most = apart_from_rules(part)
    if points or most:
        yield Line(name, BY_HAND if part.by_hand else OTHERWISE, points, most, by_hand=part.by_hand)
