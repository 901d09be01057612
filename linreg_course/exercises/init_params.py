"""`init_params(net)`: start values for the first layer, in place (6 points).

The oracle knows the moments of the normal distribution, and which objects the net held before the call.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from linreg_course.checking.draws import DISTINCT, flaw
from linreg_course.checking.exercise import another, shows
from linreg_course.checking.observing import Case, Seen, attempt, describe
from linreg_course.checking.reading import moments, tensor, z_scores
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault
from linreg_course.checking.words import words_of
from linreg_course.language import Text

WORDS = words_of(__file__)
POINTS = {"in-place": 2, "bias-zero": 2, "weight-normal": 2}

SIGMA = 0.01
# Six standard errors, two-sided 2.0e-9 a test: one check in 50 million calls a right answer wrong.
Z = 6.0
BIAS = 0.7
COUNTED = 20_000
NAME = "first"


def cases(rng: np.random.Generator) -> list[Case]:
    small = ["in-place", "bias-zero"]
    return [
        _case("draws", _start(rng, 100, 200)),
        _case("draws", _start(rng, 1, 20_000)),
        _case("draws", _start(rng, 40, 500).double()),
        *(_case("width", _start(rng, *size), rules=small) for size in ((2, 1), (1, 2), (300, 3))),
        *(_case("half", _start(rng, 4, 30).to(dtype), rules=small) for dtype in (torch.float16, torch.bfloat16)),
        _case("later layers", _start(rng, 6, 5), "ReLU", "Flatten", rules=small),
        _case("named", _start(rng, 3, 5), rules=small),
    ]


def _start(rng: np.random.Generator, outputs: int, inputs: int) -> Tensor:
    # As a layer starts by itself; the range is that of 200 inputs.
    return torch.from_numpy(rng.uniform(-0.07, 0.07, (outputs, inputs))).float()


def _case(kind: str, weight: Tensor, *after: str, rules: list[str] | None = None) -> Case:
    return {"kind": kind, "rules": rules or list(POINTS), "weight": weight, "after": list(after)}


def spell(case: Case) -> str:
    outputs, inputs = case["weight"].shape
    dtype = "" if case["weight"].dtype == torch.float32 else f", dtype={case['weight'].dtype}"
    layers = [f"nn.Linear({inputs}, {outputs}{dtype})", *(f"nn.{name}()" for name in case["after"])]
    if case["kind"] == "named":
        return f"init_params(nn.Sequential(OrderedDict({NAME}={layers[0]})))"
    return f"init_params(nn.Sequential({', '.join(layers)}))"


def arguments(case: Case) -> tuple[Any, ...]:
    return (_net(case),)


def observe(answer: Any, case: Case) -> Seen:
    (net,) = arguments(case)
    before = _parts(net)
    returned, raised = attempt(answer, net)
    if raised is not None:
        return {"raised": raised}
    after, no_layer = attempt(_parts, net)
    seen = {
        "before": {name: id(part) for name, part in before.items()},
        "after": None if no_layer else {name: id(part) for name, part in after.items()},
        "returned": {"type": type(returned).__name__, "id": id(returned)},
        "weight": None if no_layer else describe(after["net[0].weight"]),
        "bias": None if no_layer else describe(after["net[0].bias"]),
    }
    _, raised = attempt(answer, net)
    if raised is not None:
        return {"raised": raised}
    return seen | {"again": _first_weights(net)}


def _net(case: Case) -> nn.Sequential:
    outputs, inputs = case["weight"].shape
    layer = nn.utils.skip_init(nn.Linear, inputs, outputs, dtype=case["weight"].dtype)
    with torch.no_grad():
        layer.weight.copy_(case["weight"])
        layer.bias.fill_(BIAS)
    if case["kind"] == "named":
        return nn.Sequential(OrderedDict({NAME: layer}))
    return nn.Sequential(layer, *(getattr(nn, name)() for name in case["after"]))


def _parts(net: Any) -> dict[str, Any]:
    return {"net": net, "net[0]": net[0], "net[0].weight": net[0].weight, "net[0].bias": net[0].bias}


def _first_weights(net: Any) -> Any:
    weights, raised = attempt(lambda: net[0].weight.reshape(-1)[:COUNTED])
    return None if raised is not None else describe(weights)


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    looks = {
        "in-place": lambda: (_not_in_place(case, seen), _place_asked(case, seen)),
        "bias-zero": lambda: (_not_zero(seen), WORDS.say("zero")),
        "weight-normal": lambda: (_not_normal(seen), WORDS.say("normal")),
    }
    found = {rule: looks[rule]() for rule in case["rules"]}
    return {rule: Fault(spell(case), came, should) for rule, (came, should) in found.items() if came is not None}


def _not_in_place(case: Case, seen: Seen) -> str | Text | None:
    """Return what is not as it was, or the weight where it still is; None where all is well."""
    before, after = seen.get("before"), seen.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return WORDS.say("no-layer")
    other = next((name for name in before if before[name] != after.get(name)), None)
    if other is not None:
        return WORDS.say("another-object", name=other)
    name = _unlike_parameter(case, seen)
    if name is not None:
        return f"net[0].{name}: {shown(seen.get(name))}"
    weight = tensor(seen["weight"])
    kept = weight is not None and float((weight == case["weight"]).double().mean()) > 0.5
    return WORDS.say("unchanged") if kept else None


def _place_asked(case: Case, seen: Seen) -> Text:
    """Return what should hold of the place: of a parameter that is still the same object, what its form should be."""
    before, after = seen.get("before"), seen.get("after")
    same = isinstance(before, dict) and before == after
    unlike = same and _unlike_parameter(case, seen) is not None
    return WORDS.say("form" if unlike else "in-place")


def _unlike_parameter(case: Case, seen: Seen) -> str | None:
    """Return which parameter has not the form that it had, or None."""
    outputs, inputs = case["weight"].shape
    dtype = str(case["weight"].dtype).removeprefix("torch.")
    shapes = {"weight": [outputs, inputs], "bias": [outputs]}
    return next((name for name, shape in shapes.items() if not _is_parameter(seen.get(name), shape, dtype)), None)


def _is_parameter(part: Any, shape: list[int], dtype: str) -> bool:
    wanted = {"type": "Tensor", "shape": shape, "dtype": dtype, "requires_grad": True, "in_graph": False}
    return isinstance(part, dict) and all(part.get(key) == value for key, value in wanted.items())


def _not_zero(seen: Seen) -> str | None:
    bias = tensor(seen.get("bias"))
    return None if bias is not None and not bias.any() else f"net[0].bias: {shown(seen.get('bias'), 0.0)}"


def _not_normal(seen: Seen) -> str | Text | None:
    """Return what the weights are like where they are no fresh normal draws; None where they are."""
    weight = tensor(seen.get("weight"))
    if weight is None or weight.is_complex() or weight.dim() != 2 or weight.numel() < 2:
        return f"net[0].weight: {shown(seen.get('weight'))}"
    counted = weight.reshape(-1)[:COUNTED]
    # Rows that are equal have a mean and a standard deviation that look right; one number everywhere has not.
    if 1 < len(counted.unique()) < DISTINCT * len(counted):
        return WORDS.say("repeated")
    if not all(abs(score) <= Z for score in z_scores(weight, SIGMA)):  # nan is not
        return _moments_of(weight)
    again = tensor(seen.get("again"))
    if again is None or torch.equal(again, counted):
        return WORDS.say("same-again")
    found = flaw(counted / SIGMA, again / SIGMA, is_normal=True)
    return WORDS.say("flaw", flaw=found) if found else None


def _moments_of(weight: Tensor) -> Text:
    mean, spread, within = (f"{entry:.3g}" for entry in moments(weight, SIGMA))
    return WORDS.say("moments", mean=mean, std=spread, share=within)


def battery(rng: np.random.Generator) -> list[Case]:
    # A mean of 0.01 beside a standard deviation of 1 shows only in a million weights.
    return [_case("battery", torch.linspace(-0.03, 0.03, 10**6).reshape(1000, 1000))]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    (case,), (one,) = battery, seen
    names = ("runs", "inplace", "bias", "weight", "fresh")
    if "before" not in one:
        return dict.fromkeys(names) | {"runs": _runs_view(one)}
    faults = judge(case, one)
    same_again = "weight-normal" in faults and faults["weight-normal"].came == WORDS.say("same-again")
    return {
        "runs": None,
        "inplace": _place_view(case, one) if "in-place" in faults else None,
        "bias": _bias_view(one) if "bias-zero" in faults else None,
        "weight": _weight_view(one) if "weight-normal" in faults and not same_again else None,
        "fresh": "other" if same_again else None,
    }


def _runs_view(seen: Seen) -> str:
    raised = seen.get("raised", {"type": "", "message": ""})
    kind, words = raised["type"], raised["message"]
    if kind == "RuntimeError" and "leaf Variable" in words:
        return "leaf changed"
    if kind == "AttributeError" and "'Sequential'" in words and ("'weight'" in words or "'bias'" in words):
        return "the net's weight"
    return "other"


def _place_view(case: Case, seen: Seen) -> Any:
    before, after, returned = seen["before"], seen["after"], seen["returned"]
    weight, bias = tensor(seen["weight"]), tensor(seen["bias"])
    if after is None or weight is None or bias is None:
        return "other"
    is_module = returned["type"] in ("Sequential", "Linear")
    return {
        "others": [name for name in before if before[name] != after[name]],
        "unchanged": torch.equal(weight, case["weight"]),
        "returned": "another net" if is_module and returned["id"] != before["net"] else "",
        "trainable": [[seen[name].get(key) for key in ("requires_grad", "in_graph")] for name in ("weight", "bias")],
        "shapes": [[list(part.shape), str(part.dtype)] for part in (weight, bias)],
    }


def _bias_view(seen: Seen) -> str:
    bias = tensor(seen["bias"])
    if bias is None or bias.is_complex():
        return "other"
    if torch.equal(bias, torch.full_like(bias, BIAS)):
        return "left"
    return "drawn" if len(bias.unique()) > DISTINCT * bias.numel() else "other"


def _weight_view(seen: Seen) -> Any:
    weight = tensor(seen["weight"])
    if weight is None or weight.is_complex():
        return "other"
    mean, std, _ = moments(weight, SIGMA)
    if mean == std == 0:
        return "zero"
    # Half of what the mean of 0.01 would be, where the standard deviation is 1.
    near = 5 * std / math.sqrt(weight.numel())
    centre = next((known for known in (0.0, 0.01) if abs(mean - known) <= near), "other")
    return [centre, next((known for known in (1e-4, 0.00577, 0.1, 1.0) if 0.97 < std / known < 1.03), "other")]


@shows("runs")
def _leaf_without_no_grad(net):
    net[0].weight.normal_(0, 0.01)
    net[0].bias.fill_(0)


@shows("runs")
def _net_dot_weight(net):
    net.weight.data.normal_(0, 0.01)
    net.bias.data.fill_(0)


@shows("inplace")
def _name_rebound(net):
    w = net[0].weight
    w = torch.normal(0, 0.01, w.shape)


@shows("inplace")
def _parameter_replaced(net):
    net[0].weight = nn.Parameter(torch.normal(0, 0.01, net[0].weight.shape))


@another(_parameter_replaced)
def _bias_replaced(net):
    nn.init.normal_(net[0].weight, 0, 0.01)
    net[0].bias = nn.Parameter(torch.zeros_like(net[0].bias))


@another(_parameter_replaced)
def _both_replaced(net):
    _parameter_replaced(net)
    net[0].bias = nn.Parameter(torch.zeros_like(net[0].bias))


@shows("inplace")
def _new_net_returned(net):
    layer = nn.Linear(net[0].in_features, net[0].out_features)
    layer.weight.data.normal_(0, 0.01)
    return nn.Sequential(layer)


@shows("inplace")
def _frozen(net):
    net[0].weight.requires_grad_(False).normal_(0, 0.01)


@another(_frozen)
def _both_frozen(net):
    net.requires_grad_(False)
    net[0].weight.normal_(0, 0.01)


@another(_frozen)
def _bias_frozen(net):
    net[0].weight.data.normal_(0, 0.01)
    net[0].bias.requires_grad_(False).fill_(0)


@shows("bias")
def _bias_forgotten(net):
    net[0].weight.data.normal_(0, 0.01)


@shows("bias")
def _bias_random(net):
    net[0].weight.data.normal_(0, 0.01)
    net[0].bias.data.normal_(0, 0.01)


@shows("weight")
def _weight_std_a_tenth(net):
    net[0].weight.data.normal_(0, 0.1)


@shows("weight")
def _weight_std_1(net):
    net[0].weight.data.normal_()


@shows("weight")
def _std_as_mean(net):
    nn.init.normal_(net[0].weight, 0.01)


@shows("weight")
def _weight_variance_as_std(net):
    net[0].weight.data.normal_(0, 0.01**2)


@shows("weight")
def _weight_uniform(net):
    net[0].weight.data.uniform_(-0.01, 0.01)


@shows("weight")
def _weight_zero(net):
    net[0].weight.data.fill_(0)
