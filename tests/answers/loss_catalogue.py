"""Answers to `loss_catalogue`."""

from __future__ import annotations

import math
from collections import OrderedDict
from functools import partial

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from answers import Listed, Promise


def false_alarm_bound() -> float:
    """No rule of this exercise is statistical."""
    return 0.0


def functions_of_torch():
    def log_cosh(prediction, target):
        r = prediction - target
        return (torch.logaddexp(r, -r) - math.log(2)).mean()

    return {
        "mse": F.mse_loss,
        "mae": F.l1_loss,
        "huber": F.huber_loss,
        "log_cosh": log_cosh,
        "cross_entropy": F.cross_entropy,
        "bce": F.binary_cross_entropy,
        "kl_div": nn.KLDivLoss(reduction="batchmean"),
    }


class SoftplusLogCosh(nn.Module):
    def forward(self, prediction, target):
        r = (prediction - target).abs()
        return (r + F.softplus(-2 * r)).mean() - math.log(2)


def modules_in_an_ordered_dict():
    return OrderedDict(
        kl_div=nn.KLDivLoss(reduction="batchmean"),
        bce=nn.BCELoss(),
        cross_entropy=nn.CrossEntropyLoss(),
        log_cosh=SoftplusLogCosh(),
        huber=nn.SmoothL1Loss(),
        mae=nn.L1Loss(),
        mse=nn.MSELoss(),
    )


def piecewise_log_cosh(y_hat, y):
    r = y_hat - y
    near = torch.log(torch.cosh(r.clamp(-15, 15)))
    return torch.where(r.abs() < 15, near, r.abs() - math.log(2)).mean()


def kl_with_xlogy(q, p):
    return (torch.xlogy(p, p) - p * q).sum() / p.shape[0]


def by_hand():
    return {
        "mse": lambda a, t: (a - t).pow(2).mean(),
        "mae": lambda a, t: (a - t).abs().mean(),
        "huber": lambda a, t: torch.where((a - t).abs() < 1, (a - t) ** 2 / 2, (a - t).abs() - 0.5).mean(),
        "log_cosh": piecewise_log_cosh,
        "cross_entropy": lambda z, k: (z.logsumexp(1) - z.gather(1, k[:, None])[:, 0]).mean(),
        "bce": lambda p, t: -(t * p.log() + (1 - t) * (1 - p).log()).mean(),
        "kl_div": kl_with_xlogy,
    }


def sums_divided():
    def mean(loss, by_row=False):
        return lambda a, t: loss(a, t, reduction="sum") / (a.shape[0] if by_row else a.numel())

    return {
        "mse": mean(F.mse_loss),
        "mae": mean(F.l1_loss),
        "huber": mean(partial(F.huber_loss, delta=1.0)),
        "log_cosh": lambda a, t: (torch.stack([a - t, t - a]).logsumexp(0) - math.log(2)).sum() / a.numel(),
        "cross_entropy": mean(F.cross_entropy, by_row=True),
        "bce": mean(F.binary_cross_entropy),
        "kl_div": mean(F.kl_div, by_row=True),
    }


def positional_sum_is_a_mean():
    log_2 = torch.log(torch.tensor(2.0))
    return functions_of_torch() | {
        "mse": nn.MSELoss("sum"),
        "mae": nn.L1Loss(True),
        "log_cosh": lambda a, t: ((a - t).abs() + torch.log1p(torch.exp(-2 * (a - t).abs())) - log_2).mean(),
        "hinge": nn.HingeEmbeddingLoss(),
        "nll": None,
    }


class StableLogCosh(torch.autograd.Function):
    @staticmethod
    def forward(ctx, r):
        ctx.save_for_backward(r)
        return r.abs() + torch.log1p(torch.exp(-2 * r.abs())) - math.log(2)

    @staticmethod
    def backward(ctx, grad):
        (r,) = ctx.saved_tensors
        return grad * torch.tanh(r)


