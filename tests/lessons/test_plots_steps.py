"""What the figures of lesson 06 draw, against torch's gradients and NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from matplotlib.quiver import Quiver
from torch import nn

from linreg_course.lessons.plots import steps
from linreg_course.lessons.training import Run, Setting, run


def _arrows(figure: Figure) -> list[np.ndarray]:
    quivers = [artist for artist in figure.axes[0].collections if isinstance(artist, Quiver)]
    return [np.array([q.U[0], q.V[0]]) for q in quivers]


def test_chain_ends_at_torchs_gradient_of_the_sum_and_mean() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        X, y, net = torch.randn(7, 2), torch.randn(7, 1), nn.Linear(2, 1)
    picture = steps.gradient_chain(X, y, net(X))
    *each, total, mean = _arrows(picture.figure)
    assert len(each) == 7
    np.testing.assert_allclose(np.sum(each, axis=0), total, rtol=1e-5)
    for reduction, arrow in (("sum", total), ("mean", mean)):
        net.zero_grad()
        nn.MSELoss(reduction=reduction)(net(X), y).backward()
        gradient = net.weight.grad[0].numpy()
        np.testing.assert_allclose(arrow, gradient, rtol=1e-4)
        for words in (picture.words.en, picture.words.zh):
            assert f"{np.linalg.norm(gradient):.2f}" in words


def test_two_paths_hold_every_step_and_the_words_the_largest_difference() -> None:
    first = Run([], torch.tensor([[0.0, 0, 0], [1, -1, 2], [2, -3, 4]]), torch.zeros(2, 3))
    second = Run([], torch.tensor([[0.0, 0, 0], [1, -1, 2.5], [2, -3.25, 4]]), torch.zeros(2, 3))
    picture = steps.two_paths(first, second, ("one", "other"))
    band, dashed, star = picture.figure.axes[0].lines
    np.testing.assert_array_equal(band.get_xydata(), first.path[:, :2])
    np.testing.assert_array_equal(dashed.get_xydata(), second.path[:, :2])
    np.testing.assert_allclose(star.get_xydata(), [[2, -3.4]], rtol=1e-6)
    assert "0.5" in picture.words.en
    assert "0.5" in picture.words.zh
    assert "2 steps" in picture.words.en
    assert "共2步" in picture.words.zh


def test_differences_are_the_largest_of_the_three_parameters_by_step() -> None:
    settings = {"a": Setting(n=30, seed=1), "b": Setting(n=33, seed=1)}
    pairs = {name: (run(s), run(Setting(n=s.n, seed=1, lr=0.05))) for name, s in settings.items()}
    picture = steps.differences(pairs)
    for line, (name, (one, other)) in zip(picture.figure.axes[0].lines, pairs.items(), strict=True):
        expected = np.abs(one.path.numpy() - other.path.numpy()).max(axis=1)
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_ydata(), expected)
        for words in (picture.words.en, picture.words.zh):
            assert f"{name}: {expected[-1]:.1g}" in words


def test_lines_of_differences_are_told_apart_without_colour() -> None:
    one = run(Setting(n=10))
    lines = steps.differences({str(i): (one, one) for i in range(5)}).figure.axes[0].lines
    looks = {(str(line.get_marker()), str(line.get_linestyle())) for line in lines}
    assert len(looks) == len(lines) == 5


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_control_draws_the_path_and_its_distance_from_the_true_weights(optimizer: str) -> None:
    figure = Figure()
    words = steps.draw_training(figure, reduction="mean", batch_size=50, lr=0.03, optimizer=optimizer)
    path = run(Setting(batch_size=50, optimizer=optimizer)).path.numpy()
    distance = np.hypot(path[:, 0] - 2, path[:, 1] + 3.4)
    left, right = figure.axes
    np.testing.assert_array_equal(left.lines[0].get_xydata(), path[:, :2])
    np.testing.assert_allclose(right.lines[0].get_ydata(), distance, rtol=1e-5)
    assert f"60 steps the path ends {distance[-1]:.2g}" in words.en
    assert f"60步之后，路径停在离星号{distance[-1]:.2g}" in words.zh


def test_control_says_when_the_path_is_lost() -> None:
    figure = Figure()
    words = steps.draw_training(figure, reduction="sum", batch_size=10, lr=0.3, optimizer="sgd")
    path = run(Setting(reduction="sum", lr=0.3)).path.double().numpy()
    first = next(i for i, (w1, w2, _) in enumerate(path) if not np.hypot(w1 - 2, w2 + 3.4) < 100)
    assert f"diverges; at step {first} it" in words.en
    assert f"第{first}步" in words.zh
    assert len(figure.axes[0].lines[0].get_xydata()) == first + 1
    assert figure.axes[1].texts[0].get_text() == "diverges"
    assert np.isfinite(figure.axes[1].lines[0].get_ydata().astype(float)).all()
