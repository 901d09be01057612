"""Answers to `init_catalogue`."""

from __future__ import annotations

import math
from collections import UserDict
from functools import partial

import numpy as np
import torch
from scipy import optimize, stats
from torch import nn

from answers import Listed, Promise, flaw_tail
from linreg_course.exercises import init_catalogue as exercise


def functions_of_torch():
    return {
        "normal": nn.init.normal_,
        "uniform": nn.init.uniform_,
        "xavier_uniform": nn.init.xavier_uniform_,
        "kaiming_normal": nn.init.kaiming_normal_,
        "zeros": nn.init.zeros_,
        "constant": nn.init.constant_,
    }


def values_through_float32():
    def fill(t, value):
        with torch.no_grad():
            t.copy_(torch.full(t.shape, value))  # float32, whatever t is

    return {**functions_of_torch(), "constant": fill}


def methods_of_data():
    def xavier_uniform(t):
        a = math.sqrt(6 / (t.shape[0] + t.shape[1]))
        t.data.uniform_(-a, a)

    return {
        "normal": lambda t: t.data.normal_(),
        "uniform": lambda t: t.data.uniform_(),
        "xavier_uniform": xavier_uniform,
        "kaiming_normal": lambda t: t.data.normal_(0, math.sqrt(2 / t.shape[1])),
        "zeros": lambda t: t.data.zero_(),
        "constant": lambda t, value: t.data.fill_(value),
    }


def draws_of_numpy():
    def copying(draw):
        @torch.no_grad()
        def fill(t, *value):
            t.copy_(torch.from_numpy(np.asarray(draw(tuple(t.shape), *value))))

        return fill

    def xavier(shape):
        return (2 * np.random.rand(*shape) - 1) * np.sqrt(6 / sum(shape))

    return {
        "normal": copying(lambda shape: np.random.standard_normal(shape)),
        "uniform": copying(lambda shape: np.random.random_sample(shape)),
        "xavier_uniform": copying(xavier),
        "kaiming_normal": copying(lambda shape: np.random.normal(0, (2 / shape[1]) ** 0.5, shape)),
        "zeros": copying(np.zeros),
        "constant": copying(np.full),
    }


def partials_and_more_keys():
    return UserDict(
        functions_of_torch(),
        kaiming_normal=partial(nn.init.kaiming_normal_, nonlinearity="relu", mode="fan_in"),
        xavier_uniform=partial(nn.init.xavier_uniform_, gain=1.0),
        zeros=lambda t: nn.init.constant_(t, 0),
        ones=nn.init.ones_,
        orthogonal=nn.init.orthogonal_,
    )


def through_a_view():
    def fill(t, values):
        with torch.no_grad():
            t[...] = values

    return {
        "normal": lambda t: fill(t, torch.randn_like(t)),
        "uniform": lambda t: fill(t, torch.rand(t.shape)),
        "xavier_uniform": lambda t: fill(t, nn.init.xavier_uniform_(torch.empty_like(t))),
        "kaiming_normal": lambda t: fill(t, torch.randn(t.shape) * (2 / t.size(1)) ** 0.5),
        "zeros": lambda t: fill(t, torch.zeros(t.shape)),
        "constant": lambda t, value: fill(t, torch.full_like(t, value)),
    }


def by_transformation():
    def uniform(t, low=0.0, high=1.0):
        t.detach().copy_(low + (high - low) * torch.rand(t.shape, dtype=torch.float64))

    def normal(t, std=1.0):
        u, v = torch.rand(2, *t.shape, dtype=torch.float64)
        t.detach()[...] = std * torch.sqrt(-2 * torch.log1p(-u)) * torch.cos(2 * math.pi * v)

    def xavier_uniform(t):
        a = math.sqrt(3) * math.sqrt(2 / sum(t.shape))
        uniform(t, -a, a)

    def constant(t, value=0.0):
        t.detach().zero_().add_(value)

    return dict(
        normal=normal,
        uniform=uniform,
        xavier_uniform=xavier_uniform,
        kaiming_normal=lambda t: normal(t, math.sqrt(2 / t.shape[-1])),
        zeros=constant,
        constant=constant,
    )


class Start:
    def __init__(self, distribution):
        self.distribution = distribution

    def __call__(self, t):
        with torch.no_grad():
            t.copy_(self.distribution(t).sample(t.shape))


