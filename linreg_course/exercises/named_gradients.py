"""`named_gradients(net, loss, X, y)`: the gradient of the loss for every parameter, by its name (8 points).

The oracle takes central differences of the loss in float64, on a net of its own.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from linreg_course.checking.exercise import another, shows
from linreg_course.checking.observing import Case, Seen, attempt, call, describe
from linreg_course.checking.reading import agree, close, is_tensor, item, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Finding, faults_at
from linreg_course.checking.words import words_of
from linreg_course.language import Text

WORDS = words_of(__file__)
POINTS = {"names": 2, "values": 3, "history": 2, "snapshot": 1}

# By the text that a learner can type; each net and each check gets a loss of its own.
LOSSES: dict[str, Callable[[], Callable[..., Tensor]]] = {
    "nn.MSELoss()": nn.MSELoss,
    "nn.MSELoss(reduction='sum')": partial(nn.MSELoss, reduction="sum"),
    "nn.HuberLoss(delta=0.5)": partial(nn.HuberLoss, delta=0.5),
    "lambda y_hat, y: (torch.exp(y_hat - y) - y_hat + y).mean()": lambda: (
        lambda y_hat, y: (torch.exp(y_hat - y) - y_hat + y).mean()
    ),
    "nn.CrossEntropyLoss()": nn.CrossEntropyLoss,
    "nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0])).double()": lambda: nn.BCEWithLogitsLoss(
        pos_weight=torch.tensor([3.0])
    ).double(),
    "lambda y_hat, y: (y_hat - y).norm(dim=1).mean()": lambda: lambda y_hat, y: (y_hat - y).norm(dim=1).mean(),
    "lambda y_hat, y: torch.log1p(((y_hat - y) ** 2).sum())": lambda: (
        lambda y_hat, y: torch.log1p(((y_hat - y) ** 2).sum())
    ),
}
MEAN, SUM, HUBER, ASYMMETRIC, CLASSES, SETTINGS, OVER_A_ROW, WHOLE_BATCH = LOSSES


def _shared() -> nn.Sequential:
    layer = nn.Linear(2, 2)
    return nn.Sequential(layer, nn.Tanh(), layer, nn.Linear(2, 1))


# Nets that are more than a chain of layers with bias, by the text that a learner can type.
NETS: dict[str, Callable[[], nn.Sequential]] = {
    "nn.Sequential(OrderedDict(hidden=nn.Linear(2, 3), act=nn.Tanh(), output=nn.Linear(3, 1)))": lambda: nn.Sequential(
        OrderedDict(hidden=nn.Linear(2, 3), act=nn.Tanh(), output=nn.Linear(3, 1))
    ),
    "nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Linear(3, 1))": lambda: nn.Sequential(
        nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Linear(3, 1)
    ),
    "nn.Sequential(nn.Linear(2, 3, bias=False), nn.Tanh(), nn.Linear(3, 1, bias=False))": lambda: nn.Sequential(
        nn.Linear(2, 3, bias=False), nn.Tanh(), nn.Linear(3, 1, bias=False)
    ),
    "nn.Sequential(layer := nn.Linear(2, 2), nn.Tanh(), layer, nn.Linear(2, 1))": _shared,
    "nn.Sequential(nn.Linear(2, 3), nn.Dropout(), nn.Linear(3, 1))": lambda: nn.Sequential(
        nn.Linear(2, 3), nn.Dropout(), nn.Linear(3, 1)
    ),
}
NAMED, NESTED, NO_BIAS, SHARED, DROPOUT = NETS

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


def cases(rng: np.random.Generator) -> list[Case]:
    fresh = ["names", "values"]
    return [
        draw(rng, "batch", fresh, (2, 1), 10, MEAN),
        draw(rng, "again", ["history"], (2, 1), 10, MEAN),
        draw(rng, "later", ["snapshot"], (2, 1), 10, MEAN, later=True),
        draw(rng, "batch", fresh, (5, 1), 8, ASYMMETRIC),
        draw(rng, "batch", fresh, (3, 4, 1), 10, HUBER),
        draw(rng, "batch", fresh, (2, 3, 1), 7, SUM),
        {**draw(rng, "columns", fresh, (3, 2, 1), 6, ASYMMETRIC), "layout": "columns"},
        draw(rng, "single", fresh, (1, 1), 1, ASYMMETRIC),
        draw(rng, "single", fresh, (3, 2, 1), 1, HUBER),
        *varied(rng, fresh),
        draw(rng, "again", ["history"], (3, 4, 1), 6, ASYMMETRIC),
        *varied_past(rng),
        draw(rng, "later", ["snapshot"], (3, 4, 1), 6, ASYMMETRIC, later=True),
    ]


def varied(rng: np.random.Generator, rules: list[str]) -> list[Case]:
    """Return cases that vary the net, and the loss: that judges the values alone."""
    return [
        draw(rng, "several-outputs", ["values"], (3, 2), 5, MEAN),
        draw(rng, "loss-of-classes", ["values"], (2, 3), 6, CLASSES),
        draw(rng, "loss-with-settings", ["values"], (2, 1), 5, SETTINGS),
        draw(rng, "loss-over-a-row", ["values"], (2, 2), 5, OVER_A_ROW),
        draw(rng, "loss-of-the-batch", ["values"], (2, 1), 5, WHOLE_BATCH),
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
    ]


def draw(
    rng: np.random.Generator, kind: str, rules: list[str], net: tuple[int, ...] | str, rows: int, loss: str, **more: Any
) -> Case:
    """Return a case with residuals below and above 0.5, none near it: there Huber's loss has a kink.

    Args:
        rng: where the numbers come from.
        kind: the kind of case.
        rules: the rules that it judges.
        net: one of `NETS`, or the sizes of fully connected layers.
        rows: how many examples there are.
        loss: one of `LOSSES`.
        more: entries of the case, among them `mode`, `dtype`, `old` (what stands in `.grad`), `change`, and `later`
            (whether what was returned is looked at again at the end).
    """
    case: Case = {"kind": kind, "rules": rules, "net": net, "loss": loss, "layout": "rows", "dtype": "float64", **more}
    dtype = getattr(torch, case["dtype"])
    shapes = [values.shape for values in _built(net).parameters()]
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


def _built(net: tuple[int, ...] | str) -> nn.Sequential:
    """Return a net of `NETS`, or fully connected layers with tanh between them."""
    with torch.random.fork_rng(devices=[]):
        if isinstance(net, str):
            return NETS[net]()
        layers: list[nn.Module] = []
        for d_in, d_out in pairwise(net):
            layers += [nn.Linear(d_in, d_out), nn.Tanh()]
        return nn.Sequential(*layers[:-1])


def net_of(case: Case, dtype: str | None = None) -> nn.Sequential:
    """Return a new net of the case."""
    net = _built(case["net"]).to(getattr(torch, dtype or case["dtype"]))
    with torch.no_grad():
        for parameter, values in zip(net.parameters(), case["parameters"], strict=True):
            parameter.copy_(values)
    return net.eval() if case.get("mode") == "eval" else net


def arguments(case: Case) -> tuple[nn.Sequential, Callable[..., Tensor], Tensor, Tensor]:
    """Return new arguments: in the layout "columns" X is not contiguous, for the rule history .grad is not empty."""
    X = case["X"].clone()
    if case["layout"] == "columns":
        X = X.t().contiguous().t()
    net = net_of(case)
    if "history" in case["rules"]:
        for parameter in net.parameters():
            parameter.grad = torch.full_like(parameter, case.get("old", OLD_GRADIENT))
    return net, LOSSES[case["loss"]](), X, case["y"].clone()


def changed(
    case: Case, net: nn.Sequential, loss: Callable[..., Tensor], X: Tensor, y: Tensor
) -> tuple[nn.Sequential, Callable[..., Tensor], Tensor, Tensor]:
    """Return the arguments of the second call: what the case changes is changed in place, or another loss."""
    with torch.no_grad():
        if case.get("change") == "parameters":
            for parameter in net.parameters():
                parameter.data.mul_(0.5)
        if case.get("change") == "X":
            X.mul_(-0.5)
        if case.get("change") == "y":
            y.mul_(-0.5)
    return net, LOSSES[MEAN]() if case.get("change") == "loss" else loss, X, y


def exact(case: Case, again: bool = False) -> tuple[nn.Sequential, Callable[..., Tensor], Tensor, Tensor]:
    """Return the arguments of the first or the second call in double precision, for the oracle."""
    X, y = (case[key].double() if case[key].is_floating_point() else case[key] for key in "Xy")
    given = net_of(case, "float64"), LOSSES[case["loss"]](), X.clone(), y.clone()
    return changed(case, *given) if again else given


def spell(case: Case) -> str:
    return spelled_call(case, "named_gradients")


def spelled_call(case: Case, name: str) -> str:
    """Return the lines by which a learner could repeat a case, with numbers of their own."""
    net = case["net"]
    if not isinstance(net, str):
        net = f"nn.Sequential({', nn.Tanh(), '.join(f'nn.Linear({d_in}, {d_out})' for d_in, d_out in pairwise(net))})"
    net += ".double()" * (case["dtype"] == "float64") + ".eval()" * (case.get("mode") == "eval")
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
    if case.get("later"):
        seen["later"] = describe(value)
    return seen


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    true = gradients_of(case)
    tolerances = tolerances_of(case, true)
    looks: dict[str, Callable[[], Finding | None]] = {
        "names": lambda: unnamed(seen["value"], true, WORDS.say("names")),
        "values": lambda: unequal(seen["value"], true, WORDS.say("values"), *tolerances),
        "history": lambda: led_by_the_past(case, seen, true, gradients_of(case, again=True)),
        "snapshot": lambda: moved(seen["value"], seen["later"], WORDS.say("snapshot")),
    }
    return faults_at(spell(case), {rule: looks[rule]() for rule in case["rules"]})


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


def unnamed(value: Any, true: dict[str, Tensor], should: Text) -> Finding | None:
    """Find the first name under which there is no tensor of the shape."""
    for name, gradient in true.items():
        entry = item(value, name)
        if not is_tensor(entry) or entry.get("shape") != list(gradient.shape):
            return Finding(entry_shown(value, name), should)
    return None


def unequal(
    value: Any, true: dict[str, Tensor], should: Text, rtol: float = RTOL, atol: float = ATOL
) -> Finding | None:
    """Find the first name under which other numbers stand."""
    for name, gradient in true.items():
        entry = tensor(item(value, name))
        if entry is None or entry.is_complex() or not close(gradient, entry, rtol, atol):
            return Finding(entry_shown(value, name, gradient, rtol, atol), should)
    return None


def led_by_the_past(case: Case, seen: Seen, first: dict[str, Tensor], second: dict[str, Tensor]) -> Finding | None:
    """Find whether the old `.grad` or the first call has led to other numbers, or a call has changed its arguments."""
    again = seen["again"]
    if found := unequal(seen["value"], first, WORDS.say("old")):
        return found
    if found := _left_otherwise(case, seen):
        return found
    if "raised" in again:
        return Finding(shown(again), WORDS.say("again"), again["raised"])
    if found := unequal(again["value"], second, WORDS.say("again")):
        return Finding(f"`again`, {found.came}", WORDS.say("again"))
    return None


def _left_otherwise(case: Case, seen: Seen) -> Finding | None:
    """Find whether the calls have moved or replaced the parameters, or changed X or y."""
    net, _, X, y = changed(case, *arguments(case))
    parameters = {name: values.detach() for name, values in net.named_parameters()}
    if found := unequal(seen["parameters"], parameters, WORDS.say("parameters"), rtol=0, atol=0):
        return Finding(f"`net`, {found.came}", WORDS.say("parameters"))
    for name in seen["replaced"]:
        return Finding(f"`dict(net.named_parameters())['{name}'] is p`: False", WORDS.say("replaced"))
    if found := unequal(seen["given"], {"X": X, "y": y}, WORDS.say("given"), rtol=0, atol=0):
        return found
    return None


def parameters_of(case: Case) -> dict[str, Tensor]:
    """Return the parameters that a case starts with, by their names."""
    return {name: values.detach() for name, values in net_of(case).named_parameters()}


def moved(value: Any, later: Any, should: Text) -> Finding | None:
    """Find whether what was returned holds other numbers later, or no tensors at all."""
    one, other = _tensors(value), _tensors(later)
    if one and agree(one, other, rtol=0, atol=0):
        return None
    first = next((pair for pair in zip(one, other, strict=False) if not agree(*pair, rtol=0, atol=0)), ())
    sides = " → ".join(shown(describe(values), beside) for values, beside in zip(first, first[::-1], strict=True))
    return Finding(sides or shown(value), should)


def _tensors(value: Any) -> list[Tensor]:
    entries = value["items"] if isinstance(value, dict) and "keys" in value else []
    return [values for values in map(tensor, entries) if values is not None and not values.is_complex()]


def entry_shown(value: Any, name: str, *due: Any) -> str:
    """Show the entry of a name beside what is `due` (see `shown`), or the whole where there is no such entry."""
    has_entry = isinstance(value, dict) and name in value.get("keys", ())
    return f"`{name}`: {shown(item(value, name), *due)}" if has_entry else shown(value)


def battery(rng: np.random.Generator) -> list[Case]:
    return [
        draw(rng, "battery", ["values"], (2, 1), 4, MEAN),
        draw(rng, "battery", ["values"], (3, 2, 1), 5, ASYMMETRIC),
        draw(rng, "battery", ["history"], (3, 2, 1), 5, ASYMMETRIC),
        draw(rng, "battery", ["snapshot"], (3, 2, 1), 5, ASYMMETRIC, later=True),
    ]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    found: dict[str, Any] = {**told(battery, seen, judge), "snapshot": None}
    if found["runs"] is not None:
        return found
    # A rate is a matter of taste: what shows an update is its direction.
    if found["values"] is not None and _is_opposite(found["values"], battery):
        found["values"] = "a negative multiple of the gradient"
    if found["params"] is not None and _has_descended(battery[2], seen[2]):
        found["params"] = "a step downhill"
    if moved(seen[3]["value"], seen[3]["later"], WORDS.say("snapshot")) is not None:
        are_tensors = unnamed(seen[3]["value"], parameters_of(battery[3]), WORDS.say("names")) is None
        cleared = not any(values.any() for values in _tensors(seen[3]["later"]))
        found["snapshot"] = "cleared" if are_tensors and cleared else "other"
    return found


def told(battery: list[Case], seen: list[Seen], judge: Callable[[Case, Seen], Mapping[str, Fault]]) -> dict[str, Any]:
    """Return the aspects for which it does not matter what the exercise calls a gradient."""
    found: dict[str, Any] = dict.fromkeys(("runs", "form", "values", "history", "params"))
    if any(runs := [_run(one) for one in seen]):
        return {**found, "runs": runs}
    found["form"] = next(filter(None, map(_form, battery, seen)), None)
    faults = [judge(case, one) for case, one in zip(battery, seen, strict=True)]
    if any("values" in one for one in faults):
        found["values"] = [view(*pair) for pair in zip(battery, seen, strict=True) if "values" in pair[0]["rules"]]
    for case, one, fault in zip(battery, seen, faults, strict=True):
        if "history" in fault:
            should = fault["history"].should
            old = {"first call": view(case, one), "again": _is_right_again(judge, case, one)}
            found["history"] = {WORDS.say("old"): old, WORDS.say("again"): "other"}.get(should)
            found["params"] = "other" if should == WORDS.say("parameters") else None
    return found


def _is_right_again(judge: Callable[[Case, Seen], Mapping[str, Fault]], case: Case, seen: Seen) -> bool:
    """Tell whether the second call returned what the first should."""
    return "value" in seen["again"] and not judge(case, {**seen, "value": seen["again"]["value"]})


def _run(seen: Seen) -> str | None:
    if "raised" not in seen:
        return "late" if "late" in seen else None
    if "NoneType" in seen["raised"]["message"] and "'zero_'" in seen["raised"]["message"]:
        return "clears None"
    # Whether a method or a product was asked of a None, the None was taken for a gradient.
    return "finds None" if "NoneType" in seen["raised"]["message"] else seen["raised"]["type"]


def _form(case: Case, seen: Seen) -> str | None:
    value = seen["value"]
    if not isinstance(value, dict) or "keys" not in value:
        entries = value.get("items", []) if isinstance(value, dict) else []
        dicts = all(isinstance(entry, dict) and "keys" in entry for entry in entries)
        return "list of dicts" if entries and dicts else "other"
    keys = [str(key) for key in value["keys"]]
    if all(name in keys for name in parameters_of(case)):
        return None
    if sorted(keys) == ["bias", "weight"]:
        return "weight and bias"
    return "positions" if keys and all(key.isdecimal() for key in keys) else "other"


def view(case: Case, seen: Seen) -> Any:
    """Return what stands under the names: tensors, numbers or words."""
    entries = {name: _plain(seen["value"], name) for name in parameters_of(case)}
    return "None" if set(map(str, entries.values())) == {"None"} else entries


def _plain(value: Any, name: str) -> Any:
    entry = item(value, name)
    values = tensor(entry)
    if values is not None and not values.is_complex():
        return values if values.ndim else float(values)
    return float(entry) if isinstance(entry, int | float) else "None" if entry is None else "other"


def _is_opposite(views: list[Any], battery: list[Case]) -> bool:
    ratios = []
    for entries, case in zip(views, battery, strict=False):
        for name, slope in gradients_of(case).items():
            entry = entries.get(name) if isinstance(entries, dict) else None
            if not isinstance(entry, Tensor) or entry.shape != slope.shape:
                return False
            ratios.append((entry / slope).reshape(-1))
    ratio = torch.cat(ratios)
    return bool((ratio < 0).all()) and close(ratio[0].expand_as(ratio), ratio, rtol=1e-4)


def _has_descended(case: Case, seen: Seen) -> bool:
    after = {name: tensor(item(seen["parameters"], name)) for name in parameters_of(case)}
    return all(
        values is not None and values.shape == before.shape and bool((gradient * (values - before) <= 0).all())
        for values, before, gradient in zip(
            after.values(), parameters_of(case).values(), gradients_of(case).values(), strict=True
        )
    )


def _gradients(net, value):
    net.zero_grad()
    value.backward()
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


@shows("runs", "values")
def _backward_missing(net, loss, X, y):
    return {name: parameter.grad for name, parameter in net.named_parameters()}


@another(_backward_missing)
def _backward_missing_copied(net, loss, X, y):
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


@shows("runs", "values")
def _cleared_before_reading(net, loss, X, y):
    loss(net(X), y).backward()
    net.zero_grad()
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


@another(_cleared_before_reading)
def _zeros_read(net, loss, X, y):
    return {name: torch.zeros_like(parameter) for name, parameter in net.named_parameters()}


@shows("runs")
def _nothing_to_clear(net, loss, X, y):
    for parameter in net.parameters():
        parameter.grad.zero_()


@shows("form")
def _keys_are_positions(net, loss, X, y):
    return dict(enumerate(_gradients(net, loss(net(X), y)).values()))


@shows("form")
def _first_layer_names(net, loss, X, y):
    loss(net(X), y).backward()
    return {"weight": net[0].weight.grad, "bias": net[0].bias.grad}


@shows("values")
def _norms(net, loss, X, y):
    return {name: gradient.norm() for name, gradient in _gradients(net, loss(net(X), y)).items()}


@shows("values")
def _parameter_values(net, loss, X, y):
    return {name: parameter.data for name, parameter in net.named_parameters()}


@shows("values")
def _gradient_of_output(net, loss, X, y):
    return _gradients(net, net(X).sum())


@shows("values")
def _divided_by_batch(net, loss, X, y):
    return {name: gradient / len(X) for name, gradient in _gradients(net, loss(net(X), y)).items()}


@shows("values")
def _step_not_gradient(net, loss, X, y):
    return {name: -0.03 * gradient for name, gradient in _gradients(net, loss(net(X), y)).items()}


@shows("values")
def _label_shape_broadcast(net, loss, X, y):
    return _gradients(net, loss(net(X).squeeze(), y))


@shows("values")
def _hard_coded_mse(net, loss, X, y):
    return _gradients(net, F.mse_loss(net(X), y))


@shows("values")
def _arguments_swapped(net, loss, X, y):
    return _gradients(net, loss(y, net(X)))


@shows("history")
def _cleared_after_reading(net, loss, X, y):
    loss(net(X), y).backward()
    found = {name: parameter.grad.clone() for name, parameter in net.named_parameters()}
    net.zero_grad()
    return found


@shows("history")
def _accumulates(net, loss, X, y):
    loss(net(X), y).backward()
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


@shows("params")
def _steps_too(net, loss, X, y):
    gradients = _gradients(net, loss(net(X), y))
    torch.optim.SGD(net.parameters(), lr=0.03).step()
    return gradients


@shows("snapshot")
def _alias_of_grad(net, loss, X, y):
    net.zero_grad()
    loss(net(X), y).backward()
    return {name: parameter.grad for name, parameter in net.named_parameters()}
