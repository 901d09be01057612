"""Put what was downloaded from a learning platform where nbgrader collects it, with the time that it was handed in."""

from __future__ import annotations

import filecmp
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from linreg_course.grading.downloads import Part
from linreg_course.grading.intake import released
from linreg_course.grading.times import TIMESTAMP, receipts_time, stamped
from linreg_course.handin.candidates import assignments_among
from linreg_course.handin.receipt import SUFFIX

# What another hand-in of the same student replaces is kept here.
REPLACED = "replaced"


@dataclass
class Work:
    """What a student handed in for an assignment.

    Attributes:
        student: the name of the folder in `submitted/`.
        assignment: its name, or "" where it cannot be told from the files.
        parts: the files.
        time: when it was handed in.
        by_receipt: whether the time is a receipt's; else it is the newest file's.
        doubtful_receipts: those that say no time, for they were changed, or belong to other files.
    """

    student: str
    assignment: str
    parts: list[Part]
    time: datetime = field(init=False)
    by_receipt: bool = field(init=False)
    doubtful_receipts: list[str] = field(init=False)

    def __post_init__(self) -> None:
        paths = [part.path for part in self.parts]
        receipts = [time for path in paths if (time := receipts_time(path, paths)) is not None]
        changed = [datetime.fromtimestamp(part.path.stat().st_mtime, UTC) for part in self.parts]
        self.by_receipt = bool(receipts)
        self.doubtful_receipts = [
            part.name for part in self.parts if part.name.endswith(SUFFIX) and receipts_time(part.path, paths) is None
        ]
        self.time = max(receipts or changed)


def works_of(course: Path, student: str, parts: list[Part]) -> Iterator[Work]:
    """Yield what a student's files are, by assignment; what is of none goes with the only one there is."""
    of: dict[str, list[Part]] = defaultdict(list)
    others = []
    for part in parts:
        known = assignments_among([part.path], released(course))
        if len(known) == 1:
            of[known.pop()].append(part)
        else:
            others.append(part)
    if len(of) == 1:
        next(iter(of.values())).extend(others)
    elif others:
        beside = {part: _beside(part, of) for part in others}
        for part in others:
            of[beside[part]].append(part)
    for assignment, files in of.items():
        yield Work(student, assignment, files)


def place(course: Path, work: Work) -> Path:
    """Copy the files to `submitted/STUDENT/ASSIGNMENT` with their time; what lay there is kept in `replaced/`.

    Returns:
        The folder.
    """
    target = course / "submitted" / work.student / work.assignment
    beside = target.with_name(f".{target.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    for part in work.parts:
        (beside / part.name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(part.path, beside / part.name)
    notebooks = [part for part in work.parts if part.name.lower().endswith(".ipynb")]
    if len(notebooks) == 1:
        (beside / notebooks[0].name).rename(beside / f"{work.assignment}.ipynb")
    (beside / TIMESTAMP).write_text(f"{stamped(work.time)}\n", encoding="utf-8")
    if target.exists():
        kept = course / REPLACED / work.student / f"{work.assignment}-{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(target, kept)
    beside.rename(target)
    return target


def lies_there(course: Path, work: Work) -> bool | None:
    """Tell whether something is in the work's place: False where it is the same, None where there is nothing."""
    target = course / "submitted" / work.student / work.assignment
    if not target.exists():
        return None
    there = [path for path in target.rglob("*") if path.is_file()]
    return not all(any(filecmp.cmp(part.path, path, shallow=False) for path in there) for part in work.parts)


def _beside(part: Part, of: dict[str, list[Part]]) -> str:
    """Return the assignment whose notebook lies in the folder of a file, or "" where none or several do."""
    near = {name for name, parts in of.items() if any(one.path.parent == part.path.parent for one in parts)}
    stem = {name for name, parts in of.items() if any(part.path.name.startswith(one.path.stem) for one in parts)}
    return next(iter(stem if len(stem) == 1 else near if len(near) == 1 else {""}))