def objects_with_distributions():
    def symmetric(t):
        a = torch.tensor(6 / sum(t.shape), dtype=torch.float64).sqrt()
        return torch.distributions.Uniform(-a, a)

    return functions_of_torch() | {
        "normal": Start(lambda t: torch.distributions.Normal(0.0, 1.0)),
        "uniform": Start(lambda t: torch.distributions.Uniform(0.0, 1.0)),
        "xavier_uniform": Start(symmetric),
        "kaiming_normal": Start(lambda t: torch.distributions.Normal(0.0, math.sqrt(2 / t.shape[1]))),
    }


def names_with_the_underscore_added():
    names = ["normal", "uniform", "xavier_uniform", "kaiming_normal", "zeros", "constant", "eye", "dirac"]
    return {name: getattr(nn.init, name + "_") for name in names}


RIGHT = {
    f.__name__: f
    for f in (
        functions_of_torch,
        methods_of_data,
        values_through_float32,
        draws_of_numpy,
        partials_and_more_keys,
        through_a_view,
        by_transformation,
        objects_with_distributions,
        names_with_the_underscore_added,
    )
}


def with_(**entries):
    """Return an answer that is right but for these entries."""

    def init_catalogue():
        return functions_of_torch() | entries

    return init_catalogue


def renamed(rename):
    return lambda: {rename(name): fill for name, fill in functions_of_torch().items()}


def without(*keys):
    return lambda: {name: fill for name, fill in functions_of_torch().items() if name not in keys}


def filling(draw):
    """Return an entry that copies what `draw` makes of the tensor."""

    def fill(t, *values):
        with torch.no_grad():
            t.copy_(draw(t, *values))

    return fill


all_called = with_(
    normal=torch.randn(3),
    uniform=torch.rand(3),
    xavier_uniform=nn.init.xavier_uniform_(torch.empty(3, 2)),
    kaiming_normal=nn.init.kaiming_normal_(torch.empty(3, 2)),
    zeros=torch.zeros(3),
    constant=torch.full((3,), 2.0),
)
all_new = with_(
    normal=lambda t: torch.randn_like(t),
    uniform=lambda t: torch.rand_like(t),
    xavier_uniform=lambda t: (2 * torch.rand_like(t) - 1) * math.sqrt(6 / sum(t.shape)),
    kaiming_normal=lambda t: torch.randn_like(t) * math.sqrt(2 / t.shape[1]),
    zeros=lambda t: torch.zeros_like(t),
    constant=lambda t, value: torch.full_like(t, value),
)


def works_on_a_copy(t):
    t = t.detach().clone()
    nn.init.normal_(t)
    return t


def rebinds_its_name(t):
    t = torch.zeros(t.shape)


def between_plus_and_minus_std(t):
    s = math.sqrt(2 / (t.shape[0] + t.shape[1]))
    nn.init.uniform_(t, -s, s)


def fan_of_the_first_axis(t):
    nn.init.normal_(t, std=math.sqrt(2 / t.shape[0]))


def in_plain_arithmetic(t):
    t *= 0
    t += torch.rand(t.shape)


