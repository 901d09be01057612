"""What came back is shown so that a reader sees what is wrong with it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from linreg_course.checking.judging import judge_answer
from linreg_course.checking.observing import describe, look
from linreg_course.checking.showing import shown
from linreg_course.exercises import load


def came_back(name: str, answer: Any) -> str:
    exercise = load(name)
    verdict = judge_answer(exercise, partial(look, exercise.observe, answer), 0)
    return next(str(fault.came) for _, fault in verdict.rules if fault is not None)


def first_row_of_zeros() -> Tensor:
    return torch.full((200, 100), 7.25).index_fill_(0, torch.tensor(0), 0.0)


def test_a_long_tensor_is_shown_from_the_first_place_that_differs() -> None:
    form = "Tensor(shape=(200, 100), dtype=float32)"
    assert shown(describe(first_row_of_zeros()), 0.0) == f"{form}: …, [1, 0]: {', '.join(['7.25'] * 6)}, …"
    assert shown(describe(first_row_of_zeros())) == f"{form}: {', '.join(['0'] * 6)}, …"


@pytest.mark.parametrize("due", [torch.zeros(2, 3), torch.zeros(3), None])
def test_without_a_place_that_differs_it_is_shown_from_the_beginning(due: Any) -> None:
    assert shown(describe(torch.zeros(2, 3)), due).endswith(": 0, 0, 0, 0, 0, 0")


@pytest.mark.parametrize("off", [1e-5, 1e-7, 1e-9, 1e-15])
def test_a_number_never_looks_like_the_one_that_is_due(off: float) -> None:
    value, due = 1.03197 * (1 + off), 1.03197
    came = shown(describe(torch.tensor([value, due], dtype=torch.float64)), due)
    numbers = came.rpartition(": ")[2].split(", ")
    assert float(numbers[0]) == pytest.approx(value, rel=off / 2)
    assert numbers[0] != numbers[1]


def test_what_is_off_by_less_than_is_allowed_is_no_difference() -> None:
    came = describe(torch.tensor([1.0 + 1e-9] * 9 + [2.0], dtype=torch.float64))
    assert "…, [9]: 2" in shown(came, 1.0, rtol=1e-8)
    assert "[9]" not in shown(came, 1.0)


@pytest.mark.parametrize("value", [torch.tensor(2), torch.tensor([True, False]), torch.tensor([1j, 0]), 3, "x", None])
def test_every_kind_of_value_can_be_shown_beside_a_number(value: Any) -> None:
    assert shown(describe(value), 1.0) == shown(describe(value))


def test_a_panel_shows_what_was_left_and_what_is_a_little_off() -> None:
    def with_(**entries: Any) -> Any:
        keys = ("normal", "uniform", "xavier_uniform", "kaiming_normal", "zeros", "constant")
        return lambda: {key: getattr(nn.init, f"{key}_") for key in keys} | entries

    assert "…, [1, 0]: 7.25" in came_back("init_catalogue", with_(zeros=lambda t: t.data[0].zero_()))
    off = came_back("init_catalogue", with_(constant=lambda t, value: nn.init.constant_(t, value * (1 + 1e-6))))
    assert len(off.rpartition(": ")[2].split(",")[0].replace(".", "")) > 6


def test_an_input_that_was_changed_at_its_end_is_shown_there() -> None:
    def robust_fit(X: Tensor, y: Tensor) -> Any:
        y[-1] = 0.0
        return torch.zeros(X.shape[1]), 0.0

    assert "y changed to Tensor(shape=(1000, 1), dtype=float32): …, [999, 0]: 0" in came_back("robust_fit", robust_fit)
