"""`loss_catalogue()`: seven losses by name, each called as f(prediction, target) (10 points).

The oracle is each loss and its gradient written by hand in NumPy, in float64; log_cosh by its laws:
the logarithm of cosh near 0, abs(r) - log 2 far out, slope tanh(r).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from linreg_course.checking.exercise import another, shows
from linreg_course.checking.judging import is_well
from linreg_course.checking.observing import Case, Seen, attempt, describe, entry_of
from linreg_course.checking.reading import changed, close, is_tensor, number, tensor
from linreg_course.checking.showing import shown, spelled
from linreg_course.checking.verdict import Fault
from linreg_course.checking.words import words_of
from linreg_course.language import Text

WORDS = words_of(__file__)
POINTS = {"entries": 2, "regression": 3, "classification": 3, "large-residuals": 2}

RULE_OF = {
    "mse": "regression",
    "mae": "regression",
    "huber": "regression",
    "log_cosh": "regression",
    "cross_entropy": "classification",
    "bce": "classification",
    "kl_div": "classification",
}
KEYS = tuple(RULE_OF)
BY_ROW = ("cross_entropy", "kl_div")
ANY_SHAPE = tuple(key for key in KEYS if key not in BY_ROW)


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        *(_case(rng, "shapes", key, shape) for shape in ((6, 4), (32, 2)) for key in KEYS),
        *(_case(rng, "shapes", key, (1, 3)) for key in BY_ROW),
        *(_case(rng, "zeros" if key == "kl_div" else "shapes", key, (5, 5)) for key in KEYS),
        *(_case(rng, "shapes", key, s) for key in ANY_SHAPE for s in ((1,), (7,), (2, 3, 4))),
        *(_case(rng, "no axes", key, ()) for key in ANY_SHAPE),
        *(_case(rng, "layout", key, (3, 4)) for key in KEYS),
        *(_in_float32(_case(rng, "float32", key, (6, 4))) for key in KEYS),
        *(_wide(_case(rng, "wide", key, (6, 4))) for key in KEYS if key != "log_cosh"),
        _with_zeros(_case(rng, "zeros", "kl_div", (6, 4))),
        _at_the_kink(_case(rng, "kink", "huber", (6,))),
        *({**_case(rng, "again", key, (6, 4)), "before": _case(rng, "again", key, (6, 4))} for key in KEYS),
        _large("large", [200.0, -1e4], 0.0, torch.float32),
        _large("large", [800.0, -800.0], 0.0, torch.float64),
        _large("large", [0.0, 0.0, 0.0], 0.0, torch.float32),
        _large("large", [1e20, -1e20], 0.0, torch.float32),
        *(
            _large("large", list(rng.uniform(-9e3, 9e3, 4)), rng.normal(), one)
            for one in (torch.float32, torch.float64)
        ),
    ]


def _case(rng: np.random.Generator, kind: str, key: str, shape: tuple[int, ...]) -> Case:
    prediction, target = _drawn(rng, key, shape)
    data = {"prediction": torch.as_tensor(prediction), "target": torch.as_tensor(target)}
    return {"kind": kind, "rules": ["entries", RULE_OF[key]], "key": key, **data}


def _in_float32(case: Case) -> Case:
    target = case["target"]
    return case | {
        "prediction": case["prediction"].float(),
        "target": target.float() if target.is_floating_point() else target,
    }


def _wide(case: Case) -> Case:
    """Return the case with predictions that go as far as they may, or a good way."""
    far = {
        "cross_entropy": lambda z: 10 * z,
        "bce": lambda p: torch.where(p < 0.5, 2e-8 * p, 1 - 2e-8 * p),
        "kl_div": lambda log_p: log_p - torch.tensor([0.0, 20.0, 60.0, 100.0]),
    }
    return case | {"prediction": far.get(case["key"], lambda one: 1e5 * one)(case["prediction"])}


def _with_zeros(case: Case) -> Case:
    """Return the case of kl_div with two zeros in each row of the target."""
    kept = case["target"].clone()
    kept[:3, :2] = 0
    kept[3:, 1:3] = 0
    return case | {"target": kept / kept.sum(1, keepdim=True)}


def _at_the_kink(case: Case) -> Case:
    target = case["target"].round()
    return case | {"target": target, "prediction": target + torch.tensor([0.0, 1.0, -1.0, 0.5, 2.0, 0.0])}


def _drawn(rng: np.random.Generator, key: str, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Draw what the loss takes; the target of kl_div is one-hot where there are as many rows as classes."""
    if key == "cross_entropy":
        return 3 * rng.normal(size=shape), rng.integers(shape[1], size=shape[0])
    if key == "bce":
        return rng.uniform(0.05, 0.95, shape), np.asarray(rng.integers(2, size=shape)).astype(float)
    if key == "kl_div":
        rows, classes = shape
        log_p, q = np.log(rng.dirichlet([2.0] * classes, rows)), rng.dirichlet([2.0] * classes, rows)
        return log_p, np.eye(classes)[rng.integers(classes, size=rows)] if rows == classes else q
    return 3 * rng.normal(size=shape), rng.normal(size=shape)