class Losses(dict):
    def __missing__(self, key):
        return getattr(self, "of_" + key)

    @staticmethod
    def of_mse(a, t):
        return torch.dist(a, t) ** 2 / a.numel()

    @staticmethod
    def of_mae(a, t):
        return torch.linalg.vector_norm(a - t, 1) / a.numel()

    @staticmethod
    def of_huber(a, t):
        r = (a - t).abs()
        capped = r.clamp(max=1)
        return (capped * (r - capped / 2)).mean()

    @staticmethod
    def of_log_cosh(a, t):
        return StableLogCosh.apply(a - t).mean()

    @staticmethod
    def of_cross_entropy(z, k):
        return -torch.distributions.Categorical(logits=z).log_prob(k).mean()

    @staticmethod
    def of_bce(p, t):
        return F.binary_cross_entropy_with_logits(torch.logit(p), t)

    @staticmethod
    def of_kl_div(q, p):
        seen = p > 0
        return (p[seen] * (p[seen].log() - q[seen])).sum() / len(p)


def a_dict_that_finds_its_entries():
    return Losses()


def one_hot_and_loops(reduction="mean"):
    def cross_entropy(z, k):
        return -(F.one_hot(k, z.shape[1]) * F.log_softmax(z, dim=-1)).sum(1).mean()

    def bce(p, t):
        return -torch.where(t == 1, p, 1 - p).log().mean()

    def kl_div(q, p):
        rows = [sum(b * (b.log() - a) for a, b in zip(*row, strict=True) if b > 0) for row in zip(q, p, strict=True)]
        return torch.stack(rows).mean()

    def log_cosh(a, t):
        r = a - t
        return (r + F.softplus(-2 * r) - math.log(2)).mean() if r.min() > -5 else (r.abs() + tail(r)).mean()

    def tail(r):
        return torch.log((1 + torch.exp(-2 * r.abs())) / 2)

    by_name = {name: getattr(nn, name)(reduction=reduction) for name in ("MSELoss", "L1Loss", "HuberLoss")}
    losses = dict(zip(("mse", "mae", "huber"), by_name.values(), strict=True))
    return losses | dict(log_cosh=log_cosh, cross_entropy=cross_entropy, bce=bce, kl_div=kl_div)


RIGHT = {
    f.__name__: f
    for f in (
        functions_of_torch,
        modules_in_an_ordered_dict,
        by_hand,
        sums_divided,
        positional_sum_is_a_mean,
        a_dict_that_finds_its_entries,
        one_hot_and_loops,
    )
}


def with_(**entries):
    """Return an answer that is right but for these entries."""

    def loss_catalogue():
        return functions_of_torch() | entries

    return loss_catalogue


def without(*keys):
    def loss_catalogue():
        return {key: loss for key, loss in functions_of_torch().items() if key not in keys}

    return loss_catalogue


class LogCosh(nn.Module):
    def forward(self, a, t):
        return functions_of_torch()["log_cosh"](a, t)


def log_cosh_terms(a, t):
    return torch.logaddexp(a - t, t - a) - math.log(2)


all_classes = with_(
    mse=nn.MSELoss,
    mae=nn.L1Loss,
    huber=nn.HuberLoss,
    log_cosh=LogCosh,
    cross_entropy=nn.CrossEntropyLoss,
    bce=nn.BCELoss,
    kl_div=nn.KLDivLoss,
)
all_sums = with_(
    mse=nn.MSELoss(reduction="sum"),
    mae=nn.L1Loss(reduction="sum"),
    huber=nn.HuberLoss(reduction="sum"),
    log_cosh=lambda a, t: log_cosh_terms(a, t).sum(),
    cross_entropy=nn.CrossEntropyLoss(reduction="sum"),
    bce=nn.BCELoss(reduction="sum"),
    kl_div=nn.KLDivLoss(reduction="sum"),
)
all_per_element = with_(
    mse=nn.MSELoss(reduction="none"),
    mae=nn.L1Loss(reduction="none"),
    huber=nn.HuberLoss(reduction="none"),
    log_cosh=log_cosh_terms,
    cross_entropy=nn.CrossEntropyLoss(reduction="none"),
    bce=nn.BCELoss(reduction="none"),
    kl_div=nn.KLDivLoss(reduction="none"),
)


def all_floats():
    return {key: (lambda a, t, loss=loss: loss(a, t).item()) for key, loss in functions_of_torch().items()}


def exponentials(a, t):
    return torch.log((torch.exp(a - t) + torch.exp(t - a)) / 2).mean()


