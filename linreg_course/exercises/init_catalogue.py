"""`init_catalogue()`: six ways to choose start values by name; each overwrites the tensor it is given (8 points).

The oracle is the distribution itself: mean, variance and the share within one standard deviation, each within
`BOUND` standard errors, and the edges of a uniform distribution exactly.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from linreg_course.checking.observing import Case, Seen, attempt, describe, entry_of
from linreg_course.checking.reading import is_tensor, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Rule, Wrong
from linreg_course.language import Text

RULES = (
    Rule(
        "in-place",
        2,
        Text(
            en="All six keys are there; each entry overwrites a plain tensor and a Parameter, and leaves dtype and "
            "requires_grad as they are.",
            zh="六个键都在；每一项都能改写普通的张量和Parameter，而dtype和requires_grad保持不变。",
        ),
    ),
    Rule(
        "fixed-values",
        2,
        Text(
            en="zeros fills with 0, constant with the value that it is given.",
            zh="zeros填入0，constant填入传给它的值。",
        ),
    ),
    Rule(
        "normal-and-uniform",
        2,
        Text(
            en="normal draws from N(0, 1), uniform from U(0, 1), anew with every call.",
            zh="normal从N(0, 1)中抽取，uniform从U(0, 1)中抽取，每次调用都重新抽取。",
        ),
    ),
    Rule(
        "fans",
        2,
        Text(
            en="xavier_uniform and kaiming_normal draw from the right distribution, at the width that in and out give.",
            zh="xavier_uniform和kaiming_normal从正确的分布中抽取，宽度由in和out决定。",
        ),
    ),
)

RULE_OF = {
    "normal": "normal-and-uniform",
    "uniform": "normal-and-uniform",
    "xavier_uniform": "fans",
    "kaiming_normal": "fans",
    "zeros": "fixed-values",
    "constant": "fixed-values",
}
KEYS = tuple(RULE_OF)
RANDOM, FANS, FIXED = KEYS[:4], KEYS[2:4], KEYS[4:]

# No entry draws this number, so that a tensor that was not overwritten shows.
START = 7.25
# In standard errors. With three statistics of each of twelve tensors, a right answer fails one check in ten million.
BOUND = 6.0
FIRST = 16


def cases(rng: np.random.Generator) -> list[Case]:
    value, other = (float(v) for v in rng.uniform(0.1, 3, 2))
    return [
        *(_case("parameter", key, (200, 100), value=value) for key in KEYS),
        *(_case("plain", key, (4, 3), rules=["in-place"], value=value) for key in KEYS),
        *(_case("plain", key, (20_000,), "float64") for key in ("normal", "uniform")),
        *(_case("plain", key, (1, 30_000)) for key in ("normal", "uniform")),
        *(_case("plain", key, (50, 600), "float64") for key in FANS),
        *(_case("plain", key, (600, 50)) for key in FANS),
        *(_case("values", key, shape, value=-3.5) for key in FIXED for shape in ((2, 3, 4), (1, 1))),
        _case("values", "constant", (3,), "float64", value=-other),
        _case("values", "constant", (2, 2), value=0.0),
    ]


def _case(
    kind: str,
    key: str,
    shape: tuple[int, ...],
    dtype: str = "float32",
    rules: list[str] | None = None,
    value: float = 0.0,
) -> Case:
    values = [value] if key == "constant" else []
    rules = rules or ["in-place", RULE_OF[key]]
    return {"kind": kind, "rules": rules, "key": key, "shape": list(shape), "dtype": dtype, "values": values}


def _is_parameter(case: Case) -> bool:
    return str(case["kind"]).endswith("parameter")


def spell(case: Case) -> str:
    dtype = "" if case["dtype"] == "float32" else f", dtype=torch.{case['dtype']}"
    new = f"torch.full({tuple(case['shape'])}, {START}{dtype})"
    t = f"nn.Parameter({new})" if _is_parameter(case) else new
    return f'init_catalogue()["{case["key"]}"]({", ".join((t, *(f"{v:.6g}" for v in case["values"])))})'


def observe(answer: Any, case: Case) -> Seen:
    entry, instead = entry_of(answer, case["key"])
    if instead is not None:
        return instead
    t, again = _start(case), _start(case)
    for one in (t, again):
        _, raised = attempt(entry, one, *case["values"])
        if raised is not None:
            return {"raised": raised, "callable": callable(entry)}
    # Of the second draw it matters only that it is another one.
    first, _ = attempt(lambda: again.detach().reshape(-1)[:FIRST])
    return {"after": describe(t), "again": describe(first)}


def _start(case: Case) -> Tensor:
    t = torch.full(case["shape"], START, dtype=getattr(torch, case["dtype"]))
    return nn.Parameter(t) if _is_parameter(case) else t


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    if "missing" in seen:
        return dict.fromkeys(case["rules"], Fault(spell(case), shown(seen["missing"]), _has_key(case["key"])))
    faults = {}
    if not _is_overwritten(case, seen["after"]):
        faults["in-place"] = Fault(spell(case), shown(seen["after"]), OVERWRITTEN)
    rule = case["rules"][-1]
    if rule != "in-place" and not _is_filled(case, seen):
        faults[rule] = Fault(spell(case), _came(case, seen), SHOULD[case["key"]])
    return faults


def _has_key(key: str) -> Text:
    return Text(en=f'A dict that has the key "{key}".', zh=f'应当返回一个含有键"{key}"的字典。')


OVERWRITTEN = Text(
    en="Every number of t is overwritten; shape, dtype and requires_grad stay as they were.",
    zh="t中的每个数都应当被改写，形状、dtype和requires_grad保持不变。",
)
SHOULD = {
    "normal": Text(
        en="Every number a draw of its own from the normal distribution with mean 0 and standard deviation 1.",
        zh="每个数都应当独立地从均值为0、标准差为1的正态分布中抽取。",
    ),
    "uniform": Text(
        en="Every number a draw of its own from the uniform distribution between 0 and 1.",
        zh="每个数都应当独立地从0到1的均匀分布中抽取。",
    ),
    "xavier_uniform": Text(
        en="Every number a draw of its own from a uniform distribution around 0, as wide as in + out asks for.",
        zh="每个数都应当独立地从以0为中心的均匀分布中抽取，宽度由in + out决定。",
    ),
    "kaiming_normal": Text(
        en="Every number a draw of its own from a normal distribution around 0, as wide as in asks for.",
        zh="每个数都应当独立地从以0为中心的正态分布中抽取，宽度由in决定。",
    ),
    "zeros": Text(en="Every number of t is 0.", zh="t中的每个数都应当是0。"),
    "constant": Text(en="Every number of t is the value given.", zh="t中的每个数都应当是传入的值。"),
}


def _came(case: Case, seen: Seen) -> str | Text:
    values = _numbers(seen["after"])
    if values is None or case["key"] in FIXED:
        return shown(seen["after"])
    if not _is_drawn_anew(values, seen["again"]):
        return Text(en="the same numbers more than once", zh="同样的数出现了不止一次")
    low, high, mean, std = (f"{float(v):.4g}" for v in (values.min(), values.max(), values.mean(), values.std()))
    return Text(
        en=f"mean {mean}, standard deviation {std}, from {low} to {high}",
        zh=f"均值{mean}，标准差{std}，从{low}到{high}",
    )


def _numbers(after: Any) -> Tensor | None:
    values = tensor(after)
    return values.double() if values is not None and values.is_floating_point() and values.numel() > 1 else None


def _is_overwritten(case: Case, after: Any) -> bool:
    same = is_tensor(after) and after["shape"] == case["shape"] and after["dtype"] == case["dtype"]
    if not same or after["requires_grad"] != _is_parameter(case) or after["in_graph"]:
        return False
    values = tensor(after)
    return values is not None and not bool((values == START).any())


def _is_filled(case: Case, seen: Seen) -> bool:
    if case["key"] in FIXED:
        values = tensor(seen["after"])
        value = (case["values"] or [0.0])[0]
        return values is not None and torch.equal(values, torch.full(case["shape"], value, dtype=values.dtype))
    numbers = _numbers(seen["after"])
    return numbers is not None and _is_drawn_anew(numbers, seen["again"]) and law_of(case).fits(numbers)


def _is_drawn_anew(values: Tensor, again: Any) -> bool:
    """Tell whether neither a second call nor the rows and columns of one tensor repeat each other."""
    first, second = values.reshape(-1)[:1000], tensor(again)
    return second is not None and not torch.equal(first[:FIRST], second.double()) and len(first.unique()) > 500


@dataclass(frozen=True)
class Law:
    """A distribution of which each number is a draw, with what its statistics scatter by.

    Attributes:
        share: probability of lying within one standard deviation of the mean.
        kurtosis: fourth central moment over squared variance.
        edge: the farthest a number can lie from the mean, in standard deviations.
    """

    mean: float
    std: float
    share: float = math.erf(math.sqrt(0.5))
    kurtosis: float = 3.0
    edge: float = math.inf

    def fits(self, values: Tensor) -> bool:
        """Tell whether the numbers can be draws: no statistic is farther off than `BOUND` standard errors."""
        z = (values - self.mean) / self.std
        root = math.sqrt(values.numel())
        errors = (
            z.mean() * root,
            (z.square().mean() - 1) * root / math.sqrt(self.kurtosis - 1),
            ((z.abs() < 1).double().mean() - self.share) * root / math.sqrt(self.share * (1 - self.share)),
        )
        # Numbers rounded to float32 may lie a little beyond the edge.
        return all(abs(float(one)) <= BOUND for one in errors) and float(z.abs().max()) <= self.edge * (1 + 1e-6)


def _uniform(low: float, high: float) -> Law:
    return Law((low + high) / 2, (high - low) / math.sqrt(12), 1 / math.sqrt(3), 1.8, math.sqrt(3))


def law_of(case: Case) -> Law:
    """Return the distribution that the case's entry draws from."""
    match case["key"], case["shape"]:
        case "normal", _:
            return Law(0.0, 1.0)
        case "uniform", _:
            return _uniform(0.0, 1.0)
        case "xavier_uniform", [rows, columns]:
            edge = math.sqrt(6 / (rows + columns))
            return _uniform(-edge, edge)
        case "kaiming_normal", [_, columns]:
            return Law(0.0, math.sqrt(2 / columns))
    raise ValueError(f"law_of: no distribution is known for {case['key']!r}")


