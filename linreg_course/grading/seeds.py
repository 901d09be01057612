"""Fresh numbers for every grade: a seed that follows from the course's key, the student and the exercise."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade

from linreg_course.checking.judging import SEEDS_VARIABLE
from linreg_course.exercises import EXERCISES, called_in
from linreg_course.handin.afresh import NESTED
from linreg_course.handin.course_key import read_key


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
        called = {name for cell in nb.cells if is_grade(cell) for name in called_in(cell.source)}
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
