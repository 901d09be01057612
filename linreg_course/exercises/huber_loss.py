"""`huber_loss(y_hat, y, delta=1.0)`: the mean of a parabola inside the threshold and a line outside it (8 points).

The oracle is torch's `smooth_l1_loss(beta=delta)` with its gradient, in float64.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from linreg_course.checking.exercise import shows
from linreg_course.checking.observing import Case, Seen, attempt, describe
from linreg_course.checking.reading import changed, close, has_raised, is_tensor, number, tensor
from linreg_course.checking.showing import shown, spelled
from linreg_course.checking.verdict import Fault, Finding, faults_at
from linreg_course.checking.words import words_of

WORDS = words_of(__file__)
POINTS = {"quadratic": 2, "linear": 2, "gradient": 3, "shapes": 1}

# Sixteenths of delta: with labels in quarters and these thresholds a residual is exact, in float32 too.
INSIDE, OUTSIDE = (1, 16), (20, 97)
# Wide enough for an answer that keeps delta in a float32 tensor.
RTOL = {torch.float32: 2e-5, torch.float64: 1e-6, torch.float16: 5e-3, torch.bfloat16: 4e-2}
ATOL = 1e-9
HALVES = (torch.float16, torch.bfloat16)

SETTINGS: tuple[tuple[str, tuple[int, ...], float | None], ...] = (
    ("usual", (8, 1), 1.0),
    ("usual", (8, 1), 2.0),
    ("usual", (5,), None),
    ("delta", (8, 1), 0.25),
    ("delta", (5,), 5.0),
    ("delta", (8, 1), 0.01),
    ("delta", (8, 1), 3),
    ("small delta", (8, 1), 1e-4),
    ("large delta", (8, 1), 1e4),
    ("named", (8, 1), 0.5),
    ("axes", (), 2.0),
    ("axes", (1, 1), 2.0),
    ("axes", (2, 1), 2.0),
    ("axes", (1, 5), 2.0),
    ("axes", (40, 1), 1.0),
    ("layout", (3, 4), 2.0),
    ("three axes", (2, 3, 4), 2.0),
)
UNLIKE = (
    ((6, 1), (6,)),
    ((6,), (6, 1)),
    ((4, 1), (1, 4)),
    ((3, 2), (3, 1)),
    ((5,), (4,)),
    ((2, 3), (3, 2)),
    ((), (1,)),
    ((1, 1), (1,)),
    ((2, 3), (1, 2, 3)),
    ((2, 1, 3), (2, 4, 3)),
)
ZONES = {"quadratic": (INSIDE, INSIDE), "linear": (OUTSIDE, OUTSIDE), "gradient": (INSIDE, OUTSIDE)}


def cases(rng: np.random.Generator) -> list[Case]:
    settings = [
        _drawn(rng, kind, rule, shape, delta, torch.float32 if kind == "usual" else torch.float64)
        for kind, shape, delta in SETTINGS
        for rule in ZONES
        if rule != "gradient" or np.prod(shape) > 1  # one element cannot be both inside and outside
    ]
    return [
        *(case for case in settings if case["kind"] == "usual"),
        *(_unlike(rng, *shapes) for shapes in UNLIKE),
        *(case for case in settings if case["kind"] != "usual"),
        *(_drawn(rng, "half", rule, (8, 1), 2.0, dtype) for dtype in HALVES for rule in ZONES),
        *(_case(rng, "kink", "gradient", np.array([0, 1, -1, 0.5, 3, -2]) * delta, delta) for delta in (1.0, 2.0)),
        *(_case(rng, "far", "linear", np.array([[far], [-far]]), 1.0) for far in (1e6, 1e12)),
        _case(rng, "far", "gradient", np.array([[1e6], [-1e6], [0.25]]), 2.0),
        {**_drawn(rng, "again", "linear", (5,), 2.0), "before": torch.from_numpy(rng.normal(size=5))},
    ]


def _drawn(
    rng: np.random.Generator,
    kind: str,
    rule: str,
    shape: tuple[int, ...],
    delta: float | None,
    dtype: torch.dtype = torch.float64,
) -> Case:
    count = int(np.prod(shape))
    sizes = np.array([rng.integers(*ZONES[rule][place % 2]) for place in range(count)])
    # Two of a sign, two of the other: each size occurs with both.
    signs = rng.choice([-1, 1]) * np.where(np.arange(count) // 2 % 2, -1, 1)
    residuals = rng.permutation(sizes * signs).reshape(shape) / 16 * (delta or 1.0)
    return _case(rng, kind, rule, residuals, delta, dtype)


def _case(
    rng: np.random.Generator,
    kind: str,
    rule: str,
    residuals: np.ndarray,
    delta: float | None,
    dtype: torch.dtype = torch.float64,
) -> Case:
    y = rng.integers(-12, 13, residuals.shape) / 4
    tensors = {"y_hat": torch.as_tensor(y + residuals).to(dtype), "y": torch.as_tensor(y).to(dtype)}
    return {"kind": kind, "rules": [rule], "delta": delta, **tensors}


def _unlike(rng: np.random.Generator, one: tuple[int, ...], other: tuple[int, ...]) -> Case:
    tensors = {"y_hat": torch.as_tensor(rng.normal(size=one)), "y": torch.as_tensor(rng.normal(size=other))}
    tensors = {name: values.float() for name, values in tensors.items()}
    return {"kind": "shapes", "rules": ["shapes"], "delta": 2.0, "raises": "ValueError", **tensors}


def spell(case: Case) -> str:
    name = "delta=" if case["kind"] == "named" else ""
    delta = "" if case["delta"] is None else f", {name}{case['delta']}"
    if "before" in case:
        first = spelled(case["before"])
        return (
            f"y_hat, y = {first}, {spelled(case['y'])}\nhuber_loss(y_hat, y{delta})\n"
            f"y_hat.copy_({spelled(case['y_hat'])})\nhuber_loss(y_hat, y{delta})"
        )
    return f"huber_loss({spelled(case['y_hat'])}, {spelled(case['y'])}{delta})"


def arguments(case: Case) -> tuple[Any, ...]:
    return _source_and_arguments(case)[1:]


def _source_and_arguments(case: Case) -> tuple[Any, ...]:
    """Return a leaf, and y_hat, y and delta; y_hat comes from the leaf, as if from a net's parameters."""
    # With two long axes, and no third, both lie column by column in memory.
    source = _columnwise(case["y_hat"]).requires_grad_("gradient" in case["rules"])
    return source, source.clone(), _columnwise(case["y"]), *([] if case["delta"] is None else [case["delta"]])


