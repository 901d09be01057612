"""Training curves: loss per epoch, gradients per step, errors against lr, epochs and n."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from torch import Tensor

from linreg_course.display import Picture
from linreg_course.language import Text
from linreg_course.lessons.case_file import PRINTED
from linreg_course.lessons.data import TRUE_W, seeded_sample
from linreg_course.lessons.plots.labels import DIVERGES, LEAST_SQUARES, STEP, W_ERROR
from linreg_course.lessons.training import Setting, run

MARKERS = "osv^PX"
LINES = ("-", "--", "-.", ":")
STEPS = len(PRINTED)
CASE = Text(en="case", zh="案卷")


def loss_words(losses: Sequence[float], sigma: float) -> Text:
    """Return what is seen where `losses` per epoch are drawn beside the floor sigma squared."""
    values = ", ".join(f"{loss:.2g}" for loss in losses)
    return Text(
        en=f"The loss after each epoch ({values}), on a log scale; the dashed line is "
        f"the variance of the noise, {sigma**2:.2g}.",
        zh=f"每个迭代周期之后的损失（{values}），对数刻度；虚线是噪声的方差{sigma**2:.2g}。",
    )


def case_figure(gradients: dict[Setting, list[Tensor]], printed: Tensor) -> Picture:
    """Draw the printed gradients beside those of nets with a known past.

    Left: the root mean square (RMS) of each step's gradient, first seed, live loss Huber. Right: the
    RMS over all steps, one mark a seed. Both on a log scale, with the noise floors of Huber and MSE.

    Args:
        gradients: for each setting, one tensor a seed, shape (steps, 3).
        printed: the case's gradients, shape (steps, 3).
    """
    figure = Figure(figsize=(10, 4.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    _draw_steps(left, {str(_earlier(s)): g[0] for s, g in gradients.items() if s.loss == "huber"}, printed)
    figure.legend(*left.get_legend_handles_labels(), fontsize="small", ncols=4, loc="outside lower center")
    for row, tensors in enumerate(gradients.values()):
        right.plot([_rms(g) for g in tensors], [row] * len(tensors), MARKERS[row % len(MARKERS)], alpha=0.7)
    right.axvline(_rms(printed), color="black", label=CASE)
    for loss, line in (("huber", "--"), ("mse", ":")):
        right.axvline(floor(loss), color="gray", linestyle=line, label=_floor_words(loss))
    right.set(
        xscale="log", xlabel=Text(en="RMS of the gradients", zh="梯度的均方根"), ylim=(len(gradients) - 0.5, -0.5)
    )
    right.set_yticks(range(len(gradients)), [str(_history(s)) for s in gradients])
    right.legend(fontsize="small", loc="lower right")
    return Picture(figure, _case_words(gradients, printed))


def error_map(errors: Tensor, lrs: Sequence[float], epochs: Sequence[int]) -> Picture:
    """Draw the w error as a heat map, lr down and epochs across, each cell with its number.

    Args:
        errors: shape (len(lrs), len(epochs)); above 10 or not a number counts as diverged.
        lrs: learning rates, one a row.
        epochs: numbers of epochs, one a column.
    """
    figure = Figure(figsize=(6.2, 4.4), layout="constrained")
    axes = figure.subplots()
    diverged = ~(errors < 10)
    norm = LogNorm(3e-4, 5)
    shown = errors.masked_fill(diverged, math.nan)
    image = axes.imshow(shown.numpy(), norm=norm, cmap="viridis_r", aspect="auto")
    for i, j in torch.cartesian_prod(torch.arange(len(lrs)), torch.arange(len(epochs))).tolist():
        value = float(errors[i, j])
        text = str(DIVERGES) if diverged[i, j] else f"{value:.2g}"
        color = "white" if not diverged[i, j] and value > 0.03 else "black"
        axes.text(j, i, text, ha="center", va="center", color=color)
    axes.set(xlabel="num_epochs", ylabel="lr")
    axes.set_xticks(range(len(epochs)), [str(k) for k in epochs])
    axes.set_yticks(range(len(lrs)), [str(lr) for lr in lrs])
    figure.colorbar(image, label=str(W_ERROR))
    return Picture(figure, _map_words(errors, lrs, epochs))


def error_against_n(sizes: Sequence[int], sgd: Sequence[float], exact: Sequence[float]) -> Picture:
    """Draw the w error of SGD and of least squares against n, both axes log, with the floor of SGD.

    Args:
        sizes: values of n, at least two.
        sgd: the error after training with the default setting, one a size.
        exact: the error of the least-squares solution, one a size.
    """
    figure = Figure(figsize=(6.2, 4), layout="constrained")
    axes = figure.subplots()
    axes.loglog(sizes, sgd, "o-", label="SGD")
    axes.loglog(sizes, exact, "s--", label=LEAST_SQUARES)
    level = path_floor(Setting())
    axes.axhline(level, color="gray", linestyle=":", label=r"$\sigma\sqrt{2\,lr/B}$")
    axes.set(xlabel="n", ylabel=W_ERROR)
    axes.grid(alpha=0.3)
    axes.legend()
    words = Text(
        en=f"From n = {sizes[0]} to {sizes[-1]} the error of least squares goes from {exact[0]:.2g} "
        f"to {exact[-1]:.2g}, close to a straight line; that of SGD goes from {sgd[0]:.2g} to {sgd[-1]:.2g}, "
        f"and the dotted line stands at {level:.2g}.",
        zh=f"n从{sizes[0]}到{sizes[-1]}，最小二乘解的误差近似沿一条直线从{exact[0]:.2g}变到"
        f"{exact[-1]:.2g}；SGD的误差从{sgd[0]:.2g}变到{sgd[-1]:.2g}，点线在{level:.2g}处。",
    )
    return Picture(figure, words)


def draw_earlier_runs(figure: Figure, *, earlier_runs: int, loss: str) -> Text:
    """Draw the RMS of the first gradients after `earlier_runs` trainings, beside the case's."""
    gradients = run(Setting(loss=loss, earlier_runs=earlier_runs, num_epochs=3)).gradients[:STEPS]
    axes = figure.subplots()
    _draw_steps(axes, {str(Text(en="run", zh="这次")): gradients}, torch.tensor(PRINTED))
    axes.set_ylim(3e-4, 20)
    axes.legend(fontsize="small", ncols=2)
    ours, case = _rms(gradients), _rms(torch.tensor(PRINTED))
    return Text(
        en=f"the RMS of the first {STEPS} gradients is {ours:.2g}, the case's is {case:.2g}.",
        zh=f"前{STEPS}个梯度的RMS为{ours:.2g}，案卷里的为{case:.2g}。",
    )


