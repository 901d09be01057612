"""Run a stranger's code in a thread of its own, with a deadline, and leave the process as it was."""

from __future__ import annotations

import builtins
import ctypes
import io
import os
import queue
import random
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, NoReturn

import numpy as np
import torch

RECURSION_LIMIT = 2000


class Late(BaseException):
    """Raised in the thread of a task that has passed its deadline; no `except Exception` stops it."""


def run_each(tasks: list[Callable[[], Any]], seed: int, seconds: float) -> list[Any]:
    """Return what the tasks return, each run alone from a random state of its own.

    The generators and settings that `undisturbed` names are set for each task and put back; a thread
    has its own default device and numpy error state. Nothing that is written reaches the notebook.

    Args:
        tasks: functions without arguments; they must not raise.
        seed: task i starts with the generators of torch, numpy and random seeded by `seed + i`.
        seconds: the deadline of each task.

    Returns:
        One result per task that ended. Where a task passes its deadline, it and the ones after it
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
    with _silent():
        thread = threading.Thread(target=work, name="check", daemon=True)
        thread.start()
        try:
            while len(results) < len(tasks):
                results.append(done.get(timeout=seconds))
        except queue.Empty:
            pass
        finally:
            _end(thread)
    return results


@contextmanager
def undisturbed(seed: int) -> Iterator[None]:
    """Set generators, default dtype, threads, gradients and warnings for a while; put them back afterwards."""
    states = torch.get_rng_state(), np.random.get_state(), random.getstate()
    settings = torch.get_default_dtype(), torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    folder, recursion = os.getcwd(), sys.getrecursionlimit()
    torch.manual_seed(seed % 2**63)
    np.random.seed(seed % 2**32)
    random.seed(seed)
    torch.set_default_dtype(torch.float32)
    torch.set_num_threads(1)
    _deterministic(False)
    sys.setrecursionlimit(RECURSION_LIMIT)
    try:
        with warnings.catch_warnings(), torch.inference_mode(False), torch.enable_grad(), torch.device("cpu"):
            warnings.simplefilter("ignore")
            yield
    finally:
        torch.set_rng_state(states[0])
        np.random.set_state(states[1])
        random.setstate(states[2])
        torch.set_default_dtype(settings[0])
        torch.set_num_threads(settings[1])
        _deterministic(settings[2])
        sys.setrecursionlimit(recursion)
        os.chdir(folder)


def _deterministic(mode: bool) -> None:
    # The first call imports a part of torch that takes seconds.
    if torch.are_deterministic_algorithms_enabled() != mode:
        torch.use_deterministic_algorithms(mode)


@contextmanager
def _silent() -> Iterator[None]:
    """Let nothing written reach the notebook: nbgrader gives 0 for any text on stderr."""
    with ExitStack() as stack:
        for name in ("stdout", "stderr"):
            stack.enter_context(_replaced(sys, name, _Sink()))
        for descriptor in (1, 2):
            stack.enter_context(_to_nowhere(descriptor))
        stack.enter_context(_replaced(builtins, "input", _no_input))
        shell: Any = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
        if shell is not None:  # exit() would end the kernel after the cell
            stack.enter_context(_replaced(shell, "ask_exit", sys.exit))
        yield


class _Sink(io.TextIOBase):
    """Takes any text and keeps none, however much there is."""

    encoding = "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


def _no_input(prompt: object = "") -> NoReturn:
    raise EOFError("a check has nobody to ask: input() cannot be used in an answer")


@contextmanager
def _replaced(thing: Any, name: str, value: Any) -> Iterator[None]:
    old = getattr(thing, name)
    setattr(thing, name, value)
    try:
        yield
    finally:
        setattr(thing, name, old)


@contextmanager
def _to_nowhere(descriptor: int) -> Iterator[None]:
    """Point a file descriptor at the null device: what C code and child processes write passes sys.stdout by."""
    try:
        kept = os.dup(descriptor)
    except OSError:  # closed, as under pythonw
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, descriptor)
        os.close(kept)


def _end(thread: threading.Thread) -> None:
    """Raise `Late` in the thread until it has ended; give up after a second, since C code cannot be stopped."""
    give_up = time.monotonic() + 1
    while thread.is_alive() and time.monotonic() < give_up:
        thread.join(0.01)
        if thread.is_alive():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(Late))
