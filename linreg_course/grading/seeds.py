"""Fresh numbers for every grade: a seed that follows from the course's key, the student and the exercise."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade

from linreg_course.checking.judging import SEEDS_VARIABLE
from linreg_course.exercises import EXERCISES
from linreg_course.handin.preflight import NESTED

KEY_FILE = "seed.key"

_CALL = re.compile(r"^check\.(\w+)\(", re.MULTILINE)


def make_key(course: Path) -> bool:
    """Make the course's key in the folder `course` unless it is there; tell whether it was made.

    Only the owner may read it. It is never made anew: other seeds would give other grades.
    """
    try:
        descriptor = os.open(course / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    return True


def read_key(course: Path) -> bytes:
    """Return the course's key.

    Raises:
        ValueError: there is none, or it is none; it says what to do.
    """
    path = course / KEY_FILE
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise ValueError(f"there is no {path}: `linreg release` makes it, or take it from a backup") from None
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ValueError(f"{path} is damaged: take it from a backup, since another key gives other grades")
    return key


def seed_of(key: bytes, assignment: str, student: str, exercise: str) -> int:
    """Return the seed of one grade; 53 bits, which JSON keeps exactly in every program."""
    digest = hmac.new(key, f"{assignment}/{student}/{exercise}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") >> 11


class Seeds(NbGraderPreprocessor):
    """Record the seeds of a submission in its metadata, whatever stands there; runs before the notebook does."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Write {exercise: seed} of the notebook's check cells to `metadata.linreg_course.seeds`."""
        key = read_key(Path(CourseDirectory(parent=self).root))
        known = resources["nbgrader"]
        called = {name for cell in nb.cells if is_grade(cell) for name in _CALL.findall(cell.source)}
        seeds = {
            name: seed_of(key, known["assignment"], known["student"], name) for name in EXERCISES if name in called
        }
        course = nb.metadata.get("linreg_course")
        nb.metadata["linreg_course"] = {**(course if isinstance(course, dict) else {}), "seeds": seeds}
        return nb, resources


class SeededExecute(Execute):
    """nbgrader's `Execute`, whose kernel finds the recorded seeds in its environment."""

    def setup_kernel(self, **kwargs: Any) -> AbstractContextManager[None]:
        """Start the kernel for the notebook's run.

        The seeds are given to the kernel alone: in this process's own environment they would reach
        the next kernel too, a validation's in formgrader's server for one.
        """
        seeds = json.dumps(self.nb.metadata["linreg_course"]["seeds"])
        context: AbstractContextManager[None] = super().setup_kernel(
            env={**os.environ, SEEDS_VARIABLE: seeds, NESTED: "1"}, **kwargs
        )
        return context
