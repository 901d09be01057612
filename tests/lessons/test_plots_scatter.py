"""Lesson 01's figures: what is drawn is what another route computes, and the words carry its numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from linreg_course.language import Text
from linreg_course.lessons.case_file import PRINTED
from linreg_course.lessons.data import TRUE_B, TRUE_W, seeded_sample
from linreg_course.lessons.plots import scatter


def assert_both_say(words: Text, *numbers: str) -> None:
    for number in numbers:
        assert number in words.en
        assert number in words.zh


def test_gradient_sizes_draws_the_root_mean_square_of_each_step():
    printed = torch.tensor(PRINTED)
    fresh = 0.5 * torch.ones(4, 21, 3)
    picture = scatter.gradient_sizes(printed, fresh)
    lines = picture.figure.axes[0].lines
    expected = [np.sqrt((a * a + b * b + c * c) / 3) for a, b, c in PRINTED]
    np.testing.assert_allclose(lines[-1].get_ydata(), expected, rtol=1e-5)
    assert len(lines) == 4 + 1
    assert_both_say(picture.words, "0.50", "0.0030", "21")


def test_thin_slices_marks_exactly_the_examples_with_a_small_other_feature():
    X, y = seeded_sample(0)
    picture = scatter.thin_slices(X, y, TRUE_W, TRUE_B, width=0.05)
    for j, axes in enumerate(picture.figure.axes):
        rest, crosses, line = axes.lines
        kept = np.abs(X.numpy()[:, 1 - j]) < 0.05
        np.testing.assert_array_equal(crosses.get_xdata(), X.numpy()[kept, j])
        np.testing.assert_array_equal(crosses.get_ydata(), y.numpy()[kept, 0])
        assert len(rest.get_xdata()) + kept.sum() == len(X)
        slope = np.polyfit(line.get_xdata(), line.get_ydata(), 1)
        np.testing.assert_allclose(slope, [TRUE_W[j], TRUE_B], rtol=1e-5)
    width_left = np.std(y.numpy()[:, 0] - 2 * X.numpy()[:, 0] - 4.2, ddof=1)
    assert_both_say(picture.words, f"{width_left:.2f}", "0.05")


def test_residual_histogram_has_area_one_and_the_normal_curve():
    residuals = 0.01 * torch.randn(1000, 1, generator=torch.Generator().manual_seed(0))
    picture = scatter.residual_histogram(residuals, 0.01)
    axes = picture.figure.axes[0]
    assert sum(bar.get_width() * bar.get_height() for bar in axes.patches) == pytest.approx(1)
    grid, curve = (torch.as_tensor(part) for part in axes.lines[0].get_data())
    oracle = torch.distributions.Normal(0.0, 0.01).log_prob(grid).exp()
    np.testing.assert_allclose(curve, oracle, rtol=1e-4)
    assert_both_say(picture.words, f"{residuals.std():.4f}", "1000")


@pytest.mark.parametrize(("sigma", "n"), [(0.01, 30), (1, 3000)])
def test_draw_recovery_shows_the_errors_of_the_least_squares_solution(sigma, n):
    figure = Figure()
    words = scatter.draw_recovery(figure, sigma=sigma, n=n)
    X, y = (part.double().numpy() for part in seeded_sample(1, n, sigma))
    columns = np.column_stack([X, np.ones(n)])
    errors = np.abs(np.linalg.solve(columns.T @ columns, columns.T @ y)[:, 0] - [2, -3.4, 4.2])
    marks, dashed = figure.axes[1].lines
    np.testing.assert_allclose(marks.get_ydata(), errors, rtol=1e-3)
    assert dashed.get_ydata()[0] == pytest.approx(sigma / np.sqrt(n))
    assert_both_say(words, f"{errors.max():.1e}", f"{sigma / np.sqrt(n):.1e}")


def test_draw_recovery_without_noise_finds_the_truth_to_rounding():
    figure = Figure()
    scatter.draw_recovery(figure, sigma=0, n=100)
    assert max(figure.axes[1].lines[0].get_ydata()) < 1e-6