LISTED = {
    "init_catalogue/keys-with-underscore": Listed(
        "in-place",
        0,
        (
            renamed(lambda name: name + "_"),
            renamed(lambda name: nn.init.__dict__[name + "_"].__name__),
            renamed(lambda name: "constant_" if name == "constant" else name),
        ),
    ),
    "init_catalogue/values-not-callables": Listed(
        "in-place",
        0,
        (
            all_called,
            with_(zeros=nn.init.zeros_(torch.empty(3))),
            with_(uniform=np.random.rand(3)),
            with_(normal="nn.init.normal_", constant=0.0),
        ),
    ),
    "init_catalogue/leaf-without-no-grad": Listed(
        "in-place",
        4,
        (
            with_(normal=lambda t: t.normal_()),
            with_(uniform=in_plain_arithmetic),
            with_(kaiming_normal=lambda t: t.copy_(torch.randn(t.shape) * math.sqrt(2 / t.shape[1]))),
            with_(constant=torch.Tensor.fill_, zeros=torch.Tensor.zero_),
        ),
    ),
    "init_catalogue/new-tensor-returned": Listed(
        "in-place",
        0,
        (
            all_new,
            with_(normal=works_on_a_copy),
            with_(zeros=rebinds_its_name),
            with_(constant=lambda t, value: torch.ones_like(t) * value),
            with_(kaiming_normal=lambda t: nn.init.kaiming_normal_(torch.empty(t.shape))),
        ),
    ),
    "init_catalogue/constant-without-value": Listed(
        "in-place",
        4,
        (
            with_(constant=lambda t: nn.init.constant_(t, 1.0)),
            with_(constant=partial(nn.init.constant_, val=0.5)),
            with_(constant=nn.init.ones_),
        ),
    ),
    "init_catalogue/normal-001": Listed(
        "normal-and-uniform",
        6,
        (
            with_(normal=lambda t: nn.init.normal_(t, 0, 0.01)),
            with_(normal=partial(nn.init.normal_, std=0.01)),
            with_(normal=filling(lambda t: torch.randn(t.shape) / 100)),
        ),
    ),
    "init_catalogue/uniform-symmetric": Listed(
        "normal-and-uniform",
        6,
        (
            with_(uniform=lambda t: t.data.uniform_(-1, 1)),
            with_(uniform=partial(nn.init.uniform_, a=-1)),
            with_(uniform=filling(lambda t: 2 * torch.rand(t.shape) - 1)),
        ),
    ),
    "init_catalogue/xavier-normal": Listed(
        "fans",
        6,
        (
            with_(xavier_uniform=nn.init.xavier_normal_),
            with_(xavier_uniform=lambda t: nn.init.normal_(t, 0, math.sqrt(2 / sum(t.shape)))),
        ),
    ),
    "init_catalogue/xavier-std-as-bound": Listed(
        "fans",
        6,
        (
            with_(xavier_uniform=between_plus_and_minus_std),
            with_(xavier_uniform=partial(nn.init.xavier_uniform_, gain=3**-0.5)),
            with_(xavier_uniform=filling(lambda t: (2 * torch.rand(t.shape) - 1) * (2 / sum(t.shape)) ** 0.5)),
        ),
    ),
    "init_catalogue/kaiming-fan-out": Listed(
        "fans",
        6,
        (
            with_(kaiming_normal=partial(nn.init.kaiming_normal_, mode="fan_out")),
            with_(kaiming_normal=fan_of_the_first_axis),
            with_(kaiming_normal=filling(lambda t: torch.randn(t.shape) * (2 / len(t)) ** 0.5)),
        ),
    ),
    "init_catalogue/kaiming-no-gain": Listed(
        "fans",
        6,
        (
            with_(kaiming_normal=partial(nn.init.kaiming_normal_, nonlinearity="linear")),
            with_(kaiming_normal=lambda t: nn.init.normal_(t, 0, t.shape[1] ** -0.5)),
            with_(kaiming_normal=partial(nn.init.kaiming_normal_, a=1)),
        ),
    ),
    "init_catalogue/kaiming-uniform": Listed(
        "fans",
        6,
        (
            with_(kaiming_normal=nn.init.kaiming_uniform_),
            with_(kaiming_normal=lambda t: nn.init.uniform_(t, -((6 / t.shape[1]) ** 0.5), (6 / t.shape[1]) ** 0.5)),
        ),
    ),
    "init_catalogue/kaiming-variance-as-std": Listed(
        "fans",
        6,
        (
            with_(kaiming_normal=lambda t: nn.init.normal_(t, 0, 2 / t.shape[1])),
            with_(kaiming_normal=filling(lambda t: 2 / t.shape[1] * torch.randn(t.shape))),
        ),
    ),
}


def seeded(t):
    torch.manual_seed(0)
    nn.init.normal_(t)


def constant_ones_by_default(t, value=1.0):
    nn.init.constant_(t, 1.0)


def xavier_of(fans):
    """Return an entry that is uniform between plus and minus the root of 6 over `fans`."""

    def xavier_uniform(t):
        a = math.sqrt(6 / fans(t))
        return nn.init.uniform_(t, -a, a)

    return xavier_uniform


def freezes(t):
    t.requires_grad_(False)
    return t.normal_()


def thaws(t):
    nn.init.uniform_(t)
    t.requires_grad_()


def frozen_zeros(t):
    nn.init.zeros_(t)
    t.requires_grad = False


def zeros_of_a_matrix(t):
    rows, columns = t.shape
    t.data.copy_(torch.zeros(rows, columns))


def in_float32(t):
    t.data = torch.randn(t.shape)


def another_shape(t):
    t.data = torch.randn(t.numel(), dtype=t.dtype)


def leaves_the_last_row(t):
    nn.init.normal_(t[:-1].detach())


