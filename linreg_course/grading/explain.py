"""How a grade came about, in lines: by what it was given, and what each rule saw."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from linreg_course.grading.points import number
from linreg_course.grading.provenance import rules_digest, versions
from linreg_course.grading.rejudge import Graded
from linreg_course.grading.ruled import Ruled, hints_in, rules_in
from linreg_course.language import Text

# What of a record two runs of the same rules on the same answer must have alike.
_SAME = ("outcome", "score", "rules", "mistake", "note", "late", "details")


def described(graded: Graded, exercise: str, record: dict[str, Any] | None) -> Iterator[str]:
    """Yield what is known of a grade: points, seed, rules and versions, then each rule with what came."""
    course = graded.notebook.metadata.get("linreg_course", {})
    points = f"{number(record['score'])} of {record['points']} points" if record else "no verdict"
    yield f"{graded.student}, {graded.assignment}, {exercise}: {points}"
    digest, now = course.get("rules", {}).get(exercise, "unknown"), rules_digest(exercise)
    yield f"  seed {course.get('seeds', {}).get(exercise, 'unknown')}"
    yield f"  rules {digest}{'' if digest == now else f', and today {now}: the rules have changed since'}"
    yield f"  versions {_versions(course.get('versions', {}))}"
    if record is None:
        return
    if record.get("note"):
        yield f"  {Text(*record['note'])}"
    for one in rules_in(record):
        yield from _rule(one)
    if record["mistake"]:
        yield f"  mistake: {record['mistake']}"
    for hint in hints_in(record)[:1]:
        yield f"  hint: {hint}"


def differences(before: dict[str, Any] | None, now: dict[str, Any] | None) -> Iterator[str]:
    """Yield in what a verdict differs from one that was given before."""
    if before is None or now is None:
        if before is not now:
            yield f"{'no verdict' if before is None else 'a verdict'} before, {'none' if now is None else 'one'} now"
        return
    for name in _SAME:
        if before.get(name) != now.get(name):
            plain = not isinstance(now.get(name), dict | list)
            yield f"{name} was {before.get(name)}, is {now.get(name)}" if plain else f"other {name}"


def _versions(known: dict[str, str]) -> str:
    here = versions()
    told = [f"{name} {number}" for name, number in known.items()]
    other = [f"{name} {here.get(name)}" for name, number in known.items() if here.get(name) != number]
    return (", ".join(told) or "unknown") + (f"; today {', '.join(other)}" if other else "")


def _rule(one: Ruled) -> Iterator[str]:
    state = "not tried" if one.holds is None else "holds" if one.holds else "does not hold"
    yield f"  {one.rule} ({number(one.points)}): {state}"
    if one.call:
        yield f"    call: {one.call}"
        yield f"    came back: {one.came}"
        yield f"    should hold: {one.should}"