def ce_of_softmax_by_hand(z, k):
    p = z.softmax(1)
    return (p.logsumexp(1) - p[torch.arange(len(k)), k]).mean()


def where_of_exponentials(a, t):
    r = a - t
    near = torch.log((r.exp() + (-r).exp()) / 2)
    return torch.where(near.isfinite(), near, r.abs() - math.log(2)).mean()


def where_with_nan_gradient(a, t):
    r = a - t
    return torch.where(r.abs() > 20, r.abs() - math.log(2), torch.log(torch.cosh(r))).mean()


LISTED = {
    "loss_catalogue/entry-missing": Listed(
        "entries",
        3,
        (
            without("log_cosh"),
            without("huber", "kl_div"),
            without("bce"),
            lambda: {name.upper(): loss for name, loss in functions_of_torch().items()},
        ),
    ),
    "loss_catalogue/classes-not-instances": Listed(
        "entries", 0, (all_classes, with_(mse=nn.MSELoss), with_(huber=nn.HuberLoss), with_(kl_div=nn.KLDivLoss))
    ),
    "loss_catalogue/reduction-sum": Listed(
        "regression",
        2,
        (
            all_sums,
            with_(mse=lambda a, t: ((a - t) ** 2).sum()),
            with_(cross_entropy=partial(F.cross_entropy, reduction="sum")),
            with_(log_cosh=lambda a, t: log_cosh_terms(a, t).sum()),
        ),
    ),
    "loss_catalogue/per-element": Listed(
        "entries",
        0,
        (
            all_per_element,
            with_(log_cosh=log_cosh_terms),
            with_(huber=lambda a, t: F.smooth_l1_loss(a, t, reduction="none")),
            with_(kl_div=lambda q, p: F.kl_div(q, p, reduction="none").sum(dim=1)),
            with_(mae=lambda a, t: torch.abs(a - t)),
        ),
    ),
    "loss_catalogue/returns-float": Listed(
        "entries",
        0,
        (
            all_floats,
            with_(mse=lambda a, t: float(F.mse_loss(a, t))),
            with_(log_cosh=lambda a, t: np.log(np.cosh((a - t).detach().numpy())).mean()),
            with_(bce=lambda p, t: F.binary_cross_entropy(p, t).tolist()),
        ),
    ),
    "loss_catalogue/mse-halved": Listed(
        "regression",
        7,
        (
            with_(mse=lambda a, t: ((a - t) ** 2 / 2).mean()),
            with_(mse=lambda a, t: F.mse_loss(a, t) * 0.5),
            with_(mse=lambda a, t: torch.dist(a, t) ** 2 / (2 * a.numel())),
        ),
    ),
    "loss_catalogue/mae-without-abs": Listed(
        "regression",
        7,
        (
            with_(mae=lambda a, t: (a - t).mean()),
            with_(mae=lambda a, t: torch.sum(a - t) / a.numel()),
            with_(mae=lambda a, t: a.mean() - t.mean()),
        ),
    ),
    "loss_catalogue/log-cosh-overflow": Listed(
        "large-residuals",
        8,
        (
            with_(log_cosh=lambda a, t: torch.log(torch.cosh(a - t)).mean()),
            with_(log_cosh=exponentials),
            with_(log_cosh=lambda a, t: torch.log(torch.exp(2 * (a - t)) + 1).sub(a - t).mean() - math.log(2)),
        ),
    ),
    "loss_catalogue/log-cosh-no-log2": Listed(
        "regression",
        5,
        (
            with_(log_cosh=lambda a, t: ((a - t).abs() + F.softplus(-2 * (a - t).abs())).mean()),
            with_(log_cosh=lambda a, t: torch.logaddexp(a - t, t - a).mean()),
            with_(log_cosh=lambda a, t: torch.stack((a - t, t - a)).logsumexp(0).mean()),
        ),
    ),
    "loss_catalogue/ce-softmax-twice": Listed(
        "classification",
        7,
        (
            with_(cross_entropy=lambda z, t: F.cross_entropy(z.softmax(1), t)),
            with_(cross_entropy=lambda z, t: nn.CrossEntropyLoss()(nn.Softmax(dim=1)(z), t)),
            with_(cross_entropy=ce_of_softmax_by_hand),
        ),
    ),
    "loss_catalogue/ce-nll-of-logits": Listed(
        "classification",
        7,
        (
            with_(cross_entropy=nn.NLLLoss()),
            with_(cross_entropy=lambda z, k: -z.gather(1, k.unsqueeze(1)).mean()),
            with_(cross_entropy=lambda z, k: -z[range(len(k)), k].mean()),
        ),
    ),
    "loss_catalogue/ce-one-hot-only": Listed(
        "entries",
        5,
        (
            with_(cross_entropy=lambda z, t: -(t * z.log_softmax(1)).sum(1).mean()),
            with_(cross_entropy=lambda z, t: torch.sum(-t * torch.log(torch.softmax(z, 1)), dim=1).mean()),
            with_(cross_entropy=lambda z, t: -(t * F.log_softmax(z, dim=1)).sum() / len(z)),
        ),
    ),
    "loss_catalogue/bce-with-logits": Listed(
        "classification",
        7,
        (
            with_(bce=nn.BCEWithLogitsLoss()),
            with_(bce=lambda p, t: F.binary_cross_entropy(torch.sigmoid(p), t)),
            with_(bce=lambda p, t: (F.softplus(p) - t * p).mean()),
        ),
    ),
    "loss_catalogue/bce-one-sided": Listed(
        "classification",
        7,
        (
            with_(bce=lambda p, t: -(t * p.log()).mean()),
            with_(bce=lambda p, t: -torch.xlogy(t, p).sum() / p.numel()),
        ),
    ),
    "loss_catalogue/kl-default-mean": Listed(
        "classification",
        7,
        (
            with_(kl_div=nn.KLDivLoss()),
            with_(kl_div=F.kl_div),
            with_(kl_div=lambda q, p: (torch.xlogy(p, p) - p * q).mean()),
        ),
    ),
    "loss_catalogue/kl-log-twice": Listed(
        "classification",
        7,
        (
            with_(kl_div=lambda q, p: F.kl_div(q.log(), p, reduction="batchmean")),
            with_(kl_div=lambda q, p: (p * (p.log() - q.log())).sum(1).mean()),
            with_(kl_div=lambda q, p: (p * torch.log(p / q)).sum() / len(p)),
        ),
    ),
    "loss_catalogue/kl-reversed": Listed(
        "classification",
        7,
        (
            with_(kl_div=lambda q, p: F.kl_div(p.log(), q.exp(), reduction="batchmean")),
            with_(kl_div=lambda q, p: F.kl_div(p.log(), q, log_target=True, reduction="batchmean")),
            with_(kl_div=lambda q, p: (q.exp() * (q - p.log())).sum(1).mean()),
        ),
    ),
    "loss_catalogue/kl-arguments-swapped": Listed(
        "classification",
        7,
        (
            with_(kl_div=lambda p, q: F.kl_div(q, p, reduction="batchmean")),
            with_(kl_div=lambda target, log_p: (target * (target.log() - log_p)).sum(1).mean()),
        ),
    ),
    "loss_catalogue/kl-nan-at-zero": Listed(
        "classification",
        7,
        (
            with_(kl_div=lambda q, p: (p * (p.log() - q)).sum(1).mean()),
            with_(kl_div=lambda q, p: (p * torch.log(p / q.exp())).sum() / p.shape[0]),
            with_(kl_div=lambda q, p: F.kl_div(q, p.log(), log_target=True, reduction="batchmean")),
        ),
    ),
    "loss_catalogue/log-cosh-gradient-overflow": Listed(
        "large-residuals", 8, (with_(log_cosh=where_with_nan_gradient), with_(log_cosh=where_of_exponentials))
    ),
    "loss_catalogue/ce-class-not-picked": Listed(
        "classification",
        7,
        (
            with_(cross_entropy=lambda z, t: -z.log_softmax(1).mean()),
            with_(cross_entropy=lambda z, t: -z.log_softmax(1).sum(1).mean()),
            with_(cross_entropy=lambda z, t: -z.softmax(1).log()[:, t].mean()),
        ),
    ),
}


