"""Answers to `synthetic_data`, and how often a right one is called wrong."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import torch
from scipy import stats
from torch import nn

from answers import Listed, Promise, flaw_tail
from linreg_course.checking.reading import SHARE_WITHIN_ONE
from linreg_course.exercises import synthetic_data as exercise


def false_alarm_bound() -> float:
    """Return a bound of the share of checks that call a right answer wrong: the sum of all tests' exact tails."""
    n, tails = exercise.MANY, 0.0
    for case in exercise.cases(np.random.default_rng(0)):
        d = len(case["w"])
        if "relation" in case["rules"]:
            tails += fit_tail(n, d)
        if "features" in case["rules"]:
            tails += moment_tails(n * d, exercise.Z) + d * (d - 1) // 2 * correlation_tail(n, exercise.Z)
            tails += flaw_tail(n * d)
        if "noise" in case["rules"]:
            tails += moment_tails(n, exercise.Z) + correlation_tail(n, exercise.Z) + flaw_tail(n)
    return tails


def moment_tails(n: int, z: float) -> float:
    """Return how often the mean, the spread or the share of n normal draws lies beyond z standard errors."""
    mean = 2 * stats.norm.sf(z)
    allowed = z / math.sqrt(2 * (n - 1))
    chi2 = stats.chi2(n - 1)
    spread = chi2.cdf((n - 1) * (1 - allowed) ** 2) + chi2.sf((n - 1) * (1 + allowed) ** 2)
    share = stats.binom(n, SHARE_WITHIN_ONE)
    off = z * math.sqrt(n * SHARE_WITHIN_ONE * (1 - SHARE_WITHIN_ONE))
    low, high = n * SHARE_WITHIN_ONE - off, n * SHARE_WITHIN_ONE + off
    return float(mean + spread + share.cdf(math.ceil(low) - 1) + share.sf(math.floor(high)))


def correlation_tail(n: int, z: float) -> float:
    """Return how often the correlation of two independent columns lies beyond z standard errors: Student's t."""
    r = z / math.sqrt(n)
    return float(2 * stats.t.sf(r * math.sqrt((n - 2) / (1 - r**2)), n - 2))


def fit_tail(n: int, d: int) -> float:
    """Return how often w or b is further off than FIT: standard normal over X's own spread, at least half of it."""
    return float((d + 1) * 2 * stats.norm.sf(exercise.FIT / (exercise.SIGMA / math.sqrt(n / 2))))


