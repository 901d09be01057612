"""What a learner has run and checked: one line each in a file beside the notebooks, which they may delete.

Both languages share the file. A line is appended in one write, so kernels do not disturb each other;
what cannot be read or written is left out, since nobody should fail for it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linreg_course.display import is_live, shell
from linreg_course.language import LANGUAGES

FILE, START = "progress.jsonl", "00_start.ipynb"
# The builder names a cell in words; JupyterLab gives a new cell a UUID, and nbformat the first part of one.
_NAMED = re.compile(r"(?![0-9a-f]{8}(?:-|\Z))[a-z0-9]+(?:-[a-z0-9]+)*")

_lesson: str | None = None


@dataclass(frozen=True)
class Progress:
    """What the file holds.

    Attributes:
        cells: by lesson, the ids of the cells that ended without an error.
        scores: by exercise, the score of its last check.
    """

    cells: dict[str, set[str]] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)


def place() -> Path | None:
    """Return where the progress is kept: above `en/` and `zh/`; None where no learner sits in the course's folder."""
    with suppress(OSError):  # a folder that is gone
        here = Path.cwd()
        if is_live() and (here / START).is_file():
            return (here.parent if here.name in LANGUAGES else here) / FILE
    return None


def is_kept(path: Path) -> bool:
    """Tell whether the file can be written."""
    return os.access(path if path.exists() else path.parent, os.W_OK) and not path.is_dir()


def is_of_course(cell_id: object) -> bool:
    """Tell whether a cell came with the course, by its id; a learner's own cells do not count."""
    return isinstance(cell_id, str) and _NAMED.fullmatch(cell_id) is not None


def read(path: Path) -> Progress:
    """Return what the file holds, without the lines that are broken."""
    found = Progress()
    for record in _records(path):
        match record:
            case {"lesson": str(lesson), "cell": str(cell)}:
                found.cells.setdefault(lesson, set()).add(cell)
            case {"exercise": str(name), "score": int() | float() as score}:
                found.scores[name] = score
    return found


def follow(lesson: str) -> None:
    """Note from now on which cells of the lesson were run without an error; headless, do nothing.

    Args:
        lesson: its notebook's file without `.ipynb`, such as "01_data".
    """
    global _lesson
    _lesson = lesson
    if is_live():
        shell().events.register("post_run_cell", _after_cell)


def checked(exercise: str, score: float) -> None:
    """Note the score of a check; the latest counts."""
    _append({"exercise": exercise, "score": score}, lambda known: known.scores.get(exercise, 0) == score)


def _after_cell(result: Any) -> None:
    lesson, cell = _lesson, getattr(result.info, "cell_id", None)
    if lesson is not None and result.success and is_of_course(cell):
        _append({"lesson": lesson, "cell": cell}, lambda known: cell in known.cells.get(lesson, ()))


def _append(record: dict[str, object], is_known: Callable[[Progress], bool]) -> None:
    path = place()
    # Compared with the file and not with what this kernel has written: the file may have been deleted.
    if path is None or is_known(read(path)):
        return
    with suppress(OSError):
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(file, f"{json.dumps(record)}\n".encode())
        finally:
            os.close(file)


def _records(path: Path) -> Iterator[object]:
    lines: list[bytes] = []
    with suppress(OSError):
        lines = path.read_bytes().splitlines()
    for line in lines:
        with suppress(ValueError, RecursionError):  # of JSON or UTF-8
            yield json.loads(line)
