"""Grade submissions with nbgrader, several at a time: each ends with a score or with a reason."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbgrader.api import Grade, Gradebook, GradeCell, MissingEntry
from nbgrader.apps import NbGraderAPI

from linreg_course.grading import execute
from linreg_course.grading.aside import reason_of, released, set_aside, take_chinese
from linreg_course.grading.autograde import NotGradedError, PooledAutograde
from linreg_course.grading.stamps import note_of, stamp, unstamp
from linreg_course.grading.unseen import unseen_in
from linreg_course.handin.comparison import findings
from linreg_course.handin.nbgrader_course import kept, one_engine
from linreg_course.handin.submission import UnreadableError, read_submission

# Runs a notebook: see `execute.grade`.
Run = Callable[[dict[str, Any]], Future[str]]

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


def grade(api: NbGraderAPI, assignment: str, students: list[str], again: bool, jobs: int) -> Iterator[Result]:
    """Yield a result for each of the students, in their order; nobody's failure stops the next.

    What was graded since its submission, its assignment and the rules last changed is not graded again.

    Args:
        api: nbgrader's interface to the course.
        assignment: its name.
        students: those whose submission is to be graded.
        again: grade also what has not changed.
        jobs: how many notebooks run at a time.
    """
    waiting: deque[Callable[[], Result]] = deque()
    with one_engine(), _pool(jobs) as run:
        for student in students:
            waiting.append(_begun(api, assignment, student, again, run))
            if len(waiting) > 2 * jobs:
                yield waiting.popleft()()
        while waiting:
            yield waiting.popleft()()


@contextmanager
def _pool(jobs: int) -> Iterator[Run]:
    """Give what runs a notebook in one of so many threads, each in a folder below one that is removed in the end."""
    executor = ThreadPoolExecutor(jobs)
    with TemporaryDirectory(prefix="linreg-", ignore_cleanup_errors=True) as scratch:
        try:
            yield lambda task: executor.submit(execute.grade, {**task, "scratch": scratch})
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def _begun(api: NbGraderAPI, assignment: str, student: str, again: bool, run: Run) -> Callable[[], Result]:
    """Begin to grade a student's submission; return what ends it, with its result."""
    course = Path(api.coursedir.root)
    folder = course / "submitted" / student / assignment
    if not folder.is_dir():
        reason = reason_of(course, student, assignment) or REMOVED
        return lambda: Result(student, reason=reason)
    note = None if again else note_of(course, student, assignment)
    done = _result(api.coursedir.db_url, assignment, student, note) if note is not None else None
    if done is not None:
        return lambda: done
    try:
        return _submitted(api, assignment, student, run)
    except (UnreadableError, FileNotFoundError):
        if folder.is_dir():
            raise
        return lambda: Result(student, reason=REMOVED)


def _submitted(api: NbGraderAPI, assignment: str, student: str, run: Run) -> Callable[[], Result]:
    course = Path(api.coursedir.root)
    chinese = take_chinese(course, student, assignment)
    aside = set_aside(course, student, assignment)
    if aside is not None:
        return lambda: Result(student, reason=aside.en)
    notes = ["The Chinese notebook was taken: the English one is untouched."] if chinese else []
    notes += _differences(course, student, assignment)
    notes += [] if api.config.WarmExecute.get("confined", True) else ["It ran unconfined."]
    app = PooledAutograde(api, assignment, student)
    app.submit(run)
    return lambda: _ended(app, course, assignment, student, notes)


def _ended(app: PooledAutograde, course: Path, assignment: str, student: str, notes: list[str]) -> Result:
    unstamp(course, student, assignment)
    try:
        with kept(course / "autograded" / student / assignment):
            app.finish()
    except NotGradedError as error:
        if not (course / "submitted" / student / assignment).is_dir():
            return Result(student, reason=REMOVED)
        return Result(student, reason=f"nbgrader could not grade it: {error}", note=" ".join(notes))
    path = course / "autograded" / student / assignment / f"{assignment}.ipynb"
    note = " ".join([*notes, *(words.en for words in unseen_in(nbformat.read(path, as_version=4)))])
    stamp(course, student, assignment, note)
    return _result(app.coursedir.db_url, assignment, student, note) or Result(student, reason=REMOVED)


def _differences(course: Path, student: str, assignment: str) -> list[str]:
    """Return what differs in a submission from the release in a way that a score does not show."""
    submission = read_submission(course / "submitted" / student / assignment / f"{assignment}.ipynb")
    release = released(course, submission)
    return [] if release is None else [words.en for words in findings(submission, release)]


def _result(db_url: str, assignment: str, student: str, note: str) -> Result | None:
    """Return what the gradebook has of a submission, or None where it has none."""
    with Gradebook(db_url) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return None
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        scores = {
            one.name: (None if _waits(one) else one.score, one.max_score)
            for one in sorted(grades, key=lambda one: one.cell.id)
        }
        return Result(student, scores, note=note, penalty=submission.late_submission_penalty or 0.0)


def _waits(grade: Grade) -> bool:
    """Tell whether a person has to grade an answer in words; a check whose cell is missing counts 0."""
    by_hand = isinstance(grade.cell, GradeCell) and grade.cell.cell_type == "markdown"
    return by_hand and grade.needs_manual_grade and grade.manual_score is None
