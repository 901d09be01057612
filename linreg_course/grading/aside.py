"""Set aside what cannot be graded, before nbgrader sees it, and keep the reason beside it."""

from __future__ import annotations

import itertools
import re
import shutil
from pathlib import Path

from linreg_course.handin.submission import UnreadableError
from linreg_course.language import Text

FOLDER = "set_aside"
REASON = "reason.txt"


def set_aside(course: Path, student: str, assignment: str, error: UnreadableError) -> None:
    """Move a submission that cannot be graded to `set_aside/`, as it is, with the reason and what can be read of it.

    What does not lie in the assignment's folder stays where it is.
    """
    folder = course / "submitted" / student / assignment
    if not folder.exists():
        return
    target = _free(course / FOLDER / student / assignment)
    # Written before the folder is moved: a full disk must not leave it there without a reason.
    beside = folder if folder.is_dir() else target
    beside.mkdir(parents=True, exist_ok=True)
    (beside / REASON).write_text(f"{error.words.en}\n{error.words.zh}\n", encoding="utf-8")
    error.keep(beside)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(folder, target)


def aside_of(course: Path, student: str, assignment: str) -> Path | None:
    """Return the folder of a student's newest submission that was set aside, or None."""
    paths = (course / FOLDER / student).glob(f"{assignment}*/{REASON}")
    ours = [path for path in paths if re.fullmatch(r"(-\d+)?", path.parent.name.removeprefix(assignment))]
    found = sorted(ours, key=lambda path: path.stat().st_mtime)
    return found[-1].parent if found else None


def reason_of(course: Path, student: str, assignment: str) -> Text | None:
    """Return why the newest submission of a student was set aside, or None where none was."""
    folder = aside_of(course, student, assignment)
    if folder is None:
        return None
    en, _, zh = (folder / REASON).read_text(encoding="utf-8").strip().partition("\n")
    return Text(en=en, zh=zh or en)


def _free(folder: Path) -> Path:
    names = itertools.chain([folder], (folder.with_name(f"{folder.name}-{number}") for number in itertools.count(2)))
    return next(path for path in names if not path.exists())
