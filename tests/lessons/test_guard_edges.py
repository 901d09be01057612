"""`guard` where nets are frozen, converted, diverged, shared or gone; and what it must leave alone."""

from __future__ import annotations

import gc
import weakref

import pytest
import torch
from example_nets import sgd, train, trained, warnings
from torch import nn
from torch.optim import SGD

from linreg_course.lessons.guard import guard


def test_steps_with_a_rate_of_zero_do_not_count_as_training() -> None:
    net = nn.Linear(2, 1)
    train(net, sgd(net, lr=0.0))
    assert warnings(net, sgd(net)) == []


def test_steps_with_a_rate_of_zero_do_not_hide_a_training_before_them() -> None:
    net = trained()
    train(net, sgd(net, lr=0.0))
    assert warnings(net, sgd(net)) == ["net"]


def test_steps_with_a_rate_of_zero_after_a_new_start_do_not_recall_the_old_one() -> None:
    net = trained()
    net[0].reset_parameters()
    train(net, sgd(net, lr=0.0))
    assert warnings(net, sgd(net)) == []


def test_a_step_without_gradients_does_not_count_as_training() -> None:
    net = nn.Linear(2, 1)
    trainer = sgd(net)
    trainer.step()
    assert warnings(net, trainer) == []


def test_one_step_counts_as_training() -> None:
    net = nn.Linear(2, 1)
    train(net, sgd(net), steps=1)
    assert warnings(net, sgd(net)) == ["net"]


def test_each_of_several_nets_is_judged_by_itself() -> None:
    used, fresh = trained(), nn.Linear(2, 1)
    both = SGD([*used.parameters(), *fresh.parameters()], lr=0.1)
    assert warnings(used, both) == ["net"]
    assert warnings(fresh, both) == []


def test_two_trainers_that_take_turns_on_one_net_count_as_one_training() -> None:
    net = nn.Linear(2, 1)
    for _ in range(2):
        train(net, sgd(net), steps=1)
        train(net, sgd(net), steps=1)
    assert warnings(net, sgd(net)) == ["net"]


@pytest.mark.parametrize("lr", [1e20, 1e38, float("inf"), float("nan")])
def test_a_net_that_diverged_is_told_and_a_new_start_heals_it(lr: float) -> None:
    net = nn.Linear(2, 1)
    train(net, sgd(net, lr), steps=4)
    assert not all(p.isfinite().all() for p in net.parameters())
    assert warnings(net, sgd(net)) == ["net"]
    net.reset_parameters()
    assert warnings(net, sgd(net)) == []


@pytest.mark.parametrize("convert", [nn.Module.double, nn.Module.half, nn.Module.bfloat16])
def test_a_trained_net_in_another_dtype_is_still_a_trained_net(convert) -> None:
    net = convert(trained())
    assert warnings(net, sgd(net)) == ["net"]


def test_a_net_trained_in_double_after_it_was_trained_in_float_is_told() -> None:
    net = trained().double()
    train(net, sgd(net))
    assert warnings(net, sgd(net)) == ["net"]


def test_a_frozen_parameter_need_not_be_held_by_the_trainer() -> None:
    net = nn.Linear(2, 1)
    net.bias.requires_grad_(False)
    trainer = SGD([net.weight], lr=0.1)
    assert warnings(net, trainer) == []
    train(net, trainer)
    assert warnings(net, trainer) == ["net"]


def test_a_lazy_net_steps_and_is_judged_before_and_after_its_first_batch() -> None:
    net = nn.Sequential(nn.LazyLinear(1))
    trainer = sgd(net)
    trainer.step()
    assert warnings(net, trainer) == []
    train(net, trainer)
    assert warnings(net, trainer) == ["net"]


def test_a_net_of_another_shape_under_the_same_parameters_is_a_new_start() -> None:
    net = trained()
    net[0].weight.data, net[0].bias.data = torch.zeros(4, 2), torch.zeros(4)
    assert warnings(net, sgd(net)) == []


def test_guard_changes_neither_parameters_nor_gradients_nor_random_states() -> None:
    net = trained()
    trainer = sgd(net)
    before = [(p.detach().clone(), p.grad.clone(), p._version) for p in net.parameters()]
    state, random = trainer.state_dict(), torch.get_rng_state()
    guard(net, trainer)
    after = [(p.detach(), p.grad, p._version) for p in net.parameters()]
    assert all(
        torch.equal(p, q) and torch.equal(g, h) and v == w for (p, g, v), (q, h, w) in zip(before, after, strict=True)
    )
    assert trainer.state_dict() == state
    assert torch.equal(torch.get_rng_state(), random)


def test_a_training_goes_the_same_way_where_guard_watches_and_where_it_does_not() -> None:
    X, y = torch.randn(8, 2), torch.randn(8, 1)
    net = nn.Linear(2, 1)
    w, b = net.weight.detach().clone(), net.bias.detach().clone()
    trainer = sgd(net, lr=0.1)
    guard(net, trainer)
    for _ in range(5):
        trainer.zero_grad()
        nn.functional.mse_loss(net(X), y).backward()
        trainer.step()
        # The gradient of the mean square, by hand.
        r = X @ w.T + b - y
        w, b = w - 0.1 * 2 * (r.T @ X) / len(X), b - 0.1 * 2 * r.mean(0)
    torch.testing.assert_close(net.weight.detach(), w)
    torch.testing.assert_close(net.bias.detach(), b)


def test_a_net_that_nobody_uses_any_more_is_not_kept_alive() -> None:
    net = trained()
    trainer = sgd(net)
    train(net, trainer)
    warnings(net, trainer)
    watched = [weakref.ref(thing) for thing in (net, trainer, *net.parameters())]
    del net, trainer
    gc.collect()
    assert [ref() for ref in watched] == [None] * 4
