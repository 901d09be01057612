"""Answers to `per_example_gradients`."""

from __future__ import annotations

import copy

import torch
from torch import nn
from torch.func import functional_call, grad, jacfwd, jacrev, vmap
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from answers import Listed, Promise


def false_alarm_bound() -> float:
    """No rule of this exercise is statistical."""
    return 0.0


def loop_of_slices(net, loss, X, y):
    rows = {name: [] for name, _ in net.named_parameters()}
    for i in range(len(X)):
        net.zero_grad()
        loss(net(X[i : i + 1]), y[i : i + 1]).backward()
        for name, p in net.named_parameters():
            rows[name].append(p.grad.clone())
    return {name: torch.stack(gradients) for name, gradients in rows.items()}


def one_at_a_time(net, loss, X, y):
    names, parameters = zip(*net.named_parameters(), strict=True)
    rows = [torch.autograd.grad(loss(net(x), t), parameters) for x, t in zip(X.split(1), y.split(1), strict=True)]
    return {name: torch.stack(gradients) for name, gradients in zip(names, zip(*rows, strict=True), strict=True)}


def vectorised(net, loss, X, y):
    def loss_of_one(parameters, x, t):
        return loss(functional_call(net, parameters, (x.unsqueeze(0),)), t.unsqueeze(0))

    values = {name: p.detach() for name, p in net.named_parameters()}
    return vmap(grad(loss_of_one), in_dims=(None, 0, 0))(values, X, y)


def jacobian_of_all_losses(net, loss, X, y):
    def losses(parameters):
        return torch.stack(
            [loss(functional_call(net, parameters, x), t) for x, t in zip(X.split(1), y.split(1), strict=True)]
        )

    return jacrev(losses)(dict(net.named_parameters()))


def batched_products(net, loss, X, y):
    losses = torch.stack([loss(net(X[i : i + 1]), y[i : i + 1]) for i in range(len(X))])
    unit = torch.eye(len(X), dtype=losses.dtype)
    gradients = torch.autograd.grad(losses, list(net.parameters()), unit, is_grads_batched=True)
    return dict(zip(dict(net.named_parameters()), gradients, strict=True))


def loader_of_single_examples(net, loss, X, y):
    rows = {name: torch.empty(0, *p.shape, dtype=p.dtype) for name, p in net.named_parameters()}
    for x, t in DataLoader(TensorDataset(X, y), batch_size=1):
        net.zero_grad()
        loss(net(x), t).backward()
        for name, p in net.named_parameters():
            rows[name] = torch.cat([rows[name], p.grad[None]])
    return rows


def a_net_for_each_example(net, loss, X, y):
    nets = [copy.deepcopy(net) for _ in X]
    for i, twin in enumerate(nets):
        twin.zero_grad()
        loss(twin(X[[i]]), y[[i]]).backward()
    rows = [dict(twin.named_parameters()) for twin in nets]
    return {name: torch.stack([row[name].grad for row in rows]) for name, _ in net.named_parameters()}


def a_row_of_parameters_for_each_example(net, loss, X, y):
    rows = {name: p.detach().expand(len(X), *p.shape).clone().requires_grad_() for name, p in net.named_parameters()}
    outputs = [functional_call(net, {name: p[i] for name, p in rows.items()}, (X[i : i + 1],)) for i in range(len(X))]
    sum(loss(output, y[i : i + 1]) for i, output in enumerate(outputs)).backward()
    return {name: p.grad for name, p in rows.items()}


def backwards_and_differences(net, loss, X, y):
    net.zero_grad(set_to_none=False)
    loss(net(X[:1]) * 0, y[:1] * 0).backward()
    rows = {name: torch.zeros(len(X), *p.shape, dtype=p.dtype) for name, p in net.named_parameters()}
    for i in reversed(range(len(X))):
        before = {name: p.grad.clone() for name, p in net.named_parameters()}
        loss(net(X[i : i + 1]), y[i : i + 1]).backward()
        for name, p in net.named_parameters():
            rows[name][i] = p.grad - before[name]
    return rows


