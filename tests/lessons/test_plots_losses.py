"""Lesson 05's figures: the curves equal torch's own losses, and the words carry the figures' numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from torch.nn import functional

from linreg_course.language import Text
from linreg_course.lessons.plots import losses

SHIFTS = {0.1: 0.005, 0.5: 0.026, 2: 0.105}


def assert_both_say(words: Text, *numbers: str) -> None:
    for number in numbers:
        assert number in words.en
        assert number in words.zh


def test_costs_and_pulls_draws_each_loss_left_and_its_slope_right():
    r = torch.linspace(-6, 6, 241)
    costs = {"mse": r**2, "mae": r.abs(), "huber": r**2 / 2, "log-cosh": r.cosh().log()}
    pulls = {"mse": 2 * r, "mae": r.sign(), "huber": r, "log-cosh": r.tanh()}
    picture = losses.costs_and_pulls(r, costs, pulls)
    left, right = picture.figure.axes
    for axes, curves in ((left, costs), (right, pulls)):
        drawn = {line.get_label(): line.get_ydata() for line in axes.lines}
        for name, curve in curves.items():
            np.testing.assert_array_equal(drawn[name], curve.numpy())
    assert_both_say(picture.words, "mse 12.00", "mae 1.00", "huber 6.00")


def test_left_for_b_crosses_the_outliers_and_lays_a_line_at_each_fit():
    rest = torch.tensor([[4.2], [64.0], [4.2], [34.0]])
    picture = losses.left_for_b(rest, rest > 10, {"mse": 7.06, "huber": 4.25})
    labels, crosses, mse, huber = picture.figure.axes[0].lines
    np.testing.assert_array_equal(labels.get_xdata(), [0, 2])
    np.testing.assert_array_equal(crosses.get_ydata(), [64, 34])
    assert mse.get_ydata()[0] == 7.06
    assert huber.get_ydata()[0] == 4.25
    assert_both_say(picture.words, "7.06", "4.25", "34")


def test_shift_against_delta_draws_the_balance_of_pulls():
    picture = losses.shift_against_delta(SHIFTS, 0.05, 2.9)
    fits, balance, mse = picture.figure.axes[0].lines
    np.testing.assert_array_equal(fits.get_ydata(), list(SHIFTS.values()))
    # At the balance 19 labels in 20 pull back by the shift, one pulls by delta.
    np.testing.assert_allclose([19 * shift for shift in balance.get_ydata()], list(SHIFTS))
    assert mse.get_ydata()[0] == 2.9
    assert_both_say(picture.words, "0.0050", "0.1050", "2.90")


def test_distance_to_truth_is_0_where_the_path_ends_in_the_truth():
    path = torch.tensor([[2.0, 0.6, 0.0], [5.0, 0.6, 1.0], [2.0, -3.4, 9.0]])
    picture = losses.distance_to_truth({"mse": path})
    np.testing.assert_allclose(picture.figure.axes[0].lines[0].get_ydata(), [4, 5, 0], atol=1e-6)
    assert_both_say(picture.words, "0.0000")


@pytest.mark.parametrize("delta", SHIFTS)
@pytest.mark.parametrize("loss", losses.HUBERS)
def test_draw_delta_draws_torchs_curves_and_names_their_factor(loss: str, delta: float):
    figure = Figure()
    words = losses.draw_delta(figure, delta=delta, loss=loss, shifts=SHIFTS)
    cost, slope, shift = figure.axes
    r = torch.linspace(-6, 6, 241)
    smooth = functional.smooth_l1_loss(r, torch.zeros_like(r), reduction="none", beta=delta)
    factor = delta if loss == "HuberLoss" else 1
    np.testing.assert_allclose(cost.lines[1].get_ydata(), smooth, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(cost.lines[0].get_ydata(), factor * smooth, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(slope.lines[0].get_ydata(), factor * (r / delta).clamp(-1, 1), rtol=1e-5, atol=1e-6)
    assert (shift.lines[1].get_xdata()[0], shift.lines[1].get_ydata()[0]) == (delta, SHIFTS[delta])
    assert_both_say(words, f"{loss}", f"{factor:g}", f"{SHIFTS[delta]:.4f}")
