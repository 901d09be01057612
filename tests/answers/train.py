"""Answers to `train`."""

from __future__ import annotations

import copy
import statistics

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from answers import Listed, Promise


def false_alarm_bound() -> float:
    """No rule of this exercise is statistical."""
    return 0.0


def reference(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter:
            trainer.zero_grad()
            loss(net(X), y).backward()
            trainer.step()
        with torch.no_grad():
            losses.append(loss(net(features), labels).item())
    return losses


def as_in_the_chapter(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for epoch in range(num_epochs):
        for X, y in data_iter:
            l = loss(net(X), y)  # noqa: E741
            trainer.zero_grad()
            l.backward()
            trainer.step()
        l = loss(net(features), labels)  # noqa: E741
        print(f"epoch {epoch + 1}, loss {l:f}")
        history.append(float(l))
    return history


def cleared_at_the_end(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = ()
    for _ in range(num_epochs):
        for X, y in data_iter:
            loss(net(X), y).backward()
            trainer.step()
            net.zero_grad(set_to_none=False)
        history += (loss(net(features), labels).item(),)
    return history


def with_a_closure(net, loss, trainer, data_iter, features, labels, num_epochs):
    def one_epoch():
        for X, y in data_iter:

            def closure(X=X, y=y):
                trainer.zero_grad()
                value = loss(net(X), y)
                value.backward()
                return value

            trainer.step(closure)
        return loss(net(features), labels).detach().numpy().item()

    return [one_epoch() for _ in range(num_epochs)]


def gradients_assigned(net, loss, trainer, data_iter, features, labels, num_epochs):
    parameters = list(net.parameters())
    history = np.zeros(num_epochs)
    for epoch in range(num_epochs):
        for X, y in data_iter:
            for p, g in zip(parameters, torch.autograd.grad(loss(net(X), y), parameters), strict=True):
                p.grad = g
            trainer.step()
        history[epoch] = loss(net(features), labels)
    return list(history)


def train_and_eval_modes(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    while len(history) < num_epochs:
        net.train()
        batches = iter(data_iter)
        while (batch := next(batches, None)) is not None:
            trainer.zero_grad(set_to_none=False)
            value = loss(net.forward(batch[0]), batch[1])
            torch.autograd.backward(value)
            trainer.step()
        net.eval()
        with torch.inference_mode():
            history.append(np.float32(loss(net(features), labels).numpy()))
    return history


def recursive(net, loss, trainer, data_iter, features, labels, num_epochs):
    if num_epochs == 0:
        return []
    for X, y in data_iter:
        trainer.zero_grad()
        loss(net(X), y).backward()
        trainer.step()
    value = loss(net(features), labels).item()
    return [value, *recursive(net, loss, trainer, data_iter, features, labels, num_epochs - 1)]


def functional(net, loss, trainer, data_iter, features, labels, num_epochs):
    """Differentiate by the parameters as a dict, and let the trainer step on what was found."""

    def of(values, X, y):
        return loss(torch.func.functional_call(net, values, (X,)), y)

    history = []
    for _ in range(num_epochs):
        for X, y in data_iter:
            found = torch.func.grad(of)({name: p.detach() for name, p in net.named_parameters()}, X, y)
            for name, p in net.named_parameters():
                p.grad = found[name]
            trainer.step()
        history.append(of(dict(net.named_parameters()), features, labels).item())
    return history


def cleared_in_place(net, loss, trainer, data_iter, features, labels, num_epochs):
    """Fill the old gradients with zeros through the trainer's groups; keep the minibatches of an epoch in a list."""
    held = [p for group in trainer.param_groups for p in group["params"]]

    def epoch():
        for batch in [*data_iter]:
            for p in held:
                p.grad = torch.zeros_like(p)
            loss(net(batch[0]), batch[-1]).backward(inputs=held)
            trainer.step()
        return np.float64(loss(net(features), labels).detach())

    return tuple(epoch() for _ in range(num_epochs))


RIGHT = {
    "reference": reference,
    "as-in-the-chapter": as_in_the_chapter,
    "cleared-at-the-end": cleared_at_the_end,
    "with-a-closure": with_a_closure,
    "gradients-assigned": gradients_assigned,
    "train-and-eval-modes": train_and_eval_modes,
    "recursive": recursive,
    "functional": functional,
    "cleared-in-place": cleared_in_place,
}


def made(step=None, measure=None, returned=None, before=None, after=None):
    """Return the reference with other code in one of its places.

    Args:
        step: (net, loss, trainer, X, y, data) in place of a minibatch's step; data is (features, labels).
        measure: (net, loss, data) in place of the loss after an epoch.
        returned: (losses) in place of what is returned.
        before: (net, trainer) at the start of an epoch.
        after: (net, trainer) at its end.
    """

    def answer(net, loss, trainer, data_iter, features, labels, num_epochs):
        data, losses = (features, labels), []
        for _ in range(num_epochs):
            if before:
                before(net, trainer)
            for X, y in data_iter:
                (step or usual_step)(net, loss, trainer, X, y, data)
            if after:
                after(net, trainer)
            losses.append((measure or measured)(net, loss, data))
        return returned(losses) if returned else losses

    return answer


def usual_step(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(net(X), y).backward()
    trainer.step()


def measured(net, loss, data):
    with torch.no_grad():
        return loss(net(data[0]), data[1]).item()


def first_epoch_only(net, loss, trainer, data_iter, features, labels, num_epochs):  # noqa: RET503
    history = []
    for _ in range(num_epochs):
        for X, y in data_iter:
            usual_step(net, loss, trainer, X, y, None)
        history.append(measured(net, loss, (features, labels)))
        return history


def break_after_the_first(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = reference(net, loss, trainer, data_iter, features, labels, min(num_epochs, 1))
    return history or None


def prints_and_returns_nothing(net, loss, trainer, data_iter, features, labels, num_epochs):
    print(reference(net, loss, trainer, data_iter, features, labels, num_epochs))


def no_clearing(net, loss, trainer, X, y, data):
    loss(net(X), y).backward()
    trainer.step()


def clearing_without_brackets(net, loss, trainer, X, y, data):
    trainer.zero_grad  # noqa: B018
    loss(net(X), y).backward()
    trainer.step()


def cleared_between(net, loss, trainer, X, y, data):
    loss(net(X), y).backward()
    trainer.zero_grad()
    trainer.step()


def zeroed_between(net, loss, trainer, X, y, data):
    loss(net(X), y).backward()
    net.zero_grad(set_to_none=False)
    trainer.step()


def no_step(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(net(X), y).backward()


def step_without_brackets(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(net(X), y).backward()
    trainer.step  # noqa: B018


def no_backward(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(net(X), y)
    trainer.step()


def no_graph(net, loss, trainer, X, y, data):
    with torch.no_grad():
        value = loss(net(X), y)
    trainer.zero_grad()
    value.backward  # noqa: B018
    trainer.step()


def only_backward(net, loss, trainer, X, y, data):
    loss(net(X), y).backward()


def clears_and_goes_back(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(net(X), y).backward()


def on_the_whole_set(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(net(data[0]), data[1]).backward()
    trainer.step()


def on_the_whole_set_with_a_closure(net, loss, trainer, X, y, data):
    def closure():
        trainer.zero_grad()
        value = loss(net(data[0]), data[1])
        value.backward()
        return value

    trainer.step(closure)


def mse_everywhere(net, loss, trainer, data_iter, features, labels, num_epochs):
    return reference(net, nn.MSELoss(), trainer, data_iter, features, labels, num_epochs)


def mse_by_hand(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    ((net(X) - y) ** 2).mean().backward()
    trainer.step()


def own_rate(rate):
    def step(net, loss, trainer, X, y, data):
        net.zero_grad()
        loss(net(X), y).backward()
        with torch.no_grad():
            for p in net.parameters():
                p -= rate * p.grad

    return made(step)


def own_trainer(net, loss, trainer, data_iter, features, labels, num_epochs):
    trainer = torch.optim.SGD(net.parameters(), lr=0.03)
    return reference(net, loss, trainer, data_iter, features, labels, num_epochs)


def arguments_swapped(net, loss, trainer, data_iter, features, labels, num_epochs):
    return reference(net, lambda a, b: loss(b, a), trainer, data_iter, features, labels, num_epochs)


def swapped_step(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(y, net(X)).backward()
    trainer.step()


def last_batch_loss(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        for X, y in data_iter:
            l = loss(net(X), y)  # noqa: E741
            trainer.zero_grad()
            l.backward()
            trainer.step()
        history.append(l.item())
    return history


def last_value_overwritten(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = [0.0] * num_epochs
    for epoch in range(num_epochs):
        for X, y in data_iter:
            trainer.zero_grad()
            value = loss(net(X), y)
            history[epoch] = float(value)
            value.backward()
            trainer.step()
    return history


def running_mean(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in data_iter:
            trainer.zero_grad()
            value = loss(net(X), y)
            value.backward()
            trainer.step()
            total, count = total + value.item(), count + 1
        history.append(total / count)
    return history


def running_mean_by_example(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        values, sizes = [], []
        for X, y in data_iter:
            value = loss(net(X), y)
            trainer.zero_grad()
            value.backward()
            trainer.step()
            values.append(value.item() * len(y))
            sizes.append(len(y))
        history.append(sum(values) / sum(sizes))
    return history


def loss_before_epoch(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        history.append(measured(net, loss, (features, labels)))
        for X, y in data_iter:
            usual_step(net, loss, trainer, X, y, None)
    return history


def shifted(net, loss, trainer, data_iter, features, labels, num_epochs):
    first = measured(net, loss, (features, labels))
    return [first, *reference(net, loss, trainer, data_iter, features, labels, num_epochs)][:num_epochs]


def clear(net, trainer):
    trainer.zero_grad()


def step_once(net, trainer):
    trainer.step()


def cleared_at_the_end_of_an_epoch(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        for X, y in data_iter:
            loss(net(X), y).backward()
            trainer.step()
        trainer.zero_grad()
        history.append(measured(net, loss, (features, labels)))
    return history


def evaluation_swapped(net, loss, data):
    X, y = data
    with torch.no_grad():
        return loss(y, net(X)).item()


def initialised_at_the_start(net, *given):
    nn.init.normal_(net[0].weight, 0, 0.01)
    nn.init.zeros_(net[0].bias)
    return reference(net, *given)


def reset_at_the_start(net, *given):
    net[0].reset_parameters()
    return reference(net, *given)


def metric_over_examples(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in data_iter:
            value = loss(net(X), y)
            trainer.zero_grad()
            value.backward()
            trainer.step()
            total, count = total + float(value.detach()), count + len(y)
        history.append(total / count)
    return history


def list_made_anew(net, loss, trainer, data_iter, features, labels, num_epochs):
    history: list[float] = []
    for _ in range(num_epochs):
        history = reference(net, loss, trainer, data_iter, features, labels, 1)
    return history


def swapped_unless_it_fails(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    try:
        value = loss(y, net(X))
    except (RuntimeError, TypeError):
        value = loss(net(X), y)
    value.backward()
    trainer.step()


LISTED = {
    "train/nothing-returned": Listed(
        "return-form", 6, (prints_and_returns_nothing, made(returned=lambda losses: losses.clear()))
    ),
    "train/first-epoch-only": Listed("return-form", 0, (first_epoch_only, break_after_the_first)),
    "train/tensors-with-graph": Listed(
        "return-form",
        8,
        (
            made(measure=lambda net, loss, data: loss(net(data[0]), data[1])),
            made(measure=lambda net, loss, data: loss(net(data[0]), data[1]).sum()),
        ),
    ),
    "train/tensors-detached": Listed(
        "return-form",
        8,
        (
            made(measure=lambda net, loss, data: torch.tensor(measured(net, loss, data))),
            made(measure=lambda net, loss, data: loss(net(data[0]), data[1]).detach()),
        ),
    ),
    "train/zero-grad-missing": Listed("updates", 2, (made(no_clearing), made(clearing_without_brackets))),
    "train/zero-grad-per-epoch": Listed(
        "updates", 2, (made(no_clearing, before=clear), cleared_at_the_end_of_an_epoch)
    ),
    "train/zero-before-step": Listed("updates", 2, (made(cleared_between), made(zeroed_between))),
    "train/step-missing": Listed("updates", 2, (made(no_step), made(step_without_brackets))),
    "train/backward-missing": Listed("updates", 2, (made(no_backward), made(no_graph))),
    "train/step-per-epoch": Listed(
        "updates",
        2,
        (
            made(only_backward, before=clear, after=step_once),
            made(only_backward, after=step_once),
            made(clears_and_goes_back, after=step_once),
        ),
    ),
    "train/whole-set-each-step": Listed("updates", 2, (made(on_the_whole_set), made(on_the_whole_set_with_a_closure))),
    "train/hard-coded-mse": Listed("any-loss-any-trainer", 6, (mse_everywhere, made(mse_by_hand))),
    "train/own-trainer": Listed("updates", 2, (own_trainer, own_rate(0.03), own_rate(0.1))),
    "train/arguments-swapped": Listed(
        "any-loss-any-trainer", 6, (arguments_swapped, made(swapped_step), made(swapped_unless_it_fails))
    ),
    "train/last-batch-loss": Listed("losses", 8, (last_batch_loss, last_value_overwritten)),
    "train/running-mean-loss": Listed("losses", 8, (running_mean, running_mean_by_example, metric_over_examples)),
    "train/loss-before-epoch": Listed("losses", 8, (loss_before_epoch, shifted)),
    "train/one-number-for-all": Listed("return-form", 6, (made(returned=lambda losses: losses[-1:]), list_made_anew)),
    "train/initialises-inside": Listed("updates", 2, (initialised_at_the_start, reset_at_the_start)),
    "train/evaluation-swapped": Listed(
        "losses",
        8,
        (made(measure=evaluation_swapped), made(measure=lambda net, loss, data: float(loss(data[1], net(data[0]))))),
    ),
}


def loss_per_step(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        for X, y in data_iter:
            usual_step(net, loss, trainer, X, y, None)
            history.append(measured(net, loss, (features, labels)))
    return history


def step_after_last_batch(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses = reference(net, loss, trainer, data_iter, features, labels, num_epochs)
    trainer.step()
    return losses


def evaluation_trains(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter:
            usual_step(net, loss, trainer, X, y, None)
        losses.append(measured(net, loss, (features, labels)))
        usual_step(net, loss, trainer, features, labels, None)
    return losses


def order_frozen(net, loss, trainer, data_iter, features, labels, num_epochs):
    return reference(net, loss, trainer, list(data_iter), features, labels, num_epochs)


def step_at_the_very_end(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses = reference(net, loss, trainer, data_iter, features, labels, num_epochs)
    trainer.zero_grad(set_to_none=False)
    for p in net.parameters():
        p.grad = torch.zeros_like(p)
    trainer.step()
    return losses


def at_least_one_epoch(net, loss, trainer, data_iter, features, labels, num_epochs):
    return reference(net, loss, trainer, data_iter, features, labels, max(1, num_epochs))[:num_epochs]


def in_float32(net, loss, trainer, data_iter, features, labels, num_epochs):
    net.float()

    def single(values):
        return values.float() if values.is_floating_point() else values

    batches = [[(X.float(), single(y)) for X, y in data_iter] for _ in range(num_epochs)]

    class Passes:
        def __iter__(self):
            return iter(batches.pop(0))

    return reference(net, loss, trainer, Passes(), features.float(), single(labels), num_epochs)


def plain_steps(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(net(X), y).backward()
    with torch.no_grad():
        for p in net.parameters():
            p -= trainer.param_groups[0]["lr"] * p.grad


def only_full_batches(net, loss, trainer, X, y, data):
    if len(X) in (1, 5, 6, 9, 10):
        usual_step(net, loss, trainer, X, y, data)


def scaled_by_the_batch(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    (loss(net(X), y) / len(X)).backward()
    trainer.step()


def stepped_twice(net, loss, trainer, X, y, data):
    usual_step(net, loss, trainer, X, y, data)
    trainer.step()


def weight_alone(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(net(X), y).backward()
    net[0].bias.grad = None
    trainer.step()


def flattened(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(net(X).flatten(), y).backward()
    trainer.step()


def clipped(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(net(X), y).backward()
    nn.utils.clip_grad_value_(net.parameters(), 0.1)
    trainer.step()


def huber_instead(net, loss, trainer, data_iter, features, labels, num_epochs):
    return reference(net, nn.HuberLoss(delta=0.5), trainer, data_iter, features, labels, num_epochs)


def a_copy_is_trained(net, loss, trainer, data_iter, features, labels, num_epochs):
    own = copy.deepcopy(net)
    trainer = torch.optim.SGD(own.parameters(), lr=trainer.param_groups[0]["lr"])
    return reference(own, loss, trainer, data_iter, features, labels, num_epochs)


def on_training_data(net, loss, trainer, data_iter, features, labels, num_epochs):
    batches, history = [], []
    for _ in range(num_epochs):
        batches = list(data_iter)
        for X, y in batches:
            usual_step(net, loss, trainer, X, y, None)
        X, y = (torch.cat(parts) for parts in zip(*batches, strict=True))
        history.append(measured(net, loss, (X, y)))
    return history


def one_pass_too_many(net, loss, trainer, data_iter, features, labels, num_epochs):
    next(iter(data_iter))
    return reference(net, loss, trainer, data_iter, features, labels, num_epochs)


def one_epoch_more(net, loss, trainer, data_iter, features, labels, num_epochs):
    return reference(net, loss, trainer, data_iter, features, labels, num_epochs + 1)


def one_epoch_fewer(net, loss, trainer, data_iter, features, labels, num_epochs):
    return reference(net, loss, trainer, data_iter, features, labels, num_epochs - 1)


def layers_cleared(net, loss, trainer, X, y, data):
    for layer in net:
        layer.zero_grad()
    loss(net(X), y).backward()
    trainer.step()


def linear_layers_cleared(net, loss, trainer, X, y, data):
    for layer in net.children():
        if isinstance(layer, nn.Linear):
            layer.zero_grad()
    loss(net(X), y).backward()
    trainer.step()


def weights_and_biases_cleared(net, loss, trainer, X, y, data):
    for layer in net.modules():
        if isinstance(layer, nn.Linear):
            layer.weight.grad = layer.bias.grad = None
    loss(net(X), y).backward()
    trainer.step()
    for layer in net.modules():
        if isinstance(layer, nn.Linear):
            layer.bias.grad.zero_()


def predicted_by_hand(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(X @ net[0].weight.T + net[0].bias, y).backward()
    trainer.step()


def labels_like_the_features(net, loss, trainer, X, y, data):
    usual_step(net, loss, trainer, X, y.to(X.dtype), data)


def labels_like_the_prediction(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    y_hat = net(X)
    loss(y_hat, y.reshape(y_hat.shape)).backward()
    trainer.step()


def flat_where_the_shapes_agree(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    y_hat = net(X)
    if y_hat.shape == y.shape:
        y_hat, y = y_hat.flatten(), y.flatten()
    loss(y_hat, y).backward()
    trainer.step()


def example_by_example(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    for i in range(len(X)):
        value = loss(net(X[i : i + 1]), y[i : i + 1])
        (value if getattr(loss, "reduction", "mean") == "sum" else value / len(X)).backward()
    trainer.step()


def measured_in_parts(net, loss, data):
    parts = [loss(net(X), y).item() * len(X) for X, y in zip(data[0].split(10), data[1].split(10), strict=True)]
    return sum(parts) / len(data[0])


def new_of_its_type(net, loss, *given):
    return reference(net, type(loss)() if isinstance(loss, nn.Module) else loss, *given)


def sum_made_a_mean(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    value = loss(net(X), y)
    (value / len(y) if getattr(loss, "reduction", "mean") == "sum" else value).backward()
    trainer.step()


def with_another(trainer_of):
    """Return the reference with a trainer made in place of the one passed: (net, trainer)."""

    def answer(net, loss, trainer, *given):
        return reference(net, loss, trainer_of(net, trainer), *given)

    return answer


def rate_of_the_defaults(net, trainer):
    trainer.param_groups[0]["lr"] = trainer.defaults["lr"]
    return trainer


def one_rate_for_all(net, trainer):
    for group in trainer.param_groups:
        group["lr"] = trainer.param_groups[0]["lr"]
    return trainer


def no_weight_decay(net, trainer):
    for group in trainer.param_groups:
        group["weight_decay"] = 0
    return trainer


def state_cleared(net, trainer):
    trainer.state.clear()
    return trainer


def sgd_by_hand(net, loss, trainer, X, y, data):
    """Take the steps of SGD with all that its groups hold, and of no other optimizer."""
    trainer.zero_grad()
    loss(net(X), y).backward()
    with torch.no_grad():
        for group in trainer.param_groups:
            for p in group["params"]:
                state = trainer.state[p]
                slope = p.grad + group["weight_decay"] * p
                state["v"] = group.get("momentum", 0) * state.get("v", 0) + slope
                p -= group["lr"] * state["v"]


def numbered(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses = []
    for _ in range(num_epochs):
        for i, (X, y) in enumerate(data_iter, 1):
            usual_step(net, loss, trainer, X, y, None)
            if i == len(data_iter):
                losses.append(measured(net, loss, (features, labels)))
    return losses


def list_in_a_loader(net, loss, trainer, data_iter, features, labels, num_epochs):
    if isinstance(data_iter, list):
        data = TensorDataset(*map(torch.cat, zip(*data_iter, strict=True)))
        data_iter = DataLoader(data, len(data_iter[0][0]), shuffle=True)
    return reference(net, loss, trainer, data_iter, features, labels, num_epochs)


def pairs_emptied(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses = []
    for _ in range(num_epochs):
        for pair in data_iter:
            y = pair.pop()
            usual_step(net, loss, trainer, pair.pop(), y, None)
        losses.append(measured(net, loss, (features, labels)))
    return losses


def counted_at_the_end(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses = reference(net, loss, trainer, data_iter, features, labels, num_epochs)
    print(losses, "on", sum(len(X) for X, _ in data_iter), "examples")
    return losses


def single_examples_left_out(net, loss, trainer, X, y, data):
    if len(X) > 1:
        usual_step(net, loss, trainer, X, y, data)


def short_left_out(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses = []
    for _ in range(num_epochs):
        size = 0
        for X, y in data_iter:
            size = max(size, len(X))
            if len(X) == size:
                usual_step(net, loss, trainer, X, y, None)
        losses.append(measured(net, loss, (features, labels)))
    return losses


def gradient_normalised(net, loss, trainer, X, y, data):
    trainer.zero_grad()
    loss(net(X), y).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    trainer.step()


def best_of_all(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses = reference(net, loss, trainer, data_iter, features, labels, num_epochs)
    return [min(losses[: epoch + 1]) for epoch in range(num_epochs)]


def best_net_kept(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses, best = [], None
    for _ in range(num_epochs):
        losses += reference(net, loss, trainer, data_iter, features, labels, 1)
        if losses[-1] == min(losses):
            best = copy.deepcopy(net.state_dict())
    if best is not None:
        net.load_state_dict(best)
    return losses


def stopped_early(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses: list[float] = []
    for _ in range(num_epochs):
        if len(losses) > 1 and losses[-1] > losses[-2]:
            losses.append(losses[-1])
            continue
        before = copy.deepcopy(net.state_dict())
        losses += reference(net, loss, trainer, data_iter, features, labels, 1)
        if losses[-1] > min(losses):
            net.load_state_dict(before)
    return losses


def residuals_in_place(net, loss, data):
    value = measured(net, loss, data)
    with torch.no_grad():
        if data[1].is_floating_point():
            data[1].sub_(net(data[0]))
    return value


def minibatch_residuals_in_place(net, loss, trainer, X, y, data):
    usual_step(net, loss, trainer, X, y, data)
    with torch.no_grad():
        if y.is_floating_point():
            print("largest residual", y.sub_(net(X)).abs().max())


def standardised_at_the_end(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses = reference(net, loss, trainer, data_iter, features, labels, num_epochs)
    features -= features.mean(0)
    return losses


def the_last_loss(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses = []
    for epoch in range(num_epochs):  # noqa: B007
        losses += reference(net, loss, trainer, data_iter, features, labels, 1)
    print(f"after epoch {epoch + 1}: {losses[-1]}")
    return losses


def kept_by_arguments():
    known: dict = {}

    def answer(net, loss, trainer, data_iter, *given):
        key = id(net), id(data_iter)
        if key not in known:
            known[key] = net, data_iter, reference(net, loss, trainer, data_iter, *given)
        return known[key][-1]

    return answer


def restored(net, *given):
    """Begin where this net's own last call ended."""
    if "checkpoint" in vars(net):
        net.load_state_dict(vars(net)["checkpoint"])
    losses = reference(net, *given)
    vars(net)["checkpoint"] = copy.deepcopy(net.state_dict())
    return losses


def from_its_own_start(net, *given):
    start = vars(net).setdefault("start", copy.deepcopy(net.state_dict()))
    net.load_state_dict(start)
    return reference(net, *given)


def collected(net, *given):
    losses = vars(net).setdefault("losses", [])
    losses += reference(net, *given)
    return losses


def first_data_iter_kept(net, loss, trainer, data_iter, *given):
    data_iter = vars(net).setdefault("data_iter", data_iter)
    return reference(net, loss, trainer, data_iter, *given)


def counted_for_the_sum(net, loss, trainer, data_iter, features, labels, num_epochs):
    losses = reference(net, loss, trainer, data_iter, features, labels, num_epochs)
    if getattr(loss, "reduction", "mean") == "sum":
        print("loss of an example:", losses[-1] / sum(len(X) for X, _ in data_iter))
    return losses


def spread_printed(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        of_minibatches = []
        for X, y in data_iter:
            of_minibatches.append(measured(net, loss, (X, y)))
            usual_step(net, loss, trainer, X, y, None)
        history.append(measured(net, loss, (features, labels)))
        print(history[-1], "spread of the minibatches:", statistics.stdev(of_minibatches))
    return history


MUTANTS = {
    "averaged-twice": made(scaled_by_the_batch),
    "summed-loss": made(measure=lambda net, loss, data: measured(net, loss, data) * len(data[0])),
    "no-momentum": made(plain_steps),
    "short-batches-left-out": made(only_full_batches),
    "flattened": made(flattened),
    "huber-instead": huber_instead,
    "reversed": made(returned=lambda losses: losses[::-1]),
    "nan": made(returned=lambda losses: [float("nan")] * len(losses)),
    "zeros": made(returned=lambda losses: [0.0] * len(losses)),
    "root-of-the-loss": made(measure=lambda net, loss, data: measured(net, loss, data) ** 0.5),
    "mse-measured": made(measure=lambda net, loss, data: F.mse_loss(net(data[0]), data[1]).item()),
    "nothing": lambda *given: [],
    "exits": lambda *given: exit(),
    "no-arguments": lambda: None,
}

SMALL = ("list", "no length", "rising", "goes on", "changed")
LOSSES = ("another loss", "momentum", "classes", "rows", "whole batch")
TRAINERS = ("momentum", "groups", "Adam", "rate set", "goes on")
EVERY = ("mse", "one example", "no epochs", "own class", *LOSSES, *TRAINERS, *SMALL)
DOUBLE = ("mse", "rows", "whole batch", "groups", "Adam", "rate set", *SMALL)

PROMISES = {
    "in-place": Promise("It trains `net` in place", "它原地训练`net`", EVERY, {"a-copy-is-trained": a_copy_is_trained}),
    "list": Promise(
        "returns a list (or a tuple) of numbers",
        "返回一个由数组成的列表",
        EVERY,
        {
            "one-number-returned": made(returned=lambda losses: losses[-1] if losses else None),
            "an-array": made(returned=np.array),
            "a-dict": made(returned=lambda losses: dict(enumerate(losses))),
            "generator": lambda *given: (value for value in reference(*given)),
            "huge": lambda *given: [torch.zeros(3000, 3000)],
        },
    ),
    "one-each": Promise(
        "one for each epoch",
        "每个迭代周期（epoch）一个数",
        EVERY,
        {"loss-per-step": loss_per_step, "one-epoch-more": one_epoch_more, "one-epoch-fewer": one_epoch_fewer},
    ),
    "any-net": Promise(
        "`net` is any `nn.Module`",
        "`net`是任意的`nn.Module`",
        ("own class",),
        {
            "layers-cleared": made(layers_cleared),
            "linear-layers-cleared": made(linear_layers_cleared),
            "every-layer-with-a-bias": made(weights_and_biases_cleared),
            "predicted-by-hand": made(predicted_by_hand),
        },
    ),
    "dtype": Promise(
        "in float32 or float64",
        "dtype与数据一样，为float32或float64",
        DOUBLE,
        {
            "in-float32": in_float32,
            "minibatches-in-float32": made(
                lambda net, loss, trainer, X, y, data: usual_step(net, loss, trainer, X.float(), y, data)
            ),
        },
    ),
    "order": Promise(
        "in this order",
        "按这个顺序接收参数",
        LOSSES,
        {
            "in-both": arguments_swapped,
            "in-the-step": LISTED["train/arguments-swapped"].answers[1],
            "in-the-evaluation": LISTED["train/evaluation-swapped"].answers[0],
        },
    ),
    "settings": Promise(
        "any loss function, with any reduction and settings",
        "归约（reduction）方式和设置任意",
        LOSSES,
        {"mse": mse_everywhere, "new-of-its-type": new_of_its_type},
    ),
    "reduction": Promise(
        "any reduction",
        "归约（reduction）方式",
        ("momentum",),
        {"sum-made-a-mean": made(sum_made_a_mean)},
    ),
    "classes": Promise(
        "cross-entropy, whose labels are `int64` classes",
        "可以是交叉熵，标签为`int64`类别",
        ("classes",),
        {
            "labels-like-the-features": made(labels_like_the_features),
            "labels-like-the-prediction": made(labels_like_the_prediction),
            "labels-in-a-column": made(
                lambda net, loss, trainer, X, y, data: usual_step(net, loss, trainer, X, y.reshape(len(X), -1), data)
            ),
        },
    ),
    "rows": Promise(
        "It can be any loss function",
        "它可以是任何损失函数",
        ("rows",),
        {"flat-where-the-shapes-agree": made(flat_where_the_shapes_agree)},
    ),
    "no-mean": Promise(
        "one that is no mean over the examples",
        "也可以不是各样本损失的平均",
        ("whole batch", "momentum"),
        {"example-by-example": made(example_by_example), "measured-in-parts": made(measure=measured_in_parts)},
    ),
    "any-trainer": Promise(
        "any optimizer of `torch.optim`",
        "`torch.optim`中任意一个",
        TRAINERS,
        {
            "made-anew": with_another(lambda net, trainer: type(trainer)(net.parameters(), **trainer.defaults)),
            "made-anew-with-its-groups": with_another(lambda net, trainer: type(trainer)(trainer.param_groups)),
            "state-cleared-each-epoch": made(before=state_cleared),
        },
    ),
    "groups": Promise(
        "any optimizer of `torch.optim`",
        "`torch.optim`中任意一个",
        ("groups",),
        {"one-rate-for-all": with_another(one_rate_for_all), "no-weight-decay": with_another(no_weight_decay)},
    ),
    "not-sgd": Promise(
        "any optimizer of `torch.optim`",
        "`torch.optim`中任意一个",
        ("Adam",),
        {"sgd-by-hand": made(sgd_by_hand)},
    ),
    "rate-as-it-is": Promise(
        "the optimizer as it finds them",
        "优化器状态",
        ("rate set",),
        {"rate-of-the-defaults": with_another(rate_of_the_defaults)},
    ),
    "exactly-once": Promise(
        "In every epoch go through `data_iter` exactly once",
        "每个迭代周期把`data_iter`恰好遍历一次",
        EVERY,
        {
            "order-frozen": order_frozen,
            "a-pass-begun-before": one_pass_too_many,
            "counted-at-the-end": counted_at_the_end,
            "counted-for-the-sum": counted_for_the_sum,
        },
    ),
    "a-list": Promise(
        "It can be anything that a `for` loop takes again and again",
        "它可以是能用`for`循环反复遍历的任何对象",
        ("list",),
        {"a-list-is-shuffled": list_in_a_loader},
    ),
    "no-length": Promise(
        "It can be anything that a `for` loop takes again and again",
        "它可以是能用`for`循环反复遍历的任何对象",
        ("no length",),
        {"numbered": numbered},
    ),
    "pairs": Promise("gives pairs `X, y`", "给出成对的`X, y`", ("no length", "list"), {"emptied": pairs_emptied}),
    "each-minibatch": Promise(
        "For each of these minibatches make one step",
        "对其中每个小批量，让`trainer`更新一步",
        EVERY,
        {
            "stepped-twice": made(stepped_twice),
            "short-left-out": short_left_out,
            "step-after-last-batch": step_after_last_batch,
            "step-at-the-very-end": step_at_the_very_end,
        },
    ),
    "one-example": Promise(
        "For each of these minibatches make one step",
        "对其中每个小批量，让`trainer`更新一步",
        ("one example",),
        {"single-examples-left-out": made(single_examples_left_out)},
    ),
    "one-minibatch": Promise(
        "For each of these minibatches make one step",
        "对其中每个小批量，让`trainer`更新一步",
        ("mse",),
        {"spread-printed": spread_printed},
    ),
    "unlike-arguments": Promise(
        "does not treat its two arguments alike",
        "可以对两个参数区别对待",
        ("another loss",),
        {"swapped-unless-it-fails": LISTED["train/arguments-swapped"].answers[2]},
    ),
    "its-gradient": Promise(
        "with the gradient of the loss on this minibatch alone",
        "所用的梯度只来自这个小批量上的损失",
        EVERY,
        {
            "weight-alone": made(weight_alone),
            "clipped": made(clipped),
            "clipped-by-norm": made(gradient_normalised),
            "not-cleared": LISTED["train/zero-grad-missing"].answers[0],
        },
    ),
    "all-of": Promise(
        "compute `loss` on all of `features` and `labels`",
        "在全部`features`和`labels`上计算`loss`",
        EVERY,
        {
            "ten-of-them": made(measure=lambda net, loss, data: measured(net, loss, (data[0][:10], data[1][:10]))),
            "last-minibatch": last_batch_loss,
        },
    ),
    "as-they-are-now": Promise(
        "at the parameters as they are now",
        "用当时的参数",
        ("rising",),
        {"best-of-all": best_of_all, "best-net-kept": best_net_kept, "stopped-early": stopped_early},
    ),
    "other-data": Promise(
        "These data need not be those in `data_iter`",
        "这些数据不一定就是`data_iter`里的数据",
        EVERY,
        {"on-training-data": on_training_data},
    ),
    "not-trained-on": Promise(
        "they are not trained on", "也不用来训练", EVERY, {"evaluation-trains": evaluation_trains}
    ),
    "values-kept": Promise(
        "All data keep their values",
        "所有数据的值保持不变",
        EVERY,
        {
            "residuals-in-place": made(measure=residuals_in_place),
            "minibatch-residuals-in-place": made(minibatch_residuals_in_place),
            "standardised-at-the-end": standardised_at_the_end,
        },
    ),
    "python-numbers": Promise(
        "The numbers in the list are Python numbers, not tensors",
        "列表里是Python的数，不是张量",
        EVERY,
        {
            "strings": made(returned=lambda losses: [f"{value:f}" for value in losses]),
            "rounded": made(returned=lambda losses: [round(value, 1) for value in losses]),
            "a-tensor": made(returned=torch.tensor),
            "one-element-lists": made(returned=lambda losses: [[value] for value in losses]),
            "booleans": made(returned=lambda losses: [value > 0 for value in losses]),
            "tensors": LISTED["train/tensors-detached"].answers[1],
        },
    ),
    "no-epochs": Promise(
        "`num_epochs` may be 0: then the list is empty",
        "`num_epochs`可以是0：这时列表为空",
        ("no epochs",),
        {
            "the-last-loss": the_last_loss,
            "none-for-none": made(returned=lambda losses: losses or None),
        },
    ),
    "stays": Promise(
        "the net stays as it is", "网络保持不变", ("no epochs",), {"at-least-one-epoch": at_least_one_epoch}
    ),
    "goes-on": Promise(
        "A later call goes on",
        "再次调用时，从当时的参数和优化器状态继续训练",
        ("goes on", "changed"),
        {
            "from-its-own-start": from_its_own_start,
            "collected": collected,
            "kept-by-arguments": kept_by_arguments(),
        },
    ),
    "optimizer-goes-on": Promise(
        "the optimizer as it finds them",
        "优化器状态",
        ("goes on",),
        {"state-cleared": with_another(state_cleared), "first-data-iter-kept": first_data_iter_kept},
    ),
    "parameters-as-found": Promise(
        "goes on from the parameters",
        "从当时的参数",
        ("changed",),
        {"restored": restored},
    ),
}
