"""Call a student's answer and report what came of it as plain data: it decides nothing.

Plain data are None, bool, int, float, str, tensors without a graph, and lists and dicts of them:
all that may leave the process of an untrusted answer.
"""

from __future__ import annotations

import linecache
import math
import numbers
import operator
import site
import sysconfig
import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from linreg_course.checking import deadline
from linreg_course.checking.deadline import Late, run_each

MAX_ELEMENTS = 2**21
MAX_ITEMS = 5000
MAX_DEPTH = 4
MAX_TEXT = 300

Case = dict[str, Any]
Seen = dict[str, Any]

_OURS = Path(__file__).resolve().parents[1]
_INSTALLED = tuple({*site.getsitepackages(), *sysconfig.get_paths().values(), str(_OURS), "<frozen"})


class Unanswered:
    """Stands for an answer whose cell has not been run, so that its check can say so."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"<{self.name}: the cell that defines it has not been run>"


class AbsentError(Exception):
    """Raised where no function stands for an answer: what does, described, or None where nothing has been run."""

    def __init__(self, found: Seen | None) -> None:
        super().__init__(found)
        self.found = found


def look(
    observe: Callable[[Any, Case], Seen], answer: Any, cases: list[Case], seed: int, until: float = math.inf
) -> list[Seen]:
    """Return an observation for each case, whatever the answer does.

    An observation is what `observe` returns, or `{"raised": …}` where the answer raised out of it,
    `{"late": "call"}` where it did not return in time, `{"late": "check"}` where the time `until` (see
    `run_each`) was over, then also for the cases after it, or `{"broken": text}` where observing itself failed.

    Raises:
        AbsentError: the answer is no function.
    """
    if not callable(answer):
        raise AbsentError(None if isinstance(answer, Unanswered) else {"value": describe(answer)})
    seen = run_each([partial(_observe, observe, answer, case) for case in cases], seed, deadline.CASE_SECONDS, until)
    late = "check" if time.monotonic() >= until else "call"
    return seen + [{"late": late} for _ in cases[len(seen) :]]


def _observe(observe: Callable[[Any, Case], Seen], answer: Any, case: Case) -> Seen:
    if "exchanged" in case:
        answer = partial(_with_exchanged, answer, *case["exchanged"])
    try:
        return observe(answer, case)
    except Exception as error:  # a fault of ours: it must cost the student nothing but the check
        return {"broken": f"{type(error).__name__}: {error}"[:MAX_TEXT]}


def _with_exchanged(answer: Callable[..., Any], one: int, other: int, *args: Any, **kwargs: Any) -> Any:
    """Call the answer with two arguments in each other's place, if it has so many."""
    given = list(args)
    if other < len(given):
        given[one], given[other] = given[other], given[one]
    return answer(*given, **kwargs)


def call(answer: Callable[..., Any], *args: Any, **kwargs: Any) -> Seen:
    """Call the answer; return `{"value": described}` or `{"raised": {...}}`."""
    value, raised = attempt(answer, *args, **kwargs)
    return {"raised": raised} if raised is not None else {"value": describe(value)}


def attempt(answer: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[Any, Seen | None]:
    """Call the answer; return its value itself, for more calls on it, and how it raised, if it did."""
    try:
        return answer(*args, **kwargs), None
    except Late:
        raise
    except BaseException as error:  # also SystemExit: exit() in an answer ends nothing
        return None, describe_error(error)


def entry_of(answer: Callable[[], Any], key: str) -> tuple[Any, Seen | None]:
    """Call an answer that returns a dict; return its entry `key`, or None and what to report in its place."""
    found, raised = attempt(answer)
    if raised is not None:
        return None, {"raised": raised}
    entry, raised = attempt(operator.getitem, found, key)
    return (entry, None) if raised is None else (None, {"missing": describe(found)})


def describe_error(error: BaseException) -> Seen:
    """Return type, base types, message and the student's own line of an exception."""
    return {
        "type": type(error).__name__,
        "bases": [base.__name__ for base in type(error).__mro__],
        "message": _text(error, str),
        **_own_line(error.__traceback__),
    }


def describe(value: Any) -> Any:
    """Return a value as plain data; a tensor becomes type, shape, dtype, whether it is in a graph, and its values.

    Values of more than `MAX_ELEMENTS` numbers are left out (None), so are those that are not dense.
    What is no plain data, or nested deeper than `MAX_DEPTH`, becomes its type and its text.
    """
    try:
        return _describe(value, MAX_DEPTH)
    except Exception:  # an object of the student's own that fails when it is looked at
        return _as_text(value)


def _describe(value: Any, depth: int) -> Any:
    if value is None or type(value) in (bool, float) or (type(value) is int and value.bit_length() < 1024):
        return value
    if isinstance(value, str):
        return str(value)[:MAX_TEXT]
    if isinstance(value, Tensor):
        return _describe_tensor(value)
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biuf":
        values = torch.from_numpy(np.array(value, dtype=value.dtype.newbyteorder("=")))
        return {**_describe_tensor(values), "type": type(value).__name__, "dtype": str(value.dtype)}
    if isinstance(value, numbers.Real):
        return {"type": type(value).__name__, "number": float(value)}
    if depth == 0:
        return _as_text(value)
    if isinstance(value, Mapping):
        pairs = [(_describe(k, depth - 1), _describe(v, depth - 1)) for k, v in islice(value.items(), MAX_ITEMS)]
        return {"type": "dict", "keys": [key for key, _ in pairs], "items": [item for _, item in pairs]}
    if isinstance(value, list | tuple):
        items = [_describe(item, depth - 1) for item in value[:MAX_ITEMS]]
        return {"type": "tuple" if isinstance(value, tuple) else "list", "length": len(value), "items": items}
    return _as_text(value)


def _as_text(value: Any) -> Seen:
    return {"type": type(value).__name__, "text": _text(value, repr)}


def _describe_tensor(value: Tensor) -> Seen:
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():
        dense = value.layout == torch.strided and value.device.type == "cpu" and not value.is_quantized
        small = dense and value.numel() <= MAX_ELEMENTS
        return {
            "type": "Tensor",
            "shape": list(value.shape),
            "dtype": str(value.dtype).removeprefix("torch."),
            "requires_grad": value.requires_grad,
            "in_graph": value.grad_fn is not None,
            "value": value.detach().clone().contiguous().as_subclass(Tensor) if small else None,
        }


def _text(value: Any, spell: Callable[[Any], str]) -> str:
    try:
        return str(spell(value))[:MAX_TEXT]
    except Exception as error:  # an object that cannot even be printed
        return f"<{type(value).__name__}: {type(error).__name__}>"


def _own_line(traceback: TracebackType | None) -> Seen:
    """Return number and text of the deepest line that the student wrote, or nothing where there is none."""
    own: Seen = {}
    while traceback is not None:
        file, number = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        if not file.startswith(_INSTALLED):
            own = {"line": linecache.getline(file, number).strip()[:MAX_TEXT], "number": number}
        traceback = traceback.tb_next
    return own
