"""`init_catalogue()`: six ways to choose start values by name; each overwrites the tensor it is given (8 points).

The oracle is the distribution itself: mean, variance and the share within one standard deviation, each within
`BOUND` standard errors, and the edges of a uniform distribution exactly; independence is that of `draws`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from linreg_course.checking.draws import flaw
from linreg_course.checking.exercise import shows
from linreg_course.checking.judging import is_well
from linreg_course.checking.observing import Case, Seen, attempt, describe, entry_of
from linreg_course.checking.reading import close, is_tensor, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault
from linreg_course.checking.words import words_of
from linreg_course.language import Text

WORDS = words_of(__file__)
POINTS = {"in-place": 2, "fixed-values": 2, "normal-and-uniform": 2, "fans": 2}

RULE_OF = {
    "normal": "normal-and-uniform",
    "uniform": "normal-and-uniform",
    "xavier_uniform": "fans",
    "kaiming_normal": "fans",
    "zeros": "fixed-values",
    "constant": "fixed-values",
}
KEYS = tuple(RULE_OF)
RANDOM, FANS, FIXED = KEYS[:4], KEYS[2:4], KEYS[4:]

# No entry draws this number, so that a tensor that was not overwritten shows.
START = 7.25
# In standard errors. With three statistics of each of fourteen tensors, a right answer fails one check in ten million.
BOUND = 6.2
# A number that was a float32 on its way is as good in a float64 tensor.
ROUNDED = torch.finfo(torch.float32).eps


def cases(rng: np.random.Generator) -> list[Case]:
    # With few digits a call shows the very number that it gives.
    value, other = (round(float(v), 4) for v in rng.uniform(0.1, 3, 2))
    exact = float(rng.uniform(1, 2))
    return [
        *(_case("parameter", key, (200, 100), value=value) for key in KEYS),
        *(_case("shapes", key, (4, 3), rules=["in-place"], value=value) for key in KEYS),
        *(_case("view", key, (4, 2), rules=["in-place"], value=value) for key in KEYS),
        *(_case("not finite", key, (3, 2), rules=["in-place"], value=value) for key in KEYS),
        *(_case("float64", key, (20_000,), "float64") for key in ("normal", "uniform")),
        *(_case("float64", key, (50, 600), "float64") for key in FANS),
        *(_case("shapes", key, shape) for key in ("normal", "uniform") for shape in ((1, 30_000), (20, 30, 40))),
        *(_case("shapes", key, (600, 50)) for key in FANS),
        *(_case("shapes", key, (), rules=["in-place"], value=value) for key in ("normal", "uniform", *FIXED)),
        *(_case("shapes", key, shape, value=-3.5) for key in FIXED for shape in ((2, 3, 4), (1, 1))),
        _case("values", "constant", (3,), "float64", value=-other),
        *(_case("values", "constant", (2, 2), value=one) for one in (0.0, 7, 1e20, -1e-8)),
        _case("values", "constant", (3,), "float64", value=exact),
    ]


def _case(
    kind: str,
    key: str,
    shape: tuple[int, ...],
    dtype: str = "float32",
    rules: list[str] | None = None,
    value: float = 0.0,
) -> Case:
    values = [value] if key == "constant" else []
    rules = rules or ["in-place", RULE_OF[key]]
    return {"kind": kind, "rules": rules, "key": key, "shape": list(shape), "dtype": dtype, "values": values}


def _is_parameter(case: Case) -> bool:
    return str(case["kind"]).endswith("parameter")


def spell(case: Case) -> str:
    dtype = "" if case["dtype"] == "float32" else f", dtype=torch.{case['dtype']}"
    new = f"torch.full({tuple(case['shape'])}, {_start_of(case)}{dtype})"
    t = f"nn.Parameter({new})" if _is_parameter(case) else new
    values = "".join(f", {v:.6g}" for v in case["values"])
    if case["kind"] == "view":
        base = f"base = torch.full({_base_shape(case)}, {START})"
        return f'{base}\ninit_catalogue()["{case["key"]}"](base[:, 1:-1]{values})'
    return f'init_catalogue()["{case["key"]}"]({t}{values})'


def _start_of(case: Case) -> float:
    return math.nan if case["kind"] == "not finite" else START


def _base_shape(case: Case) -> tuple[int, int]:
    rows, columns = case["shape"]
    return rows, columns + 2


def arguments(case: Case) -> tuple[Any, ...]:
    if case["kind"] == "view":
        return torch.full(_base_shape(case), START)[:, 1:-1], *case["values"]
    t = torch.full(case["shape"], _start_of(case), dtype=getattr(torch, case["dtype"]))
    return nn.Parameter(t) if _is_parameter(case) else t, *case["values"]


def observe(answer: Any, case: Case) -> Seen:
    entry, instead = entry_of(answer, case["key"])
    if instead is not None:
        return instead
    (t, *values), (again, *_) = arguments(case), arguments(case)
    base = t._base
    for one in (t, again):
        _, raised = attempt(entry, one, *values)
        if raised is not None:
            return {"raised": raised, "callable": callable(entry)}
    seen = {"after": describe(t), "again": describe(again)}
    return seen if base is None else seen | {"base": describe(base)}


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    if "missing" in seen:
        return dict.fromkeys(
            case["rules"], Fault(spell(case), shown(seen["missing"]), WORDS.say("has-key", key=case["key"]))
        )
    faults = {}
    if not _is_overwritten(case, seen["after"]):
        faults["in-place"] = Fault(spell(case), _as_left(case, seen["after"]), WORDS.say("overwritten"))
    elif "base" in seen and not _is_seen_through(seen["base"], seen["after"]):
        faults["in-place"] = Fault(spell(case), _of_base(seen["base"]), WORDS.say("seen-through"))
    rule = case["rules"][-1]
    if rule != "in-place" and not _is_filled(case, seen):
        faults[rule] = Fault(spell(case), _came(case, seen), WORDS.say(case["key"]))
    return faults


def _came(case: Case, seen: Seen) -> str | Text:
    values = _numbers(seen["after"])
    if case["key"] in FIXED:
        return shown(seen["after"], _value(case), ROUNDED)
    if values is None:
        return shown(seen["after"])
    if law_of(case).fits(values):
        return _flaw(case, seen) or shown(seen["after"])
    low, high, mean, std = (f"{float(v):.4g}" for v in (values.min(), values.max(), values.mean(), values.std()))
    return WORDS.say("moments", mean=mean, std=std, low=low, high=high)


def _as_left(case: Case, after: Any) -> str:
    """Show the tensor from the first number that was not overwritten, if there is one."""
    values = tensor(after)
    return shown(after, None if values is None else torch.where(_is_left(case, values), math.inf, values))


def _is_left(case: Case, values: Tensor) -> Tensor:
    return values.isnan() if case["kind"] == "not finite" else values == START


def _is_seen_through(base: Any, after: Any) -> bool:
    """Tell whether the tensor that the view is a part of has the view's numbers in it, and others nowhere else."""
    whole, part = tensor(base), tensor(after)
    if whole is None or part is None:
        return False
    return torch.equal(whole[:, 1:-1], part) and bool((whole[:, [0, -1]] == START).all())


