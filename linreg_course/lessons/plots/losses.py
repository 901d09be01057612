"""Lesson 05: what a residual costs, how hard it pulls, and where outliers drag the bias."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from torch import Tensor, nn

from linreg_course.display import Picture
from linreg_course.language import Text
from linreg_course.lessons.data import TRUE_B, TRUE_W
from linreg_course.lessons.plots.labels import FITTED_B, LOSS, STEP

BLUE, RED, GREY, INK = "#1f5f9f", "#b03a2e", "#8a8a8a", "#1a1a1a"
STYLES = (
    {"color": INK, "linestyle": "-", "marker": "o"},
    {"color": RED, "linestyle": "--", "marker": "s"},
    {"color": BLUE, "linestyle": "-.", "marker": "^"},
    {"color": GREY, "linestyle": ":", "marker": "x"},
)
HUBERS = ("HuberLoss", "SmoothL1Loss", "formula")
GRADIENT, EXAMPLE = Text(en="gradient", zh="梯度"), Text(en="example", zh="样本")
LABEL, OUTLIER = Text(en="label", zh="标签"), Text(en="outlier", zh="异常值")


def costs_and_pulls(r: Tensor, costs: Mapping[str, Tensor], pulls: Mapping[str, Tensor]) -> Picture:
    """Show what a residual costs (left) and the slope of that cost (right), one line a loss.

    Args:
        r: residuals in increasing order, shape (k,).
        costs: for each loss its value at each residual, shape (k,).
        pulls: for each loss its derivative at each residual, shape (k,).

    Returns:
        Two panels, both cut off so that the loss with the largest values does not flatten the others.
    """
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    _lines(left, r, costs)
    _lines(right, r, pulls)
    left.set(xlabel="r", ylabel=LOSS, ylim=(-0.4, 1.6 * _second_largest(costs)))
    right.set(xlabel="r", ylabel=GRADIENT, ylim=(-3 * _second_largest(pulls), 3 * _second_largest(pulls)))
    right.axhline(0, color=GREY, linewidth=0.6)
    left.legend(loc="upper center")
    steepest = {name: float(pull.abs().max()) for name, pull in pulls.items()}
    ends = ", ".join(f"{name} {slope:.2f}" for name, slope in steepest.items())
    end = f"{float(r[-1]):g}"
    words = Text(
        en=f"Left: loss against the residual r. Right: its slope. Largest slope up to |r| = {end}: {ends}. "
        "The slope of mse grows on beyond the panel; those of the others level off.",
        zh=f"左：损失对残差r。右：损失的斜率。在|r|不超过{end}的范围内，最大的斜率为：{ends}。"
        "mse的斜率一直增长，超出了图框；其他损失的斜率趋于水平。",
    )
    return Picture(figure, words)


def left_for_b(rest: Tensor, moved: Tensor, fits: Mapping[str, float]) -> Picture:
    """Show what each label leaves for the bias, and the biases that were fitted to it.

    Args:
        rest: labels minus Xw with the true w, positive, shape (n, 1).
        moved: True where the label is an outlier, shape (n, 1).
        fits: fitted bias by the name of its loss.

    Returns:
        One dot an example on a logarithmic axis, crosses for outliers, a horizontal line for each fit.
    """
    figure = Figure(figsize=(7.5, 3.6), layout="constrained")
    axes = figure.subplots()
    number = torch.arange(len(rest)).reshape(-1, 1)
    axes.semilogy(number[~moved].tolist(), rest[~moved].tolist(), ".", color=GREY, markersize=3, label=LABEL)
    axes.semilogy(number[moved].tolist(), rest[moved].tolist(), "x", color=BLUE, label=OUTLIER)
    for (name, b), style in zip(fits.items(), STYLES, strict=False):
        axes.axhline(b, color=style["color"], linestyle=style["linestyle"], label=f"b, {name}")
    axes.set(xlabel=EXAMPLE, ylabel="y - Xw", ylim=(3.5, 130))
    axes.set_yticks([4, 5, 7, 10, 20, 50, 100], labels=["4", "5", "7", "10", "20", "50", "100"])
    axes.minorticks_off()
    figure.legend(loc="outside right center", fontsize="small")
    found, count = ", ".join(f"{name} {b:.2f}" for name, b in fits.items()), int(moved.sum())
    lowest = float(rest[moved].min())
    words = Text(
        en=f"What each label leaves for b, on a logarithmic axis: {len(rest) - count} labels lie at {TRUE_B}, "
        f"{count} outliers (crosses) from {lowest:.0f} upward. The lines are the fitted b: {found}.",
        zh=f"每个标签留给b的部分，对数坐标：{len(rest) - count}个标签在{TRUE_B}处，"
        f"{count}个异常值（叉号）从{lowest:.0f}往上。横线是拟合出的b：{found}。",
    )
    return Picture(figure, words)


def shift_against_delta(shifts: Mapping[float, float], fraction: float, mse_shift: float) -> Picture:
    """Show how far outliers drag the fitted bias, for each threshold.

    Args:
        shifts: error of the fitted bias by threshold delta, both in the unit of y.
        fraction: share of the labels that are outliers, all on one side.
        mse_shift: error of the bias fitted with mse.

    Returns:
        Log-log: dots for the fits, a dashed line for the balance of pulls, a dotted one for mse.
    """
    figure = Figure(figsize=(6.5, 3.6), layout="constrained")
    axes = figure.subplots()
    deltas = sorted(shifts)
    measured = [shifts[delta] for delta in deltas]
    slope = fraction / (1 - fraction)
    axes.loglog(deltas, measured, "o", color=BLUE, label=Text(en="fit", zh="拟合"))
    axes.loglog(deltas, [slope * d for d in deltas], "--", color=INK, label=f"{slope:.4f} delta")
    axes.axhline(mse_shift, color=RED, linestyle=":", label="mse")
    axes.set(xlabel="delta", ylabel=FITTED_B, ylim=(4e-4, 10))
    axes.legend()
    low, high = deltas[0], deltas[-1]
    words = Text(
        en=f"Error of the fitted b against delta, both axes logarithmic: from {shifts[low]:.4f} at delta {low:g} to "
        f"{shifts[high]:.4f} at {high:g}, along the dashed line {slope:.4f} delta; mse (dotted) {mse_shift:.2f}.",
        zh=f"拟合出的b的误差对delta的图，两轴都是对数坐标：delta为{low:g}时是{shifts[low]:.4f}，为{high:g}时是"
        f"{shifts[high]:.4f}，沿着虚线{slope:.4f} delta；mse（点线）为{mse_shift:.2f}。",
    )
    return Picture(figure, words)


def distance_to_truth(paths: Mapping[str, Tensor]) -> Picture:
    """Show how far the weights are from (2, -3.4) after each step; `paths` are those of `training.run`."""
    figure = Figure(figsize=(7.5, 3.6), layout="constrained")
    axes = figure.subplots()
    last = []
    for (name, path), style in zip(paths.items(), STYLES, strict=False):
        distance = (path[:, :2] - TRUE_W).norm(dim=1)
        axes.semilogy(distance.tolist(), **style, markevery=50, markersize=5, label=name)
        last.append(f"{name}: {distance[-1]:.4f}")
    axes.set(xlabel=STEP, ylabel=Text(en="distance of w to the truth", zh="w到真实值的距离"))
    axes.legend()
    words = Text(
        en=f"Distance of w to the truth after each step, on a logarithmic axis. At the end: {'; '.join(last)}.",
        zh=f"每一步之后w到真实值的距离，对数坐标。最后：{'；'.join(last)}。",
    )
    return Picture(figure, words)


def draw_delta(figure: Figure | SubFigure, *, delta: float, loss: str, shifts: Mapping[float, float]) -> Text:
    """Draw one of the three Huber losses beside the formula: values, slopes, and the fitted bias.

    Args:
        figure: an empty figure, or a part of one.
        delta: the threshold, a key of `shifts`.
        loss: one of `HUBERS`.
        shifts: error of the bias fitted to data with outliers, by threshold.

    Returns:
        What is to be seen.
    """
    r = torch.linspace(-6, 6, 241)
    panels = figure.subplots(1, 3)
    formula, chosen = _huber_curve("formula", r, delta), _huber_curve(loss, r, delta)
    for axes, known, own, name in zip(panels, formula, chosen, (LOSS, GRADIENT), strict=False):
        axes.plot(r.tolist(), own.tolist(), color=BLUE, linewidth=2.2, label=_called(loss))
        axes.plot(r.tolist(), known.tolist(), color=INK, linestyle="--", linewidth=1.2, label=_called("formula"))
        axes.set(xlabel="r", title=name, xticks=[-5, 0, 5])
    panels[0].set_ylim(-0.5, 18)
    panels[1].set_ylim(-5.5, 5.5)
    panels[0].legend(fontsize="x-small", loc="upper center")
    _draw_shift(panels[2], delta, shifts)
    factor, slope = float(chosen[0][-1] / formula[0][-1]), float(chosen[1][-1])
    return Text(
        en=f"{loss} is {factor:g} times the formula, its largest slope is {slope:g}; b is off by {shifts[delta]:.4f}.",
        zh=f"{loss}是公式的{factor:g}倍，最大斜率为{slope:g}；b偏离{shifts[delta]:.4f}。",
    )


def _called(loss: str) -> Text:
    return Text(en=loss, zh="公式" if loss == "formula" else loss)


def _draw_shift(axes: Axes, delta: float, shifts: Mapping[float, float]) -> None:
    deltas: Sequence[float] = sorted(shifts)
    axes.loglog(deltas, [shifts[d] for d in deltas], ".-", color=GREY)
    axes.loglog([delta], [shifts[delta]], "D", color=RED, markersize=8)
    axes.set(xlabel="delta", title=FITTED_B, ylim=(4e-4, 1), xlim=(0.01, 10))
    axes.set_xticks([0.1, 1])  # few ticks: the log axis is what a move spends most of its time on
    axes.set_yticks([0.001, 0.01, 0.1])
    axes.minorticks_off()


def _huber_curve(loss: str, r: Tensor, delta: float) -> tuple[Tensor, Tensor]:
    """Return the loss of each residual and its slope there."""
    r = r.clone().requires_grad_()
    if loss == "formula":
        cost = torch.where(r.abs() > delta, r.abs() - delta / 2, r**2 / (2 * delta))
    elif loss == "HuberLoss":
        cost = nn.HuberLoss(reduction="none", delta=delta)(r, torch.zeros_like(r))
    else:
        cost = nn.SmoothL1Loss(reduction="none", beta=delta)(r, torch.zeros_like(r))
    return cost.detach(), torch.autograd.grad(cost.sum(), r)[0]


def _second_largest(curves: Mapping[str, Tensor]) -> float:
    return sorted(float(curve.max()) for curve in curves.values())[-2]


def _lines(axes: Axes, r: Tensor, curves: Mapping[str, Tensor]) -> None:
    for (name, curve), style in zip(curves.items(), STYLES, strict=True):
        axes.plot(r.tolist(), curve.tolist(), **style, markevery=(20, 40), markersize=5, label=name)
