"""`synthetic_data(w, b, num_examples)`: features, and labels y = Xw + b + noise (8 points).

The oracle fits y on X by least squares in float64 and knows the moments of the normal distribution.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from linreg_course.checking.draws import DISTINCT, flaw
from linreg_course.checking.exercise import another, shows
from linreg_course.checking.observing import Case, Seen, call
from linreg_course.checking.reading import close, is_tensor, moments, tensor, z_scores
from linreg_course.checking.showing import shown, spelled
from linreg_course.checking.verdict import Fault
from linreg_course.checking.words import words_of
from linreg_course.language import Text

WORDS = words_of(__file__)
POINTS = {"shape": 2, "relation": 2, "features": 2, "noise": 2}

SIGMA = 0.01
# In standard errors, two-sided 3e-10 a test: with `draws`, one check in 10 million calls a right answer wrong.
Z = 6.3
MANY = 10_000
# The first calls ask for few examples: a y that broadcasts to (n, n) would take 400 MB for many.
FEW = 40
# Six standard errors of a fit to noise of standard deviation 1: the noise is judged once, by its own rule.
FIT = 0.06
# With a smaller singular value the noise of right labels alone could move the fit by more than `FIT`.
ILL_POSED = Z * SIGMA / FIT
STATISTICS = ["relation", "features", "noise"]


def cases(rng: np.random.Generator) -> list[Case]:
    chapter = {"w": torch.tensor([2, -3.4]), "b": 4.2}
    all_sizes = [FEW, FEW, MANY, MANY]
    return [
        {"kind": "shapes", "rules": ["shape"], **chapter, "sizes": [50]},
        {"kind": "chapter", "rules": STATISTICS, **chapter, "sizes": all_sizes},
        *(_case("shapes", ["shape"], _weights(rng, d), 1.5, [n]) for d, n in ((1, 5), (5, 7), (2, 1003))),
        *(_case("one example", ["shape"], _weights(rng, d), 1.5, [1]) for d in (1, 7)),
        *(_case("others", STATISTICS, _weights(rng, d), b, all_sizes) for d, b in ((1, 0.5), (5, -7.25))),
        _case("others", STATISTICS, _weights(rng, 2), rng.uniform(1, 4), all_sizes),
        _case("whole b", ["relation"], _weights(rng, 3), 3, [FEW, MANY]),
        *(_case("zeros", ["relation"], w, 0.0, [FEW, MANY]) for w in (_weights(rng, 2), torch.tensor([0.0, 2.5, 0.0]))),
        # Labels so large that float32 rounds off part of the noise: the relation alone is to be seen.
        _case("large", ["relation"], 100 * _weights(rng, 3), 1000 * rng.uniform(1, 4), [FEW, MANY]),
    ]


def _case(kind: str, rules: list[str], w: Tensor, b: float, sizes: list[int]) -> Case:
    return {"kind": kind, "rules": rules, "w": w, "b": b, "sizes": sizes}


def _weights(rng: np.random.Generator, d: int) -> Tensor:
    return torch.from_numpy(rng.uniform(1, 5, d) * rng.choice([-1, 1], d)).float()


def spell(case: Case) -> str:
    return _spell(case, case["sizes"][-1])


def _spell(case: Case, n: int) -> str:
    return f"synthetic_data({spelled(case['w'])}, {case['b']:.6g}, {n})"


def arguments(case: Case) -> tuple[Any, ...]:
    return case["w"].clone(), case["b"], case["sizes"][-1]


def observe(answer: Any, case: Case) -> Seen:
    returned: list[Any] = []
    for before, n in zip([0, *case["sizes"]], case["sizes"], strict=False):
        if returned and _size(returned[-1]) > before * (len(case["w"]) + 5):
            break
        seen = call(answer, *arguments(case)[:2], n)
        if "raised" in seen:
            return seen
        returned.append(seen["value"])
    return {"returned": returned}


def _size(value: Any) -> int:
    """Return how many numbers a tensor, or the tensors of a tuple or list, hold."""
    parts = value.get("items", [value]) if isinstance(value, dict) else []
    return sum(math.prod(part["shape"]) for part in parts if isinstance(part, dict) and "shape" in part)


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    returned, d = seen.get("returned"), len(case["w"])
    if not isinstance(returned, list):
        returned = []
    samples = [_sample(value, n, d) for n, value in zip(case["sizes"], returned, strict=False)]
    if None in samples or len(samples) < len(case["sizes"]):
        number = samples.index(None) if None in samples else len(samples) - 1
        came = shown(returned[number]) if returned else "None"
        unreadable = Fault(_spell(case, case["sizes"][number]), came, WORDS.say("two-tensors"))
        return dict.fromkeys(case["rules"], unreadable)
    return {rule: fault for rule in case["rules"] if (fault := _JUDGES[rule](case, returned, samples)) is not None}


def _sample(value: Any, n: int, d: int) -> tuple[Tensor, Tensor] | None:
    """Return X and y, y flattened so that a wrong shape is told once; None where they are not to be read."""
    X, y = (tensor(part) for part in _pair(value))
    if X is None or y is None or X.is_complex() or y.is_complex() or list(X.shape) != [n, d] or y.numel() != n:
        return None
    return X.double(), y.double().reshape(-1)


def _pair(value: Any) -> list[Any]:
    is_sequence = isinstance(value, dict) and value.get("type") in ("tuple", "list")
    parts = value.get("items", []) if is_sequence else []
    return list(parts) if len(parts) == 2 else [None, None]


def _judge_shape(case: Case, returned: list[Any], samples: list[Any]) -> Fault | None:
    d = len(case["w"])
    for n, value in zip(case["sizes"], returned, strict=True):
        parts = zip(_pair(value), ([n, d], [n, 1]), strict=True)
        if not all(is_tensor(part) and [part.get("shape"), part.get("dtype")] == [s, "float32"] for part, s in parts):
            return Fault(_spell(case, n), shown(value), WORDS.say("two-tensors"))
    return None


def _judge_relation(case: Case, returned: list[Any], samples: list[Any]) -> Fault | None:
    w, b = _fit(*samples[-1])
    if close(case["w"], w, rtol=0, atol=FIT) and abs(b - case["b"]) <= FIT:
        return None
    if _smallest_singular_value(samples[-1][0]) < ILL_POSED:
        return Fault(spell(case), WORDS.say("ill-posed"), WORDS.say("least-squares"))
    spelled_w = ", ".join(f"{entry:.3g}" for entry in w.tolist())
    came = WORDS.say("least-squares-finds", w=spelled_w, b=f"{b:.3g}")
    return Fault(spell(case), came, WORDS.say("least-squares"))


def _smallest_singular_value(X: Tensor) -> float:
    """Return that of X beside a column of ones; of what is not finite, nan."""
    A = torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], 1)
    return float(torch.linalg.svdvals(A)[-1]) if A.isfinite().all() else math.nan


def _fit(X: Tensor, y: Tensor) -> tuple[Tensor, float]:
    """Return the least-squares solution; nan where X or y is not finite."""
    A = torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], 1)
    if not (A.isfinite().all() and y.isfinite().all()):
        return torch.full((X.shape[1],), math.nan), math.nan
    solution = torch.linalg.lstsq(A, y.reshape(-1, 1), driver="gelsd").solution[:, 0]
    return solution[:-1], float(solution[-1])


def _judge_features(case: Case, returned: list[Any], samples: list[Any]) -> Fault | None:
    first, second, (X, _), (other_X, _) = samples
    if _is_again(first[0], second[0]):
        return Fault(_spell(case, FEW), WORDS.say("same-again"), WORDS.say("drawn-anew"))
    if not _within(z_scores(X, 1.0)):
        if 1 < len(X[:, 0].unique()) < DISTINCT * len(X):  # mean and standard deviation may look right
            return Fault(spell(case), WORDS.say("repeated"), WORDS.say("each-drawn"))
        return Fault(spell(case), _moments_of("X", moments(X, 1.0), "1"), WORDS.say("standard-normal"))
    d = X.shape[1]
    correlation = torch.corrcoef(X.T).reshape(d, d)[tuple(torch.triu_indices(d, d, 1))]
    if not _within((correlation * math.sqrt(len(X))).tolist()):
        return Fault(spell(case), WORDS.say("correlated"), WORDS.say("standard-normal"))
    found = flaw(X, other_X, is_normal=True)
    return Fault(spell(case), WORDS.say("flaw", name="X", flaw=found), WORDS.say("each-drawn")) if found else None


def _judge_noise(case: Case, returned: list[Any], samples: list[Any]) -> Fault | None:
    first, second, noise, other = (_noise(case, *sample) for sample in samples)
    if not _within(z_scores(noise, SIGMA)):
        return Fault(spell(case), _moments_of("y - (Xw + b)", moments(noise, SIGMA), "0.01"), WORDS.say("noise"))
    clean = samples[2][0] @ case["w"].double()
    correlation = float(torch.corrcoef(torch.stack([clean, noise]))[0, 1])
    if not _within([correlation * math.sqrt(len(noise))]):
        return Fault(spell(case), WORDS.say("follows-x"), WORDS.say("noise"))
    # Data that come again as a whole are told by `features`.
    if close(first, second, rtol=0, atol=1e-3) and not _is_again(samples[0][0], samples[1][0]):
        return Fault(_spell(case, FEW), WORDS.say("same-noise"), WORDS.say("noise"))
    found = flaw(noise / SIGMA, other / SIGMA, is_normal=True, is_exact=False)
    if found and not _is_again(samples[2][0], samples[3][0]):
        return Fault(spell(case), WORDS.say("flaw", name="y - (Xw + b)", flaw=found), WORDS.say("noise"))
    return None


def _noise(case: Case, X: Tensor, y: Tensor) -> Tensor:
    return y - X @ case["w"].double() - case["b"]


def _is_again(one: Tensor, other: Tensor) -> bool:
    return bool((one == other).all(0).any())


def _within(scores: Any) -> bool:
    return all(abs(score) <= Z for score in scores)  # nan is not


_JUDGES = {
    "shape": _judge_shape,
    "relation": _judge_relation,
    "features": _judge_features,
    "noise": _judge_noise,
}


def _moments_of(name: str, found: tuple[float, float, float], std: str) -> Text:
    mean, spread, within = (f"{entry:.3g}" for entry in found)
    return WORDS.say("moments", name=name, mean=mean, spread=spread, share=within, std=std)


def battery(rng: np.random.Generator) -> list[Case]:
    rules = list(POINTS)
    return [
        _case("battery", rules, _weights(rng, d), b, [FEW, FEW, MANY, MANY]) for d, b in ((2, -1.5), (5, 3), (1, 2.5))
    ]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    ran = [(case, one["returned"]) for case, one in zip(battery, seen, strict=True) if "returned" in one]
    broken = {rule for case, returned in ran for rule in judge(case, {"returned": returned})}
    columns = [_columns(one) for one in seen]
    # An answer that runs for two features alone has a 2 in it, or the notebook's own w.
    runs = {"columns": columns, "relation": [_relation_view(*one) for one in ran]}
    views = {
        "shape": [_shape_view(*one) for one in ran],
        "relation": [_relation_view(*one) for one in ran],
        "features": [_features_view(*one) for one in ran],
        "noise": [_noise_view(*one) for one in ran],
    }
    failed = len(ran) < len(battery)
    return {"runs": runs if failed else None} | {name: views[name] if name in broken else None for name in views}


def _columns(seen: Seen) -> Any:
    """Return the number of columns of X, or how the answer failed."""
    if "raised" in seen:
        # Torch speaks of double, Double or dtype where float64 meets float32.
        words = seen["raised"]["message"].lower()
        return "dtypes" if "double" in words or "dtype" in words else "raises"
    shape = _shape_of(_pair(seen["returned"][0])[0]) if seen.get("returned") else []
    return shape[1] if len(shape) == 2 else "other"


def _shape_of(part: Any) -> list[Any]:
    return list(part["shape"]) if isinstance(part, dict) and "shape" in part else []


def _shape_view(case: Case, returned: list[Any]) -> Any:
    X, y = _pair(returned[0])
    if not (is_tensor(X) and is_tensor(y)):
        return "other"
    names = {FEW: "n", FEW**2: "n squared"}
    X_view = "as asked" if X["shape"] == [FEW, len(case["w"])] else X["shape"]
    wide = "wide" if "float64" in (X["dtype"], y["dtype"]) else f"{X['dtype']} {y['dtype']}"
    return [X_view, [names.get(size, size) for size in y["shape"]], wide]


def _relation_view(case: Case, returned: list[Any]) -> Any:
    """Return which w and b the data have: those asked for, the notebook's, or none."""
    d = len(case["w"])
    sample = _sample(returned[-1], MANY, d)
    if sample is None:
        return "other"
    w, b = _fit(*sample)
    notebook = torch.tensor([2, -3.4, 0, 0, 0])[:d]
    return [
        _nearest({"asked": case["w"], "the notebook's": notebook}, w),
        _nearest({"asked": case["b"], "none": 0.0, "the notebook's": 4.2}, b),
    ]