def _of_base(base: Any) -> str:
    return f"base: {shown(base)}"


def _value(case: Case) -> float:
    return float((case["values"] or [0.0])[0])


def _numbers(after: Any) -> Tensor | None:
    values = tensor(after)
    return values.double() if values is not None and values.is_floating_point() and values.numel() > 1 else None


def _is_overwritten(case: Case, after: Any) -> bool:
    same = is_tensor(after) and after["shape"] == case["shape"] and after["dtype"] == case["dtype"]
    if not same or after["requires_grad"] != _is_parameter(case) or after["in_graph"]:
        return False
    values = tensor(after)
    return values is not None and not bool(_is_left(case, values).any())


def _is_filled(case: Case, seen: Seen) -> bool:
    if case["key"] in FIXED:
        values = tensor(seen["after"])
        due = torch.full(case["shape"], _value(case), dtype=torch.float64)
        return values is not None and not values.is_complex() and close(due, values, ROUNDED)
    numbers = _numbers(seen["after"])
    return numbers is not None and law_of(case).fits(numbers) and _flaw(case, seen) is None


def _flaw(case: Case, seen: Seen) -> Text | None:
    """Return why the numbers of two calls are no independent draws."""
    law, first, second = law_of(case), _numbers(seen["after"]), _numbers(seen["again"])
    if first is None or second is None:
        return WORDS.say("no-numbers")
    return flaw((first - law.mean) / law.std, (second - law.mean) / law.std, law.edge == math.inf)


