"""One `linreg grade` at a time in a course: two would write the same gradebook and the same folders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

try:
    import fcntl
except ImportError:  # Windows has none
    fcntl = None  # type: ignore[assignment]

LOCK_FILE = ".grade.lock"


@contextmanager
def alone(course: Path) -> Iterator[None]:
    """Hold the course's lock; the system releases it when the process ends, however it ends.

    Raises:
        ClickException: another process holds it.
    """
    with (course / LOCK_FILE).open("w") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise click.ClickException(
                    f"another linreg grade is at work in {course}: wait until it has ended, or stop it with Ctrl-C"
                ) from None
        yield
