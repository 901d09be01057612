"""`per_example_gradients(net, loss, X, y)`: under each parameter's name the gradient of every example (10 points).

The oracle takes central differences example by example; the law of the batch ties the rows to the gradient of the
whole. Cases are drawn and calls observed as in `named_gradients`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from linreg_course.checking.observing import Case, Seen, describe
from linreg_course.checking.reading import close, item, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Rule, Wrong
from linreg_course.exercises import named_gradients as named
from linreg_course.exercises.named_gradients import ASYMMETRIC, HUBER, MEAN, SUM, Finding, draw
from linreg_course.language import Text

RULES = (
    Rule(
        "names",
        2,
        Text(
            en="Under each name in net.named_parameters() stands a tensor of shape `(B, *S)`, also when B is 1.",
            zh="net.named_parameters()里的每个名字下面，都是一个形状为`(B, *S)`的张量，B为1时也一样。",
        ),
    ),
    Rule(
        "values",
        4,
        Text(
            en="Entry i is the gradient of example i alone, for any net and any loss.",
            zh="无论什么网络、什么损失函数，第i项都只是第i个样本的梯度。",
        ),
    ),
    Rule(
        "batch-gradient",
        2,
        Text(
            en="With a mean loss the mean over i is the gradient of the whole minibatch, with a sum loss the sum.",
            zh="损失取平均时，各项的平均就是整个小批量的梯度；损失求和时，各项之和就是它。",
        ),
    ),
    Rule(
        "history",
        2,
        Text(
            en="What stood in .grad before, and a second call, change nothing; the parameters stay as they are.",
            zh="不论.grad里原来有什么，也不论是不是第二次调用，结果都一样；参数保持不变。",
        ),
    ),
)


def cases(rng: np.random.Generator) -> list[Case]:
    fresh, law, past = ["names", "values"], ["batch-gradient"], ["history"]
    return [
        draw(rng, "batch", fresh, (2, 1), 10, MEAN),
        draw(rng, "many", law, (2, 1), 40, MEAN),
        draw(rng, "again", past, (2, 1), 10, MEAN),
        draw(rng, "batch", fresh, (5, 1), 8, ASYMMETRIC),
        draw(rng, "batch", fresh, (3, 4, 1), 10, HUBER),
        draw(rng, "batch", fresh, (2, 3, 1), 7, SUM),
        {**draw(rng, "batch", fresh, (3, 2, 1), 6, ASYMMETRIC), "layout": "columns"},
        draw(rng, "single", fresh + law, (1, 1), 1, ASYMMETRIC),
        draw(rng, "single", fresh + law, (3, 2, 1), 1, HUBER),
        draw(rng, "single", past, (3, 2, 1), 1, ASYMMETRIC),
        draw(rng, "many", law, (3, 2, 1), 40, SUM),
        draw(rng, "many", law, (3, 2, 1), 40, ASYMMETRIC),
        draw(rng, "again", past, (3, 2, 1), 6, ASYMMETRIC),
    ]


def spell(case: Case) -> str:
    return named.spelled_call(case, "per_example_gradients")


observe = named.observe

NAMES = Text(
    en="A dict: under each name in net.named_parameters() stands a tensor, as many entries as X has rows, each of "
    "the parameter's shape.",
    zh="应当是一个字典：net.named_parameters()里的每个名字下面都是一个张量，X有几行就有几项，每一项与该参数形状相同。",
)
VALUES = Text(
    en="Entry i is the slope of loss(net(X[i : i + 1]), y[i : i + 1]).",
    zh="第i项应当是loss(net(X[i : i + 1]), y[i : i + 1])的斜率。",
)
BATCH = Text(en="It is the slope of loss(net(X), y).", zh="它应当是loss(net(X), y)的斜率。")


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    looks: dict[str, Callable[[], Finding]] = {
        "names": lambda: named.unnamed(seen["value"], _rows(case), NAMES),
        "values": lambda: named.unequal(seen["value"], _rows(case), VALUES),
        "batch-gradient": lambda: _apart_from_batch(case, seen["value"]),
        "history": lambda: named.led_by_the_past(case, seen, _rows(case)),
    }
    found = {rule: looks[rule]() for rule in case["rules"]}
    return {rule: Fault(spell(case), *one) for rule, one in found.items() if one is not None}


def _rows(case: Case) -> dict[str, Tensor]:
    net, loss, X, y = named.arguments_of(case)

    def losses() -> Tensor:
        y_hat = net(X)
        return torch.stack([loss(y_hat[i : i + 1], y[i : i + 1]) for i in range(len(X))])

    return {name: named.slopes(losses, values) for name, values in net.named_parameters()}


def _apart_from_batch(case: Case, value: Any) -> Finding:
    reduction = "sum" if case["loss"] == SUM else "mean"
    for name, whole in named.gradients_of(case).items():
        entries = tensor(item(value, name))
        if entries is None or entries.shape != (len(case["X"]), *whole.shape):
            return named.entry_shown(value, name), NAMES
        reduced = getattr(entries.double(), reduction)(0)
        if not close(whole, reduced, named.RTOL, named.ATOL):
            return f"`gradients['{name}'].{reduction}(0)`: {shown(describe(reduced))}", BATCH
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


def _list_of_dicts(net, loss, X, y):
    rows = _listed(net, _one_by_one(net, loss, X, y))
    return [{name: rows[name][i] for name in rows} for i in range(len(X))]


def _whole_batch_once(net, loss, X, y):
    loss(net(X), y).backward()
    return {name: parameter.grad for name, parameter in net.named_parameters()}


def _batch_gradient_repeated(net, loss, X, y):
    rows = _stacked(net, [loss(net(X), y)])
    return {name: row.expand(len(X), *row.shape[1:]) for name, row in rows.items()}


def _flattened(net, loss, X, y):
    rows = _stacked(net, _one_by_one(net, loss, X, y))
    return {name: gradients.reshape(len(X), -1) for name, gradients in rows.items()}


def _first_axis_dropped_for_one(net, loss, X, y):
    return {name: rows.squeeze(0) for name, rows in _stacked(net, _one_by_one(net, loss, X, y)).items()}


def _axes_dropped(net, loss, X, y):
    return {name: rows.squeeze() for name, rows in _stacked(net, _one_by_one(net, loss, X, y)).items()}


def _running_sum(net, loss, X, y):
    rows: dict = {name: [] for name, _ in net.named_parameters()}
    for value in _one_by_one(net, loss, X, y):
        value.backward()
        for name, parameter in net.named_parameters():
            rows[name].append(parameter.grad.clone())
    return {name: torch.stack(gradients) for name, gradients in rows.items()}


def _last_row_everywhere(net, loss, X, y):
    rows: dict = {name: [] for name, _ in net.named_parameters()}
    for value in _one_by_one(net, loss, X, y):
        net.zero_grad(set_to_none=False)
        value.backward()
        for name, parameter in net.named_parameters():
            rows[name].append(parameter.grad)
    return {name: torch.stack(gradients) for name, gradients in rows.items()}


def _divided_by_batch(net, loss, X, y):
    return {name: rows / len(X) for name, rows in _stacked(net, _one_by_one(net, loss, X, y)).items()}


def _all_labels(net, loss, X, y):
    return _stacked(net, [loss(net(X[i : i + 1]), y) for i in range(len(X))])


def _hard_coded_mse(net, loss, X, y):
    return _stacked(net, _one_by_one(net, F.mse_loss, X, y))


def _arguments_swapped(net, loss, X, y):
    return _stacked(net, _one_by_one(net, lambda y_hat, y: loss(y, y_hat), X, y))


def _stale_first_row(net, loss, X, y):
    rows: dict = {name: [] for name, _ in net.named_parameters()}
    for value in _one_by_one(net, loss, X, y):
        value.backward()
        for name, parameter in net.named_parameters():
            rows[name].append(parameter.grad.clone())
        net.zero_grad()
    return {name: torch.stack(gradients) for name, gradients in rows.items()}


WRONG = (
    Wrong(
        "per_example_gradients/list-of-dicts",
        shows_in=("form",),
        answers=(_list_of_dicts,),
        en=(
            "Which comes first, the name or the example?",
            "Rule names: one dict; the batch axis is in the tensors.",
            "Collect per name and stack.",
        ),
        zh=(
            "查找时，先给名字还是先给样本？",
            "规则names：只要一个字典，批量的轴在张量里。",
            "按名字收集，再沿新的轴叠起来。",
        ),
    ),
    Wrong(
        "per_example_gradients/whole-batch-once",
        shows_in=("values",),
        answers=(_whole_batch_once,),
        en=(
            "How many gradients do you have for 10 examples?",
            "Rule names: a leading axis of length B.",
            "Differentiate each example's loss on its own.",
        ),
        zh=(
            "有10个样本，你得到了几个梯度？",
            "规则names：最前面要有一个长度为B的轴。",
            "对每个样本自己的损失分别求导。",
        ),
    ),
    Wrong(
        "per_example_gradients/batch-gradient-repeated",
        shows_in=("values",),
        answers=(_batch_gradient_repeated,),
        en=(
            "Do two different examples have the same gradient?",
            "Rule values: row i belongs to example i.",
            "Inside the loop only example i may enter the loss.",
        ),
        zh=(
            "两个不同的样本，梯度会一模一样吗？",
            "规则values：第i行属于第i个样本。",
            "循环里，每次只能让第i个样本进入损失。",
        ),
    ),
    Wrong(
        "per_example_gradients/flattened",
        shows_in=("values",),
        answers=(_flattened,),
        en=(
            "What is the shape of one row?",
            "Rule names: (B, shape of the parameter).",
            "Stack without flattening.",
        ),
        zh=(
            "其中一行是什么形状？",
            "规则names：先是B，后面接着参数自己的形状。",
            "直接叠起来，不要展平。",
        ),
    ),
    Wrong(
        "per_example_gradients/batch-axis-dropped-for-one",
        shows_in=("values",),
        answers=(_first_axis_dropped_for_one, _axes_dropped),
        en=(
            "What is the shape for a single example?",
            "Rule names: the batch axis is always there.",
            "Remove what drops axes of length 1.",
        ),
        zh=(
            "只有一个样本时，形状是什么？",
            "规则names：批量的轴任何时候都要在。",
            "找出把长度为1的轴丢掉的那一步，去掉它。",
        ),
    ),
    Wrong(
        "per_example_gradients/running-sum",
        shows_in=("values",),
        answers=(_running_sum,),
        en=(
            "What is in `.grad` before the second example?",
            "Rule values: each example alone.",
            "Clear inside the loop.",
        ),
        zh=(
            "轮到第二个样本之前，`.grad`里有什么？",
            "规则values：每个样本只算自己的。",
            "清空要放进循环里。",
        ),
    ),
    Wrong(
        "per_example_gradients/last-row-everywhere",
        shows_in=("values",),
        answers=(_last_row_everywhere,),
        en=(
            "Are your list's entries different tensors?",
            "Rule values: row i belongs to example i.",
            "Store copies.",
        ),
        zh=(
            "列表里的各项是不同的张量，还是同一个？",
            "规则values：第i行属于第i个样本。",
            "存进去的应当是副本。",
        ),
    ),
    Wrong(
        "per_example_gradients/divided-by-batch",
        shows_in=("values",),
        answers=(_divided_by_batch,),
        en=(
            "What should the mean over the rows be?",
            "Rule batch-gradient: with a mean loss, the mean of the rows is the batch gradient.",
            "Each row is the gradient of one example's own loss, undivided.",
        ),
        zh=(
            "把各行取平均，应当得到什么？",
            "规则batch-gradient：损失取平均时，各行的平均就是小批量的梯度。",
            "每一行是一个样本自己的损失的梯度，不用再除。",
        ),
    ),
    Wrong(
        "per_example_gradients/all-labels",
        shows_in=("values",),
        answers=(_all_labels,),
        en=(
            "How many labels go with one example?",
            "Rule values: example i has label i.",
            "Slice y as you slice X.",
        ),
        zh=(
            "一个样本对应几个标签？",
            "规则values：第i个样本配第i个标签。",
            "X怎样切片，y就怎样切片。",
        ),
    ),
    Wrong(
        "per_example_gradients/hard-coded-mse",
        shows_in=("values",),
        answers=(_hard_coded_mse,),
        en=(
            "What happens to the argument loss?",
            "Rule values: for any loss.",
            "Call the argument.",
        ),
        zh=(
            "传进来的参数loss用在哪里了？",
            "规则values：对任何损失函数都要成立。",
            "调用传进来的那个函数。",
        ),
    ),
    Wrong(
        "per_example_gradients/arguments-swapped",
        shows_in=("values",),
        answers=(_arguments_swapped,),
        en=(
            "Does the order matter for every loss?",
            "Rule values: prediction first.",
            "Exchange the two arguments.",
        ),
        zh=(
            "对每一种损失函数来说，两个参数的先后都无所谓吗？",
            "规则values：预测在前。",
            "把两个参数对调。",
        ),
    ),
    Wrong(
        "per_example_gradients/stale-first-row",
        shows_in=("history",),
        answers=(_stale_first_row,),
        en=(
            "What is in `.grad` when your function starts?",
            "Rule history: what happened before does not count.",
            "Clear before the first backward as well.",
        ),
        zh=(
            "你的函数刚开始时，`.grad`里有什么？",
            "规则history：以前发生的不算数。",
            "第一次backward之前也要清空。",
        ),
    ),
)
