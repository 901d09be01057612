"""All that is known of a class's grades in an assignment, student by student: for the report and for exports."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI

from linreg_course.grading.account import Part, parts_of
from linreg_course.grading.aside import reason_of
from linreg_course.grading.grade import students_of
from linreg_course.grading.lateness import Lateness, lateness_of
from linreg_course.grading.points import total
from linreg_course.grading.stamps import NOTHING, Said, last_said_of
from linreg_course.language import Text

NOT_GRADED = Text(en="It is not graded yet.", zh="还没有评分。")


@dataclass(frozen=True)
class Entry:
    """What there is of one student in one assignment.

    Attributes:
        parts: the graded cells in the notebook's order; none where nothing was graded.
        lateness: when it was due, when it came, and what that cost.
        said: what was repaired, what a person should look at, and what was seen while it ran.
        reason: why there is no score, or None.
        notebook: what was graded, with its verdicts, or None.
    """

    student: str
    assignment: str
    parts: tuple[Part, ...] = ()
    lateness: Lateness = field(default_factory=Lateness)
    said: Said = NOTHING
    reason: Text | None = None
    notebook: NotebookNode | None = None

    @property
    def penalty(self) -> float:
        """Points taken off for handing in late."""
        return self.lateness.penalty

    @property
    def score(self) -> float | None:
        """The points so far less the penalty, never below 0; None where nothing was graded."""
        if self.reason is not None:
            return None
        return total((part.score for part in self.parts), self.penalty)

    @property
    def waits(self) -> bool:
        """Tell whether a person has yet to grade a part of it."""
        return any(part.score is None for part in self.parts)


def entries_of(api: NbGraderAPI, assignment: str) -> list[Entry]:
    """Return the entries of all who handed in the assignment, or have a grade in it, by name."""
    course = Path(api.coursedir.root)
    graded = {path.parent.name for path in course.glob(f"autograded/*/{assignment}")}
    with Gradebook(api.coursedir.db_url) as gradebook:
        students = sorted({*students_of(course, assignment), *graded})
        return [_entry(gradebook, course, assignment, student) for student in students]


def _entry(gradebook: Gradebook, course: Path, assignment: str, student: str) -> Entry:
    path = course / "autograded" / student / assignment / f"{assignment}.ipynb"
    if not path.is_file():
        return Entry(student, assignment, reason=reason_of(course, student, assignment) or NOT_GRADED)
    notebook = nbformat.read(path, as_version=4)
    try:
        parts = tuple(parts_of(gradebook, notebook, assignment, student))
        lateness = lateness_of(gradebook.find_submission(assignment, student))
    except MissingEntry:
        return Entry(student, assignment, reason=NOT_GRADED)
    return Entry(student, assignment, parts, lateness, last_said_of(course, student, assignment), None, notebook)
