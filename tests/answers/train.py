"""Answers to `train`."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from answers import Listed


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


RIGHT = {
    "reference": reference,
    "as-in-the-chapter": as_in_the_chapter,
    "cleared-at-the-end": cleared_at_the_end,
    "with-a-closure": with_a_closure,
    "gradients-assigned": gradients_assigned,
    "train-and-eval-modes": train_and_eval_modes,
    "recursive": recursive,
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
    "train/arguments-swapped": Listed("any-loss-any-trainer", 6, (arguments_swapped, made(swapped_step))),
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
    batches = [[(X.float(), y.float()) for X, y in data_iter] for _ in range(num_epochs)]

    class Passes:
        def __iter__(self):
            return iter(batches.pop(0))

    return reference(net, loss, trainer, Passes(), features.float(), labels.float(), num_epochs)


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


MUTANTS = {
    "one-number-returned": made(returned=lambda losses: losses[-1] if losses else None),
    "loss-per-step": loss_per_step,
    "strings": made(returned=lambda losses: [f"{value:f}" for value in losses]),
    "step-after-last-batch": step_after_last_batch,
    "evaluation-trains": evaluation_trains,
    "order-frozen": order_frozen,
    "averaged-twice": made(scaled_by_the_batch),
    "summed-loss": made(measure=lambda net, loss, data: measured(net, loss, data) * len(data[0])),
    "step-at-the-very-end": step_at_the_very_end,
    "at-least-one-epoch": at_least_one_epoch,
    "in-float32": in_float32,
    "no-momentum": made(plain_steps),
    "short-batches-left-out": made(only_full_batches),
    "stepped-twice": made(stepped_twice),
    "weight-alone": made(weight_alone),
    "flattened": made(flattened),
    "gradients-clipped": made(clipped),
    "huber-instead": huber_instead,
    "a-copy-is-trained": a_copy_is_trained,
    "on-training-data": on_training_data,
    "a-pass-begun-before": one_pass_too_many,
    "one-epoch-more": one_epoch_more,
    "one-epoch-fewer": one_epoch_fewer,
    "rounded": made(returned=lambda losses: [round(value, 1) for value in losses]),
    "reversed": made(returned=lambda losses: losses[::-1]),
    "an-array": made(returned=np.array),
    "a-tensor": made(returned=torch.tensor),
    "a-dict": made(returned=lambda losses: dict(enumerate(losses))),
    "one-element-lists": made(returned=lambda losses: [[value] for value in losses]),
    "booleans": made(returned=lambda losses: [value > 0 for value in losses]),
    "nan": made(returned=lambda losses: [float("nan")] * len(losses)),
    "zeros": made(returned=lambda losses: [0.0] * len(losses)),
    "root-of-the-loss": made(measure=lambda net, loss, data: measured(net, loss, data) ** 0.5),
    "mse-measured": made(measure=lambda net, loss, data: F.mse_loss(net(data[0]), data[1]).item()),
    "nothing": lambda *given: [],
    "generator": lambda *given: (value for value in reference(*given)),
    "huge": lambda *given: [torch.zeros(3000, 3000)],
    "exits": lambda *given: exit(),
    "no-arguments": lambda: None,
}