def graph_kept(net, loss, X, y):
    rows = []
    for i in range(len(X)):
        rows.append(
            torch.autograd.grad(loss(net(X[i : i + 1]), y[i : i + 1]), list(net.parameters()), create_graph=True)
        )
    return {name: torch.stack([row[k] for row in rows]) for k, (name, _) in enumerate(net.named_parameters())}


def forward_mode(net, loss, X, y):
    def losses(parameters):
        y_hat = functional_call(net, parameters, X)
        return torch.stack([loss(y_hat[i : i + 1], y[i : i + 1]) for i in range(len(X))])

    return jacfwd(losses)({name: p.detach() for name, p in net.named_parameters()})


def one_forward_and_hooks(net, loss, X, y):
    y_hat, rows = net(X), {name: [] for name, _ in net.named_parameters()}
    handles = [
        p.register_hook(lambda g, name=name: rows[name].insert(0, g.clone())) for name, p in net.named_parameters()
    ]
    for i in reversed(range(len(X))):
        loss(y_hat.narrow(0, i, 1), y.narrow(0, i, 1)).backward(retain_graph=True)
    for handle in handles:
        handle.remove()
    return {name: torch.stack(gradients) for name, gradients in rows.items()}


RIGHT = {
    f.__name__: f
    for f in (
        loop_of_slices,
        one_at_a_time,
        vectorised,
        jacobian_of_all_losses,
        batched_products,
        loader_of_single_examples,
        a_net_for_each_example,
        a_row_of_parameters_for_each_example,
        backwards_and_differences,
        graph_kept,
        forward_mode,
        one_forward_and_hooks,
    )
}


def of(losses):
    """Return an answer whose row i is the gradient of another value: `losses(net, loss, X, y)[i]`."""

    def per_example_gradients(net, loss, X, y):
        rows = [torch.autograd.grad(value, list(net.parameters())) for value in losses(net, loss, X, y)]
        return {name: torch.stack([row[k] for row in rows]) for k, (name, _) in enumerate(net.named_parameters())}

    return per_example_gradients


def by_slices(value):
    """Return an answer whose row i is the gradient of `value(net, loss, x, t)` at example i."""
    return of(lambda net, loss, X, y: [value(net, loss, X[i : i + 1], y[i : i + 1]) for i in range(len(X))])


def turned(change):
    """Return an answer that takes the right rows and changes them: `change(rows)`."""

    def per_example_gradients(net, loss, X, y):
        return {name: change(rows) for name, rows in one_at_a_time(net, loss, X, y).items()}

    return per_example_gradients


def looped(before=lambda net: None, kept=lambda p: p.grad.clone(), after=lambda net: None, join=torch.stack):
    """Return a loop of backward() with something done before and after it, and something kept."""

    def per_example_gradients(net, loss, X, y):
        rows = {}
        for x, t in zip(X.split(1), y.split(1), strict=True):
            before(net)
            loss(net(x), t).backward()
            for name, p in net.named_parameters():
                rows.setdefault(name, []).append(kept(p))
            after(net)
        return {name: join(gradients) for name, gradients in rows.items()}

    return per_example_gradients


def clear(net):
    net.zero_grad()


def zero(net):
    net.zero_grad(set_to_none=False)


def zero_by_hand(net):
    for p in net.parameters():
        if p.grad is not None:
            p.grad.zero_()


def dict_for_each(net, loss, X, y):
    rows = []
    for i in range(len(X)):
        net.zero_grad()
        loss(net(X[i : i + 1]), y[i : i + 1]).backward()
        rows.append({name: p.grad.clone() for name, p in net.named_parameters()})
    return rows


def tuple_of_dicts(net, loss, X, y):
    rows = one_at_a_time(net, loss, X, y)
    return tuple({name: rows[name][i] for name in rows} for i in range(len(X)))


def batch_once(net, loss, X, y):
    net.zero_grad()
    loss(net(X), y).backward()
    return {name: p.grad.clone() for name, p in net.named_parameters()}


