"""Figures of lesson 06: what the reduction does to a gradient, to a step and to a whole training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from torch import Tensor

from linreg_course.display import Picture
from linreg_course.language import Text
from linreg_course.lessons.data import TRUE_W
from linreg_course.lessons.plots.labels import DIVERGES, STEP, W_ERROR
from linreg_course.lessons.training import Run, Setting, run

LOST = 100.0  # a path this far from the true weights is called divergent

# Line style and marker of the paths and differences, in order: none is told by colour alone.
_STYLES: tuple[dict[str, Any], ...] = (
    {"color": "tab:blue", "linestyle": "-", "marker": "o"},
    {"color": "tab:orange", "linestyle": "--", "marker": "^"},
    {"color": "tab:green", "linestyle": "-.", "marker": "s"},
    {"color": "tab:red", "linestyle": ":", "marker": "D"},
    {"color": "tab:purple", "linestyle": (0, (5, 1, 1, 1, 1, 1)), "marker": "v"},
)
_LABEL = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"}


def gradient_chain(X: Tensor, y: Tensor, y_hat: Tensor) -> Picture:
    r"""Draw each example's $2 r x$ as an arrow, head to tail, with their sum and their mean.

    Args:
        X: the features of one minibatch, shape (B, 2).
        y: its labels, shape (B, 1).
        y_hat: the predictions for it, shape (B, 1).
    """
    arrows = 2 * (y_hat - y).detach() * X
    joints = torch.cat([torch.zeros(1, 2), arrows.cumsum(0)])
    total, mean = joints[-1], joints[-1] / len(X)
    figure = Figure(figsize=(7, 4.6), layout="constrained")
    axes = figure.subplots()
    for i, (start, arrow) in enumerate(zip(joints, arrows, strict=False), 1):
        _arrow(axes, start, arrow, width=0.003, color="tab:gray")
        if arrow.norm() > total.norm() / 20:
            axes.annotate(str(i), (start + arrow / 2).tolist(), fontsize=9, ha="center", va="center", bbox=_LABEL)
    _arrow(axes, joints[0], total, width=0.005, color="tab:orange", label=Text(en="sum", zh="求和"), zorder=1)
    _arrow(
        axes,
        joints[0],
        mean,
        width=0.01,
        headwidth=2.2,
        headlength=2.5,
        headaxislength=2.5,
        color="black",
        label=Text(en=f"mean = sum / {len(X)}", zh=f"平均 = 求和 / {len(X)}"),
    )
    axes.plot(*joints.T.tolist(), ".", color="tab:gray", markersize=3)
    axes.set(xlabel=Text(en="gradient, w1", zh="梯度，w1"), ylabel=Text(en="gradient, w2", zh="梯度，w2"))
    axes.set_aspect("equal", adjustable="datalim")
    axes.legend(loc="best")
    size, short = float(total.norm()), float(mean.norm())
    words = Text(
        en=f"{len(X)} grey arrows, one an example, head to tail. The sum runs from the start to the end of the "
        f"chain, length {size:.2f}; the mean has the same direction and length {short:.2f}.",
        zh=f"{len(X)}个灰色箭头首尾相接，每个样本一个。求和的箭头从链的起点指到终点，长{size:.2f}；"
        f"取平均的箭头方向相同，长{short:.2f}。",
    )
    return Picture(figure, words)


def two_paths(first: Run, second: Run, names: tuple[str, str]) -> Picture:
    """Draw two trainings in the (w1, w2) plane: the first as a wide band, the second as a dashed line on it.

    Args:
        first: one training, `path` of shape (steps + 1, 3).
        second: another one with as many steps.
        names: what the legend calls them.
    """
    figure = Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.plot(*first.path[:, :2].T.tolist(), color="tab:blue", alpha=0.35, linewidth=9, label=names[0])
    axes.plot(*second.path[:, :2].T.tolist(), color="black", linestyle="--", linewidth=1.5, label=names[1])
    axes.plot(*TRUE_W.tolist(), "*", color="tab:red", markersize=14, label="w = (2, -3.4)")
    axes.set(xlabel="w1", ylabel="w2")
    axes.legend()
    steps, largest = len(first.path) - 1, float((first.path - second.path).abs().max())
    words = Text(
        en=f"Both paths run from near (0, 0) to the star, {steps} steps. The dashed line lies inside the band all the "
        f"way: no parameter differs by more than {largest:.1g}.",
        zh=f"两条路径都从(0, 0)附近走到星号，共{steps}步。虚线自始至终都在宽带里：任何参数的差都不超过{largest:.1g}。",
    )
    return Picture(figure, words)


def differences(pairs: Mapping[str, tuple[Run, Run]]) -> Picture:
    """Draw the largest difference of the parameters after each step, log scale, a line a pair.

    Args:
        pairs: two trainings with as many steps each, by the name that the legend gives; at most five.
    """
    figure = Figure(figsize=(8, 4.6), layout="constrained")
    axes = figure.subplots()
    last = {}
    for (name, (one, other)), style in zip(pairs.items(), _STYLES, strict=False):
        gap = (one.path - other.path).abs().amax(1)
        axes.plot(gap.tolist(), label=name, linewidth=1.3, markersize=5, markevery=(20, 40), **style)
        last[name] = float(gap[-1])
    axes.set_yscale("symlog", linthresh=1e-17, linscale=0.5)
    axes.set_yticks([0, 1e-16, 1e-12, 1e-8, 1e-4, 1])
    axes.set_ylim(0, 30)
    axes.set(xlabel=STEP, ylabel=Text(en="largest difference of w1, w2, b", zh="w1、w2、b的最大差"))
    axes.grid(axis="y", alpha=0.3)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    listed = [f"{name}: {value:.1g}" for name, value in last.items()]
    words = Text(
        en=f"Difference between the two trainings of each pair, step by step. After the last step, "
        f"{'; '.join(listed)}.",
        zh=f"每一对训练之间的差，逐步画出。最后一步之后，{'；'.join(listed)}。",
    )
    return Picture(figure, words)


def draw_training(figure: FigureBase, *, reduction: str, batch_size: int, lr: float, optimizer: str) -> Text:
    """Draw a training of the course's data, seed 0, 3 epochs: its path, and its distance from (2, -3.4) by step.

    Args:
        figure: an empty figure or subfigure.
        reduction: "mean" or "sum".
        batch_size: examples a minibatch.
        lr: learning rate.
        optimizer: a name in `training.OPTIMIZERS`.
    """
    result = run(Setting(reduction=reduction, batch_size=batch_size, lr=lr, optimizer=optimizer))
    distance = (result.path[:, :2] - TRUE_W).norm(dim=1)
    inside = int((distance < LOST).cumprod(0).sum())
    left, right = figure.subplots(1, 2)
    _draw_path(left, result.path[: inside + 1])
    right.plot(distance.nan_to_num(torch.inf).clamp(max=1e6).tolist(), color="tab:blue", linewidth=1)
    right.grid(axis="y", alpha=0.3)
    right.set(yscale="log", ylim=(1e-5, 1e3), xlabel=STEP, ylabel=W_ERROR)
    if inside == len(distance):
        return Text(
            en=f"after {inside - 1} steps the path ends {distance[-1]:.2g} from the star.",
            zh=f"{inside - 1}步之后，路径停在离星号{distance[-1]:.2g}处。",
        )
    right.text(0.5, 0.1, str(DIVERGES), transform=right.transAxes, ha="center", fontsize=12)
    return Text(
        en=f"the path diverges; at step {inside} it is {LOST:.0f} or more from the star.",
        zh=f"路径发散，第{inside}步时离星号已达到或超过{LOST:.0f}。",
    )


def _draw_path(axes: Axes, path: Tensor) -> None:
    axes.plot(*path[:, :2].T.tolist(), ".-", color="tab:blue", markersize=3, linewidth=0.8)
    axes.plot(*TRUE_W.tolist(), "*", color="tab:red", markersize=12)
    axes.set(xlim=(-1.5, 5.5), ylim=(-7, 1), xlabel="w1", ylabel="w2")


def _arrow(axes: Axes, start: Tensor, arrow: Tensor, **look: Any) -> None:
    axes.quiver(*start.tolist(), *arrow.tolist(), angles="xy", scale_units="xy", scale=1, **look)
