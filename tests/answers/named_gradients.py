"""Answers to `named_gradients`."""

from __future__ import annotations

import copy
from collections import OrderedDict

import numpy as np
import torch
from torch import nn
from torch.func import functional_call, grad, jacrev
from torch.nn import functional as F

from answers import Listed


def false_alarm_bound() -> float:
    """No rule of this exercise is statistical."""
    return 0.0


def cleared_and_copied(net, loss, X, y):
    net.zero_grad()
    loss(net(X), y).backward()
    return {name: p.grad.clone() for name, p in net.named_parameters()}


def asked_of_autograd(net, loss, X, y):
    names, parameters = zip(*net.named_parameters(), strict=True)
    return dict(zip(names, torch.autograd.grad(loss(net(X), y), parameters), strict=True))


def functional(net, loss, X, y):
    values = {name: p.detach() for name, p in net.named_parameters()}
    return grad(lambda parameters: loss(functional_call(net, parameters, (X,)), y))(values)


def jacobian(net, loss, X, y):
    return jacrev(lambda parameters: loss(functional_call(net, parameters, X), y))(dict(net.named_parameters()))


def on_a_deep_copy(net, loss, X, y):
    twin = copy.deepcopy(net)
    for p in twin.parameters():
        p.grad = None
    loss(twin(X), y).backward()
    return {name: p.grad for name, p in twin.named_parameters()}


def still_in_a_graph(net, loss, X, y):
    gradients = torch.autograd.grad(loss(net(X), y), list(net.parameters()), create_graph=True)
    return OrderedDict(zip(dict(net.named_parameters()), gradients, strict=True))


def difference_of_accumulated(net, loss, X, y):
    before = {name: 0 if p.grad is None else p.grad.clone() for name, p in net.named_parameters()}
    loss(net(X), y).backward()
    return {name: p.grad - before[name] for name, p in net.named_parameters()}


def caught_by_hooks(net, loss, X, y):
    caught = {}
    handles = [p.register_hook(lambda g, name=name: caught.update({name: g.clone()})) for name, p in named(net)]
    loss(net(X), y).backward()
    for handle in handles:
        handle.remove()
    return caught


def last_layer_first_and_one_key_more(net, loss, X, y):
    value = loss(net(X), y)
    gradients = {"loss": value.item()}
    for name, p in reversed(named(net)):
        gradients[name] = torch.autograd.grad(value, p, retain_graph=True)[0]
    return gradients


def in_single_precision(net, loss, X, y):
    return {name: g.float() for name, g in asked_of_autograd(net, loss, X, y).items()}


def old_gradients_put_back(net, loss, X, y):
    kept = [p.grad for p in net.parameters()]
    for p in net.parameters():
        p.grad = None
    loss(net(X), y).backward()
    gradients = {}
    for (name, p), old in zip(net.named_parameters(), kept, strict=True):
        gradients[name], p.grad = p.grad, old
    return gradients


def as_parameters(net, loss, X, y):
    return {name: nn.Parameter(g) for name, g in asked_of_autograd(net, loss, X, y).items()}


def named(net):
    return list(net.named_parameters())


RIGHT = {
    f.__name__: f
    for f in (
        cleared_and_copied,
        asked_of_autograd,
        functional,
        jacobian,
        on_a_deep_copy,
        still_in_a_graph,
        difference_of_accumulated,
        caught_by_hooks,
        last_layer_first_and_one_key_more,
        in_single_precision,
        old_gradients_put_back,
        as_parameters,
    )
}


def turned(change):
    """Return an answer that takes the right gradients and changes each: `change(gradient, X, p)`."""

    def named_gradients(net, loss, X, y):
        right = cleared_and_copied(net, loss, X, y)
        return {name: change(right[name], X, p) for name, p in net.named_parameters()}

    return named_gradients


def of(value):
    """Return an answer that differentiates another value: `value(net, loss, X, y)`."""

    def named_gradients(net, loss, X, y):
        net.zero_grad()
        value(net, loss, X, y).backward()
        return {name: p.grad.clone() for name, p in net.named_parameters()}

    return named_gradients


def without_backward(net, loss, X, y):
    loss(net(X), y)
    return {name: p.grad for name, p in net.named_parameters()}


def without_backward_but_copied(net, loss, X, y):
    value = loss(net(X), y)
    assert value.requires_grad
    return {name: p.grad.detach().clone() for name, p in net.named_parameters()}


def cleared_by_an_optimizer(net, loss, X, y):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    loss(net(X), y).backward()
    optimizer.zero_grad()
    return {name: 1 * p.grad for name, p in net.named_parameters()}


