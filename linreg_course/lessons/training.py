"""A whole training from plain numbers, for controls and figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from linreg_course.lessons.data import TRUE_W, seeded_sample

LOSSES = {"mse": nn.MSELoss, "mae": nn.L1Loss, "huber": nn.HuberLoss}
OPTIMIZERS = {
    "sgd": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
    "weight decay": torch.optim.SGD,
    "adam": torch.optim.Adam,
}


@dataclass(frozen=True)
class Setting:
    """The numbers that fix a training completely; the defaults are the chapter's.

    `earlier_runs` trainings of the same net come before the one that is recorded: what happens
    when a training cell is run again without a new net. They use `earlier_loss`, or `loss` where it
    is None. `is_sorted` puts the rows in order of y before the training.
    """

    seed: int = 0
    n: int = 1000
    sigma: float = 0.01
    batch_size: int = 10
    init_std: float = 0.01
    loss: str = "mse"
    reduction: str = "mean"
    optimizer: str = "sgd"
    weight_decay: float = 0.01
    lr: float = 0.03
    num_epochs: int = 3
    earlier_runs: int = 0
    earlier_loss: str | None = None
    is_sorted: bool = False
    shuffle: bool = True
    dtype: torch.dtype = torch.float32


@dataclass(frozen=True)
class Run:
    """What a training left: `losses` per epoch on all data, `path` and `gradients` per step.

    `path` has shape (steps + 1, 3) and `gradients` (steps, 3), columns w1, w2, b.
    """

    losses: list[float]
    path: Tensor
    gradients: Tensor

    @property
    def w_error(self) -> float:
        """Euclidean norm of the difference between the last weights and (2, -3.4)."""
        return float((self.path[-1, :2] - TRUE_W).norm())


def run(setting: Setting) -> Run:
    """Train a linear net as `setting` says and record every step.

    Raises:
        ValueError: the loss or the optimizer has an unknown name.

    Source: D2L, "Concise Implementation of Linear Regression" (zh: 线性回归的简洁实现).
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(setting.seed)
        X, y = (part.to(setting.dtype) for part in seeded_sample(setting.seed, setting.n, setting.sigma))
        if setting.is_sorted:
            order = y.flatten().argsort()
            X, y = X[order], y[order]
        layer = nn.Linear(2, 1, dtype=setting.dtype)
        nn.init.normal_(layer.weight, 0, setting.init_std)
        nn.init.zeros_(layer.bias)
        net = nn.Sequential(layer)
        earlier = replace(setting, loss=setting.earlier_loss or setting.loss)
        for _ in range(setting.earlier_runs):
            _training_cell(earlier, net, X, y)
        return _training_cell(setting, net, X, y)


def _training_cell(setting: Setting, net: nn.Module, X: Tensor, y: Tensor) -> Run:
    data_iter = DataLoader(TensorDataset(X, y), setting.batch_size, shuffle=setting.shuffle)
    loss = _named(LOSSES, setting.loss, "loss")(reduction=setting.reduction)
    make_trainer = _named(OPTIMIZERS, setting.optimizer, "optimizer")
    decay = setting.weight_decay if setting.optimizer == "weight decay" else 0.0
    trainer = make_trainer(net.parameters(), setting.lr, weight_decay=decay)
    losses: list[float] = []
    path, gradients = [_row(net.parameters())], []
    for _ in range(setting.num_epochs):
        for X_batch, y_batch in data_iter:
            trainer.zero_grad()
            loss(net(X_batch), y_batch).backward()
            trainer.step()
            path.append(_row(net.parameters()))
            gradients.append(_row(p.grad for p in net.parameters()))
        with torch.no_grad():
            losses.append(loss(net(X), y).item())
    return Run(losses, torch.stack(path), torch.stack(gradients) if gradients else torch.empty(0, 3))


def _named(table: dict[str, Any], name: str, what: str) -> Any:
    if name not in table:
        raise ValueError(f"run: there is no {what} {name!r}; use one of {', '.join(table)}")
    return table[name]


def _row(tensors: Iterable[Tensor | None]) -> Tensor:
    return torch.cat([t.detach().flatten() for t in tensors if t is not None])