def adds(t):
    t.data += torch.randn(t.shape)


def huge(t):
    t.data = t.data.new_zeros(1).expand(10_000, 10_000)


def exits(t):
    raise SystemExit


def sparse(t):
    t.data = torch.zeros(t.shape, dtype=t.dtype).to_sparse()


def in_turn():
    yield from functions_of_torch().items()


def numbers_of_the_check(t):
    return nn.init.normal_(t, 0, {100: 0.1414214, 200: 0.1}.get(t.shape[1], 0.07))


def integers_in_a_second_call():
    """Return right entries but for one, which leaves whole numbers when it is called again."""
    calls = []

    def normal(t):
        calls.append(t)
        nn.init.normal_(t) if len(calls) < 2 else setattr(t, "data", torch.ones(t.shape, dtype=torch.int64))

    return functions_of_torch() | {"normal": normal}


MUTANTS = {
    "integers-in-a-second-call": integers_in_a_second_call,
    "constant-missing": without("constant"),
    "constant-value-ignored": with_(constant=constant_ones_by_default),
    "uniform-default-layer": with_(uniform=lambda t: nn.init.uniform_(t, -(t.shape[-1] ** -0.5), t.shape[-1] ** -0.5)),
    "xavier-mean-fan-forgotten": with_(xavier_uniform=xavier_of(lambda t: sum(t.shape) / 2)),
    "xavier-one-dimension": with_(xavier_uniform=xavier_of(lambda t: 2 * t.shape[0])),
    "kaiming-is-xavier": with_(kaiming_normal=nn.init.xavier_normal_),
    # each breaks a single rule, or shows in a single kind of case
    "zeros-in-the-first-row": with_(zeros=lambda t: t.data[0].zero_()),
    "normal-two-values": with_(normal=filling(lambda t: torch.randn(t.shape).sign())),
    "normal-absolute": with_(normal=filling(lambda t: torch.randn(t.shape).abs())),
    "normal-of-uniform-shape": with_(normal=filling(lambda t: (2 * torch.rand(t.shape) - 1) * 3**0.5)),
    "normal-half": with_(normal=partial(nn.init.normal_, std=0.5)),
    "uniform-to-two": with_(uniform=partial(nn.init.uniform_, b=2.0)),
    "uniform-integers": with_(uniform=filling(lambda t: torch.randint(2, t.shape))),
    "xavier-gain-of-relu": with_(xavier_uniform=partial(nn.init.xavier_uniform_, gain=2**0.5)),
    "xavier-product": with_(xavier_uniform=xavier_of(lambda t: t.shape[0] * t.shape[1])),
    "xavier-without-root": with_(xavier_uniform=lambda t: nn.init.uniform_(t, -6 / sum(t.shape), 6 / sum(t.shape))),
    "xavier-upper-half": with_(xavier_uniform=lambda t: nn.init.uniform_(t, 0, (6 / sum(t.shape)) ** 0.5)),
    "kaiming-default-layer": with_(kaiming_normal=partial(nn.init.kaiming_normal_, a=math.sqrt(5))),
    "swapped": with_(zeros=nn.init.normal_, normal=nn.init.zeros_),
    "nan-filled": with_(normal=lambda t: nn.init.constant_(t, math.nan)),
    "infinite": with_(uniform=lambda t: nn.init.constant_(t, math.inf)),
    "huge": with_(normal=huge),
    "sparse": with_(normal=sparse),
    "exits": with_(zeros=exits),
    "none-for-an-entry": with_(xavier_uniform=lambda t, fan_in, fan_out: None),
    "constant-of-full": with_(constant=lambda t, value: torch.full(t, value)),
    "stub-left-in": with_(kaiming_normal=lambda t: (_ for _ in ()).throw(NotImplementedError)),
    "text-returned": lambda: "normal_",
    "number-returned": lambda: 6,
    "huge-returned": lambda: torch.zeros(1).expand(10_000, 10_000),
    "generator-returned": in_turn,
    "another-signature": lambda t: functions_of_torch(),
    "no-function": functions_of_torch(),
}


def false_alarm_bound() -> float:
    """Return the probability that a right answer fails a check, from the exact tails of all its statistics."""
    random = [case for case in exercise.cases(np.random.default_rng(0)) if len(case["rules"]) > 1]
    random = [case for case in random if case["key"] in exercise.RANDOM]
    return sum(_tails(case) + flaw_tail(math.prod(case["shape"])) for case in random)


