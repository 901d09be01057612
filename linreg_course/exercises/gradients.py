"""What the cases of the exercises on gradients are made of: nets, data, calls, and the gradients that should come.

The oracle takes central differences of the loss in float64, on a net of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from linreg_course.checking.observing import Case, Seen, attempt, call, describe
from linreg_course.exercises.networks import (
    ASYMMETRIC,
    CLASSES,
    DROPOUT,
    DROPOUT_AFTER_ONE_LAYER,
    LOG_OF_MEAN,
    MEAN,
    NAMED,
    NESTED,
    NO_BIAS,
    ROW_NORMS,
    SETTINGS,
    SHARED,
    chain,
    made,
)

# Central differences err by about 1e-9 here; an answer in float32 by 1e-6 of the value, a net in float32 by more.
STEP, RTOL, ATOL = 1e-6, 1e-5, 1e-7
RTOL_SINGLE = 1e-4
OLD_GRADIENT = 5.0
# What is done between two calls, by the text that a learner can type.
CHANGES = {
    "parameters": "for p in net.parameters(): p.data.mul_(0.5)",
    "X": "X.mul_(-0.5)",
    "y": "y.mul_(-0.5)",
    "loss": f"loss = {MEAN}",
}


def varied(rng: np.random.Generator, rules: list[str]) -> list[Case]:
    """Return cases that vary the net, and the loss: that judges the values alone."""
    return [
        draw(rng, "several-outputs", ["values"], (3, 2), 5, MEAN),
        draw(rng, "loss-of-classes", ["values"], (2, 3), 6, CLASSES),
        draw(rng, "loss-with-settings", ["values"], (2, 1), 5, SETTINGS),
        draw(rng, "loss-over-a-row", ["values"], (2, 2), 5, ROW_NORMS),
        draw(rng, "loss-of-the-batch", ["values"], (2, 1), 5, LOG_OF_MEAN),
        draw(rng, "net-with-names", rules, NAMED, 4, ASYMMETRIC),
        draw(rng, "net-in-net", rules, NESTED, 4, ASYMMETRIC),
        draw(rng, "no-bias", rules, NO_BIAS, 4, ASYMMETRIC),
        draw(rng, "shared", rules, SHARED, 4, ASYMMETRIC),
        draw(rng, "eval", rules, DROPOUT, 8, ASYMMETRIC, mode="eval"),
        draw(rng, "float32", rules, (2, 3, 1), 5, MEAN, dtype="float32"),
    ]


def varied_past(rng: np.random.Generator) -> list[Case]:
    """Return cases that vary what stood in `.grad`, and what has changed between two calls."""
    rules = ["history"]
    return [
        draw(rng, "not-finite", rules, (2, 1), 4, ASYMMETRIC, old=float("nan")),
        draw(rng, "not-finite", rules, (2, 1), 4, ASYMMETRIC, old=float("inf")),
        draw(rng, "changed-parameters", rules, (2, 1), 4, ASYMMETRIC, change="parameters"),
        draw(rng, "changed-X", rules, (2, 1), 4, ASYMMETRIC, change="X"),
        draw(rng, "changed-loss", rules, (2, 1), 4, ASYMMETRIC, change="loss"),
        draw(rng, "eval", rules, DROPOUT_AFTER_ONE_LAYER, 3, ASYMMETRIC, mode="eval"),
    ]


def draw(
    rng: np.random.Generator, kind: str, rules: list[str], net: tuple[int, ...] | str, rows: int, loss: str, **more: Any
) -> Case:
    """Return a case with residuals below and above 0.5, none near it: there Huber's loss has a kink.

    Args:
        rng: where the numbers come from.
        kind: the kind of case.
        rules: the rules that it judges.
        net: its code, or the sizes of fully connected layers.
        rows: how many examples there are.
        loss: its code.
        more: entries of the case, among them `mode`, `dtype`, `old` (what stands in `.grad`), `change`, and `later`
            (whether what was returned is looked at again at the end).
    """
    code = net if isinstance(net, str) else chain(*net)
    case: Case = {"kind": kind, "rules": rules, "net": code, "loss": loss, "layout": "rows", "dtype": "float64", **more}
    dtype = getattr(torch, case["dtype"])
    shapes = [values.shape for values in made(code).parameters()]
    case["parameters"] = [torch.from_numpy(rng.normal(size=shape)).to(dtype) for shape in shapes]
    case["X"] = torch.from_numpy(rng.normal(size=(rows, shapes[0][-1]))).to(dtype)
    with torch.no_grad():
        y_hat = net_of(case)(case["X"])
    numbers = y_hat.numel()
    small, large = rng.uniform(0.1, 0.4, numbers), rng.uniform(0.7, 2, numbers)
    residuals = np.where(np.arange(numbers) % 2, small, large) * rng.choice([-1, 1], numbers)
    case["y"] = y_hat - torch.from_numpy(residuals).to(dtype).reshape(y_hat.shape)
    if loss == CLASSES:
        case["y"] = torch.from_numpy(rng.integers(0, y_hat.shape[1], rows))
    return case


def net_of(case: Case, dtype: str | None = None) -> nn.Module:
    """Return a new net of the case."""
    net = made(case["net"]).to(getattr(torch, dtype or case["dtype"]))
    with torch.no_grad():
        for parameter, values in zip(net.parameters(), case["parameters"], strict=True):
            parameter.copy_(values)
    return net.eval() if case.get("mode") == "eval" else net


def arguments(case: Case) -> tuple[nn.Module, Callable[..., Tensor], Tensor, Tensor]:
    """Return new arguments: in the layout "columns" X is not contiguous, for the rule history .grad is not empty."""
    X = case["X"].clone()
    if case["layout"] == "columns":
        X = X.t().contiguous().t()
    net = net_of(case)
    if "history" in case["rules"]:
        for parameter in net.parameters():
            parameter.grad = torch.full_like(parameter, case.get("old", OLD_GRADIENT))
    return net, made(case["loss"]), X, case["y"].clone()


def changed(
    case: Case, net: nn.Module, loss: Callable[..., Tensor], X: Tensor, y: Tensor
) -> tuple[nn.Module, Callable[..., Tensor], Tensor, Tensor]:
    """Return the arguments of the second call: what the case changes is changed in place, or another loss."""
    with torch.no_grad():
        if case.get("change") == "parameters":
            for parameter in net.parameters():
                parameter.data.mul_(0.5)
        if case.get("change") == "X":
            X.mul_(-0.5)
        if case.get("change") == "y":
            y.mul_(-0.5)
    return net, made(MEAN) if case.get("change") == "loss" else loss, X, y


def exact(case: Case, again: bool = False) -> tuple[nn.Module, Callable[..., Tensor], Tensor, Tensor]:
    """Return the arguments of the first or the second call in double precision, for the oracle."""
    X, y = (case[key].double() if case[key].is_floating_point() else case[key] for key in "Xy")
    given = net_of(case, "float64"), made(case["loss"]), X.clone(), y.clone()
    return changed(case, *given) if again else given


def spelled_call(case: Case, name: str) -> str:
    """Return the lines by which a learner could repeat a case, with numbers of their own."""
    net = case["net"] + ".double()" * (case["dtype"] == "float64") + ".eval()" * (case.get("mode") == "eval")
    X, y = (f"<tensor, shape={tuple(case[k].shape)}, dtype={str(case[k].dtype).removeprefix('torch.')}>" for k in "Xy")
    lines = [
        f"net, loss = {net}, {case['loss']}",
        f"X, y = {X}{'.t().contiguous().t()' * (case['layout'] == 'columns')}, {y}",
        f"gradients = {name}(net, loss, X, y)",
    ]
    if "history" in case["rules"]:
        old = case.get("old", OLD_GRADIENT)
        value = f"{old:g}" if math.isfinite(old) else f"float('{old}')"
        lines.insert(2, f"for p in net.parameters(): p.grad = torch.full_like(p, {value})")
    if case.get("later"):
        lines.append("loss(net(X), y).backward(); net.zero_grad(set_to_none=False)")
    if "history" in case["rules"]:
        lines += [CHANGES[case["change"]]] if "change" in case else []
        lines.append(f"again = {name}(net, loss, X, y)")
    return "\n".join(lines)


def observe(answer: Any, case: Case) -> Seen:
    net, loss, X, y = arguments(case)
    before = dict(net.named_parameters())
    value, raised = attempt(answer, net, loss, X, y)
    if raised is not None:
        return {"raised": raised}
    seen: Seen = {"value": describe(value)}
    if case.get("later"):
        attempt(lambda: loss(net(X), y).backward())
        attempt(net.zero_grad, set_to_none=False)
    if "history" in case["rules"]:
        net, loss, X, y = changed(case, net, loss, X, y)
        seen["again"] = call(answer, net, loss, X, y)
        after = attempt(lambda: dict(net.named_parameters()))[0]
        seen["parameters"] = describe(after)
        seen["replaced"] = [name for name in before if after and after.get(name) is not before[name]]
        seen["given"] = describe({"X": X, "y": y})
        seen["training"] = attempt(training_of, net)[0]
    if case.get("later"):
        seen["later"] = describe(value)
    return seen


def training_of(net: nn.Module) -> list[bool]:
    """Return which modules of a net are in training mode."""
    return [module.training for module in net.modules()]


def parameters_of(case: Case) -> dict[str, Tensor]:
    """Return the parameters that a case starts with, by their names."""
    return {name: values.detach() for name, values in net_of(case).named_parameters()}


def gradients_of(case: Case, again: bool = False) -> dict[str, Tensor]:
    net, loss, X, y = exact(case, again)
    return {name: slopes(lambda: loss(net(X), y), values) for name, values in net.named_parameters()}


def tolerances_of(case: Case, true: dict[str, Tensor]) -> tuple[float, float]:
    """Return the relative and the absolute tolerance: a net in float32 rounds more, by what its largest terms lose."""
    if case["dtype"] == "float64":
        return RTOL, ATOL
    return RTOL_SINGLE, RTOL_SINGLE * max(float(gradient.abs().max()) for gradient in true.values())


def slopes(value: Callable[[], Tensor], parameter: Tensor) -> Tensor:
    """Return central differences of a value, which may have axes, by each number of a parameter."""
    with torch.no_grad():
        numbers, found = parameter.view(-1), []
        for place, middle in enumerate(numbers.tolist()):
            numbers[place] = middle + STEP
            above = value()
            numbers[place] = middle - STEP
            found.append((above - value()) / (2 * STEP))
            numbers[place] = middle
        return torch.stack(found, dim=-1).unflatten(-1, parameter.shape)