def observe(answer: Any, case: Case) -> Seen:
    (rule,) = case["rules"]
    source, y_hat, y, *delta = _source_and_arguments(case)
    if case["kind"] == "named":
        answer, delta = partial(answer, delta=case["delta"]), []
    if "before" in case:
        y_hat.copy_(case["before"])
        attempt(answer, y_hat, y, *delta)
        y_hat.copy_(case["y_hat"])
        y.copy_(_columnwise(case["y"]))
    value, raised = attempt(answer, y_hat, y, *delta)
    seen: Seen = {"value": describe(value)} if raised is None else {"raised": raised}
    if rule == "gradient" and raised is None:
        _, failed = attempt(lambda: value.backward())
        seen["backward"] = None if failed is None else {"raised": failed}
        seen |= {"grad": describe(source.grad), "y_hat": describe(y_hat), "y": describe(y)}
    return seen


def _columnwise(values: Tensor) -> Tensor:
    return values.T.clone(memory_format=torch.contiguous_format).T if values.ndim == 2 else values.clone()


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    (rule,) = case["rules"]
    if not _is_mean(case, seen["value"]):
        came = shown(seen["value"], _oracle(case)[0], RTOL[case["y"].dtype], ATOL)
        return faults_at(spell(case), {rule: Finding(came, WORDS.say("a-mean"))})
    return faults_at(spell(case), {rule: _gradient_finding(case, seen) if rule == "gradient" else None})


