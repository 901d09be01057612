"""Turn a value into the words of a panel: what came back, and a case's input as a learner could type it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

SHOWN_NUMBERS = 6


def shown(value: Any) -> str:
    """Return a short text of what came back, in code and so in every language: type, shape, dtype, the first values."""
    if isinstance(value, str):
        return repr(value)
    if not isinstance(value, dict):
        return f"{type(value).__name__} {value}" if value is not None else "None"
    if "raised" in value:
        return f"{value['raised']['type']}: {value['raised']['message']}"
    if "shape" in value:
        grad = ", requires_grad=True" if value["requires_grad"] else ""
        form = f"shape={tuple(value['shape'])}, dtype={value['dtype']}{grad}"
        return f"{value['type']}({form}){_numbers(value['value'])}"
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


def _numbers(values: Tensor | None) -> str:
    if values is None:
        return ""
    first = values.reshape(-1)[:SHOWN_NUMBERS].tolist()
    more = ", …" if values.numel() > SHOWN_NUMBERS else ""
    return ": " + ", ".join(f"{entry:.6g}" if isinstance(entry, float) else str(entry) for entry in first) + more


def _key(key: Any) -> str:
    return repr(key) if isinstance(key, str | int) else shown(key)


def _rounded(values: Any) -> Any:
    if isinstance(values, list):
        return [_rounded(entry) for entry in values]
    return float(f"{values:.6g}") if isinstance(values, float) else values
