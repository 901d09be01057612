"""Lesson 07's figures: what is drawn is what NumPy computes from the same runs, and the words carry its numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from linreg_course.language import Text
from linreg_course.lessons.case_file import PRINTED
from linreg_course.lessons.data import seeded_sample
from linreg_course.lessons.plots import curves
from linreg_course.lessons.training import Setting, run


def assert_both_say(words: Text, *numbers: str) -> None:
    for number in numbers:
        assert number in words.en
        assert number in words.zh


def test_case_figure_draws_step_and_run_rms_of_each_past() -> None:
    rng = np.random.default_rng(0)
    settings = [Setting(loss="huber"), Setting(loss="huber", earlier_runs=1, earlier_loss="mse"), Setting()]
    values = {s: rng.normal(size=(2, 5, 3)) for s in settings}
    printed = rng.normal(size=(5, 3))
    tensors = {s: list(torch.tensor(v)) for s, v in values.items()}
    picture = curves.case_figure(tensors, torch.tensor(printed))
    left, right = picture.figure.axes
    per_step = [np.sqrt((values[s][0] ** 2).mean(1)) for s in settings[:2]] + [np.sqrt((printed**2).mean(1))]
    for line, expected in zip(left.lines, per_step, strict=False):
        np.testing.assert_allclose(line.get_ydata(), expected)
    for row, s in enumerate(settings):
        np.testing.assert_allclose(right.lines[row].get_xdata(), np.sqrt((values[s] ** 2).mean((1, 2))))
    assert [label.get_text() for label in right.get_yticklabels()] == [
        "earlier: none\nlive: huber",
        "earlier: mse\nlive: huber",
        "earlier: none\nlive: mse",
    ]
    assert_both_say(picture.words, f"{np.sqrt((printed**2).mean()):.2g}", "0.0032", "0.0063")


def test_noise_floors_are_those_of_simulated_gradients_at_the_solution() -> None:
    rng = np.random.default_rng(1)
    noise, x = rng.normal(0, 0.01, (20000, 10)), rng.normal(size=(20000, 10))
    at_solution = (noise * x).mean(1)
    assert curves.floor("huber") == pytest.approx(at_solution.std(), rel=0.03)  # 6 standard errors
    assert curves.floor("mse") == pytest.approx((2 * at_solution).std(), rel=0.03)


def test_error_map_writes_every_error_in_its_place_and_names_what_diverges() -> None:
    errors = torch.tensor([[3.2, 0.5], [0.0012, 0.00042], [4e5, math.nan]])
    picture = curves.error_map(errors, (0.001, 0.1, 1.0), (1, 10))
    axes = picture.figure.axes[0]
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert [written[j, i] for i in range(3) for j in range(2)] == [
        *("3.2", "0.5", "0.0012", "0.00042"),
        *("diverges", "diverges"),
    ]
    assert_both_say(picture.words, "0.00042", "lr 0.1", "lr 1.0")


def test_error_against_n_draws_what_it_is_given() -> None:
    picture = curves.error_against_n([30, 300, 3000], [2.5, 0.02, 0.0007], [0.0024, 0.00071, 0.00023])
    sgd, exact, floor = picture.figure.axes[0].lines
    assert list(sgd.get_ydata()) == [2.5, 0.02, 0.0007]
    assert list(exact.get_xdata()) == [30, 300, 3000]
    assert floor.get_ydata()[0] == pytest.approx(0.01 * math.sqrt(0.006))
    assert_both_say(picture.words, "30", "2.5", "0.0007", "0.0024", "0.00023", "0.00077")


def test_draw_earlier_runs_reaches_the_case_after_two_huber_runs() -> None:
    case = np.sqrt((np.array(PRINTED) ** 2).mean())
    for earlier_runs, low, high in ((0, 100, 250), (1, 4, 18), (2, 0.7, 1.6)):
        figure = Figure()
        words = curves.draw_earlier_runs(figure, earlier_runs=earlier_runs, loss="huber")
        drawn, printed = (line.get_ydata() for line in figure.axes[0].lines[:2])
        np.testing.assert_allclose(printed, np.sqrt((np.array(PRINTED) ** 2).mean(1)), rtol=1e-6)
        rms = np.sqrt((np.asarray(drawn) ** 2).mean())
        assert low < rms / case < high
        assert_both_say(words, f"{rms:.2g}", f"{case:.2g}")


def test_draw_error_draws_every_step_and_numpys_least_squares() -> None:
    figure = Figure()
    words = curves.draw_error(figure, lr=0.03, num_epochs=3, n=100)
    errors, exact = (line.get_ydata() for line in figure.axes[0].lines[:2])
    path = run(Setting(n=100)).path.numpy()[:, :2]
    np.testing.assert_allclose(errors, np.hypot(*(path - np.array([2, -3.4])).T), rtol=1e-5)
    X, y = (part.double().numpy() for part in seeded_sample(0, 100))
    solution = np.linalg.lstsq(np.hstack([X, np.ones_like(y)]), y, rcond=None)[0][:2, 0]
    assert exact[0] == pytest.approx(np.hypot(*(solution - [2, -3.4])), rel=1e-3)
    assert_both_say(words, "30", f"{errors[-1]:.2g}", f"{exact[0]:.2g}")


def test_draw_error_survives_a_training_that_diverges() -> None:
    words = curves.draw_error(Figure(), lr=1.0, num_epochs=10, n=1000)
    assert_both_say(words, "1000", "nan")


def test_loss_words_give_each_loss_and_the_variance_of_the_noise() -> None:
    assert_both_say(curves.loss_words([0.025, 0.0037], sigma=0.1), "0.025", "0.0037", "0.01")
