"""`train(net, loss, trainer, data_iter, features, labels, num_epochs)`: SGD, and the loss after each epoch (10 points).

The oracle takes the same steps in NumPy: slopes of each loss by hand, the linear net's gradient in closed
form, heavy-ball momentum, all in float64.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from linreg_course.checking.exercise import another, shows
from linreg_course.checking.observing import Case, Seen, attempt, describe
from linreg_course.checking.reading import close, is_sequence, number, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault
from linreg_course.checking.words import words_of
from linreg_course.language import Text

WORDS = words_of(__file__)
POINTS = {"return-form": 2, "updates": 4, "any-loss-any-trainer": 2, "losses": 2}

DELTA = 0.5
# Residuals of one sign alone must not make it the mean of the squares: neither factor is 1.
TOO_HIGH, TOO_LOW = 3.0, 0.5
LOSSES = {
    "mse": "nn.MSELoss()",
    "huber": f"nn.HuberLoss(delta={DELTA})",
    "sum": 'nn.MSELoss(reduction="sum")',
    "asymmetric": "lambda prediction, label: ("
    f"torch.where(prediction > label, {TOO_HIGH}, {TOO_LOW}) * (prediction - label) ** 2).mean()",
}
# An answer may run through the data more often than it should.
MORE_PASSES = 5
MSE_RULES = ["return-form", "updates", "losses"]
OTHER_RULES = ["any-loss-any-trainer", "losses"]
TOLERANCE = {"float32": {"rtol": 1e-4, "atol": 1e-4}, "float64": {"rtol": 1e-8, "atol": 1e-10}}
# A float32 is as good a number to return.
LOSS_TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        _case(rng, "mse", MSE_RULES),
        _case(rng, "another loss", OTHER_RULES, loss="huber", lr=0.2),
        _case(rng, "no epochs", ["return-form", "updates"], num_epochs=0),
        _case(rng, "mse", MSE_RULES, dtype="float64"),
        _case(rng, "mse", MSE_RULES, n=23, d=5, batch_size=5),
        _case(rng, "mse", MSE_RULES, n=12, d=1, batch_size=1, num_epochs=2),
        _case(rng, "mse", MSE_RULES, n=9, batch_size=9, num_epochs=1),
        _case(rng, "momentum", OTHER_RULES, loss="sum", lr=0.002, momentum=0.9),
        _case(rng, "another loss", OTHER_RULES, loss="asymmetric", lr=0.02),
    ]


def _case(rng: np.random.Generator, kind: str, rules: list[str], n: int = 64, d: int = 2, **options: Any) -> Case:
    usual = {"batch_size": 10, "loss": "mse", "lr": 0.05, "momentum": 0.0, "dtype": "float32", "num_epochs": 3}
    chosen = {**usual, **options}
    X, y = _sample(rng, 2 * n + 4, d, getattr(torch, chosen["dtype"]))
    return {
        "kind": kind,
        "rules": rules,
        **chosen,
        "X": X[:n],
        "y": y[:n],
        "features": X[n:],
        "labels": y[n:],
        "w": torch.from_numpy(rng.normal(0, 0.5, (1, d))).to(X.dtype),
        "orders": [rng.permutation(n).tolist() for _ in range(chosen["num_epochs"] + MORE_PASSES)],
    }


def _sample(rng: np.random.Generator, n: int, d: int, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    X = rng.normal(size=(n, d))
    y = X @ rng.uniform(1, 3, (d, 1)) + 1.5 + rng.normal(0, 0.3, (n, 1))
    return torch.from_numpy(X).to(dtype), torch.from_numpy(y).to(dtype)


def spell(case: Case) -> str:
    (n, d), double = case["X"].shape, ".double()" if case["dtype"] == "float64" else ""
    momentum = f", momentum={case['momentum']}" if case["momentum"] else ""
    return (
        f"loss = {LOSSES[case['loss']]}\n"
        f"net = nn.Sequential(nn.Linear({d}, 1)){double}\n"
        f"trainer = torch.optim.SGD(net.parameters(), lr={case['lr']}{momentum})\n"
        f"data_iter = <n={n}, batch_size={case['batch_size']}>\n"
        f"train(net, loss, trainer, data_iter, features, labels, {case['num_epochs']})"
    )


class Batches:
    """What a shuffling loader gives, in orders that are known beforehand: the next one for each pass."""

    def __init__(self, case: Case) -> None:
        self.X, self.y, self.orders = case["X"].clone(), case["y"].clone(), list(case["orders"])
        self.batch_size, self.passes = case["batch_size"], 0

    def __len__(self) -> int:
        return -(-len(self.X) // self.batch_size)

    def __iter__(self) -> Iterator[list[Tensor]]:
        order = torch.tensor(self.orders[min(self.passes, len(self.orders) - 1)])
        self.passes += 1
        return iter([[self.X[ids], self.y[ids]] for ids in order.split(self.batch_size)])


def arguments(case: Case) -> tuple[Any, ...]:
    layer = nn.Linear(case["X"].shape[1], 1, dtype=case["X"].dtype)
    with torch.no_grad():
        layer.weight.copy_(case["w"])
        layer.bias.zero_()
    trainer = torch.optim.SGD(layer.parameters(), lr=case["lr"], momentum=case["momentum"])
    data = Batches(case), case["features"].clone(), case["labels"].clone()
    return nn.Sequential(layer), _loss(case["loss"]), trainer, *data, case["num_epochs"]


def observe(answer: Any, case: Case) -> Seen:
    net, *others = arguments(case)
    parameters, gradients = [net[0].weight, net[0].bias], []
    net[0].bias.register_hook(lambda gradient: gradients.append(1))
    value, raised = attempt(answer, net, *others)
    if raised is not None:
        return {"raised": raised}
    return {
        "value": describe(value),
        "parameters": [describe(parameter.detach()) for parameter in parameters],
        "backward": len(gradients),
        "grad": describe(parameters[1].grad),
    }


def _loss(name: str) -> Any:
    if name == "asymmetric":
        return _asymmetric
    return {"mse": nn.MSELoss(), "huber": nn.HuberLoss(delta=DELTA), "sum": nn.MSELoss(reduction="sum")}[name]


def _asymmetric(prediction: Tensor, label: Tensor) -> Tensor:
    return (torch.where(prediction > label, TOO_HIGH, TOO_LOW) * (prediction - label) ** 2).mean()


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    parameters, losses = _run(case)
    holds = {
        "return-form": _is_form(case, seen["value"]),
        "updates": _is_at(case, seen, parameters),
        "any-loss-any-trainer": _is_at(case, seen, parameters),
        "losses": close(losses, _numbers(seen["value"]), **LOSS_TOLERANCE),
    }
    named = zip(("weight", "bias"), seen["parameters"], parameters, strict=True)
    of_parameters = ", ".join(
        f"net[0].{name}: {shown(came, due, **TOLERANCE[case['dtype']])}" for name, came, due in named
    )
    came = dict.fromkeys(("updates", "any-loss-any-trainer"), of_parameters)
    return {
        rule: Fault(spell(case), came.get(rule, shown(seen["value"])), _should(case, rule))
        for rule in case["rules"]
        if not holds[rule]
    }


def _should(case: Case, rule: str) -> Text:
    if case["num_epochs"]:
        return WORDS.say(rule)
    return WORDS.say("nothing-to-list" if rule == "return-form" else "no-step")


def _run(case: Case) -> tuple[list[np.ndarray], list[float]]:
    """Return the parameters after all epochs, weight and bias, and the losses after each."""
    X, y, features, labels = (case[key].double().numpy() for key in ("X", "y", "features", "labels"))
    X1, features1 = (np.hstack([one, np.ones((len(one), 1))]) for one in (X, features))
    p = np.append(case["w"].double().numpy().ravel(), 0.0)[:, None]
    velocity, losses = np.zeros_like(p), []
    for order in case["orders"][: case["num_epochs"]]:
        for start in range(0, len(order), case["batch_size"]):
            ids = order[start : start + case["batch_size"]]
            slope = _slopes(case["loss"], X1[ids] @ p - y[ids])
            velocity = case["momentum"] * velocity + X1[ids].T @ slope
            p = p - case["lr"] * velocity
        losses.append(_value(case["loss"], features1 @ p - labels))
    return [p[:-1].T, p[-1]], losses


def _slopes(loss: str, r: np.ndarray) -> np.ndarray:
    """Return the derivative of a loss by each residual r, prediction minus label."""
    if loss == "sum":
        return 2 * r
    by_example = {"mse": 2 * r, "huber": np.clip(r, -DELTA, DELTA), "asymmetric": 2 * _weights(r) * r}
    return by_example[loss] / len(r)


def _value(loss: str, r: np.ndarray) -> float:
    size = np.abs(r)
    by_example = {
        "mse": r**2,
        "sum": len(r) * r**2,
        "huber": np.where(size <= DELTA, r**2 / 2, DELTA * (size - DELTA / 2)),
        "asymmetric": _weights(r) * r**2,
    }
    return float(by_example[loss].mean())


def _weights(r: np.ndarray) -> np.ndarray:
    return np.where(r > 0, TOO_HIGH, TOO_LOW)


def _is_at(case: Case, seen: Seen, parameters: list[np.ndarray]) -> bool:
    found = [tensor(parameter) for parameter in seen["parameters"]]
    return all(
        one is not None and close(true, one, **TOLERANCE[case["dtype"]])
        for true, one in zip(parameters, found, strict=True)
    )


def _is_form(case: Case, value: Any) -> bool:
    return is_sequence(value) and value["length"] == case["num_epochs"] and all(map(_is_number, value["items"]))


def _is_number(entry: Any) -> bool:
    """Tell whether an entry is a number of Python's or NumPy's, not a tensor or an array."""
    is_scalar = not isinstance(entry, dict) or "number" in entry or str(entry.get("type")).startswith("float")
    return is_scalar and number(entry) is not None


def _numbers(value: Any) -> list[float]:
    """Return the entries as numbers, nan for what is none."""
    entries = [number(entry) for entry in value["items"]] if is_sequence(value) else [None]
    return [float("nan") if entry is None else entry for entry in entries]


def battery(rng: np.random.Generator) -> list[Case]:
    first = _case(rng, "mse", MSE_RULES, n=23, batch_size=5, dtype="float64")
    other: dict[str, Any] = {"loss": "asymmetric", "lr": 0.02, "momentum": 0.5, "num_epochs": 2, "dtype": "float64"}
    second = _case(rng, "asymmetric", OTHER_RULES, n=20, batch_size=6, **other)
    return [first, second, {**first, "kind": "lr 0", "lr": 0.0}]


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
    return weight is None or not close(case["w"], weight, rtol=1e-6, atol=1e-7)


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