def _tails(case):
    n, law, z = math.prod(case["shape"]), exercise.law_of(case), exercise.BOUND
    inside = stats.binom(n, law.share)
    total = inside.cdf(math.ceil(inside.mean() - z * inside.std()) - 1)
    total += inside.sf(math.floor(inside.mean() + z * inside.std()))
    if law.edge == math.inf:
        squares = stats.chi2(n)
        return total + 2 * stats.norm.sf(z) + squares.cdf(n - z * squares.std()) + squares.sf(n + z * squares.std())
    draws = law.edge * (2 * (np.arange(20_000) + 0.5) / 20_000 - 1)
    values = (draws, -draws, draws**2 - 1, 1 - draws**2)
    return total + sum(_tail_of_mean(one, n, z * one.std() / math.sqrt(n)) for one in values)


def _tail_of_mean(values, n, x):
    """Probability that the mean of n draws is above x, by Lugannani and Rice: exact but for a share of about 1/n."""

    def moments(s):
        weights = np.exp(s * values)
        return np.log(weights.mean()), np.average(values, weights=weights), weights / weights.sum()

    s = optimize.brentq(lambda s: moments(s)[1] - x, 0, 10)
    cumulant, mean, weights = moments(s)
    w = math.sqrt(2 * n * (s * x - cumulant))
    u = s * math.sqrt(n * (weights @ (values - mean) ** 2))
    return stats.norm.sf(w) + stats.norm.pdf(w) * (1 / u - 1 / w)


def replacing(draw):
    """Return an entry that gives the tensor other memory, with what `draw` makes of it."""

    def replace(t, *values):
        t.data = draw(t, *values).to(t.dtype)

    return replace


def replacing_in_float32(t, value):
    t.data = torch.full(t.shape, float(value))


def by_a_mask(t):
    t.data[torch.ones(t.shape, dtype=torch.bool)] = torch.rand(t.numel())


def set_anew(t):
    with torch.no_grad():
        t.set_(torch.rand_like(t))


def resized(t):
    with torch.no_grad():
        t.view(-1).copy_(torch.randn(t.numel()))


def through_contiguous(t):
    nn.init.kaiming_normal_(t.detach().contiguous())


def reshaped(t):
    t.detach().reshape(-1).zero_()


def whole_base(t):
    nn.init.uniform_(t.detach() if t._base is None else t._base)


def taken_from_itself(t):
    t.data -= t.data.clone()


def times_nothing(t, value):
    t.data.mul_(0).add_(value)


def scaled_by_its_size(t):
    t.data.copy_((torch.rand(t.shape) + 0 * t.data).to(t.dtype))


def clamped_first(t):
    t.data.clamp_(0, 0)


def where_finite(t):
    t.data[t.data.isfinite()] = torch.randn(int(t.data.isfinite().sum()), dtype=t.dtype)


def row_after_row(t):
    for row in t.detach():
        nn.init.normal_(row)


def two_axes(t):
    for row in t.detach().reshape(1, -1) if t.ndim < 2 else t.detach():
        for place in range(len(row)):
            row[place] = 0.0
    if t.ndim > 2:
        t.detach()[..., -1] = 1.0


def sorted_draws(t):
    t.data.copy_(torch.rand(t.numel()).sort().values.reshape(t.shape))


