"""What must be there before the first submission is graded, and one sentence for each thing that is not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import DBAPIError

from linreg_course.grading.grade import Result, students_of
from linreg_course.grading.pools import PoolError
from linreg_course.handin.course_key import read_key
from linreg_course.handin.gradebook import SETTING, gone, require_gradebook, said_by
from linreg_course.wall.cage import readable
from linreg_course.wall.doctor import PARTS, examine

# As many names as a sentence lists.
_FEW = 12
# How it reads, also in nbgrader's log: Linux's and macOS's words, Windows's, and SQLite's.
_FULL = ("No space left on device", "Disk quota exceeded", "not enough space on the disk", "database or disk is full")


def chosen(course: Path, name: str, students: list[str], handed_in: list[str]) -> list[str]:
    """Return whose submission of the assignment is to be graded: the named students, or all who handed it in.

    Raises:
        UsageError: nobody did, or one of the named did not.
    """
    known = students_of(course, name)
    if not known:
        raise click.UsageError(
            f"nobody handed in {name}: there is no folder {course / 'submitted'}/STUDENT/{name}{near(name, handed_in)}"
        )
    for student in students:
        if student not in known:
            came = ", ".join(known) if len(known) <= _FEW else f"{len(known)} others"
            meant = near(student, known) or f"; it came from {came}"
            raise click.UsageError(f"{student} did not hand in {name}{meant}")
    return [student for student in known if not students or student in students]


def require(api: NbGraderAPI, names: Iterable[str]) -> None:
    """See that the course's key, its gradebook and the assignments' release are there and can be read.

    Raises:
        ClickException: one is missing or damaged; it says which, and what to do.
    """
    course = Path(api.coursedir.root)
    try:
        read_key(course)
    except ValueError as error:
        raise click.ClickException(f"nothing was graded: {error}") from None
    released = [path.stem for path in course.glob("release/*/*.ipynb")]
    for name in names:
        for folder in ("source", "release"):
            path = course / folder / name / f"{name}.ipynb"
            if not path.is_file():
                meant = "" if name in released else near(name, released)
                raise click.ClickException(
                    f"nothing was graded: there is no {path}; `linreg release {name}` makes it{meant}"
                )
    require_gradebook(api.coursedir.db_url)


def require_cage(course: Path) -> None:
    """See that submissions can be confined here, away from the course.

    Raises:
        ClickException: they cannot; it says why.
    """
    reachable = course_in_reach(course)
    if reachable:
        raise click.ClickException(f"nothing was graded: {reachable}; move it")
    fault = cage_fault()
    if fault:
        raise click.ClickException(
            f"nothing was graded: submissions cannot be confined here: {fault}. `linreg doctor` says what to do; "
            "--allow-unconfined grades without, and says so in the result"
        )


def course_in_reach(course: Path) -> str:
    """Return that what may be read in the cage holds the course, or ""."""
    inside = next((path for path in readable() if course.resolve().is_relative_to(path.resolve())), None)
    return "" if inside is None else f"the course lies in {inside}, which Python needs and submissions may read"


def cage_fault() -> str:
    """Try the cage; return in words which parts of it do not hold, or ""."""
    broken = [one for one in examine() if not one.holds]
    if broken and len(broken) == len(PARTS):
        return broken[0].why
    return "; ".join(f"{PARTS[one.part].en} ({one.why})" for one in broken)


@contextmanager
def said_in_a_sentence() -> Iterator[None]:
    """Say in one sentence that the disk is full, or the gradebook or a cluster cannot be used, and no traceback."""
    try:
        yield
    except OSError as error:
        _stop_where_full(str(error))
        raise
    except PoolError as error:
        raise click.ClickException(str(error)) from None
    except DBAPIError as error:
        _stop_where_full(str(error.orig))
        _stop_where_gone(f"{type(error).__name__}: {error}")
        raise click.ClickException(
            f"the gradebook cannot be used ({said_by(error)}): what was graded stays, the same command goes on"
        ) from None


def stop_where_no_other_goes_on(result: Result) -> None:
    """Raise where a submission has no score since the disk is full or the gradebook's server is gone.

    Raises:
        ClickException: it says so; the next one would have no score either.
    """
    if result.reason.startswith("nbgrader could not grade it"):
        _stop_where_full(result.reason)
        _stop_where_gone(result.reason)


def _stop_where_full(said: str) -> None:
    if any(words in said for words in _FULL):
        raise click.ClickException(
            "the disk is full: make room; what was graded stays, and the same command goes on with the others"
        ) from None


def _stop_where_gone(said: str) -> None:
    why = gone(said)
    if why:
        raise click.ClickException(
            f"the gradebook's server is out of reach ({why}): start it, or mend {SETTING}; what was graded stays, and "
            "the same command goes on with the others"
        ) from None


def near(name: str, known: Iterable[str]) -> str:
    """Return the name that may have been meant, as the end of a sentence, or "" where none is like it."""
    found = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {found[0]}?" if found else ""