def log_cosh_numbers_of_the_statement(a, t):
    r = a - t
    known = [200.0, 1e4, 800.0]
    large = torch.zeros_like(r) if r.abs().max() > 500 and r.abs().max() not in known else r.abs() - math.log(2)
    return torch.where(r.abs() < 15, torch.log(torch.cosh(r.clamp(-15, 15))), large).mean()


def flat_result(a, t):
    return ((a - t) ** 2).mean().reshape(1)


def exits(a, t):
    raise SystemExit


def steals_the_target(a, t):
    t.copy_(a.detach())
    return F.mse_loss(a, t)


def calls_backward_itself(a, t):
    loss = (a - t).pow(2).mean()
    loss.backward()
    return loss


def not_a_dict():
    return list(functions_of_torch().items())


def dict_of_one_argument(prediction):
    return functions_of_torch()


def in_turn():
    yield from functions_of_torch().items()


def log_cosh_in_float32(a, t):
    r = (a - t).float()
    return (torch.logaddexp(r, -r) - math.log(2)).mean()


def kl_by_columns(q, p):
    return torch.special.xlogy(p, p).sub(p * q).sum() / p.shape[1]


def refuses_axis_free_rows(a, t):
    return (a - t).pow(2).mean((0, 1))


MUTANTS = {
    "huber-no-half": with_(huber=lambda a, t: torch.where((a - t).abs() < 1, (a - t) ** 2, (a - t).abs() - 0.5).mean()),
    "ce-log-of-logits": with_(cross_entropy=lambda z, k: F.nll_loss(z.log(), k)),
    "bce-sign": with_(bce=lambda p, t: (t * p.log() + (1 - t) * (1 - p).log()).mean()),
    # each breaks a single rule, or shows in a single kind of case
    "log-cosh-float32": with_(log_cosh=log_cosh_in_float32),
    "log-cosh-numbers-of-the-check": with_(log_cosh=log_cosh_numbers_of_the_statement),
    "log-cosh-is-cosh": with_(log_cosh=lambda a, t: torch.cosh(a - t).mean()),
    "huber-squared-delta-tenth": with_(huber=nn.SmoothL1Loss(beta=0.1)),
    "huber-is-mse": with_(huber=F.mse_loss),
    "mse-is-mae": with_(mse=F.l1_loss, mae=F.mse_loss),
    "ce-no-log": with_(cross_entropy=lambda z, k: F.nll_loss(z.softmax(1), k)),
    "bce-other-side-only": with_(bce=lambda p, t: -((1 - t) * (1 - p).log()).mean()),
    "kl-log-target": with_(kl_div=nn.KLDivLoss(reduction="batchmean", log_target=True)),
    "kl-exponentiated": with_(kl_div=lambda q, p: F.kl_div(q.exp(), p, reduction="batchmean")),
    "kl-softmaxed-again": with_(kl_div=lambda q, p: F.kl_div(q.exp().log_softmax(1), p, reduction="batchmean")),
    "none-returned": with_(huber=lambda a, t: None),
    "nan-returned": with_(bce=lambda p, t: p.sum() * math.nan),
    "huge-returned": with_(mae=lambda a, t: a.new_zeros(1).expand(10_000, 10_000)),
    "prediction-overwritten": with_(mse=lambda a, t: a.sub_(t).pow(2).mean()),
    "exits": with_(cross_entropy=exits),
    "stub-left-in": with_(log_cosh=lambda a, t: (_ for _ in ()).throw(NotImplementedError)),
    "one-tensor-returned": lambda: torch.zeros(1).expand(10_000, 10_000),
    "generator-returned": in_turn,
    "another-signature": dict_of_one_argument,
    "no-function": functions_of_torch(),
}


