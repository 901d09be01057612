"""How long an answer may take, and the thread in which it is run and stopped."""

from __future__ import annotations

import ctypes
import math
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from linreg_course.checking.quiet import silent, undisturbed

# One call of an answer; all calls of a check, which with its own part is over in a minute; a cell that is run
# headless, for which a check must be over: nbgrader's limit for this course and the preflight's. A cell that is
# interrupted then has a few seconds to stop, before its kernel is ended; and a whole submission has its time, however
# many cells it has.
CASE_SECONDS = 10.0
CHECK_SECONDS = 50.0
CELL_SECONDS = 120
INTERRUPT_SECONDS = 5.0
SUBMISSION_SECONDS = 600


class Late(BaseException):
    """Raised in the thread of a task that has passed its deadline; no `except Exception` stops it."""


def run_each(tasks: list[Callable[[], Any]], seed: int, seconds: float, until: float = math.inf) -> list[Any]:
    """Return what the tasks return, each run alone from a random state of its own.

    The generators and settings that `undisturbed` names are set for each task and put back; a thread
    has its own default device and numpy error state. Nothing that is written reaches the notebook.

    Args:
        tasks: functions without arguments; they must not raise.
        seed: task i starts with the generators of torch, numpy and random seeded by `seed + i`.
        seconds: the deadline of each task.
        until: the deadline of them all, by `time.monotonic()`.

    Returns:
        One result per task that ended. Where a task passes a deadline, it and the ones after it
        are missing: the list is shorter than `tasks`.
    """
    done: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def work() -> None:
        with suppress(Late):
            for number, task in enumerate(tasks):
                with undisturbed(seed + number):
                    result = task()
                done.put(result)

    results: list[Any] = []
    with silent():
        thread = threading.Thread(target=work, name="check", daemon=True)
        thread.start()
        try:
            while len(results) < len(tasks):
                results.append(done.get(timeout=max(0.0, min(seconds, until - time.monotonic()))))
        except queue.Empty:
            pass
        finally:
            _end(thread)
    return results


def _end(thread: threading.Thread) -> None:
    """Raise `Late` in the thread until it has ended; give up after a second, since C code cannot be stopped."""
    give_up = time.monotonic() + 1
    while thread.is_alive() and time.monotonic() < give_up:
        thread.join(0.01)
        if thread.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(Late))
