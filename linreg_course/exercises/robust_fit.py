"""`robust_fit(X, y)`: the line behind labels of which one in twenty is far off (challenge, 10 points).

The noise of the good labels is drawn at right angles to the features, so that least squares over the good
labels alone finds the true coefficients exactly. The oracle is that fit, over the labels which the answer's own
line explains: they are the good ones if the line is right, and too few if it is far off.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from linreg_course.checking.exercise import shows
from linreg_course.checking.observing import Case, Seen, attempt, describe
from linreg_course.checking.reading import changed, is_sequence, number, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Finding, faults_at
from linreg_course.checking.words import words_of

WORDS = words_of(__file__)
POINTS = {"form": 1, "clean-data": 2, "outliers": 4, "one-sided": 3}

TOLERANCE = 0.02
# A right line leaves less than this of a good label, and much more of an outlier, which is at least 20 off.
EXPLAINED = 1.0
# Nineteen in twenty labels are good.
MOST = 0.9
# Of the outliers that go in both directions, so many go upward: a pull of bounded strength shows in b.
UPWARD = 0.8
# How large the true w and b are, each of either sign.
COEFFICIENTS = (1.5, 4.5)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        _case(rng, "no outliers", ["form", "clean-data"], 1000, 2),
        _case(rng, "both directions", ["form", "outliers"], 1000, 2, upward=UPWARD),
        _case(rng, "one direction", ["form", "one-sided"], 1000, 2, upward=1.0),
        _case(rng, "one direction", ["one-sided"], 1000, 2, upward=0.0),
        _case(rng, "both directions", ["form", "outliers"], 500, 1, upward=1 - UPWARD),
        _case(rng, "both directions", ["outliers"], 1000, 5, upward=UPWARD),
        _case(rng, "both directions", ["outliers"], 400, 2, upward=UPWARD, share=0.04),
        _case(rng, "one direction", ["one-sided"], 1000, 5, upward=1.0),
        _case(rng, "one direction", ["one-sided"], 600, 1, upward=0.0),
        _case(rng, "one direction", ["one-sided"], 500, 2, upward=1.0, share=0.06),
        _case(rng, "no outliers", ["clean-data"], 1000, 4),
    ]


def _case(
    rng: np.random.Generator,
    kind: str,
    rules: list[str],
    n: int,
    d: int,
    upward: float | None = None,
    coefficients: tuple[float, float] = COEFFICIENTS,
    **how: Any,
) -> Case:
    far = np.zeros((n, 1)) if upward is None else _outliers(rng, n, upward, **how)
    X = rng.normal(size=(n, d)).astype(np.float32)
    truth = rng.choice([-1, 1], (d + 1, 1)) * rng.uniform(*coefficients, (d + 1, 1))
    y = _design(X) @ truth + _noise(rng, _design(X), far == 0) + far
    return {"kind": kind, "rules": rules, "X": torch.from_numpy(X), "y": torch.from_numpy(y).float()}


def _design(X: np.ndarray) -> np.ndarray:
    return np.hstack([X, np.ones((len(X), 1))]).astype(np.float64)


def _outliers(
    rng: np.random.Generator,
    n: int,
    upward: float,
    share: float = 0.05,
    sizes: tuple[float, float] = (20, 100),
) -> np.ndarray:
    """Return how far each label is off: 0 for the good ones, exactly the given share of the others upward."""
    count = round(share * n)
    signs = np.where(np.arange(count) < round(upward * count), 1, -1)
    far = np.zeros((n, 1))
    far[rng.permutation(n)[:count], 0] = signs * rng.uniform(*sizes, count)
    return far


def _noise(rng: np.random.Generator, A: np.ndarray, good: np.ndarray) -> np.ndarray:
    """Return noise of which least squares over the good labels sees nothing."""
    noise = 0.01 * rng.normal(size=(len(A), 1))
    rows = good[:, 0]
    noise[rows] -= A[rows] @ np.linalg.lstsq(A[rows], noise[rows], rcond=None)[0]
    return noise


def spell(case: Case) -> str:
    n, d = case["X"].shape
    return f"robust_fit(<X, shape=({n}, {d})>, <y, shape=({n}, 1)>)"


def arguments(case: Case) -> tuple[Any, ...]:
    return case["X"].clone(), case["y"].clone()


def observe(answer: Any, case: Case) -> Seen:
    X, y = arguments(case)
    value, raised = attempt(answer, X, y)
    return {"value": describe(value), "X": describe(X), "y": describe(y)} if raised is None else {"raised": raised}


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    far = None
    if not _is_close(case, _coefficients(case, seen["value"])):
        far = Finding(shown(seen["value"]), WORDS.say("within"))
    return faults_at(
        spell(case), {rule: _form_finding(case, seen) if rule == "form" else far for rule in case["rules"]}
    )


def _form_finding(case: Case, seen: Seen) -> Finding | None:
    if seen["value"] is None or _coefficients(case, seen["value"]) is None or seen["value"]["length"] != 2:
        return Finding(shown(seen["value"]), WORDS.say("w-and-b"))
    for name in changed(case, seen, "X", "y"):
        return Finding(WORDS.say("changed", name=name, value=shown(seen[name], case[name])), WORDS.say("unchanged"))
    return None


def _coefficients(case: Case, value: Any) -> Tensor | None:
    """Return w and b, the first two things that came back, as one column; None if they are not d and 1 numbers."""
    if not is_sequence(value) or value["length"] < 2:
        return None
    w, b = (_numbers(part) for part in value["items"][:2])
    right = len(w) == case["X"].shape[1] and len(b) == 1
    return torch.tensor([*w, *b], dtype=torch.float64)[:, None] if right else None


def _numbers(value: Any) -> list[float]:
    """Return the few numbers in a tensor, an array, a number, or a list of them, however nested."""
    values = tensor(value)
    if values is not None:
        return [] if values.is_complex() or values.numel() > 100 else values.double().flatten().tolist()
    if is_sequence(value):
        return [found for part in value["items"][:100] for found in _numbers(part)]
    one = number(value)
    return [] if one is None else [one]


def _is_close(case: Case, came: Tensor | None) -> bool:
    """Tell whether the line explains most labels and is near the least-squares fit over those."""
    if came is None:
        return False
    A, y = torch.from_numpy(_design(case["X"].numpy())), case["y"].double()
    good = ((y - A @ came).abs() < EXPLAINED)[:, 0]
    if good.double().mean() < MOST:
        return False
    truth = torch.linalg.lstsq(A[good], y[good]).solution
    return bool((came - truth).abs().max() <= TOLERANCE)


def battery(rng: np.random.Generator) -> list[Case]:
    clean = _case(rng, "battery", ["clean-data"], 600, 2)
    far = [_outliers(rng, 600, 1.0, sizes=sizes) for sizes in ((20, 100), (60, 60), (600, 600))]
    # As far from where a fit starts as a case of five features can be: steps that are enough for two are too few.
    wide = _case(rng, "battery", ["clean-data"], 600, 5, coefficients=(4.0, 4.5))
    return [
        clean,
        wide,
        *({**clean, "rules": ["one-sided"], "y": clean["y"] + torch.from_numpy(by).float()} for by in far),
    ]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    errors = {"late" if "late" in one else one["raised"]["type"] for one in seen if "value" not in one}
    if errors:
        return {"runs": sorted(errors)}
    came = [_coefficients(case, one["value"]) for case, one in zip(battery, seen, strict=True)]
    fits = [fit[:, 0] for fit in came if fit is not None]
    form = all(_form_finding(case, one) is None for case, one in zip(battery, seen, strict=True))
    if not form or len(fits) < len(battery):
        return {"form": _form(battery[0], seen[0]["value"])}
    truth, wide = map(_least_squares_of, battery[:2])  # exact, since no label of these is off
    return {
        "clean": _on_clean_data(fits[0], truth),
        "fit": _under_outliers([(fit - truth).abs() for fit in fits[2:]]),
        "wide": _on_clean_data(fits[1], wide),
    }


def _least_squares_of(case: Case) -> Tensor:
    A = torch.from_numpy(_design(case["X"].numpy()))
    return torch.linalg.lstsq(A, case["y"].double()).solution[:, 0]


def _form(case: Case, value: Any) -> str:
    swapped = {**value, "items": value["items"][::-1]} if is_sequence(value) and value["length"] == 2 else None
    return "other" if _coefficients(case, swapped) is None else "b, w"


def _on_clean_data(fit: Tensor, truth: Tensor) -> str | None:
    ratios = (fit / truth).tolist()
    w, b = ratios[:-1], ratios[-1]
    if (fit - truth).abs().max() <= TOLERANCE:
        return None
    if b == 0 and min(map(abs, w)) > 0.5:
        return "no intercept"
    if max(map(abs, w)) < 0.1 and 0.7 < b < 1.3:
        return "w flat"
    if min(w) > 0.5 and max(w) < 0.99 and abs(b - 1) < (1 - max(w)) / 2:
        return "slopes shrunk"
    return "all short of the truth" if min(ratios) > 0.001 and max(ratios) < 0.95 else "other"


def _under_outliers(errors: list[Tensor]) -> str | None:
    """Tell how the fit gives way to outliers that are spread, all 60, all 600."""
    right = [bool(error.max() <= TOLERANCE) for error in errors]
    w_right = all(bool(error[:-1].max() <= TOLERANCE) for error in errors)
    growth = float(errors[2][-1] / errors[1][-1])
    if all(right):
        return None
    if right[1:] == [True, True]:
        return "spread outliers"
    if 6 < growth < 16:
        return "b follows" if w_right else "w and b follow"
    return "bounded pull" if 0.8 < growth < 1.25 and not any(right) else "other"


@shows("fit")
def _least_squares(X, y):
    fit = torch.linalg.lstsq(torch.cat([X, torch.ones(len(X), 1)], 1), y).solution
    return fit[:-1], fit[-1]


def _huber(X, y, delta):
    net = nn.Linear(X.shape[1], 1)
    trainer = torch.optim.LBFGS(net.parameters(), max_iter=50, line_search_fn="strong_wolfe")

    def closure():
        trainer.zero_grad()
        loss = F.huber_loss(net(X), y, delta=delta)
        loss.backward()
        return loss

    trainer.step(closure)
    return net.weight.detach(), net.bias.detach()


@shows("fit")
def _delta_far_above_noise(X, y):
    return _huber(X, y, delta=1.0)


@shows("clean")
def _no_intercept(X, y):
    return torch.linalg.lstsq(X, y).solution, 0.0


@shows("fit")
def _intercept_by_mean_residual(X, y):
    w, _ = _huber(X, y, delta=0.5)
    return w, (y - X @ w.T).mean()


@shows("fit")
def _trimmed_once(X, y):
    w, b = _least_squares(X, y)
    r = (y - X @ w - b).flatten()
    kept = r.abs() < 3 * r.std()
    return _least_squares(X[kept], y[kept])


@shows("clean")
def _winsorised_y(X, y):
    return _least_squares(X, y.clamp(y.quantile(0.05), y.quantile(0.95)))


@shows("clean", "wide")
def _too_few_steps(X, y):
    net = nn.Linear(X.shape[1], 1)
    trainer = torch.optim.SGD(net.parameters(), lr=0.03)
    for _ in range(60):
        trainer.zero_grad()
        F.huber_loss(net(X), y).backward()
        trainer.step()
    return net.weight, net.bias


@shows("clean")
def _broadcast_to_n_n(X, y):
    w, b = torch.zeros(X.shape[1], requires_grad=True), torch.zeros(1, requires_grad=True)
    trainer = torch.optim.SGD([w, b], lr=0.3)
    for _ in range(20):
        trainer.zero_grad()
        ((X @ w + b - y) ** 2).mean().backward()
        trainer.step()
    return w, b


@shows("form")
def _returns_b_w(X, y):
    return torch.zeros(1), torch.zeros(X.shape[1])
