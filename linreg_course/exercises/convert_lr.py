"""`convert_lr(lr, batch_size, old, new)`: the rate that keeps SGD's update under another reduction (8 points).

The update of SGD is lr · ∂l/∂w. The oracle takes that step both ways on one random minibatch, in float64.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from linreg_course.checking.exercise import another, shows
from linreg_course.checking.judging import is_well
from linreg_course.checking.observing import Case, Seen, call
from linreg_course.checking.reading import has_raised, number
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault
from linreg_course.checking.words import words_of

WORDS = words_of(__file__)
POINTS = {"convert": 4, "same-reduction": 1, "bad-reduction": 2, "bad-batch-size": 1}

NAMES = ("mean", "sum")
CAPITALS, EQUAL = ("Mean", "sum"), ("none", "none")
BAD_NAMES = (("none", "mean"), ("mean", "none"), ("avg", "sum"), ("sum", "total"), EQUAL, CAPITALS)
# By the way in which they miss the two names; each is tried as old, as new, and as both.
MISSPELT: dict[str, tuple[str | None, ...]] = {
    "other word": ("none", "avg", "total", "batchmean"),
    "capitals": ("Mean", "SUM", "sUm"),
    "blanks": (" mean", "sum ", "\tsum"),
    "part of a name": ("mea", "su", "m", "s", ""),
    "longer": ("means", "sum2", "mean_", "meansum", "mean,sum"),
    "no name": (None,),
}
EDGES = {
    "small rate": ((2e-8, 10), (1e-12, 10)),
    "large rate": ((1.0, 10), (4.5, 10), (1e3, 10)),
    "one example": ((0.5, 1), (0.07, 1)),
    "large batch": ((0.5, 1000), (0.07, 64_000)),
}
# Of what is in float32 no more can be asked.
RTOL = {"float32": 1e-6}


def cases(rng: np.random.Generator) -> list[Case]:
    rates = [(0.03, 10), (0.003, 10), (0.1, 32)]
    drawn = [(float(10 ** rng.uniform(-4, 0)), int(rng.integers(1, 513))) for _ in range(20)]
    edges = [(kind, *pair) for kind, pairs in EDGES.items() for pair in pairs]
    return [
        *(_case("usual", "convert", *pair, old, new) for pair in rates for old, new in (NAMES, NAMES[::-1])),
        *(_case("usual", "same-reduction", *pair, name, name) for pair in rates[:2] for name in NAMES),
        *(
            _refused(kind, "bad-reduction", 10, *pair)
            for kind, names in MISSPELT.items()
            for name in names
            for pair in ((name, "sum"), ("mean", name), (name, name), (name, "mean"), ("sum", name))
        ),
        *(
            _refused("bad batch", "bad-batch-size", size, old, new)
            for size in (0, -1, -4)
            for old, new in (NAMES, NAMES[::-1], *zip(NAMES, NAMES, strict=True))
        ),
        *(_case("usual", "convert", *pair, old, new) for pair in drawn for old, new in (NAMES, NAMES[::-1])),
        *(_case("usual", "same-reduction", *pair, name, name) for pair in drawn[:4] for name in NAMES),
        *(_case(kind, "convert", lr, size, old, new) for kind, lr, size in edges for old, new in (NAMES, NAMES[::-1])),
        *(_case(kind, "same-reduction", lr, size, name, name) for kind, lr, size in edges for name in NAMES),
    ]


def _case(kind: str, rule: str, lr: float, batch_size: int, old: str | None, new: str | None) -> Case:
    return {"kind": kind, "rules": [rule], "lr": lr, "batch_size": batch_size, "old": old, "new": new}


def _refused(kind: str, rule: str, batch_size: int, old: str | None, new: str | None) -> Case:
    return {**_case(kind, rule, 0.03, batch_size, old, new), "raises": "ValueError"}


def spell(case: Case) -> str:
    return f"convert_lr({case['lr']:.6g}, {case['batch_size']}, {_quoted(case['old'])}, {_quoted(case['new'])})"


def _quoted(name: str | None) -> str:
    return "None" if name is None else json.dumps(name)


def arguments(case: Case) -> tuple[Any, ...]:
    return case["lr"], case["batch_size"], case["old"], case["new"]


def observe(answer: Any, case: Case) -> Seen:
    return call(answer, *arguments(case))


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    if _keeps_update(case, seen["value"]):
        return {}
    return dict.fromkeys(case["rules"], Fault(spell(case), shown(seen["value"]), WORDS.say("same-update")))


def _keeps_update(case: Case, value: Any) -> bool:
    new_lr = number(value)
    if new_lr is None:
        return False
    old_step = case["lr"] * _gradient(case["batch_size"], case["old"])
    new_step = new_lr * _gradient(case["batch_size"], case["new"])
    rtol = RTOL.get(str(value.get("dtype")), 1e-9) if isinstance(value, dict) else 1e-9
    return torch.allclose(new_step, old_step, rtol=rtol, atol=0)


@cache
def _gradient(batch_size: int, reduction: str) -> torch.Tensor:
    generator = torch.Generator().manual_seed(batch_size)
    X, y = (torch.randn(batch_size, d, generator=generator, dtype=torch.float64) for d in (3, 1))
    w = torch.ones(3, 1, dtype=torch.float64, requires_grad=True)
    F.mse_loss(X @ w, y, reduction=reduction).backward()
    assert w.grad is not None
    return w.grad


def battery(rng: np.random.Generator) -> list[Case]:
    pairs = [(0.03, 7), (3.1, 2), (0.5, 33)]
    return [
        *(_case("battery", "convert", *pair, old, new) for pair in pairs for old, new in (NAMES, NAMES[::-1])),
        *(_case("battery", "same-reduction", *pair, name, name) for pair in pairs for name in NAMES),
        *(_refused("battery", "bad-reduction", 7, *names) for names in BAD_NAMES),
        *(_refused("battery", "bad-batch-size", size, *NAMES) for size in (0, -4)),
    ]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    pairs = list(zip(battery, seen, strict=True))
    return {name: _aspect([pair for pair in pairs if _aspect_of(pair[0]) == name]) for name in ASPECTS}


# Names that are hardly wrong are told apart from those that nobody checked.
ASPECTS = ("convert", "same-reduction", "bad-reduction", "capitals", "equal names", "bad-batch-size")


def _aspect_of(case: Case) -> str:
    names = (case["old"], case["new"])
    return {CAPITALS: "capitals", EQUAL: "equal names"}.get(names, case["rules"][0])


def _aspect(pairs: list[tuple[Case, Seen]]) -> list[Any] | None:
    if all(is_well(judge, case, one) for case, one in pairs):
        return None
    views = [_view(one) for _, one in pairs]
    if "raises" not in pairs[0][0]:
        return views
    # Of refusals it matters what is wrong with them, not which names or what number.
    return sorted({"a number" if isinstance(view, float) else str(view) for view in views})


def _view(seen: Seen) -> Any:
    if "late" in seen:
        return "late"
    if "raised" in seen:
        return "ValueError" if has_raised(seen, "ValueError") else "raises"
    came = number(seen["value"])
    return "None" if seen["value"] is None else "other" if came is None else came


@shows("convert")
def _good_names_refused(lr, batch_size, old, new):
    raise ValueError(old)


@shows("convert")
def _direction_inverted(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    factor = {"mean": 1, "sum": batch_size}
    return lr * factor[new] / factor[old]


@shows("convert")
def _always_times_b(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    return lr if old == new else lr * batch_size


@shows("convert")
def _frameworks_normalise(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    return lr


@shows("convert")
def _square_root_rule(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    root = {"mean": 1, "sum": batch_size**0.5}
    return lr * root[old] / root[new]


@shows("convert")
def _batch_size_10(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    factor = {"mean": 1, "sum": 10}
    return lr * factor[old] / factor[new]


@shows("same-reduction")
def _looks_only_at_new(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    return lr / batch_size if new == "sum" else lr * batch_size


@shows("same-reduction")
def _looks_only_at_old(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    return lr / batch_size if old == "mean" else lr * batch_size


@shows("bad-reduction")
def _unknown_accepted(lr, batch_size, old, new):
    return lr


@another(_unknown_accepted)
def _old_unchecked(lr, batch_size, old, new):
    if new not in NAMES:
        raise ValueError(new)
    return lr


@shows("bad-reduction")
def _unknown_gives_none(lr, batch_size, old, new):
    return lr if {old, new} <= set(NAMES) else None


@shows("bad-reduction")
def _wrong_exception(lr, batch_size, old, new):
    return lr * {"mean": 1, "sum": 1}[old] / {"mean": 1, "sum": 1}[new]


@shows("capitals")
def _capitals_accepted(lr, batch_size, old, new):
    _refuse(batch_size, old.lower(), new.lower())
    return lr


@shows("equal names")
def _equal_names_unchecked(lr, batch_size, old, new):
    return lr


@shows("bad-batch-size")
def _batch_size_unchecked(lr, batch_size, old, new):
    return lr * batch_size


def _refuse(batch_size, old, new):
    if not {old, new} <= set(NAMES) or batch_size < 1:
        raise ValueError(f"no conversion from {old!r} to {new!r} for {batch_size} examples")
