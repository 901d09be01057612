"""The folder in which a submission runs: copies of the plain files beside it, and gone in the end."""

from __future__ import annotations

import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


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
    for path in sorted(source.rglob("*")):
        place = path.relative_to(source)
        hidden = any(part.startswith(".") for part in place.parts)
        if not hidden and path.suffix != ".ipynb" and stat.S_ISREG(path.lstat().st_mode):
            (target / place).parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # what cannot be read is not there for the student's code either
                shutil.copyfile(path, target / place, follow_symlinks=False)
