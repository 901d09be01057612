"""The folder in which a submission runs: copies of the plain files beside it, and gone in the end."""

from __future__ import annotations

import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from linreg_course.wall.watch import SCRATCH_BYTES


@contextmanager
def scratch_folder(below: str | None, folders: Iterable[str]) -> Iterator[str]:
    """Give a folder with copies of the files in others, and remove it with all that is in it, however deep.

    Args:
        below: where it is made; None for the system's place.
        folders: whose files stand in it, those of a later one in place of an earlier one's.
    """
    folder = tempfile.TemporaryDirectory(prefix="linreg-", dir=below, ignore_cleanup_errors=True)
    try:
        for source in folders:
            copy_files(Path(source), Path(folder.name))
        yield folder.name
    finally:
        try:
            folder.cleanup()
        except RecursionError:
            subprocess.run(["rm", "-rf", "--", folder.name], check=False)


def copy_files(source: Path, target: Path) -> None:
    """Copy the plain files below a folder: no links, no notebooks, nothing hidden."""
    for place in _plain_files(source):
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # what cannot be read is not there for the student's code either
            shutil.copyfile(source / place, target / place, follow_symlinks=False)


def contents(folders: Iterable[Path]) -> dict[str, bytes]:
    """Return the files that `scratch_folder` would copy, by their places in it.

    What is more than a scratch folder may hold ends a kernel at once (see `wall.watch`): it is cut off.
    """
    files = {str(place): source / place for source in folders for place in _plain_files(source)}
    found, left = {}, SCRATCH_BYTES + 1
    for place, path in files.items():
        with suppress(OSError), path.open("rb") as file:
            found[place] = file.read(left)
            left -= len(found[place])
    return found


def _plain_files(source: Path) -> Iterator[Path]:
    for path in sorted(source.rglob("*")):
        place = path.relative_to(source)
        hidden = any(part.startswith(".") for part in place.parts)
        if not hidden and path.suffix != ".ipynb" and stat.S_ISREG(path.lstat().st_mode):
            yield place
