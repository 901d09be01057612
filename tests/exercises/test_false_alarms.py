"""Right answers pass whatever the numbers: seeded checks in strata of exercise, default dtype and thread count.

A check rejects a right answer by chance at most once in ten million (asserted in `test_bank`), so that one
failure here among 20,000 has a chance below 0.2 %.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
import torch
from answers import bank

from linreg_course.checking.judging import judge_answer
from linreg_course.checking.observing import look
from linreg_course.exercises import EXERCISES, load

SHORT, LONG = 500, 20_000
STRATA = [*itertools.product(EXERCISES, (torch.float32, torch.float64), (1, 2))]
every_stratum = pytest.mark.parametrize(
    ("name", "dtype", "threads"), STRATA, ids=[f"{name}-{str(dtype)[6:]}-{threads}" for name, dtype, threads in STRATA]
)


@contextmanager
def settings(dtype: torch.dtype, threads: int) -> Iterator[None]:
    """Set what a notebook may have set before a check."""
    before = torch.get_default_dtype(), torch.get_num_threads()
    torch.set_default_dtype(dtype)
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_default_dtype(before[0])
        torch.set_num_threads(before[1])


def rejected(name: str, dtype: torch.dtype, threads: int, checks: range) -> list[tuple[str, int]]:
    """Return which of the numbered checks reject a right answer, with the seed that does it."""
    exercise, answers = load(name), bank(name).RIGHT
    found = []
    for number in checks:
        key = list(answers)[number % len(answers)]
        seed = random.Random(f"{name}/{dtype}/{threads}/{number}").getrandbits(53)
        with settings(dtype, threads):
            verdict = judge_answer(exercise, partial(look, exercise.observe, with_threads(answers[key], threads)), seed)
        if verdict.score < verdict.points:
            found.append((key, seed))
    return found


def with_threads(answer: Any, threads: int) -> Any:
    """Return the answer computing with so many threads: a check itself computes with one."""

    def computing(*given: Any, **named: Any) -> Any:
        torch.set_num_threads(threads)
        return answer(*given, **named)

    return computing


def checks_per_stratum(total: int) -> int:
    return -(-total // len(STRATA))


@every_stratum
def test_no_right_answer_is_rejected(name: str, dtype: torch.dtype, threads: int) -> None:
    assert rejected(name, dtype, threads, range(checks_per_stratum(SHORT))) == []


@pytest.mark.long
@every_stratum
def test_no_right_answer_is_rejected_in_twenty_thousand_checks(name: str, dtype: torch.dtype, threads: int) -> None:
    assert rejected(name, dtype, threads, range(checks_per_stratum(LONG))) == []
