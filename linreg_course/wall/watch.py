"""What no limit of the system counts: the size of a folder, what is unlinked in it and still open, and threads."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from multiprocessing.process import BaseProcess

SCRATCH_BYTES, SCRATCH_FILES, SCRATCH_DEPTH = 256 * 2**20, 5000, 30
THREADS = 64

# So much is written or started at most beyond the bounds: what a machine does in this time.
_SECONDS = 0.2
_BLOCK = 512  # bytes, of st_blocks


class Watch:
    """Ends a process that takes too much of its folder or of the machine's threads; `why` says what."""

    def __init__(self, process: BaseProcess, folder: str) -> None:
        self.why = ""
        self._process, self._folder, self._over = process, folder, threading.Event()
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def end(self) -> None:
        """Stop watching."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(_SECONDS) and self._process.is_alive():
            self.why = excess(self._process.pid or 0, self._folder)
            if self.why:
                self._process.kill()
                return


def excess(pid: int, folder: str) -> str:
    """Return what a process has too much of, in words, or ""."""
    try:
        if len(os.listdir(f"/proc/{pid}/task")) > THREADS:
            return f"more than {THREADS} threads"
        size = sum(_unlinked(pid))
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return ""
    except PermissionError:
        return "itself hidden from the system"
    for number, taken in enumerate(_files(folder, SCRATCH_DEPTH)):
        size += taken
        if number >= SCRATCH_FILES:
            return f"more than {SCRATCH_FILES} files in its folder"
        if size > SCRATCH_BYTES:
            return f"more than {SCRATCH_BYTES // 2**20} MB in its folder"
    return "" if size <= SCRATCH_BYTES else f"more than {SCRATCH_BYTES // 2**20} MB in its folder"


def _unlinked(pid: int) -> Iterator[int]:
    """Yield the bytes of the files that have no name any more and are open."""
    seen = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            found = os.stat(f"/proc/{pid}/fd/{name}")
        except FileNotFoundError:  # closed meanwhile
            continue
        if stat.S_ISREG(found.st_mode) and found.st_nlink == 0 and found.st_ino not in seen:
            seen.add(found.st_ino)
            yield found.st_blocks * _BLOCK


def _files(folder: str, depth: int) -> Iterator[int]:
    """Yield the bytes of each file and folder below one; of one that is nested too deep, more than there may be."""
    if depth == 0:
        yield SCRATCH_BYTES + 1
        return
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                yield entry.stat(follow_symlinks=False).st_blocks * _BLOCK
                if entry.is_dir(follow_symlinks=False):
                    yield from _files(entry.path, depth - 1)
    except OSError:  # gone meanwhile
        return
