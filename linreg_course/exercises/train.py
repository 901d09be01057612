"""`train(net, loss, trainer, data_iter, features, labels, num_epochs)`: SGD, and the loss after each epoch (10 points).

The oracle (`training.run`) takes the same steps in float64.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from linreg_course.checking.exercise import another, shows
from linreg_course.checking.observing import Case, Seen
from linreg_course.checking.reading import agree, close, is_sequence, number, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Finding
from linreg_course.checking.words import words_of
from linreg_course.exercises import training
from linreg_course.exercises.networks import ASYMMETRIC, CLASSES, HUBER, LOG_OF_MEAN, ROW_NORMS, SUM
from linreg_course.exercises.training import draw, sgd, spelled_parameter

WORDS = words_of(__file__)
POINTS = {"return-form": 2, "updates": 4, "any-loss-any-trainer": 2, "losses": 2}

MSE_RULES = ["return-form", "updates", "losses"]
OTHER_RULES = ["any-loss-any-trainer", "losses"]
TOLERANCE = {"float32": {"rtol": 1e-4, "atol": 1e-4}, "float64": {"rtol": 1e-8, "atol": 1e-10}}
# A float32 is as good a number to return.
LOSS_TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}

SMALL: dict[str, Any] = {"n": 14, "batch_size": 4, "num_epochs": 2, "dtype": "float64"}
GROUPS = (
    'torch.optim.SGD([{"params": [net[0].weight]}, {"params": [net[0].bias], "lr": 0.05}], '
    "lr=0.02, momentum=0.5, weight_decay=0.1)"
)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        draw(rng, "mse", MSE_RULES),
        draw(rng, "another loss", OTHER_RULES, loss=HUBER, trainer=sgd(0.2)),
        draw(rng, "no epochs", ["return-form", "updates"], num_epochs=0),
        draw(rng, "mse", MSE_RULES, dtype="float64"),
        draw(rng, "mse", MSE_RULES, n=23, d=5, batch_size=5),
        draw(rng, "one example", MSE_RULES, n=12, d=1, batch_size=1, num_epochs=2),
        draw(rng, "mse", MSE_RULES, n=9, batch_size=9, num_epochs=1),
        draw(rng, "momentum", OTHER_RULES, loss=SUM, trainer=sgd(0.0005, ", momentum=0.9")),
        draw(rng, "another loss", OTHER_RULES, loss=ASYMMETRIC, trainer=sgd(0.02)),
        *_other_kinds(rng),
    ]


def _other_kinds(rng: np.random.Generator) -> list[Case]:
    """Return small cases of what a statement promises of data, losses, nets, trainers and later calls."""
    momentum = sgd(0.02, ", momentum=0.5")
    classes: dict[str, Any] = {"loss": CLASSES, "net": "nn.Sequential(nn.Linear(2, 3))", "labels_are": "classes"}
    pairs: dict[str, Any] = {"loss": ROW_NORMS, "net": "nn.Sequential(nn.Linear(2, 2))", "labels_are": "pairs"}
    adam = "torch.optim.Adam(net.parameters(), lr=0.05)"
    return [
        draw(rng, "list", ["updates", "losses"], **SMALL, form="list"),
        draw(rng, "no length", ["updates", "losses"], **SMALL, form="stream"),
        draw(rng, "rising", MSE_RULES, **SMALL, turned=True),
        draw(rng, "goes on", ["any-loss-any-trainer", "losses"], **SMALL, trainer=momentum, second="more"),
        draw(rng, "changed", ["any-loss-any-trainer", "losses"], **SMALL, second="changed"),
        draw(
            rng, "classes", OTHER_RULES, **{**SMALL, "dtype": "float32", "num_epochs": 1}, **classes, trainer=sgd(0.5)
        ),
        draw(rng, "rows", OTHER_RULES, **SMALL, **pairs),
        draw(rng, "whole batch", OTHER_RULES, **SMALL, loss=LOG_OF_MEAN),
        draw(rng, "own class", OTHER_RULES, **{**SMALL, "dtype": "float32"}, net="Net()", trainer=sgd(0.02)),
        draw(rng, "groups", OTHER_RULES, **SMALL, trainer=GROUPS),
        draw(rng, "Adam", OTHER_RULES, **SMALL, trainer=adam),
        draw(rng, "rate set", OTHER_RULES, **SMALL, trainer=sgd(0.5), then='trainer.param_groups[0]["lr"] = 0.05'),
    ]


spell, arguments, observe = training.spell, training.arguments, training.observe


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    parameters, losses = training.run(case)
    looks = {
        "return-form": lambda: _of_form(case, seen),
        "updates": lambda: _of_steps(case, seen, parameters, "updates"),
        "any-loss-any-trainer": lambda: _of_steps(case, seen, parameters, "any-loss-any-trainer"),
        "losses": lambda: _of_losses(case, seen, losses),
    }
    found = {rule: looks[rule]() for rule in case["rules"]}
    return {rule: Fault(spell(case), one.came, one.should, one.error) for rule, one in found.items() if one is not None}


def _failed(seen: Seen, rule: str) -> Finding:
    return Finding(shown({"raised": seen["failed"]}), WORDS.say(rule), seen["failed"])


def _of_form(case: Case, seen: Seen) -> Finding | None:
    if "failed" in seen:
        return _failed(seen, "return-form")
    value = seen["value"]
    if is_sequence(value) and value["length"] == case["num_epochs"] and all(map(_is_number, value["items"])):
        return None
    return Finding(shown(value), WORDS.say("return-form") if case["num_epochs"] else WORDS.say("nothing-to-list"))


def _of_steps(case: Case, seen: Seen, parameters: dict[str, torch.Tensor], rule: str) -> Finding | None:
    tolerance = TOLERANCE[case["dtype"]]
    pairs = list(zip(parameters.items(), seen["parameters"], strict=True))
    if not all(_is_close(due, tensor(came), tolerance) for (_, due), came in pairs):
        if "failed" in seen:
            return _failed(seen, rule)
        came = ", ".join(f"{spelled_parameter(name)}: {shown(one, due, **tolerance)}" for (name, due), one in pairs)
        return Finding(came, WORDS.say(rule) if case["num_epochs"] else WORDS.say("no-step"))
    passes = case["num_epochs"] * (2 if case["second"] else 1)
    if seen["passes"] not in (None, passes):
        return Finding(WORDS.say("passes-came", count=seen["passes"]), WORDS.say("passes", count=passes))
    return _changed(case, seen, ("X", "y"))


def _of_losses(case: Case, seen: Seen, losses: list[float]) -> Finding | None:
    if "failed" in seen:
        return _failed(seen, "losses")
    if not close(losses, _numbers(seen["value"]), **LOSS_TOLERANCE):
        return Finding(shown(seen["value"]), WORDS.say("losses"))
    return _changed(case, seen, ("features", "labels"))


def _changed(case: Case, seen: Seen, names: tuple[str, ...]) -> Finding | None:
    for name in names:
        after = tensor(seen[name])
        if after is None or not agree(case[name], after, rtol=0, atol=0):
            return Finding(WORDS.say("changed", name=name, came=shown(seen[name], case[name])), WORDS.say("kept"))
    return None


def _is_close(due: torch.Tensor, came: torch.Tensor | None, tolerance: Mapping[str, float]) -> bool:
    return came is not None and close(due, came, **tolerance)


def _is_number(entry: Any) -> bool:
    """Tell whether an entry is a number of Python's or NumPy's, not a tensor or an array."""
    is_scalar = not isinstance(entry, dict) or "number" in entry or str(entry.get("type")).startswith("float")
    return is_scalar and number(entry) is not None


def _numbers(value: Any) -> list[float]:
    """Return the entries as numbers, nan for what is none."""
    entries = [number(entry) for entry in value["items"]] if is_sequence(value) else [None]
    return [float("nan") if entry is None else entry for entry in entries]


def battery(rng: np.random.Generator) -> list[Case]:
    first = draw(rng, "mse", MSE_RULES, n=23, batch_size=5, dtype="float64")
    trainer = sgd(0.02, ", momentum=0.5")
    other: dict[str, Any] = {"loss": ASYMMETRIC, "trainer": trainer, "num_epochs": 2, "dtype": "float64"}
    second = draw(rng, "asymmetric", OTHER_RULES, n=20, batch_size=6, **other)
    return [first, second, {**first, "kind": "lr 0", "trainer": sgd(0.0)}]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    if any("value" not in one for one in seen):
        return {"runs": "other"}
    broken = {rule for case, one in zip(battery[:2], seen, strict=False) for rule in judge(case, one)}
    moved = bool(broken & {"updates", "any-loss-any-trainer"}) or _is_moved(battery[2], seen[2])
    return {
        "runs": None,
        "form": _form(battery[0], seen[0]) if "return-form" in broken else None,
        "params": _params(battery, seen) if moved else None,
        "values": [_numbers(one["value"]) for one in seen[:2]] if "losses" in broken else None,
    }


def _form(case: Case, seen: Seen) -> str:
    value = seen["value"]
    if value is None:
        return "None"
    if not is_sequence(value) or not value["items"]:
        return "other"
    tensors = [entry for entry in value["items"] if isinstance(entry, dict) and entry.get("type") == "Tensor"]
    if len(tensors) == len(value["items"]) == 3 and all(entry["shape"] == [] for entry in tensors):
        return "tensors in a graph" if tensors[0]["in_graph"] else "tensors"
    if value["length"] > 1 or tensors:
        return "other"
    minibatches = -(-len(case["X"]) // case["batch_size"])
    return "one number, all epochs" if seen["backward"] > minibatches else "one number"


def _params(battery: list[Case], seen: list[Seen]) -> Any:
    """Return where the net went: by its own rate, nowhere and why, or to which parameters."""
    if _is_moved(battery[2], seen[2]):
        losses = _numbers(seen[2]["value"])
        return "starts elsewhere" if len(losses) > 1 and len(set(losses)) == 1 else "moves at lr 0"
    if any(_is_moved(case, one) for case, one in zip(battery, seen, strict=True)):
        return [tensor(parameter) for one in seen[:2] for parameter in one["parameters"]]
    gradient = number(seen[0]["grad"])
    if not seen[0]["backward"]:  # where the losses fall all the same, it is another net that learns
        return "no backward" if len(set(_numbers(seen[0]["value"]))) == 1 else "other"
    return "no step" if gradient else "no gradient left"


def _is_moved(case: Case, seen: Seen) -> bool:
    weight = tensor(seen["parameters"][0])
    return weight is None or not close(case["start"]["0.weight"], weight, rtol=1e-6, atol=1e-7)


@shows("form")
def _nothing_returned(net, loss, trainer, data_iter, features, labels, num_epochs):
    return None


@shows("form")
def _first_epoch_only(net, loss, trainer, data_iter, features, labels, num_epochs):
    return [0.0]


@shows("form")
def _one_number_for_all(net, loss, trainer, data_iter, features, labels, num_epochs):
    return _last_batch_loss(net, loss, trainer, data_iter, features, labels, num_epochs)[-1:]


@shows("form")
def _tensors_with_graph(net, loss, trainer, data_iter, features, labels, num_epochs):
    return [loss(net(features), labels)] * num_epochs


@shows("form")
def _tensors_detached(net, loss, trainer, data_iter, features, labels, num_epochs):
    return [loss(net(features), labels).detach()] * num_epochs


@shows("params")
def _zero_grad_missing(net, loss, trainer, data_iter, features, labels, num_epochs):
    for _ in range(num_epochs):
        for X, y in data_iter:
            loss(net(X), y).backward()
            trainer.step()


@shows("params")
def _zero_grad_per_epoch(net, loss, trainer, data_iter, features, labels, num_epochs):
    for _ in range(num_epochs):
        trainer.zero_grad()
        _zero_grad_missing(net, loss, trainer, data_iter, features, labels, 1)


@shows("params")
def _zero_before_step(net, loss, trainer, data_iter, features, labels, num_epochs):
    loss(net(features), labels).backward()
    trainer.zero_grad()


@shows("params")
def _step_missing(net, loss, trainer, data_iter, features, labels, num_epochs):
    loss(net(features), labels).backward()


@shows("params")
def _backward_missing(net, loss, trainer, data_iter, features, labels, num_epochs):
    trainer.step()


@shows("params")
def _step_per_epoch(net, loss, trainer, data_iter, features, labels, num_epochs):
    for _ in range(num_epochs):
        trainer.zero_grad()
        for X, y in data_iter:
            loss(net(X), y).backward()
        trainer.step()


@another(_step_per_epoch)
def _step_per_epoch_never_cleared(net, loss, trainer, data_iter, features, labels, num_epochs):
    for _ in range(num_epochs):
        for X, y in data_iter:
            loss(net(X), y).backward()
        trainer.step()


@another(_step_per_epoch)
def _step_of_the_last_batch(net, loss, trainer, data_iter, features, labels, num_epochs):
    for _ in range(num_epochs):
        for X, y in data_iter:
            trainer.zero_grad()
            loss(net(X), y).backward()
        trainer.step()


@shows("params")
def _whole_set_each_step(net, loss, trainer, data_iter, features, labels, num_epochs):
    for _ in range(num_epochs):
        for _, _ in data_iter:
            trainer.zero_grad()
            loss(net(features), labels).backward()
            trainer.step()


@shows("params")
def _hard_coded_mse(net, loss, trainer, data_iter, features, labels, num_epochs):
    return _last_batch_loss(net, nn.MSELoss(), trainer, data_iter, features, labels, num_epochs)


@shows("params")
def _own_trainer(net, loss, trainer, data_iter, features, labels, num_epochs):
    _zero_grad_missing(net, loss, torch.optim.SGD(net.parameters(), lr=0.03), data_iter, features, labels, 1)


@shows("params")
def _initialises_inside(net, loss, trainer, data_iter, features, labels, num_epochs):
    nn.init.zeros_(net[0].weight)
    return [0.0] * num_epochs


@shows("params")
def _arguments_swapped(net, loss, trainer, data_iter, features, labels, num_epochs):
    return _last_batch_loss(net, lambda a, b: loss(b, a), trainer, data_iter, features, labels, num_epochs)


@shows("values")
def _last_batch_loss(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        for X, y in data_iter:
            batch_loss = loss(net(X), y)
            trainer.zero_grad()
            batch_loss.backward()
            trainer.step()
        history.append(batch_loss.item())
    return history


@shows("values")
def _running_mean_loss(net, loss, trainer, data_iter, features, labels, num_epochs):
    return [float(np.mean(losses)) for losses, _ in _steps(net, loss, trainer, data_iter, num_epochs)]


@another(_running_mean_loss)
def _running_mean_by_example(net, loss, trainer, data_iter, features, labels, num_epochs):
    epochs = _steps(net, loss, trainer, data_iter, num_epochs)
    return [float(np.average(losses, weights=sizes)) for losses, sizes in epochs]


@another(_running_mean_loss)
def _running_sum_over_examples(net, loss, trainer, data_iter, features, labels, num_epochs):
    epochs = _steps(net, loss, trainer, data_iter, num_epochs)
    return [sum(losses) / sum(sizes) for losses, sizes in epochs]


@shows("values")
def _evaluation_swapped(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        _steps(net, loss, trainer, data_iter, 1)
        history.append(loss(labels, net(features)).item())
    return history


def _steps(net, loss, trainer, data_iter, num_epochs):
    """Train; return the losses and the sizes of the minibatches of each epoch."""
    found = []
    for _ in range(num_epochs):
        before = [(loss(net(X), y).item(), len(X), _step(net, loss, trainer, X, y)) for X, y in data_iter]
        found.append(([one for one, _, _ in before], [size for _, size, _ in before]))
    return found


def _step(net, loss, trainer, X, y):
    trainer.zero_grad()
    loss(net(X), y).backward()
    trainer.step()


@shows("values")
def _loss_before_epoch(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        history.append(loss(net(features), labels).item())
        _steps(net, loss, trainer, data_iter, 1)
    return history
