"""`per_example_gradients(net, loss, X, y)`: under each parameter's name the gradient of every example (10 points).

The oracle takes central differences example by example; the law of the batch ties the rows to the gradient of the
whole. Cases and calls are those of `gradients`, judged as in `named_gradients`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from linreg_course.checking.exercise import another, shows
from linreg_course.checking.observing import Case, Seen, describe
from linreg_course.checking.reading import close, item, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Finding, faults_at
from linreg_course.checking.words import words_of
from linreg_course.exercises import gradients
from linreg_course.exercises import named_gradients as named
from linreg_course.exercises.gradients import draw
from linreg_course.exercises.networks import ASYMMETRIC, HUBER, MEAN, SUM

WORDS = words_of(__file__)
POINTS = {"names": 2, "values": 4, "batch-gradient": 2, "history": 2}


def cases(rng: np.random.Generator) -> list[Case]:
    fresh, law, past = ["names", "values"], ["batch-gradient"], ["history"]
    return [
        draw(rng, "batch", fresh, (2, 1), 10, MEAN),
        draw(rng, "many", law, (2, 1), 40, MEAN),
        draw(rng, "again", past, (2, 1), 10, MEAN),
        draw(rng, "batch", fresh, (5, 1), 8, ASYMMETRIC),
        draw(rng, "batch", fresh, (3, 4, 1), 10, HUBER),
        draw(rng, "batch", fresh, (2, 3, 1), 7, SUM),
        {**draw(rng, "columns", fresh, (3, 2, 1), 6, ASYMMETRIC), "layout": "columns"},
        draw(rng, "single", fresh + law, (1, 1), 1, ASYMMETRIC),
        draw(rng, "single", fresh + law, (3, 2, 1), 1, HUBER),
        draw(rng, "single", past, (3, 2, 1), 1, ASYMMETRIC),
        *gradients.varied(rng, fresh),
        draw(rng, "many", law, (3, 2, 1), 40, SUM),
        draw(rng, "many", law, (3, 2, 1), 40, ASYMMETRIC),
        draw(rng, "again", past, (3, 2, 1), 6, ASYMMETRIC),
        *gradients.varied_past(rng),
        # Where there is one example, its row can be a view of `.grad`.
        draw(rng, "later", past, (2, 1), 1, ASYMMETRIC, later=True),
        draw(rng, "later", past, (2, 1), 4, ASYMMETRIC, change="y", later=True),
    ]


def spell(case: Case) -> str:
    return gradients.spelled_call(case, "per_example_gradients")


arguments, observe = gradients.arguments, gradients.observe


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    rows = cache(lambda: _rows(case))
    looks: dict[str, Callable[[], Finding | None]] = {
        "names": lambda: named.unnamed(seen["value"], rows(), WORDS.say("names")),
        "values": lambda: _other_entry(case, seen["value"], rows()),
        "batch-gradient": lambda: _apart_from_batch(case, seen["value"]),
        "history": lambda: _led_by_the_past(case, seen),
    }
    return faults_at(spell(case), {rule: looks[rule]() for rule in case["rules"]})


def _other_entry(case: Case, value: Any, true: dict[str, Tensor]) -> Finding | None:
    """Find the first entry that is not the gradient of its example."""
    tolerances = gradients.tolerances_of(case, true)
    found = named.unequal(value, true, WORDS.say("values"), *tolerances)
    for name, rows in true.items() if found else ():
        entries = tensor(item(value, name))
        if entries is None or entries.is_complex() or entries.shape != rows.shape:
            return found
        for i, (row, entry) in enumerate(zip(rows, entries, strict=True)):
            if not close(row, entry, *tolerances):
                came = shown(describe(entry), row, *tolerances)
                return Finding(f"`gradients['{name}'][{i}]`: {came}", WORDS.say("entry", i=i))
    return found


def _led_by_the_past(case: Case, seen: Seen) -> Finding | None:
    found = named.led_by_the_past(case, seen, _rows(case), _rows(case, again=True))
    if found is None and "later" in case:
        return named.moved(seen["value"], seen["later"], WORDS.say("snapshot"))
    return found


def _rows(case: Case, again: bool = False) -> dict[str, Tensor]:
    net, loss, X, y = gradients.exact(case, again)

    def losses() -> Tensor:
        y_hat = net(X)
        return torch.stack([loss(y_hat[i : i + 1], y[i : i + 1]) for i in range(len(X))])

    return {name: gradients.slopes(losses, values) for name, values in net.named_parameters()}


def _apart_from_batch(case: Case, value: Any) -> Finding | None:
    reduction = "sum" if case["loss"] == SUM else "mean"
    for name, whole in gradients.gradients_of(case).items():
        entries = tensor(item(value, name))
        if entries is None or entries.is_complex() or entries.shape != (len(case["X"]), *whole.shape):
            return Finding(named.entry_shown(value, name), WORDS.say("names"))
        reduced = getattr(entries.double(), reduction)(0)
        if not close(whole, reduced, gradients.RTOL, gradients.ATOL):
            came = shown(describe(reduced), whole, gradients.RTOL, gradients.ATOL)
            return Finding(f"`gradients['{name}'].{reduction}(0)`: {came}", WORDS.say("batch"))
    return None


def battery(rng: np.random.Generator) -> list[Case]:
    return [
        draw(rng, "battery", ["values"], (2, 1), 4, MEAN),
        draw(rng, "battery", ["values"], (3, 2, 1), 5, ASYMMETRIC),
        draw(rng, "battery", ["values"], (3, 2, 1), 1, ASYMMETRIC),
        draw(rng, "battery", ["history"], (3, 2, 1), 5, ASYMMETRIC),
    ]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    return named.told(battery, seen, judge)


def _stacked(net, losses):
    return {name: torch.stack(rows) for name, rows in _listed(net, losses).items()}


def _listed(net, losses):
    rows: dict = {name: [] for name, _ in net.named_parameters()}
    for value in losses:
        net.zero_grad()
        value.backward()
        for name, parameter in net.named_parameters():
            rows[name].append(parameter.grad.clone())
    return rows


def _one_by_one(net, loss, X, y):
    return [loss(net(X[i : i + 1]), y[i : i + 1]) for i in range(len(X))]


@shows("form")
def _list_of_dicts(net, loss, X, y):
    rows = _listed(net, _one_by_one(net, loss, X, y))
    return [{name: rows[name][i] for name in rows} for i in range(len(X))]


@shows("values")
def _whole_batch_once(net, loss, X, y):
    loss(net(X), y).backward()
    return {name: parameter.grad for name, parameter in net.named_parameters()}


@shows("values")
def _batch_gradient_repeated(net, loss, X, y):
    rows = _stacked(net, [loss(net(X), y)])
    return {name: row.expand(len(X), *row.shape[1:]) for name, row in rows.items()}


@shows("values")
def _flattened(net, loss, X, y):
    rows = _stacked(net, _one_by_one(net, loss, X, y))
    return {name: gradients.reshape(len(X), -1) for name, gradients in rows.items()}


@shows("values")
def _batch_axis_dropped_for_one(net, loss, X, y):
    return {name: rows.squeeze(0) for name, rows in _stacked(net, _one_by_one(net, loss, X, y)).items()}


@shows("values")
def _axes_of_length_one_dropped(net, loss, X, y):
    return {name: rows.squeeze() for name, rows in _stacked(net, _one_by_one(net, loss, X, y)).items()}


@another(_axes_of_length_one_dropped)
def _axes_of_rows_dropped(net, loss, X, y):
    rows = _listed(net, _one_by_one(net, loss, X, y))
    return {name: torch.stack([row.squeeze() for row in rows[name]]) for name in rows}


@shows("values")
def _running_sum(net, loss, X, y):
    rows: dict = {name: [] for name, _ in net.named_parameters()}
    for value in _one_by_one(net, loss, X, y):
        value.backward()
        for name, parameter in net.named_parameters():
            rows[name].append(parameter.grad.clone())
    return {name: torch.stack(gradients) for name, gradients in rows.items()}


@shows("values")
def _last_row_everywhere(net, loss, X, y):
    rows: dict = {name: [] for name, _ in net.named_parameters()}
    for value in _one_by_one(net, loss, X, y):
        net.zero_grad(set_to_none=False)
        value.backward()
        for name, parameter in net.named_parameters():
            rows[name].append(parameter.grad)
    return {name: torch.stack(gradients) for name, gradients in rows.items()}


@another(_last_row_everywhere)
def _sum_everywhere(net, loss, X, y):
    net.zero_grad()
    sum(_one_by_one(net, loss, X, y)).backward()
    return {name: parameter.grad.expand(len(X), *parameter.shape) for name, parameter in net.named_parameters()}


@shows("values")
def _divided_by_batch(net, loss, X, y):
    return {name: rows / len(X) for name, rows in _stacked(net, _one_by_one(net, loss, X, y)).items()}


@shows("values")
def _all_labels(net, loss, X, y):
    return _stacked(net, [loss(net(X[i : i + 1]), y) for i in range(len(X))])


@shows("values")
def _hard_coded_mse(net, loss, X, y):
    return _stacked(net, _one_by_one(net, F.mse_loss, X, y))


@shows("values")
def _arguments_swapped(net, loss, X, y):
    return _stacked(net, _one_by_one(net, lambda y_hat, y: loss(y, y_hat), X, y))


@shows("history")
def _stale_first_row(net, loss, X, y):
    rows: dict = {name: [] for name, _ in net.named_parameters()}
    for value in _one_by_one(net, loss, X, y):
        value.backward()
        for name, parameter in net.named_parameters():
            rows[name].append(parameter.grad.clone())
        net.zero_grad()
    return {name: torch.stack(gradients) for name, gradients in rows.items()}