def batch_expanded(net, loss, X, y):
    return {name: g.expand(len(X), *g.shape) for name, g in batch_once(net, loss, X, y).items()}


def batch_in_the_loop(net, loss, X, y):
    rows = [batch_once(net, loss, X, y) for _ in X]
    return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}


def special_case_for_one(net, loss, X, y):
    return batch_once(net, loss, X, y) if len(X) == 1 else one_at_a_time(net, loss, X, y)


def only_cleared_before_the_loop(net, loss, X, y):
    net.zero_grad()
    return looped()(net, loss, X, y)


def last_copied_into_every_row(net, loss, X, y):
    rows = one_at_a_time(net, loss, X, y)
    return {name: gradients[-1].repeat(len(X), *[1] * (gradients.ndim - 1)) for name, gradients in rows.items()}


def cleared_after_each(net, loss, X, y):
    names, parameters = zip(*net.named_parameters(), strict=True)
    rows = {name: torch.zeros(len(X), *p.shape, dtype=p.dtype) for name, p in zip(names, parameters, strict=True)}
    for i in range(len(X)):
        loss(net(X[i].unsqueeze(0)), y[i].unsqueeze(0)).backward()
        for name, p in zip(names, parameters, strict=True):
            rows[name][i] = p.grad
            p.grad = None
    return rows


def cleared_after_each_of_several(net, loss, X, y):
    return one_at_a_time(net, loss, X, y) if len(X) == 1 else cleared_after_each(net, loss, X, y)


LISTED = {
    "per_example_gradients/list-of-dicts": Listed("names", 0, (dict_for_each, tuple_of_dicts)),
    "per_example_gradients/whole-batch-once": Listed("names", 0, (batch_once, turned(lambda rows: rows.mean(0)))),
    "per_example_gradients/batch-gradient-repeated": Listed("values", 2, (batch_expanded, batch_in_the_loop)),
    "per_example_gradients/flattened": Listed(
        "names",
        0,
        (
            looped(clear, kept=lambda p: p.grad.clone().reshape(-1)),
            turned(lambda rows: rows.flatten(1)),
        ),
    ),
    "per_example_gradients/batch-axis-dropped-for-one": Listed(
        "names", 0, (turned(lambda rows: rows.squeeze(0)), special_case_for_one)
    ),
    "per_example_gradients/running-sum": Listed(
        "values", 2, (only_cleared_before_the_loop, looped(), turned(lambda rows: rows.cumsum(0)))
    ),
    "per_example_gradients/last-row-everywhere": Listed(
        "values",
        2,
        (
            looped(zero, kept=lambda p: p.grad),
            looped(zero_by_hand, kept=lambda p: p.grad.detach()),
            last_copied_into_every_row,
            looped(kept=lambda p: p.grad),
        ),
    ),
    "per_example_gradients/divided-by-batch": Listed(
        "values",
        2,
        (
            turned(lambda rows: rows / len(rows)),
            of(lambda net, loss, X, y: [loss(net(x[None]), t[None]) / len(X) for x, t in zip(X, y, strict=True)]),
        ),
    ),
    "per_example_gradients/all-labels": Listed(
        "values",
        2,
        (
            of(lambda net, loss, X, y: [loss(net(X[i : i + 1]), y) for i in range(len(X))]),
            of(lambda net, loss, X, y: [loss(net(x), y) for x in X]),
        ),
    ),
    "per_example_gradients/hard-coded-mse": Listed(
        "values",
        2,
        (
            by_slices(lambda net, loss, x, t: F.mse_loss(net(x), t)),
            by_slices(lambda net, loss, x, t: ((net(x) - t) ** 2).sum()),
        ),
    ),
    "per_example_gradients/arguments-swapped": Listed(
        "values",
        2,
        (
            by_slices(lambda net, loss, x, t: loss(t, net(x))),
            of(lambda net, loss, X, y: [loss(t, net(x)) for x, t in zip(X, y, strict=True)]),
        ),
    ),
    "per_example_gradients/stale-first-row": Listed(
        "history", 8, (looped(after=clear), looped(after=zero), cleared_after_each, cleared_after_each_of_several)
    ),
    "per_example_gradients/axes-of-length-one-dropped": Listed(
        "names", 0, (turned(torch.squeeze), looped(clear, kept=lambda p: p.grad.squeeze().clone()))
    ),
}


