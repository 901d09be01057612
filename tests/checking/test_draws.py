"""Independent draws have no flaw; each way to make numbers that only look like draws has one, and is told by it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from linreg_course.checking.draws import APART, BEYOND, TOO_EXACT, _edge, flaw

N = 10_000


def normal(rng: np.random.Generator) -> Tensor:
    return torch.from_numpy(rng.normal(size=(N // 10, 10))).float()


def uniform(rng: np.random.Generator) -> Tensor:
    return torch.from_numpy(rng.uniform(-(3**0.5), 3**0.5, (N,)))


@pytest.mark.parametrize("draw", [normal, uniform])
def test_draws_have_no_flaw(draw: Callable[[np.random.Generator], Tensor]) -> None:
    for seed in range(100):
        rng = np.random.default_rng(seed)
        assert flaw(draw(rng), draw(rng), draw is normal) is None


def standardised(z: Tensor) -> Tensor:
    return (z - z.mean()) / z.std()


def shared_by_neighbours(z: Tensor) -> Tensor:
    return z.reshape(-1)[: N // 2].repeat_interleave(2)


def turned_round(z: Tensor) -> Tensor:
    flat = z.reshape(-1)
    return torch.cat([flat[: N // 2], -flat[: N // 2].flip(0) + 0.01])


# Each makes of normal draws something else, with the words that tell it.
MADE: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "sorted": (lambda z: z.reshape(-1).sort().values, "at distance 1 "),
    "sorted column by column": (lambda z: z.sort(0).values, "at distance 1 "),
    "shared by neighbours": (shared_by_neighbours, "equal"),
    "one row for all": (lambda z: z[:1].expand(z.shape), "equal"),
    "mirrored": (lambda z: torch.cat([z[: len(z) // 2], -z[: len(z) // 2]]), "equal but for the sign"),
    "turned round": (turned_round, "reverse order"),
    "alternating": (lambda z: z.abs() * (-1.0) ** torch.arange(N).reshape(z.shape), "at distance 1 "),
    "centred": (lambda z: z - z.mean(), "exact in every call"),
    "standardised": (standardised, "exact in every call"),
    "scaled": (lambda z: z / z.std(correction=0), "exact in every call"),
    "cut off at 3": (lambda z: z.clamp(-3, 3) + 1e-9 * z, "no number farther than 3"),
    "infinite": (lambda z: z / 0, "not all are finite"),
}


@pytest.mark.parametrize("kind", MADE)
def test_what_only_looks_like_draws_is_told(kind: str) -> None:
    make, words = MADE[kind]
    for seed in range(5):
        rng = np.random.default_rng(seed)
        found = flaw(make(normal(rng)), make(normal(rng)), is_normal=True)
        assert found is not None
        assert words in found.en


AGAIN: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "the same": (lambda z: z, "come again in a second call"),
    "in another order": (lambda z: z.reshape(-1)[torch.randperm(N)], "come again in a second call"),
    "with another sign": (lambda z: -z, "come again in a second call"),
    "nearly the same": (lambda z: z + 0.01, "those of another call"),
    "turned round": (lambda z: z.reshape(-1).flip(0) + 0.01, "those of another call"),
}


@pytest.mark.parametrize("kind", AGAIN)
def test_a_second_call_that_depends_on_the_first_is_told(kind: str) -> None:
    make, words = AGAIN[kind]
    first = normal(np.random.default_rng(0))
    found = flaw(first, make(first), is_normal=True)
    assert found is not None
    assert words in found.en


def test_a_period_shows_where_numbers_were_rounded() -> None:
    rng = np.random.default_rng(0)
    tiled = [torch.from_numpy(np.tile(rng.normal(size=50), N // 50) + 1e-3 * rng.normal(size=N)) for _ in range(2)]
    found = flaw(tiled[0], tiled[1], is_normal=True, is_exact=False)
    assert found is not None
    assert "at distance 50 " in found.en


def test_the_bounds_add_up_to_one_in_a_hundred_million() -> None:
    sums = 4 * N * 2 * math.exp(-(APART**2) / 2)
    exact = 3 * (0.8 * TOO_EXACT) ** 2
    assert sums + exact + math.exp(-BEYOND) < 1e-8
    assert 2 * N * math.erfc(_edge(2 * N) / math.sqrt(2)) == pytest.approx(BEYOND)