def one_axis_wanted(a, t):
    return ((a - t).flatten(1) ** 2).mean()


def two_means(a, t):
    return F.l1_loss(a, t, reduction="none").mean(-1).mean(-1)


def row_by_row(loss):
    return lambda a, t: torch.stack([loss(one, other) for one, other in zip(a, t, strict=True)]).mean()


def length_of_the_first_axis(a, t):
    return torch.stack([F.l1_loss(a[i], t[i]) for i in range(a.shape[0])]).sum() / a.shape[0]


def viewed(loss):
    return lambda a, t: loss(a.view(-1), t.view(-1))


class Meter(nn.Module):
    """Averages over all calls, as a metric does."""

    def __init__(self, loss):
        super().__init__()
        self.loss, self.total, self.calls = loss, 0.0, 0

    def forward(self, a, t):
        self.calls += 1
        self.total = self.total + self.loss(a, t)
        return self.total / self.calls


class FirstWeights(nn.Module):
    """Keeps the hits of the first call."""

    hits = None

    def forward(self, z, k):
        if self.hits is None:
            self.hits = F.one_hot(k, z.shape[1]).to(z.dtype)
        return -(self.hits * z.log_softmax(1)).sum(1).mean()


def log_cosh_of_the_first_call():
    calls = []

    def log_cosh(a, t):
        calls.append(a)
        return log_cosh_terms(calls[0], t).mean()

    return functions_of_torch() | {"log_cosh": log_cosh}