def battery(rng: np.random.Generator) -> list[Case]:
    """Each key twice, on a Parameter first; large where a spread is to be told from another."""
    value, kinds = float(rng.uniform(2, 3)), ("battery parameter", "battery plain")
    shapes = {key: (500, 200) if key in RANDOM else (4, 3) for key in KEYS}
    return [_case(kind, key, shapes[key], value=value) for key in KEYS for kind in kinds]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    found: dict[str, Any] = {"dict": _dict_view(battery, seen)}
    for key in KEYS:
        own = [(case, one) for case, one in zip(battery, seen, strict=True) if case["key"] == key]
        found[key] = None if all(_is_well(*pair) for pair in own) else _views(own)
    return found


def _views(own: list[tuple[Case, Seen]]) -> Any:
    views = [_view(case, one) for case, one in own]
    if views[0] == "raises RuntimeError" and "after" in own[1][1]:
        return "raises RuntimeError on a Parameter only"
    return "other" if "other" in views else views


def _dict_view(battery: list[Case], seen: list[Seen]) -> Any:
    for case, one in zip(battery, seen, strict=True):
        if "late" in one or ("raised" in one and "callable" not in one):
            return "other"
        if "missing" in one and not (isinstance(one["missing"], dict) and "keys" in one["missing"]):
            return "other"
        if "missing" in one and f"{case['key']}_" in one["missing"]["keys"]:
            return "underscores"
    return None


