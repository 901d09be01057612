"""Turn a value into the words of a panel: what came back, and a case's input as a learner could type it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

SHOWN_NUMBERS = 6
DIGITS, ALL_DIGITS = 6, 17


def shown(value: Any, due: Any = None, rtol: float = 0.0, atol: float = 0.0) -> str:
    """Return a short text of what came back, in code and so in every language: type, shape, dtype, the first values.

    Args:
        value: what came back, as it was described.
        due: what should have come back, where that is known: a tensor, or a number for all places. A tensor of
            its shape is shown from the first place that differs if that is not among the first, with so many
            digits that the two do not look the same.
        rtol: what may be off of a number as a share of what is due, and is no difference.
        atol: what else may be off of any number.
    """
    if isinstance(value, str):
        return repr(value)
    if not isinstance(value, dict):
        return f"{type(value).__name__} {value}" if value is not None else "None"
    if "raised" in value:
        return f"{value['raised']['type']}: {value['raised']['message']}"
    if "shape" in value:
        grad = ", requires_grad=True" if value["requires_grad"] else ""
        form = f"shape={tuple(value['shape'])}, dtype={value['dtype']}{grad}"
        return f"{value['type']}({form}){_numbers(value['value'], due, rtol, atol)}"
    if "keys" in value:
        return f"dict(keys=[{', '.join(map(_key, value['keys']))}])"
    if "items" in value:
        first = ", ".join(shown(entry) for entry in value["items"][:3])
        return f"{value['type']}(len={value['length']}): {first}{', …' if value['length'] > 3 else ''}"
    return str(value.get("text") or f"{value.get('type')} {value.get('number')}")


def spelled(values: Tensor | float | int | str) -> str:
    """Return a case's input as a learner could type it; a large tensor by shape and dtype."""
    if not isinstance(values, Tensor):
        return repr(values)
    dtype = "" if values.dtype in (torch.float32, torch.int64, torch.bool) else f", dtype={values.dtype}"
    if values.numel() > 2 * SHOWN_NUMBERS:
        return f"<tensor, shape={tuple(values.shape)}, dtype={str(values.dtype).removeprefix('torch.')}>"
    return f"torch.tensor({_rounded(values.tolist())}{dtype})"


def _numbers(values: Tensor | None, due: Any, rtol: float, atol: float) -> str:
    if values is None:
        return ""
    flat, start, digits = values.reshape(-1), 0, DIGITS
    place, wanted = _first_difference(values, due, rtol, atol)
    if place is not None:
        start = place if place >= SHOWN_NUMBERS else 0
        digits = _digits_apart(flat[place].item(), wanted)
    listed = ", ".join(_spelled_number(one, digits) for one in flat[start : start + SHOWN_NUMBERS].tolist())
    more = ", …" if values.numel() > start + SHOWN_NUMBERS else ""
    before = f"…, {[int(one) for one in np.unravel_index(start, values.shape)]}: " if start else ""
    return f": {before}{listed}{more}"


def _first_difference(values: Tensor, due: Any, rtol: float, atol: float) -> tuple[int | None, float]:
    """Return the first place, in the order of reading, that holds something else than is due, and what is due there."""
    if due is None or values.is_complex() or torch.as_tensor(due).shape not in (values.shape, ()):
        return None, 0.0
    wanted = torch.as_tensor(due, dtype=torch.float64).expand(values.shape)
    differs = ~torch.isclose(values.double(), wanted, rtol, atol, equal_nan=True)
    places = differs.reshape(-1).nonzero()
    return (int(places[0]), float(wanted.reshape(-1)[places[0]])) if len(places) else (None, 0.0)


def _digits_apart(one: Any, other: Any) -> int:
    """Return how many digits it takes to tell two numbers apart, at least the usual ones."""
    enough = (n for n in range(DIGITS, ALL_DIGITS) if _spelled_number(one, n) != _spelled_number(other, n))
    return next(enough, ALL_DIGITS)


def _spelled_number(value: Any, digits: int) -> str:
    return f"{value:.{digits}g}" if isinstance(value, float) else str(value)


def _key(key: Any) -> str:
    return repr(key) if isinstance(key, str | int) else shown(key)


def _rounded(values: Any) -> Any:
    if isinstance(values, list):
        return [_rounded(entry) for entry in values]
    return float(f"{values:.6g}") if isinstance(values, float) else values
