"""When a submission was handed in: by the `timestamp.txt` that nbgrader reads, or else by the student's receipt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from linreg_course.handin.candidates import files_below
from linreg_course.handin.receipt import SUFFIX, check_receipt, read_receipt
from linreg_course.handin.submission import UnreadableError
from linreg_course.language import Text

# nbgrader takes from it when a submission was handed in.
TIMESTAMP = "timestamp.txt"
# Before it, a receipt says nonsense, of which nbgrader may not be able to read the year.
_FIRST_YEAR = 2000


def bad_timestamp(root: Path) -> Iterator[Text]:
    """Yield that the time of handing in cannot be read, where it cannot."""
    path = root / TIMESTAMP
    if not path.exists():
        return
    try:
        said = path.read_text(encoding="utf-8")
        if not said.strip() or parse_utc(said.strip()) is not None:
            return
    except Exception:  # whatever dateutil meets in it
        said = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    words = json.dumps(said.strip()[:40], ensure_ascii=False)
    yield Text(
        en=f"timestamp.txt holds {words}, which is no time: it is not known whether it was handed in late.",
        zh=f"timestamp.txt里是{words}，不是时间：无法知道是否迟交。",
    )


def has_timestamp(root: Path) -> bool:
    """Tell whether anything stands in the file of the time, right or wrong."""
    path = root / TIMESTAMP
    return path.exists() and not (path.is_file() and not path.read_bytes().strip())


def time_by_receipts(roots: list[Path], notebook: Path) -> datetime | None:
    """Return the newest time in the receipts that belong to a notebook, or None: zips that were unpacked count too."""
    folders = [*roots, *([] if any(notebook.is_relative_to(root) for root in roots) else [notebook.parent])]
    paths = [path for folder in folders for path in files_below(folder)]
    return max((time for path in paths if (time := receipts_time(path, [notebook])) is not None), default=None)


def by_receipt(time: datetime) -> Text:
    """Return that a time is a student's word."""
    return Text(
        en=f"The time of hand-in, {stamped(time)}, is that of the student's receipt, and nobody else's word.",
        zh=f"上交时间{stamped(time)}取自学生自己的回执，没有其他依据。",
    )


def stamped(time: datetime) -> str:
    """Return a time as nbgrader reads it."""
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"


def receipts_time(path: Path, files: list[Path]) -> datetime | None:
    """Return the time in a receipt that belongs to one of the files, or None: Canvas names each anew."""
    if not path.name.endswith(SUFFIX):
        return None
    try:
        receipt, _ = read_receipt(path)
        if all(check_receipt(receipt, file) for file in files):
            return None
        time = datetime.fromisoformat(receipt["time"]).astimezone(UTC)
        return time if time.year >= _FIRST_YEAR else None
    except (UnreadableError, ValueError, TypeError, OverflowError):
        return None
