"""Read an observation: plain data in, numbers, tensors and short texts out. Nothing here runs an answer."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

# Of a normal distribution, within one standard deviation of its mean.
SHARE_WITHIN_ONE = math.erf(math.sqrt(0.5))


def is_tensor(value: Any) -> bool:
    """Tell whether what came back was a torch tensor."""
    return isinstance(value, dict) and value.get("type") == "Tensor"


def is_sequence(value: Any) -> bool:
    """Tell whether what came back was a list or a tuple."""
    return isinstance(value, dict) and value.get("type") in ("list", "tuple") and "items" in value


def has_raised(seen: Any, exception: str) -> bool:
    """Tell whether an observation is that of a call that raised an exception of this name, or a kind of it."""
    return "raised" in seen and exception in seen["raised"]["bases"]


def tensor(value: Any) -> Tensor | None:
    """Return the values of a tensor or NumPy array as a tensor, or None where there are none."""
    found = value.get("value") if isinstance(value, dict) else None
    return found if isinstance(found, Tensor) else None


def changed(case: Mapping[str, Any], seen: Mapping[str, Any], *names: str) -> list[str]:
    """Return which tensors of a case have other values in what was seen after the call."""
    after = {name: tensor(seen[name]) for name in names}
    return [name for name, values in after.items() if values is None or not torch.equal(values, case[name])]


def number(value: Any) -> float | None:
    """Return the number that came back: int, float, Fraction, NumPy scalar or one-element tensor; else None."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, dict) and isinstance(value.get("number"), float):
        return float(value["number"])
    values = tensor(value)
    if values is not None and values.numel() == 1 and not values.is_complex():
        return float(values)
    return None


def item(value: Any, key: str) -> Any:
    """Return the entry of a dict that came back, or None where it has no such key."""
    if isinstance(value, dict) and key in value.get("keys", ()):
        return value["items"][value["keys"].index(key)]
    return None


def close(ours: Any, theirs: Any, rtol: float = 1e-9, atol: float = 0.0) -> bool:
    """Tell whether two numbers or tensors of one shape agree to `rtol * |ours| + atol`; nan agrees with nan."""
    one, other = torch.as_tensor(ours, dtype=torch.float64), torch.as_tensor(theirs, dtype=torch.float64)
    return one.shape == other.shape and torch.allclose(other, one, rtol=rtol, atol=atol, equal_nan=True)


def agree(one: Any, other: Any, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    """Tell whether two plain data agree: same structure and words, numbers within the tolerance, nan like nan."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(agree(one[key], other[key], rtol, atol) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(agree(a, b, rtol, atol) for a, b in zip(one, other, strict=True))
    if isinstance(one, Tensor) and isinstance(other, Tensor):
        return close(one, other, rtol, atol)
    if _is_number(one) and _is_number(other):
        same = math.isclose(one, other, rel_tol=rtol, abs_tol=atol)
        return same or (math.isnan(one) and math.isnan(other))
    return type(one) is type(other) and bool(one == other)


def moments(values: Tensor, std: float) -> tuple[float, float, float]:
    """Return the mean, the standard deviation, and the share of the values within `std` of 0."""
    drawn = values.double()
    within = (drawn.abs() <= std).double().mean()
    return float(drawn.mean()), float(drawn.std()), float(within)


def z_scores(values: Tensor, std: float) -> tuple[float, float, float]:
    """Return by how many standard errors each of the moments is off those of independent draws from N(0, std²)."""
    mean, spread, within = moments(values, std)
    n = values.numel()
    share_error = math.sqrt(SHARE_WITHIN_ONE * (1 - SHARE_WITHIN_ONE) / n)
    return (
        mean / (std / math.sqrt(n)),
        (spread / std - 1) * math.sqrt(2 * (n - 1)),
        (within - SHARE_WITHIN_ONE) / share_error,
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
