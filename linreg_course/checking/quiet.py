"""Leave the process as it was, and the notebook without a word, whatever an answer sets or writes."""

from __future__ import annotations

import builtins
import io
import os
import random
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NoReturn

import numpy as np
import torch

RECURSION_LIMIT = 2000


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
def silent() -> Iterator[None]:
    """Let nothing written reach the notebook: nbgrader gives 0 for any text on stderr."""
    with ExitStack() as stack:
        for name in ("stdout", "stderr"):
            stack.enter_context(_replaced(sys, name, _Sink()))
        for descriptor in (1, 2):
            stack.enter_context(_to_nowhere(descriptor))
        stack.enter_context(_replaced(builtins, "input", _no_input))
        running = shell()
        if running is not None:  # exit() would end the kernel after the cell
            stack.enter_context(_replaced(running, "ask_exit", sys.exit))
        yield


def shell() -> Any:
    """Return the IPython shell that this runs in, or None."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


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
