"""Turn a value into the words of a panel: what came back, and a case's input as a learner could type it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

SHOWN_NUMBERS = 6
DIGITS = 6


def shown(value: Any, wanted: Tensor | None = None) -> str:
    """Return a short text of what came back, in code and so in every language: type, shape, dtype, the first values.

    Args:
        value: a description, or what needs none.
        wanted: the tensor that should have come; then the first number that differs is among those shown, with
            as many digits as it takes to see it.
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
        return f"{value['type']}({form}){_numbers(value['value'], wanted)}"
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


def _numbers(values: Tensor | None, wanted: Tensor | None) -> str:
    if values is None:
        return ""
    flat, digits, start = values.reshape(-1), DIGITS, 0
    if wanted is not None and wanted.shape == values.shape:
        true = wanted.reshape(-1)
        place = next((place for place in range(len(flat)) if flat[place] != true[place]), 0)
        start = place if place >= SHOWN_NUMBERS else 0
        digits = _digits(flat[place].item(), true[place].item())
    entries = flat[start : start + SHOWN_NUMBERS].tolist()
    more = ", …" if len(flat) > start + SHOWN_NUMBERS else ""
    from_place = f"[{start}:] " if start else ""
    return f": {from_place}" + ", ".join(_number(entry, digits) for entry in entries) + more


def _number(entry: Any, digits: int) -> str:
    return f"{entry:.{digits}g}" if isinstance(entry, float) else str(entry)


def _digits(one: Any, other: Any) -> int:
    """Return how many significant digits tell two numbers apart."""
    return next((digits for digits in range(DIGITS, 18) if _number(one, digits) != _number(other, digits)), DIGITS)


def _key(key: Any) -> str:
    return repr(key) if isinstance(key, str | int) else shown(key)


def _rounded(values: Any) -> Any:
    if isinstance(values, list):
        return [_rounded(entry) for entry in values]
    return float(f"{values:.6g}") if isinstance(values, float) else values
