"""Answers to `huber_loss`."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from answers import Listed


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
    "huber_loss/nan-gradient-at-zero": Listed("gradient", 5, (root_of_square, power_one_half)),
    "huber_loss/shapes-broadcast": Listed("shapes", 7, (no_shape_test, smooth_l1_alone, only_lengths)),
    "huber_loss/shapes-asserted": Listed("shapes", 7, (shapes_asserted, type_error)),
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
    "plain-abs-outside": checked(lambda r, size, delta: where(size, delta, size, r**2 / (2 * delta))),
    "constant-half": checked(lambda r, size, delta: where(size, delta, size - 0.5, r**2 / (2 * delta))),
    "quadratic-without-half": checked(lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / delta)),
    "delta-squared": checked(lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / (2 * delta**2))),
    "sign-in-linear-part": checked(lambda r, size, delta: where(size, delta, r - delta / 2, r**2 / (2 * delta))),
    "test-on-any": checked(
        lambda r, size, delta: ((size - delta / 2) if (size > delta).any() else r**2 / (2 * delta)).mean()
    ),
    "capped": checked(lambda r, size, delta: F.smooth_l1_loss(r.clamp(-1e5, 1e5), 0 * r.detach(), beta=delta)),
    "view-needs-contiguous": view_needs_contiguous,
    "graph-cut": checked(lambda r, size, delta: F.smooth_l1_loss(r.detach(), 0 * r.detach(), beta=delta)),
    "input-overwritten": input_overwritten,
    "labels-overwritten": labels_overwritten,
    "shapes-reshaped": shapes_reshaped,
    "only-sizes-compared": only_sizes_compared,
    "only-axes-counted": only_axes_counted,
    "default-two": default_two,
    "half-in-float64": needs_float32,
    "kink-forgotten": kink_forgotten,
    "mean-of-those-inside": mean_of_those_inside,
    "mean-of-those-outside": mean_of_those_outside,
    "backward-inside": backward_inside,
    "thresholds-of-the-statement": seen_numbers_only,
    "whole-thresholds": checked(lambda r, size, delta: F.smooth_l1_loss(r, 0 * r.detach(), beta=max(delta, 1.0))),
    "median": checked(lambda r, size, delta: torch.where(size > delta, size - delta / 2, r**2 / (2 * delta)).median()),
    "one-axis-kept": checked(lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / 2 / delta).reshape(1)),
    "root-of-mean": checked(lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / 2 / delta).sqrt()),
    "first-column": checked(
        lambda r, size, delta: torch.where(size > delta, size - delta / 2, r**2 / 2 / delta)[..., :1].mean()
    ),
    "integer": checked(lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / 2 / delta).long()),
    "half-precision": checked(lambda r, size, delta: where(size, delta, size - delta / 2, r**2 / 2 / delta).half()),
    "nothing": checked(lambda r, size, delta: None),
    "nan": checked(lambda r, size, delta: r.sum() * float("nan")),
    "large": large,
    "text": checked(lambda r, size, delta: str(where(size, delta, size - delta / 2, r**2 / 2 / delta).item())),
    "pair": checked(lambda r, size, delta: (where(size, delta, size - delta / 2, r**2 / 2 / delta), size)),
    "lying": lying,
    "no-delta": lambda y_hat, y: where_formula(y_hat, y),
}