def _gradient_finding(case: Case, seen: Seen) -> Finding | None:
    if _has_axes(seen["value"]):
        return Finding(shown(seen["value"]), WORDS.say("no-axes"))
    if not is_tensor(seen["value"]):
        return Finding(shown(seen["value"]), WORDS.say("in-graph"))
    if seen["backward"] is not None:
        return Finding(shown(seen["backward"]), WORDS.say("in-graph"))
    if not _is_gradient(case, seen["grad"]):
        grad = shown(seen["grad"], _oracle(case)[1], RTOL[case["y"].dtype], ATOL)
        return Finding(WORDS.say("after-backward", grad=grad), WORDS.say("a-gradient"))
    for name in changed(case, seen, "y_hat", "y"):
        return Finding(WORDS.say("changed", name=name, value=shown(seen[name], case[name])), WORDS.say("unchanged"))
    return None


def _is_mean(case: Case, value: Any) -> bool:
    """Tell whether one number came back, in whatever form, and has the right value."""
    came = number(value)
    return came is not None and close(_oracle(case)[0], came, RTOL[case["y"].dtype], ATOL)


def _has_axes(value: Any) -> bool:
    return isinstance(value, dict) and value.get("shape") not in (None, [])


def _is_gradient(case: Case, grad: Any) -> bool:
    came = tensor(grad)
    return came is not None and close(_oracle(case)[1], came, RTOL[case["y"].dtype], ATOL)


def _oracle(case: Case) -> tuple[Tensor, Tensor]:
    at = case["y_hat"].double().clone().requires_grad_()
    loss = F.smooth_l1_loss(at, case["y"].double(), beta=1.0 if case["delta"] is None else case["delta"])
    (gradient,) = torch.autograd.grad(loss, at)
    return loss.detach(), gradient


def battery(rng: np.random.Generator) -> list[Case]:
    sets = (1.0, 2.0, 0.5, None, 0.25)
    # Some batches are inside on average, some outside.
    zones = np.array([[0, 0.3, -0.7, 1.6, -2.5, 3.1, -0.2, -4.0], [0, 0.3, -0.7, 1.2, -0.1, 0.9, -1.4, -0.3]])
    scaled = [(zones[place % 2] * (delta or 1.0), delta) for place, delta in enumerate(sets)]
    return [
        *(_case(rng, "several", "gradient", rng.permutation(residuals), delta) for residuals, delta in scaled),
        _case(rng, "several", "gradient", rng.uniform(-3, 3, (4, 2)), 1.5),
        _case(rng, "one", "gradient", np.array([[0.6]]), 2.0),
        *(_unlike(rng, *shapes) for shapes in (((6, 1), (6,)), ((3, 2), (3, 1)))),
    ]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    pairs = list(zip(battery, seen, strict=True))
    losses = [(case, one) for case, one in pairs if case["kind"] != "shapes"]
    ran = [(case, one) for case, one in losses if "value" in one]
    several, one_element = (
        sorted({_error(one) for case, one in losses if case["kind"] == kind} - {"none"}) for kind in ("several", "one")
    )
    shapes = sorted({_refusal(one) for case, one in pairs if case["kind"] == "shapes"})
    right = all(_is_mean(case, one["value"]) for case, one in ran)
    steep = all(_is_gradient(case, one["grad"]) for case, one in ran)
    return {
        "runs": [several, one_element] if several or one_element else None,
        "form": _form(ran),
        "values": None if right else [number(one["value"]) for _, one in ran],
        "grad": None if steep else [tensor(one["grad"]) for _, one in ran],
        "inputs": "changed" if any(changed(case, one, "y_hat", "y") for case, one in ran) else None,
        "shapes": None if shapes == ["ValueError"] else shapes,
    }