def _large(kind: str, residuals: list[float], target: float, dtype: torch.dtype) -> Case:
    targets = torch.full((len(residuals),), target, dtype=dtype)
    prediction = targets + torch.tensor(residuals, dtype=dtype)
    return {"kind": kind, "rules": ["large-residuals"], "key": "log_cosh", "prediction": prediction, "target": targets}


def spell(case: Case) -> str:
    if "before" in case:
        calls = [f"f({spelled(one['prediction'])}, {spelled(one['target'])})" for one in (case["before"], case)]
        return "\n".join([f'f = loss_catalogue()["{case["key"]}"]', *calls])
    turned = ".T.contiguous().T" * (case["kind"] == "layout")
    given = (spelled(case[name]) + turned * (case[name].ndim == 2) for name in ("prediction", "target"))
    return f'loss_catalogue()["{case["key"]}"]({", ".join(given)})'


def arguments(case: Case) -> tuple[Any, ...]:
    prediction, target = (_laid_out(case, case[name].clone()) for name in ("prediction", "target"))
    return prediction.requires_grad_(), target


def _laid_out(case: Case, values: Tensor) -> Tensor:
    """Return a table of the kind "layout" column by column in memory."""
    return values.T.contiguous().T if case["kind"] == "layout" and values.ndim == 2 else values


def observe(answer: Any, case: Case) -> Seen:
    entry, instead = entry_of(answer, case["key"])
    if instead is not None:
        return instead
    (prediction, target), kind = arguments(case), type(entry).__name__
    if "before" in case:
        attempt(entry, *arguments(case["before"]))
    value, raised = attempt(entry, prediction, target)
    if raised is not None:
        return {"raised": raised, "entry": kind}
    gradients, unreached = attempt(torch.autograd.grad, value, prediction)
    gradient = describe(gradients[0]) if unreached is None else {"raised": unreached}
    after = {"prediction": describe(prediction.detach()), "target": describe(target)}
    return {"entry": kind, "value": describe(value), "gradient": gradient, **after}


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    if "missing" in seen:
        return dict.fromkeys(
            case["rules"], Fault(spell(case), shown(seen["missing"]), WORDS.say("has-key", key=case["key"]))
        )
    faults = {}
    if "entries" in case["rules"] and not _is_scalar_in_graph(seen):
        faults["entries"] = Fault(spell(case), _came(case, seen), WORDS.say("scalar-in-graph"))
    if not _is_right(case, seen):
        should = WORDS.say("every-size") if case["rules"] == ["large-residuals"] else WORDS.say(case["key"])
        faults[case["rules"][-1]] = Fault(spell(case), _came(case, seen), should)
    else:
        for name in changed(case, seen, "prediction", "target"):
            came = WORDS.say("changed", name=name, value=shown(seen[name], case[name]))
            faults[case["rules"][-1]] = Fault(spell(case), came, WORDS.say("unchanged"))
    return faults


def _came(case: Case, seen: Seen) -> str | Text:
    expected, slopes = _expected(case)
    of_value, of_gradient = _tolerances(case)
    value, gradient = shown(seen["value"], expected, *of_value), shown(seen["gradient"], slopes, *of_gradient)
    if not is_tensor(seen["value"]):
        return value
    return WORDS.say("with-gradient", value=value, gradient=gradient)


def _is_scalar_in_graph(seen: Seen) -> bool:
    return is_tensor(seen["value"]) and seen["value"]["shape"] == [] and is_tensor(seen["gradient"])


