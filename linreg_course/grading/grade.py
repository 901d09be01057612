"""Grade submissions with nbgrader, one student at a time: each ends with a score or with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Grade, Gradebook, GradeCell, MissingEntry
from nbgrader.apps import NbGraderAPI

from linreg_course.grading.aside import reason_of, released, set_aside, take_chinese
from linreg_course.grading.scores import missing_verdicts
from linreg_course.grading.stamps import note_of, stamp, unstamp
from linreg_course.handin.comparison import findings
from linreg_course.handin.nbgrader_course import cause_of, kept
from linreg_course.handin.submission import UnreadableError, read_submission
from linreg_course.language import Text

REMOVED = "The submission's folder was removed before it was graded: put it back, and grade again."


@dataclass(frozen=True)
class Result:
    """What became of one student's submission.

    Attributes:
        scores: by graded cell: points given (None where a person has to grade it) and the most there are.
        reason: why there is no score, or "".
        note: what was done to the submission, or "".
        penalty: points taken off for handing in late, as nbgrader has it.
    """

    student: str
    scores: dict[str, tuple[float | None, float]] = field(default_factory=dict)
    reason: str = ""
    note: str = ""
    penalty: float = 0.0

    @property
    def score(self) -> float | None:
        """The points so far less the penalty, never below 0; None where nothing could be graded."""
        return None if self.reason else max(0.0, sum(given or 0.0 for given, _ in self.scores.values()) - self.penalty)


def students_of(course: Path, assignment: str) -> list[str]:
    """Return who has handed in the assignment, also those whose submission was set aside."""
    folders = [*course.glob(f"submitted/*/{assignment}"), *course.glob(f"set_aside/*/{assignment}")]
    return sorted({folder.parent.name for folder in folders})


def assignments_of(course: Path) -> list[str]:
    """Return the assignments that somebody has handed in."""
    return sorted({folder.name for folder in course.glob("submitted/*/*") if folder.is_dir()})


def grade(api: NbGraderAPI, assignment: str, students: list[str], again: bool) -> Iterator[Result]:
    """Yield a result for each of the students; nobody's failure stops the next.

    What was graded since its submission, its assignment and the rules last changed is not graded again.

    Args:
        api: nbgrader's interface to the course.
        assignment: its name.
        students: those whose submission is to be graded.
        again: grade also what has not changed.
    """
    course = Path(api.coursedir.root)
    for student in students:
        if not (course / "submitted" / student / assignment).is_dir():
            yield Result(student, reason=reason_of(course, student, assignment) or REMOVED)
            continue
        note = None if again else note_of(course, student, assignment)
        scores, penalty = _scores(api.coursedir.db_url, assignment, student) if note is not None else ({}, 0.0)
        if scores:
            yield Result(student, scores, note=note or "", penalty=penalty)
            continue
        try:
            result = _grade_one(api, course, assignment, student)
        except (UnreadableError, FileNotFoundError):
            if (course / "submitted" / student / assignment).is_dir():
                raise
            result = Result(student, reason=REMOVED)
        yield result


def _grade_one(api: NbGraderAPI, course: Path, assignment: str, student: str) -> Result:
    chinese = take_chinese(course, student, assignment)
    reason = set_aside(course, student, assignment)
    if reason is not None:
        return Result(student, reason=reason.en)
    notes = ["The Chinese notebook was taken: the English one is untouched."] if chinese else []
    notes += _differences(course, student, assignment)
    unstamp(course, student, assignment)
    with kept(course / "autograded" / student / assignment):
        done = api.autograde(assignment, student, force=True, create=True)
        if str(done.get("error") or "").rstrip().endswith("KeyboardInterrupt"):  # nbgrader keeps it to itself
            raise KeyboardInterrupt
    if not done["success"]:
        return Result(student, reason=_cause(done), note=" ".join(notes))
    note = " ".join([*notes, *(words.en for words in missing_in(course, student, assignment))])
    stamp(course, student, assignment, note)
    scores, penalty = _scores(api.coursedir.db_url, assignment, student)
    return Result(student, scores, note=note, penalty=penalty)


def _differences(course: Path, student: str, assignment: str) -> list[str]:
    """Return what differs in a submission from the release in a way that a score does not show."""
    submission = read_submission(course / "submitted" / student / assignment / f"{assignment}.ipynb")
    release = released(course, submission)
    return [] if release is None else [words.en for words in findings(submission, release)]


def missing_in(course: Path, student: str, assignment: str) -> list[Text]:
    """Return why checks of an autograded submission have 0 points without a verdict."""
    path = course / "autograded" / student / assignment / f"{assignment}.ipynb"
    return missing_verdicts(nbformat.read(path, as_version=4))


def _scores(db_url: str, assignment: str, student: str) -> tuple[dict[str, tuple[float | None, float]], float]:
    """Return what the gradebook has of a submission: the points by cell, and the penalty for handing in late."""
    with Gradebook(db_url) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return {}, 0.0
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        scores = {
            one.name: (None if _waits(one) else one.score, one.max_score)
            for one in sorted(grades, key=lambda one: one.cell.id)
        }
        return scores, submission.late_submission_penalty or 0.0


def _waits(grade: Grade) -> bool:
    """Tell whether a person has to grade an answer in words; a check whose cell is missing counts 0."""
    by_hand = isinstance(grade.cell, GradeCell) and grade.cell.cell_type == "markdown"
    return by_hand and grade.needs_manual_grade and grade.manual_score is None


def _cause(done: dict[str, Any]) -> str:
    log = str(done.get("log") or "") + str(done.get("error") or "")
    if "Kernel died" in log or "DeadKernelError" in log:
        return "the kernel died while the notebook ran: a cell ended Python or took all memory"
    return f"nbgrader could not grade it: {cause_of(log)}"
