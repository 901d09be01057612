"""Whose is what in a download: Moodle's and Canvas's names of files, folders of students, files named after them."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from linreg_course.handin.candidates import files_below, unzipped

# Moodle names a folder or a file so for each participant ("View all submissions", "Download all submissions"),
# Canvas each file ("Download Submissions"), with the numbers of user and file.
_MOODLE = re.compile(r"(?P<student>.+?)_\d+_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
_CANVAS = re.compile(r"(?P<student>[^_]+)(?:_LATE)?_\d+_\d+_(?P<file>.+)")
# The endings of files that are named after a student.
_ENDING = re.compile(r"(\.receipt\.json|\.ipynb|\.zip)$", re.IGNORECASE)


class Part(NamedTuple):
    """A file of a student: where it lies, and the name that the student gave it, with its folders."""

    path: Path
    name: str


def unpacked(download: Path, into: Path) -> Path:
    """Return the folder of a download; of a zip, the one in which it is unpacked, without a folder around all."""
    if download.is_dir() or not zipfile.is_zipfile(download):
        return download
    folder = unzipped(download, into)
    entries = list(_visible(folder))
    around = len(entries) == 1 and entries[0].is_dir() and _known(entries[0].name) is None
    return entries[0] if around else folder


def students_in(folder: Path, assignments: set[str]) -> dict[str, list[Part]]:
    """Return each student's files in a download; in a folder that bears an assignment's name, those of its students."""
    found: dict[str, list[Part]] = defaultdict(list)
    for entry in _visible(folder):
        swapped = entry.is_dir() and entry.name in assignments
        for one in _visible(entry) if swapped else [entry]:
            found[_student(one)] += _parts(one)
    return dict(found)


def swapped(folder: Path, assignments: set[str]) -> list[str]:
    """Return the folders that bear an assignment's name where a student's is due."""
    return [entry.name for entry in _visible(folder) if entry.is_dir() and entry.name in assignments]


def _visible(folder: Path) -> Iterator[Path]:
    yield from sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and path.name != "__MACOSX" and not path.is_symlink()
    )


def _known(name: str) -> re.Match[str] | None:
    return _MOODLE.fullmatch(name) or _CANVAS.fullmatch(name)


def _student(entry: Path) -> str:
    known = _known(entry.name)
    name = known["student"] if known else entry.name if entry.is_dir() else _ENDING.sub("", entry.name)
    return name.strip() or entry.name


def _parts(entry: Path) -> list[Part]:
    if entry.is_dir():
        return [Part(path, path.relative_to(entry).as_posix()) for path in files_below(entry)]
    known = _known(entry.name)
    return [Part(entry, (known["file"] if known else "") or entry.name)]
