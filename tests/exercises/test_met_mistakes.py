"""What learners wrote that was wrong, and what the hint has to say of it: its own name, or words of what was seen."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from linreg_course.checking.judging import judge_answer
from linreg_course.checking.observing import look
from linreg_course.checking.verdict import Verdict
from linreg_course.exercises import load


class Met(NamedTuple):
    """An answer, and the mistake that must be named, or else words of the first hint in both languages."""

    exercise: str
    answer: Callable[..., Any]
    mistake: str = ""
    en: str = ""
    zh: str = ""


def told(exercise: str, answer: Callable[..., Any]) -> Verdict:
    module = load(exercise)
    with contextlib.redirect_stdout(io.StringIO()):
        return judge_answer(module, partial(look, module.observe, answer), 20200229)


# huber_loss


def parabola_and_line(y_hat: Tensor, y: Tensor, delta: float = 1.0) -> Tensor:
    r = (y_hat - y).abs()
    return torch.where(r <= delta, r**2 / (2 * delta), r - delta / 2).mean()


def huber_printed(y_hat, y, delta=1.0):
    print(parabola_and_line(y_hat, y, delta))


def no_such_method(y_hat, y, delta=1.0):
    return (y_hat - y).abs().average()


def half_of_the_square(y_hat, y, delta=1.0):
    r = (y_hat - y).abs()
    return torch.where(r <= delta, r**2 / (2 * delta), r - delta**2 / 2).mean()


def error_handed_back(y_hat, y, delta=1.0):
    return ValueError() if y_hat.shape != y.shape else parabola_and_line(y_hat, y, delta)


def none_for_unlike_shapes(y_hat, y, delta=1.0):
    return None if y_hat.shape != y.shape else parabola_and_line(y_hat, y, delta)


def of_one_axis(y_hat, y, delta=1.0):
    if y_hat.shape != y.shape:
        raise ValueError
    return parabola_and_line(y_hat, y, delta).reshape(1)


def residual_in_place(y_hat, y, delta=1.0):
    if y_hat.shape != y.shape:
        raise ValueError
    value = parabola_and_line(y_hat, y, delta)
    y -= y_hat.detach()
    return value


# load_array, synthetic_data


def batch_size_first(batch_size, data_arrays, is_train=True):
    return torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*data_arrays), batch_size, shuffle=is_train)


def count_before_b(w, num_examples, b):
    X = torch.normal(0, 1, (num_examples, len(w)))
    return X, (X @ w + b + torch.normal(0, 0.01, (num_examples,))).reshape(-1, 1)


def loader_not_returned(data_arrays, batch_size, is_train=True):
    torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*data_arrays), batch_size, shuffle=is_train)


def labels_first(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    return (X @ w + b + torch.normal(0, 0.01, (num_examples,))).reshape(-1, 1), X


def one_draw_of_noise(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    return X, (X @ w + b + torch.normal(0, 0.01, (1,))).reshape(-1, 1)


def features_from_a_cache(kept: dict[Any, Tensor]) -> Callable[..., Any]:
    def synthetic_data(w, b, num_examples):
        X = kept.setdefault((len(w), num_examples), torch.normal(0, 1, (num_examples, len(w))))
        return X, (X @ w + b + torch.normal(0, 0.01, (num_examples,))).reshape(-1, 1)

    return synthetic_data


# init_params


def copy_initialised(net):
    weight = net[0].weight.detach().clone()
    nn.init.normal_(weight, 0, 0.01)


def draws_of_the_default_dtype(net):
    net[0].weight.data = torch.normal(0, 0.01, net[0].weight.shape)
    net[0].bias.data.fill_(0)


def all_parameters_drawn(net):
    for parameter in net.parameters():
        nn.init.normal_(parameter, 0, 0.01)


def std_of_a_tenth(net):
    nn.init.normal_(net[0].weight, 0, 0.1)
    nn.init.zeros_(net[0].bias)


# train


def trained(net, loss, trainer, data_iter, features, labels, num_epochs, of_step=None, of_epoch=None):
    history = []
    for _ in range(num_epochs):
        for X, y in data_iter:
            trainer.zero_grad()
            (of_step or loss)(net(X), y).backward()
            trainer.step()
        history.append(float((of_epoch or loss)(net(features), labels).detach()))
    return history


def losses_printed(*given):
    print(trained(*given))


def swapped_in_the_evaluation(net, loss, *given):
    return trained(net, loss, *given, of_epoch=lambda y_hat, y: loss(y, y_hat))


def swapped_in_the_step(net, loss, *given):
    return trained(net, loss, *given, of_step=lambda y_hat, y: loss(y, y_hat))


def metric_of_the_epoch(net, loss, trainer, data_iter, features, labels, num_epochs):
    history = []
    for _ in range(num_epochs):
        total, count = 0.0, 0
        for X, y in data_iter:
            value = loss(net(X), y)
            trainer.zero_grad()
            value.backward()
            trainer.step()
            total, count = total + float(value.detach()) * len(y), count + len(y)
        history.append(total / count)
    return history


def initialised_first(net, *given):
    nn.init.normal_(net[0].weight, 0, 0.01)
    nn.init.zeros_(net[0].bias)
    return trained(net, *given)


# convert_lr, mean_lr_schedule


def batch_size_before_n(lr_sum, batch_size, num_examples):
    full, left = divmod(num_examples, batch_size)
    return [lr_sum * batch_size] * full + [lr_sum * left] * (left > 0)


def capital_names(lr, batch_size, old, new):
    if not {old, new} <= {"Mean", "Sum"} or batch_size < 1:
        raise ValueError(old)
    factor = {"Mean": 1, "Sum": batch_size}
    return lr * factor[old] / factor[new]


def small_letters_first(lr, batch_size, old, new):
    old, new = old.lower(), new.lower()
    if not {old, new} <= {"mean", "sum"} or batch_size < 1:
        raise ValueError(old)
    factor = {"mean": 1, "sum": batch_size}
    return lr * factor[old] / factor[new]


def equal_names_first(lr, batch_size, old, new):
    if old == new:
        return lr
    if not {old, new} <= {"mean", "sum"} or batch_size < 1:
        raise ValueError(old)
    return lr * batch_size if old == "sum" else lr / batch_size


def last_rate_left(lr_sum, num_examples, batch_size):
    full, left = divmod(num_examples, batch_size)
    return [lr_sum * batch_size] * full + [lr_sum] * (left > 0)


# The catalogues


def losses_with(**entries):
    batchmean = nn.KLDivLoss(reduction="batchmean")
    others = {"mse": nn.MSELoss(), "mae": nn.L1Loss(), "huber": nn.HuberLoss(), "bce": nn.BCELoss()}
    return lambda: {
        **others,
        "cross_entropy": nn.CrossEntropyLoss(),
        "kl_div": batchmean,
        "log_cosh": stable,
        **entries,
    }


def stable(y_hat, y):
    r = y_hat - y
    return (torch.logaddexp(r, -r) - torch.log(torch.tensor(2.0, dtype=r.dtype))).mean()


def finite_value_nan_gradient(y_hat, y):
    r = y_hat - y
    return torch.where(r.abs() < 20, r.cosh().log(), r.abs() - 0.6931471805599453).mean()


# Gradients


def swapped_arguments(net, loss, X, y):
    net.zero_grad()
    loss(y, net(X)).backward()
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


def zeroed_after_reading(net, loss, X, y):
    net.zero_grad()
    loss(net(X), y).backward()
    found = {name: parameter.grad for name, parameter in net.named_parameters()}
    for parameter in net.parameters():
        parameter.grad.zero_()
    return found


def zeroed_before_there_is_any(net, loss, X, y):
    for parameter in net.parameters():
        parameter.grad.zero_()
    loss(net(X), y).backward()
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


def cleared_at_the_end(net, loss, X, y):
    loss(net(X), y).backward()
    found = {name: parameter.grad.clone() for name, parameter in net.named_parameters()}
    net.zero_grad()
    return found


def rows_of(net, loss, X, y, kept=lambda gradient: gradient.clone()):
    rows: dict[str, list[Tensor]] = {name: [] for name, _ in net.named_parameters()}
    net.zero_grad()
    for x, label in zip(X, y, strict=True):
        net.zero_grad(set_to_none=False)
        loss(net(x[None]), label[None]).backward()
        for name, parameter in net.named_parameters():
            rows[name].append(kept(parameter.grad))
    return {name: torch.stack(found) for name, found in rows.items()}


def gradients_not_copied(*given):
    return rows_of(*given, kept=lambda gradient: gradient)


def squeezed(*given):
    return {name: rows.squeeze() for name, rows in rows_of(*given).items()}


def net_after_loss(loss, net, X, y):
    net.zero_grad()
    loss(net(X), y).backward()
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


def bias_not_copied(net, loss, X, y):
    net.zero_grad()
    loss(net(X), y).backward()
    return {
        name: parameter.grad if name.endswith("bias") else parameter.grad.clone()
        for name, parameter in net.named_parameters()
    }


def turned_rows(net, loss, X, y):
    return {name: values.T if values.ndim == 2 else values for name, values in net_after_loss(loss, net, X, y).items()}


# robust_fit


def least_squares(X, y):
    fit = torch.linalg.lstsq(torch.cat([X, torch.ones(len(X), 1)], 1), y).solution
    return fit[:-1], fit[-1]


def labels_cut(X, y):
    return least_squares(X, y.clamp(-20, 20))


def steps_too_short(X, y):
    net = nn.Linear(X.shape[1], 1)
    trainer = torch.optim.SGD(net.parameters(), lr=0.3)
    for _ in range(500):
        trainer.zero_grad()
        F.huber_loss(net(X), y, delta=0.02).backward()
        trainer.step()
    return net.weight.detach(), net.bias.detach()


def steps_too_few_for_five_features(X, y):
    net = nn.Linear(X.shape[1], 1)
    trainer = torch.optim.SGD(net.parameters(), lr=1.0)
    for _ in range(500):
        trainer.zero_grad()
        F.huber_loss(net(X), y, delta=0.02).backward()
        trainer.step()
    return net.weight.detach(), net.bias.detach()


def fit_scaled(X, y):
    return tuple(0.98 * part for part in least_squares(X, y))


def labels_before_features(y, X):
    weights = torch.ones(len(y), 1, dtype=torch.float64)
    A = torch.cat([X, torch.ones(len(X), 1)], 1).double()
    for _ in range(60):
        fit = torch.linalg.lstsq(A * weights.sqrt(), y.double() * weights.sqrt()).solution
        weights = (0.02 / (y - A @ fit).abs()).clamp(max=1)
    return fit[:-1], fit[-1]


def centred_in_place(X, y):
    fit = labels_before_features(y, X)
    y -= y.median()
    return fit


def zeros(X, y):
    return torch.zeros(X.shape[1]), torch.zeros(1)


NOTHING = ("Your function returned None", "你的函数返回了None")
NO_HINT = ("There is no hint for this mistake", "没有专门的提示")
MET = {
    "huber_loss prints": Met("huber_loss", huber_printed, "", *NOTHING),
    "load_array returns nothing": Met("load_array", loader_not_returned, "", *NOTHING),
    "init_params fills a copy": Met("init_params", copy_initialised, "name-rebound"),
    "train prints": Met("train", losses_printed, "nothing-returned"),
    "an exception at an own line": Met(
        "huber_loss", no_such_method, "", "your line `return (y_hat - y)", "你的这一行`return (y_hat - y)"
    ),
    "named_gradients, loss(y, y_hat)": Met("named_gradients", swapped_arguments, "arguments-swapped"),
    "train, loss(y, y_hat) in the evaluation": Met("train", swapped_in_the_evaluation, "evaluation-swapped"),
    "train, loss(y, y_hat) in the step": Met("train", swapped_in_the_step, "arguments-swapped"),
    "(y, X)": Met("synthetic_data", labels_first, "", "In which order", "先后顺序"),
    "float64 becomes float32": Met(
        "init_params", draws_of_the_default_dtype, "", "where does the dtype change?", "dtype在哪里变了"
    ),
    "bias random too": Met("init_params", all_parameters_drawn, "bias-random"),
    "std 0.1": Met("init_params", std_of_a_tenth, "weight-std-a-tenth"),
    "one noise value": Met("synthetic_data", one_draw_of_noise, "noise-one-for-all"),
    "the epoch's average": Met("train", metric_of_the_epoch, "running-mean-loss"),
    "log-cosh with a gradient of nan": Met(
        "loss_catalogue", losses_with(log_cosh=finite_value_nan_gradient), "log-cosh-gradient-overflow"
    ),
    "cross-entropy of all classes": Met(
        "loss_catalogue", losses_with(cross_entropy=lambda z, t: -z.log_softmax(1).mean()), "ce-class-not-picked"
    ),
    "gradients without a copy": Met("per_example_gradients", gradients_not_copied, "last-row-everywhere"),
    "the last rate is lr_sum": Met("mean_lr_schedule", last_rate_left, "tail-unscaled"),
    "'Mean' wanted": Met("convert_lr", capital_names, "good-names-refused"),
    "'Mean' taken": Met("convert_lr", small_letters_first, "capitals-accepted"),
    "equal names": Met("convert_lr", equal_names_first, "equal-names-unchecked"),
    "delta squared": Met("huber_loss", half_of_the_square, "half-delta-squared"),
    "train initialises": Met("train", initialised_first, "initialises-inside"),
    "p.grad.zero_() after reading": Met("named_gradients", zeroed_after_reading, "cleared-before-reading"),
    "p.grad.zero_() of None": Met("named_gradients", zeroed_before_there_is_any, "nothing-to-clear"),
    "zero_grad() after reading": Met("named_gradients", cleared_at_the_end, "cleared-after-reading"),
    "return ValueError()": Met("huber_loss", error_handed_back, "", "returned a ValueError", "返回了一个ValueError"),
    "None for unlike shapes": Met(
        "huber_loss", none_for_unlike_shapes, "", "not with ValueError", "没有引发ValueError"
    ),
    "losses[-1:]": Met("train", lambda *given: trained(*given)[-1:], "one-number-for-all"),
    "features from a cache": Met("synthetic_data", features_from_a_cache({}), "features-kept"),
    "labels cut": Met("robust_fit", labels_cut, "delta-far-above-noise"),
    "steps too short": Met("robust_fit", steps_too_short, "too-few-steps"),
    "steps too few for five features": Met("robust_fit", steps_too_few_for_five_features, "too-few-steps"),
    "a fit scaled": Met("robust_fit", fit_scaled, "", *NO_HINT),
    "loss of shape (1,)": Met("huber_loss", of_one_axis, "", "their shape is (1,)", "它们的形状却是(1,)"),
    "a residual in place": Met(
        "huber_loss", residual_in_place, "", "After the call y has other values", "调用之后，y的值与之前不同了"
    ),
    "(y, X) as arguments": Met("robust_fit", labels_before_features, "", "the arguments 1 and 2", "第1个和第2个参数"),
    "(batch_size, arrays)": Met("load_array", batch_size_first, "", "the arguments 1 and 2", "第1个和第2个参数"),
    "(w, n, b)": Met("synthetic_data", count_before_b, "", "the arguments 2 and 3", "第2个和第3个参数"),
    "(lr, B, n)": Met("mean_lr_schedule", batch_size_before_n, "", "the arguments 2 and 3", "第2个和第3个参数"),
    "(loss, net, X, y)": Met("named_gradients", net_after_loss, "", "the arguments 1 and 2", "第1个和第2个参数"),
    "labels centred in place": Met(
        "robust_fit", centred_in_place, "", "After the call y has other values", "调用之后，y的值与之前不同了"
    ),
    "a bias without a copy": Met(
        "named_gradients", bias_not_copied, "", "holds other numbers after the last line", "返回的数变了"
    ),
    "weights turned": Met("named_gradients", turned_rows, "", "their shape is (", "它们的形状却是("),
    "zeros": Met("robust_fit", zeros, "", *NO_HINT),
    "squeeze() of ten": Met("per_example_gradients", squeezed, "axes-of-length-one-dropped"),
}


@pytest.mark.parametrize("kind", MET)
def test_the_first_hint_is_on_what_the_learner_did(kind: str) -> None:
    met = MET[kind]
    verdict = told(met.exercise, met.answer)
    assert verdict.score < verdict.points
    assert (verdict.mistake.id if verdict.mistake else "") == (f"{met.exercise}/{met.mistake}" if met.mistake else "")
    assert met.en in verdict.hints[0].en
    assert met.zh in verdict.hints[0].zh


def test_the_hints_on_a_slow_robust_fit_say_what_makes_it_arrive() -> None:
    for answer in (steps_too_short, labels_cut):
        last = told("robust_fit", answer).hints[-1]
        assert "many more steps" in last.en
        assert "多得多的步数" in last.zh


@pytest.mark.parametrize("name", ["huber_loss", "convert_lr"])
def test_an_error_for_every_call_earns_nothing(name: str) -> None:
    def refuses(*given: Any, **named: Any) -> Any:
        raise ValueError("no")

    verdict = told(name, refuses)
    assert verdict.score == 0
    faults = {rule.name: fault for rule, fault in verdict.rules}
    should = faults["shapes" if name == "huber_loss" else "bad-reduction"].should.en  # type: ignore[union-attr]
    assert (
        should == "The call raises ValueError, and of the calls that should not raise at least one returns something."
    )