def draw_error(figure: Figure, *, lr: float, num_epochs: int, n: int) -> Text:
    """Draw the w error after every step of one training, with the error of least squares."""
    setting = Setting(lr=lr, num_epochs=num_epochs, n=n)
    errors = (run(setting).path[:, :2] - TRUE_W).norm(dim=1)
    X, y = seeded_sample(setting.seed, n, setting.sigma)
    solution = torch.linalg.lstsq(torch.cat([X, torch.ones(n, 1)], 1).double(), y.double()).solution
    exact = float((solution[:2, 0] - TRUE_W).norm())
    axes = figure.subplots()
    axes.semilogy(errors.clamp(max=1e6).tolist(), label="SGD")
    axes.axhline(exact, color="black", linestyle="--", label=LEAST_SQUARES)
    axes.axhline(path_floor(setting), color="gray", linestyle=":", label=r"$\sigma\sqrt{2\,lr/B}$")
    axes.set(xlabel=STEP, ylabel=W_ERROR)
    axes.legend(fontsize="small")
    last = float(errors[-1])
    return Text(
        en=f"after {len(errors) - 1} steps the w error is {last:.2g}; least squares has {exact:.2g}.",
        zh=f"{len(errors) - 1}步之后w的误差为{last:.2g}；最小二乘解的误差为{exact:.2g}。",
    )


