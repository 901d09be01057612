"""Small nets for tests: fresh ones, trained ones, and what `guard` says of them."""

from __future__ import annotations

from unittest.mock import patch

import torch
from torch import nn
from torch.optim import SGD, Optimizer

from linreg_course.lessons import guard as room

X, Y = torch.randn(8, 2, generator=torch.Generator().manual_seed(0)), torch.ones(8, 1)


def warnings(net: nn.Module, trainer: Optimizer) -> list[str]:
    """Call `guard` and return what it warned of: the trainer, the net, both or nothing."""
    with patch.object(room, "say") as say:
        room.guard(net, trainer)
    return [call.kwargs["same"].removeprefix("guard: ") for call in say.call_args_list]


def sgd(net: nn.Module, lr: float = 0.03) -> Optimizer:
    return SGD(net.parameters(), lr=lr)


def train(net: nn.Module, trainer: Optimizer, steps: int = 3) -> None:
    def closure() -> torch.Tensor:
        trainer.zero_grad()
        loss = nn.functional.mse_loss(net(X.to(next(net.parameters()))), Y.to(next(net.parameters())))
        loss.backward()
        return loss

    for _ in range(steps):
        trainer.step(closure)


def trained() -> nn.Sequential:
    net = nn.Sequential(nn.Linear(2, 1))
    train(net, sgd(net))
    return net
