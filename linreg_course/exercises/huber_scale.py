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

from linreg_course.checking.exercise import shows
from linreg_course.checking.observing import Case, Seen, call
from linreg_course.checking.reading import close, number, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault
from linreg_course.checking.words import words_of

WORDS = words_of(__file__)
POINTS = {"value": 2, "identity": 2}

# So wide that a ratio measured in float32 passes.
RTOL = 1e-5
MOST_NUMBERS = 50
# In thresholds: r/δ of the residuals at which the identity must hold.
FAR = torch.tensor([-1000.0, -30.0, -0.03, 0.001, 0.01, 20.0, 500.0], dtype=torch.float64)

# Not 1 first: the factor of a first call that is kept would look like the factor 1.
USUAL = (2.0, 1.0, 0.5)
EDGES: dict[str, tuple[float, ...]] = {"whole": (3, 7), "small": (0.01, 1e-5), "large": (1000.0, 1e5)}


def cases(rng: np.random.Generator) -> list[Case]:
    drawn = (0.25, 1.345, *(float(f"{10 ** rng.uniform(-1.5, 1.5):.3g}") for _ in range(6)))
    deltas = {"usual": USUAL, "drawn": drawn, **EDGES}
    # At the edges the value is asked for as a factor alone: an answer that is wrong there is right elsewhere.
    rules = {"usual": ["value", "identity"], "drawn": ["value", "identity"]}
    return [
        {"kind": kind, "rules": rules.get(kind, ["identity"]), "delta": delta}
        for kind, several in deltas.items()
        for delta in several
    ]


def spell(case: Case) -> str:
    return f"huber_scale({case['delta']})"


def arguments(case: Case) -> tuple[Any, ...]:
    return (case["delta"],)


def observe(answer: Any, case: Case) -> Seen:
    return call(answer, *arguments(case))


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    holds = {"value": _is_ratio(case, number(seen["value"])), "identity": _scales(case, seen["value"])}
    return {
        rule: Fault(spell(case), shown(seen["value"]), WORDS.say(rule)) for rule in case["rules"] if not holds[rule]
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
    return [{"kind": "battery", "rules": ["value"], "delta": delta} for delta in (2.0, 1.0, 0.25, 8.0)]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    came = [number(one.get("value")) for one in seen]
    if all(_is_ratio(case, c) for case, c in zip(battery, came, strict=True)):
        return {"value": None}
    return {"value": "other" if None in came else came}


@shows("value")
def _one(delta):
    return 1.0


@shows("value")
def _inverse(delta):
    return 1 / delta


@shows("value")
def _square(delta):
    return delta**2


@shows("value")
def _half(delta):
    return delta / 2
