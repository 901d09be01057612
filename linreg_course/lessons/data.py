"""Data for controls and figures: drawn from a seed, so that a control shows the same picture again."""

from __future__ import annotations

import torch
from torch import Tensor

TRUE_W = torch.tensor([2, -3.4])
TRUE_B = 4.2


def seeded_sample(seed: int, n: int = 1000, sigma: float = 0.01) -> tuple[Tensor, Tensor]:
    r"""Return the course's own data, $y = Xw + b + \epsilon$ with w = (2, -3.4), b = 4.2.

    Args:
        seed: the same seed gives the same data and leaves torch's global generator alone.
        n: number of examples, at least 1.
        sigma: standard deviation of the noise, in the unit of y, at least 0.

    Returns:
        X of shape (n, 2), standard normal, and y of shape (n, 1), both float32.

    Raises:
        ValueError: n < 1 or sigma < 0.

    Source: D2L, "Synthetic Regression Data" (zh: 生成数据集).
    """
    if n < 1 or not sigma >= 0:
        raise ValueError(f"seeded_sample: needs n >= 1 and sigma >= 0, not n = {n}, sigma = {sigma}")
    generator = torch.Generator().manual_seed(seed)
    X = torch.randn(n, 2, generator=generator)
    noise = sigma * torch.randn(n, 1, generator=generator)
    return X, X @ TRUE_W.reshape(2, 1) + TRUE_B + noise


def add_outliers(y: Tensor, fraction: float, size: float, generator: torch.Generator) -> Tensor:
    r"""Return $y + s\,u$ in a random share of the rows, u uniform on (0.2, 1), and $y$ elsewhere.

    Args:
        y: labels, shape (n, 1), any unit.
        fraction: share of the rows that are moved, 0 <= fraction <= 1.
        size: the largest displacement s, in the unit of y; negative moves downward.
        generator: the same state moves the same rows by the same amounts.

    Returns:
        A new tensor, shape (n, 1), unit and dtype of y; y itself is untouched.

    Raises:
        ValueError: fraction outside [0, 1], or y not of shape (n, 1).
    """
    if y.ndim != 2 or y.shape[1] != 1:
        raise ValueError(f"add_outliers: y must have shape (n, 1), not {tuple(y.shape)}")
    if not 0 <= fraction <= 1:
        raise ValueError(f"add_outliers: fraction must lie between 0 and 1, not {fraction}")
    n = len(y)
    rows = torch.randperm(n, generator=generator)[: round(fraction * n)]
    moved = y.clone()
    share = 0.2 + 0.8 * torch.rand(len(rows), 1, generator=generator)
    moved[rows] += size * share.to(y.dtype)
    return moved