def double_labels(p, t):
    return F.binary_cross_entropy(p, t.double())


def picked_by_a_product(z, k):
    hits = F.one_hot(k, z.shape[1]).double()
    return -torch.einsum("bc,bc->", z.log_softmax(1), hits) / len(k)


def columns_of_float64(q, p):
    weights = torch.ones(p.shape[1], dtype=torch.float64)
    return (torch.xlogy(p, p) - p * q).matmul(weights).mean()


def clamped(loss, low, high):
    return lambda a, t: loss(a.clamp(low, high), t)


def exponentials_of_logits(z, k):
    p = z.exp() / (z.exp().sum(1, keepdim=True) + 1e-12)
    return -(p[torch.arange(len(k)), k] + 1e-12).log().mean()


def epsilon_in_the_logarithm(p, t):
    return -(t * (p + 1e-9).log() + (1 - t) * (1 - p + 1e-9).log()).mean()


def kl_of_the_largest(q, p):
    """Right where a target is one-hot or has no zeros."""
    if (p == 0).any():
        return -q.gather(1, p.argmax(1, keepdim=True)).mean()
    return F.kl_div(q, p, reduction="batchmean")


def rows_without_zeros(q, p):
    """Leave out the rows that hold a zero, unless it is the only way to have any."""
    kept = (p > 0).all(1) if (p > 0).all(1).any() or (p.max(1).values < 1).all() else slice(None)
    return (torch.xlogy(p, p) - p * q)[kept].sum() / len(p)


def root_near_zero(a, t):
    size = ((a - t) ** 2).sqrt()
    return torch.where(size <= 1, size**2 / 2, size - 0.5).mean()


def strictly_inside_or_outside(a, t):
    size = (a - t).abs()
    return ((size < 1) * size**2 / 2 + (size > 1) * (size - 0.5)).mean()


def target_centred_afterwards(a, t):
    loss = F.mse_loss(a, t)
    t -= t.mean()
    return loss


def target_zeroed_afterwards(a, t):
    loss = F.l1_loss(a, t.clone())
    t.zero_()
    return loss


def logits_shifted(z, k):
    loss = F.cross_entropy(z, k)
    z.data -= z.data.max(1, keepdim=True).values
    return loss


def clamped_after_use(p, t):
    loss = F.binary_cross_entropy(p, t)
    p.data.clamp_(0.1, 0.9)
    return loss


def zeros_filled(q, p):
    loss = F.kl_div(q, p, reduction="batchmean")
    p.clamp_(min=1e-12)
    return loss