def _is_well(case: Case, one: Seen) -> bool:
    return "raised" not in one and "late" not in one and not judge(case, one)


def _view(case: Case, one: Seen) -> Any:
    """Return a label that no seed changes."""
    if "missing" in one:
        return "missing"
    if "raised" in one:
        return _raised_view(one["raised"]) if one.get("callable", True) else "not callable"
    values = _numbers(one.get("after"))
    if values is None:
        return "other"
    if bool((values == START).all()):
        return "unchanged"
    if case["key"] in FIXED:
        return "well" if _is_well(case, one) else "other"
    return _spread(values)


def _raised_view(raised: Seen) -> str:
    """A TypeError for the number of arguments is told apart from others, which Python words otherwise."""
    of_arguments = any(words in raised["message"] for words in ("positional argument", "multiple values"))
    return f"raises {raised['type']}{' for its arguments' if of_arguments else ''}"


# The standard deviations that known mistakes have at (500, 200); they are a tenth or more apart.
STDS = [1.0, 1 / math.sqrt(3), 0.01, *(math.sqrt(v) for v in (2 / 700, 2 / 2100, 2 / 500, 1 / 200, 2 / 200))]
SHAPES = {"normal": Law(0, 1).share, "uniform": _uniform(-1, 1).share}


def _spread(values: Tensor) -> Any:
    """Return standard deviation, shape of the distribution and place of the mean, where they are known ones."""
    std, mean = float(values.std()), float(values.mean())
    share = float(((values - mean).abs() < std).double().mean())
    stds = [one for one in STDS if abs(std / one - 1) < 0.04]
    shapes = [name for name, one in SHAPES.items() if abs(share - one) < 0.03]
    if not stds or not shapes or abs(mean) > 0.05 * std:
        return "other"
    return [stds[0], shapes[0]]


