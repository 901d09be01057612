"""Answers to `init_params`, and how often a right one is called wrong."""

from __future__ import annotations

import copy
import math
import random

import numpy as np
import torch
from torch import nn

from answers import Listed, Promise, flaw_tail
from answers.synthetic_data import moment_tails
from linreg_course.exercises import init_params as exercise


def false_alarm_bound() -> float:
    """Return a bound of the share of checks that call a right answer wrong: the sum of all tests' exact tails."""
    cases = exercise.cases(np.random.default_rng(0))
    sizes = [case["weight"].numel() for case in cases if "weight-normal" in case["rules"]]
    return sum(moment_tails(n, exercise.Z) + flaw_tail(n) for n in sizes)


def with_nn_init(net):
    nn.init.normal_(net[0].weight, std=0.01)
    nn.init.zeros_(net[0].bias)


def with_data(net):
    net[0].weight.data.normal_(0, 0.01)
    net[0].bias.data.fill_(0)


def without_grad(net):
    layer = net[0]
    with torch.no_grad():
        layer.weight.copy_(torch.randn(layer.weight.shape) * 0.01)
        layer.bias -= layer.bias.clone()
    return net


def applied(net):
    def init(module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, mean=0.0, std=0.01)
            nn.init.constant_(module.bias, 0.0)

    return net.apply(init)


def with_a_state_dict(net):
    state = net.state_dict()
    drawn = {key: torch.normal(0, 0.01, value.shape) for key, value in state.items() if key.endswith("weight")}
    net.load_state_dict({key: drawn.get(key, torch.zeros_like(value)) for key, value in state.items()})


def data_assigned(net):
    weight, bias = net[0].parameters()
    weight.data = torch.normal(0, 0.01, weight.shape, dtype=weight.dtype)
    bias.data = torch.zeros_like(bias)
    return weight


def frozen_for_a_moment(net):
    for parameter in net.parameters():
        parameter.requires_grad = False
        parameter.normal_(0, 0.01) if parameter.dim() == 2 else parameter.zero_()
        parameter.requires_grad = True


def with_numpy(net):
    drawn = np.random.default_rng(random.getrandbits(64)).normal(0, 0.01, tuple(net[0].weight.shape))
    with torch.no_grad():
        net[0].weight[:] = torch.from_numpy(drawn)
        net[0].bias.mul_(0)


def row_by_row(net):
    first = next(iter(net.children()))
    for row in first.weight.detach():
        row.copy_(torch.distributions.Normal(0.0, 0.01).sample(row.shape))
    first.bias.detach()[...] = -0.0


def by_a_new_layer(net):
    new = nn.Linear(net[0].in_features, net[0].out_features, dtype=net[0].weight.dtype)
    nn.init.normal_(new.weight, 0, 0.01)
    nn.init.zeros_(new.bias)
    net[0].load_state_dict(new.state_dict())
    return new


RIGHT = {
    f.__name__: f
    for f in (
        with_nn_init,
        with_data,
        without_grad,
        applied,
        with_a_state_dict,
        data_assigned,
        frozen_for_a_moment,
        with_numpy,
        row_by_row,
        by_a_new_layer,
    )
}


def filled(weight=lambda w: w.normal_(0, 0.01), bias=lambda b: b.zero_()):
    """Return an answer that changes weight and bias in place by the functions given."""

    def init_params(net):
        with torch.no_grad():
            weight(net[0].weight)
            bias(net[0].bias)

    return init_params


def leaf(net):
    net[0].weight.normal_(0, 0.01)
    net[0].bias.fill_(0)


def leaf_sliced(net):
    net[0].weight[:] = torch.normal(0, 0.01, net[0].weight.shape)
    net[0].bias[:] = 0


def leaf_bias_alone(net):
    nn.init.normal_(net[0].weight, 0, 0.01)
    net[0].bias.zero_()


