"""Answers to `huber_scale`."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from answers import Listed, Promise


def false_alarm_bound() -> float:
    """No rule of this exercise is statistical."""
    return 0.0


def losses(r, delta, **kwargs):
    """Return torch's two losses of one residual."""
    at, zero = torch.tensor([float(r)], **kwargs), torch.zeros(1, **kwargs)
    return nn.HuberLoss(delta=delta)(at, zero), nn.SmoothL1Loss(beta=delta)(at, zero)


def the_threshold_itself(delta):
    return delta


def ratio_at_a_fixed_residual(delta):
    huber, formula = losses(3, delta)
    return huber / formula


def ratio_of_differences(delta):
    (huber_1, formula_1), (huber_2, formula_2) = losses(1, delta, dtype=torch.float64), losses(2, delta)
    return ((huber_2 - huber_1) / (formula_2 - formula_1)).item()


def ratio_of_gradients(delta):
    slopes = []
    for loss in (nn.HuberLoss(delta=delta), nn.SmoothL1Loss(beta=delta)):
        r = torch.full((1,), 2.5, requires_grad=True)
        loss(r, torch.zeros(1)).backward()
        slopes.append(r.grad)
    return slopes[0] / slopes[1]


def numpy_scalar(delta):
    return np.float32(delta)


def in_the_graph(delta):
    return torch.tensor([[delta]], dtype=torch.float64, requires_grad=True)


def fraction(delta):
    return Fraction(delta)


def regression_through_the_origin(delta):
    r = torch.linspace(-3, 3, 101, dtype=torch.float64)
    huber = F.huber_loss(r, 0 * r, delta=delta, reduction="none").numpy()
    formula = F.smooth_l1_loss(r, 0 * r, beta=delta, reduction="none").numpy()
    return np.dot(huber, formula) / np.dot(formula, formula)


RIGHT = {
    f.__name__: f
    for f in (
        the_threshold_itself,
        ratio_at_a_fixed_residual,
        ratio_of_differences,
        ratio_of_gradients,
        numpy_scalar,
        in_the_graph,
        fraction,
        regression_through_the_origin,
    )
}


def measured_at_the_default(delta):
    huber, formula = losses(2, 1.0)
    return huber / formula


def turned_round(delta):
    huber, formula = losses(0.5, delta)
    return formula / huber


def value_at_the_threshold_times_two(delta):
    return 2 * losses(delta, delta)[0]


def value_at_the_threshold(delta):
    return losses(delta, delta)[1].item()


LISTED = {
    "huber_scale/one": Listed("value", 0, (lambda delta: 1.0, measured_at_the_default)),
    "huber_scale/inverse": Listed("value", 0, (lambda delta: 1 / delta, turned_round)),
    "huber_scale/square": Listed("value", 0, (lambda delta: delta**2, value_at_the_threshold_times_two)),
    "huber_scale/half": Listed("value", 0, (lambda delta: delta / 2, value_at_the_threshold)),
}


def residual_one(delta):
    return losses(1, delta)[0] / losses(1, 1.0)[0]


def ratio_for_each_residual(delta):
    r = torch.tensor([0.1, 1.0, 10.0])
    huber = F.huber_loss(r, 0 * r, delta=delta, reduction="none")
    return huber / F.smooth_l1_loss(r, 0 * r, beta=delta, reduction="none")


def exponent_by_logarithms(delta):
    huber, formula = losses(2, delta, dtype=torch.float64)
    return delta ** (math.log(huber / formula) / math.log(delta))


def larger_by_the_threshold(delta):
    return losses(5, delta)[0] - losses(5, delta)[1] + 1


MUTANTS = {
    "twice": lambda delta: 2 * delta,
    "square-root": lambda delta: delta**0.5,
    "inverse-twice": lambda delta: 1 / (2 * delta),
    "shape-of-a-loss": lambda delta: F.huber_loss(torch.ones(3), torch.zeros(3), delta=delta, reduction="none"),
    "nan": lambda delta: float("nan"),
    "residual-one": residual_one,
    "exponent-by-logarithms": exponent_by_logarithms,
    "seen-numbers-only": lambda delta: {1.0: 1.0, 2.0: 2.0, 0.5: 0.5, 0.01: 0.01, 1000.0: 1000.0}.get(delta),
    "difference": larger_by_the_threshold,
    "rounded": lambda delta: round(delta, 1),
    "negative": lambda delta: -delta,
    "at-most-one": lambda delta: min(delta, 1.0),
}


def kept_of_the_first_call(delta, kept=[]):  # noqa: B006
    kept.append(delta)
    return kept[0]


def residuals_of_the_threshold_s_dtype(delta):
    r = torch.tensor([3 * delta])
    return (F.huber_loss(r, 0 * r, delta=delta) / F.smooth_l1_loss(r, 0 * r, beta=delta)).item()


EVERY = ("usual", "drawn", "whole", "small", "large")
PROMISES = {
    "one-number": Promise(
        "one number",
        "一个数",
        EVERY,
        {
            "in-a-list": lambda delta: [delta],
            "text": lambda delta: str(delta),
            "nothing": lambda delta: None,
            "ratio-for-each-residual": ratio_for_each_residual,
            "with-its-loss": lambda delta: (delta, nn.HuberLoss(delta=delta)),
            "large": lambda delta: torch.zeros(()).expand(10_000, 10_000),
            "a-number-for-each-zone": lambda delta: torch.tensor([delta, delta]),
            "complex": lambda delta: complex(delta),
        },
    ),
    "returns-it": Promise("it returns $c$", "返回$c$", EVERY, {"printed": lambda delta: print(delta)}),
    "delta-alone": Promise(
        "depends on `delta` alone", "只取决于`delta`", EVERY, {"kept-of-the-first-call": kept_of_the_first_call}
    ),
    "not-whole": Promise(
        "for any positive `delta`",
        "对任意的正数`delta`",
        ("drawn", "usual", "small", "large"),
        {"whole-numbers": lambda delta: max(1, int(delta)), "whole-part": lambda delta: delta // 1},
    ),
    "drawn": Promise(
        "for any positive `delta`",
        "对任意的正数`delta`",
        ("drawn",),
        {
            "a-table": lambda delta: delta if delta in (1, 2, 0.5, 3, 7, 1e-5, 1e5, 0.01, 1000.0) else 1.0,
            "rounded": lambda delta: delta if delta in (0.01, 1e-5) else round(delta, 1),
        },
    ),
    "whole": Promise(
        "a whole number or not",
        "是不是整数都可以",
        ("whole",),
        {
            "residuals-of-its-dtype": residuals_of_the_threshold_s_dtype,
            "floats-only": lambda delta: delta if isinstance(delta, float) else 1.0,
            "hexadecimal": lambda delta: float.fromhex(delta.hex()),
        },
    ),
    "small": Promise(
        "small or large",
        "不论大小",
        ("small",),
        {
            "not-below": lambda delta: max(delta, 0.02),
            "four-places": lambda delta: round(delta, 4),
            "a-little-added": lambda delta: delta + 1e-7,
        },
    ),
    "large": Promise(
        "small or large",
        "不论大小",
        ("large",),
        {"not-beyond": lambda delta: min(delta, 100.0)},
    ),
}