def _keys_with_underscore():
    return dict.fromkeys(("normal_", "uniform_", "xavier_uniform_", "kaiming_normal_", "zeros_", "constant_"))


def _values_not_callables():
    return dict.fromkeys(KEYS, torch.zeros(3))


def _leaf_without_no_grad():
    return {
        "normal": lambda t: t.normal_(),
        "uniform": lambda t: t.uniform_(),
        "xavier_uniform": lambda t: t.uniform_(-math.sqrt(6 / sum(t.shape)), math.sqrt(6 / sum(t.shape))),
        "kaiming_normal": lambda t: t.normal_(0, math.sqrt(2 / t.shape[1])),
        "zeros": lambda t: t.zero_(),
        "constant": lambda t, value: t.fill_(value),
    }


def _new_tensor_returned():
    return dict.fromkeys(KEYS, lambda t, *value: torch.randn_like(t))


def _constant_without_value():
    return {"constant": lambda t: nn.init.constant_(t, 1.0)}


def _normal_001():
    return {"normal": lambda t: nn.init.normal_(t, 0, 0.01)}


def _uniform_symmetric():
    return {"uniform": lambda t: nn.init.uniform_(t, -1, 1)}


def _xavier_normal():
    return {"xavier_uniform": nn.init.xavier_normal_}


def _xavier_std_as_bound():
    return {"xavier_uniform": lambda t: nn.init.uniform_(t, -math.sqrt(2 / sum(t.shape)), math.sqrt(2 / sum(t.shape)))}


def _kaiming_fan_out():
    return {"kaiming_normal": lambda t: nn.init.kaiming_normal_(t, mode="fan_out")}


def _kaiming_no_gain():
    return {"kaiming_normal": lambda t: nn.init.kaiming_normal_(t, nonlinearity="linear")}


def _kaiming_uniform():
    return {"kaiming_normal": nn.init.kaiming_uniform_}


def _kaiming_variance_as_std():
    return {"kaiming_normal": lambda t: nn.init.normal_(t, 0, 2 / t.shape[1])}


