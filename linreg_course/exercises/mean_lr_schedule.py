"""`mean_lr_schedule(lr_sum, num_examples, batch_size)`: a rate for each step of a ragged epoch (challenge, 10 points).

The oracle takes the minibatches from a DataLoader. Each rate alone must undo the division by its minibatch's
size; all together must walk through an epoch of SGD on random data as `lr_sum` does with the sum, in float64.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import numpy as np
from torch.utils.data import DataLoader

from linreg_course.checking.exercise import another, shows
from linreg_course.checking.observing import Case, Seen, attempt, describe
from linreg_course.checking.reading import close, number
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault
from linreg_course.checking.words import words_of
from linreg_course.language import Text

WORDS = words_of(__file__)
POINTS = {"length": 2, "full-batches": 3, "ragged-batch": 3, "same-updates": 2}
ALL = list(POINTS)
EACH = ALL[:3]

# More than any case has examples: a schedule without end is cut here.
MOST_RATES = 2500
# Wide enough for rates that are kept in a float32 tensor, and for what many steps with them add up to.
RATE_RTOL = 1e-6
RTOL, ATOL = 1e-5, 1e-6


def cases(rng: np.random.Generator) -> list[Case]:
    sizes = [(7, 3), (6, 3), (3, 5), (5, 5), (1, 1), (9, 1), (257, 32), (11, 10), (19, 10), (9, 10), (1, 10)]
    drawn = [(int(rng.integers(12, 90)), int(rng.integers(2, 12))) for _ in range(6)]
    return [
        *(_case("usual", ALL, 0.003, n, 10) for n in (1003, 1000)),
        _case("usual", EACH, 0.003, 20_011, 16),
        *(_case("sizes", ALL, 0.02, *pair) for pair in sizes),
        _case("sizes", ["length"], 0.02, 2001, 2000),
        *(_case("drawn", ALL, int(rng.integers(1, 20)) / 1000, *pair) for pair in drawn),
        # A rate may have any number of digits, and be above 1.
        *(_case("rates", ["same-updates"], float(10 ** rng.uniform(-3, -2)), *pair) for pair in ((23, 5), (40, 8))),
        _case("rates", ["full-batches"], 0.5, 16, 8),
        _case("rates", ["ragged-batch"], 0.5, 19, 16),
        *(_case("rates", EACH, lr_sum, *pair) for lr_sum, pair in ((2, (8, 3)), (4.2e4, (12, 5)))),
        _case("small", EACH, 3.7e-9, 8, 3),
    ]


def _case(kind: str, rules: list[str], lr_sum: float, num_examples: int, batch_size: int) -> Case:
    return {"kind": kind, "rules": rules, "lr_sum": lr_sum, "num_examples": num_examples, "batch_size": batch_size}


def spell(case: Case) -> str:
    return f"mean_lr_schedule({case['lr_sum']:.6g}, {case['num_examples']}, {case['batch_size']})"


def arguments(case: Case) -> tuple[Any, ...]:
    return case["lr_sum"], case["num_examples"], case["batch_size"]


def observe(answer: Any, case: Case) -> Seen:
    value, raised = attempt(answer, *arguments(case))
    if raised is not None:
        return {"raised": raised}
    rates, failed = attempt(_taken, value)
    if failed is None:
        return {"rates": rates}
    # A generator's error is the answer's own; where there is nothing to go through, the value itself tells more.
    return {"raised": failed} if "line" in failed else {"rates": [], "value": describe(value)}


def _taken(value: Any) -> list[Any]:
    rates: list[Any] = []
    for rate in islice(value, MOST_RATES):
        rates.append(describe(rate))
        if number(rates[-1]) is None:
            break  # what is no number is no rate: the rest would tell nothing more
    return rates


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    rates, sizes = _rates(seen), _sizes(case)
    full = [size for size in sizes if size == case["batch_size"]]
    holds = {
        "length": len(rates) == len(sizes),
        "full-batches": len(rates) >= len(full) and _fit(case, rates[: len(full)], full),
        "ragged-batch": _fit(case, rates[-1:], sizes[-1:]),
        "same-updates": _walks_as_the_sum(case, rates, sizes),
    }
    broken = [rule for rule in case["rules"] if not holds[rule]]
    if not broken:
        return {}
    should = "numbers" if _has_odd_rate(seen) else None
    came = _came(seen, _first_wrong(case, rates, sizes) if holds["length"] else None)
    return {rule: Fault(spell(case), came, WORDS.say(should or rule)) for rule in broken}


def _has_odd_rate(seen: Seen) -> bool:
    """Tell whether the last thing that was taken is no number; nothing after it was."""
    return bool(seen["rates"]) and number(seen["rates"][-1]) is None


def _first_wrong(case: Case, rates: list[float], sizes: list[int]) -> int | None:
    """Return the number of the first step whose rate is wrong, from 0."""
    pairs = zip(rates, sizes, strict=True)
    return next((step for step, (rate, size) in enumerate(pairs) if not _fit(case, [rate], [size])), None)


def _came(seen: Seen, wrong: int | None) -> str | Text:
    """Return the rates that came: of many, those at the ends, or the first wrong one where it is not among them."""
    rates = seen["rates"]
    if "value" in seen:
        return shown(seen["value"])
    if _has_odd_rate(seen):
        return WORDS.say("as-rate", number=len(rates), came=shown(rates[-1]))
    if wrong is not None and 3 <= wrong < len(rates) - 1:
        return WORDS.say("wrong-rate", count=len(rates), number=wrong + 1, rate=shown(rates[wrong]))
    first = ", ".join(shown(rate) for rate in rates[:3])
    last = f", …, {shown(rates[-1])}" if len(rates) > 3 else ""
    return WORDS.say("rates", count=len(rates), rates=first + last)


def _rates(seen: Seen) -> list[float]:
    """Return the rates that came back; what is no number counts as nan."""
    rates = [number(rate) for rate in seen["rates"]]
    return [float("nan") if rate is None else rate for rate in rates]


def _sizes(case: Case) -> list[int]:
    examples: Any = range(case["num_examples"])
    return list(DataLoader(examples, batch_size=case["batch_size"], collate_fn=len))


def _fit(case: Case, rates: list[float], sizes: list[int]) -> bool:
    """Tell whether each rate undoes the mean's division by the size of its minibatch."""
    undone = [rate / size for rate, size in zip(rates, sizes, strict=False)]
    return close([case["lr_sum"]] * len(sizes), undone, RATE_RTOL)


