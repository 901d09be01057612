"""What was graded once is not graded again until the submission, its release, or the rules change."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from linreg_course.grading.intake import roots_of
from linreg_course.grading.provenance import rules_digest
from linreg_course.language import Text

FOLDER = "graded"
# What decides a score, beside the submission, its assignment and its exercises' rules.
_ENGINE = (
    *("handin/*.py", "warm/*.py", "wall/*.py"),
    *(f"grading/{name}.py" for name in ("intake", "autograde", "execute", "scores", "seeds", "unseen")),
)


class Said(NamedTuple):
    """What there is to say of a submission that was graded.

    Attributes:
        seen: what was seen while it ran.
        doubts: what a person has to look at in its file.
        repairs: what was repaired in its file.
    """

    seen: tuple[Text, ...] = ()
    doubts: tuple[Text, ...] = ()
    repairs: tuple[Text, ...] = ()


NOTHING = Said()


def said_of(course: Path, student: str, assignment: str, until: str) -> Said | None:
    """Return what was said when this submission was graded by these rules and this deadline, or None if it was not."""
    stamped, said = _read(course, student, assignment)
    rules = stamped.get("rules", {})
    is_same = stamped.get("hash") == _hash(course, student, assignment) and stamped.get("until") == until
    return said if is_same and all(rules_digest(name) == digest for name, digest in rules.items()) else None


def last_said_of(course: Path, student: str, assignment: str) -> Said:
    """Return what was said when a submission was last graded, whatever has changed since."""
    _, said = _read(course, student, assignment)
    return said


def stamp(course: Path, student: str, assignment: str, said: Said, rules: dict[str, str], until: str) -> None:
    """Remember that the submission was graded.

    Args:
        course: nbgrader's tree.
        student: whose it is.
        assignment: its name.
        said: what there is to say of it.
        rules: by exercise, the digest of what judged it (see `provenance`).
        until: by which deadline a penalty was given (see `Lateness.until`).
    """
    known = {"hash": _hash(course, student, assignment), "rules": rules, "until": until}
    _write(_path(course, student, assignment), known, said)


def unstamp(course: Path, student: str, assignment: str) -> None:
    """Forget that the submission was graded: a grading that is broken off leaves none behind."""
    _path(course, student, assignment).unlink(missing_ok=True)


def restamp(
    course: Path, student: str, assignment: str, seen: tuple[Text, ...], rules: dict[str, str], until: str
) -> None:
    """Remember what was seen when the checks of a stamped submission were judged anew (see `stamp`)."""
    stamped, said = _read(course, student, assignment)
    if stamped:
        known = {"hash": stamped["hash"], "rules": rules, "until": until}
        _write(_path(course, student, assignment), known, said._replace(seen=seen))


def _write(path: Path, known: dict[str, Any], said: Said) -> None:
    twins = {name: [[words.en, words.zh] for words in texts] for name, texts in said._asdict().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps({**known, **twins}, ensure_ascii=False), encoding="utf-8")
    os.replace(beside, path)


def _read(course: Path, student: str, assignment: str) -> tuple[dict[str, Any], Said]:
    try:
        stamped = json.loads(_path(course, student, assignment).read_text(encoding="utf-8"))
        return stamped, Said(*(tuple(Text(*twins) for twins in stamped[name]) for name in Said._fields))
    except (OSError, ValueError, KeyError, TypeError):
        return {}, Said()


def _path(course: Path, student: str, assignment: str) -> Path:
    return course / FOLDER / student / f"{assignment}.json"


def _hash(course: Path, student: str, assignment: str) -> str:
    roots = [*roots_of(course, student, assignment), course / "source" / assignment]
    files = [path for root in roots for path in (root, *root.rglob("*")) if path.is_file()]
    return f"{_digest(sorted(files))} {_engine()}"


@cache
def _engine() -> str:
    package = Path(__file__).parents[1]
    return _digest(sorted(path for pattern in _ENGINE for path in package.glob(pattern)))


def _digest(paths: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        content = b""
        with suppress(OSError):  # what cannot be read is not there for the student's code either
            content = path.read_bytes()
        found.update(os.fsencode(f"{path.name} ") + hashlib.sha256(content).digest())
    return found.hexdigest()
