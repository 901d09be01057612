"""Answers to `synthetic_data`, and how often a right one is called wrong."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import torch
from scipy import stats
from torch import nn

from answers import Listed
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
        if "noise" in case["rules"]:
            tails += moment_tails(n, exercise.Z) + correlation_tail(n, exercise.Z)
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
    "only-y": made(last=lambda X, y: y),
    "first-two-weights": made(label=first_two_weights),
    "bias-subtracted": made(label=lambda X, w, b: X @ w - b),
    "features-std-001": made(lambda n, d: 0.01 * torch.randn(n, d)),
    "one-column-repeated": made(lambda n, d: torch.randn(n, 1).repeat(1, d)),
    "noise-std-01": made(noise=lambda n: 0.1 * torch.randn(n)),
    "noise-positive": made(noise=lambda n: 0.01 * torch.randn(n).abs()),
    "nothing-returned": made(last=lambda X, y: None),
    "nan": made(label=lambda X, w, b: X @ w * math.nan),
    "infinite-features": made(lambda n, d: torch.full((n, d), math.inf)),
    "swapped": made(last=lambda X, y: (y, X)),
    "three-returned": made(last=lambda X, y: (X, y, y)),
    "in-a-dict": made(last=lambda X, y: {"X": X, "y": y}),
    "numpy-arrays": made(last=lambda X, y: (X.numpy(), y.numpy())),
    "lists": made(last=lambda X, y: (X.tolist(), y.tolist())),
    "half-precision": made(last=lambda X, y: (X.half(), y.half())),
    "complex": made(last=lambda X, y: (X.cfloat(), y.cfloat())),
    "integers": made(last=lambda X, y: (X.long(), y.long())),
    "transposed": made(last=lambda X, y: (X.T, y)),
    "column-of-ones": made(last=lambda X, y: (torch.cat([X, torch.ones_like(y)], 1), y)),
    "one-example-more": lambda w, b, num_examples: with_torch_normal(w, b, num_examples + 1),
    "ten-thousand-squared": ten_thousand_squared,
    "endless": endless,
    "weights-reversed": made(label=weights_reversed),
    "absolute-weights": made(label=lambda X, w, b: X @ w.abs() + b),
    "squared-weights": made(label=lambda X, w, b: X @ w**2 + b),
    "bias-doubled": made(label=lambda X, w, b: X @ w + 2 * b),
    "labels-clamped": made(last=lambda X, y: (X, y.clamp(-100, 100))),
    "integer-bias": integer_bias,
    "chapter-alone": chapter_alone,
    "same-data-for-the-chapter": same_data_for_the_chapter,
    "features-shifted": made(lambda n, d: torch.randn(n, d) + 0.1),
    "features-mean-1": made(lambda n, d: torch.normal(1.0, 1.0, (n, d))),
    "features-uniform-of-unit-spread": made(lambda n, d: (2 * torch.rand(n, d) - 1) * 3**0.5),
    "features-heavy-tailed": made(mixed),
    "features-signs": made(lambda n, d: torch.randint(0, 2, (n, d)) * 2.0 - 1),
    "features-integer": made(lambda n, d: torch.randn(n, d).round()),
    "noise-std-002": made(noise=lambda n: 0.02 * torch.randn(n)),
    "noise-uniform": made(noise=lambda n: 0.01 * (2 * torch.rand(n) - 1) * 3**0.5),
    "noise-zero-to-001": made(noise=lambda n: 0.01 * torch.rand(n)),
    "noise-of-the-features": noise_of_the_features,
    "noise-seeded-alone": noise_seeded_alone,
    "noise-mean-001": made(noise=lambda n: torch.normal(0.01, 0.01, (n,))),
    "no-more-than-1000": no_more_than_1000,
    "one-example-flat": one_example_flat,
    "no-arguments": partial(lambda: None),
    "exits": lambda w, b, num_examples: exit(),
}
