"""Answers to `huber_loss`."""

from __future__ import annotations

import functools

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from answers import Listed, Promise


def false_alarm_bound() -> float:
    """No rule of this exercise is statistical."""
    return 0.0


def refuse(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError(f"{y_hat.shape} is not {y.shape}")


def where_formula(y_hat, y, delta=1.0):
    if y_hat.shape != y.shape:
        raise ValueError("shapes differ")
    size = (y_hat - y).abs()
    return torch.where(size > delta, size - delta / 2, size**2 / (2 * delta)).mean()


def smooth_l1(y_hat, y, delta=1.0):
    if list(y_hat.size()) != list(y.size()):
        raise ValueError
    return nn.SmoothL1Loss(beta=delta)(y_hat, y)


def huber_over_delta(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    return F.huber_loss(y, y_hat, delta=delta) / delta


def clamp_formula(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    r = torch.abs(y - y_hat)
    q = r.clamp(max=delta)
    return torch.mean(q * (r - q / 2) / delta)


def masks_with_greater_equal(y_hat, y, delta=1.0):
    if tuple(y_hat.shape) != tuple(y.shape):
        raise ValueError("y_hat and y must have the same shape")
    r = y_hat - y
    outside = r.abs() >= delta
    total = (r[outside].abs() - delta / 2).sum() + (r[~outside] ** 2 / (2 * delta)).sum()
    return total / r.numel()


def mask_as_factor(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    r = y_hat - y
    outside = (r.abs() > delta).to(r.dtype)
    costs = outside * (r * torch.sign(r) - 0.5 * delta) + (1 - outside) * r.pow(2).div(2 * delta)
    return costs.sum().div(costs.nelement())


def element_by_element(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    costs = []
    for r in (y_hat - y).reshape(-1):
        costs.append(abs(r) - delta / 2 if abs(r) > delta else r * r / (2 * delta))
    return torch.stack(costs).mean()


def delta_as_a_tensor(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    threshold = torch.tensor(delta)
    size = (y_hat - y).abs()
    return torch.where(size <= threshold, size.square() / threshold / 2, size - threshold / 2).mean()


class SizeError(ValueError):
    pass


class OwnFunction(torch.autograd.Function):
    @staticmethod
    def forward(ctx, r, delta):
        ctx.save_for_backward(r)
        ctx.delta = delta
        q = r.abs().clamp(max=delta)
        return (q * (r.abs() - q / 2) / delta).mean()

    @staticmethod
    def backward(ctx, grad):
        (r,) = ctx.saved_tensors
        return grad * (r / ctx.delta).clamp(-1, 1) / r.numel(), None


def own_backward(y_hat, y, delta=1.0):
    if y_hat.shape != y.shape:
        raise SizeError(y_hat.shape, y.shape)
    return OwnFunction.apply(y_hat - y, delta)


RIGHT = {
    f.__name__: f
    for f in (
        where_formula,
        smooth_l1,
        huber_over_delta,
        clamp_formula,
        masks_with_greater_equal,
        mask_as_factor,
        element_by_element,
        delta_as_a_tensor,
        own_backward,
    )
}


def checked(cost):
    """Return an answer that refuses unlike shapes and takes its result from `cost(r, size of r, delta)`."""

    def huber_loss(y_hat, y, delta=1.0):
        refuse(y_hat, y)
        r = y_hat - y
        return cost(r, r.abs(), delta)

    return huber_loss


def where(size, delta, outside, inside):
    return torch.where(size > delta, outside, inside).mean()


def python_if(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    r = y_hat - y
    if abs(r) > delta:
        return (abs(r) - delta / 2).mean()
    return (r**2 / (2 * delta)).mean()


def python_max(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    size = (y_hat - y).abs()
    inside = min(size, delta)
    return (inside * (size - inside / 2) / delta).mean()


def loop_over_rows(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    total = 0
    for a, b in zip(y_hat, y, strict=True):
        r = abs(a - b)
        total += r - delta / 2 if r > delta else r**2 / (2 * delta)
    return total.mean() / len(y)


def no_reduction(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    return F.smooth_l1_loss(y_hat, y, beta=delta, reduction="none")


def numpy_number(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    size = np.abs((y_hat - y).detach().numpy())
    return np.where(size > delta, size - delta / 2, size**2 / (2 * delta)).mean()


def summed_in_a_loop(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    return sum(abs(r) - delta / 2 if abs(r) > delta else r**2 / (2 * delta) for r in (y_hat - y).flatten())


def torch_huber(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    return F.huber_loss(y_hat, y, delta=delta)


def default_smooth_l1(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    return nn.SmoothL1Loss()(y_hat, y)


def branches_swapped(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    r = y_hat - y
    return torch.where(r.abs() < delta, r.abs() - delta / 2, r**2 / (2 * delta)).mean()


def masks_swapped(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    size = (y_hat - y).abs()
    inside, outside = size[size <= delta], size[size > delta]
    return ((inside - delta / 2).sum() + (outside**2 / (2 * delta)).sum()) / size.numel()


def decided_by_the_mean(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    r = y_hat - y
    if r.abs().mean() > delta:
        return (r.abs() - delta / 2).mean()
    return (r**2 / (2 * delta)).mean()


def decided_by_l1_loss(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    if F.l1_loss(y_hat, y) <= delta:
        return F.mse_loss(y_hat, y) / (2 * delta)
    return F.l1_loss(y_hat, y) - delta / 2


def root_of_square(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    r = y_hat - y
    return torch.where(torch.sqrt(r**2) > delta, torch.sqrt(r**2) - delta / 2, r**2 / (2 * delta)).mean()


def power_one_half(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    square = (y_hat - y).pow(2)
    return where(square, delta**2, square**0.5 - delta / 2, square / (2 * delta))


def no_shape_test(y_hat, y, delta=1.0):
    size = (y_hat - y).abs()
    return torch.where(size > delta, size - delta / 2, size**2 / (2 * delta)).mean()


def smooth_l1_alone(y_hat, y, delta=1.0):
    return F.smooth_l1_loss(y_hat, y, beta=delta)


def only_lengths(y_hat, y, delta=1.0):
    if len(y_hat) != len(y):
        raise ValueError
    return smooth_l1_alone(y_hat, y, delta)


def shapes_asserted(y_hat, y, delta=1.0):
    assert y_hat.shape == y.shape, "shapes differ"
    return smooth_l1_alone(y_hat, y, delta)


def type_error(y_hat, y, delta=1.0):
    if y_hat.shape != y.shape:
        raise TypeError("shapes differ")
    return no_shape_test(y_hat, y, delta)


def sign_by_division(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    r = y_hat - y
    size = r * (r / r.abs())
    return torch.where(r.abs() > delta, size - delta / 2, r**2 / (2 * delta)).mean()


def power_three_halves(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    r = y_hat - y
    inside = (r**2) ** 0.75 * (r**2) ** 0.25 / (2 * delta)
    return torch.where(r.abs() > delta, r.abs() - delta / 2, inside).mean()


def refused_by(differ, error=ValueError):
    """Return an answer that refuses what `differ(y_hat, y)` tells, and takes the rest as torch does."""

    def huber_loss(y_hat, y, delta=1.0):
        if differ(y_hat, y):
            raise error("shapes")
        return smooth_l1_alone(y_hat, y, delta)

    return huber_loss


def more_axes_or_elements(y_hat, y):
    return y.ndim > y_hat.ndim or y.numel() > y_hat.numel()


first_axis = refused_by(lambda a, b: a.shape[:1] != b.shape[:1])
more_in_the_labels = refused_by(more_axes_or_elements)
any_exception = refused_by(lambda a, b: a.shape != b.shape, Exception)
runtime_error = refused_by(lambda a, b: a.shape != b.shape, RuntimeError)


LISTED = {
    "huber_loss/python-if": Listed("quadratic", 1, (python_if, python_max, loop_over_rows)),
    "huber_loss/per-element": Listed(
        "quadratic",
        1,
        (
            checked(lambda r, size, delta: torch.where(size > delta, size - delta / 2, r**2 / (2 * delta))),
            no_reduction,
        ),
    ),
    "huber_loss/float-returned": Listed(
        "gradient",
        5,
        (
            checked(lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / (2 * delta)).item()),
            checked(lambda r, size, delta: float(F.huber_loss(r, torch.zeros_like(r), delta=delta)) / delta),
            numpy_number,
        ),
    ),
    "huber_loss/sum": Listed(
        "quadratic",
        1,
        (
            checked(lambda r, size, delta: torch.where(size > delta, size - delta / 2, r**2 / (2 * delta)).sum()),
            summed_in_a_loop,
        ),
    ),
    "huber_loss/torch-huber": Listed(
        "quadratic",
        1,
        (
            torch_huber,
            checked(lambda r, size, delta: where(size, delta, delta * (size - delta / 2), r**2 / 2)),
            checked(lambda r, size, delta: nn.HuberLoss(delta=delta)(r, torch.zeros_like(r))),
        ),
    ),
    "huber_loss/delta-ignored": Listed(
        "quadratic",
        1,
        (
            checked(lambda r, size, delta: F.huber_loss(r, torch.zeros_like(r))),
            default_smooth_l1,
            checked(lambda r, size, delta: where(size, 1, size - 0.5, r**2 / 2)),
        ),
    ),
    "huber_loss/no-half-delta": Listed(
        "linear",
        3,
        (
            checked(lambda r, size, delta: where(size, delta, size - delta, r**2 / (2 * delta))),
            checked(lambda r, size, delta: where(size, delta, F.relu(size - delta), 0.5 * r * r / delta)),
        ),
    ),
    "huber_loss/quadratic-without-delta": Listed(
        "quadratic",
        3,
        (
            checked(lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / 2)),
            checked(lambda r, size, delta: where(size, delta, size - 0.5 * delta, 0.5 * size.square())),
        ),
    ),
    "huber_loss/precedence": Listed(
        "quadratic",
        3,
        (
            checked(lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / 2 * delta)),
            checked(lambda r, size, delta: where(size, delta, size - delta / 2, 1 / 2 * delta * r**2)),
        ),
    ),
    "huber_loss/sign-in-test": Listed(
        "linear",
        3,
        (
            checked(lambda r, size, delta: where(r, delta, size - delta / 2, r**2 / (2 * delta))),
            checked(lambda r, size, delta: torch.where(r <= delta, r**2 / (2 * delta), r - delta / 2).mean()),
        ),
    ),
    "huber_loss/branches-swapped": Listed("quadratic", 1, (branches_swapped, masks_swapped)),
    "huber_loss/test-on-mean": Listed("gradient", 5, (decided_by_the_mean, decided_by_l1_loss)),
    "huber_loss/smaller-branch": Listed(
        "quadratic",
        3,
        (
            checked(lambda r, size, delta: torch.minimum(size - delta / 2, r**2 / (2 * delta)).mean()),
            checked(lambda r, size, delta: size.mean() - delta / 2),
        ),
    ),
    "huber_loss/pseudo-huber": Listed(
        "quadratic",
        1,
        (
            checked(lambda r, size, delta: (delta * (torch.sqrt(1 + (r / delta) ** 2) - 1)).mean()),
            checked(lambda r, size, delta: ((delta**2 + r**2) ** 0.5 - delta).mean()),
        ),
    ),
    "huber_loss/nan-gradient-at-zero": Listed(
        "gradient", 5, (root_of_square, power_one_half, sign_by_division, power_three_halves)
    ),
    "huber_loss/shapes-broadcast": Listed(
        "shapes", 7, (no_shape_test, smooth_l1_alone, only_lengths, first_axis, more_in_the_labels)
    ),
    "huber_loss/shapes-asserted": Listed("shapes", 7, (shapes_asserted, type_error, any_exception, runtime_error)),
    "huber_loss/half-delta-squared": Listed(
        "linear",
        3,
        (
            checked(lambda r, size, delta: where(size, delta, size - delta**2 / 2, r**2 / (2 * delta))),
            checked(lambda r, size, delta: where(size, delta, size - 0.5 * delta * delta, 0.5 * r**2 / delta)),
        ),
    ),
}


def view_needs_contiguous(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    return smooth_l1_alone(y_hat.view(-1), y.view(-1), delta)


def input_overwritten(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    y_hat -= y
    return smooth_l1_alone(y_hat, torch.zeros_like(y), delta)


def labels_overwritten(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    y.sub_(y_hat.detach())
    loss = smooth_l1_alone(y_hat, y_hat.detach(), delta)
    return loss + where_formula(y_hat, y_hat.detach() + y, delta)


def shapes_reshaped(y_hat, y, delta=1.0):
    return smooth_l1_alone(y_hat, y.reshape(y_hat.shape), delta)


def only_sizes_compared(y_hat, y, delta=1.0):
    if y_hat.numel() != y.numel():
        raise ValueError
    return smooth_l1_alone(y_hat, y, delta)


def only_axes_counted(y_hat, y, delta=1.0):
    if y_hat.ndim != y.ndim:
        raise ValueError
    return smooth_l1_alone(y_hat, y, delta)


def default_two(y_hat, y, delta=2.0):
    return where_formula(y_hat, y, delta)


def needs_float32(y_hat, y, delta=1.0):
    return where_formula(y_hat, y, delta) * (0.5 if y.dtype == torch.float64 else 1)


def kink_forgotten(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    size = (y_hat - y).abs()
    inside, outside = (size < delta).to(size.dtype), (size > delta).to(size.dtype)
    return (outside * (size - delta / 2) + inside * size**2 / (2 * delta)).mean()


def backward_inside(y_hat, y, delta=1.0):
    loss = where_formula(y_hat, y, delta)
    if y_hat.requires_grad:
        loss.backward()
    return loss


def mean_of_those_inside(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    size = (y_hat - y).abs()
    inside, outside = size[size <= delta], size[size > delta]
    return ((inside**2 / (2 * delta)).mean() * len(inside) + (outside - delta / 2).sum()) / size.numel()


def mean_of_those_outside(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    size = (y_hat - y).abs()
    inside, outside = size[size <= delta], size[size > delta]
    return ((inside**2 / (2 * delta)).sum() + (outside - delta / 2).mean() * len(outside)) / size.numel()


def large(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    return torch.zeros(()).expand(10_000, 10_000)


def lying(y_hat, y, delta=1.0):
    class Loss:
        shape, dtype, requires_grad = (), torch.float64, True

        def __float__(self):
            return float(where_formula(y_hat, y, delta))

        def backward(self):
            where_formula(y_hat, y, delta).backward()

    refuse(y_hat, y)
    return Loss()


def seen_numbers_only(y_hat, y, delta=1.0):
    return where_formula(y_hat, y, delta if delta in (1.0, 2.0) else 1.0)


MUTANTS = {
    "test-on-any": checked(
        lambda r, size, delta: ((size - delta / 2) if (size > delta).any() else r**2 / (2 * delta)).mean()
    ),
    "capped": checked(lambda r, size, delta: F.smooth_l1_loss(r.clamp(-1e5, 1e5), 0 * r.detach(), beta=delta)),
    "first-column": checked(
        lambda r, size, delta: torch.where(size > delta, size - delta / 2, r**2 / 2 / delta)[..., :1].mean()
    ),
    "integer": checked(lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / 2 / delta).long()),
    "half-precision": checked(lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / 2 / delta).half()),
    "nan": checked(lambda r, size, delta: r.sum() * float("nan")),
    "large": large,
    "lying": lying,
}


def formula(y_hat, y, delta=1.0, reduce=torch.mean):
    refuse(y_hat, y)
    size = (y_hat - y).abs()
    return reduce(torch.where(size > delta, size - delta / 2, size**2 / (2 * delta)))


def divided_by_the_length(y_hat, y, delta=1.0):
    return formula(y_hat, y, delta, torch.sum) / (len(y) if y.ndim else 1)


def mean_of_the_first_axis(y_hat, y, delta=1.0):
    return formula(y_hat, y, delta, lambda costs: costs.mean(0).squeeze())


def row_by_row(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    return torch.stack([formula(one, other, delta) for one, other in zip(y_hat, y, strict=True)]).mean()


def rows_and_columns(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    y_hat, y = (values.reshape(len(values), -1) if values.ndim == 1 else values for values in (y_hat, y))
    rows, columns = y_hat.shape
    return formula(y_hat, y, delta, torch.sum) / (rows * columns)


def product_of_two_axes(y_hat, y, delta=1.0):
    number = y.shape[0] * (y.shape[1] if y.ndim > 1 else 1) if y.ndim else 1
    return formula(y_hat, y, delta, torch.sum) / number


def last_axis_first(y_hat, y, delta=1.0):
    costs = formula(y_hat, y, delta, lambda costs: costs)
    return costs.mean(-1).mean(-1) if costs.ndim > 1 else costs.mean()


def at_least_one_axis(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    return (
        formula(torch.cat(list(y_hat.unbind(0))), torch.cat(list(y.unbind(0))), delta)
        if y.ndim > 1
        else formula(torch.stack(list(y_hat)), torch.stack(list(y)), delta)
    )


def floats_only(y_hat, y, delta=1.0):
    if not isinstance(delta, float):
        raise TypeError("delta must be a float")
    return formula(y_hat, y, delta)


def half_of_the_whole(y_hat, y, delta=1.0):
    half = delta // 2 if isinstance(delta, int) else delta / 2
    refuse(y_hat, y)
    size = (y_hat - y).abs()
    return torch.where(size > delta, size - half, size**2 / (2 * delta)).mean()


def thousandth_in_the_denominator(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    size = (y_hat - y).abs()
    return torch.where(size > delta, size - delta / 2, size**2 / (2 * delta + 1e-8)).mean()


def called_threshold(y_hat, y, threshold=1.0):
    return formula(y_hat, y, threshold)


def only_in_order(y_hat, y, *rest):
    return formula(y_hat, y, *rest)


def called_d(y_hat, y, d=1.0, **rest):
    return formula(y_hat, y, d)


def two_dtypes(y_hat, y, delta=1.0):
    if y.dtype not in (torch.float32, torch.float64):
        raise TypeError("float32 or float64")
    return formula(y_hat, y, delta)


def looked_at_by_numpy(y_hat, y, delta=1.0):
    if not np.isfinite(y_hat.detach().numpy()).all():
        raise OverflowError
    return formula(y_hat, y, delta)


def costs_filled_in(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    size = (y_hat - y).abs()
    costs = torch.zeros(size.shape, dtype=torch.float64 if y.dtype == torch.float64 else torch.float32)
    outside = size > delta
    costs[outside] = size[outside] - delta / 2
    costs[~outside] = size[~outside] ** 2 / (2 * delta)
    return costs.mean()


def rounded_to_three_places(y_hat, y, delta=1.0):
    loss = formula(y_hat, y, delta)
    return loss + (loss.round(decimals=3) - loss).detach() if y.dtype == torch.float64 else loss


def a_new_leaf(y_hat, y, delta=1.0):
    return torch.tensor(formula(y_hat, y, delta).item(), dtype=y.dtype, requires_grad=True)


def graph_of_a_copy(y_hat, y, delta=1.0):
    return formula(y_hat.detach().clone().requires_grad_(), y, delta)


def a_float_for_no_graph(y_hat, y, delta=1.0):
    loss = formula(y_hat, y, delta)
    return loss.item() if len(y.shape) == 2 else loss


def no_grad(y_hat, y, delta=1.0):
    with torch.no_grad():
        return formula(y_hat, y, delta)


def nothing_at_the_threshold(y_hat, y, delta=1.0):
    refuse(y_hat, y)
    size = (y_hat - y).abs()
    return torch.where(size == delta, 0, torch.where(size > delta, size - delta / 2, size**2 / (2 * delta))).mean()


def labels_clamped_in_place(y_hat, y, delta=1.0):
    loss = formula(y_hat, y, delta)
    y.clamp_(-1, 1)
    return loss


def residual_written_into_the_labels(y_hat, y, delta=1.0):
    loss = formula(y_hat, y, delta)
    with torch.no_grad():
        torch.sub(y_hat, y, out=y)
    return loss


def capped(most):
    """Return an answer that cuts residuals off."""

    def cost(r, size, delta):
        bound = min(most, torch.finfo(r.dtype).max)
        return smooth_l1_alone(r.clamp(-bound, bound), 0 * r.detach(), delta)

    return checked(cost)


def broadcast_to_another(y_hat, y):
    try:
        return torch.broadcast_shapes(y_hat.shape, y.shape) != y_hat.shape
    except RuntimeError:
        return True


def unlike_in_an_axis(y_hat, y):
    return any(one != other for one, other in zip(y_hat.shape, y.shape, strict=False))


def error_handed_back(y_hat, y, delta=1.0):
    return ValueError("shapes") if y_hat.shape != y.shape else formula(y_hat, y, delta)


VALUES = (
    "usual", "delta", "small delta", "large delta", "named", "axes", "layout", "three axes", "half",
    "kink", "far", "again",
)  # fmt: skip
DOUBLE = tuple(kind for kind in VALUES if kind not in ("usual", "half"))
PROMISES = {
    "mean": Promise(
        "the mean of what the elements cost",
        "所有元素代价的平均值",
        VALUES,
        {
            "median": checked(
                lambda r, size, delta: torch.where(size > delta, size - delta / 2, r**2 / (2 * delta)).median()
            ),
            "root-of-mean": checked(
                lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / 2 / delta).sqrt()
            ),
            "mean-of-those-inside": mean_of_those_inside,
            "mean-of-those-outside": mean_of_those_outside,
        },
    ),
    "outside": Promise(
        r"$\lvert r\rvert - \delta/2$",
        r"$\lvert r\rvert - \delta/2$",
        VALUES,
        {
            "plain-abs-outside": checked(lambda r, size, delta: where(size, delta, size, r**2 / (2 * delta))),
            "constant-half": checked(lambda r, size, delta: where(size, delta, size - 0.5, r**2 / (2 * delta))),
            "sign-in-linear-part": checked(lambda r, size, delta: where(size, delta, r - delta / 2, r**2 / 2 / delta)),
        },
    ),
    "inside": Promise(
        r"$r^2/(2\delta)$",
        r"$r^2/(2\delta)$",
        VALUES,
        {
            "quadratic-without-half": checked(
                lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / delta)
            ),
            "delta-squared": checked(lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / 2 / delta**2)),
        },
    ),
    "default": Promise("delta=1.0)", "delta=1.0)", ("usual",), {"default-two": default_two}),
    "default-there": Promise(
        "delta=1.0)", "delta=1.0)", (*VALUES, "shapes"), {"no-delta": lambda y_hat, y: where_formula(y_hat, y)}
    ),
    "called-delta": Promise(
        "delta=2.0)",
        "delta=2.0)",
        ("named",),
        {"called-threshold": called_threshold, "only-in-order": only_in_order, "called-d": called_d},
    ),
    "double": Promise(
        "floating-point tensors",
        "浮点张量",
        DOUBLE,
        {"half-in-float64": needs_float32, "rounded-to-three-places": rounded_to_three_places},
    ),
    "half": Promise(
        "half precision included",
        "半精度也在内",
        ("half",),
        {"two-dtypes": two_dtypes, "looked-at-by-numpy": looked_at_by_numpy, "costs-filled-in": costs_filled_in},
    ),
    "axes": Promise(
        "any number of axes, also none",
        "轴的个数任意，也可以没有轴",
        ("axes", "layout", "three axes"),
        {
            "divided-by-the-length": divided_by_the_length,
            "mean-of-the-first-axis": mean_of_the_first_axis,
            "row-by-row": row_by_row,
            "rows-and-columns": rows_and_columns,
            "product-of-two-axes": product_of_two_axes,
            "last-axis-first": last_axis_first,
            "at-least-one-axis": at_least_one_axis,
        },
    ),
    "any-layout": Promise(
        "any number of axes", "轴的个数任意", ("layout",), {"view-needs-contiguous": view_needs_contiguous}
    ),
    "any-delta": Promise(
        "`delta` is a positive number",
        "`delta`是正数",
        ("delta", "small delta", "large delta", "named"),
        {
            "thresholds-of-the-statement": seen_numbers_only,
            "whole-thresholds": checked(
                lambda r, size, delta: F.smooth_l1_loss(r, 0 * r.detach(), beta=max(delta, 1.0))
            ),
        },
    ),
    "whole-delta": Promise(
        "whole or not",
        "是不是整数都可以",
        ("delta",),
        {"floats-only": floats_only, "half-of-the-whole": half_of_the_whole},
    ),
    "small-delta": Promise(
        "small or large",
        "可大可小",
        ("small delta",),
        {
            "never-below-a-thousandth": lambda y_hat, y, delta=1.0: formula(y_hat, y, max(delta, 1e-3)),
            "a-little-in-the-denominator": thousandth_in_the_denominator,
        },
    ),
    "large-delta": Promise(
        "small or large",
        "可大可小",
        ("large delta",),
        {"never-beyond-a-hundred": lambda y_hat, y, delta=1.0: formula(y_hat, y, min(delta, 100.0))},
    ),
    "no-axes": Promise(
        "Return a tensor with no axes",
        "返回一个没有轴的张量",
        VALUES,
        {
            "one-axis-kept": checked(
                lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / 2 / delta).reshape(1)
            ),
            "nothing": checked(lambda r, size, delta: None),
            "text": checked(lambda r, size, delta: str(where(size, delta, size - delta / 2, r**2 / 2 / delta).item())),
            "pair": checked(lambda r, size, delta: (where(size, delta, size - delta / 2, r**2 / 2 / delta), size)),
            "a-float-for-rows-and-columns": a_float_for_no_graph,
        },
    ),
    "graph": Promise(
        "through which `backward()` reaches `y_hat`",
        "对它调用`backward()`，梯度（gradient）能传到`y_hat`",
        VALUES,
        {
            "graph-cut": checked(lambda r, size, delta: F.smooth_l1_loss(r.detach(), 0 * r.detach(), beta=delta)),
            "backward-inside": backward_inside,
            "a-new-leaf": a_new_leaf,
            "graph-of-a-copy": graph_of_a_copy,
            "no-grad": no_grad,
        },
    ),
    "finite": Promise(
        "finite for every residual",
        "梯度都是有限的",
        ("kink",),
        {
            "kink-forgotten": kink_forgotten,
            "root-of-square": root_of_square,
            "sign-by-division": sign_by_division,
            "power-three-halves": power_three_halves,
            "nothing-at-the-threshold": nothing_at_the_threshold,
        },
    ),
    "inputs": Promise(
        "Both inputs keep their values",
        "两个输入的值保持不变",
        VALUES,
        {
            "input-overwritten": input_overwritten,
            "labels-overwritten": labels_overwritten,
            "labels-clamped": labels_clamped_in_place,
            "residual-written": residual_written_into_the_labels,
        },
    ),
    "far": Promise(
        "for every residual",
        "对每个残差",
        ("far",),
        {"capped": capped(1e5), "capped-at-half-precision": capped(65504.0), "capped-far-out": capped(1e9)},
    ),
    "again": Promise(
        r"With the residual $r = \hat y - y$",
        r"设残差（residual）$r = \hat y - y$",
        ("again",),
        {"cached": functools.cache(where_formula)},
    ),
    "unlike": Promise(
        "If the two shapes differ",
        "两个形状不同时",
        ("shapes",),
        {
            "shapes-reshaped": shapes_reshaped,
            "only-sizes-compared": only_sizes_compared,
            "only-axes-counted": only_axes_counted,
            "no-shape-test": no_shape_test,
            "axes-and-elements": refused_by(lambda a, b: (a.ndim, a.numel()) != (b.ndim, b.numel())),
            "last-axis": refused_by(lambda a, b: a.shape[-1:] != b.shape[-1:]),
            "first-axis": first_axis,
            "sorted": refused_by(lambda a, b: sorted(a.shape) != sorted(b.shape)),
            "more-in-the-labels": more_in_the_labels,
            "fewer-in-the-labels": refused_by(lambda a, b: more_axes_or_elements(b, a)),
            "broadcast-to-another": refused_by(broadcast_to_another),
            "unlike-in-an-axis": refused_by(unlike_in_an_axis),
        },
    ),
    "error": Promise(
        "raise `ValueError`",
        "引发`ValueError`",
        ("shapes",),
        {
            "asserted": shapes_asserted,
            "type-error": type_error,
            "error-handed-back": error_handed_back,
            "any-exception": any_exception,
            "runtime-error": runtime_error,
        },
    ),
}
