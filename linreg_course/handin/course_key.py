"""The course's key: made with the first release, and the source of every grade's numbers."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

KEY_FILE = "seed.key"


def make_key(course: Path) -> bool:
    """Make the course's key in the folder `course` unless it is there; tell whether it was made.

    Only the owner may read it. It is never made anew: other seeds would give other grades.
    """
    try:
        descriptor = os.open(course / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
    return True


def read_key(course: Path) -> bytes:
    """Return the course's key.

    Raises:
        ValueError: there is none, or it is none; it says what to do.
    """
    path = course / KEY_FILE
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        raise ValueError(f"there is no {path}: `linreg release` makes it, or take it from a backup") from None
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ValueError(f"{path} is damaged: take it from a backup, since another key gives other grades")
    return key
