"""Replies from beyond the wall that no honest process gives, made from honest ones by a seed."""

from __future__ import annotations

import random
from typing import Any

import torch
from torch import Tensor

from linreg_course.checking.observing import describe
from linreg_course.wall.wire import encode

PARTS: list[Any] = [
    *(None, True, -1, 0, 2**63, 2**1000, -(2**70), 1e308, float("nan"), float("inf"), "", "x" * 1000, "raised", "3"),
    *([], {}, [[]], {"": {}}, [None] * 50, [1, "2", 3.0], {"value": 1}, {"value": None}, {"value": {}}),
    *({"raised": {}}, {"raised": None}, {"raised": {"type": 3, "bases": 4, "message": None}}, {"late": []}),
    *({"raised": {"type": "ValueError", "bases": ["ValueError"], "message": "", "line": 3, "number": {}}},),
    *({"type": "dict", "keys": [[]], "items": []}, {"type": "list", "length": 10**9, "items": [1]}, {"missing": 1}),
    *({"type": "float", "number": "1"}, {"type": "tuple", "length": 2, "items": [{}]}, {"broken": {}}, {"late": "x"}),
]
SHAPES = [(), (1,), (0,), (3, 0, 2), (1,) * 12, (2**20,), (1000, 1), (1, 1000), (2**10, 2**10), (2, 3), (2**21, 0)]
DTYPES = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool]


def reply(seen: list[dict[str, Any]], rng: random.Random) -> str:
    """Return an honest reply with something in it, or in its text, changed."""
    told: Any = {"seen": seen}
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        told = _changed(told, rng)
    text = encode(told)
    if rng.random() < 0.1:
        place, length = rng.randrange(len(text)), rng.choice([0, 1, 40])
        text = text[:place] + rng.choice(["", "\n", '"', "9" * 50, "[" * 3000, "\ud800"]) + text[place + length :]
    return text


def _changed(value: Any, rng: random.Random) -> Any:
    """Change one part of a value, deep in it more often than near its top."""
    if isinstance(value, dict | list) and value and rng.random() < 0.93:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        key = rng.choice(keys)
        parts: Any = dict(value) if isinstance(value, dict) else list(value)
        if rng.random() < 0.05:
            del parts[key]
        elif isinstance(value.get("value") if isinstance(value, dict) else None, Tensor) and rng.random() < 0.5:
            parts = describe(_tensor(rng))
        else:
            parts[key] = _changed(value[key], rng)
        return parts
    return rng.choice([_tensor, _described, _part])(rng)


def _tensor(rng: random.Random) -> Tensor:
    shape, dtype = rng.choice(SHAPES), rng.choice(DTYPES)
    fill = rng.choice([0.0, 1.0, -1.0, 200.0, float("nan"), float("inf"), 1e-300])
    return torch.full(shape, fill, dtype=torch.float64).to(dtype)


def _described(rng: random.Random) -> Any:
    return describe(_tensor(rng))


def _part(rng: random.Random) -> Any:
    return rng.choice(PARTS)
