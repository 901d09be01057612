"""End a process with all that it has started, also what has left its session or lost its parent."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

# What is killed is gone at once, unless it waits for a disk; a program that starts itself anew is not chased for ever.
_CHASE_SECONDS = 5.0


def end_all(mark: str) -> None:
    """Kill the processes that carry a mark, and their descendants.

    A child inherits the mark, whichever session it is in and whoever its parent is by now: so those of a
    process that has died are found too, except one that was given another environment. This needs Linux's
    /proc; elsewhere nothing is found.

    Args:
        mark: `NAME=value`, a variable of the environment with which the first of them was started, and no other.
    """
    give_up = time.monotonic() + _CHASE_SECONDS
    while (found := started_with(mark)) and time.monotonic() < give_up:
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def started_with(mark: str) -> set[int]:
    """Return the processes that carry a mark (see `end_all`) or descend from one that does."""
    parents: dict[int, int] = {}
    found: set[int] = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile, or belongs to somebody else
            # The name, in brackets, may hold spaces and brackets itself.
            state, parent, *_ = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
            if state == "Z":
                continue
            parents[int(folder.name)] = int(parent)
            if mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.add(int(folder.name))
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found