def floor(loss: str, sigma: float = 0.01, batch_size: int = 10) -> float:
    r"""Return $\sigma/\sqrt{B}$ for "huber" and twice that for "mse": a gradient's size at the solution."""
    return {"huber": 1, "mse": 2}[loss] * sigma / math.sqrt(batch_size)


def path_floor(setting: Setting) -> float:
    r"""Return $\sigma\sqrt{2\,lr/B}$: how far two weights under MSE and SGD wander about the solution."""
    return setting.sigma * math.sqrt(2 * setting.lr / setting.batch_size)


def _draw_steps(axes: Any, gradients: dict[str, Tensor], printed: Tensor) -> None:
    for number, (label, tensor) in enumerate(gradients.items()):
        axes.plot(range(1, len(tensor) + 1), tensor.square().mean(1).sqrt(), LINES[number % 4],
                  marker=MARKERS[number], markersize=4, label=label)  # fmt: skip
    steps = range(1, len(printed) + 1)
    axes.plot(
        steps,
        printed.square().mean(1).sqrt(),
        "kD",
        markersize=5,
        fillstyle="none",
        label=CASE,
    )
    for loss, line in (("huber", "--"), ("mse", ":")):
        axes.axhline(floor(loss), color="gray", linestyle=line, label=_floor_words(loss))
    axes.set(yscale="log", xlabel=STEP, ylabel=Text(en="RMS of the gradient", zh="梯度的均方根"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _rms(tensor: Tensor) -> float:
    return float(tensor.square().mean().sqrt())


def _past(setting: Setting) -> Text:
    losses = [setting.earlier_loss or setting.loss] * setting.earlier_runs
    return Text(en=", ".join(losses) or "none", zh="、".join(losses) or "无")


def _floor_words(loss: str) -> Text:
    return Text(en=f"floor {loss}", zh=f"{loss}的下限")


def _earlier(setting: Setting) -> Text:
    past = _past(setting)
    return Text(en=f"earlier: {past.en}", zh=f"此前：{past.zh}")


def _history(setting: Setting) -> Text:
    earlier = _earlier(setting)
    return Text(en=f"{earlier.en}\nlive: {setting.loss}", zh=f"{earlier.zh}\n当前：{setting.loss}")


def _case_words(gradients: dict[Setting, list[Tensor]], printed: Tensor) -> Text:
    means = [(s, sum(map(_rms, tensors)) / len(tensors)) for s, tensors in gradients.items()]
    en = "; ".join(f"earlier {_past(s).en}, live {s.loss}: {mean:.2g}" for s, mean in means)
    zh = "；".join(f"此前{_past(s).zh}，当前{s.loss}：{mean:.2g}" for s, mean in means)
    case, huber, mse = _rms(printed), floor("huber"), floor("mse")
    return Text(
        en=f"Mean RMS of the first gradients by the net's past: {en}. The case has {case:.2g}; "
        f"the floors are {huber:.2g} for Huber and {mse:.2g} for MSE.",
        zh=f"按网络的经历，最初那些梯度的平均RMS：{zh}。案卷里是{case:.2g}；下限是：Huber {huber:.2g}，MSE {mse:.2g}。",
    )


def _map_words(errors: Tensor, lrs: Sequence[float], epochs: Sequence[int]) -> Text:
    last = errors[:, -1].nan_to_num(nan=math.inf)
    best = int(last.argmin())
    wild = ", ".join(str(lr) for lr, row in zip(lrs, errors, strict=True) if not bool((row < 10).any()))
    return Text(
        en=f"w error by lr (rows) and epochs (columns). After {epochs[-1]} epochs the smallest is "
        f"{float(last[best]):.2g}, at lr {lrs[best]}. Diverged: lr {wild or '-'}.",
        zh=f"w的误差，行为lr，列为迭代周期数。{epochs[-1]}个迭代周期后最小的是{float(last[best]):.2g}，"
        f"对应lr {lrs[best]}。发散：lr {wild or '-'}。",
    )