def _nearest(known: dict[str, Any], found: Any) -> str:
    return next((name for name, value in known.items() if close(value, found, rtol=0, atol=FIT)), "other")


def _features_view(case: Case, returned: list[Any]) -> Any:
    samples = [_sample(value, n, len(case["w"])) for n, value in zip(case["sizes"], returned, strict=False)]
    if len(samples) < 3 or samples[0] is None or samples[1] is None or samples[2] is None:
        return "other"
    mean, std, _ = moments(samples[2][0], 1.0)
    centre = next((known for known in (0.0, 0.5) if abs(mean - known) < 0.05), "other")
    again = _is_again(samples[0][0], samples[1][0])
    noise = again and close(_noise(case, *samples[0]), _noise(case, *samples[1]), rtol=0, atol=1e-3)
    return [again, noise, centre, _bucket(std, (0.01, 0.289, 0.577, 1.0))]


def _noise_view(case: Case, returned: list[Any]) -> Any:
    sample = _sample(returned[-1], MANY, len(case["w"]))
    if sample is None:
        return "other"
    mean, std, _ = moments(_noise(case, *sample), SIGMA)
    if std < 1e-5:  # what float32 rounds away
        return "none" if abs(mean) < 1e-5 else "one for all"
    centred = abs(mean) <= Z * std / math.sqrt(MANY)
    return ["centred" if centred else "other", _bucket(std, (1e-4, 0.01, 1.0))]