@dataclass(frozen=True)
class Law:
    """A distribution of which each number is a draw, with what its statistics scatter by.

    Attributes:
        share: probability of lying within one standard deviation of the mean.
        kurtosis: fourth central moment over squared variance.
        edge: the farthest a number can lie from the mean, in standard deviations.
    """

    mean: float
    std: float
    share: float = math.erf(math.sqrt(0.5))
    kurtosis: float = 3.0
    edge: float = math.inf

    def fits(self, values: Tensor) -> bool:
        """Tell whether the numbers can be draws: no statistic is farther off than `BOUND` standard errors."""
        z = (values - self.mean) / self.std
        root = math.sqrt(values.numel())
        errors = (
            z.mean() * root,
            (z.square().mean() - 1) * root / math.sqrt(self.kurtosis - 1),
            ((z.abs() < 1).double().mean() - self.share) * root / math.sqrt(self.share * (1 - self.share)),
        )
        # Numbers rounded to float32 may lie a little beyond the edge.
        return all(abs(float(one)) <= BOUND for one in errors) and float(z.abs().max()) <= self.edge * (1 + 1e-6)


def _uniform(low: float, high: float) -> Law:
    return Law((low + high) / 2, (high - low) / math.sqrt(12), 1 / math.sqrt(3), 1.8, math.sqrt(3))


def law_of(case: Case) -> Law:
    """Return the distribution that the case's entry draws from."""
    match case["key"], case["shape"]:
        case "normal", _:
            return Law(0.0, 1.0)
        case "uniform", _:
            return _uniform(0.0, 1.0)
        case "xavier_uniform", [rows, columns]:
            edge = math.sqrt(6 / (rows + columns))
            return _uniform(-edge, edge)
        case "kaiming_normal", [_, columns]:
            return Law(0.0, math.sqrt(2 / columns))
    raise ValueError(f"law_of: no distribution is known for {case['key']!r}")


def battery(rng: np.random.Generator) -> list[Case]:
    """Each key twice, on a Parameter first; large where a spread is to be told from another."""
    value, kinds = float(rng.uniform(2, 3)), ("battery parameter", "battery plain")
    shapes = {key: (500, 200) if key in RANDOM else (4, 3) for key in KEYS}
    return [_case(kind, key, shapes[key], value=value) for key in KEYS for kind in kinds]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    found: dict[str, Any] = {"dict": _dict_view(battery, seen)}
    for key in KEYS:
        own = [(case, one) for case, one in zip(battery, seen, strict=True) if case["key"] == key]
        found[key] = None if all(is_well(judge, *pair) for pair in own) else _views(own)
    return found


def _views(own: list[tuple[Case, Seen]]) -> Any:
    views = [_view(case, one) for case, one in own]
    on_parameter, on_plain = (one for _, one in own)
    if "leaf Variable" in on_parameter.get("raised", {}).get("message", "") and "after" in on_plain:
        return "raises RuntimeError on a Parameter only"
    return "other" if "other" in views else views


def _dict_view(battery: list[Case], seen: list[Seen]) -> Any:
    for case, one in zip(battery, seen, strict=True):
        if "late" in one or ("raised" in one and "callable" not in one):
            return "other"
        if "missing" in one and not (isinstance(one["missing"], dict) and "keys" in one["missing"]):
            return "other"
        if "missing" in one and f"{case['key']}_" in one["missing"]["keys"]:
            return "underscores"
    return None