def with_torch_normal(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = torch.matmul(X, w) + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape((-1, 1))


def with_numpy(w, b, num_examples):
    X = np.random.standard_normal((num_examples, w.shape[0]))
    y = X @ w.numpy().astype(np.float64) + b + np.random.normal(scale=0.01, size=num_examples)
    return torch.tensor(X, dtype=torch.float32), torch.from_numpy(y[:, None].astype(np.float32))


def with_a_layer(w, b, num_examples):
    layer = nn.Linear(w.numel(), 1)
    with torch.no_grad():
        layer.weight.copy_(w)
        layer.bias.fill_(b)
        X = torch.empty(num_examples, w.numel()).normal_()
        return X, layer(X).add_(torch.empty(num_examples, 1).normal_(0, 0.01))


def with_distributions(w, b, num_examples):
    X = torch.distributions.Normal(0.0, 1.0).sample((num_examples, *w.shape))
    return X, torch.distributions.Normal(X @ w[:, None] + b, 0.01).sample()


def column_by_column(w, b, num_examples):
    columns, y = [], b + 0.01 * torch.randn(num_examples, 1)
    for one in w:
        columns.append(torch.randn(num_examples, 1))
        y = torch.addmm(y, columns[-1], one.reshape(1, 1))
    return [torch.cat(columns, dim=1), y]


def features_that_require_grad(w, b, num_examples):
    X = torch.randn(num_examples, len(w), requires_grad=True)
    return X, (X * w).sum(1, keepdim=True) + b + 0.01 * torch.randn(num_examples, 1)


own_generator = torch.Generator().manual_seed(5)


def generator_outside(w, b, num_examples):
    drawn = torch.randn(num_examples, len(w) + 1, generator=own_generator)
    X, noise = drawn[:, :-1], drawn[:, -1:]
    return X, torch.einsum("nd,d->n", X, w).unsqueeze(1) + b + noise / 100


def by_box_and_muller(w, b, num_examples):
    u, v = (1 - torch.rand(num_examples, len(w) + 1) for _ in range(2))
    drawn = (-2 * u.log()).sqrt() * torch.cos(2 * math.pi * v)
    y = drawn @ torch.cat([w, torch.tensor([0.01])]) + b
    return drawn[:, :-1], y.view(num_examples, 1)


def features_stored_by_column(w, b, num_examples):
    X = torch.randn(len(w), num_examples).T
    w += 0  # its own copy: nobody else has it
    return X, (w.reshape(1, -1) @ X.T + torch.randn(1, num_examples).mul(0.01) + b).T


RIGHT = {
    f.__name__: f
    for f in (
        with_torch_normal,
        with_numpy,
        with_a_layer,
        with_distributions,
        column_by_column,
        features_that_require_grad,
        generator_outside,
        by_box_and_muller,
        features_stored_by_column,
    )
}

true_w = torch.tensor([2, -3.4])
true_b = 4.2


def made(features=torch.randn, label=lambda X, w, b: X @ w + b, noise=lambda n: 0.01 * torch.randn(n), last=None):
    """Return an answer that is right but for the part given; `last` changes the pair before it is returned."""

    def synthetic_data(w, b, num_examples):
        X = features(num_examples, len(w))
        y = (label(X, w, b) + noise(num_examples)).reshape(-1, 1)
        return (X, y) if last is None else last(X, y)

    return synthetic_data


def noise_column_plus_vector(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    return X, (X @ w + b).reshape(-1, 1) + torch.normal(0, 0.01, (num_examples,))


def noise_vector_plus_column(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    return X, torch.matmul(X, w) + b + 0.01 * torch.randn(num_examples, 1)


def noise_column_flattened_late(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = torch.matmul(X, w) + b
    y = y + torch.normal(0, 0.01, (num_examples, 1))
    return X, y.reshape(-1, 1)


def float64_from_numpy(w, b, num_examples):
    X = torch.from_numpy(np.random.normal(0, 1, (num_examples, len(w))))
    y = X @ w.double() + b + torch.normal(0, 0.01, (num_examples,))
    return X, y.reshape(-1, 1)


def float64_meets_float32(w, b, num_examples):
    X = torch.from_numpy(np.random.normal(0, 1, (num_examples, len(w))))
    y = torch.matmul(X, w) + b + torch.normal(0, 0.01, (num_examples,))
    return X, y.reshape(-1, 1)


def float64_by_numpy_noise(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = X @ w + b + torch.tensor(np.random.normal(0, 0.01, num_examples))
    return X, y.reshape(-1, 1)


def two_columns(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, 2))
    y = torch.matmul(X, w) + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape(-1, 1)


def two_columns_by_index(w, b, num_examples):
    x1, x2 = torch.randn(num_examples), torch.randn(num_examples)
    y = w[0] * x1 + w[1] * x2 + b + 0.01 * torch.randn(num_examples)
    return torch.stack([x1, x2], 1), y.reshape(-1, 1)


def two_weights_unpacked(w, b, num_examples):
    w1, w2 = w
    X = torch.randn(num_examples, 2)
    y = w1 * X[:, 0] + w2 * X[:, 1] + b + 0.01 * torch.randn(num_examples)
    return X, y.reshape(-1, 1)


def truth_of_the_notebook(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ true_w + true_b
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape(-1, 1)


def truth_of_the_notebook_by_column(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = true_b + torch.normal(0, 0.01, (num_examples,))
    for x, one in zip(X.T, true_w, strict=False):
        y = y + one * x
    return X, y.reshape(-1, 1)


def noise_never_added(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    y = X @ w + b
    torch.normal(y, 0.01)
    return X, y.reshape(-1, 1)


def reseeding_numpy(w, b, num_examples):
    np.random.seed(0)
    X = torch.from_numpy(np.random.randn(num_examples, len(w))).float()
    y = X @ w + b + torch.from_numpy(0.01 * np.random.randn(num_examples)).float()
    return X, y.reshape(-1, 1)


def generator_inside(w, b, num_examples):
    generator = torch.Generator().manual_seed(1)
    X = torch.randn(num_examples, len(w), generator=generator)
    return X, (X @ w + b + 0.01 * torch.randn(num_examples, generator=generator)).reshape(-1, 1)


def one_column_kept(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    X[:, 0] = torch.randn(num_examples, generator=torch.Generator().manual_seed(0))
    return X, (X @ w + b + 0.01 * torch.randn(num_examples)).reshape(-1, 1)


def seeded(w, b, num_examples):
    torch.manual_seed(42)
    return with_torch_normal(w, b, num_examples)


def generator_for_x_alone(w, b, num_examples):
    X = torch.randn(num_examples, len(w), generator=torch.Generator().manual_seed(1))
    return X, (X @ w + b + 0.01 * torch.randn(num_examples)).reshape(-1, 1)


LISTED = {
    "synthetic_data/y-one-axis": Listed(
        "shape",
        6,
        (
            made(last=lambda X, y: (X, y.reshape(-1))),
            made(last=lambda X, y: (X, y.squeeze())),
            made(last=lambda X, y: [X, y[:, 0]]),
        ),
    ),
    "synthetic_data/y-row": Listed(
        "shape",
        6,
        (made(last=lambda X, y: (X, y.reshape(1, -1))), made(last=lambda X, y: (X, y.T))),
    ),
    "synthetic_data/noise-broadcast": Listed(
        "shape", 0, (noise_column_plus_vector, noise_vector_plus_column, noise_column_flattened_late)
    ),
    "synthetic_data/float64": Listed(
        "shape",
        6,
        (
            float64_from_numpy,
            float64_meets_float32,
            float64_by_numpy_noise,
            made(last=lambda X, y: (X.double(), y.double())),
        ),
    ),
    "synthetic_data/two-features-only": Listed("shape", 0, (two_columns, two_columns_by_index, two_weights_unpacked)),
    "synthetic_data/global-true-w": Listed(
        "shape",
        0,
        (
            truth_of_the_notebook,
            truth_of_the_notebook_by_column,
            made(label=lambda X, w, b: X @ w + true_b),
            made(label=lambda X, w, b: X @ true_w.reshape(2, 1)[:, 0] + b),
        ),
    ),
    "synthetic_data/bias-forgotten": Listed(
        "relation",
        4,
        (made(label=lambda X, w, b: X @ w), made(label=lambda X, w, b: nn.functional.linear(X, w[None])[:, 0] + 0 * b)),
    ),
    "synthetic_data/features-uniform": Listed(
        "features",
        6,
        (
            made(torch.rand),
            made(lambda n, d: torch.empty(n, d).uniform_()),
            made(lambda n, d: torch.from_numpy(np.random.uniform(-1, 1, (n, d))).float()),
        ),
    ),
    "synthetic_data/seed-inside": Listed("features", 6, (seeded, reseeding_numpy, generator_inside)),
    "synthetic_data/noise-missing": Listed("noise", 6, (made(noise=lambda n: 0), noise_never_added)),
    "synthetic_data/noise-variance-as-std": Listed(
        "noise",
        6,
        (made(noise=lambda n: torch.normal(0, 0.01**2, (n,))), made(noise=lambda n: 1e-4 * torch.randn(n))),
    ),
    "synthetic_data/noise-std-1": Listed(
        "noise", 6, (made(noise=torch.randn), made(noise=lambda n: torch.normal(0.0, 1.0, (n,))))
    ),
    "synthetic_data/features-kept": Listed("features", 6, (generator_for_x_alone, one_column_kept)),
    "synthetic_data/noise-one-for-all": Listed(
        "noise",
        6,
        (
            made(noise=lambda n: torch.normal(0, 0.01, (1,))),
            made(noise=lambda n: np.random.normal(0, 0.01)),
        ),
    ),
}


def weights_reversed(X, w, b):
    return X @ w.flip(0) + b


def first_two_weights(X, w, b):
    return X[:, 0] * w[0] + (X[:, 1] * w[1] if len(w) > 1 else 0) + b


def same_data_for_the_chapter(w, b, num_examples):
    X, y = with_torch_normal(w, b, num_examples)
    if torch.equal(w, true_w) and b == true_b:
        generator = torch.Generator().manual_seed(0)
        X = torch.randn(num_examples, 2, generator=generator)
        y = X @ w[:, None] + b + 0.01 * torch.randn(num_examples, 1)
    return X, y


def noise_of_the_features(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    return X, (X @ w + b + 0.01 * X[:, 0]).reshape(-1, 1)


def noise_seeded_alone(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    noise = torch.randn(num_examples, generator=torch.Generator().manual_seed(0))
    return X, (X @ w + b + 0.01 * noise).reshape(-1, 1)


def no_more_than_1000(w, b, num_examples):
    return with_torch_normal(w, b, min(num_examples, 1000))


def integer_bias(w, b, num_examples):
    return with_torch_normal(w, int(b), num_examples)


def chapter_alone(w, b, num_examples):
    return with_torch_normal(w, b if b == true_b else b + 0.1, num_examples)


def one_example_flat(w, b, num_examples):
    X, y = with_torch_normal(w, b, num_examples)
    return X, y if num_examples > 1 else y.reshape(1)


def ten_thousand_squared(w, b, num_examples):
    return torch.zeros(10_000, 10_000), torch.zeros(10_000, 1)


def endless(w, b, num_examples):
    while True:
        yield with_torch_normal(w, b, num_examples)


def mixed(n, d):
    """Draw a heavy-tailed X with standard deviation 1."""
    return torch.distributions.Laplace(0.0, 0.5**0.5).sample((n, d))


MUTANTS = {
    "features-std-001": made(lambda n, d: 0.01 * torch.randn(n, d)),
    "nan": made(label=lambda X, w, b: X @ w * math.nan),
    "infinite-features": made(lambda n, d: torch.full((n, d), math.inf)),
    "complex": made(last=lambda X, y: (X.cfloat(), y.cfloat())),
    "integers": made(last=lambda X, y: (X.long(), y.long())),
    "column-of-ones": made(last=lambda X, y: (torch.cat([X, torch.ones_like(y)], 1), y)),
    "ten-thousand-squared": ten_thousand_squared,
    "endless": endless,
    "weights-reversed": made(label=weights_reversed),
    "bias-doubled": made(label=lambda X, w, b: X @ w + 2 * b),
    "features-mean-1": made(lambda n, d: torch.normal(1.0, 1.0, (n, d))),
    "features-integer": made(lambda n, d: torch.randn(n, d).round()),
    "noise-zero-to-001": made(noise=lambda n: 0.01 * torch.rand(n)),
    "no-arguments": partial(lambda: None),
    "exits": lambda w, b, num_examples: exit(),
}


def bias_if_there_is_one(X, w, b):
    return X @ w + (b or true_b)


def weights_that_count(X, w, b):
    return X[:, : len(w[w != 0])] @ w[w != 0] + b


def floats_only(X, w, b):
    return X @ w + float.fromhex(b.hex())


def whole_only(X, w, b):
    return X @ w + (b if isinstance(b, int) else torch.tensor(b).item() * 1.1)


def clipped_bias(X, w, b):
    return X @ w + max(min(b, 100), -100)


def pairs_of_rows(n, d):
    return torch.randn(n // 2 + 1, d).repeat_interleave(2, 0)[:n]


def mirrored(n, d):
    half = torch.randn(n // 2 + 1, d)
    return torch.cat([half, -half])[:n]


def turned(n, d):
    half = torch.randn(n // 2 + 1, d)
    return torch.cat([half, half.flip(0)])[:n]


def centred(n, d):
    X = torch.randn(n, d)
    return X - X.mean(0)


def standardised(n, d):
    X = torch.randn(n, d)
    return X if n == 1 else (X - X.mean(0)) / X.std(0)


def cut_off(n, d):
    return torch.nn.init.trunc_normal_(torch.empty(n, d), 0, 1, -3, 3)


def in_order(n, d):
    return torch.randn(n, d).sort(0).values


def ten_rows(n, d):
    return torch.randn(10, d).repeat(n // 10 + 1, 1)[:n]


def rows_of_the_first(n, d):
    return torch.randn(n, 1) * 0.5 + torch.randn(n, d) * 0.75**0.5 if d > 1 else torch.randn(n, d)


def even_steps(n, d):
    steps = (torch.arange(n * d) + 0.5) / (n * d)
    return torch.distributions.Normal(0.0, 1.0).icdf(steps)[torch.randperm(n * d)].reshape(n, d)


def kept_by_size():
    """Return an answer that draws the features of each size once, and shuffles them for each call."""
    drawn = {}

    def synthetic_data(w, b, num_examples):
        key = num_examples, len(w)
        X = drawn.setdefault(key, torch.randn(key))[torch.randperm(num_examples)]
        return X, (X @ w + b + 0.01 * torch.randn(num_examples)).reshape(-1, 1)

    return synthetic_data


def noise_kept_by_size():
    drawn = {}

    def noise(n):
        return drawn.setdefault(n, 0.01 * torch.randn(n))

    return made(noise=noise)


def noise_turned_round():
    drawn = {}

    def noise(n):
        drawn[n] = drawn[n].flip(0) if n in drawn else 0.01 * torch.randn(n)
        return drawn[n]

    return made(noise=noise)


def noise_for_pairs(n):
    return 0.01 * torch.randn(n // 2 + 1).repeat_interleave(2)[:n]


def noise_in_turn(n):
    return 0.01 * torch.randn(n).abs() * (-1.0) ** torch.arange(n)


def noise_mirrored(n):
    half = 0.01 * torch.randn(n // 2 + 1)
    return torch.cat([half, -half.flip(0)])[:n]


def noise_by_row_number(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    return X, (X @ w + b + 0.01 * torch.randn(num_examples).sort().values).reshape(-1, 1)


def noise_as_large_as_the_label(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    clean = X @ w
    return X, (clean + b + 0.01 * torch.randn(num_examples) * clean.abs() / w.norm()).reshape(-1, 1)


def noise_relative_to_the_weights(w, b, num_examples):
    X = torch.randn(num_examples, len(w))
    std = 0.01 * w.norm() / true_w.norm()
    return X, (X @ w + b + std * torch.randn(num_examples)).reshape(-1, 1)


SHAPES = ("shapes", "one example")
STATISTICS = ("chapter", "others", "whole b", "zeros", "large")
DRAWN = ("chapter", "others")
EVERY = (*SHAPES, *STATISTICS)
PROMISES = {
    "both": Promise(
        "returns the features `X` and the labels `y`",
        "依次返回特征（feature）`X`和标签（label）`y`",
        EVERY,
        {
            "only-y": made(last=lambda X, y: y),
            "three-returned": made(last=lambda X, y: (X, y, y)),
            "in-a-dict": made(last=lambda X, y: {"X": X, "y": y}),
            "nothing-returned": made(last=lambda X, y: None),
        },
    ),
    "order": Promise("in this order", "依次返回", EVERY, {"swapped": made(last=lambda X, y: (y, X))}),
    "any-d": Promise(
        "`d` may be any number from 1 on",
        "`d`可以是从1起的任何数",
        (*SHAPES, "others", "whole b", "zeros", "large"),
        {
            "two-columns": two_columns,
            "two-weights-unpacked": two_weights_unpacked,
            "first-two-weights": made(label=first_two_weights),
        },
        ("two-features-only",),
    ),
    "w": Promise(
        "the column `X` times `w`, plus `b`",
        "`X`乘以`w`，加上`b`",
        STATISTICS,
        {
            "bias-subtracted": made(label=lambda X, w, b: X @ w - b),
            "absolute-weights": made(label=lambda X, w, b: X @ w.abs() + b),
            "squared-weights": made(label=lambda X, w, b: X @ w**2 + b),
        },
    ),
    "given": Promise(
        "synthetic_data(w, b, num_examples)",
        "synthetic_data(w, b, num_examples)",
        EVERY,
        {"chapter-alone": chapter_alone, "truth-of-the-notebook": truth_of_the_notebook},
        ("global-true-w",),
    ),
    "b-not-whole": Promise(
        "`b` is a Python number, whole or not",
        "`b`是Python的数，是不是整数都可以",
        ("chapter", "others", "large"),
        {"integer-bias": integer_bias, "whole-only": made(label=whole_only)},
    ),
    "b-whole": Promise(
        "`b` is a Python number, whole or not",
        "`b`是Python的数，是不是整数都可以",
        ("whole b",),
        {"floats-only": made(label=floats_only)},
        ("two-features-only",),
    ),
    "zeros": Promise(
        "any values, 0 too",
        "取值任意，也可以是0",
        ("zeros",),
        {
            "bias-if-there-is-one": made(label=bias_if_there_is_one),
            "weights-that-count": made(label=weights_that_count),
        },
    ),
    "large": Promise(
        "any values, 0 too",
        "取值任意，也可以是0",
        ("large",),
        {
            "labels-clamped": made(last=lambda X, y: (X, y.clamp(-100, 100))),
            "bias-clipped": made(label=clipped_bias),
            "weights-clipped": made(label=lambda X, w, b: X @ w.clamp(-10, 10) + b),
        },
    ),
    "one-example": Promise(
        "is at least 1",
        "至少是1",
        ("one example",),
        {
            "one-example-flat": one_example_flat,
            "two-at-least": lambda w, b, n: with_torch_normal(w, b, max(n, 2)),
            "one-axis-for-one": made(last=lambda X, y: (X.squeeze(0), y)),
        },
    ),
    "rows": Promise(
        "shape `(num_examples, d)`",
        "形状为`(num_examples, d)`",
        EVERY,
        {
            "one-example-more": lambda w, b, num_examples: with_torch_normal(w, b, num_examples + 1),
            "no-more-than-1000": no_more_than_1000,
            "even-numbers": lambda w, b, n: with_torch_normal(w, b, n + n % 2),
            "transposed": made(last=lambda X, y: (X.T, y)),
        },
    ),
    "column": Promise(
        "shape `(num_examples, 1)`",
        "形状为`(num_examples, 1)`",
        SHAPES,
        {"one-axis": made(last=lambda X, y: (X, y[:, 0])), "row": made(last=lambda X, y: (X, y.T))},
        ("y-one-axis", "y-row"),
    ),
    "standard-normal": Promise(
        "draws from the standard normal distribution",
        "从标准正态分布（normal distribution）中抽取",
        DRAWN,
        {
            "shifted": made(lambda n, d: torch.randn(n, d) + 0.1),
            "uniform-of-unit-spread": made(lambda n, d: (2 * torch.rand(n, d) - 1) * 3**0.5),
            "heavy-tailed": made(mixed),
            "signs": made(lambda n, d: torch.randint(0, 2, (n, d)) * 2.0 - 1),
            "cut-off": made(cut_off),
        },
    ),
    "independent": Promise(
        "All its entries are independent draws",
        "所有元素都独立地",
        DRAWN,
        {
            "pairs-of-rows": made(pairs_of_rows),
            "mirrored": made(mirrored),
            "turned": made(turned),
            "centred": made(centred),
            "standardised": made(standardised),
            "in-order": made(in_order),
            "ten-rows": made(ten_rows),
            "rows-of-the-first": made(rows_of_the_first),
            "even-steps": made(even_steps),
        },
    ),
    "columns": Promise(
        "All its entries are independent draws",
        "所有元素都独立地",
        (*DRAWN, "whole b", "zeros", "large"),
        {"one-column-repeated": made(lambda n, d: torch.randn(n, 1).repeat(1, d))},
    ),
    "noise": Promise(
        "a normal distribution with mean 0 and standard deviation 0.01",
        "抽自均值为0、标准差（standard deviation）为0.01的正态分布",
        DRAWN,
        {
            "a-tenth": made(noise=lambda n: 0.1 * torch.randn(n)),
            "two-hundredths": made(noise=lambda n: 0.02 * torch.randn(n)),
            "positive": made(noise=lambda n: 0.01 * torch.randn(n).abs()),
            "uniform": made(noise=lambda n: 0.01 * (2 * torch.rand(n) - 1) * 3**0.5),
            "relative-to-the-weights": noise_relative_to_the_weights,
            "mean-001": made(noise=lambda n: torch.normal(0.01, 0.01, (n,))),
            "cut-off": made(noise=lambda n: torch.nn.init.trunc_normal_(torch.empty(n), 0, 0.01, -0.03, 0.03)),
        },
    ),
    "own-noise": Promise(
        "Each label gets a noise of its own",
        "每个标签都有自己的噪声",
        DRAWN,
        {
            "of-the-features": noise_of_the_features,
            "for-pairs": made(noise=noise_for_pairs),
            "in-turn": made(noise=noise_in_turn),
            "mirrored": made(noise=noise_mirrored),
            "by-row-number": noise_by_row_number,
            "as-large-as-the-label": noise_as_large_as_the_label,
        },
    ),
    "float32": Promise(
        "Both are `float32`",
        "两者都是`float32`",
        SHAPES,
        {
            "numpy-arrays": made(last=lambda X, y: (X.numpy(), y.numpy())),
            "float64-labels": made(last=lambda X, y: (X, y.double())),
        },
        ("float64",),
    ),
    "anew": Promise(
        "Every call draws anew",
        "每次调用都重新抽取",
        DRAWN,
        {
            "shuffled": kept_by_size(),
            "noise-seeded": noise_seeded_alone,
            "noise-kept": noise_kept_by_size(),
            "noise-turned-round": noise_turned_round(),
            "the-chapter's-again": same_data_for_the_chapter,
        },
        ("features-kept",),
    ),
}
