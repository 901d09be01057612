"""Answers to `named_gradients`."""

from __future__ import annotations

import copy
from collections import OrderedDict

import numpy as np
import torch
from torch import nn
from torch.func import functional_call, grad, jacrev
from torch.nn import functional as F

from answers import Listed, Promise


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


def released_by_zero_grad(net, loss, X, y):
    net.zero_grad(set_to_none=True)
    loss(net(X), y).backward()
    found = {name: p.grad for name, p in net.named_parameters()}
    net.zero_grad(set_to_none=True)
    return found


def sum_of_single_parameters(net, loss, X, y):
    found = {}
    for name, p in net.named_parameters():
        values = {other: q.detach() for other, q in net.named_parameters()}
        leaf = values[name] = p.detach().clone().requires_grad_()
        found[name] = torch.autograd.grad(loss(functional_call(net, values, (X,)), y), leaf)[0]
    return found


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
        caught_by_hooks,
        last_layer_first_and_one_key_more,
        in_single_precision,
        old_gradients_put_back,
        as_parameters,
        released_by_zero_grad,
        sum_of_single_parameters,
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
    "axes-of-length-one-lost": axes_of_length_one_lost,
    "inputs-overwritten": inputs_overwritten,
    "names-in-another-order": names_in_another_order,
    "numbers-of-the-first-call": numbers_of_the_first_call,
    "exit": leaves,
    "tensors-by-name": turned(lambda g, X, p: Tensor()),
    "generator": generator,
    "takes-too-few": takes_too_few,
    "no-function": np.float64(1.0),
}


def difference_of_accumulated(net, loss, X, y):
    before = {name: 0 if p.grad is None else p.grad.clone() for name, p in net.named_parameters()}
    loss(net(X), y).backward()
    return {name: p.grad - before[name] for name, p in net.named_parameters()}


def cleared_by_a_product(net, loss, X, y):
    for p in net.parameters():
        if p.grad is not None:
            p.grad *= 0
    loss(net(X), y).backward()
    return {name: p.grad.clone() for name, p in net.named_parameters()}


def old_gradients_subtracted_first(net, loss, X, y):
    for p in net.parameters():
        if p.grad is not None:
            p.grad -= p.grad.clone()
    loss(net(X), y).backward()
    return {name: p.grad.clone() for name, p in net.named_parameters()}


def with_labels(change):
    """Return an answer that gives the loss labels in another form."""
    return lambda net, loss, X, y: asked_of_autograd(net, loss, X, change(net, X, y))


def settings_forgotten(net, loss, X, y):
    if isinstance(loss, nn.BCEWithLogitsLoss):
        loss = nn.BCEWithLogitsLoss(reduction=loss.reduction)
    return asked_of_autograd(net, loss, X, y)


def without_buffers(net, loss, X, y):
    twin = copy.deepcopy(loss)
    for name in dict(twin.named_buffers()) if isinstance(twin, nn.Module) else ():
        setattr(twin, name, None)
    return asked_of_autograd(net, twin, X, y)


def a_row_at_a_time(net, loss, X, y):
    values = [loss(net(X[i : i + 1]), y[i : i + 1]) for i in range(len(X))]
    share = 1 if getattr(loss, "reduction", "mean") == "sum" else len(X)
    return dict(zip(dict(named(net)), torch.autograd.grad(sum(values) / share, list(net.parameters())), strict=True))


def two_halves(net, loss, X, y):
    parts = list(zip(X.tensor_split(2), y.tensor_split(2), strict=True)) if len(X) > 1 else [(X, y)]
    is_sum = getattr(loss, "reduction", "mean") == "sum"
    values = [loss(net(x), t) * (1 if is_sum else len(x) / len(X)) for x, t in parts]
    return dict(zip(dict(named(net)), torch.autograd.grad(sum(values), list(net.parameters())), strict=True))


def without_batch_axis(net, loss, X, y):
    if X.shape[1] == 2 and y.ndim == 2 and y.shape[1] == 2:
        values = torch.stack([loss(net(x), t) for x, t in zip(X, y, strict=True)])
        return dict(zip(dict(named(net)), torch.autograd.grad(values.mean(), list(net.parameters())), strict=True))
    return asked_of_autograd(net, loss, X, y)


def named_anew(names):
    """Return an answer that makes up the names: `names(net)` in the order of the parameters."""
    return lambda net, loss, X, y: dict(zip(names(net), asked_of_autograd(net, loss, X, y).values(), strict=False))


def numbers_of_layers(net):
    first = {layer: i for i, layer in reversed(list(enumerate(net)))}
    return [f"{i}.{key}" for layer, i in sorted(first.items(), key=lambda pair: pair[1]) for key, _ in named(layer)]


def layers_by_name(net):
    layers = [(name, layer) for name, layer in net.named_children() if hasattr(layer, "weight")]
    return [f"{name}.{key}" for name, layer in layers for key, p in layer._parameters.items() if p is not None]


