"""Lesson 04: where training starts, what hidden units become of it, and what reaches the end of a deep net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from torch import Tensor

from linreg_course.display import Picture
from linreg_course.language import Text
from linreg_course.lessons.data import TRUE_W
from linreg_course.lessons.model import deep_signals
from linreg_course.lessons.plots.labels import LAYER, LOSS, STEP
from linreg_course.lessons.training import Setting, run

INIT_STDS = (0, 0.01, 0.1, 1, 10, 100)
DATA_SEED = 2
BAR, LINE, FAINT = "#7f9fbf", "#1a1a1a", "#c4c4c4"
STYLES = (
    ("-", "o", "#1f5a92"),
    ("--", "s", "#b03a2e"),
    (":", "^", "#2d7d46"),
    ("-.", "D", "#7a4fa3"),
    ("-", "x", LINE),
)


def draw_start(figure: Figure | SubFigure, *, init_std: float) -> Text:
    """Draw how far w is from the truth at every step of a training that starts from N(0, init_std^2).

    Args:
        figure: an empty figure, or a part of one.
        init_std: standard deviation of the weights' start values, one of `INIT_STDS`.

    Returns:
        What is to be seen. Data and order of the examples are the same for every start.
    """
    setting = Setting(seed=DATA_SEED)
    axes = figure.subplots()
    for other in INIT_STDS:
        axes.semilogy(_distances(other), color=FAINT, linewidth=0.8)
    axes.lines[0].set_label(str(Text(en="the other starts", zh="其他初始值")))
    chosen, shrink = _distances(init_std), 1 - 2 * setting.lr
    steps = len(chosen) - 1
    epoch = steps // setting.num_epochs
    axes.semilogy(chosen, color=STYLES[0][2], linewidth=2, label=f"init_std = {init_std}")
    guide = [chosen[0] * shrink**step for step in range(steps + 1)]
    axes.semilogy(
        guide,
        color=LINE,
        linestyle="--",
        linewidth=1,
        label=Text(en=f"{shrink:g} times a step", zh=f"每步乘{shrink:g}"),
    )
    axes.set(xlabel=STEP, ylabel=Text(en="distance of w from (2, -3.4)", zh="w到(2, -3.4)的距离"), ylim=(3e-5, 1e3))
    axes.minorticks_off()  # a log axis spends most of a move's time on them
    axes.legend(loc="upper right", fontsize="small")
    first, one, last = f"{chosen[0]:.2f}", f"{chosen[epoch]:.4f}", f"{chosen[-1]:.5f}"
    return Text(
        en=f"the distance is {first} at the start, {one} after epoch 1, {last} after epoch {setting.num_epochs}.",
        zh=f"距离起初为{first}，第1个迭代周期后为{one}，第{setting.num_epochs}个之后为{last}。",
    )


@lru_cache
def _distances(init_std: float) -> tuple[float, ...]:
    path = run(Setting(seed=DATA_SEED, init_std=init_std)).path[:, :2]
    return tuple((path - TRUE_W).norm(dim=1).tolist())


def hidden_units(losses: Mapping[str, Sequence[float]], weights: Mapping[str, Tensor]) -> Picture:
    """Show a training with a hidden layer from several starts: the loss per step, and where the units end.

    Args:
        losses: for each start, the loss at every step.
        weights: for the same starts, the weight of the hidden layer at the end, shape (units, 2).

    Returns:
        Left the losses, right one mark a hidden unit; equal units lie on each other.
    """
    figure = Figure(figsize=(10.5, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for (name, values), (line, marker, color) in zip(losses.items(), STYLES, strict=False):
        left.plot(values, linestyle=line, color=color, linewidth=2, label=name)
        columns = weights[name].T.tolist()
        # Open marks: what lies underneath stays visible.
        right.plot(*columns, marker, color=color, fillstyle="none", markersize=11, label=name)
        for place, count in zip(*_points(weights[name]), strict=True):
            if count > 1:
                right.annotate(
                    str(Text(en=f"{count} units", zh=f"{count}个单元")),
                    place.tolist(),
                    xytext=(10, 6),
                    textcoords="offset points",
                )
    left.set(xlabel=STEP, ylabel=LOSS, ylim=(0, None))
    right.set(
        xlabel=Text(en="weight from x1", zh="来自x1的权重"),
        ylabel=Text(en="weight from x2", zh="来自x2的权重"),
        title=Text(en="hidden units at the end", zh="训练结束时的隐藏单元"),
    )
    right.margins(0.15)
    left.legend(fontsize="small")
    right.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return Picture(figure, _words_on_units(losses, weights))


def _words_on_units(losses: Mapping[str, Sequence[float]], weights: Mapping[str, Tensor]) -> Text:
    ends = [(name, losses[name][-1], count_points(weights[name]), len(weights[name])) for name in losses]
    en = "; ".join(f"{name}: loss {end:.2f}, {points} different of {units} units" for name, end, points, units in ends)
    zh = "；".join(f"{name}：loss {end:.2f}，{units}个单元中不同的有{points}个" for name, end, points, units in ends)
    return Text(
        en=f"Loss per step (left) and the weights of each hidden unit after training (right). {en}.",
        zh=f"每一步的损失（左），以及训练之后每个隐藏单元的权重（右）。{zh}。",
    )


def count_points(weights: Tensor) -> int:
    """Return how many rows of a matrix differ, after rounding to three decimals."""
    return len(_points(weights)[0])


def _points(weights: Tensor) -> tuple[Tensor, Tensor]:
    # Adding 0 turns -0 into 0.
    points, counts = (weights.detach().round(decimals=3) + 0.0).unique(dim=0, return_counts=True)
    return points, counts


def histograms(weights: Mapping[str, Tensor]) -> Picture:
    """Show the values of several start weights, each as a histogram with an axis of its own.

    Args:
        weights: name and values, any shape, of each start.

    Returns:
        Three panels a row; each title gives the standard deviation.
    """
    rows = -(-len(weights) // 3)
    figure = Figure(figsize=(9.5, 2.4 * rows), layout="constrained")
    panels = figure.subplots(rows, 3, squeeze=False).flatten()
    for axes, (name, values) in zip(panels, weights.items(), strict=False):
        axes.hist(values.flatten().numpy(), bins=41, color=BAR, edgecolor="white", linewidth=0.3)
        std = f"{values.std().item():.3f}"
        axes.set(title=Text(en=f"{name}, std {std}", zh=f"{name}，标准差{std}"), yticks=[])
    for axes in panels[len(weights) :]:
        axes.set_axis_off()
    listed = [(name, f"{v.min().item():.2f}", f"{v.max().item():.2f}") for name, v in weights.items()]
    return Picture(
        figure,
        Text(
            en="Histograms of start values, each on its own axis. Smallest and largest value: "
            + "; ".join(f"{name}: {low} and {high}" for name, low, high in listed)
            + ".",
            zh="各种初始值的直方图，横轴各不相同。最小值和最大值："
            + "；".join(f"{name}：{low}和{high}" for name, low, high in listed)
            + "。",
        ),
    )


def activation_curves(stds: Mapping[str, Sequence[float]]) -> Picture:
    """Show, for several starts of a deep net, the standard deviation of the activations after each layer.

    Args:
        stds: name of the start, and one standard deviation a layer.

    Returns:
        One line with marks for each start, on a logarithmic axis.
    """
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.subplots()
    for (name, values), (line, marker, color) in zip(stds.items(), STYLES, strict=False):
        layers = range(1, len(values) + 1)
        axes.semilogy(layers, values, linestyle=line, marker=marker, color=color, markersize=5, label=name)
    axes.set(xlabel=LAYER, ylabel=Text(en="std of the activations", zh="激活值的标准差"))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    listed = [(name, f"{values[-1]:.2g}") for name, values in stds.items()]
    words = Text(
        en="Standard deviation of the activations after each layer, on a logarithmic axis. After the last: "
        + "; ".join(f"{name}: {value}" for name, value in listed)
        + ".",
        zh="每一层之后激活值的标准差，对数坐标。最后一层之后："
        + "；".join(f"{name}：{value}" for name, value in listed)
        + "。",
    )
    return Picture(figure, words)


def draw_deep(figure: Figure | SubFigure, *, init: str, activation: str) -> Text:
    """Draw what a deep net lets through: the std of the activations, and of the gradients on the way back.

    Args:
        figure: an empty figure, or a part of one.
        init: a key of `linreg_course.lessons.model.DEEP_STARTS`.
        activation: "relu" or "tanh".

    Returns:
        What is to be seen, with the standard deviations at both ends of the net.
    """
    forward, backward = deep_signals(init, activation)
    panels = figure.subplots(1, 2, sharey=True)
    _draw_layers(panels[0], forward, Text(en="activations", zh="激活值"), STYLES[0])
    panels[0].set_ylabel(str(Text(en="std", zh="标准差")))
    _draw_layers(panels[1], backward, Text(en="gradients (read right to left)", zh="梯度（从右往左看）"), STYLES[1])
    return Text(
        en=f"activations {forward[0]:.2g} after layer 1 and {forward[-1]:.2g} after layer {len(forward)}; "
        f"gradients {backward[-1]:.2g} at layer {len(backward)} and {backward[0]:.2g} back at layer 1.",
        zh=f"激活值在第1层之后为{forward[0]:.2g}，在第{len(forward)}层之后为{forward[-1]:.2g}；"
        f"梯度在第{len(backward)}层为{backward[-1]:.2g}，回到第1层时为{backward[0]:.2g}。",
    )


def _draw_layers(axes: Axes, values: Sequence[float], title: Text, style: tuple[str, str, str]) -> None:
    line, marker, color = style
    axes.semilogy(range(1, len(values) + 1), values, linestyle=line, marker=marker, color=color)
    axes.axhline(1, color=FAINT, linewidth=0.8)
    axes.set(xlabel=LAYER, title=title, ylim=(1e-12, 1e12))
    axes.minorticks_off()
