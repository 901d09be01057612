"""Put a new version in the place of a student's file, with the old one kept beside it."""

from __future__ import annotations

import itertools
import os
import shutil
from pathlib import Path

from linreg_course.handin.submission import UnreadableError, read_bytes
from linreg_course.language import Text


def replace_file(path: Path, before: bytes, after: bytes) -> Path:
    """Write a file in one step, and what it was into a backup beside it; return the backup's path.

    Args:
        path: the file.
        before: what was read in it.
        after: what it is to hold.

    Raises:
        UnreadableError: the file is no longer what was read.
        OSError: backup or file cannot be written; then the file is as it was.
    """
    path = path.resolve()
    backup = _backup(path, before)
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(after)
        shutil.copymode(path, beside)
        if read_bytes(path) != before:  # JupyterLab saves by itself every two minutes
            raise UnreadableError(_changed_meanwhile(path))
        os.replace(beside, path)
    except BaseException:
        backup.unlink()
        raise
    finally:
        beside.unlink(missing_ok=True)
    return backup


def _backup(path: Path, content: bytes) -> Path:
    for number in itertools.count(1):
        backup = path.with_name(f"{path.stem}.before-update-{number}{path.suffix}")
        try:
            file = backup.open("xb")
        except FileExistsError:
            continue
        with file:
            try:
                file.write(content)
            except BaseException:
                backup.unlink()
                raise
        return backup
    raise AssertionError


def _changed_meanwhile(path: Path) -> Text:
    return Text(
        en=f"{path.name} was saved anew in the meantime, so nothing was changed: run this again.",
        zh=f"{path.name}在此期间又保存过，所以没有改动：请再运行一次。",
    )