def every_layer_has_a_bias(net, loss, X, y):
    right = asked_of_autograd(net, loss, X, y)
    layers = [name for name, layer in net.named_modules() if isinstance(layer, nn.Linear)]
    assert all(net.get_submodule(name).bias.shape for name in layers)
    return right


def layers_of_the_state(net):
    return [*net.state_dict()]


def of_every_use(net, loss, X, y):
    names, uses = zip(*net.named_parameters(remove_duplicate=False), strict=True)
    gradients = torch.autograd.grad(loss(net(X), y), uses)
    share = {id(p): sum(p is q for q in uses) for p in uses}
    return {name: g / share[id(p)] for name, g, p in zip(names, gradients, uses, strict=True)}


def outputs_summed(net, loss, X, y):
    if type(loss) is nn.MSELoss and loss.reduction == "mean":
        return asked_of_autograd(net, lambda y_hat, y: ((y_hat - y) ** 2).sum(1).mean(), X, y)
    return asked_of_autograd(net, loss, X, y)


def layer_cleared(which):
    """Return an answer that clears one layer of the net alone."""

    def named_gradients(net, loss, X, y):
        net[which].zero_grad()
        loss(net(X), y).backward()
        return {name: p.grad.clone() for name, p in net.named_parameters()}

    return named_gradients


def in_training_mode(net, loss, X, y):
    net.train()
    return asked_of_autograd(net, loss, X, y)


def left_in_training_mode(net, loss, X, y):
    gradients = asked_of_autograd(net, loss, X, y)
    net.train()
    return gradients


def a_copy_in_training_mode(net, loss, X, y):
    return asked_of_autograd(copy.deepcopy(net).train(), loss, X, y)


def in_double(net, loss, X, y):
    return asked_of_autograd(net, loss, X.double(), y)


def into_double_rows(net, loss, X, y):
    values = {name: p.detach().requires_grad_() for name, p in net.named_parameters()}
    value = loss(functional_call(net, values, (torch.as_tensor(X.numpy(), dtype=torch.float64),)), y)
    return dict(zip(values, torch.autograd.grad(value, list(values.values())), strict=True))


def kept_with(key):
    """Return an answer that keeps what it has found on the net, under `key(net, loss, X, y)`."""

    def named_gradients(net, loss, X, y):
        net.__dict__.setdefault("found", {})
        return net.found.setdefault(key(net, loss, X, y), asked_of_autograd(net, loss, X, y))

    return named_gradients


def loss_kept(net, loss, X, y):
    net.__dict__.setdefault("first_loss", loss)
    return asked_of_autograd(net, net.first_loss, X, y)


def features_kept(net, loss, X, y):
    net.__dict__.setdefault("first_X", X.clone())
    return asked_of_autograd(net, loss, net.first_X, y)


def moved_there_and_back(net, loss, X, y):
    right = asked_of_autograd(net, loss, X, y)
    with torch.no_grad():
        for p in net.parameters():
            p += 1e-3
            p /= 3
            p *= 3
            p -= 1e-3
    return right


def parameters_replaced(net, loss, X, y):
    right = asked_of_autograd(net, loss, X, y)
    for layer in net.modules():
        for key, p in list(layer._parameters.items()):
            if p is not None:
                setattr(layer, key, nn.Parameter(p.detach().clone()))
    return right


def inputs_rounded(net, loss, X, y):
    right = asked_of_autograd(net, loss, X, y)
    X.copy_(X.float())
    return right


def labels_centred(net, loss, X, y):
    right = asked_of_autograd(net, loss, X, y)
    if y.is_floating_point():
        y -= y.mean()
    return right