def leaf_by_operator(net):
    for parameter in net.parameters():
        parameter *= 0


def weight_of_the_net(net):
    net.weight.data.normal_(0, 0.01)
    net.bias.data.fill_(0)


def weight_of_the_net_by_init(net):
    nn.init.zeros_(net.bias)
    nn.init.normal_(net.weight, std=0.01)


def rebound(net):
    w = net[0].weight
    w = torch.normal(0, 0.01, w.shape)
    nn.init.zeros_(net[0].bias)


def rebound_in_a_loop(net):
    for parameter in net.parameters():
        parameter = torch.normal(0, 0.01, parameter.shape)


def rebound_by_a_copy(net):
    net[0].weight.clone().detach().normal_(0, 0.01)
    net[0].bias.data.zero_()
    return net


def weight_replaced(net):
    net[0].weight = nn.Parameter(torch.normal(0, 0.01, net[0].weight.shape, dtype=net[0].weight.dtype))
    nn.init.zeros_(net[0].bias)


def both_replaced(net):
    weight, bias = net[0].weight, net[0].bias
    net[0].weight = nn.Parameter(0.01 * torch.randn_like(weight))
    net[0].bias = nn.Parameter(torch.zeros_like(bias))


def bias_replaced(net):
    net[0].weight.data.normal_(0, 0.01)
    net[0].register_parameter("bias", nn.Parameter(net[0].bias.data * 0))


def new_net(net):
    new = nn.Sequential(nn.Linear(net[0].in_features, net[0].out_features))
    new[0].weight.data.normal_(0, 0.01)
    new[0].bias.data.fill_(0)
    return new


def deep_copied(net):
    net = copy.deepcopy(net)
    with_nn_init(net)
    return net


def new_layer_returned(net):
    layer = nn.Linear(*net[0].weight.shape[::-1])
    nn.init.normal_(layer.weight, 0, 0.01)
    nn.init.zeros_(layer.bias)
    return layer


def weight_frozen(net):
    net[0].weight.requires_grad_(False).normal_(0, 0.01)
    net[0].bias.data.fill_(0)


def all_frozen(net):
    for parameter in net.parameters():
        parameter.requires_grad = False
    net[0].weight.normal_(0, 0.01)
    net[0].bias.zero_()


def bias_frozen(net):
    nn.init.normal_(net[0].weight, 0, 0.01)
    net[0].bias.requires_grad = False
    net[0].bias[:] = 0


def bias_normal(b):
    b.normal_(0, 0.01)


LISTED = {
    "init_params/leaf-without-no-grad": Listed("in-place", 0, (leaf, leaf_sliced, leaf_bias_alone, leaf_by_operator)),
    "init_params/net-dot-weight": Listed("in-place", 0, (weight_of_the_net, weight_of_the_net_by_init)),
    "init_params/name-rebound": Listed("in-place", 2, (rebound, rebound_in_a_loop, rebound_by_a_copy)),
    "init_params/parameter-replaced": Listed("in-place", 4, (weight_replaced, both_replaced, bias_replaced)),
    "init_params/new-net-returned": Listed("in-place", 0, (new_net, deep_copied, new_layer_returned)),
    "init_params/frozen": Listed("in-place", 4, (weight_frozen, all_frozen, bias_frozen)),
    "init_params/bias-forgotten": Listed(
        "bias-zero",
        4,
        (filled(bias=lambda b: None), filled(bias=lambda b: b.clone().zero_()), filled(bias=lambda b: torch.zeros(1))),
    ),
    "init_params/weight-std-1": Listed(
        "weight-normal",
        4,
        (filled(lambda w: w.normal_()), filled(lambda w: w.copy_(torch.randn(w.shape))), filled(nn.init.normal_)),
    ),
    "init_params/std-as-mean": Listed(
        "weight-normal",
        4,
        (
            filled(lambda w: nn.init.normal_(w, 0.01)),
            filled(lambda w: w.normal_(0.01)),
            filled(lambda w: w.copy_(torch.randn(w.shape) + 0.01)),
        ),
    ),
    "init_params/weight-variance-as-std": Listed(
        "weight-normal",
        4,
        (filled(lambda w: w.normal_(0, 0.01**2)), filled(lambda w: nn.init.normal_(w).mul_(1e-4))),
    ),
    "init_params/weight-uniform": Listed(
        "weight-normal",
        4,
        (
            filled(lambda w: w.uniform_(-0.01, 0.01)),
            filled(lambda w: w.copy_(0.02 * torch.rand(w.shape) - 0.01)),
            filled(lambda w: nn.init.uniform_(w, a=-0.01, b=0.01)),
        ),
    ),
    "init_params/weight-zero": Listed(
        "weight-normal",
        4,
        (filled(lambda w: w.fill_(0)), filled(nn.init.zeros_), filled(lambda w: w.mul_(0))),
    ),
    "init_params/bias-random": Listed(
        "bias-zero", 4, (filled(bias=bias_normal), filled(bias=lambda b: b.uniform_(-0.01, 0.01)))
    ),
    "init_params/weight-std-a-tenth": Listed(
        "weight-normal",
        4,
        (filled(lambda w: w.normal_(0, 0.1)), filled(lambda w: w.copy_(0.1 * torch.randn_like(w)))),
    ),
}


