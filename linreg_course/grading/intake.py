"""What was handed in becomes what nbgrader reads: as it is, or repaired in a folder beside it."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import nbformat
from nbgrader.utils import parse_utc

from linreg_course.grading.scratch import copy_files
from linreg_course.handin.candidates import assignments_among, files_below, notebook_among
from linreg_course.handin.submission import Submission, UnreadableError, read_submission
from linreg_course.language import Text

# nbgrader reads a submission here where its name is, and else in `submitted`.
FOLDER = "repaired"
# nbgrader takes from it when a submission was handed in.
TIMESTAMP = "timestamp.txt"


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
        late = list(_bad_timestamp(roots[0]))
        place = course / "submitted" / student / assignment / f"{assignment}.ipynb"
        submission, others = found.submission, _others(place)
        if submission.path != place or not submission.is_as_saved or late or others:
            _write(submission, roots[0], target, with_time=not late)
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


def _write(submission: Submission, root: Path, target: Path, with_time: bool) -> None:
    """Write the repaired notebook, with the files that stand beside it and the time that it was handed in."""
    target.mkdir(parents=True)
    beside = submission.path.parent
    copy_files(beside, target)
    if root.is_dir() and root != beside:
        copy_files(root, target)
    if not with_time:
        (target / TIMESTAMP).unlink(missing_ok=True)
    nbformat.write(submission.notebook, target / f"{submission.assignment}.ipynb")


def _others(place: Path) -> list[Text]:
    """Return that other notebooks, or links, lie beside the one to grade, where they do: nbgrader would read them."""
    names = sorted(path.name for path in place.parent.glob("*") if path.suffix == ".ipynb" and path != place)
    names += sorted(path.name for path in place.parent.glob("*") if path.is_symlink() and path.suffix != ".ipynb")
    if not names:
        return []
    said = ", ".join(names)
    return [Text(en=f"What lies beside it is left out: {said}.", zh=f"旁边的文件略去：{said}。")]


def _bad_timestamp(root: Path) -> list[Text]:
    """Return that the time of handing in cannot be read, where it cannot."""
    path = root / TIMESTAMP
    if not path.exists():
        return []
    try:
        said = path.read_text(encoding="utf-8")
        if not said.strip() or parse_utc(said.strip()) is not None:
            return []
    except Exception:  # whatever dateutil meets in it
        said = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    words = json.dumps(said.strip()[:40], ensure_ascii=False)
    return [
        Text(
            en=f"timestamp.txt holds {words}, which is no time: it is not known whether it was handed in late.",
            zh=f"timestamp.txt里是{words}，不是时间：无法知道是否迟交。",
        )
    ]