def _bucket(value: float, known: tuple[float, ...]) -> Any:
    return next((one for one in known if 0.95 < value / one < 1.05), "other")


@shows("shape")
def _y_one_axis(w, b, n):
    X = torch.normal(0, 1, (n, len(w)))
    y = X @ w + b + torch.normal(0, 0.01, (n,))
    return X, y


@shows("shape")
def _y_row(w, b, n):
    X, y = _y_one_axis(w, b, n)
    return X, y.reshape(1, -1)


@shows("shape")
def _noise_broadcast(w, b, n):
    X = torch.normal(0, 1, (n, len(w)))
    return X, (X @ w + b).reshape(-1, 1) + torch.normal(0, 0.01, (n,))


@another(_noise_broadcast)
def _noise_broadcast_then_column(w, b, n):
    X, y = _noise_broadcast(w, b, n)
    return X, y.reshape(-1, 1)


@shows("runs", "shape")
def _float64(w, b, n):
    X = torch.from_numpy(np.random.normal(size=(n, len(w))))
    return X, (X @ w.double() + b).reshape(-1, 1)


@another(_float64)
def _float64_meets_float32(w, b, n):
    X = torch.from_numpy(np.random.normal(size=(n, len(w))))
    return X, X @ w + b


@shows("runs")
def _two_features_only(w, b, n):
    X = torch.normal(0, 1, (n, 2))
    return X, (X @ w + b).reshape(-1, 1)


