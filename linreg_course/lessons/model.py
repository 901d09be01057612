"""Nets for figures and controls."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

# What a deep net's weights can start from. Each entry overwrites the weight that it is given.
DEEP_STARTS: dict[str, Callable[[Tensor], Tensor]] = {
    "normal 0.01": partial(nn.init.normal_, std=0.01),
    "normal 1": partial(nn.init.normal_, std=1.0),
    "xavier": nn.init.xavier_normal_,
    "kaiming": partial(nn.init.kaiming_normal_, nonlinearity="relu"),
}
ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": torch.relu, "tanh": torch.tanh}


def deep_signals(
    init: str, activation: str, *, seed: int = 0, depth: int = 10, width: int = 256
) -> tuple[list[float], list[float]]:
    r"""Return what a new deep net without biases lets through, forwards and backwards.

    Each layer computes $h \leftarrow f(h W^\top)$. As many standard normal inputs as a layer is wide go
    in; gradients of standard normal size come back from the last layer.

    Args:
        init: how the weights start, a key of `DEEP_STARTS`.
        activation: the function f, a key of `ACTIVATIONS`.
        seed: the same seed gives the same net and leaves torch's global generator alone.
        depth: number of layers, at least 1.
        width: number of units in each layer, at least 1.

    Returns:
        The standard deviations of the activations after each layer, and of the gradients there: two
        lists of length `depth`, both from the first layer to the last.

    Raises:
        KeyError: `init` or `activation` is an unknown name.
    """
    fill, function = DEEP_STARTS[init], ACTIVATIONS[activation]
    with torch.random.fork_rng(devices=[]), torch.enable_grad():
        torch.manual_seed(seed)
        h = torch.randn(width, width)
        layers = []
        for _ in range(depth):
            h = function(h @ fill(torch.empty(width, width)).T).requires_grad_()
            layers.append(h)
        gradients = torch.autograd.grad(h, layers, torch.randn_like(h))
    return [layer.std().item() for layer in layers], [gradient.std().item() for gradient in gradients]
