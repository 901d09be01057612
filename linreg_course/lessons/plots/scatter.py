"""Lesson 01: clouds of labels, what makes them wide, and what least squares recovers from them."""

from __future__ import annotations

import math

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from torch import Tensor

from linreg_course.display import Picture
from linreg_course.language import Text
from linreg_course.lessons.data import TRUE_B, TRUE_W, seeded_sample
from linreg_course.lessons.plots.labels import STEP

DOT, LINE, CROSS = "#7f9fbf", "#1a1a1a", "#b03a2e"
NAMES = ("w1", "w2", "b")
ERRORS_SHOWN = (1e-8, 1000.0)  # the axis of errors, the same for all values of the control

AGAINST_X2 = Text(
    en="One dot an example: its label y against its second feature x2. "
    "The cloud falls from left to right and is several units wide everywhere.",
    zh="每个点是一个样本：标签y对第二个特征x2。点云从左到右下降，处处都有好几个单位宽。",
)


def gradient_sizes(printed: Tensor, fresh: Tensor) -> Picture:
    """Show how large the gradient was at each step: as printed, and in fresh runs.

    Args:
        printed: gradients of w1, w2 and b, shape (steps, 3).
        fresh: the same of several runs, shape (runs, steps, 3).

    Returns:
        Root mean square of the three entries against the step, on a logarithmic axis; one line a fresh run.
    """
    figure, axes = _figure(7.5)
    steps = range(1, len(printed) + 1)
    for run in _rms(fresh):
        axes.semilogy(steps, run.tolist(), color=DOT, linewidth=0.8)
    axes.lines[0].set_label(str(Text(en=f"fresh kernel, {len(fresh)} seeds", zh=f"全新的内核，{len(fresh)}个种子")))
    axes.semilogy(
        steps, _rms(printed).tolist(), "x-", color=CROSS, linewidth=1.2, label=Text(en="printed", zh="打印的")
    )
    axes.set(xlabel=STEP, ylabel=Text(en="RMS of the gradient's entries", zh="梯度各分量的均方根"), ylim=(5e-4, 5))
    axes.set_xticks([1, *range(5, len(printed) + 1, 5)])
    axes.legend(loc="center right")
    old, new, largest, least = (
        _rms(printed.flatten()),
        _rms(fresh.flatten()),
        _rms(printed).max(),
        _rms(fresh).min(),
    )
    words = Text(
        en=f"RMS of the gradient at each of the first {len(printed)} steps, on a logarithmic axis. The "
        f"{len(fresh)} fresh runs (lines) have {new:.2f} over all and never less than {least:.2f}; the "
        f"printed numbers (crosses) have {old:.4f} over all and never more than {largest:.4f}.",
        zh=f"前{len(printed)}步中每一步梯度的均方根，对数坐标。{len(fresh)}次全新的运行（线）总体为{new:.2f}，"
        f"从不低于{least:.2f}；打印出来的数（叉号）总体为{old:.4f}，从不超过{largest:.4f}。",
    )
    return Picture(figure, words)


def thin_slices(X: Tensor, y: Tensor, w: Tensor, b: float, width: float) -> Picture:
    """Show y against each feature, and in it the examples whose other feature is nearly 0.

    Args:
        X: features, shape (n, 2).
        y: labels, shape (n, 1).
        w: weights that give the lines, shape (2,).
        b: the bias of both lines, in the unit of y.
        width: an example is in the slice where the other feature lies within `width` of 0.

    Returns:
        Two panels: dots for all examples, the line of the panel's feature, crosses for the slice.
    """
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    wide, thin = [], []
    for j, axes in enumerate(figure.subplots(1, 2, sharey=True)):
        around = y[:, 0] - (w[j] * X[:, j] + b)
        chosen = X[:, 1 - j].abs() < width
        wide.append(around.std().item())
        thin.append(around[chosen].std().item())
        _draw_slice(axes, X[:, j], y[:, 0], chosen)
        ends = torch.stack([X[:, j].min(), X[:, j].max()])
        line = (w[j] * ends + b).tolist()
        axes.plot(ends.tolist(), line, color=LINE, linewidth=1, label=f"w{j + 1} x{j + 1} + b")
        axes.set(
            xlabel=f"x{j + 1}",
            ylabel="y",
            title=Text(en=f"crosses: |x{2 - j}| < {width}", zh=f"叉号：|x{2 - j}| < {width}"),
        )
        axes.legend()
    return Picture(figure, _words_on_slices(wide, thin, width))