def keys_are_positions(net, loss, X, y):
    return dict(enumerate(one_at_a_time(net, loss, X, y).values()))


def steps_too(net, loss, X, y):
    rows = one_at_a_time(net, loss, X, y)
    with torch.no_grad():
        for name, p in net.named_parameters():
            p -= 0.03 * rows[name].mean(0)
    return rows


def rows_in_another_order_for_a_sum(net, loss, X, y):
    order = -1 if getattr(loss, "reduction", "mean") == "sum" else 1
    return {name: rows[::order] if order > 0 else rows.flip(0) for name, rows in one_at_a_time(net, loss, X, y).items()}


def thirty_two_at_most(net, loss, X, y):
    rows = one_at_a_time(net, loss, X[:32], y[:32])
    return {name: torch.cat([r, r[: len(X) - 32]]) if len(X) > 32 else r for name, r in rows.items()}


def view_needs_contiguous(net, loss, X, y):
    return one_at_a_time(net, loss, X.view(-1).view(X.shape), y)


def second_call_adds(net, loss, X, y):
    right = one_at_a_time(net, loss, X, y)
    net.sum = {name: g + getattr(net, "sum", {}).get(name, 0) for name, g in right.items()}
    return net.sum


def only_the_first_call(net, loss, X, y):
    if hasattr(net, "looked_at"):
        raise RuntimeError("looked at already")
    net.looked_at = True
    return one_at_a_time(net, loss, X, y)


def one_example_is_no_batch(net, loss, X, y):
    rows = one_at_a_time(net, loss, X, y)
    return {name: torch.zeros_like(g) if len(X) == 1 else g for name, g in rows.items()}


def ten_thousandth_off(net, loss, X, y):
    rows = one_at_a_time(net, loss, X, y)
    return {name: g * (1 + 1e-4) for name, g in rows.items()}


def zeros_but_in_the_first_row(net, loss, X, y):
    rows = {name: torch.zeros(len(X), *p.shape, dtype=p.dtype) for name, p in net.named_parameters()}
    for name, gradients in one_at_a_time(net, loss, X, y).items():
        rows[name][0] = gradients[0]
    return rows


def generator(net, loss, X, y):
    yield from one_at_a_time(net, loss, X, y).items()


def leaves(net, loss, X, y):
    exit()


def with_names_only(net, loss, X, y):
    return [name for name, _ in net.named_parameters()]