def layer_replaced(net):
    net[0] = nn.Linear(net[0].in_features, net[0].out_features, dtype=net[0].weight.dtype)
    with_nn_init(net)


def seeded(net):
    torch.manual_seed(0)
    with_nn_init(net)


def shape_lost(net):
    net[0].weight.data = 0.01 * torch.randn(net[0].weight.shape, dtype=net[0].weight.dtype).squeeze()
    net[0].bias.data.fill_(0)


def dtype_lost(net):
    net[0].weight.data = torch.normal(0, 0.01, net[0].weight.shape)
    net[0].bias.data.fill_(0)


def every_layer_has_weights(net):
    for layer in net:
        nn.init.normal_(layer.weight, 0, 0.01)
        nn.init.zeros_(layer.bias)


def forty_rows(net):
    with torch.no_grad():
        net[0].weight[:40].normal_(0, 0.01)
        net[0].bias.zero_()


def forty_biases(net):
    nn.init.normal_(net[0].weight, 0, 0.01)
    net[0].bias.data[:40] = 0


def one_row_for_all(w):
    w.copy_(0.01 * torch.randn(w.shape[1]))


def one_number_per_output(w):
    w.copy_(0.01 * torch.randn(w.shape[0], 1))


def transposed(net):
    net[0].weight.data = 0.01 * torch.randn(net[0].weight.shape[::-1], dtype=net[0].weight.dtype)
    net[0].bias.data.zero_()


def emptied(net):
    del net[0]


def bias_removed(net):
    nn.init.normal_(net[0].weight, 0, 0.01)
    net[0].bias = None


def only_once(net):
    if net[0].bias.any():
        with_nn_init(net)


def forgets_nothing(w):
    w.add_(0.01 * torch.randn(w.shape))


def rescaled(w):
    w.sub_(w.mean()).mul_(0.01 / w.std())


def plain_tensor_assigned(net):
    net[0].weight = torch.normal(0, 0.01, net[0].weight.shape)


def misspelt(net):
    nn.init.normal_(net[0].weights, 0, 0.01)


def wrong_size(net):
    net[0].weight.data.copy_(torch.normal(0, 0.01, (3, 2)))


def wrapped_again(net):
    nn.utils.parametrizations.weight_norm(net[0])
    net[0].bias.data.zero_()


def layer_inserted(net):
    net.insert(0, nn.Linear(net[0].in_features, net[0].out_features))
    with_nn_init(net)