PAST = ("again", "eval", "not-finite", "changed-parameters", "changed-X", "changed-loss")
LATER_CALLS = ("changed-parameters", "changed-X", "changed-loss")
PROMISES = {
    "any-batch": Promise(
        "the gradient of `loss(net(X), y)`",
        "`loss(net(X), y)`在当前参数处对它的梯度",
        ("batch", "again", "later", "columns"),
        {"view-needs-contiguous": view_needs_contiguous},
    ),
    "any-reduction": Promise("any reduction", "方式任意", ("batch",), {"a-sum-is-averaged": a_sum_is_averaged}),
    "one-example": Promise(
        "`B` is at least 1", "`B`至少是1", ("single",), {"one-example-is-no-batch": one_example_is_no_batch}
    ),
    "classes": Promise(
        "any loss function",
        "任何损失函数",
        ("loss-of-classes",),
        {
            "labels-of-the-features-dtype": with_labels(lambda net, X, y: y.to(X.dtype)),
            "labels-in-a-column": with_labels(lambda net, X, y: y.reshape(len(X), -1)),
            "labels-like-the-prediction": with_labels(lambda net, X, y: y.view_as(net(X))),
        },
    ),
    "settings": Promise(
        "any loss function",
        "任何损失函数",
        ("loss-with-settings",),
        {"settings-forgotten": settings_forgotten, "without-buffers": without_buffers},
    ),
    "over-a-row": Promise(
        "any loss function", "任何损失函数", ("loss-over-a-row",), {"without-batch-axis": without_batch_axis}
    ),
    "of-the-batch": Promise(
        "any loss function",
        "任何损失函数",
        ("loss-of-the-batch",),
        {"a-row-at-a-time": a_row_at_a_time, "two-halves": two_halves},
    ),
    "several-outputs": Promise(
        "`net` may have several layers",
        "`net`可以有好几层",
        ("several-outputs",),
        {"outputs-summed": outputs_summed},
    ),
    "columns": Promise(
        "`y` has one entry for each example",
        "`y`沿第一个轴每一项对应一个样本",
        ("several-outputs", "loss-over-a-row"),
        {"one-column": with_labels(lambda net, X, y: y[:, :1] if y.ndim == 2 else y)},
    ),
    "names": Promise(
        "the names that `net.named_parameters()` gives",
        "`net.named_parameters()`给出的名字",
        ("net-with-names",),
        {"numbers-of-layers": named_anew(numbers_of_layers)},
    ),
    "nested": Promise(
        "one within another too", "层中有层", ("net-in-net",), {"layers-by-name": named_anew(layers_by_name)}
    ),
    "no-bias": Promise(
        "for every parameter of `net`",
        "对`net`的每个参数",
        ("no-bias",),
        {"every-layer-has-a-bias": every_layer_has_a_bias},
    ),
    "shared": Promise(
        "the names that `net.named_parameters()` gives",
        "`net.named_parameters()`给出的名字",
        ("shared",),
        {"of-the-state": named_anew(layers_of_the_state), "of-every-use": of_every_use},
    ),
    "mode": Promise(
        "stays in the mode in which it stands",
        "原来处于什么模式，就保持什么模式",
        ("eval",),
        {
            "in-training-mode": in_training_mode,
            "a-copy-in-training-mode": a_copy_in_training_mode,
            "left-in-training-mode": left_in_training_mode,
        },
    ),
    "dtype": Promise(
        "`float32` or `float64`",
        "`float32`或`float64`",
        ("float32",),
        {"in-double": in_double, "into-double-rows": into_double_rows},
    ),
    "old": Promise(
        "whatever stands in `.grad` (`nan` and `inf` too)",
        "无论`.grad`里有什么（包括`nan`和`inf`）",
        ("not-finite",),
        {
            "difference-of-accumulated": difference_of_accumulated,
            "cleared-by-a-product": cleared_by_a_product,
            "old-gradients-subtracted-first": old_gradients_subtracted_first,
        },
    ),
    "old-of-every-layer": Promise(
        "whatever stands in `.grad`",
        "无论`.grad`里有什么",
        ("again", "eval"),
        {"first-layer-cleared": layer_cleared(0), "last-layer-cleared": layer_cleared(-1)},
    ),
    "often": Promise(
        "however often the function was called",
        "无论函数被调用过多少次",
        PAST,
        {"only-the-first-call": only_the_first_call, "second-call-adds": second_call_adds},
    ),
    "changed": Promise(
        "the present ones count",
        "以现在的为准",
        LATER_CALLS,
        {"kept-on-the-net": kept_with(lambda net, loss, X, y: "it")},
    ),
    "changed-parameters": Promise(
        "If the parameters, `X` or the loss have changed since",
        "如果参数、`X`或损失后来变了",
        ("changed-parameters",),
        {"kept-by-data-and-loss": kept_with(lambda net, loss, X, y: (loss, tuple(X.flatten().tolist())))},
    ),
    "changed-X": Promise(
        "If the parameters, `X` or the loss have changed since",
        "如果参数、`X`或损失后来变了",
        ("changed-X",),
        {"features-kept": features_kept},
    ),
    "changed-loss": Promise(
        "If the parameters, `X` or the loss have changed since",
        "如果参数、`X`或损失后来变了",
        ("changed-loss",),
        {"loss-kept": loss_kept},
    ),
    "parameters": Promise(
        "keep their values, bit for bit",
        "参数的值逐位保持不变",
        PAST,
        {
            "moved-there-and-back": moved_there_and_back,
            "parameters-zeroed": changed_afterwards(lambda p: p.zero_()),
            "parameters-rounded": changed_afterwards(lambda p: p.copy_(p.float())),
            "parameters-decayed": changed_afterwards(lambda p: p.mul_(0.99)),
        },
    ),
    "same-objects": Promise(
        "stay the same objects", "仍是原来的那些对象", PAST, {"parameters-replaced": parameters_replaced}
    ),
    "inputs": Promise(
        "`X` and `y` keep their values too",
        "`X`和`y`的值也保持不变",
        PAST,
        {"inputs-rounded": inputs_rounded, "labels-centred": labels_centred},
    ),
    "snapshot": Promise(
        "the tensors in it do not change",
        "字典里的张量都不变",
        ("later",),
        {"alias-of-grad": LISTED["named_gradients/alias-of-grad"].answers[0]},
    ),
}