MUTANTS = {
    "lists-not-tensors": looped(clear, join=list),
    "numbers-not-tensors": turned(lambda rows: rows.tolist()),
    "keys-are-positions": keys_are_positions,
    "summed": turned(lambda rows: rows.sum(0)),
    "concatenated": looped(clear, join=torch.cat),
    "batch-axis-last": turned(lambda rows: rows.movedim(0, -1)),
    "axes-of-length-one-added": turned(lambda rows: rows.unsqueeze(1)),
    "all-inputs": of(lambda net, loss, X, y: [loss(net(X), y[i : i + 1]) for i in range(len(X))]),
    "first-example-each-time": of(lambda net, loss, X, y: [loss(net(X[:1]), y[:1]) for _ in X]),
    "growing-batch": of(lambda net, loss, X, y: [loss(net(X[: i + 1]), y[: i + 1]) for i in range(len(X))]),
    "leave-one-out": of(
        lambda net, loss, X, y: [
            loss(net(torch.cat([X[:i], X[i + 1 :]])), torch.cat([y[:i], y[i + 1 :]])) for i in range(len(X))
        ]
    ),
    "gradient-of-output": by_slices(lambda net, loss, x, t: net(x).sum()),
    "next-label": of(
        lambda net, loss, X, y: [loss(net(X[i : i + 1]), y.roll(-1, 0)[i : i + 1]) for i in range(len(X))]
    ),
    "negative": turned(lambda rows: -rows),
    "norms": turned(lambda rows: rows.flatten(1).norm(dim=1)),
    "unit-length": turned(lambda rows: torch.nn.functional.normalize(rows.flatten(1)).view(rows.shape)),
    "centred": turned(lambda rows: rows - rows.mean(0)),
    "times-batch": turned(lambda rows: rows * len(rows)),
    "reversed": turned(lambda rows: rows.flip(0)),
    "last-example-left-out": turned(lambda rows: rows[:-1]),
    "arrays": turned(lambda rows: rows.numpy()),
    "whole-numbers": turned(lambda rows: rows.long()),
    "complex": turned(lambda rows: rows + 0j),
    "nan": turned(lambda rows: rows * float("nan")),
    "sparse": turned(lambda rows: rows.to_sparse()),
    "huge": lambda net, loss, X, y: torch.zeros(1).expand(10_000, 10_000),
    "huge-entries": turned(lambda rows: torch.zeros(1).expand(10_000, 10_000)),
    "none-returned": lambda net, loss, X, y: None,
    "empty": lambda net, loss, X, y: {},
    "names-only": with_names_only,
    "generator": generator,
    "exit": leaves,
    "takes-too-few": lambda net, loss, X: one_at_a_time(net, loss, X, X),
    "no-function": "per_example_gradients",
    "a-ten-thousandth-off": ten_thousandth_off,
    "zeros-but-in-the-first-row": zeros_but_in_the_first_row,
}


def examples_without_batch_axis(net, loss, X, y):
    rows = {}
    for x, t in zip(X, y, strict=True):
        value = loss(net(x), t)
        for name, p in net.named_parameters():
            rows.setdefault(name, []).append(torch.autograd.grad(value, p, retain_graph=True)[0])
    return {name: torch.stack(gradients) for name, gradients in rows.items()}


def names_of_the_state(net, loss, X, y):
    nets = [copy.deepcopy(net) for _ in X]
    for i, twin in enumerate(nets):
        twin.zero_grad()
        loss(twin(X[[i]]), y[[i]]).backward()
    return {name: torch.stack([dict(twin.named_parameters())[name].grad for twin in nets]) for name in net.state_dict()}


def mapped_without_batch_axis(net, loss, X, y):
    def loss_of_one(parameters, x, t):
        return loss(functional_call(net, parameters, (x,)), t)

    values = {name: p.detach() for name, p in net.named_parameters()}
    return vmap(grad(loss_of_one), in_dims=(None, 0, 0))(values, X, y)


def a_sum_is_divided(net, loss, X, y):
    share = len(X) if getattr(loss, "reduction", "mean") == "sum" else 1
    return {name: rows / share for name, rows in one_at_a_time(net, loss, X, y).items()}


def with_loss(change):
    """Return an answer that takes another loss: `change(loss)`."""
    return lambda net, loss, X, y: one_at_a_time(net, change(loss), X, y)


def settings_forgotten(loss):
    return nn.BCEWithLogitsLoss(reduction=loss.reduction) if isinstance(loss, nn.BCEWithLogitsLoss) else loss


def without_buffers(loss):
    twin = copy.deepcopy(loss)
    for name in dict(twin.named_buffers()) if isinstance(twin, nn.Module) else ():
        setattr(twin, name, None)
    return twin


def outputs_summed(loss):
    if type(loss) is nn.MSELoss and loss.reduction == "mean":
        return lambda y_hat, y: ((y_hat - y) ** 2).sum(1).mean()
    return loss


def times_examples(loss, X):
    return 1 if getattr(loss, "reduction", "mean") == "sum" else len(X)


