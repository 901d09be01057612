"""Set aside what would stop nbgrader, before it sees it, and keep the reason beside it."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

from linreg_course.handin.comparison import blocking
from linreg_course.handin.submission import Submission, UnreadableError, read_submission
from linreg_course.language import Text

FOLDER = "set_aside"
REASON = "reason.txt"


def set_aside(course: Path, student: str, assignment: str) -> Text | None:
    """Move a submission that nbgrader cannot grade to `set_aside/`; return why, or None where it can be graded.

    The files are moved as they are; the reason is written beside them.
    """
    folder = course / "submitted" / student / assignment
    try:
        submission = read_submission(folder / f"{assignment}.ipynb")
    except UnreadableError as error:
        reason: Text | None = error.words
    else:
        reason = _why_not(course, submission, assignment)
    if reason is not None:
        # Written before the folder is moved: a full disk must not leave it there without a reason.
        (folder / REASON).write_text(f"{reason.en}\n{reason.zh}\n", encoding="utf-8")
        target = _free(course / FOLDER / student / assignment)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folder, target)
    return reason


def reason_of(course: Path, student: str, assignment: str) -> str:
    """Return why the newest submission of a student was set aside, or "" where none was."""
    found = sorted((course / FOLDER / student).glob(f"{assignment}*/{REASON}"), key=lambda path: path.stat().st_mtime)
    return found[-1].read_text(encoding="utf-8").split("\n")[0] if found else ""


def take_chinese(course: Path, student: str, assignment: str) -> bool:
    """Put the Chinese notebook at the top where only it was worked on; tell whether it was.

    The English one is kept in `set_aside/`.
    """
    folder = course / "submitted" / student / assignment
    top, other = folder / f"{assignment}.ipynb", folder / "zh" / f"{assignment}.ipynb"
    if not other.is_file() or not top.is_file():
        return False
    released = course / "release" / assignment / f"{assignment}.ipynb"
    try:
        untouched = _answers(top) == _answers(released) != _answers(other)
    except UnreadableError:
        return False
    if untouched:
        kept = _free(course / FOLDER / student / f"{assignment}-english")
        kept.mkdir(parents=True)
        shutil.copyfile(top, kept / top.name)
        beside = top.with_suffix(".part")
        shutil.copyfile(other, beside)
        os.replace(beside, top)
    return untouched


def released(course: Path, submission: Submission) -> Submission | None:
    """Return the released notebook of a submission's assignment and language, or None where there is none."""
    folder = course / "release" / submission.assignment / ("zh" if submission.lang == "zh" else "")
    try:
        return read_submission(folder / f"{submission.assignment}.ipynb")
    except UnreadableError:
        return None


def _why_not(course: Path, submission: Submission, assignment: str) -> Text | None:
    if submission.assignment != assignment:
        return Text(
            en=f"The file is the assignment {submission.assignment}, handed in as {assignment}.",
            zh=f"这个文件是作业{submission.assignment}，却作为{assignment}上交。",
        )
    found = blocking(submission, released(course, submission))
    return found[0] if found else None


def _answers(path: Path) -> list[str]:
    submission = read_submission(path)
    return [cell.source.strip() for cell in submission.graded() if cell.metadata["nbgrader"]["solution"]]


def _free(folder: Path) -> Path:
    names = itertools.chain([folder], (folder.with_name(f"{folder.name}-{number}") for number in itertools.count(2)))
    return next(path for path in names if not path.exists())
