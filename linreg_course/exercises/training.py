"""What the cases of `train` are made of: trainers and data, and the run that should come of them.

Nets, losses and trainers stand in a case as code: what a panel shows is what is run.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from linreg_course.checking.observing import Case, Seen, attempt, describe
from linreg_course.exercises.networks import MEAN, Net, made

# An answer may run through the data more often than it should.
MORE_PASSES = 5


def sgd(lr: float, more: str = "") -> str:
    """Return the code of a trainer: SGD with a rate and, as code, more settings."""
    return f"torch.optim.SGD(net.parameters(), lr={lr}{more})"


def draw(rng: np.random.Generator, kind: str, rules: list[str], n: int = 64, d: int = 2, **options: Any) -> Case:
    """Return a case.

    Args:
        rng: what its numbers are drawn from.
        kind: what it varies.
        rules: the rules that it looks at.
        n: the number of training examples.
        d: the number of features.
        options: net, loss, trainer as code; `then`, a line of code after the trainer is made; `labels`, what the
            labels are (a column, pairs or classes); `form`, that of data_iter; `second`, what a second call is like;
            `turned`, whether the labels of the evaluation are turned round.
    """
    usual = {"batch_size": 10, "dtype": "float32", "num_epochs": 3, "labels_are": "column", "form": "", "second": ""}
    code = {"net": f"nn.Sequential(nn.Linear({d}, 1))", "loss": MEAN, "trainer": sgd(0.05), "then": ""}
    case: Case = {"kind": kind, "rules": rules, **usual, **code, "turned": False, **options}
    X, y = _sample(rng, 2 * n + 4, d, case["labels_are"], getattr(torch, case["dtype"]))
    passes = 2 * case["num_epochs"] + MORE_PASSES
    values = {"X": X[:n], "y": y[:n], "features": X[n:], "labels": -y[n:] if case["turned"] else y[n:]}
    orders = [rng.permutation(n).tolist() for _ in range(passes)]
    start = {
        name: torch.from_numpy(rng.normal(0, 0.5, tuple(parameter.shape))).to(X.dtype)
        for name, parameter in made(case["net"]).named_parameters()
    }
    return {**case, **values, "orders": orders, "start": start}


def _sample(rng: np.random.Generator, n: int, d: int, kind: str, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    outputs = {"column": 1, "pairs": 2, "classes": 3}[kind]
    X = rng.normal(size=(n, d))
    y = X @ rng.uniform(1, 3, (d, outputs)) + 1.5 + rng.normal(0, 0.3, (n, outputs))
    labels = torch.from_numpy(y.argmax(1)) if kind == "classes" else torch.from_numpy(y).to(dtype)
    return torch.from_numpy(X).to(dtype), labels


class Batches:
    """What a shuffling loader gives, in orders that are known beforehand: the next one for each pass."""

    def __init__(self, case: Case, X: Tensor, y: Tensor) -> None:
        self._data, self._orders, self._size = (X.clone(), y.clone()), case["orders"], case["batch_size"]
        self._order = torch.arange(len(X))
        self._given: list[list[Tensor]] = []
        self.passes = 0

    def __len__(self) -> int:
        return -(-len(self._order) // self._size)

    def __iter__(self) -> Iterator[Any]:
        self._order = torch.tensor(self._orders[min(self.passes, len(self._orders) - 1)])
        self.passes += 1
        self._given = []
        for ids in self._order.split(self._size):
            self._given.append([part[ids] for part in self._data])
            yield list(self._given[-1])

    @property
    def is_through(self) -> bool:
        """Whether the last minibatch of a pass has been given."""
        return len(self._given) == len(self)

    def after(self) -> list[Tensor]:
        """Return X and y as the minibatches of the last pass hold them now."""
        held = [part.clone() for part in self._data]
        for ids, minibatch in zip(self._order.split(self._size), self._given, strict=False):
            for part, values in zip(held, minibatch, strict=True):
                part[ids] = values
        return held


class Stream:
    """Minibatches without a length, in tuples."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches

    def __iter__(self) -> Iterator[Any]:
        return map(tuple, self._batches)


FORMS: dict[str, Callable[[Batches], Any]] = {"": lambda batches: batches, "list": list, "stream": Stream}


def arguments(case: Case) -> tuple[Any, ...]:
    return _arguments(case)[0]


def _arguments(case: Case) -> tuple[tuple[Any, ...], list[Batches]]:
    """Return the arguments of the case's call, and the minibatches behind its data_iter and a second one."""
    dtype = getattr(torch, case["dtype"])
    net, loss = made(case["net"]).to(dtype), made(case["loss"])
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            parameter.copy_(case["start"][name])
    trainer = made(case["trainer"], net=net)
    if case["then"]:
        exec(case["then"], {"trainer": trainer})
    X, y, features, labels = (_in(dtype, case[key]) for key in ("X", "y", "features", "labels"))
    batches = [Batches(case, X, y), Batches(case, features[: len(X)], labels[: len(X)])]
    data_iter = FORMS[case["form"]](batches[0])
    return (net, loss, trainer, data_iter, features, labels, case["num_epochs"]), batches


