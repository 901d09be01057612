"""End a process with all that it has started, also what has left its session or lost its parent."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

# What is killed is gone at once, unless it waits for a disk; a program that starts itself anew is not chased for ever.
_CHASE_SECONDS = 5.0


def end_all(is_one: Callable[[int], bool]) -> None:
    """Kill processes and their descendants. This needs Linux's /proc; elsewhere nothing is found.

    Args:
        is_one: tells of a process, by its number, whether it is one of them.
    """
    give_up = time.monotonic() + _CHASE_SECONDS
    while (found := family(is_one)) and time.monotonic() < give_up:
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.001)


def started_with(mark: str) -> Callable[[int], bool]:
    """Return whether a process carries a mark, for `end_all`.

    A child inherits the mark, whichever session it is in and whoever its parent is by now: so those of a
    process that has died are found too, except one that was given another environment.

    Args:
        mark: `NAME=value`, a variable of the environment with which the first of them was started, and no other.
    """
    return lambda pid: mark.encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")


def in_session(leader: int) -> Callable[[int], bool]:
    """Return whether a process is in the session of another, for `end_all`."""
    return lambda pid: leader in (pid, os.getsid(pid))


def family(is_one: Callable[[int], bool]) -> set[int]:
    """Return the processes that are (see `end_all`), and those that descend from them."""
    parents: dict[int, int] = {}
    found: set[int] = set()
    for name in filter(str.isdecimal, os.listdir("/proc") if os.path.isdir("/proc") else []):
        with suppress(OSError):  # it has ended meanwhile, or belongs to somebody else
            # The name, in brackets, may hold spaces and brackets itself.
            state, parent, *_ = Path(f"/proc/{name}/stat").read_text(errors="replace").rpartition(")")[2].split()
            if state == "Z":
                continue
            parents[int(name)] = int(parent)
            if is_one(int(name)):
                found.add(int(name))
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found