def one_loss_for_all_rows(net, loss, X, y):
    rows = {name: p.detach().expand(len(X), *p.shape).clone().requires_grad_() for name, p in net.named_parameters()}
    outputs = [functional_call(net, {name: p[i] for name, p in rows.items()}, (X[i : i + 1],)) for i in range(len(X))]
    (loss(torch.cat(outputs), y) * times_examples(loss, X)).backward()
    return {name: p.grad for name, p in rows.items()}


def others_cut_off(net, loss, X, y):
    def alone(i):
        y_hat = net(X)
        mask = (torch.arange(len(X)) == i).unsqueeze(1)
        return loss(torch.where(mask, y_hat, y_hat.detach()), y) * times_examples(loss, X)

    return of(lambda *given: [alone(i) for i in range(len(X))])(net, loss, X, y)


def named_anew(names):
    """Return an answer that makes up the names: `names(net)` in the order of the parameters."""
    return lambda net, loss, X, y: dict(zip(names(net), one_at_a_time(net, loss, X, y).values(), strict=False))


def numbers_of_layers(net):
    first = {layer: i for i, layer in reversed(list(enumerate(net)))}
    layers = sorted(first.items(), key=lambda pair: pair[1])
    return [f"{i}.{key}" for layer, i in layers for key, _ in layer.named_parameters()]


def layers_by_name(net):
    layers = [(name, layer) for name, layer in net.named_children() if hasattr(layer, "weight")]
    return [f"{name}.{key}" for name, layer in layers for key, p in layer._parameters.items() if p is not None]


def every_layer_has_a_bias(net, loss, X, y):
    right = one_at_a_time(net, loss, X, y)
    layers = [name for name, layer in net.named_modules() if isinstance(layer, nn.Linear)]
    assert all(net.get_submodule(name).bias.shape for name in layers)
    return right


def of_every_use(net, loss, X, y):
    uses = dict(net.named_parameters(remove_duplicate=False))
    rows = of(lambda *given: [loss(net(x), t) for x, t in zip(X.split(1), y.split(1), strict=True)])(net, loss, X, y)
    by_parameter = {id(p): rows[name] for name, p in net.named_parameters()}
    return {name: by_parameter[id(p)] / sum(p is other for other in uses.values()) for name, p in uses.items()}


def in_training_mode(net, loss, X, y):
    net.train()
    return one_at_a_time(net, loss, X, y)


def copies_in_training_mode(net, loss, X, y):
    return one_at_a_time(copy.deepcopy(net).train(), loss, X, y)


def differences_of_accumulated(net, loss, X, y):
    before = {name: 0 if p.grad is None else p.grad.clone() for name, p in net.named_parameters()}
    sums = looped()(net, loss, X, y)
    return {name: torch.diff(s, dim=0, prepend=(0 * s[0] + before[name])[None]) for name, s in sums.items()}


def clear_by_a_product(net):
    for p in net.parameters():
        if p.grad is not None:
            p.grad *= 0


def first_cleared_in_one_layer(which):
    """Return an answer that clears one layer before the loop, and all only after each example."""

    def per_example_gradients(net, loss, X, y):
        net[which].zero_grad()
        return looped(after=clear)(net, loss, X, y)

    return per_example_gradients


def first_layer_cleared_for_several(net, loss, X, y):
    return one_at_a_time(net, loss, X, y) if len(X) == 1 else first_cleared_in_one_layer(0)(net, loss, X, y)


def last_layer_cleared_for_one(net, loss, X, y):
    return one_at_a_time(net, loss, X, y) if len(X) > 1 else first_cleared_in_one_layer(-1)(net, loss, X, y)


def kept_with(key):
    """Return an answer that keeps what it has found on the net, under `key(net, loss, X, y)`."""

    def per_example_gradients(net, loss, X, y):
        net.__dict__.setdefault("found", {})
        return net.found.setdefault(key(net, loss, X, y), one_at_a_time(net, loss, X, y))

    return per_example_gradients


def data_and_loss(net, loss, X, y):
    return loss, *X.flatten().tolist(), *y.flatten().tolist()