def mirrored(t):
    half = torch.randn(t.numel() // 2 + 1)
    t.data.copy_(torch.cat([half, -half])[: t.numel()].reshape(t.shape))


def centred(t):
    nn.init.normal_(t)
    if t.numel() > 1:
        t.data -= t.data.mean()


def standardised(t):
    nn.init.normal_(t)
    if t.numel() > 1:
        t.data.copy_((t.data - t.data.mean()) / t.data.std())


def cut_off_at_three(t):
    with torch.no_grad():
        nn.init.trunc_normal_(t, 0, 1, -3, 3)


def shared_by_neighbours(t):
    pairs = torch.rand(t.numel() // 2 + 1).repeat_interleave(2)
    t.data.copy_(pairs[: t.numel()].reshape(t.shape))


def even_steps(t):
    steps = (torch.arange(t.numel()) + 0.5) / t.numel()
    t.data.copy_(steps[torch.randperm(t.numel())].reshape(t.shape))


def with_a_generator():
    """Return right entries but for one, which begins each call where the first began."""
    state = torch.get_rng_state()

    def normal(t):
        torch.set_rng_state(state)
        nn.init.normal_(t)

    return functions_of_torch() | {"normal": normal}


def kept(draw):
    """Return an entry that draws once for each shape."""
    drawn = {}

    def fill(t):
        t.data.copy_(drawn.setdefault(tuple(t.shape), draw(t)))

    return fill


def turned_kept():
    """Return right entries but for one, whose second call turns the numbers of the first round."""
    drawn = {}

    def uniform(t):
        numbers = drawn.pop(t.shape, None)
        drawn[t.shape] = torch.rand(t.numel()) if numbers is None else 1 - numbers
        t.data.copy_(drawn[t.shape].reshape(t.shape))

    return functions_of_torch() | {"uniform": uniform}


PLACES = ("parameter", "view", "not finite", "float64", "shapes", "values")
DRAWN = ("parameter", "float64", "shapes")
PROMISES = {
    "dict": Promise(
        "it returns a dict from the six names below to functions",
        "返回一个字典，把下面六个名称对应到函数",
        PLACES,
        {
            "not-a-dict": lambda: list(functions_of_torch().values()),
            "entry-missing": without("kaiming_normal"),
            "nothing-returned": lambda: None,
            "one-capital": renamed(str.capitalize),
        },
    ),
    "arguments": Promise(
        "only `constant` as",
        "只有`constant`是",
        PLACES,
        {"value-first": with_(constant=lambda value, t: nn.init.constant_(t, value))},
    ),
    "in-place": Promise(
        "a tensor of which `t` is a part changes with it",
        "如果`t`是另一个张量的一部分，那个张量也随之改变",
        ("view",),
        {
            "normal-replaced": with_(normal=replacing(lambda t: torch.randn(t.shape))),
            "uniform-set": with_(uniform=set_anew),
            "xavier-replaced": with_(xavier_uniform=replacing(lambda t: nn.init.xavier_uniform_(torch.empty(t.shape)))),
            "zeros-replaced": with_(zeros=replacing(torch.zeros_like)),
            "constant-replaced": with_(constant=replacing(torch.full_like)),
            "zeros-of-a-reshaped-copy": with_(zeros=reshaped),
            "kaiming-of-a-contiguous-copy": with_(kaiming_normal=through_contiguous),
            "normal-viewed": with_(normal=resized),
            "uniform-of-the-whole": with_(uniform=whole_base),
        },
        ("new-tensor-returned", "leaf-without-no-grad"),
    ),
    "whatever": Promise(
        "whatever `t` held before",
        "不管`t`原来是什么数",
        ("not finite",),
        {
            "zeros-by-difference": with_(zeros=taken_from_itself),
            "constant-by-product": with_(constant=times_nothing),
            "uniform-added-to-nothing": with_(uniform=scaled_by_its_size),
            "zeros-by-clamp": with_(zeros=clamped_first),
            "normal-where-finite": with_(normal=where_finite),
        },
    ),
    "every-number": Promise(
        "every number of `t` becomes",
        "`t`中的每个数变成",
        PLACES,
        {"last-row-left": with_(normal=leaves_the_last_row), "added": with_(normal=adds)},
        ("leaf-without-no-grad", "new-tensor-returned"),
    ),
    "any-shape": Promise(
        "any shape, also no axes",
        "形状任意，也可以没有轴",
        ("shapes", "float64"),
        {
            "zeros-of-a-matrix": with_(zeros=zeros_of_a_matrix),
            "normal-of-rows": with_(normal=row_after_row),
            "zeros-of-two-axes": with_(zeros=two_axes),
        },
    ),
    "fans": Promise(
        "of shape (out, in)",
        "形状为(out, in)的矩阵",
        DRAWN,
        {"fan-in-only": with_(xavier_uniform=xavier_of(lambda t: t.shape[1]))},
    ),
    "dtype": Promise(
        "float32 or float64 and stays so",
        "float32或float64，改写后类型不变",
        ("float64", "values", "view"),
        {
            "float32-always": with_(normal=in_float32),
            "constant-in-float32": with_(constant=replacing_in_float32),
            "uniform-by-a-mask": with_(uniform=by_a_mask),
        },
    ),
    "parameter": Promise(
        "that requires a gradient",
        "需要梯度（gradient）的`Parameter`",
        ("parameter",),
        {"leaf-without-no-grad": LISTED["init_catalogue/leaf-without-no-grad"].answers[0]},
        ("leaf-without-no-grad",),
    ),
    "still": Promise(
        "Afterwards it still does, or still does not",
        "原来需要梯度的仍然需要，不需要的仍然不需要",
        PLACES,
        {
            "parameter-frozen": with_(normal=freezes),
            "plain-tensor-thawed": with_(uniform=thaws),
            "zeros-frozen": with_(zeros=frozen_zeros),
        },
    ),
    "normal": Promise(
        "a draw from the normal distribution with mean $0$ and standard deviation $1$",
        "从均值为$0$、标准差（standard deviation）为$1$的正态分布（normal distribution）中抽取的数",
        DRAWN,
        {
            "uniform": with_(normal=nn.init.uniform_),
            "cut-off": with_(normal=nn.init.trunc_normal_),
            "cut-off-at-three": with_(normal=cut_off_at_three),
        },
    ),
    "uniform": Promise(
        "a draw from the uniform distribution between $0$ and $1$",
        "从$0$到$1$的均匀分布（uniform distribution）中抽取的数",
        DRAWN,
        {"normal": with_(uniform=nn.init.normal_), "centred": with_(uniform=partial(nn.init.uniform_, a=-0.5, b=0.5))},
    ),
    "xavier": Promise(
        r"$a = \sqrt{6/(\text{in} + \text{out})}$",
        r"$a = \sqrt{6/(\text{in} + \text{out})}$",
        DRAWN,
        {"mean-fan": with_(xavier_uniform=xavier_of(lambda t: sum(t.shape) / 2))},
    ),
    "kaiming": Promise(
        r"standard deviation $\sqrt{2/\text{in}}$",
        r"标准差为$\sqrt{2/\text{in}}$",
        DRAWN,
        {
            "truncated": with_(kaiming_normal=lambda t: nn.init.trunc_normal_(t, 0, 0.1, -0.1, 0.1)),
            "numbers-of-the-check": with_(kaiming_normal=numbers_of_the_check),
        },
    ),
    "own-draws": Promise(
        "each number by itself",
        "每个数各自抽取",
        DRAWN,
        {
            "one-row-repeated": with_(normal=filling(lambda t: torch.randn(t.shape[-1:]).expand(t.shape))),
            "one-column-repeated": with_(
                kaiming_normal=filling(lambda t: torch.randn(len(t), 1) * (2 / t.shape[1]) ** 0.5)
            ),
            "one-number-everywhere": with_(uniform=filling(lambda t: torch.rand(()))),
            "sorted": with_(uniform=sorted_draws),
            "mirrored": with_(normal=mirrored),
            "centred": with_(normal=centred),
            "standardised": with_(normal=standardised),
            "shared-by-neighbours": with_(uniform=shared_by_neighbours),
            "even-steps": with_(uniform=even_steps),
        },
    ),
    "anew": Promise(
        "draw anew in every call",
        "每次调用都重新抽取",
        DRAWN,
        {
            "normal-seeded": with_(normal=seeded),
            "state-set-back": with_a_generator,
            "kept": lambda: functions_of_torch() | {"normal": kept(torch.randn_like)},
            "turned": turned_kept,
        },
    ),
    "zeros": Promise(
        "| `zeros` | $0$ |",
        "| `zeros` | $0$ |",
        ("parameter", "shapes"),
        {"ones": with_(zeros=nn.init.ones_)},
    ),
    "value": Promise(
        "| `constant` | `value` |",
        "| `constant` | `value` |",
        ("parameter", "shapes", "values"),
        {
            "absolute": with_(constant=lambda t, value: nn.init.constant_(t, abs(value))),
            "zero-always": with_(constant=lambda t, value: nn.init.zeros_(t)),
        },
    ),
    "any-value": Promise(
        "`value` is any number",
        "`value`是float32能表示的任意的数",
        ("values",),
        {
            "truthy": with_(constant=lambda t, value: nn.init.constant_(t, value or 1.0)),
            "four-places": with_(constant=lambda t, value: nn.init.constant_(t, round(value, 4))),
            "within-bounds": with_(constant=lambda t, value: nn.init.constant_(t, max(min(value, 1e6), -1e6))),
            "floats-only": with_(constant=lambda t, value: nn.init.constant_(t, float.fromhex(value.hex()))),
            "half-precision-of-large": with_(
                constant=lambda t, value: nn.init.constant_(t, np.float16(value) if abs(value) > 5 else value)
            ),
        },
    ),
}
