"""Lesson 04's figures and the deep net behind them: drawn is what another route computes."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from linreg_course.language import Text
from linreg_course.lessons.model import deep_signals
from linreg_course.lessons.plots import starts


def assert_both_say(words: Text, *numbers: str) -> None:
    for number in numbers:
        assert number in words.en
        assert number in words.zh


@pytest.mark.parametrize("init_std", [0, 100])
def test_draw_start_shrinks_by_its_dashed_line_and_ends_where_least_squares_does(init_std):
    figure = Figure()
    words = starts.draw_start(figure, init_std=init_std)
    chosen, guide = (np.asarray(line.get_ydata()) for line in figure.axes[0].lines[-2:])
    assert len(chosen) == 301
    np.testing.assert_allclose(guide[1:] / guide[:-1], 0.94)
    assert (chosen[50] / chosen[0]) ** (1 / 50) == pytest.approx(0.94, abs=0.02)
    assert chosen[-1] < 0.002
    assert_both_say(words, f"{chosen[0]:.2f}", f"{chosen[100]:.4f}", f"{chosen[-1]:.5f}")
    if init_std == 0:
        assert chosen[0] == pytest.approx(math.hypot(2, 3.4), rel=1e-6)


def test_hidden_units_marks_every_unit_and_counts_those_that_differ():
    weights = {"default": torch.tensor([[0.5, 1.0], [-0.5, 0.2]]), "zeros": torch.tensor([[0.0, -0.0], [-0.0, 0.0]])}
    losses = {"default": [2.0, 0.25], "zeros": [2.0, 1.5]}
    picture = starts.hidden_units(losses, weights)
    left, right = picture.figure.axes
    for index, name in enumerate(weights):
        np.testing.assert_array_equal(left.lines[index].get_ydata(), losses[name])
        np.testing.assert_allclose(np.column_stack(right.lines[index].get_data()), weights[name])
    assert [text.get_text() for text in right.texts] == ["2 units"]
    assert_both_say(picture.words, "0.25", "1.50")
    assert [starts.count_points(weight) for weight in weights.values()] == [2, 1]


def test_histograms_count_every_value_and_say_the_extremes():
    values = torch.randn(40, 25, generator=torch.Generator().manual_seed(0))
    picture = starts.histograms({"normal": values, "zeros": torch.zeros(7)})
    first, second, empty = picture.figure.axes
    assert sum(bar.get_height() for bar in first.patches) == values.numel()
    assert sum(bar.get_height() for bar in second.patches) == 7
    assert first.get_title() == f"normal, std {np.std(values.numpy(), ddof=1):.3f}"
    assert not empty.axison
    assert_both_say(picture.words, f"{values.numpy().min():.2f}", f"{values.numpy().max():.2f}")


def test_activation_curves_draw_one_point_a_layer():
    picture = starts.activation_curves({"kaiming": [0.8, 0.7], "normal 1": [9.4, 88.0]})
    np.testing.assert_array_equal(picture.figure.axes[0].lines[1].get_data(), [[1, 2], [9.4, 88.0]])
    assert_both_say(picture.words, "0.7", "88")


@pytest.mark.parametrize(("init", "variance"), [("normal 0.01", 1e-4), ("normal 1", 1), ("kaiming", 2 / 256)])
def test_a_relu_layer_multiplies_the_mean_square_by_half_of_width_times_variance(init, variance):
    forward, backward = deep_signals(init, "relu")
    factor = math.sqrt(256 * variance / 2)
    assert (forward[9] / forward[0]) ** (1 / 9) == pytest.approx(factor, rel=0.1)
    assert (backward[0] / backward[9]) ** (1 / 9) == pytest.approx(factor, rel=0.1)


def test_deep_signals_repeat_and_leave_the_global_generator_alone():
    torch.manual_seed(0)
    expected = torch.rand(1)
    torch.manual_seed(0)
    assert deep_signals("xavier", "tanh", seed=3) == deep_signals("xavier", "tanh", seed=3)
    assert torch.equal(torch.rand(1), expected)


def test_draw_deep_draws_the_signals_and_says_both_ends():
    figure = Figure()
    words = starts.draw_deep(figure, init="kaiming", activation="tanh")
    forward, backward = deep_signals("kaiming", "tanh")
    for axes, signals in zip(figure.axes, (forward, backward), strict=True):
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), signals)
    assert_both_say(words, f"{forward[-1]:.2g}", f"{backward[0]:.2g}")
