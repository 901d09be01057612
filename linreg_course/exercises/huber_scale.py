"""`huber_scale(delta)`: the factor between torch's HuberLoss and the formula of `huber_loss` (4 points).

The oracle divides torch's HuberLoss by torch's SmoothL1Loss, which is that formula, in float64.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from linreg_course.checking.observing import Case, Seen, call
from linreg_course.checking.reading import close, number, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Rule, Wrong
from linreg_course.language import Text

RULES = (
    Rule(
        "value",
        2,
        Text(en="One number: the ratio of the two losses.", zh="返回一个数：两个损失之比。"),
    ),
    Rule(
        "identity",
        2,
        Text(
            en="For every delta, far inside the threshold and far outside, nn.HuberLoss is c times the formula.",
            zh="对每个delta，无论残差远小于阈值还是远大于阈值，nn.HuberLoss都是公式的c倍。",
        ),
    ),
)

# So wide that a ratio measured in float32 passes.
RTOL = 1e-5
MOST_NUMBERS = 50
# In thresholds: r/δ of the residuals at which the identity must hold.
FAR = torch.tensor([-1000.0, -30.0, -0.03, 0.001, 0.01, 20.0, 500.0], dtype=torch.float64)

USUAL = (1.0, 2.0, 0.5)
OTHER = (0.25, 1.345, 3, 10.0)
EXTREME = (0.01, 1000.0)


def cases(rng: np.random.Generator) -> list[Case]:
    drawn = [float(f"{10 ** rng.uniform(-1.5, 1.5):.3g}") for _ in range(6)]
    return [
        *({"kind": "usual", "rules": ["value", "identity"], "delta": delta} for delta in USUAL),
        *({"kind": "other", "rules": ["value", "identity"], "delta": delta} for delta in (*OTHER, *drawn)),
        *({"kind": "extreme", "rules": ["identity"], "delta": delta} for delta in EXTREME),
    ]


def spell(case: Case) -> str:
    return f"huber_scale({case['delta']})"


def observe(answer: Any, case: Case) -> Seen:
    return call(answer, case["delta"])


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    holds = {"value": _is_ratio(case, number(seen["value"])), "identity": _scales(case, seen["value"])}
    return {rule: Fault(spell(case), shown(seen["value"]), SHOULD[rule]) for rule in case["rules"] if not holds[rule]}


SHOULD = {
    "value": Text(
        en="One number: nn.HuberLoss(delta=delta)(a, b) divided by huber_loss(a, b, delta).",
        zh="应当返回一个数：nn.HuberLoss(delta=delta)(a, b)除以huber_loss(a, b, delta)。",
    ),
    "identity": Text(
        en="c, so that nn.HuberLoss(delta=delta)(a, b) = c * huber_loss(a, b, delta) for all a and b.",
        zh="应当返回c，使nn.HuberLoss(delta=delta)(a, b) = c * huber_loss(a, b, delta)对所有的a和b都成立。",
    ),
}


def _is_ratio(case: Case, c: float | None) -> bool:
    huber, formula = _losses(FAR[-1:] * case["delta"], case["delta"])
    return c is not None and close(huber / formula, [c], RTOL)


def _scales(case: Case, value: Any) -> bool:
    """Tell whether each of the few numbers that came back, however packed, turns the formula's losses into torch's."""
    values = tensor(value)
    if values is None or values.is_complex() or not 0 < values.numel() <= MOST_NUMBERS:
        values = torch.tensor([number(value) or 0.0], dtype=torch.float64)
    huber, formula = _losses(FAR * case["delta"], case["delta"])
    return all(close(huber, c * formula, RTOL) for c in values.double().flatten())


def _losses(residuals: Tensor, delta: float) -> tuple[Tensor, Tensor]:
    zero = torch.zeros_like(residuals)
    huber = F.huber_loss(residuals, zero, delta=float(delta), reduction="none")
    return huber, F.smooth_l1_loss(residuals, zero, beta=float(delta), reduction="none")


def battery(rng: np.random.Generator) -> list[Case]:
    return [{"kind": "battery", "rules": ["value"], "delta": delta} for delta in (1.0, 2.0, 0.25, 8.0)]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    came = [number(one.get("value")) for one in seen]
    if all(_is_ratio(case, c) for case, c in zip(battery, came, strict=True)):
        return {"value": None}
    return {"value": "other" if None in came else came}


def _one(delta):
    return 1.0


def _inverse(delta):
    return 1 / delta


def _square(delta):
    return delta**2


def _half(delta):
    return delta / 2


WRONG = (
    Wrong(
        "huber_scale/one",
        shows_in=("value",),
        answers=(_one,),
        en=(
            "Have you tried delta = 2?",
            "Rule identity: for every delta.",
            "The default hides the factor; compare the two formulas outside the threshold.",
        ),
        zh=(
            "试过delta = 2吗？",
            "规则identity：对每个delta都成立。",
            "默认值把倍数藏了起来；在阈值以外比较两个公式。",
        ),
    ),
    Wrong(
        "huber_scale/inverse",
        shows_in=("value",),
        answers=(_inverse,),
        en=(
            "Which of the two losses is larger at delta = 2?",
            "Rule value: nn.HuberLoss = c * huber_loss.",
            "Check on which side of the equation c stands.",
        ),
        zh=(
            "delta = 2时，两个损失哪个更大？",
            "规则value：nn.HuberLoss = c * huber_loss。",
            "看清楚c在等号的哪一边。",
        ),
    ),
    Wrong(
        "huber_scale/square",
        shows_in=("value",),
        answers=(_square,),
        en=(
            "What is each loss at r = delta?",
            "Rule value: compare at one residual.",
            "Divide torch's value at the threshold by yours; count the powers.",
        ),
        zh=(
            "r = delta时，两个损失各是多少？",
            "规则value：取同一个残差来比较。",
            "在阈值处，用torch的值除以你的值，数一数delta是几次方。",
        ),
    ),
    Wrong(
        "huber_scale/half",
        shows_in=("value",),
        answers=(_half,),
        en=(
            "What must c be at delta = 1?",
            "Rule value: at the default the two agree.",
            "The half occurs in both losses and cancels.",
        ),
        zh=(
            "delta = 1时，c应当是多少？",
            "规则value：取默认值时，两个损失相等。",
            "两个损失里都有二分之一，相除就消掉了。",
        ),
    ),
)