def features_kept(net, loss, X, y):
    net.__dict__.setdefault("first_X", X.clone())
    return one_at_a_time(net, loss, net.first_X, y)


def loss_kept(net, loss, X, y):
    net.__dict__.setdefault("first_loss", loss)
    return one_at_a_time(net, net.first_loss, X, y)


def changed_afterwards(change):
    """Return an answer that is right, but changes the parameters in place."""

    def per_example_gradients(net, loss, X, y):
        right = one_at_a_time(net, loss, X, y)
        with torch.no_grad():
            for p in net.parameters():
                change(p)
        return right

    return per_example_gradients


def there_and_back(p):
    p += 1e-3
    p /= 3
    p *= 3
    p -= 1e-3


def parameters_replaced(net, loss, X, y):
    right = one_at_a_time(net, loss, X, y)
    for layer in net.modules():
        for key, p in list(layer._parameters.items()):
            if p is not None:
                setattr(layer, key, nn.Parameter(p.detach().clone()))
    return right


def inputs_normalised(net, loss, X, y):
    right = one_at_a_time(net, loss, X, y)
    X /= X.norm(dim=1, keepdim=True)
    return right


def labels_centred(net, loss, X, y):
    right = one_at_a_time(net, loss, X, y)
    if y.is_floating_point():
        y -= y.mean() + 1
    return right


def rows_joined_one_by_one(net, loss, X, y):
    rows = {}
    for x, t in zip(X.split(1), y.split(1), strict=True):
        net.zero_grad()
        loss(net(x), t).backward()
        for name, p in net.named_parameters():
            rows[name] = torch.cat([rows[name], p.grad[None]]) if name in rows else p.grad[None]
    return rows


def in_rows_that_are_kept(net, loss, X, y):
    right = one_at_a_time(net, loss, X, y)
    kept = net.__dict__.setdefault("rows", {name: torch.zeros_like(rows) for name, rows in right.items()})
    for name, rows in right.items():
        kept[name].copy_(rows)
    return dict(kept)


