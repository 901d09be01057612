"""What a panel says came back, and what should hold, names what is wrong and not what looks right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from answers import init_catalogue, loss_catalogue, named_gradients
from answers.load_array import Resuming, orders_in_turn
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from linreg_course.checking.judging import judge_answer
from linreg_course.checking.observing import look
from linreg_course.checking.verdict import Fault
from linreg_course.exercises import load
from linreg_course.language import Text


def faults(name: str, answer: Callable[..., Any]) -> dict[str, Fault]:
    exercise = load(name)
    verdict = judge_answer(exercise, partial(look, exercise.observe, answer), 0)
    return {rule.name: fault for rule, fault in verdict.rules if fault is not None}


def in_english(words: str | Text) -> str:
    return words.en if isinstance(words, Text) else words


def in_two_parts(data_arrays, batch_size, is_train=True):
    """Cut the data in the middle, so that a minibatch there is a short one."""
    half = len(data_arrays[0]) // 2
    parts = [TensorDataset(*(array[ids] for array in data_arrays)) for ids in (slice(half), slice(half, None))]
    loaders = [DataLoader(part, batch_size, shuffle=is_train) for part in parts]

    class Both:
        def __iter__(self):
            return (batch for loader in loaders for batch in loader)

    return Both()


def test_a_minibatch_of_another_size_in_the_middle_is_named() -> None:
    # 501 examples in minibatches of 10: the 51st has one.
    assert in_english(faults("load_array", in_two_parts)["batches"].came) == (
        "pass 1: 102 minibatches; minibatch 51 has the size 1"
    )


def test_sizes_at_the_ends_are_listed() -> None:
    came = faults("load_array", lambda arrays, n, is_train=True: DataLoader(TensorDataset(*arrays), n, drop_last=True))
    assert "100 minibatches, their sizes: 10, 10, 10, …, 10, 10" in in_english(came["batches"].came)


def labels(X: Tensor, w: Tensor, b: float) -> Tensor:
    return (X @ w + b + torch.normal(0, 0.01, (len(X),))).reshape(-1, 1)


def ten_rows_repeated(w, b, n):
    X = torch.randn(10, len(w)).repeat(-(-n // 10), 1)[:n]
    return X, labels(X, w, b)


def one_column_repeated(w, b, n):
    X = torch.randn(n, 1).expand(n, len(w)) + 1e-7 * torch.randn(n, len(w))
    return X, labels(X, w, b)


def test_features_that_repeat_are_told_by_that() -> None:
    fault = faults("synthetic_data", ten_rows_repeated)["features"]
    assert in_english(fault.came) == "an X of which many rows have equal entries"
    assert fault.should.en == "Every entry of X is a draw of its own, in every call anew."


def test_an_ill_posed_fit_is_told_by_its_features_and_not_by_what_it_finds() -> None:
    came = in_english(faults("synthetic_data", one_column_repeated)["relation"].came)
    assert "all but linearly dependent" in came
    assert "least squares finds" not in came


@pytest.mark.parametrize(("name", "rule"), [("synthetic_data", "features"), ("init_params", "weight-normal")])
def test_beside_a_share_stands_the_one_expected(name: str, rule: str) -> None:
    def uniform(*given: Any) -> Any:
        if name == "init_params":
            bound = 0.01 * 3**0.5
            nn.init.uniform_(given[0][0].weight, -bound, bound)
            return None
        w, b, n = given
        X = (2 * torch.rand(n, len(w)) - 1) * 3**0.5
        return X, labels(X, w, b)

    fault = faults(name, uniform)[rule]
    assert "a share of 0.5" in in_english(fault.came)
    assert "0.683" in fault.should.en
    assert "0.683" in fault.should.zh


def test_equal_rows_of_weights_are_told_by_that() -> None:
    def init_params(net: nn.Sequential) -> None:
        weight = net[0].weight
        with torch.no_grad():
            weight.copy_(torch.normal(0, 0.01, (4,)).repeat(weight.numel() // 4).reshape(weight.shape))

    assert in_english(faults("init_params", init_params)["weight-normal"].came) == "weights of which many are equal"


def test_a_loss_with_an_axis_too_many_is_told_by_its_shape() -> None:
    def huber_loss(y_hat: Tensor, y: Tensor, delta: float = 1.0) -> Tensor:
        return nn.functional.smooth_l1_loss(y_hat, y, beta=delta).reshape(1)

    fault = faults("huber_loss", huber_loss)["gradient"]
    assert "shape=(1,)" in in_english(fault.came)
    assert "a tensor with no axes" in fault.should.en
    assert "没有轴的张量" in fault.should.zh


def test_what_is_no_rate_is_shown_as_the_rate_that_it_stands_for() -> None:
    fault = faults("mean_lr_schedule", lambda lr, n, size: [lr * size, (lr, n)])["length"]
    assert in_english(fault.came).startswith("as rate 2: tuple(len=2)")
    assert fault.should.en == "Every rate is one number."


def test_without_an_epoch_the_panel_speaks_of_no_step() -> None:
    def train(net, loss, trainer, data_iter, features, labels, num_epochs):
        history = []
        for epoch in range(max(1, num_epochs)):
            for X, y in data_iter:
                trainer.zero_grad()
                loss(net(X), y).backward()
                trainer.step()
            if epoch < num_epochs:
                history.append(float(loss(net(features), labels).detach()))
        return history

    assert faults("train", train)["updates"].should.en == (
        "Without an epoch there is no step: the parameters stay as they were."
    )
    longer = faults("train", lambda *given: [0.0, *train(*given)])
    assert longer["return-form"].should.en.startswith("A list with one number")
    empty = faults("train", lambda *given: train(*given) if given[-1] else [0.0])
    assert empty["return-form"].should.en == "An empty list, since there is no epoch."


def trained(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        for X, y in data_iter:
            trainer.zero_grad()
            loss(net(X), y).backward()
            trainer.step()
        history.append(float(loss(net(features), labels).detach()))
    return history


def test_a_pass_too_many_is_counted() -> None:
    def counted(net, loss, trainer, data_iter, *given):
        losses = trained(net, loss, trainer, data_iter, *given)
        print(losses, "on", sum(len(X) for X, _ in data_iter), "examples")
        return losses

    fault = faults("train", counted)["updates"]
    assert in_english(fault.came) == "4 passes through data_iter were begun"
    assert fault.should.en == "One pass through data_iter in each epoch: 3 in all."


def test_data_that_have_other_values_after_training_are_named() -> None:
    def centred(net, loss, trainer, data_iter, features, labels, num_epochs):
        losses = trained(net, loss, trainer, data_iter, features, labels, num_epochs)
        features -= features.mean(0)
        return losses

    found = faults("train", centred)
    assert list(found) == ["losses"]
    assert in_english(found["losses"].came).startswith("after the call, features: Tensor(shape=(68, 2)")
    assert found["losses"].should.zh == "数据的值应当与调用之前相同。"


def test_what_is_special_in_a_call_of_train_can_be_read_in_it() -> None:
    train = load("train")
    calls = {case["kind"]: train.spell(case) for case in train.cases(np.random.default_rng(0))}
    assert "# labels: shape=(18,), dtype=int64\nloss = nn.CrossEntropyLoss(" in calls["classes"]
    assert calls["own class"].startswith("class Net(nn.Module):\n")
    assert 'trainer.param_groups[0]["lr"] = 0.05' in calls["rate set"]
    assert "no len(), tuples (X, y)" in calls["no length"]
    assert "p.mul_(-0.5)" in calls["changed"]
    assert calls["goes on"].endswith(
        "trainer.zero_grad()\nmore = <n=14, batch_size=4>\ntrain(net, loss, trainer, more, features, labels, 2)"
    )


def test_an_error_after_the_only_epoch_leaves_the_steps_their_points() -> None:
    def swapped(net, loss, trainer, data_iter, features, labels, num_epochs):
        history = []
        for _ in range(num_epochs):
            trained(net, loss, trainer, data_iter, features, labels, 1)
            history.append(float(loss(labels, net(features)).detach()))
        return history

    found = faults("train", swapped)
    assert list(found) == ["losses"]


def test_what_a_later_pass_repeats_and_that_a_loop_was_left_early_is_told() -> None:
    came = faults("load_array", orders_in_turn(2))["training-order"].came
    assert in_english(came) == "pass 3 has the order of pass 1"
    fault = faults("load_array", Resuming)["batches"]
    assert fault.call.endswith("\nfor minibatch in data_iter:\n    break")
    assert in_english(fault.came) == "pass 1: 4 minibatches, their sizes: 5, 5, 5, 3"


def test_a_wrong_rate_in_the_middle_is_told_by_its_step() -> None:
    fault = faults(
        "mean_lr_schedule", lambda lr, n, B: [lr * min(B, n - k) * (1 + (k == 5 * B)) for k in range(0, n, B)]
    )
    assert in_english(fault["full-batches"].came) == "a schedule of length 101; rate 6 is float 0.06"


def first_row_alone(net, loss, X, y):
    names, parameters = zip(*net.named_parameters(), strict=True)
    first = torch.autograd.grad(loss(net(X[:1]), y[:1]), parameters)
    rows = {name: torch.zeros(len(X), *p.shape, dtype=p.dtype) for name, p in zip(names, parameters, strict=True)}
    for name, gradient in zip(names, first, strict=True):
        rows[name][0] = gradient
    return rows


def test_where_only_the_first_example_has_a_gradient_the_second_is_named() -> None:
    fault = faults("per_example_gradients", first_row_alone)["values"]
    assert in_english(fault.came) == "`gradients['0.weight'][1]`: Tensor(shape=(1, 2), dtype=float64): 0, 0"
    assert fault.should.en.endswith("the first that is not is that of i = 1.")
    assert "i = 1" in fault.should.zh


def test_a_row_that_is_a_view_of_grad_is_told_by_what_changes_it() -> None:
    def per_example_gradients(net, loss, X, y):
        net.zero_grad()
        loss(net(X[:1]), y[:1]).backward()
        rows = {name: parameter.grad[None] for name, parameter in net.named_parameters()}
        for i in range(1, len(X)):
            net.zero_grad()
            loss(net(X[i : i + 1]), y[i : i + 1]).backward()
            rows = {name: torch.cat([rows[name], p.grad[None]]) for name, p in net.named_parameters()}
        return rows

    fault = faults("per_example_gradients", per_example_gradients)["history"]
    assert "zero_grad(set_to_none=False)\nagain = " in fault.call
    assert "→" in in_english(fault.came)
    assert fault.should.en == "What the first call returned holds the same numbers after the last line as before."


def test_numbers_that_only_look_like_draws_are_told_by_what_gives_them_away() -> None:
    def mirrored(w, b, n):
        half = torch.randn(n // 2 + 1, len(w))
        X = torch.cat([half, -half])[:n]
        return X, labels(X, w, b)

    fault = faults("synthetic_data", mirrored)["features"]
    assert in_english(fault.came) == "X: numbers of which many are equal, or equal but for the sign"
    assert fault.should.en == "Every entry of X is a draw of its own, in every call anew."


def test_other_memory_is_shown_by_the_tensor_that_kept_its_numbers() -> None:
    def replaced(t):
        t.data = torch.zeros_like(t)

    fault = faults("init_catalogue", lambda: {**init_catalogue.functions_of_torch(), "zeros": replaced})["in-place"]
    assert fault.call == 'base = torch.full((4, 4), 7.25)\ninit_catalogue()["zeros"](base[:, 1:-1])'
    assert in_english(fault.came).startswith("base: Tensor(shape=(4, 4), dtype=float32): 7.25, 7.25")


def test_a_target_that_changed_after_a_right_value_is_named() -> None:
    entries = {**loss_catalogue.functions_of_torch(), "mae": loss_catalogue.target_zeroed_afterwards}
    fault = faults("loss_catalogue", lambda: entries)["regression"]
    assert in_english(fault.came).startswith("the value is right; after the call the target has changed to Tensor(")
    assert fault.should.en == "Both tensors keep their values."


def test_a_net_that_is_left_in_another_mode_is_told_by_that() -> None:
    fault = faults("named_gradients", named_gradients.left_in_training_mode)["history"]
    assert in_english(fault.came) == "a net of which a layer has another mode (`training`) than before"
    assert ".eval()" in fault.call
