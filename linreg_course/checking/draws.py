"""Tell independent draws from numbers that only have the right mean, spread and share: what `flaw` says of two calls.

A right answer is found at fault once in five hundred million tensors. The bounds, for n numbers of each call:

* A sum of n products of independent draws, of variance at most 2n, is beyond `APART` times √(2n) with a chance below
  2 exp(-APART² / 2), by Chernoff's bound with the moment generating function (1 - t²)^(-1/2) of a product of normal
  draws; uniform draws have no larger one. There are 4n such sums.
* A mean or a spread is within `TOO_EXACT` standard errors of what is due with a chance of 0.8 times that, in both
  calls with the square of it.
* Beyond the edge that `_edge` gives there are `BEYOND` of 2n normal draws on average: none with a chance of
  exp(-BEYOND).
"""

from __future__ import annotations

import math
from statistics import NormalDist

import torch
from torch import Tensor

from linreg_course.language import Text

APART = 8.5
TOO_EXACT = 2e-5
BEYOND = 24
# Of 24-bit random numbers some are equal by chance, but never one in ten.
DISTINCT = 0.9


def flaw(first: Tensor, second: Tensor, is_normal: bool, is_exact: bool = True) -> Text | None:
    """Return what shows that the numbers of two calls are no independent draws, or None.

    Args:
        first: at least a thousand numbers of one call, less the mean that is due, over the spread that is due.
        second: those of another call.
        is_normal: whether they should be normal draws: without an end on either side.
        is_exact: whether the numbers are as they were drawn, and not computed from others and so rounded.
    """
    one, other = first.double().reshape(-1), second.double().reshape(-1)
    if len(one) != len(other):
        return Text(en="another count of numbers in a second call", zh="第二次调用给出的数，个数不同")
    if not (one.isfinite().all() and other.isfinite().all()):
        return Text(en="numbers of which not all are finite", zh="有的数不是有限的")
    found = _repeated(one, other) if is_exact else None
    return found or _related(one, other) or _too_exact(one, other) or (_cut_off(one, other) if is_normal else None)


def _repeated(one: Tensor, other: Tensor) -> Text | None:
    sizes, others = one.abs().unique(), other.abs().unique()
    if len(sizes) < DISTINCT * len(one):
        return Text(
            en="numbers of which many are equal, or equal but for the sign", zh="许多数相等，或者只差一个正负号"
        )
    if torch.isin(sizes, others).double().mean() > 1 - DISTINCT:
        return Text(en="numbers of which many come again in a second call", zh="第二次调用又给出了许多同样的数")
    return None


def _related(one: Tensor, other: Tensor) -> Text | None:
    """Compare each number with the one so many places on, or as far from the other end, here and in the other call."""
    n, (a, b) = len(one), (torch.fft.fft(values) for values in (one, other))
    shifted, turned, other_shifted, other_turned = (
        torch.fft.ifft(product).real / n for product in (a * a.conj(), a * a, a * b.conj(), a * b)
    )
    shifted[0] = 0  # each number with itself
    bound = APART * math.sqrt(2 / n)
    if float(shifted.abs().max()) > bound:
        return _at_a_distance(shifted, bound)
    if float(turned.abs().max()) > bound:
        return Text(en="numbers that come again in reverse order", zh="同样的数按相反的顺序又出现了一遍")
    if float(torch.stack([other_shifted, other_turned]).abs().max()) > bound:
        return Text(en="numbers that depend on those of another call", zh="两次调用给出的数彼此相关")
    return None


def _at_a_distance(shifted: Tensor, bound: float) -> Text:
    places = int((shifted.abs() > bound).nonzero()[0])
    r = f"{float(shifted[places]):.2f}"
    return Text(
        en=f"numbers that depend on one another: at distance {places} their correlation is {r}",
        zh=f"各个数并不独立：相隔{places}个位置的数，相关系数为{r}",
    )


def _too_exact(one: Tensor, other: Tensor) -> Text | None:
    """Look at the mean, and at the spread about it, once over n and once over n - 1."""
    root = math.sqrt(len(one))
    means = [float(values.mean()) * root for values in (one, other)]
    spreads = [[(float(values.std(correction=c)) - 1) * root for values in (one, other)] for c in (0, 1)]
    if any(max(map(abs, scores)) < TOO_EXACT for scores in (means, *spreads)):
        return Text(
            en="numbers whose mean or standard deviation is exact in every call: those of draws scatter",
            zh="每次调用，均值或标准差都分毫不差；真正抽取的数会有偏差",
        )
    return None


def _cut_off(one: Tensor, other: Tensor) -> Text | None:
    farthest, edge = float(torch.cat([one, other]).abs().max()), _edge(2 * len(one))
    if farthest >= edge:
        return None
    return Text(
        en=f"no number farther than {farthest:.3g} standard deviations from the mean, where among so many normal "
        f"draws about {BEYOND} lie beyond {edge:.3g}",
        zh=f"离均值最远的数也只有{farthest:.3g}个标准差；抽取这么多正态分布的数，超出{edge:.3g}个标准差的大约有{BEYOND}个",
    )


def _edge(n: int) -> float:
    """Return the distance beyond which `BEYOND` of n normal draws lie on average."""
    return NormalDist().inv_cdf(1 - BEYOND / (2 * n))
