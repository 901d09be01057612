"""Lesson 03: predictions against labels, and what a label of the wrong shape is compared with."""

from __future__ import annotations

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle
from torch import Tensor

from linreg_course.display import Picture
from linreg_course.language import Text
from linreg_course.lessons.data import TRUE_B, TRUE_W, seeded_sample
from linreg_course.lessons.plots.labels import LABEL_Y, LOSS, PREDICTION

DOT, LINE, CROSS = "#4f7cac", "#1a1a1a", "#b03a2e"
AXIS = (-12.0, 20.0)  # predictions and labels of the control, the same for all its values


def pair_table(y_hat: Tensor, y: Tensor) -> Picture:
    """Show every difference that a column minus a row makes, with an example's own difference framed.

    Args:
        y_hat: predictions, shape (k, 1); a table of more than 8 rows is hard to read.
        y: labels of the same examples, shape (k,).

    Returns:
        A k x k table, its cell (i, j) coloured by and labelled with y_hat[i] - y[j].

    Raises:
        ValueError: the shapes are not (k, 1) and (k,).
    """
    k = len(y)
    if tuple(y_hat.shape) != (k, 1) or y.ndim != 1:
        raise ValueError(f"pair_table: needs (k, 1) and (k,), not {tuple(y_hat.shape)} and {tuple(y.shape)}")
    table = y_hat.detach() - y
    figure = Figure(figsize=(6.4, 3.9), layout="constrained")
    axes = figure.subplots()
    bound = table.abs().max().item()
    image = axes.imshow(table.tolist(), cmap="PuOr", vmin=-bound, vmax=bound, aspect="auto")
    figure.colorbar(image, ax=axes, label="y_hat[i] - y[j]")
    for i in range(k):
        axes.add_patch(Rectangle((i - 0.5, i - 0.5), 1, 1, fill=False, edgecolor=LINE, linewidth=2.5))
        for j in range(k):
            value = table[i, j].item()
            colour = "white" if abs(value) > 0.65 * bound else LINE
            axes.text(j, i, f"{value:.2f}", ha="center", va="center", color=colour)
    axes.set(
        xlabel=Text(en="j (label)", zh="j（标签）"),
        ylabel=Text(en="i (prediction)", zh="i（预测）"),
        xticks=range(k),
        yticks=range(k),
    )
    return Picture(figure, _words_on_pairs(table))


def _words_on_pairs(table: Tensor) -> Text:
    k, own, every = len(table), table.diagonal().square().mean(), table.square().mean()
    return Text(
        en=f"{k} predictions (rows) minus {k} labels (columns): {k * k} differences. Only the {k} framed ones "
        f"compare a prediction with its own label; their mean square is {own:.1e}, that of the whole table "
        f"{every:.1f}.",
        zh=f"{k}个预测（行）减去{k}个标签（列），得到{k * k}个差。只有加框的{k}个是预测与自己的标签之差，"
        f"它们的平方的平均值为{own:.1e}，而整张表的为{every:.1f}。",
    )


def two_fits(y: Tensor, y_hat_column: Tensor, y_hat_flat: Tensor) -> Picture:
    """Show the predictions of two nets against the same labels, each beside the diagonal.

    Args:
        y: labels, shape (n, 1).
        y_hat_column: predictions of the net whose loss compared labels of shape (n, 1), same shape as y.
        y_hat_flat: predictions of the net whose loss compared labels of shape (n,), same shape as y.

    Returns:
        Two panels of dots, label across and prediction up, with the diagonal and the mean label.
    """
    figure = Figure(figsize=(9, 4), layout="constrained")
    parts = figure.subplots(1, 2, sharey=True)
    for axes, y_hat, name in zip(parts, (y_hat_column, y_hat_flat), ("(n, 1)", "(n,)"), strict=True):
        _draw_against(axes, y, y_hat)
        axes.axhline(y.mean().item(), color=CROSS, linestyle=":", label=Text(en="mean of y", zh="y的平均值"))
        axes.set(xlabel=LABEL_Y, title=Text(en=f"labels compared as {name}", zh=f"参与比较的标签：{name}"))
    parts[0].set_ylabel(str(PREDICTION))
    parts[0].legend(loc="upper left")
    good, bad = (_rms(y_hat - y) for y_hat in (y_hat_column, y_hat_flat))
    low, high, mean = y_hat_flat.min().item(), y_hat_flat.max().item(), y.mean().item()
    words = Text(
        en=f"Prediction against label. Left, labels (n, 1): the dots lie on the diagonal, root mean square "
        f"distance {good:.3f}. Right, labels (n,): root mean square distance {bad:.2f}; all predictions lie "
        f"between {low:.2f} and {high:.2f}, around the mean label {mean:.2f}.",
        zh=f"预测对标签的图。左，标签为(n, 1)：点落在对角线上，均方根距离为{good:.3f}。右，标签为(n,)："
        f"均方根距离为{bad:.2f}；所有预测都在{low:.2f}和{high:.2f}之间，围绕标签的平均值{mean:.2f}。",
    )
    return Picture(figure, words)


def draw_prediction(figure: Figure | SubFigure, *, w1: float, w2: float, b: float) -> Text:
    r"""Draw the predictions of $\hat y = Xw + b$ against the labels and split the loss into shift and width.

    Args:
        figure: an empty figure, or a part of one.
        w1: first weight.
        w2: second weight.
        b: the bias, in the unit of y.

    Returns:
        The loss, the mean and the standard deviation of $\hat y - y$: loss = mean^2 + std^2. The data
        come from a fixed seed.
    """
    X, y = seeded_sample(0, 300)
    y_hat = X @ torch.tensor([[w1], [w2]], dtype=X.dtype) + b
    residual = y_hat - y
    loss, shift, width = residual.square().mean(), residual.mean(), residual.std(correction=0)
    axes = figure.subplots()
    _draw_against(axes, y, y_hat)
    axes.set(xlim=AXIS, ylim=AXIS, xlabel=LABEL_Y, ylabel=PREDICTION)
    axes.set_title(f"{LOSS} {loss:.5f} = ({shift:.3f})² + ({width:.3f})²", fontsize="medium")
    axes.legend(loc="upper left", fontsize="small")
    differences = torch.tensor([w1, w2, b], dtype=X.dtype) - torch.tensor([*TRUE_W.tolist(), TRUE_B])
    hit = [name for name, size in zip(("w1", "w2", "b"), differences.abs(), strict=True) if size < 1e-6]
    en, zh = (", ".join(hit), "、".join(hit)) if hit else ("none", "无")
    return Text(
        en=f"loss {loss:.5f}; y_hat - y has mean {shift:.3f} and standard deviation {width:.3f}. "
        f"At their true values: {en}.",
        zh=f"loss为{loss:.5f}；y_hat - y的平均值为{shift:.3f}，标准差为{width:.3f}。已取真实值的有：{zh}。",
    )


def _draw_against(axes: Axes, y: Tensor, y_hat: Tensor) -> None:
    axes.plot(y.flatten().tolist(), y_hat.detach().flatten().tolist(), ".", color=DOT, markersize=4)
    axes.axline((0, 0), slope=1, color=LINE, linestyle="--", linewidth=1, label="y_hat = y")


def _rms(residual: Tensor) -> float:
    return residual.detach().square().mean().sqrt().item()
