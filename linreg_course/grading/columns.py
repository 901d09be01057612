"""What the head of an assignment's table needs before anybody is graded: its cells, their points, and penalties."""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI

from linreg_course.handin.submission import UnreadableError, grade_id, points, read_submission, role


def maxima_of(api: NbGraderAPI, name: str) -> dict[str, float]:
    """Return the most points of each graded cell, in the order of the source, then what only the gradebook has."""
    path = Path(api.coursedir.root) / "source" / name / f"{name}.ipynb"
    try:
        cells = [cell for cell in read_submission(path).graded() if role(cell) != "solution"]
    except UnreadableError:
        cells = []
    found = {grade_id(cell): points(cell) for cell in cells}
    with Gradebook(api.coursedir.db_url) as gradebook:
        try:
            known = [cell for notebook in gradebook.find_assignment(name).notebooks for cell in notebook.grade_cells]
        except MissingEntry:
            known = []
        return found | {cell.name: cell.max_score for cell in sorted(known, key=lambda one: one.name)}


def has_penalties(api: NbGraderAPI, name: str) -> bool:
    """Tell whether somebody has a penalty for handing in late, or may get one by the course's configuration."""
    configured = {"AssignLatePenalties", "LateSubmissionPlugin"} & api.config.keys()
    with Gradebook(api.coursedir.db_url) as gradebook:
        try:
            assignment = gradebook.find_assignment(name)
        except MissingEntry:
            return False
        return bool(configured and assignment.duedate) or any(
            submission.late_submission_penalty for submission in assignment.submissions
        )
