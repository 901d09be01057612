"""Lesson 03's figures: what is drawn is what another route computes, and the words carry its numbers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from linreg_course.language import Text
from linreg_course.lessons.data import TRUE_B, TRUE_W, seeded_sample
from linreg_course.lessons.plots import fits


def assert_both_say(words: Text, *numbers: str) -> None:
    for number in numbers:
        assert number in words.en
        assert number in words.zh


def test_pair_table_holds_every_difference_and_frames_the_own_ones():
    y_hat, y = [1.0, 2.0, 4.0], [1.5, 2.0, 3.0]
    picture = fits.pair_table(torch.tensor(y_hat).reshape(3, 1), torch.tensor(y))
    axes = picture.figure.axes[0]
    np.testing.assert_allclose(axes.images[0].get_array(), np.subtract.outer(y_hat, y))
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written[2, 0] == "-2.00"  # i = 0, j = 2
    assert [patch.get_xy() for patch in axes.patches] == [(i - 0.5, i - 0.5) for i in range(3)]
    own, every = np.mean([0.25, 0, 1]), np.mean(np.subtract.outer(y_hat, y) ** 2)
    assert_both_say(picture.words, f"{own:.1e}", f"{every:.1f}", "9")


def test_pair_table_refuses_labels_that_are_a_column_already():
    with pytest.raises(ValueError, match=r"\(3, 1\) and \(3, 1\)"):
        fits.pair_table(torch.zeros(3, 1), torch.zeros(3, 1))


def test_two_fits_draws_both_nets_against_the_same_labels():
    X, y = seeded_sample(0, 50)
    good, bad = X @ TRUE_W.reshape(2, 1) + TRUE_B, 0.1 * X[:, :1] + 4
    picture = fits.two_fits(y, good, bad.requires_grad_())
    for axes, y_hat in zip(picture.figure.axes, (good, bad), strict=True):
        np.testing.assert_array_equal(axes.lines[0].get_xdata(), y.numpy()[:, 0])
        np.testing.assert_array_equal(axes.lines[0].get_ydata(), y_hat.detach().numpy()[:, 0])
        assert axes.lines[2].get_ydata()[0] == pytest.approx(y.numpy().mean(), rel=1e-5)
    flat = bad.detach().numpy()
    distance = np.sqrt(np.mean((flat - y.numpy()) ** 2))
    assert_both_say(picture.words, f"{distance:.2f}", f"{flat.min():.2f}", f"{flat.max():.2f}")


def test_draw_prediction_puts_the_true_values_on_the_diagonal():
    figure = Figure()
    words = fits.draw_prediction(figure, w1=2, w2=-3.4, b=4.2)
    cloud = figure.axes[0].lines[0]
    assert np.abs(np.subtract(*cloud.get_data())).max() < 0.05  # 5 std of the noise
    assert "w1, w2, b" in words.en
    assert "w1、w2、b" in words.zh


def test_draw_prediction_agrees_with_torch_on_the_loss_and_with_numpy_on_its_parts():
    figure = Figure()
    words = fits.draw_prediction(figure, w1=0, w2=-3.4, b=2.1)
    X, y = seeded_sample(0, 300)
    net = torch.nn.Linear(2, 1)
    net.load_state_dict({"weight": torch.tensor([[0.0, -3.4]]), "bias": torch.tensor([2.1])})
    loss = torch.nn.functional.mse_loss(net(X), y).item()
    residual = (net(X) - y).detach().double().numpy()
    assert_both_say(words, f"{loss:.5f}", f"{residual.mean():.3f}", f"{residual.std():.3f}", "w2")
    assert "w1" not in words.en


def test_a_move_of_the_bias_shifts_the_cloud_and_leaves_its_width():
    figures = [Figure(), Figure()]
    for figure, b in zip(figures, (0, 6.3), strict=True):
        fits.draw_prediction(figure, w1=2, w2=-3.4, b=b)
    low, high = (figure.axes[0].lines[0].get_ydata() for figure in figures)
    np.testing.assert_allclose(np.subtract(high, low), 6.3, rtol=1e-5)


def test_draw_prediction_takes_whole_numbers_as_a_slider_gives_them():
    words = fits.draw_prediction(Figure(), w1=0, w2=0, b=0)
    _, y = seeded_sample(0, 300)
    assert_both_say(words, f"{y.square().mean():.5f}")
