"""Answers to `per_example_gradients`."""

from __future__ import annotations

import copy

import torch
from torch.func import functional_call, grad, jacrev, vmap
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from answers import Listed


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


def examples_without_batch_axis(net, loss, X, y):
    rows = {}
    for x, t in zip(X, y, strict=True):
        value = loss(net(x), t)
        for name, p in net.named_parameters():
            rows.setdefault(name, []).append(torch.autograd.grad(value, p, retain_graph=True)[0])
    return {name: torch.stack(gradients) for name, gradients in rows.items()}


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
    return {name: torch.stack([dict(twin.named_parameters())[name].grad for twin in nets]) for name in net.state_dict()}


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


RIGHT = {
    f.__name__: f
    for f in (
        loop_of_slices,
        one_at_a_time,
        vectorised,
        jacobian_of_all_losses,
        batched_products,
        examples_without_batch_axis,
        loader_of_single_examples,
        a_net_for_each_example,
        a_row_of_parameters_for_each_example,
        backwards_and_differences,
        graph_kept,
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
    "steps-too": steps_too,
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
    "rows-in-another-order-for-a-sum": rows_in_another_order_for_a_sum,
    "thirty-two-at-most": thirty_two_at_most,
    "view-needs-contiguous": view_needs_contiguous,
    "second-call-adds": second_call_adds,
    "only-the-first-call": only_the_first_call,
    "one-example-is-no-batch": one_example_is_no_batch,
    "a-ten-thousandth-off": ten_thousandth_off,
}