def ten_thousand_squared(net):
    net[0].weight.data = torch.zeros(10_000, 10_000)
    net[0].bias.data = torch.zeros(10_000)


MUTANTS = {
    "weight-nan": filled(lambda w: w.fill_(math.nan)),
    "misspelt": misspelt,
    "wrong-size": wrong_size,
    "ten-thousand-squared": ten_thousand_squared,
    "other-signature": lambda: None,
    "exits": lambda net: exit(),
}


def by_its_number(net):
    with_nn_init(nn.Sequential(net._modules["0"]))


def by_parameter_names(net):
    named = dict(net.named_parameters())
    nn.init.normal_(named["0.weight"], 0, 0.01)
    nn.init.zeros_(named["0.bias"])


def last_layer_too(net):
    nn.init.normal_(net[-1].weight, 0, 0.01)
    nn.init.zeros_(net[-1].bias)


def a_net_of_one_layer(net):
    (layer,) = net
    nn.init.normal_(layer.weight, 0, 0.01)
    nn.init.zeros_(layer.bias)


def float32_or_float64(net):
    draw = {torch.float32: np.float32, torch.float64: np.float64}[net[0].weight.dtype]
    filled(lambda w: w.copy_(torch.from_numpy((0.01 * np.random.randn(*w.shape)).astype(draw))))(net)


def by_reference_to_numpy(net):
    weight, bias = (parameter.detach().numpy() for parameter in net.parameters())
    weight[...] = np.random.normal(0, 0.01, weight.shape)
    bias[...] = 0


def row_of_ten_outputs(w):
    w[:100].normal_(0, 0.01)


def one_bias(b):
    b[0] = 0


def biases_of_a_row(b):
    b[:100] = 0


def at_least_two_inputs(net):
    if min(net[0].weight.shape) > 1:
        with_nn_init(net)


def sorted_draws(w):
    w.copy_((0.01 * torch.randn(w.numel())).sort().values.reshape(w.shape))