def _walks_as_the_sum(case: Case, rates: list[float], sizes: list[int]) -> bool:
    if len(rates) != len(sizes):
        return False
    rng = np.random.default_rng(case["num_examples"])
    X, y = np.split(rng.normal(size=(case["num_examples"], 3)), [2], axis=1)
    with np.errstate(all="ignore"):
        by_sum = _path(X, y, sizes, [case["lr_sum"]] * len(sizes), np.sum)
        by_mean = _path(X, y, sizes, rates, np.mean)
    return bool(np.allclose(by_mean, by_sum, RTOL, ATOL))


def _path(X: np.ndarray, y: np.ndarray, sizes: list[int], rates: list[float], reduction: Any) -> np.ndarray:
    """Return w after each step of SGD on the squared loss."""
    w, path = np.array([2.0, -3.4]), []
    for size, end, rate in zip(sizes, np.cumsum(sizes), rates, strict=True):
        batch = slice(end - size, end)
        w = w - rate * reduction(2 * (X[batch] @ w - y[batch, 0])[:, None] * X[batch], axis=0)
        path.append(w)
    return np.array(path)


def battery(rng: np.random.Generator) -> list[Case]:
    return [_case("battery", ALL, 0.01, *pair) for pair in ((23, 10), (20, 10), (3, 5), (8, 5), (1, 1))]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    forms = sorted({_form(one) for one in seen})
    rates = [_rates(one) for one in seen if "rates" in one]
    right = all(not judge(case, one) for case, one in zip(battery, seen, strict=True) if "rates" in one)
    form = forms if len(forms) == 1 else "other"
    return {"form": None if forms == ["rates"] else form, "values": None if right else rates}


def _form(seen: Seen) -> str:
    if "rates" not in seen:
        return "late" if "late" in seen else seen["raised"]["type"]
    if "value" in seen:
        return "other" if number(seen["value"]) is None else "a single number"
    return "other" if any(number(rate) is None for rate in seen["rates"]) else "rates"


@shows("form")
def _one_number(lr_sum, num_examples, batch_size):
    return lr_sum * batch_size


@shows("values")
def _tail_as_full_batch(lr_sum, num_examples, batch_size):
    return [lr_sum * batch_size] * -(-num_examples // batch_size)


@shows("values")
def _tail_step_missing(lr_sum, num_examples, batch_size):
    return [lr_sum * batch_size] * (num_examples // batch_size)


@shows("values")
def _zero_rate_step(lr_sum, num_examples, batch_size):
    return [lr_sum * batch_size] * (num_examples // batch_size) + [lr_sum * (num_examples % batch_size)]


@shows("values")
def _divided(lr_sum, num_examples, batch_size):
    full, left = divmod(num_examples, batch_size)
    return [lr_sum / batch_size] * full + ([lr_sum / left] if left else [])


@another(_divided)
def _divided_by_the_batch_size(lr_sum, num_examples, batch_size):
    return [lr_sum / batch_size] * -(-num_examples // batch_size)


@shows("values")
def _average_batch(lr_sum, num_examples, batch_size):
    steps = -(-num_examples // batch_size)
    return [lr_sum * num_examples / steps] * steps


@shows("values")
def _tail_fraction_only(lr_sum, num_examples, batch_size):
    full, left = divmod(num_examples, batch_size)
    return [lr_sum * batch_size] * full + ([lr_sum * left / batch_size] if left else [])


@shows("values")
def _tail_unscaled(lr_sum, num_examples, batch_size):
    full, left = divmod(num_examples, batch_size)
    return [lr_sum * batch_size] * full + ([lr_sum] if left else [])


@shows("values")
def _floor_plus_one(lr_sum, num_examples, batch_size):
    return [lr_sum * batch_size] * (num_examples // batch_size + 1)