def cleared_one_by_one(net, loss, X, y):
    loss(net(X), y).backward()
    for p in net.parameters():
        p.grad = None
    return {name: p.grad.clone() for name, p in net.named_parameters()}


def numbered(net, loss, X, y):
    return {i: g for i, g in enumerate(asked_of_autograd(net, loss, X, y).values())}


def numbered_in_words(net, loss, X, y):
    return {str(i): g for i, g in enumerate(asked_of_autograd(net, loss, X, y).values())}


def first_layer(net, loss, X, y):
    net.zero_grad()
    loss(net(X), y).backward()
    return {"weight": net[0].weight.grad.clone(), "bias": net[0].bias.grad.clone()}


def first_layer_asked(net, loss, X, y):
    gradients = torch.autograd.grad(loss(net(X), y), list(net[0].parameters()))
    return dict(zip(("weight", "bias"), gradients, strict=True))


def last_part_of_the_name(net, loss, X, y):
    return {name.split(".")[-1]: g for name, g in asked_of_autograd(net, loss, X, y).items()}


def weights_copied(net, loss, X, y):
    loss(net(X), y).backward()
    return {name: p.detach().clone() for name, p in net.named_parameters()}


def state(net, loss, X, y):
    return {name: values.clone() for name, values in net.state_dict().items()}


def after_minus_before(net, loss, X, y):
    before = {name: p.detach().clone() for name, p in net.named_parameters()}
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    optimizer.zero_grad()
    loss(net(X), y).backward()
    optimizer.step()
    return {name: p.detach() - before[name] for name, p in net.named_parameters()}


def output_with_ones(net, loss, X, y):
    net.zero_grad()
    output = net(X)
    output.backward(torch.ones_like(output))
    return {name: p.grad.clone() for name, p in net.named_parameters()}


def not_cleared(net, loss, X, y):
    loss(net(X), y).backward()
    return {name: p.grad.clone() for name, p in net.named_parameters()}


def cleared_only_afterwards(net, loss, X, y):
    loss(net(X), y).backward()
    gradients = {name: p.grad.clone() for name, p in net.named_parameters()}
    net.zero_grad()
    return gradients


def neither_cleared_nor_copied(net, loss, X, y):
    loss(net(X), y).backward()
    return {name: p.grad for name, p in net.named_parameters()}


def steps_with_sgd(net, loss, X, y):
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    optimizer.zero_grad()
    loss(net(X), y).backward()
    gradients = {name: p.grad.clone() for name, p in net.named_parameters()}
    optimizer.step()
    return gradients


def steps_by_hand(net, loss, X, y):
    gradients = asked_of_autograd(net, loss, X, y)
    with torch.no_grad():
        for name, p in net.named_parameters():
            p -= 0.03 * gradients[name]
    return gradients


def steps_with_adam(net, loss, X, y):
    net.zero_grad()
    optimizer = torch.optim.Adam(net.parameters())
    loss(net(X), y).backward()
    optimizer.step()
    return {name: p.grad.clone() for name, p in net.named_parameters()}


def alias(look):
    """Return an answer that gives `.grad` out in some other guise."""

    def named_gradients(net, loss, X, y):
        net.zero_grad()
        loss(net(X), y).backward()
        return {name: look(p.grad) for name, p in net.named_parameters()}

    return named_gradients


def mse_by_hand(net, loss, X, y):
    return of(lambda net, loss, X, y: ((net(X) - y) ** 2).mean())(net, loss, X, y)


def cleared_in_place_afterwards(net, loss, X, y):
    net.zero_grad()
    loss(net(X), y).backward()
    found = {name: parameter.grad for name, parameter in net.named_parameters()}
    for parameter in net.parameters():
        parameter.grad.zero_()
    return found


def cleared_by_zero_(net, loss, X, y):
    for parameter in net.parameters():
        parameter.grad.zero_()
    loss(net(X), y).backward()
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


def detached_and_cleared_by_zero_(net, loss, X, y):
    for _, parameter in net.named_parameters():
        parameter.grad.detach().zero_() if parameter.grad is not None else parameter.grad.zero_()
    loss(net(X), y).backward()
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


def cleared_at_the_end_to_zero(net, loss, X, y):
    loss(net(X), y).backward()
    found = {name: parameter.grad.clone() for name, parameter in net.named_parameters()}
    net.zero_grad(set_to_none=False)
    return found


def swapped_by_name(net, loss, X, y):
    value = loss(y, net(X))
    names, parameters = zip(*net.named_parameters(), strict=True)
    return dict(zip(names, torch.autograd.grad(value, parameters), strict=True))


