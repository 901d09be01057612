"""Find the notebook that a student means: by the assignment's name, by the file's name, or by its path."""

from __future__ import annotations

import difflib
import os
from contextlib import suppress
from functools import cache
from pathlib import Path

from linreg_course.handin.answers import State, states
from linreg_course.handin.reading import read_handed_in
from linreg_course.handin.submission import Submission, UnreadableError, read_submission
from linreg_course.language import LANGUAGES, Text, language

# Set by `linreg lab` for its terminals and kernels, which may stand in any folder.
COURSE_VARIABLE = "LINREG_COURSE"


def course_folder(below: Path) -> Path | None:
    """Return the course's folder: the nearest above `below`, or the one that JupyterLab was opened for."""
    named = os.environ.get(COURSE_VARIABLE)
    for folder in (*below.resolve().parents, *([Path(named)] if named else [])):
        if any((folder / "notebooks" / lang).is_dir() for lang in LANGUAGES):
            return folder
    return None


def read_own(path: Path) -> Submission:
    """Return the submission in a student's file, repaired as grading would repair it.

    Raises:
        UnreadableError: it is none.
    """
    known = releases(path)
    if path.resolve() in {release.path for release in known}:  # somebody works in the released copy itself
        return read_submission(path)
    return read_handed_in(path, known) if known else read_submission(path)


def find_release(submission: Submission) -> Submission | None:
    """Return the assignment as it came with the course, from `notebooks/`, if it is there."""
    wanted, own = (submission.assignment, submission.lang), submission.path.resolve()
    found = (one for one in releases(submission.path) if (one.assignment, one.lang) == wanted and one.path != own)
    return next(found, None)


def releases(path: Path) -> list[Submission]:
    """Return the assignments, in each language, of the course that a file belongs to or the terminal stands in."""
    course = course_folder(path) or course_folder(Path.cwd() / "_")
    return list(_releases(course.resolve())) if course else []


@cache
def _releases(course: Path) -> tuple[Submission, ...]:
    found = []
    for path in sorted(course.glob("notebooks/[ez][nh]/*.ipynb")):
        with suppress(UnreadableError):  # a lesson
            found.append(read_submission(path))
    return tuple(found)


def own_notebook() -> Path | None:
    """Return the notebook whose kernel this is, as JupyterLab names it."""
    path = Path(os.environ.get("JPY_SESSION_NAME", ""))
    return path if path.suffix == ".ipynb" and path.is_file() else None


def meant(name: str) -> list[Submission]:
    """Return what `name` may mean: the file of that path, else the copies of the assignment that were worked on.

    Args:
        name: a path, or the name of an assignment, with `.ipynb` or without.

    Raises:
        UnreadableError: there is no such file and no such assignment, or nothing was written in it yet.
    """
    path = Path(name).expanduser()
    if path.is_file():
        return [read_own(path)]
    course = course_folder(Path.cwd() / "_")
    assignment = path.name.removesuffix(".ipynb")
    if course is None:
        raise UnreadableError(_no_course(name))
    copies = [copy for lang in LANGUAGES if (copy := course / "work" / lang / f"{assignment}.ipynb").is_file()]
    if not copies or len(path.parts) > 1:
        raise UnreadableError(_no_such(name, course))
    written = [submission for copy in copies if _is_written(submission := read_own(copy))]
    if not written:
        raise UnreadableError(_nothing_written(assignment, copies))
    return written


def assignments(course: Path) -> list[str]:
    """Return the names of the course's assignments."""
    return sorted({release.assignment for release in _releases(course.resolve())})


def _is_written(submission: Submission) -> bool:
    return set(states(submission, find_release(submission)).values()) - {State.UNTOUCHED} != set()


def _no_course(name: str) -> Text:
    return Text(
        en=f"There is no file {name}, and the course is not found from {Path.cwd()}: run this in the course's folder, "
        "or give the notebook's path.",
        zh=f"没有文件{name}，从{Path.cwd()}也找不到课程：请在课程的文件夹里运行，或者给出笔记本的路径。",
    )


def _no_such(name: str, course: Path) -> Text:
    known = assignments(course)
    close = difflib.get_close_matches(Path(name).name.removesuffix(".ipynb").lower(), known, 1)
    en, zh = (f" Did you mean {close[0]}?", f"是不是{close[0]}？") if close else ("", "")
    return Text(
        en=f"There is no file {name} and no assignment of that name.{en} The assignments are {', '.join(known)}; "
        f"your copies are in {course / 'work'}.",
        zh=f"没有文件{name}，也没有叫这个名字的作业。{zh}作业有{'、'.join(known)}；你的副本在{course / 'work'}里。",
    )


def _nothing_written(assignment: str, copies: list[Path]) -> Text:
    copy = next((copy for copy in copies if copy.parent.name == language()), copies[0])
    return Text(
        en=f"Nothing is written in {assignment} yet. To take it as it is, give the notebook's path: {copy}",
        zh=f"{assignment}里还什么都没有写。要按现在的样子处理它，请给出笔记本的路径：{copy}",
    )