def _in(dtype: torch.dtype, values: Tensor) -> Tensor:
    return values.to(dtype, copy=True) if values.is_floating_point() else values.clone()


def _between(case: Case, given: tuple[Any, ...], batches: list[Batches]) -> tuple[Any, ...]:
    """Do what stands between two calls, and return the arguments of the second; no gradient is left."""
    net, loss, trainer, data_iter, *others = given
    for parameter in net.parameters():
        parameter.grad = None
    if case["second"] == "changed":
        with torch.no_grad():
            for parameter in net.parameters():
                parameter.mul_(-0.5)
    return net, loss, trainer, batches[1] if case["second"] == "more" else data_iter, *others


def observe(answer: Any, case: Case) -> Seen:
    given, batches = _arguments(case)
    parameters, gradients = list(given[0].parameters()), []
    parameters[-1].register_hook(lambda gradient: gradients.append(1))
    value, raised = attempt(answer, *given)
    if case["second"] and raised is None:
        given = _between(case, given, batches)
        value, raised = attempt(answer, *given)
    # Where the only epoch is through, what fails is the loss after it: the steps can be judged.
    if raised is not None and not (case["num_epochs"] == 1 and batches[0].is_through):
        return {"raised": raised}
    X, y = attempt(batches[0].after)[0] or (None, None)
    return {
        **({"value": describe(value)} if raised is None else {"failed": raised}),
        "parameters": [describe(parameter.detach()) for parameter in parameters],
        "backward": len(gradients),
        "grad": describe(parameters[-1].grad),
        "passes": None if case["form"] == "list" else sum(one.passes for one in batches),
        "X": describe(X),
        "y": describe(y),
        "features": describe(given[4]),
        "labels": describe(given[5]),
    }


def run(case: Case) -> tuple[dict[str, Tensor], list[float]]:
    """Return in float64 the parameters after all epochs, and the losses after each epoch of the last call."""
    given, batches = _arguments({**case, "dtype": "float64"})
    losses = _trained(given)
    if case["second"]:
        losses = _trained(_between(case, given, batches))
    return {name: parameter.detach() for name, parameter in given[0].named_parameters()}, losses


def _trained(given: tuple[Any, ...]) -> list[float]:
    net, loss, trainer, data_iter, features, labels, num_epochs = given
    parameters, losses = list(net.parameters()), []
    for _ in range(num_epochs):
        for X, y in data_iter:
            slopes = torch.autograd.grad(loss(net(X), y), parameters)
            for parameter, slope in zip(parameters, slopes, strict=True):
                parameter.grad = slope
            trainer.step()
        losses.append(float(loss(net(features), labels).detach()))
    return losses


def spell(case: Case) -> str:
    n, double = len(case["X"]), ".double()" if case["dtype"] == "float64" else ""
    minibatches = f"<n={n}, batch_size={case['batch_size']}>"
    data_iter = {
        "": minibatches,
        "list": f"list({minibatches})",
        "stream": f"<n={n}, batch_size={case['batch_size']}, no len(), tuples (X, y)>",
    }
    again = {
        "more": [f"more = {minibatches}", "train(net, loss, trainer, more, features, labels, {num_epochs})"],
        "changed": [
            "with torch.no_grad(): [p.mul_(-0.5) for p in net.parameters()]",
            "train(net, loss, trainer, data_iter, features, labels, {num_epochs})",
        ],
    }
    lines = [
        *([inspect.getsource(Net)] if case["net"] == "Net()" else []),
        *_labels_spelled(case),
        f"loss = {case['loss']}",
        f"net = {case['net']}{double}",
        f"trainer = {case['trainer']}",
        *filter(None, [case["then"]]),
        f"data_iter = {data_iter[case['form']]}",
        "train(net, loss, trainer, data_iter, features, labels, {num_epochs})",
        *(["trainer.zero_grad()", *again[case["second"]]] if case["second"] else []),
    ]
    return "\n".join(lines).replace("{num_epochs}", str(case["num_epochs"]))


def _labels_spelled(case: Case) -> list[str]:
    labels = case["labels"]
    if case["turned"]:
        return ["labels = -labels  # so that the loss rises"]
    if case["labels_are"] == "column":
        return []
    return [f"# labels: shape={tuple(labels.shape)}, dtype={str(labels.dtype).removeprefix('torch.')}"]


def spelled_parameter(name: str) -> str:
    """Return a parameter of the net as code, of its name in `named_parameters`."""
    return re.sub(r"\.(\d+)", r"[\1]", f"net.{name}")