def zeros_after_clear(net, loss, X, y):
    loss(net(X), y).backward()
    net.zero_grad(set_to_none=False)
    return {name: p.grad.clone() for name, p in net.named_parameters()}


LISTED = {
    "named_gradients/backward-missing": Listed("names", 0, (without_backward, without_backward_but_copied)),
    "named_gradients/cleared-before-reading": Listed(
        "names", 0, (cleared_one_by_one, cleared_by_an_optimizer, zeros_after_clear, cleared_in_place_afterwards)
    ),
    "named_gradients/keys-are-positions": Listed("names", 1, (numbered, numbered_in_words)),
    "named_gradients/first-layer-names": Listed("names", 1, (first_layer, first_layer_asked, last_part_of_the_name)),
    "named_gradients/norms": Listed(
        "names",
        1,
        (
            turned(lambda g, X, p: g.norm()),
            turned(lambda g, X, p: (g**2).sum().sqrt()),
            turned(lambda g, X, p: sum(v**2 for v in g.flatten().tolist()) ** 0.5),
        ),
    ),
    "named_gradients/parameter-values": Listed("values", 3, (turned(lambda g, X, p: p.data), weights_copied, state)),
    "named_gradients/gradient-of-output": Listed(
        "values", 3, (of(lambda net, loss, X, y: net(X).sum()), output_with_ones)
    ),
    "named_gradients/divided-by-batch": Listed(
        "values",
        3,
        (turned(lambda g, X, p: g / len(X)), of(lambda net, loss, X, y: loss(net(X), y) / X.shape[0])),
    ),
    "named_gradients/step-not-gradient": Listed(
        "values",
        3,
        (turned(lambda g, X, p: -0.03 * g), turned(lambda g, X, p: -g), after_minus_before),
    ),
    "named_gradients/label-shape-broadcast": Listed(
        "values",
        3,
        (
            of(lambda net, loss, X, y: loss(net(X).squeeze(), y)),
            of(lambda net, loss, X, y: loss(net(X), y.reshape(-1))),
            of(lambda net, loss, X, y: loss(net(X).flatten(), y)),
        ),
    ),
    "named_gradients/hard-coded-mse": Listed(
        "values", 3, (of(lambda net, loss, X, y: F.mse_loss(net(X), y)), mse_by_hand)
    ),
    "named_gradients/accumulates": Listed("history", 6, (not_cleared, neither_cleared_nor_copied)),
    "named_gradients/steps-too": Listed("history", 6, (steps_with_sgd, steps_by_hand, steps_with_adam)),
    "named_gradients/alias-of-grad": Listed(
        "snapshot", 7, (alias(lambda g: g), alias(lambda g: g.detach()), alias(lambda g: g.view_as(g)))
    ),
    "named_gradients/nothing-to-clear": Listed("names", 2, (cleared_by_zero_, detached_and_cleared_by_zero_)),
    "named_gradients/arguments-swapped": Listed(
        "values", 3, (of(lambda net, loss, X, y: loss(y, net(X))), swapped_by_name)
    ),
    "named_gradients/cleared-after-reading": Listed(
        "history", 6, (cleared_only_afterwards, cleared_at_the_end_to_zero)
    ),
}


def list_returned(net, loss, X, y):
    return list(asked_of_autograd(net, loss, X, y).values())


def keys_are_parameters(net, loss, X, y):
    return {p: torch.autograd.grad(loss(net(X), y), p)[0] for p in net.parameters()}


def first_layer_only(net, loss, X, y):
    right = asked_of_autograd(net, loss, X, y)
    return {name: g for name, g in right.items() if name.startswith("0.")}


def view_needs_contiguous(net, loss, X, y):
    return asked_of_autograd(net, loss, X.view(-1).view(X.shape), y)


def a_sum_is_averaged(net, loss, X, y):
    share = len(X) if getattr(loss, "reduction", "mean") == "sum" else 1
    return {name: g / share for name, g in asked_of_autograd(net, loss, X, y).items()}


def axes_of_length_one_lost(net, loss, X, y):
    return asked_of_autograd(net, loss, X.squeeze(), y)


def one_example_is_no_batch(net, loss, X, y):
    right = asked_of_autograd(net, loss, X, y)
    return {name: torch.zeros_like(g) if len(X) == 1 else g for name, g in right.items()}


def only_the_first_call(net, loss, X, y):
    if hasattr(net, "looked_at"):
        raise RuntimeError("looked at already")
    net.looked_at = True
    return asked_of_autograd(net, loss, X, y)


