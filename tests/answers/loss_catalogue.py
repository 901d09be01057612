"""Answers to `loss_catalogue`."""

from __future__ import annotations

import math
from collections import OrderedDict
from functools import partial

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from answers import Listed


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
    "not-a-dict": not_a_dict,
    "mse-root": with_(mse=lambda a, t: F.mse_loss(a, t).sqrt()),
    "mae-abs-of-mean": with_(mae=lambda a, t: (a - t).mean().abs()),
    "huber-no-half": with_(huber=lambda a, t: torch.where((a - t).abs() < 1, (a - t) ** 2, (a - t).abs() - 0.5).mean()),
    "huber-delta-2": with_(huber=nn.HuberLoss(delta=2)),
    "log-cosh-of-mean": with_(log_cosh=lambda a, t: log_cosh_terms(a.mean(), t.mean())),
    "ce-log-of-logits": with_(cross_entropy=lambda z, k: F.nll_loss(z.log(), k)),
    "bce-sign": with_(bce=lambda p, t: (t * p.log() + (1 - t) * (1 - p).log()).mean()),
    "kl-cross-entropy": with_(kl_div=lambda q, p: -(p * q).sum(1).mean()),
    # each breaks a single rule, or shows in a single kind of case
    "one-element-vector": with_(mse=flat_result),
    "mean-of-two-axes": with_(mse=refuses_axis_free_rows),
    "kl-over-columns": with_(kl_div=kl_by_columns),
    "log-cosh-clamped": with_(log_cosh=lambda a, t: (a - t).clamp(-80, 80).cosh().log().mean()),
    "log-cosh-float32": with_(log_cosh=log_cosh_in_float32),
    "log-cosh-numbers-of-the-check": with_(log_cosh=log_cosh_numbers_of_the_statement),
    "log-cosh-far-out-only": with_(log_cosh=lambda a, t: ((a - t).abs() - math.log(2)).mean()),
    "log-cosh-is-cosh": with_(log_cosh=lambda a, t: torch.cosh(a - t).mean()),
    "huber-squared-delta-tenth": with_(huber=nn.SmoothL1Loss(beta=0.1)),
    "huber-is-mse": with_(huber=F.mse_loss),
    "mse-is-mae": with_(mse=F.l1_loss, mae=F.mse_loss),
    "mse-over-rows": with_(mse=lambda a, t: ((a - t) ** 2).sum() / len(a)),
    "ce-softmax-over-rows": with_(cross_entropy=lambda z, k: F.nll_loss(z.log_softmax(0), k)),
    "ce-no-log": with_(cross_entropy=lambda z, k: F.nll_loss(z.softmax(1), k)),
    "ce-smoothed": with_(cross_entropy=nn.CrossEntropyLoss(label_smoothing=0.1)),
    "ce-target-first": with_(cross_entropy=lambda k, z: F.cross_entropy(z, k)),
    "bce-other-side-only": with_(bce=lambda p, t: -((1 - t) * (1 - p).log()).mean()),
    "bce-target-first": with_(bce=lambda t, p: F.binary_cross_entropy(p, t)),
    "bce-eps": with_(bce=lambda p, t: -(t * (p + 1e-3).log() + (1 - t) * (1 - p + 1e-3).log()).mean()),
    "kl-log-target": with_(kl_div=nn.KLDivLoss(reduction="batchmean", log_target=True)),
    "kl-exponentiated": with_(kl_div=lambda q, p: F.kl_div(q.exp(), p, reduction="batchmean")),
    "kl-softmaxed-again": with_(kl_div=lambda q, p: F.kl_div(q.exp().log_softmax(1), p, reduction="batchmean")),
    "detached": with_(mse=lambda a, t: F.mse_loss(a, t).detach()),
    "graph-of-another-leaf": with_(mse=lambda a, t: F.mse_loss(a.detach().requires_grad_(), t)),
    "backward-already-called": with_(mse=calls_backward_itself),
    "none-returned": with_(huber=lambda a, t: None),
    "nan-returned": with_(bce=lambda p, t: p.sum() * math.nan),
    "tuple-returned": with_(mae=lambda a, t: (F.l1_loss(a, t), len(a))),
    "huge-returned": with_(mae=lambda a, t: a.new_zeros(1).expand(10_000, 10_000)),
    "integer-returned": with_(mse=lambda a, t: F.mse_loss(a, t).round().long()),
    "target-overwritten": with_(mse=steals_the_target),
    "prediction-overwritten": with_(mse=lambda a, t: a.sub_(t).pow(2).mean()),
    "one-argument-entry": with_(mae=lambda r: r.abs().mean()),
    "three-argument-entry": with_(huber=lambda a, t, delta: F.huber_loss(a, t, delta=delta)),
    "name-of-a-function": with_(kl_div="F.kl_div"),
    "exits": with_(cross_entropy=exits),
    "stub-left-in": with_(log_cosh=lambda a, t: (_ for _ in ()).throw(NotImplementedError)),
    "nothing-returned": lambda: None,
    "one-tensor-returned": lambda: torch.zeros(1).expand(10_000, 10_000),
    "generator-returned": in_turn,
    "another-signature": dict_of_one_argument,
    "no-function": functions_of_torch(),
}