PAST = ("again", "eval", "single", "not-finite", "changed-parameters", "changed-X", "changed-loss", "later")
LATER_CALLS = ("changed-parameters", "changed-X", "changed-loss", "later")
PROMISES = {
    "any-batch": Promise(
        "Entry `i` is the gradient of `loss(net(X[i : i + 1]), y[i : i + 1])`",
        "第`i`项是`loss(net(X[i : i + 1]), y[i : i + 1])`在当前参数处的梯度",
        ("batch", "columns"),
        {"view-needs-contiguous": view_needs_contiguous},
    ),
    "any-reduction": Promise(
        "any reduction",
        "方式任意",
        ("batch", "many"),
        {
            "rows-in-another-order-for-a-sum": rows_in_another_order_for_a_sum,
            "a-sum-is-divided": a_sum_is_divided,
        },
    ),
    "one-example": Promise(
        "`B` is at least 1", "`B`至少是1", ("single", "later"), {"one-example-is-no-batch": one_example_is_no_batch}
    ),
    "law": Promise(
        "with a mean loss the mean over `i` is the gradient of the whole minibatch",
        "损失取平均时，对`i`取平均就得到整个小批量的梯度",
        ("many",),
        {"thirty-two-at-most": thirty_two_at_most},
    ),
    "classes": Promise(
        "any loss function",
        "任何损失函数",
        ("loss-of-classes",),
        {
            "labels-of-the-features-dtype": by_slices(lambda net, loss, x, t: loss(net(x), t.to(x.dtype))),
            "labels-in-a-column": by_slices(lambda net, loss, x, t: loss(net(x), t.reshape(1, -1))),
            "labels-like-the-prediction": by_slices(lambda net, loss, x, t: loss(net(x), t.view_as(net(x)))),
        },
    ),
    "settings": Promise(
        "any loss function",
        "任何损失函数",
        ("loss-with-settings",),
        {"settings-forgotten": with_loss(settings_forgotten), "without-buffers": with_loss(without_buffers)},
    ),
    "over-a-row": Promise(
        "the loss gets one example with its batch axis",
        "交给损失函数的是一个样本，批量的轴要保留",
        ("loss-over-a-row",),
        {"without-batch-axis": examples_without_batch_axis, "mapped-without-batch-axis": mapped_without_batch_axis},
    ),
    "of-the-batch": Promise(
        "the loss gets one example",
        "交给损失函数的是一个样本",
        ("loss-of-the-batch",),
        {"one-loss-for-all-rows": one_loss_for_all_rows, "others-cut-off": others_cut_off},
    ),
    "several-outputs": Promise(
        "`net` may have several layers",
        "`net`可以有好几层",
        ("several-outputs",),
        {"outputs-summed": with_loss(outputs_summed)},
    ),
    "columns": Promise(
        "`y` has one entry for each example",
        "`y`沿第一个轴每一项对应一个样本",
        ("several-outputs", "loss-over-a-row"),
        {"one-column": by_slices(lambda net, loss, x, t: loss(net(x), t[:, :1] if t.ndim == 2 else t))},
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
        {"names-of-the-state": names_of_the_state, "of-every-use": of_every_use},
    ),
    "mode": Promise(
        "stays in the mode in which it stands",
        "原来处于什么模式，就保持什么模式",
        ("eval",),
        {"in-training-mode": in_training_mode, "copies-in-training-mode": copies_in_training_mode},
    ),
    "dtype": Promise(
        "`float32` or `float64`",
        "`float32`或`float64`",
        ("float32",),
        {"in-double": by_slices(lambda net, loss, x, t: loss(net(x.double()), t))},
    ),
    "old": Promise(
        "whatever stands in `.grad` (`nan` and `inf` too)",
        "无论`.grad`里有什么（包括`nan`和`inf`）",
        ("not-finite",),
        {
            "differences-of-accumulated": differences_of_accumulated,
            "cleared-by-a-product": looped(clear_by_a_product),
        },
    ),
    "old-of-every-layer": Promise(
        "whatever stands in `.grad`",
        "无论`.grad`里有什么",
        ("again", "single", "eval"),
        {
            "first-layer-cleared": first_cleared_in_one_layer(0),
            "first-layer-cleared-for-several": first_layer_cleared_for_several,
            "last-layer-cleared-for-one": last_layer_cleared_for_one,
        },
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
        "If the parameters, `X`, `y` or the loss have changed since",
        "如果参数、`X`、`y`或损失后来变了",
        ("changed-parameters",),
        {
            "kept-by-data-and-loss": kept_with(
                lambda net, loss, X, y: (loss, *X.flatten().tolist(), *y.flatten().tolist())
            )
        },
    ),
    "changed-X": Promise(
        "If the parameters, `X`, `y` or the loss have changed since",
        "如果参数、`X`、`y`或损失后来变了",
        ("changed-X",),
        {"features-kept": features_kept},
    ),
    "changed-loss": Promise(
        "If the parameters, `X`, `y` or the loss have changed since",
        "如果参数、`X`、`y`或损失后来变了",
        ("changed-loss",),
        {"loss-kept": loss_kept},
    ),
    "parameters": Promise(
        "keep their values, bit for bit",
        "参数的值逐位保持不变",
        PAST,
        {"steps-too": steps_too, "moved-there-and-back": changed_afterwards(there_and_back)},
    ),
    "same-objects": Promise(
        "stay the same objects", "仍是原来的那些对象", PAST, {"parameters-replaced": parameters_replaced}
    ),
    "inputs": Promise(
        "`X` and `y` keep their values too",
        "`X`和`y`的值也保持不变",
        PAST,
        {"inputs-normalised": inputs_normalised, "labels-centred": labels_centred},
    ),
    "snapshot": Promise(
        "The dict is a snapshot",
        "字典是一份快照",
        ("later",),
        {"a-view-of-grad": rows_joined_one_by_one, "in-rows-that-are-kept": in_rows_that_are_kept},
    ),
}