def second_call_adds(net, loss, X, y):
    right = asked_of_autograd(net, loss, X, y)
    net.sum = {name: g + getattr(net, "sum", {}).get(name, 0) for name, g in right.items()}
    return net.sum


def changed_afterwards(change):
    """Return an answer that is right, but changes the parameters in place."""

    def named_gradients(net, loss, X, y):
        right = asked_of_autograd(net, loss, X, y)
        with torch.no_grad():
            for p in net.parameters():
                change(p)
        return right

    return named_gradients


def inputs_overwritten(net, loss, X, y):
    right = asked_of_autograd(net, loss, X, y)
    X.zero_()
    y.zero_()
    return right


def names_in_another_order(net, loss, X, y):
    right = asked_of_autograd(net, loss, X, y)
    return dict(zip(sorted(right), right.values(), strict=True))


def numbers_of_the_first_call(net, loss, X, y):
    known.setdefault(tuple(map(tuple, [p.shape for p in net.parameters()])), asked_of_autograd(net, loss, X, y))
    return known[tuple(map(tuple, [p.shape for p in net.parameters()]))]


known: dict = {}


def leaves(net, loss, X, y):
    exit()


class Tensor:
    """Has the name of a tensor and nothing else of it."""


def generator(net, loss, X, y):
    for name, p in net.named_parameters():
        yield name, torch.autograd.grad(loss(net(X), y), p)[0]


def takes_too_few(net, loss, X):
    return asked_of_autograd(net, loss, X, X)


MUTANTS = {
    "list-returned": list_returned,
    "keys-are-parameters": keys_are_parameters,
    "first-layer-only": first_layer_only,
    "averaged-over-a-row": turned(lambda g, X, p: g.mean(-1, keepdim=True).expand_as(g)),
    "numbers-not-tensors": turned(lambda g, X, p: g.tolist()),
    "means-not-tensors": turned(lambda g, X, p: g.mean().item()),
    "gradient-of-mean-output": of(lambda net, loss, X, y: net(X).mean()),
    "times-batch": turned(lambda g, X, p: g * len(X)),
    "first-example-only": of(lambda net, loss, X, y: loss(net(X[:1]), y[:1])),
    "last-example-left-out": of(lambda net, loss, X, y: loss(net(X[:-1]), y[:-1])),
    "unit-length": turned(lambda g, X, p: g / g.norm()),
    "clipped": turned(lambda g, X, p: g.clamp(-0.5, 0.5)),
    "absolute": turned(lambda g, X, p: g.abs()),
    "flattened": turned(lambda g, X, p: g.reshape(-1)),
    "transposed": turned(lambda g, X, p: g.t()),
    "arrays": turned(lambda g, X, p: g.numpy()),
    "arrays-of-grad": alias(lambda g: g.numpy()),
    "whole-numbers": turned(lambda g, X, p: g.long()),
    "half-precision": turned(lambda g, X, p: g.half()),
    "complex": turned(lambda g, X, p: g + 0j),
    "nan": turned(lambda g, X, p: g * float("nan")),
    "sparse": turned(lambda g, X, p: g.to_sparse()),
    "huge": lambda net, loss, X, y: torch.zeros(1).expand(10_000, 10_000),
    "huge-entries": turned(lambda g, X, p: torch.zeros(1).expand(10_000, 10_000)),
    "none-returned": lambda net, loss, X, y: None,
    "empty": lambda net, loss, X, y: {},
    "number-returned": lambda net, loss, X, y: loss(net(X), y).item(),
    "view-needs-contiguous": view_needs_contiguous,
    "a-sum-is-averaged": a_sum_is_averaged,
    "axes-of-length-one-lost": axes_of_length_one_lost,
    "one-example-is-no-batch": one_example_is_no_batch,
    "only-the-first-call": only_the_first_call,
    "second-call-adds": second_call_adds,
    "parameters-zeroed": changed_afterwards(lambda p: p.zero_()),
    "parameters-rounded": changed_afterwards(lambda p: p.copy_(p.float())),
    "parameters-decayed": changed_afterwards(lambda p: p.mul_(0.99)),
    "inputs-overwritten": inputs_overwritten,
    "names-in-another-order": names_in_another_order,
    "numbers-of-the-first-call": numbers_of_the_first_call,
    "exit": leaves,
    "tensors-by-name": turned(lambda g, X, p: Tensor()),
    "generator": generator,
    "takes-too-few": takes_too_few,
    "no-function": np.float64(1.0),
}