WRONG = (
    Wrong(
        "init_catalogue/keys-with-underscore",
        shows_in=("dict",),
        answers=(_keys_with_underscore,),
        en=(
            "Are your keys exactly the names asked for?",
            "Rule in-place: keys without underscore.",
            "The functions keep the underscore, the keys do not.",
        ),
        zh=(
            "你的键与题目要求的名称完全一致吗？",
            "规则in-place：键的末尾没有下划线。",
            "函数名末尾有下划线，键没有。",
        ),
    ),
    Wrong(
        "init_catalogue/values-not-callables",
        shows_in=KEYS,
        answers=(_values_not_callables,),
        en=(
            "Can an entry be applied to another tensor?",
            "Rule in-place: entries are functions of a tensor.",
            "Store the function, do not call it.",
        ),
        zh=(
            "字典里的这一项，还能用到另一个张量上吗？",
            "规则in-place：每一项都是以张量为参数的函数。",
            "放进字典的应当是函数本身，不要在这里调用它。",
        ),
    ),
    Wrong(
        "init_catalogue/leaf-without-no-grad",
        shows_in=KEYS,
        answers=(_leaf_without_no_grad,),
        en=(
            "Does it work on `net[0].weight`?",
            "Rule in-place: Parameters too.",
            "The functions of torch.nn.init switch recording off for you.",
        ),
        zh=(
            "它能用在`net[0].weight`上吗？",
            "规则in-place：对Parameter也要成立。",
            "torch.nn.init里的函数会替你关掉对运算的记录。",
        ),
    ),
    Wrong(
        "init_catalogue/new-tensor-returned",
        shows_in=KEYS,
        answers=(_new_tensor_returned,),
        en=(
            "Did the tensor that you passed in change?",
            "Rule in-place: overwrite the argument.",
            "Copy the new values into t.",
        ),
        zh=(
            "你传进去的那个张量变了吗？",
            "规则in-place：改写的是传入的参数。",
            "把新的值复制到t里。",
        ),
    ),
    Wrong(
        "init_catalogue/constant-without-value",
        shows_in=("constant",),
        answers=(_constant_without_value,),
        en=(
            "How would a caller choose the constant?",
            "Rule fixed-values: constant(t, value).",
            "This entry takes two arguments.",
        ),
        zh=(
            "调用者怎样指定这个常数？",
            "规则fixed-values：constant(t, value)。",
            "这一项要接收两个参数。",
        ),
    ),
    Wrong(
        "init_catalogue/normal-001",
        shows_in=("normal",),
        answers=(_normal_001,),
        en=(
            "What does `nn.init.normal_` do without further arguments?",
            "Rule normal-and-uniform: torch's defaults, N(0, 1).",
            "0.01 is this chapter's choice for the layer, not the function's.",
        ),
        zh=(
            "不给其他参数时，`nn.init.normal_`会怎样做？",
            "规则normal-and-uniform：torch的默认值，即N(0, 1)。",
            "0.01是这一章为那个层选的，不是这个函数的默认值。",
        ),
    ),
    Wrong(
        "init_catalogue/uniform-symmetric",
        shows_in=("uniform",),
        answers=(_uniform_symmetric,),
        en=(
            "What are the default bounds of `uniform_`?",
            "Rule normal-and-uniform: U(0, 1).",
            "Leave the bounds alone.",
        ),
        zh=(
            "`uniform_`默认的上下界是多少？",
            "规则normal-and-uniform：U(0, 1)。",
            "上下界用默认的就好。",
        ),
    ),
    Wrong(
        "init_catalogue/xavier-normal",
        shows_in=("xavier_uniform",),
        answers=(_xavier_normal,),
        en=(
            "Does your histogram have edges?",
            "Rule fans: uniform with bound root of 6/(in + out).",
            "Same variance, other distribution: take the uniform one.",
        ),
        zh=(
            "你画出的直方图有明确的边界吗？",
            "规则fans：均匀分布，界是6/(in + out)的平方根。",
            "方差相同，分布不同：要的是均匀的那一种。",
        ),
    ),
    Wrong(
        "init_catalogue/xavier-std-as-bound",
        shows_in=("xavier_uniform",),
        answers=(_xavier_std_as_bound,),
        en=(
            "Is the bound of a uniform distribution its standard deviation?",
            "Rule fans: the bound has a 6.",
            "A uniform distribution on (−a, a) has standard deviation a over root 3.",
        ),
        zh=(
            "均匀分布的界，就是它的标准差吗？",
            "规则fans：界的式子里有一个6。",
            "(−a, a)上的均匀分布，标准差是a除以根号3。",
        ),
    ),
    Wrong(
        "init_catalogue/kaiming-fan-out",
        shows_in=("kaiming_normal",),
        answers=(_kaiming_fan_out,),
        en=(
            "Which axis of the weight counts the inputs?",
            "Rule fans: in, the second axis.",
            "The weight of `nn.Linear` is (out, in).",
        ),
        zh=(
            "权重的哪个轴对应输入的个数？",
            "规则fans：用in，也就是第二个轴。",
            "`nn.Linear`的权重，形状是(out, in)。",
        ),
    ),
    Wrong(
        "init_catalogue/kaiming-no-gain",
        shows_in=("kaiming_normal",),
        answers=(_kaiming_no_gain,),
        en=(
            "What makes up for the half that ReLU cuts off?",
            "Rule fans: the standard deviation is the root of 2/in.",
            "A factor 2 is missing under the root.",
        ),
        zh=(
            "ReLU截掉了一半，靠什么补回来？",
            "规则fans：标准差是2/in的平方根。",
            "根号下少了一个2。",
        ),
    ),
    Wrong(
        "init_catalogue/kaiming-uniform",
        shows_in=("kaiming_normal",),
        answers=(_kaiming_uniform,),
        en=(
            "Does your histogram have tails?",
            "Rule fans: normal.",
            "You took the neighbour in torch.nn.init of the one asked for.",
        ),
        zh=(
            "你画出的直方图有尾巴吗？",
            "规则fans：正态分布。",
            "你拿的是torch.nn.init里与它相邻的那个函数。",
        ),
    ),
    Wrong(
        "init_catalogue/kaiming-variance-as-std",
        shows_in=("kaiming_normal",),
        answers=(_kaiming_variance_as_std,),
        en=(
            "Is 2/in a variance or a standard deviation?",
            "Rule fans: the standard deviation is the root of 2/in.",
            "A square root is missing.",
        ),
        zh=(
            "2/in是方差，还是标准差？",
            "规则fans：标准差是2/in的平方根。",
            "少了一个平方根。",
        ),
    ),
)
