"""What was handed in becomes what nbgrader reads: as it is, or repaired in a folder beside it."""

from __future__ import annotations

import shutil
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import nbformat

from linreg_course.grading.scratch import copy_files
from linreg_course.grading.times import TIMESTAMP, bad_timestamp, by_receipt, has_timestamp, stamped, time_by_receipts
from linreg_course.handin.candidates import assignments_among, files_below, notebook_among
from linreg_course.handin.submission import Submission, UnreadableError, read_submission
from linreg_course.language import Text

# nbgrader reads a submission here where its name is, and else in `submitted`.
FOLDER = "repaired"


class Intake(NamedTuple):
    """What there is to say of a submission before it is graded."""

    repairs: tuple[Text, ...]
    doubts: tuple[Text, ...]


def take_in(course: Path, student: str, assignment: str) -> Intake:
    """See that nbgrader can read a student's submission; what was handed in stays as it is.

    Raises:
        FileNotFoundError: nothing was handed in.
        UnreadableError: there is no notebook that could be graded.
    """
    roots = roots_of(course, student, assignment)
    if not roots:
        raise FileNotFoundError(course / "submitted" / student / assignment)
    target = course / FOLDER / student / assignment
    shutil.rmtree(target, ignore_errors=True)
    with TemporaryDirectory(prefix="linreg-", ignore_cleanup_errors=True) as unpacked:
        found = notebook_among(roots, assignment, released(course), Path(unpacked))
        late = list(bad_timestamp(roots[0]))
        place = course / "submitted" / student / assignment / f"{assignment}.ipynb"
        submission, others = found.submission, _others(place, found.submission.path)
        time = None if has_timestamp(roots[0]) else time_by_receipts(roots, submission.path)
        if submission.path != place or not submission.is_as_saved or late or others or time:
            _write(submission, roots[0], target, with_time=not late, time=time)
    late += [by_receipt(time)] if time else []
    return Intake((*found.repairs, *submission.repairs, *others), (*found.doubts, *submission.doubts, *late))


def roots_of(course: Path, student: str, assignment: str) -> list[Path]:
    """Return what a student may have handed in for an assignment: its folder, or else what lies beside such folders."""
    folder = course / "submitted" / student
    if (folder / assignment).exists():
        return [folder / assignment]
    known = {path.name for path in (course / "release").glob("*")}
    return sorted(path for path in folder.glob("*") if path.name not in known)


def strays(course: Path, assignment: str) -> list[str]:
    """Return who has handed in something that lies in no assignment's folder, and may be this assignment."""
    found = []
    for folder in sorted(course.glob("submitted/*")):
        student = folder.name
        if not folder.is_dir() or (folder / assignment).exists():
            continue
        roots = roots_of(course, student, assignment)
        files = tuple((path, path.stat().st_mtime_ns) for root in roots for path in files_below(root))
        if assignment in _among(course, tuple(roots), files):
            found.append(student)
    return found


@cache
def _among(course: Path, roots: tuple[Path, ...], files: tuple[tuple[Path, int], ...]) -> frozenset[str]:
    """Return which assignments lie there, read once as long as the files do not change."""
    return frozenset(assignments_among(list(roots), released(course))) if files else frozenset()


def released(course: Path) -> list[Submission]:
    """Return the released notebooks of all assignments, in each language."""
    paths = [*course.glob("release/*/*.ipynb"), *course.glob("release/*/zh/*.ipynb")]
    return _read(tuple((path, path.stat().st_mtime_ns) for path in sorted(paths)))


@cache
def _read(paths: tuple[tuple[Path, int], ...]) -> list[Submission]:
    found = []
    for path, _ in paths:
        try:
            found.append(read_submission(path))
        except UnreadableError:
            continue
    return found


def _write(submission: Submission, root: Path, target: Path, with_time: bool, time: datetime | None) -> None:
    """Write the repaired notebook, with the files that stand beside it and the time that it was handed in.

    Args:
        submission: the notebook.
        root: what was handed in.
        target: the folder.
        with_time: whether the time that stands beside it is kept.
        time: the time in the place of one.
    """
    target.mkdir(parents=True)
    beside = submission.path.parent
    copy_files(beside, target)
    if root.is_dir() and root != beside:
        copy_files(root, target)
    if not with_time:
        (target / TIMESTAMP).unlink(missing_ok=True)
    if time is not None:
        (target / TIMESTAMP).write_text(f"{stamped(time)}\n", encoding="utf-8")
    nbformat.write(submission.notebook, target / f"{submission.assignment}.ipynb")


def _others(place: Path, taken: Path) -> list[Text]:
    """Return that other notebooks, or links, lie beside the one to grade, where they do: nbgrader would read them."""
    notebooks = (path for path in place.parent.glob("*") if path.suffix == ".ipynb")
    names = sorted(path.name for path in notebooks if path not in (place, taken))
    names += sorted(path.name for path in place.parent.glob("*") if path.is_symlink() and path.suffix != ".ipynb")
    if not names:
        return []
    said = ", ".join(names)
    return [Text(en=f"What lies beside it is left out: {said}.", zh=f"旁边的文件略去：{said}。")]