@another(_two_features_only)
def _two_features_by_index(w, b, n):
    X = torch.normal(0, 1, (n, 2))
    return X, (X[:, 0] * w[0] + X[:, 1] * w[1] + b).reshape(-1, 1)


@another(_two_features_only)
def _two_features_broadcast(w, b, n):
    X = torch.normal(0, 1, (n, 2))
    return X, ((X * w).sum(1) + b).reshape(-1, 1)


true_w, true_b = torch.tensor([2, -3.4]), 4.2


@shows("runs", "relation")
def _global_true_w(w, b, n):
    X = torch.normal(0, 1, (n, len(w)))
    return X, (X @ true_w + true_b).reshape(-1, 1)


@another(_global_true_w)
def _global_true_w_alone(w, b, n):
    X = torch.normal(0, 1, (n, len(w)))
    return X, (X @ true_w + b).reshape(-1, 1)


@another(_global_true_w)
def _global_true_b_alone(w, b, n):
    X = torch.normal(0, 1, (n, len(w)))
    return X, (X @ w + true_b).reshape(-1, 1)


@another(_global_true_w)
def _global_true_w_by_column(w, b, n):
    X = torch.normal(0, 1, (n, len(w)))
    y = true_b + sum(x * one for x, one in zip(X.T, true_w, strict=False))
    return X, y.reshape(-1, 1)


@shows("relation")
def _bias_forgotten(w, b, n):
    X = torch.normal(0, 1, (n, len(w)))
    return X, (X @ w).reshape(-1, 1)


@shows("features")
def _features_uniform(w, b, n):
    X = torch.rand(n, len(w))
    return X, (X @ w + b).reshape(-1, 1)


@another(_features_uniform)
def _features_uniform_centred(w, b, n):
    X = 2 * torch.rand(n, len(w)) - 1
    return X, (X @ w + b).reshape(-1, 1)


@shows("features")
def _seed_inside(w, b, n):
    torch.manual_seed(42)
    X = torch.normal(0, 1, (n, len(w)))
    return X, (X @ w + b).reshape(-1, 1)


@shows("features")
def _features_kept(w, b, n):
    X = torch.normal(0, 1, (n, len(w)), generator=torch.Generator().manual_seed(42))
    return X, (X @ w + b + torch.normal(0, 0.01, (n,))).reshape(-1, 1)


@shows("noise")
def _noise_missing(w, b, n):
    X = torch.normal(0, 1, (n, len(w)))
    return X, (X @ w + b).reshape(-1, 1)


@shows("noise")
def _noise_one_for_all(w, b, n):
    X, y = _noise_missing(w, b, n)
    return X, y + 0.01


@shows("noise")
def _noise_variance_as_std(w, b, n):
    X, y = _noise_missing(w, b, n)
    return X, y + torch.normal(0, 0.01**2, y.shape)


@shows("noise")
def _noise_std_1(w, b, n):
    X, y = _noise_missing(w, b, n)
    return X, y + torch.randn(y.shape)
