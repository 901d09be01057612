"""`run` against NumPy in float64 and torch.optim on nets of our own."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from linreg_course.lessons.data import seeded_sample
from linreg_course.lessons.training import LOSSES, OPTIMIZERS, Run, Setting, run

SMALL = {"n": 23, "batch_size": 5, "init_std": 0.5, "sigma": 0.3, "dtype": torch.float64}


def _batches(seed: int, n: int, batch_size: int, num_epochs: int) -> list[np.ndarray]:
    """Return the rows of each minibatch in the order in which a training with this seed sees them."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        nn.init.normal_(nn.Linear(2, 1, dtype=torch.float64).weight)
        loader = DataLoader(TensorDataset(torch.arange(n)), batch_size, shuffle=True)
        return [rows.numpy() for _ in range(num_epochs) for (rows,) in loader]


def _numpy_path(setting: Setting, start: np.ndarray) -> np.ndarray:
    """Take the steps w - lr (g + decay w) with heavy-ball momentum from the closed form of the gradient."""
    X, y = (part.double().numpy() for part in seeded_sample(setting.seed, setting.n, setting.sigma))
    design = np.hstack([X, np.ones_like(y)])
    decay = setting.weight_decay if setting.optimizer == "weight decay" else 0
    keep = 0.9 if setting.optimizer == "momentum" else 0
    theta, velocity, path = start, np.zeros(3), [start]
    for rows in _batches(setting.seed, setting.n, setting.batch_size, setting.num_epochs):
        r = design[rows] @ theta - y[rows, 0]
        slope = {"mse": 2 * r, "mae": np.sign(r), "huber": np.clip(r, -1, 1)}[setting.loss]
        g = design[rows].T @ slope / (len(rows) if setting.reduction == "mean" else 1)
        velocity = keep * velocity + g + decay * theta
        theta = theta - setting.lr * velocity
        path.append(theta)
    return np.array(path)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "weight decay"])
def test_path_is_that_of_the_closed_form_gradients(optimizer: str, loss: str, reduction: str) -> None:
    setting = Setting(seed=3, optimizer=optimizer, loss=loss, reduction=reduction, weight_decay=0.2, **SMALL)
    got = run(setting).path.numpy()
    assert got.shape == (3 * 5 + 1, 3)
    np.testing.assert_allclose(got, _numpy_path(setting, got[0]), rtol=1e-10, atol=1e-12)


def test_adam_path_is_that_of_torch_adam_fed_with_closed_form_gradients() -> None:
    setting = Setting(seed=3, optimizer="adam", lr=0.1, **SMALL)
    got = run(setting).path
    X, y = (part.double() for part in seeded_sample(3, 23, 0.3))
    design = torch.cat([X, torch.ones_like(y)], dim=1)
    theta = got[0].clone().requires_grad_()
    trainer = torch.optim.Adam([theta], lr=0.1)
    for rows in _batches(3, 23, 5, 3):
        theta.grad = 2 * design[rows].T @ (design[rows] @ theta.detach() - y[rows, 0]) / len(rows)
        trainer.step()
    torch.testing.assert_close(got[-1], theta.detach(), rtol=1e-10, atol=1e-12)


def test_start_is_drawn_with_the_given_std_and_bias_zero() -> None:
    starts = torch.stack([run(Setting(seed=s, n=1, num_epochs=1, init_std=0.5)).path[0] for s in range(300)])
    assert (starts[:, 2] == 0).all()
    assert 0.45 < starts[:, :2].std() < 0.55
    assert (run(Setting(n=1, num_epochs=1, init_std=0)).path[0] == 0).all()


def test_gradients_are_those_that_made_the_steps() -> None:
    result = run(Setting(lr=0.05, **SMALL))
    steps = result.path[1:] - result.path[:-1]
    torch.testing.assert_close(steps, -0.05 * result.gradients, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_losses_are_taken_on_all_data_after_each_epoch(reduction: str) -> None:
    result = run(Setting(seed=2, reduction=reduction, lr=0.01, **SMALL))
    X, y = (part.double().numpy() for part in seeded_sample(2, 23, 0.3))
    ends = result.path[5::5].numpy()
    squares = (X @ ends[:, :2].T + ends[:, 2] - y) ** 2
    expected = squares.mean(axis=0) if reduction == "mean" else squares.sum(axis=0)
    np.testing.assert_allclose(result.losses, expected, rtol=1e-10)


def test_w_error_is_the_norm_without_the_bias() -> None:
    assert Run([], torch.tensor([[5.0, -7.4, 9.0]]), torch.empty(0, 3)).w_error == pytest.approx(5)


def test_an_earlier_run_trains_the_same_net_first() -> None:
    first, second = (run(Setting(earlier_runs=k, **SMALL)) for k in (0, 1))
    assert torch.equal(second.path[0], first.path[-1])
    assert len(second.path) == len(first.path)
    assert not torch.equal(second.path[-1], first.path[-1])


def test_same_setting_gives_same_run_and_other_seed_another() -> None:
    assert torch.equal(run(Setting(n=30)).path, run(Setting(n=30)).path)
    assert not torch.equal(run(Setting(n=30)).path, run(Setting(n=30, seed=1)).path)


@pytest.mark.parametrize("name", ["sgd", "momentum", "adam"])
def test_weight_decay_counts_only_with_its_optimizer(name: str) -> None:
    plain, decayed = (run(Setting(n=30, optimizer=name, weight_decay=decay)) for decay in (0.0, 0.5))
    assert torch.equal(plain.path, decayed.path)


@pytest.mark.parametrize(("field", "known"), [("loss", LOSSES), ("optimizer", OPTIMIZERS)])
def test_an_unknown_name_is_refused_and_the_known_ones_are_named(field: str, known: dict) -> None:
    with pytest.raises(ValueError, match=f"there is no {field} 'nosuch'") as caught:
        run(Setting(n=10, **{field: "nosuch"}))
    assert all(name in str(caught.value) for name in known)


def test_random_states_outside_are_untouched() -> None:
    before = torch.random.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    run(Setting(n=30))
    assert torch.equal(torch.random.get_rng_state(), before[0])
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before[1:]


def test_run_does_not_depend_on_the_state_outside() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        one = run(Setting(n=30)).path
        torch.manual_seed(2)
        assert torch.equal(run(Setting(n=30)).path, one)


def test_the_earlier_run_can_have_another_loss() -> None:
    second = run(Setting(loss="huber", earlier_runs=1, earlier_loss="mse", **SMALL))
    assert torch.equal(second.path[0], run(Setting(loss="mse", **SMALL)).path[-1])


def test_sorted_and_not_shuffled_the_minibatches_follow_y() -> None:
    setting = Setting(seed=4, is_sorted=True, shuffle=False, lr=0.05, num_epochs=1, **SMALL)
    result = run(setting)
    X, y = (part.double().numpy() for part in seeded_sample(4, 23, 0.3))
    design = np.hstack([X, np.ones_like(y)])[np.argsort(y[:, 0])]
    target = np.sort(y[:, 0])
    theta = result.path[0].numpy()
    for start in range(0, 23, 5):
        rows = slice(start, start + 5)
        theta = theta - 0.05 * 2 * design[rows].T @ (design[rows] @ theta - target[rows]) / len(target[rows])
    np.testing.assert_allclose(result.path[-1].numpy(), theta, rtol=1e-10)