def mirrored(w):
    half = 0.01 * torch.randn(w.numel() // 2 + 1)
    w.copy_(torch.cat([half, -half])[: w.numel()].reshape(w.shape))


def pairs(w):
    half = 0.01 * torch.randn(w.numel() // 2 + 1)
    w.copy_(half.repeat_interleave(2)[: w.numel()].reshape(w.shape))


def centred(w):
    w.normal_(0, 0.01).sub_(w.mean())


def scaled_to_the_spread(w):
    w.normal_(0, 0.01)
    if w.numel() > 100:
        w.mul_(0.01 / w.std())


def cut_off_at_three(w):
    nn.init.trunc_normal_(w, 0, 0.01, -0.03, 0.03)


def kept_by_shape():
    """Return an answer that draws once for each shape and only turns the numbers afterwards."""
    drawn = {}

    def weight(w):
        key = tuple(w.shape)
        drawn[key] = drawn[key].flip(-1) if key in drawn else 0.01 * torch.randn(key)
        w.copy_(drawn[key])

    return filled(weight)


def negated(net):
    """Draw anew in every other call."""
    if net[0].bias.any():
        with_nn_init(net)
    else:
        net[0].weight.data.neg_()


SMALL = ("width", "half", "later layers", "named")
DRAWN = ("draws",)
EVERY = (*DRAWN, *SMALL)
PROMISES = {
    "any-width": Promise(
        "of any width",
        "宽度任意",
        EVERY,
        {
            "shape-lost": shape_lost,
            "at-least-two": at_least_two_inputs,
        },
        ("name-rebound", "bias-forgotten"),
    ),
    "wide": Promise(
        "of any width",
        "宽度任意",
        ("width",),
        {
            "weights-of-100-outputs": filled(row_of_ten_outputs),
            "biases-of-100-outputs": filled(bias=biases_of_a_row),
        },
    ),
    "dtype": Promise(
        "any floating-point `dtype`",
        "浮点`dtype`任意",
        ("draws", "half"),
        {"dtype-lost": dtype_lost},
    ),
    "half": Promise(
        "half precision too",
        "半精度也在内",
        ("half",),
        {"float32-or-float64": float32_or_float64, "by-numpy": by_reference_to_numpy},
    ),
    "later": Promise(
        "No later layer has parameters",
        "后面的层都没有参数",
        ("later layers",),
        {
            "every-layer-has-weights": every_layer_has_weights,
            "last-layer": last_layer_too,
            "one-layer": a_net_of_one_layer,
        },
    ),
    "first": Promise(
        "whose first layer is an `nn.Linear`",
        "第一层是带偏置（bias）的`nn.Linear`",
        ("named",),
        {"by-its-number": by_its_number, "by-parameter-names": by_parameter_names},
    ),
    "normal": Promise(
        "a normal distribution with mean 0 and standard deviation 0.01",
        "从均值为0、标准差为0.01的正态分布中",
        DRAWN,
        {
            "positive": filled(lambda w: w.normal_(0, 0.01).abs_()),
            "default": filled(nn.init.xavier_uniform_),
            "mean-001": filled(lambda w: w.normal_(0.01, 0.01)),
            "std-002": filled(lambda w: w.normal_(0, 0.02)),
            "truncated": filled(lambda w: nn.init.trunc_normal_(w, 0, 0.01, -0.01, 0.01)),
            "cut-off-at-three": filled(cut_off_at_three),
            "uniform-of-that-spread": filled(lambda w: w.uniform_(-0.01 * 3**0.5, 0.01 * 3**0.5)),
            "rounded": filled(lambda w: w.normal_(0, 0.01).mul_(1000).round_().div_(1000)),
        },
    ),
    "own": Promise(
        "for each entry on its own",
        "每个元素都独立地",
        ("draws", "width"),
        {
            "one-row-for-all": filled(one_row_for_all),
            "one-number-per-output": filled(one_number_per_output),
            "constant": filled(lambda w: w.fill_(0.01)),
            "sorted": filled(sorted_draws),
            "mirrored": filled(mirrored),
            "pairs": filled(pairs),
            "centred": filled(centred),
            "scaled-to-the-spread": filled(scaled_to_the_spread),
            "forty-rows": forty_rows,
        },
    ),
    "fresh": Promise(
        "whatever the net learned before is gone",
        "网络以前学到的一切就此消失",
        EVERY,
        {"forgets-nothing": filled(forgets_nothing), "bias-halved": filled(bias=lambda b: b.mul_(0.5))},
    ),
    "anew": Promise(
        "every call draws anew",
        "每次调用都重新抽",
        DRAWN,
        {"seed-inside": seeded, "only-once": only_once, "kept-and-turned": kept_by_shape(), "negated": negated},
    ),
    "bias": Promise(
        "The bias becomes 0",
        "偏置变为0",
        EVERY,
        {
            "one": filled(bias=lambda b: b.fill_(1)),
            "tiny": filled(bias=lambda b: b.fill_(1e-9)),
            "forty": forty_biases,
            "the-first": filled(bias=one_bias),
        },
    ),
    "same-objects": Promise(
        "the layer and its `Parameter` objects are the same ones as before",
        "层和它的各个`Parameter`都是原来的对象",
        EVERY,
        {
            "layer-replaced": layer_replaced,
            "layer-inserted": layer_inserted,
            "emptied": emptied,
            "bias-removed": bias_removed,
            "plain-tensor-assigned": plain_tensor_assigned,
            "wrapped-again": wrapped_again,
        },
    ),
    "same-form": Promise(
        "with the same shape and `dtype`",
        "形状和`dtype`不变",
        EVERY,
        {"transposed": transposed},
    ),
    "trainable": Promise("can be trained as before", "照样可以训练", EVERY, {"frozen": weight_frozen}, ("frozen",)),
}
