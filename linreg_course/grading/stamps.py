"""What was graded once is not graded again until the submission, its release, or the rules change."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from linreg_course.grading.intake import roots_of

FOLDER = "graded"
# What decides a score, beside the submission and its assignment.
_RULES = (
    *("exercises/*.py", "exercises/*.toml", "checking/*.py", "handin/*.py"),
    *("grading/*.py", "warm/*.py", "wall/*.py"),
)


def said_of(course: Path, student: str, assignment: str) -> tuple[str, str] | None:
    """Return what was noted and repaired when this very submission was graded by these rules, or None if it was not."""
    try:
        stamp = json.loads(_path(course, student, assignment).read_text(encoding="utf-8"))
        said = str(stamp["note"]), str(stamp["repairs"])
        return said if stamp["hash"] == _hash(course, student, assignment) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def stamp(course: Path, student: str, assignment: str, note: str, repairs: str) -> None:
    """Remember that the submission was graded, and what was said of it."""
    path = _path(course, student, assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    said = {"hash": _hash(course, student, assignment), "note": note, "repairs": repairs}
    text = json.dumps(said, ensure_ascii=False)
    beside = path.with_suffix(".part")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def unstamp(course: Path, student: str, assignment: str) -> None:
    """Forget that the submission was graded: a grading that is broken off leaves none behind."""
    _path(course, student, assignment).unlink(missing_ok=True)


def _path(course: Path, student: str, assignment: str) -> Path:
    return course / FOLDER / student / f"{assignment}.json"


def _hash(course: Path, student: str, assignment: str) -> str:
    roots = [*roots_of(course, student, assignment), course / "source" / assignment]
    files = [path for root in roots for path in (root, *root.rglob("*")) if path.is_file()]
    return f"{_digest(sorted(files))} {_rules()}"


@cache
def _rules() -> str:
    package = Path(__file__).parents[1]
    return _digest(sorted(path for pattern in _RULES for path in package.glob(pattern)))


def _digest(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(f"{path.name} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
