"""Nets and losses of the cases, as code: what a panel shows is what is run. No loss branches by its numbers."""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise
from typing import Any

import torch
from torch import nn

MEAN = "nn.MSELoss()"
SUM = 'nn.MSELoss(reduction="sum")'
HUBER = "nn.HuberLoss(delta=0.5)"
# Residuals of one sign alone must not make it the mean of the squares: neither factor is 1.
ASYMMETRIC = "lambda prediction, label: (torch.where(prediction > label, 3.0, 0.5) * (prediction - label) ** 2).mean()"
CLASSES = "nn.CrossEntropyLoss(label_smoothing=0.1)"
ROW_NORMS = "lambda prediction, label: (prediction - label).norm(dim=1).mean()"
LOG_OF_MEAN = "lambda prediction, label: torch.log1p(((prediction - label) ** 2).mean())"
# With a buffer, which the loss takes along to the dtype.
SETTINGS = "nn.BCEWithLogitsLoss(pos_weight=torch.tensor([3.0])).double()"

NAMED = "nn.Sequential(OrderedDict(hidden=nn.Linear(2, 3), act=nn.Tanh(), output=nn.Linear(3, 1)))"
NESTED = "nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Linear(3, 1))"
NO_BIAS = "nn.Sequential(nn.Linear(2, 3, bias=False), nn.Tanh(), nn.Linear(3, 1, bias=False))"
SHARED = "nn.Sequential(layer := nn.Linear(2, 2), nn.Tanh(), layer, nn.Linear(2, 1))"
DROPOUT = "nn.Sequential(nn.Linear(2, 3), nn.Dropout(), nn.Linear(3, 1))"
# Whoever forgets the old gradients of one layer alone must be right here: other cases show it.
DROPOUT_AFTER_ONE_LAYER = "nn.Sequential(nn.Linear(2, 1), nn.Dropout())"


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.ModuleList([nn.Linear(2, 2, bias=False)])
        self.out = nn.Linear(2, 1)

    def forward(self, X):
        hidden = torch.tanh(self.body[0](X))
        return self.out(torch.tanh(self.body[0](hidden)))


def chain(*sizes: int) -> str:
    """Return the code of fully connected layers of these sizes, with tanh between them."""
    layers = [f"nn.Linear({d_in}, {d_out})" for d_in, d_out in pairwise(sizes)]
    return f"nn.Sequential({', nn.Tanh(), '.join(layers)})"


def made(code: str, **names: Any) -> Any:
    """Return what the code of a net, a loss or a trainer gives: a new one each time."""
    return eval(code, {"nn": nn, "torch": torch, "OrderedDict": OrderedDict, "Net": Net, **names})