def _words_on_slices(wide: list[float], thin: list[float], width: float) -> Text:
    return Text(
        en=f"y against x1 and against x2. All labels lie around the line with std {wide[0]:.2f} (left) and "
        f"{wide[1]:.2f} (right); the crosses, whose other feature is within {width} of 0, with std "
        f"{thin[0]:.2f} and {thin[1]:.2f}: they trace the line.",
        zh=f"y对x1以及y对x2的图。所有标签围绕直线的标准差为{wide[0]:.2f}（左）和{wide[1]:.2f}（右）；"
        f"另一个特征离0不超过{width}的样本（叉号）只有{thin[0]:.2f}和{thin[1]:.2f}：它们沿着直线排列。",
    )


def residual_histogram(residuals: Tensor, sigma: float) -> Picture:
    """Show residuals, of any shape, as a histogram of area 1 under the normal curve of std `sigma`."""
    figure, axes = _figure(6.5)
    values = residuals.flatten()
    axes.hist(
        values.tolist(), bins=40, density=True, color=DOT, edgecolor="white", label=Text(en="residuals", zh="残差")
    )
    grid = torch.linspace(-4 * sigma, 4 * sigma, 161)
    density = torch.exp(-0.5 * (grid / sigma) ** 2) / (sigma * math.sqrt(2 * math.pi))
    axes.plot(
        grid.tolist(),
        density.tolist(),
        color=LINE,
        linestyle="--",
        label=Text(en=f"normal, std {sigma}", zh=f"正态分布，标准差{sigma}"),
    )
    axes.set(xlabel=Text(en="residual", zh="残差"), ylabel=Text(en="density", zh="密度"))
    axes.legend()
    mean, std = values.mean().item(), values.std().item()
    words = Text(
        en=f"Histogram of the {len(values)} residuals: mean {mean:.4f}, std {std:.4f}. "
        f"It follows the dashed bell of a normal distribution with std {sigma}.",
        zh=f"{len(values)}个残差的直方图：均值{mean:.4f}，标准差{std:.4f}。它与标准差为{sigma}的正态分布曲线（虚线）相符。",
    )
    return Picture(figure, words)


def draw_recovery(figure: Figure | SubFigure, *, sigma: float, n: int) -> Text:
    r"""Draw labels against x2, and the errors of the least-squares solution beside $\sigma / \sqrt{n}$.

    Args:
        figure: an empty figure, or a part of one.
        sigma: standard deviation of the noise, in the unit of y, at least 0.
        n: number of examples, at least 3.

    Returns:
        What is to be seen. The data come from a fixed seed.
    """
    X, y = seeded_sample(1, n, sigma)
    errors = _least_squares_errors(X, y)
    cloud, panel = figure.subplots(1, 2, width_ratios=(3, 2))
    cloud.plot(X[:, 1].tolist(), y[:, 0].tolist(), ".", color=DOT, markersize=3)
    cloud.set(xlabel="x2", ylabel="y", xlim=(-4.2, 4.2), ylim=(-16, 24))
    panel.plot(NAMES, errors, "D", color=CROSS, label=Text(en="error", zh="误差"))
    if sigma > 0:
        panel.axhline(sigma / math.sqrt(n), color=LINE, linestyle="--", label="sigma / sqrt(n)")
    panel.set_yscale("log")
    panel.set(xlim=(-0.5, 2.5), ylim=ERRORS_SHOWN, ylabel=Text(en="|estimate - truth|", zh="|估计值 - 真实值|"))
    panel.legend(loc="upper left", fontsize="small")
    largest, scale = max(errors), sigma / math.sqrt(n)
    return Text(
        en=f"largest error of w1, w2, b {largest:.1e}, where sigma / sqrt(n) is {scale:.1e}.",
        zh=f"w1、w2、b中最大的误差为{largest:.1e}，而sigma / sqrt(n)为{scale:.1e}。",
    )


def _figure(width: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, 3.4), layout="constrained")
    return figure, figure.subplots()


def _draw_slice(axes: Axes, x: Tensor, y: Tensor, chosen: Tensor) -> None:
    axes.plot(x[~chosen].tolist(), y[~chosen].tolist(), ".", color=DOT, markersize=3)
    axes.plot(x[chosen].tolist(), y[chosen].tolist(), "x", color=CROSS, markersize=6)


def _rms(gradients: Tensor) -> Tensor:
    return gradients.square().mean(dim=-1).sqrt()


def _least_squares_errors(X: Tensor, y: Tensor) -> list[float]:
    """Return the absolute errors of w1, w2 and b, solved in float64."""
    columns = torch.cat([X, torch.ones(len(X), 1)], dim=1).double()
    solution = torch.linalg.lstsq(columns, y.double()).solution.flatten()
    truth = torch.tensor([*TRUE_W.tolist(), TRUE_B], dtype=torch.float64)
    return [float(error) for error in (solution - truth).abs()]
