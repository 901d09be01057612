"""`named_gradients(net, loss, X, y)`: the gradient of the loss for every parameter, by its name (8 points).

Cases, calls and the oracle stand in `gradients`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from linreg_course.checking.exercise import another, shows
from linreg_course.checking.observing import Case, Seen, describe
from linreg_course.checking.reading import agree, close, is_tensor, item, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Finding, faults_at
from linreg_course.checking.words import words_of
from linreg_course.exercises import gradients
from linreg_course.exercises.gradients import (
    ATOL,
    RTOL,
    changed,
    draw,
    gradients_of,
    parameters_of,
    spelled_call,
    tolerances_of,
    varied,
    varied_past,
)
from linreg_course.exercises.networks import ASYMMETRIC, HUBER, MEAN, SUM
from linreg_course.language import Text

WORDS = words_of(__file__)
POINTS = {"names": 2, "values": 3, "history": 2, "snapshot": 1}


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


def spell(case: Case) -> str:
    return spelled_call(case, "named_gradients")


arguments, observe = gradients.arguments, gradients.observe


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
    """Find whether the calls have moved or replaced the parameters, changed X or y, or left the net in another mode."""
    net, _, X, y = changed(case, *arguments(case))
    parameters = {name: values.detach() for name, values in net.named_parameters()}
    if found := unequal(seen["parameters"], parameters, WORDS.say("parameters"), rtol=0, atol=0):
        return Finding(f"`net`, {found.came}", WORDS.say("parameters"))
    for name in seen["replaced"]:
        return Finding(f"`dict(net.named_parameters())['{name}'] is p`: False", WORDS.say("replaced"))
    if found := unequal(seen["given"], {"X": X, "y": y}, WORDS.say("given"), rtol=0, atol=0):
        return found
    if seen["training"] != gradients.training_of(net):
        return Finding(WORDS.say("other-mode"), WORDS.say("mode"))
    return None


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
