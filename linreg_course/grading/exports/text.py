"""How exports are written: text that no spreadsheet computes, numbers, whole files or none, and folders' names."""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from linreg_course.grading.html import plain

# By a byte order mark at its start a spreadsheet knows UTF-8; Canvas and Moodle take UTF-8 without one.
SPREADSHEET, LMS = "utf-8-sig", "utf-8"
# Spreadsheets set for Chinese or Japanese take the wide forms too.
_FORMULA = tuple("=+-@＝＋－＠")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_UNSAFE = re.compile(r'[\\/:*?"<>|\s\x00-\x1f\x7f]')
_LONGEST = 150


def cell(text: str | None) -> str:
    """Return text for a table's cell: on one line, and with an apostrophe where a spreadsheet would compute it."""
    line = plain(" ".join((text or "").split()))
    return f"'{line}" if line.startswith(_FORMULA) and not _NUMBER.fullmatch(line) else line


def figure(points: float | None) -> str:
    """Return points in full; "" where there are none."""
    return "" if points is None else f"{round(points, 6) + 0.0:.12g}"


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, str]], encoding: str) -> Path:
    """Write a table as CSV in place of an earlier one, and return its path."""
    beside = path.with_name(f"{path.name}.part")
    with beside.open("w", newline="", encoding=encoding, errors="backslashreplace") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    os.replace(beside, path)
    return path


def folder_name(name: str) -> str:
    """Return a name that is a folder's on every system, another one for each name."""
    safe = _UNSAFE.sub("_", name).strip(".")
    while len(safe.encode(errors="replace")) > _LONGEST:
        safe = safe[:-1]
    if safe and safe == name:
        return name
    return f"{safe}-{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()[:8]}".lstrip("-")