def _is_right(case: Case, seen: Seen) -> bool:
    value, gradient = number(seen["value"]), tensor(seen["gradient"])
    if value is None or gradient is None:
        return False
    expected, slopes = _expected(case)
    of_value, of_gradient = _tolerances(case)
    return close(expected, value, *of_value) and close(slopes, gradient, *of_gradient)


def _tolerances(case: Case) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return by how much, as a share and in all, the value may be off, and the gradient."""
    if case["prediction"].dtype == torch.float32:
        return (2e-5, 1e-6), (2e-5, 1e-7)
    # A log 2 that was rounded to float32 is off by 2e-8: no mistake worth a point.
    return (1e-9, 1e-7 if case["key"] == "log_cosh" else 1e-12), (1e-7, 1e-10)


def _expected(case: Case) -> tuple[float, Any]:
    prediction, target = case["prediction"].double().numpy(), case["target"].numpy()
    terms, slopes = LAWS[case["key"]](prediction, target)
    count = len(prediction) if case["key"] in BY_ROW else prediction.size
    return float(terms.sum()) / count, slopes / count


def _of_residual(terms: Any, slopes: Any) -> Any:
    return lambda a, t: (terms(a - t), slopes(a - t))


def _cross_entropy_law(z: Any, k: Any) -> tuple[Any, Any]:
    weights = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    hits = np.arange(z.shape[1]) == k[:, None]
    return -np.log(weights[hits]), weights - hits


def _kl_law(log_p: Any, q: Any) -> tuple[Any, Any]:
    return np.where(q > 0, q * (np.log(np.where(q > 0, q, 1)) - log_p), 0), -q


# Key → the terms that are added up, and the slope of each in the prediction.
LAWS = {
    "mse": _of_residual(lambda r: r**2, lambda r: 2 * r),
    "mae": _of_residual(np.abs, np.sign),
    "huber": _of_residual(
        lambda r: np.where(np.abs(r) <= 1, r**2 / 2, np.abs(r) - 0.5),
        lambda r: np.clip(r, -1, 1),
    ),
    "log_cosh": _of_residual(
        lambda r: np.where(np.abs(r) < 20, np.log(np.cosh(np.clip(r, -20, 20))), np.abs(r) - math.log(2)),
        np.tanh,
    ),
    "cross_entropy": _cross_entropy_law,
    "bce": lambda p, t: (-np.log(np.abs(1 - t - p)), (p - t) / (p * (1 - p))),
    "kl_div": _kl_law,
}

LARGE, ZEROS = "log_cosh, large", "kl_div, zeros"


def battery(rng: np.random.Generator) -> list[Case]:
    """The kind of a case is the aspect that it belongs to."""
    return [
        *(_case(rng, key, key, shape) for key in KEYS for shape in ((6, 4), (5, 3))),
        _below_target(rng),
        _case(rng, "cross_entropy", "cross_entropy", (4, 4)),
        _large(LARGE, [200.0, -1e4], 0.0, torch.float32),
        _case(rng, ZEROS, "kl_div", (4, 4)),
    ]


def _below_target(rng: np.random.Generator) -> Case:
    """Where the mean residual is surely negative, its absolute value is no longer itself."""
    case = _case(rng, "mae", "mae", (5, 3))
    return case | {"target": case["target"] + 20}


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    found: dict[str, Any] = {"dict": "other" if any(_has_no_dict(one) for one in seen) else None}
    for aspect in (*KEYS, LARGE, ZEROS):
        own = [(case, one) for case, one in zip(battery, seen, strict=True) if case["kind"] == aspect]
        views = [_view(aspect, one) for _, one in own]
        found[aspect] = None if all(is_well(judge, *pair) for pair in own) else "other" if "other" in views else views
    return found


def _has_no_dict(one: Seen) -> bool:
    raised_itself = "raised" in one and "entry" not in one
    return raised_itself or "late" in one or ("missing" in one and not _is_dict(one["missing"]))


def _is_dict(found: Any) -> bool:
    return isinstance(found, dict) and "keys" in found


def _view(aspect: str, one: Seen) -> Any:
    if "missing" in one:
        return "missing"
    if one.get("entry") == "type":
        return "class"
    if "raised" in one:
        return f"raises {one['raised']['type']}"
    value = number(one.get("value"))
    if not is_tensor(one.get("value")):
        return "other" if value is None else "float"
    if one["value"]["shape"]:
        return one["value"]["shape"]
    if aspect in (LARGE, ZEROS):
        if value is None or not math.isfinite(value):
            return "other" if value is None else "not finite"
        slopes = tensor(one["gradient"])
        return "gradient not finite" if slopes is not None and not slopes.isfinite().all() else "other"
    return [value, tensor(one["gradient"])]


@shows(*KEYS)
def _entry_missing():
    return {}


@shows(*KEYS)
def _classes_not_instances():
    return dict.fromkeys(KEYS, nn.MSELoss)


@shows(*KEYS)
def _reduction_sum():
    return _torch_losses("sum") | {"log_cosh": lambda a, t: (a - t).cosh().log().sum()}


@shows(*KEYS)
def _per_element():
    return _torch_losses("none") | {"log_cosh": lambda a, t: (a - t).cosh().log()}


@another(_per_element)
def _per_row():
    return dict.fromkeys(KEYS, lambda a, t: a.sum(1))


@shows(*KEYS)
def _returns_float():
    return dict.fromkeys(KEYS, lambda a, t: a.mean().item())


@shows("mse")
def _mse_halved():
    return {"mse": lambda a, t: ((a - t) ** 2 / 2).mean()}


@shows("mae")
def _mae_without_abs():
    return {"mae": lambda a, t: (a - t).mean()}


@shows(LARGE)
def _log_cosh_overflow():
    return {"log_cosh": lambda a, t: torch.log(torch.cosh(a - t)).mean()}


@shows(LARGE)
def _log_cosh_gradient_overflow():
    return {"log_cosh": _log_cosh_of_both_branches}


def _log_cosh_of_both_branches(a, t):
    r = a - t
    return torch.where(r.abs() < 20, r.cosh().log(), r.abs() - math.log(2)).mean()


@shows("log_cosh")
def _log_cosh_no_log2():
    return {"log_cosh": lambda a, t: (a - t).cosh().mul(2).log().mean()}


@shows("cross_entropy")
def _ce_softmax_twice():
    return {"cross_entropy": lambda z, t: F.cross_entropy(z.softmax(1), t)}


@shows("cross_entropy")
def _ce_nll_of_logits():
    return {"cross_entropy": nn.NLLLoss()}


@shows("cross_entropy")
def _ce_one_hot_only():
    return {"cross_entropy": lambda z, t: -(t * z.log_softmax(1)).sum(1).mean()}


@shows("cross_entropy")
def _ce_class_not_picked():
    return {"cross_entropy": lambda z, t: -z.log_softmax(1).mean()}


@another(_ce_class_not_picked)
def _ce_all_classes_added():
    return {"cross_entropy": lambda z, t: -z.log_softmax(1).sum(1).mean()}


@another(_ce_class_not_picked)
def _ce_classes_of_all_rows():
    return {"cross_entropy": lambda z, t: -z.log_softmax(1)[:, t].mean()}


@shows("bce")
def _bce_with_logits():
    return {"bce": nn.BCEWithLogitsLoss()}


@shows("bce")
def _bce_one_sided():
    return {"bce": lambda p, t: -(t * p.log()).mean()}


@shows("kl_div")
def _kl_default_mean():
    return {"kl_div": nn.KLDivLoss()}


@shows("kl_div")
def _kl_log_twice():
    return {"kl_div": lambda q, p: F.kl_div(q.log(), p, reduction="batchmean")}


@shows("kl_div")
def _kl_reversed():
    return {"kl_div": lambda q, p: F.kl_div(p.log(), q.exp(), reduction="batchmean")}


@shows("kl_div")
def _kl_arguments_swapped():
    return {"kl_div": lambda p, q: F.kl_div(q, p, reduction="batchmean")}


@shows(ZEROS)
def _kl_nan_at_zero():
    return {"kl_div": lambda q, p: (p * (p.log() - q)).sum(1).mean()}


def _torch_losses(reduction):
    losses = (F.mse_loss, F.l1_loss, F.huber_loss, None, F.cross_entropy, F.binary_cross_entropy, F.kl_div)
    return {key: loss and partial(loss, reduction=reduction) for key, loss in zip(KEYS, losses, strict=True)}