def _view(case: Case, one: Seen) -> Any:
    """Return a label that no seed changes."""
    if "missing" in one:
        return "missing"
    if "raised" in one:
        return _raised_view(one["raised"]) if one.get("callable", True) else "not callable"
    values = _numbers(one.get("after"))
    if values is None:
        return "other"
    if bool((values == START).all()):
        return "unchanged"
    if case["key"] in FIXED:
        return "well" if is_well(judge, case, one) else "other"
    return _spread(values)


def _raised_view(raised: Seen) -> str:
    """A TypeError for the number of arguments is told apart from others, which Python words otherwise."""
    of_arguments = any(words in raised["message"] for words in ("positional argument", "multiple values"))
    return f"raises {raised['type']}{' for its arguments' if of_arguments else ''}"


# The standard deviations that known mistakes have at (500, 200); they are a tenth or more apart.
STDS = [1.0, 1 / math.sqrt(3), 0.01, *(math.sqrt(v) for v in (2 / 700, 2 / 2100, 2 / 500, 1 / 200, 2 / 200))]
SHAPES = {"normal": Law(0, 1).share, "uniform": _uniform(-1, 1).share}


def _spread(values: Tensor) -> Any:
    """Return standard deviation, shape of the distribution and place of the mean, where they are known ones."""
    std, mean = float(values.std()), float(values.mean())
    share = float(((values - mean).abs() < std).double().mean())
    stds = [one for one in STDS if abs(std / one - 1) < 0.04]
    shapes = [name for name, one in SHAPES.items() if abs(share - one) < 0.03]
    if not stds or not shapes or abs(mean) > 0.05 * std:
        return "other"
    return [stds[0], shapes[0]]


@shows("dict")
def _keys_with_underscore():
    return dict.fromkeys(("normal_", "uniform_", "xavier_uniform_", "kaiming_normal_", "zeros_", "constant_"))


@shows(*KEYS)
def _values_not_callables():
    return dict.fromkeys(KEYS, torch.zeros(3))


@shows(*KEYS)
def _leaf_without_no_grad():
    return {
        "normal": lambda t: t.normal_(),
        "uniform": lambda t: t.uniform_(),
        "xavier_uniform": lambda t: t.uniform_(-math.sqrt(6 / sum(t.shape)), math.sqrt(6 / sum(t.shape))),
        "kaiming_normal": lambda t: t.normal_(0, math.sqrt(2 / t.shape[1])),
        "zeros": lambda t: t.zero_(),
        "constant": lambda t, value: t.fill_(value),
    }


@shows(*KEYS)
def _new_tensor_returned():
    return dict.fromkeys(KEYS, lambda t, *value: torch.randn_like(t))


@shows("constant")
def _constant_without_value():
    return {"constant": lambda t: nn.init.constant_(t, 1.0)}


@shows("normal")
def _normal_001():
    return {"normal": lambda t: nn.init.normal_(t, 0, 0.01)}


@shows("uniform")
def _uniform_symmetric():
    return {"uniform": lambda t: nn.init.uniform_(t, -1, 1)}


@shows("xavier_uniform")
def _xavier_normal():
    return {"xavier_uniform": nn.init.xavier_normal_}


@shows("xavier_uniform")
def _xavier_std_as_bound():
    return {"xavier_uniform": lambda t: nn.init.uniform_(t, -math.sqrt(2 / sum(t.shape)), math.sqrt(2 / sum(t.shape)))}


@shows("kaiming_normal")
def _kaiming_fan_out():
    return {"kaiming_normal": lambda t: nn.init.kaiming_normal_(t, mode="fan_out")}


@shows("kaiming_normal")
def _kaiming_no_gain():
    return {"kaiming_normal": lambda t: nn.init.kaiming_normal_(t, nonlinearity="linear")}


@shows("kaiming_normal")
def _kaiming_uniform():
    return {"kaiming_normal": nn.init.kaiming_uniform_}


@shows("kaiming_normal")
def _kaiming_variance_as_std():
    return {"kaiming_normal": lambda t: nn.init.normal_(t, 0, 2 / t.shape[1])}
