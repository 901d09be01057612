"""Grade submissions with nbgrader, several at a time: each ends with a score or with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI

from linreg_course.grading.account import waits
from linreg_course.grading.aside import reason_of, set_aside
from linreg_course.grading.autograde import NotGradedError, PooledAutograde
from linreg_course.grading.intake import released, roots_of, strays, take_in
from linreg_course.grading.lateness import Lateness, lateness_of
from linreg_course.grading.points import total
from linreg_course.grading.pools import Pool, Run, in_order
from linreg_course.grading.stamps import NOTHING, Said, said_of, stamp, unstamp
from linreg_course.grading.unseen import unseen_in
from linreg_course.handin.nbgrader_course import kept, one_engine
from linreg_course.handin.submission import UnreadableError
from linreg_course.language import Text

UNCONFINED = Text(en="It ran unconfined.", zh="运行时没有任何限制。")
NO_TEXT = "The name of the student's folder is not in UTF-8, and no gradebook takes it: rename it, and grade again."
REMOVED = "The submission's folder was removed before it was graded: put it back, and grade again."


@dataclass(frozen=True)
class Result:
    """What became of one student's submission.

    Attributes:
        scores: by graded cell: points given (None where a person has to grade it) and the most there are.
        reason: why there is no score, or "".
        said: what a person should know of how it was graded.
        lateness: when it was due and when it came.
    """

    student: str
    scores: dict[str, tuple[float | None, float]] = field(default_factory=dict)
    reason: str = ""
    said: Said = NOTHING
    lateness: Lateness = field(default_factory=Lateness)

    @property
    def penalty(self) -> float:
        """Points taken off for handing in late, as nbgrader has it."""
        return self.lateness.penalty

    @property
    def note(self) -> str:
        """What a person should know of how it was graded, or ""."""
        return _joined(self.said.doubts + self.said.seen)

    @property
    def repairs(self) -> str:
        """What was repaired in the submission, or ""."""
        return _joined(self.said.repairs)

    @property
    def score(self) -> float | None:
        """The points so far less the penalty, never below 0; None where nothing could be graded."""
        return None if self.reason else total((given for given, _ in self.scores.values()), self.penalty)


def students_of(course: Path, assignment: str) -> list[str]:
    """Return who has handed in the assignment, also where it was set aside or lies in no folder of its name."""
    folders = [*course.glob(f"submitted/*/{assignment}"), *course.glob(f"set_aside/*/{assignment}")]
    return sorted({*(folder.parent.name for folder in folders), *strays(course, assignment)})


def assignments_of(course: Path) -> list[str]:
    """Return the assignments that somebody has handed in, and the folders in the place of one that are none's."""
    known = {one.assignment for one in released(course)}
    names = {name for name in known if students_of(course, name)}
    lost = {student for name in known for student in strays(course, name)}
    folders = (path for path in course.glob("submitted/*/*") if path.is_dir() and path.parent.name not in lost)
    return sorted({*names, *(path.name for path in folders)})


def grade(api: NbGraderAPI, assignment: str, students: list[str], again: bool, pool: Pool) -> Iterator[Result]:
    """Yield a result for each of the students, in their order; nobody's failure stops the next.

    What was graded since its submission, its assignment and the rules last changed is not graded again.

    Args:
        api: nbgrader's interface to the course.
        assignment: its name.
        students: those whose submission is to be graded.
        again: grade also what has not changed.
        pool: what runs the notebooks.

    Raises:
        PoolError: it can run no more of them.
    """
    with one_engine():
        yield from in_order((_begun(api, assignment, student, again, pool.run) for student in students), pool)


def _begun(api: NbGraderAPI, assignment: str, student: str, again: bool, run: Run) -> Callable[[], Result]:
    """Begin to grade a student's submission; return what ends it, with its result."""
    course = Path(api.coursedir.root)
    if student != student.encode(errors="replace").decode():
        return lambda: Result(student, reason=NO_TEXT)
    if not roots_of(course, student, assignment):
        why = reason_of(course, student, assignment)
        return lambda: Result(student, reason=why.en if why is not None else REMOVED)
    done = None if again else _done(api.coursedir.db_url, course, assignment, student)
    if done is not None:
        return lambda: done
    try:
        return _submitted(api, assignment, student, run)
    except FileNotFoundError:
        if roots_of(course, student, assignment):
            raise
        return lambda: Result(student, reason=REMOVED)


def _done(db_url: str, course: Path, assignment: str, student: str) -> Result | None:
    """Return the result of a submission that needs no grading: neither it nor what decides its score has changed."""
    result = _result(db_url, assignment, student)
    said = said_of(course, student, assignment, result.lateness.until) if result is not None else None
    return replace(result, said=said) if result is not None and said is not None else None


def _submitted(api: NbGraderAPI, assignment: str, student: str, run: Run) -> Callable[[], Result]:
    course = Path(api.coursedir.root)
    try:
        taken = take_in(course, student, assignment)
    except UnreadableError as error:
        set_aside(course, student, assignment, error)
        reason = f"{error.words.en}{_earlier(api.coursedir.db_url, assignment, student)}"
        return lambda: Result(student, reason=reason)
    except OSError:  # the disk is full, or the folder was removed
        raise
    except Exception as error:  # a fault of ours costs this one a person's time, and nobody else anything
        reason = f"It could not be read ({type(error).__name__}: {error}): grade it by hand, or ask for another copy."
        return lambda: Result(student, reason=reason)
    seen = () if api.config.WarmExecute.get("confined", True) else (UNCONFINED,)
    app = PooledAutograde(api, assignment, student)
    app.submit(run)
    return lambda: _ended(app, course, Said(seen, taken.doubts, taken.repairs))


def _ended(app: PooledAutograde, course: Path, said: Said) -> Result:
    assignment, student = app.coursedir.assignment_id, app.coursedir.student_id
    unstamp(course, student, assignment)
    try:
        with kept(course / "autograded" / student / assignment):
            app.finish()
    except NotGradedError as error:
        if not roots_of(course, student, assignment):
            return Result(student, reason=REMOVED)
        return Result(student, reason=f"nbgrader could not grade it: {error}", said=said)
    path = course / "autograded" / student / assignment / f"{assignment}.ipynb"
    graded = nbformat.read(path, as_version=4)
    said = said._replace(seen=(*said.seen, *unseen_in(graded)))
    result = _result(app.coursedir.db_url, assignment, student)
    if result is None:
        return Result(student, reason=REMOVED)
    stamp(course, student, assignment, said, graded.metadata["linreg_course"]["rules"], result.lateness.until)
    return replace(result, said=said)


def _earlier(db_url: str, assignment: str, student: str) -> str:
    """Return that a grade of an earlier submission stays, where there is one."""
    earlier = _result(db_url, assignment, student)
    if earlier is None or earlier.score is None:
        return ""
    return f" An earlier submission's {earlier.score:g} points stay in the gradebook and in what is exported."


def _result(db_url: str, assignment: str, student: str) -> Result | None:
    """Return what the gradebook has of a submission, or None where it has none."""
    with Gradebook(db_url) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return None
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        scores = {
            one.name: (None if waits(one) else one.score, one.max_score)
            for one in sorted(grades, key=lambda one: one.cell.id)
        }
        return Result(student, scores, lateness=lateness_of(submission))


def _joined(texts: tuple[Text, ...]) -> str:
    return " ".join(words.en for words in texts)