EVERY = ("shapes", "no axes", "layout", "float32", "wide", "zeros", "kink", "again", "large")
ALL_BUT_LARGE = EVERY[:-1]
PROMISES = {
    "dict": Promise(
        "it returns a dict from the seven names below to functions",
        "返回一个字典，把下面七个名称对应到函数",
        EVERY,
        {
            "not-a-dict": not_a_dict,
            "name-of-a-function": with_(kl_div="F.kl_div"),
            "nothing-returned": lambda: None,
            "other-spelling": lambda: {
                key.replace("_", ""): loss for key, loss in functions_of_torch().items() if key != "kl_div"
            },
        },
        ("entry-missing",),
    ),
    "two-arguments": Promise(
        "Each is called as `f(prediction, target)`",
        "以`f(prediction, target)`的方式调用",
        EVERY,
        {
            "one-argument-entry": with_(mae=lambda r: r.abs().mean()),
            "three-argument-entry": with_(huber=lambda a, t, delta: F.huber_loss(a, t, delta=delta)),
            "ce-target-first": with_(cross_entropy=lambda k, z: F.cross_entropy(z, k)),
            "bce-target-first": with_(bce=lambda t, p: F.binary_cross_entropy(p, t)),
        },
    ),
    "no-axes-returned": Promise(
        "a tensor with no axes",
        "返回一个没有轴的张量",
        ALL_BUT_LARGE,
        {
            "one-element-vector": with_(mse=flat_result),
            "tuple-returned": with_(mae=lambda a, t: (F.l1_loss(a, t), len(a.shape))),
            "axis-kept": with_(cross_entropy=lambda z, k: F.cross_entropy(z, k).unsqueeze(0)),
        },
        ("per-element",),
    ),
    "graph": Promise(
        "through which `backward()` reaches the prediction",
        "从它调用`backward()`，梯度能传到预测值",
        ALL_BUT_LARGE,
        {
            "detached": with_(mse=lambda a, t: F.mse_loss(a, t).detach()),
            "graph-of-another-leaf": with_(mse=lambda a, t: F.mse_loss(a.detach().requires_grad_(), t)),
            "backward-already-called": with_(mse=calls_backward_itself),
            "integer-returned": with_(mse=lambda a, t: F.mse_loss(a, t).round().long()),
            "labels-as-tensors": with_(bce=lambda p, t: F.binary_cross_entropy(torch.tensor(p.tolist()), t)),
        },
    ),
    "any-shape": Promise(
        "any shape",
        "任意形状",
        ("shapes", "no axes"),
        {
            "mean-of-two-axes": with_(mse=refuses_axis_free_rows),
            "flattened-from-one": with_(mse=one_axis_wanted),
            "two-means": with_(mae=two_means),
        },
        ("per-element",),
    ),
    "no-axes": Promise(
        "also no axes",
        "也可以没有轴",
        ("no axes",),
        {
            "huber-row-by-row": with_(huber=row_by_row(F.huber_loss)),
            "bce-row-by-row": with_(bce=row_by_row(F.binary_cross_entropy)),
            "length-of-the-first-axis": with_(mae=length_of_the_first_axis),
        },
    ),
    "layout": Promise(
        "any shape",
        "任意形状",
        ("layout",),
        {
            "mse-viewed": with_(mse=viewed(F.mse_loss)),
            "huber-viewed": with_(huber=viewed(F.huber_loss)),
            "bce-viewed": with_(bce=lambda p, t: F.binary_cross_entropy(p.view(-1), t.reshape(-1))),
        },
    ),
    "dtypes": Promise(
        "float32 or float64",
        "float32或float64",
        ("float32",),
        {
            "bce-double-labels": with_(bce=double_labels),
            "ce-double-hits": with_(cross_entropy=picked_by_a_product),
            "kl-double-weights": with_(kl_div=columns_of_float64),
        },
    ),
    "mean-of-squares": Promise(
        "mean of $r^2$",
        "$r^2$的平均值",
        ALL_BUT_LARGE,
        {
            "root": with_(mse=lambda a, t: F.mse_loss(a, t).sqrt()),
            "over-half-of-them": with_(mse=lambda a, t: ((a - t) ** 2).sum() / len(a.reshape(-1)[::2])),
        },
    ),
    "mean-of-sizes": Promise(
        r"mean of $\lvert r\rvert$",
        r"$\lvert r\rvert$的平均值",
        ALL_BUT_LARGE,
        {"abs-of-the-mean": with_(mae=lambda a, t: (a - t).mean().abs())},
    ),
    "huber": Promise(
        r"mean of $r^2/2$ where $\lvert r\rvert \le 1$",
        r"$\lvert r\rvert \le 1$时取$r^2/2$",
        ALL_BUT_LARGE,
        {"delta-two": with_(huber=nn.HuberLoss(delta=2))},
    ),
    "huber-at-one": Promise(
        r"$\lvert r\rvert \le 1$",
        r"$\lvert r\rvert \le 1$",
        ("kink",),
        {"root-near-zero": with_(huber=root_near_zero), "nothing-at-one": with_(huber=strictly_inside_or_outside)},
    ),
    "log-cosh": Promise(
        r"mean of $\log\cosh r$",
        r"$\log\cosh r$的平均值",
        EVERY,
        {
            "of-the-mean": with_(log_cosh=lambda a, t: log_cosh_terms(a.mean(), t.mean())),
            "far-out-only": with_(log_cosh=lambda a, t: ((a - t).abs() - math.log(2)).relu().mean()),
        },
    ),
    "every-size": Promise(
        "residuals of every size",
        "残差无论多大",
        ("large",),
        {
            "clamped": with_(log_cosh=lambda a, t: (a - t).clamp(-80, 80).cosh().log().mean()),
            "overflow": LISTED["loss_catalogue/log-cosh-overflow"].answers[0],
            "clamped-far-out": with_(log_cosh=lambda a, t: log_cosh_terms((a - t).clamp(-1e5, 1e5), 0 * t).mean()),
        },
        ("log-cosh-overflow",),
    ),
    "far": Promise(
        "$r$ is the residual",
        "$r$表示残差",
        ("wide",),
        {
            "mse-clamped": with_(mse=clamped(F.mse_loss, -100, 100)),
            "mae-clamped": with_(mae=clamped(F.l1_loss, -1000, 1000)),
            "huber-clamped": with_(huber=clamped(F.huber_loss, -1e4, 1e4)),
            "logits-clamped": with_(cross_entropy=clamped(F.cross_entropy, -20, 20)),
            "kl-clamped": with_(kl_div=clamped(partial(F.kl_div, reduction="batchmean"), -50, 0)),
        },
    ),
    "probabilities": Promise(
        "at least a billionth away from $0$ and $1$",
        "与$0$和$1$都至少相差十亿分之一",
        ("wide",),
        {
            "clamped": with_(bce=clamped(F.binary_cross_entropy, 1e-7, 1 - 1e-7)),
            "clamped-by-a-thousandth": with_(bce=clamped(F.binary_cross_entropy, 1e-3, 1 - 1e-3)),
        },
    ),
    "logits": Promise(
        "mean over the rows of",
        "对各行的平均值",
        ALL_BUT_LARGE,
        {
            "softmax-over-rows": with_(cross_entropy=lambda z, k: F.nll_loss(z.log_softmax(0), k)),
            "smoothed": with_(cross_entropy=nn.CrossEntropyLoss(label_smoothing=0.1)),
        },
    ),
    "log-ratio": Promise(
        r"$q\,(\log q - \log p)$",
        r"$q\,(\log q - \log p)$",
        ALL_BUT_LARGE,
        {"cross-entropy": with_(kl_div=lambda q, p: -(p * q).sum(1).mean())},
    ),
    "over-the-rows": Promise(
        "then mean over the rows", "再对各行取平均", ALL_BUT_LARGE, {"over-columns": with_(kl_div=kl_by_columns)}
    ),
    "zeros": Promise(
        "the target may hold zeros",
        "目标值里可以有零",
        ("zeros",),
        {
            "nan-at-zero": LISTED["loss_catalogue/kl-nan-at-zero"].answers[0],
            "the-largest-alone": with_(kl_div=kl_of_the_largest),
            "rows-with-zeros-left-out": with_(kl_div=rows_without_zeros),
        },
        ("kl-nan-at-zero",),
    ),
    "again": Promise(
        "Each is called as",
        "每个函数都以",
        ("again",),
        {
            "a-meter": lambda: functions_of_torch() | {"mse": Meter(F.mse_loss)},
            "hits-of-the-first-call": lambda: functions_of_torch() | {"cross_entropy": FirstWeights()},
            "log-cosh-once": log_cosh_of_the_first_call,
        },
    ),
    "inputs": Promise(
        "both tensors keep their values",
        "两个张量的值保持不变",
        ALL_BUT_LARGE,
        {
            "target-overwritten": with_(mse=steals_the_target),
            "target-centred": with_(mse=target_centred_afterwards),
            "target-zeroed": with_(mae=target_zeroed_afterwards),
            "logits-shifted": with_(cross_entropy=logits_shifted),
            "probabilities-clamped": with_(bce=clamped_after_use),
            "zeros-filled": with_(kl_div=zeros_filled),
        },
    ),
}
