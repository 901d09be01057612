"""Figures of lesson 02: what a data loader delivers, and what the order does to a training."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from linreg_course.display import Picture
from linreg_course.language import Text
from linreg_course.lessons.plots.labels import EXAMPLE_ID, POSITION, STEP

NUM_EXAMPLES = 1003

# Five examples that are marked in a raster, so that the eye can follow them from one epoch to the next.
_FOLLOWED = ((0, "o", "C0"), (250, "s", "C1"), (500, "^", "C2"), (750, "D", "C4"), (1000, "v", "C5"))
_OFF, _ON = "tab:orange", "tab:blue"
_SHUFFLE = {"off": Text(en="shuffle off", zh="不打乱"), "on": Text(en="shuffle on", zh="打乱")}


def raster(off: Sequence[Tensor], on: Sequence[Tensor]) -> Picture:
    """Draw position in the pass against example id: a row without shuffling, a row with it; a column an epoch.

    Args:
        off: example ids in the order of delivery, one tensor of shape (n,) a pass, without shuffling.
        on: the same with shuffling.
    """
    figure = Figure(figsize=(9, 6.2), layout="constrained")
    grid = figure.subplots(2, len(off), sharex=True, sharey=True)
    for row, name, passes in ((grid[0], "off", off), (grid[1], "on", on)):
        for epoch, (axes, ids) in enumerate(zip(row, passes, strict=True), 1):
            _draw_pass(axes, ids)
            axes.set_title(str(_pass_title(name, epoch)))
        row[0].set_ylabel(str(EXAMPLE_ID))
    for axes in grid[-1]:
        axes.set_xlabel(str(POSITION))
    n, same_off, same_on = len(off[0]), _same_places(off), _same_places(on)
    words = Text(
        en="Without shuffling both epochs are the same rising line: "
        f"{same_off} of {n} places hold the same example. "
        f"With shuffling each epoch is another cloud, and {same_on} of {n} places agree; "
        "the five marked examples have moved.",
        zh=f"不打乱时，两个迭代周期是同一条上升的直线：{n}个位置中有{same_off}个放着同一个样本。"
        f"打乱时，每个迭代周期是另一片点云，{n}个位置中有{same_on}个一致；五个带标记的样本都换了位置。",
    )
    return Picture(figure, words)


def draw_passes(figure: FigureBase, *, batch_size: int, is_train: bool, drop_last: bool) -> Text:
    """Draw two epochs over 1003 examples; the last minibatch, or what is left out, is a hatched band.

    Args:
        figure: an empty figure or subfigure.
        batch_size: examples a minibatch, from 1 to 1003.
        is_train: whether every epoch has a new order.
        drop_last: whether a last minibatch that is not full is left out.
    """
    generator = torch.Generator().manual_seed(2)
    dataset = TensorDataset(torch.arange(NUM_EXAMPLES))
    data_iter = DataLoader(dataset, batch_size, shuffle=is_train, drop_last=drop_last, generator=generator)
    epochs = [[ids for (ids,) in data_iter] for _ in range(2)]
    for axes, batches in zip(figure.subplots(1, 2, sharey=True), epochs, strict=True):
        _draw_pass(axes, torch.cat(batches))
        _draw_tail(axes, batches)
        axes.set_xlabel(str(POSITION))
    left, right = figure.axes
    left.set_title(str(_cut(1, epochs[0])), fontsize="medium")
    right.set_title(str(_cut(2, epochs[1])), fontsize="medium")
    left.set_ylabel(str(EXAMPLE_ID))
    return _passes_words(epochs)


def training(losses: dict[str, list[float]], y: Tensor, residuals: dict[str, Tensor]) -> Picture:
    """Draw two trainings on sorted data, "off" without and "on" with shuffling.

    On the left the loss on all data after each step, log scale; on the right the residuals after the last.

    Args:
        losses: for "off" and "on" the loss after every step, in the unit of y squared.
        y: the labels, shape (n, 1).
        residuals: for "off" and "on" y - y_hat, shape (n, 1), in the unit of y.
    """
    figure = Figure(figsize=(10, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    for name, color, line, marker in (("off", _OFF, "--", "x"), ("on", _ON, "-", "o")):
        steps = range(1, len(losses[name]) + 1)
        left.semilogy(steps, losses[name], line, color=color, label=_SHUFFLE[name])
        r = residuals[name].flatten()
        right.plot(y.flatten(), r, marker, color=color, markersize=3, label=_SHUFFLE[name])
    left.set(xlabel=STEP, ylabel=Text(en="loss on all examples", zh="全部样本上的损失"))
    right.set(xlabel="y", ylabel=r"y - y_hat")
    for axes in (left, right):
        axes.legend()
        axes.grid(alpha=0.3)
    rows = y.flatten().argsort()
    low, high = (residuals["off"].flatten()[part].abs().mean() for part in (rows[:100], rows[-100:]))
    off, on = losses["off"][-1], losses["on"][-1]
    words = Text(
        en=f"The last loss is {off:.2g} without shuffling and {on:.2g} with it. "
        f"Without shuffling the residuals are {low:.2g} in size at the 100 smallest labels, "
        f"and {high:.2g} at the 100 largest, which came last.",
        zh=f"不打乱时最后的损失是{off:.2g}，打乱时是{on:.2g}。不打乱时，残差在最小的100个标签处大小为{low:.2g}，"
        f"在最后才来的、最大的100个标签处为{high:.2g}。",
    )
    return Picture(figure, words)


def _draw_pass(axes: Axes, ids: Tensor) -> None:
    axes.plot(range(len(ids)), ids, ".", color="0.6", markersize=2)
    for example, marker, color in _FOLLOWED:
        # One that was not delivered must not be drawn: an empty unclipped line spoils the layout.
        for place in (ids == example).nonzero().flatten().tolist():
            axes.plot(place, example, marker, color=color, markersize=9, markeredgecolor="black", clip_on=False)
    axes.set_yticks([example for example, _, _ in _FOLLOWED])
    axes.set_xlim(-10, NUM_EXAMPLES + 10)


def _draw_tail(axes: Axes, batches: list[Tensor]) -> None:
    delivered = sum(map(len, batches))
    if delivered < NUM_EXAMPLES:
        axes.axvspan(delivered, NUM_EXAMPLES, hatch="xx", facecolor="white", edgecolor="black", linewidth=0.5)
    elif len(batches[-1]) < len(batches[0]):
        axes.axvspan(
            delivered - len(batches[-1]), delivered, hatch="//", facecolor="moccasin", edgecolor="0.3", linewidth=0.5
        )


def _pass_title(shuffle: str, epoch: int) -> Text:
    words = _SHUFFLE[shuffle]
    return Text(en=f"{words.en}, epoch {epoch}", zh=f"{words.zh}，第{epoch}个迭代周期")


def _cut(epoch: int, batches: list[Tensor]) -> Text:
    """Return into which minibatches an epoch was cut."""
    size, left_out = len(batches[0]), NUM_EXAMPLES - sum(map(len, batches))
    full = sum(len(batch) == size for batch in batches)
    if left_out:
        return Text(
            en=f"epoch {epoch}: {full} × {size}, dropped {left_out}",
            zh=f"第{epoch}个迭代周期：{full} × {size}，丢弃{left_out}",
        )
    tail = "" if full == len(batches) else f" + {len(batches[-1])}"
    product = f"{full} × {size}{tail}"
    return Text(en=f"epoch {epoch}: {product}", zh=f"第{epoch}个迭代周期：{product}")


def _same_places(passes: Sequence[Tensor]) -> int:
    return int((passes[0] == passes[1]).sum())


def _passes_words(epochs: list[list[Tensor]]) -> Text:
    first, second = (torch.cat(batches) for batches in epochs)
    count, last, seen = len(epochs[0]), len(epochs[0][-1]), len(first)
    same = _same_places([first, second])
    return Text(
        en=f"Minibatches an epoch: {count}, the last of size {last}; examples delivered: {seen} of "
        f"{NUM_EXAMPLES}; places with the same example in both epochs: {same}.",
        zh=f"每个迭代周期的小批量：{count}个，最后一个的大小是{last}；送出的样本：{seen}个，共{NUM_EXAMPLES}个；"
        f"两个迭代周期中样本相同的位置：{same}个。",
    )
