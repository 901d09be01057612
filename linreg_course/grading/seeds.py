"""Fresh numbers for every grade: a seed that follows from the course's key, the student and the exercise."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Any

from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade

from linreg_course.exercises import EXERCISES, called_in
from linreg_course.grading.provenance import rules_digest, versions
from linreg_course.handin.course_key import read_key


def seed_of(key: bytes, assignment: str, student: str, exercise: str) -> int:
    """Return the seed of one grade; 53 bits, which JSON keeps exactly in every program."""
    digest = hmac.new(key, f"{assignment}/{student}/{exercise}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") >> 11


class Seeds(NbGraderPreprocessor):
    """Record the seeds of a submission in its metadata, whatever stands there; runs before the notebook does."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Write {exercise: seed} of the notebook's check cells to `metadata.linreg_course.seeds`.

        Beside it stands by what the grade is given: `rules`, a digest for each exercise, and `versions`.
        """
        key = read_key(Path(CourseDirectory(parent=self).root))
        known = resources["nbgrader"]
        called = {name for cell in nb.cells if is_grade(cell) for name in called_in(cell.source)}
        seeds = {
            name: seed_of(key, known["assignment"], known["student"], name) for name in EXERCISES if name in called
        }
        course = nb.metadata.get("linreg_course")
        given = {"seeds": seeds, "rules": {name: rules_digest(name) for name in seeds}, "versions": versions()}
        nb.metadata["linreg_course"] = {**(course if isinstance(course, dict) else {}), **given}
        return nb, resources