def _refusal(seen: Seen) -> str:
    if "raised" not in seen:
        return "a value" if number(seen.get("value")) is not None or is_tensor(seen.get("value")) else "no loss"
    return "ValueError" if has_raised(seen, "ValueError") else "another exception"


def _error(seen: Seen) -> str:
    if "raised" not in seen:
        return "late" if "late" in seen else "none"
    undecided = "Boolean value of Tensor" in seen["raised"]["message"]
    return "no single truth" if undecided else seen["raised"]["type"]


def _form(ran: list[tuple[Case, Seen]]) -> str | None:
    forms = {_form_of(case, one["value"]) for case, one in ran}
    (form,) = forms if len(forms) == 1 else ("other",)
    return None if form == "no axes" else form


def _form_of(case: Case, value: Any) -> str:
    if not is_tensor(value):
        return "other" if number(value) is None else "a number"
    if value["shape"] == list(case["y"].shape):
        return "shape of the input"
    return "no axes" if value["shape"] == [] else "other"


@shows("runs")
def _python_if(y_hat, y, delta=1.0):
    r = y_hat - y
    if abs(r) > delta:
        return abs(r)
    return r**2


@shows("form")
def _per_element(y_hat, y, delta=1.0):
    return y_hat - y


@shows("form")
def _float_returned(y_hat, y, delta=1.0):
    return (y_hat - y).mean().item()


@shows("values")
def _sum(y_hat, y, delta=1.0):
    return F.smooth_l1_loss(y_hat, y, beta=delta, reduction="sum")


@shows("values")
def _torch_huber(y_hat, y, delta=1.0):
    return F.huber_loss(y_hat, y, delta=delta)


@shows("values")
def _delta_ignored(y_hat, y, delta=1.0):
    return F.huber_loss(y_hat, y)


@shows("values")
def _no_half_delta(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.where(abs(r) > delta, abs(r) - delta, r**2 / (2 * delta)).mean()


@shows("values")
def _half_delta_squared(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.where(abs(r) > delta, abs(r) - delta**2 / 2, r**2 / (2 * delta)).mean()


@shows("values")
def _quadratic_without_delta(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.where(abs(r) > delta, abs(r) - delta / 2, r**2 / 2).mean()


@shows("values")
def _precedence(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.where(abs(r) > delta, abs(r) - delta / 2, r**2 / 2 * delta).mean()


@shows("values")
def _sign_in_test(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.where(r > delta, r - delta / 2, r**2 / (2 * delta)).mean()


@shows("values")
def _branches_swapped(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.where(abs(r) < delta, abs(r) - delta / 2, r**2 / (2 * delta)).mean()


@shows("values")
def _test_on_mean(y_hat, y, delta=1.0):
    r = y_hat - y
    if abs(r).mean() > delta:
        return (abs(r) - delta / 2).mean()
    return (r**2 / (2 * delta)).mean()


@shows("values")
def _smaller_branch(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.minimum(abs(r) - delta / 2, r**2 / (2 * delta)).mean()


@shows("values")
def _pseudo_huber(y_hat, y, delta=1.0):
    r = y_hat - y
    return (delta * (torch.sqrt(1 + (r / delta) ** 2) - 1)).mean()


@shows("grad")
def _nan_gradient_at_zero(y_hat, y, delta=1.0):
    absolute = torch.sqrt((y_hat - y) ** 2)
    return torch.where(absolute > delta, absolute - delta / 2, absolute**2 / (2 * delta)).mean()


@shows("shapes")
def _shapes_broadcast(y_hat, y, delta=1.0):
    return ((y_hat - y) ** 2).mean()


@shows("shapes")
def _shapes_asserted(y_hat, y, delta=1.0):
    assert y_hat.shape == y.shape
