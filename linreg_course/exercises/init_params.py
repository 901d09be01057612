"""`init_params(net)`: start values for the first layer, in place (6 points).

The oracle knows the moments of the normal distribution, and which objects the net held before the call.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from linreg_course.checking.observing import Case, Seen, attempt, describe
from linreg_course.checking.reading import moments, tensor, z_scores
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Rule, Wrong
from linreg_course.language import Text

RULES = (
    Rule(
        "in-place",
        2,
        Text(
            en="The numbers change inside the net that was given: same layer, same Parameter objects, same shape and "
            "dtype, still trainable.",
            zh="改变的是传入的网络里的数：层和各个Parameter还是原来的对象，形状和dtype不变，仍然可以训练。",
        ),
    ),
    Rule("bias-zero", 2, Text(en="The bias is 0.", zh="偏置为0。")),
    Rule(
        "weight-normal",
        2,
        Text(
            en="The weights are independent draws from a normal distribution with mean 0 and standard deviation 0.01, "
            "new in every call.",
            zh="权重独立地抽自均值为0、标准差为0.01的正态分布，每次调用都重新抽取。",
        ),
    ),
)

SIGMA = 0.01
# Six standard errors, two-sided 2.0e-9 a test: one check in 50 million calls a right answer wrong.
Z = 6.0
BIAS = 0.7
# Of 24-bit random numbers some are equal by chance, but never one in ten.
DISTINCT = 0.9
COUNTED = 20_000


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        _case("usual", _start(rng, 100, 200)),
        _case("one output", _start(rng, 1, 20_000)),
        _case("float64", _start(rng, 40, 500).double(), "Tanh"),
    ]


def _start(rng: np.random.Generator, outputs: int, inputs: int) -> Tensor:
    # As a layer starts by itself; the range is that of 200 inputs.
    return torch.from_numpy(rng.uniform(-0.07, 0.07, (outputs, inputs))).float()


def _case(kind: str, weight: Tensor, *after: str) -> Case:
    return {"kind": kind, "rules": [rule.name for rule in RULES], "weight": weight, "after": list(after)}


def spell(case: Case) -> str:
    outputs, inputs = case["weight"].shape
    dtype = ", dtype=torch.float64" if case["weight"].dtype == torch.float64 else ""
    after = "".join(f", nn.{name}()" for name in case["after"])
    return f"init_params(nn.Sequential(nn.Linear({inputs}, {outputs}{dtype}){after}))"


def observe(answer: Any, case: Case) -> Seen:
    net = _net(case)
    before = _parts(net)
    returned, raised = attempt(answer, net)
    if raised is not None:
        return {"raised": raised}
    after, no_layer = attempt(_parts, net)
    seen = {
        "before": {name: id(part) for name, part in before.items()},
        "after": None if no_layer else {name: id(part) for name, part in after.items()},
        "returned": {"type": type(returned).__name__, "id": id(returned)},
        "weight": None if no_layer else describe(after["net[0].weight"]),
        "bias": None if no_layer else describe(after["net[0].bias"]),
    }
    _, raised = attempt(answer, net)
    if raised is not None:
        return {"raised": raised}
    return seen | {"again": _first_row(net)}


def _net(case: Case) -> nn.Sequential:
    outputs, inputs = case["weight"].shape
    layer = nn.utils.skip_init(nn.Linear, inputs, outputs, dtype=case["weight"].dtype)
    with torch.no_grad():
        layer.weight.copy_(case["weight"])
        layer.bias.fill_(BIAS)
    return nn.Sequential(layer, *(getattr(nn, name)() for name in case["after"]))


def _parts(net: Any) -> dict[str, Any]:
    return {"net": net, "net[0]": net[0], "net[0].weight": net[0].weight, "net[0].bias": net[0].bias}


def _first_row(net: Any) -> Any:
    row, raised = attempt(lambda: net[0].weight[0])
    return None if raised is not None else describe(row)


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    found = {
        "in-place": (_not_in_place(case, seen), IN_PLACE),
        "bias-zero": (_not_zero(seen), ZERO),
        "weight-normal": (_not_normal(seen), NORMAL),
    }
    return {rule: Fault(spell(case), came, should) for rule, (came, should) in found.items() if came is not None}


def _not_in_place(case: Case, seen: Seen) -> str | Text | None:
    """Return what is not as it was, or the weight where it still is; None where all is well."""
    before, after = seen.get("before"), seen.get("after")
    if not isinstance(before, dict) or not isinstance(after, dict):
        return NO_LAYER
    other = next((name for name in before if before[name] != after.get(name)), None)
    if other is not None:
        return Text(en=f"{other} is another object than before", zh=f"{other}已经不是原来的对象")
    outputs, inputs = case["weight"].shape
    dtype = str(case["weight"].dtype).removeprefix("torch.")
    for name, shape in (("weight", [outputs, inputs]), ("bias", [outputs])):
        if not _is_parameter(seen.get(name), shape, dtype):
            return f"net[0].{name}: {shown(seen.get(name))}"
    weight = tensor(seen["weight"])
    return UNCHANGED if weight is not None and torch.equal(weight, case["weight"]) else None


def _is_parameter(part: Any, shape: list[int], dtype: str) -> bool:
    wanted = {"type": "Tensor", "shape": shape, "dtype": dtype, "requires_grad": True, "in_graph": False}
    return isinstance(part, dict) and all(part.get(key) == value for key, value in wanted.items())


def _not_zero(seen: Seen) -> str | None:
    bias = tensor(seen.get("bias"))
    return None if bias is not None and not bias.any() else f"net[0].bias: {shown(seen.get('bias'))}"


def _not_normal(seen: Seen) -> str | Text | None:
    """Return what the weights are like where they are no fresh normal draws; None where they are."""
    weight = tensor(seen.get("weight"))
    if weight is None or weight.is_complex() or weight.dim() != 2 or weight.numel() < 2:
        return f"net[0].weight: {shown(seen.get('weight'))}"
    if not all(abs(score) <= Z for score in z_scores(weight, SIGMA)):  # nan is not
        return _moments_of(weight)
    counted = weight.reshape(-1)[:COUNTED]
    if len(counted.unique()) < DISTINCT * len(counted):
        return REPEATED
    again = tensor(seen.get("again"))
    return SAME_AGAIN if again is None or torch.equal(again, weight[0]) else None


def _moments_of(weight: Tensor) -> Text:
    mean, spread, within = (f"{entry:.3g}" for entry in moments(weight, SIGMA))
    return Text(
        en=f"weights with mean {mean}, standard deviation {spread}, a share of {within} between -0.01 and 0.01",
        zh=f"权重的均值为{mean}，标准差为{spread}，介于-0.01和0.01之间的比例为{within}",
    )


IN_PLACE = Text(
    en="After the call, net, net[0], net[0].weight and net[0].bias are the objects of before, trainable, with other "
    "weights in them.",
    zh="调用之后，net、net[0]、net[0].weight和net[0].bias应当还是原来的对象，可以训练，只是权重的数变了。",
)
ZERO = Text(en="Every entry of net[0].bias is 0.", zh="net[0].bias的每个元素都应当是0。")
NORMAL = Text(
    en="Mean, standard deviation and share within 0.01 are those of draws from a normal distribution with mean 0 and "
    "standard deviation 0.01, up to chance; each entry has a draw of its own, and every call draws anew.",
    zh="均值、标准差、0.01以内的比例都应当与均值为0、标准差为0.01的正态分布的抽样一致，只允许偶然的误差；"
    "每个元素单独抽取，每次调用都重新抽。",
)
NO_LAYER = Text(en="a net without net[0].weight and net[0].bias", zh="网络里没有net[0].weight和net[0].bias了")
UNCHANGED = Text(en="the weights of before the call", zh="权重与调用之前一样")
REPEATED = Text(en="weights of which many are equal", zh="许多权重彼此相等")
SAME_AGAIN = Text(en="the same weights from a second call", zh="第二次调用给出相同的权重")


def battery(rng: np.random.Generator) -> list[Case]:
    # A mean of 0.01 beside a standard deviation of 1 shows only in a million weights.
    return [_case("battery", torch.linspace(-0.03, 0.03, 10**6).reshape(1000, 1000))]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    (case,), (one,) = battery, seen
    names = ("runs", "inplace", "bias", "weight", "fresh")
    if "before" not in one:
        return dict.fromkeys(names) | {"runs": _runs_view(one)}
    faults = judge(case, one)
    same_again = "weight-normal" in faults and faults["weight-normal"].came is SAME_AGAIN
    return {
        "runs": None,
        "inplace": _place_view(case, one) if "in-place" in faults else None,
        "bias": _bias_view(one) if "bias-zero" in faults else None,
        "weight": _weight_view(one) if "weight-normal" in faults and not same_again else None,
        "fresh": "other" if same_again else None,
    }


def _runs_view(seen: Seen) -> str:
    raised = seen.get("raised", {"type": "", "message": ""})
    kind, words = raised["type"], raised["message"]
    if kind == "RuntimeError" and "leaf Variable" in words:
        return "leaf changed"
    if kind == "AttributeError" and "'Sequential'" in words and ("'weight'" in words or "'bias'" in words):
        return "the net's weight"
    return "other"


def _place_view(case: Case, seen: Seen) -> Any:
    before, after, returned = seen["before"], seen["after"], seen["returned"]
    weight, bias = tensor(seen["weight"]), tensor(seen["bias"])
    if after is None or weight is None or bias is None:
        return "other"
    is_module = returned["type"] in ("Sequential", "Linear")
    return {
        "others": [name for name in before if before[name] != after[name]],
        "unchanged": torch.equal(weight, case["weight"]),
        "returned": "another net" if is_module and returned["id"] != before["net"] else "",
        "trainable": [[seen[name].get(key) for key in ("requires_grad", "in_graph")] for name in ("weight", "bias")],
        "shapes": [[list(part.shape), str(part.dtype)] for part in (weight, bias)],
    }


def _bias_view(seen: Seen) -> str:
    bias = tensor(seen["bias"])
    return "left" if bias is not None and torch.equal(bias, torch.full_like(bias, BIAS)) else "other"


def _weight_view(seen: Seen) -> Any:
    weight = tensor(seen["weight"])
    if weight is None or weight.is_complex():
        return "other"
    mean, std, _ = moments(weight, SIGMA)
    if mean == std == 0:
        return "zero"
    # Half of what the mean of 0.01 would be, where the standard deviation is 1.
    near = 5 * std / math.sqrt(weight.numel())
    centre = next((known for known in (0.0, 0.01) if abs(mean - known) <= near), "other")
    return [centre, next((known for known in (1e-4, 0.00577, 1.0) if 0.97 < std / known < 1.03), "other")]


def _leaf_without_no_grad(net):
    net[0].weight.normal_(0, 0.01)
    net[0].bias.fill_(0)


def _net_dot_weight(net):
    net.weight.data.normal_(0, 0.01)
    net.bias.data.fill_(0)


def _name_rebound(net):
    w = net[0].weight
    w = torch.normal(0, 0.01, w.shape)


def _parameter_replaced(net):
    net[0].weight = nn.Parameter(torch.normal(0, 0.01, net[0].weight.shape))


def _bias_replaced(net):
    nn.init.normal_(net[0].weight, 0, 0.01)
    net[0].bias = nn.Parameter(torch.zeros_like(net[0].bias))


def _both_replaced(net):
    _parameter_replaced(net)
    net[0].bias = nn.Parameter(torch.zeros_like(net[0].bias))


def _new_net_returned(net):
    layer = nn.Linear(net[0].in_features, net[0].out_features)
    layer.weight.data.normal_(0, 0.01)
    return nn.Sequential(layer)


def _frozen(net):
    net[0].weight.requires_grad_(False).normal_(0, 0.01)


def _both_frozen(net):
    net.requires_grad_(False)
    net[0].weight.normal_(0, 0.01)


def _bias_frozen(net):
    net[0].weight.data.normal_(0, 0.01)
    net[0].bias.requires_grad_(False).fill_(0)


def _bias_forgotten(net):
    net[0].weight.data.normal_(0, 0.01)


def _weight_std_1(net):
    net[0].weight.data.normal_()


def _std_as_mean(net):
    nn.init.normal_(net[0].weight, 0.01)


def _weight_variance_as_std(net):
    net[0].weight.data.normal_(0, 0.01**2)


def _weight_uniform(net):
    net[0].weight.data.uniform_(-0.01, 0.01)


def _weight_zero(net):
    net[0].weight.data.fill_(0)


WRONG = (
    Wrong(
        "init_params/leaf-without-no-grad",
        shows_in=("runs",),
        answers=(_leaf_without_no_grad,),
        en=(
            "What does autograd have to do with an assignment of starting values?",
            "Rule in-place: change the values outside autograd.",
            "Use a torch.nn.init function, or a block in which no gradients are recorded.",
        ),
        zh=(
            "赋初始值这件事，和自动微分有什么关系？",
            "规则in-place：不要让自动微分记录对这些数的改动。",
            "用torch.nn.init里的函数，或者把改动放进一个不记录梯度的代码块。",
        ),
    ),
    Wrong(
        "init_params/net-dot-weight",
        shows_in=("runs",),
        answers=(_net_dot_weight,),
        en=(
            "Which object owns the weight: the Sequential or a layer?",
            "Rule in-place: it is the first layer of net that holds weight and bias.",
            "Index the Sequential first.",
        ),
        zh=(
            "权重属于哪个对象：Sequential，还是其中的一层？",
            "规则in-place：权重和偏置都在net的第一层里。",
            "先用下标从Sequential里取出这一层。",
        ),
    ),
    Wrong(
        "init_params/name-rebound",
        shows_in=("inplace",),
        answers=(_name_rebound,),
        en=(
            "After your function, has net[0].weight changed?",
            "Rule in-place: the numbers inside the existing tensor change.",
            "Assigning to a name does not write into a tensor; methods with a trailing underscore do.",
        ),
        zh=(
            "函数运行之后，net[0].weight变了吗？",
            "规则in-place：要变的是原有张量里面的数。",
            "给一个名字赋值，并不会写进张量；名字以下划线结尾的方法才会。",
        ),
    ),
    Wrong(
        "init_params/parameter-replaced",
        shows_in=("inplace",),
        answers=(_parameter_replaced, _bias_replaced, _both_replaced),
        en=(
            "Which tensor does an optimizer made earlier hold?",
            "Rule in-place: the Parameter object stays the same.",
            "Fill the existing Parameter instead of making one.",
        ),
        zh=(
            "先前创建的优化器，手里拿的是哪个张量？",
            "规则in-place：Parameter还是原来的对象。",
            "往原有的Parameter里填数，不要另建一个。",
        ),
    ),
    Wrong(
        "init_params/new-net-returned",
        shows_in=("inplace",),
        answers=(_new_net_returned,),
        en=(
            "Is the net you initialise the net you were given?",
            "Rule in-place: act on the argument.",
            "Work on the layer of net itself; nothing has to be returned.",
        ),
        zh=(
            "你初始化的网络，是传进来的那个网络吗？",
            "规则in-place：要改的是传入的参数。",
            "直接处理net自己的层，不需要返回什么。",
        ),
    ),
    Wrong(
        "init_params/frozen",
        shows_in=("inplace",),
        answers=(_frozen, _both_frozen, _bias_frozen),
        en=(
            "Do the weight and the bias still ask for a gradient?",
            "Rule in-place: parameters stay trainable.",
            "Switch recording off for the assignment, not for the parameter's life.",
        ),
        zh=(
            "权重和偏置还需要梯度吗？",
            "规则in-place：参数仍然可以训练。",
            "只在赋值的时候不记录梯度，不要让参数从此都不记录。",
        ),
    ),
    Wrong(
        "init_params/bias-forgotten",
        shows_in=("bias",),
        answers=(_bias_forgotten,),
        en=(
            "What is in net[0].bias after the call?",
            "Rule bias-zero: the bias is 0.",
            "One of the layer's two parameters is not touched yet.",
        ),
        zh=(
            "调用之后，net[0].bias里是什么？",
            "规则bias-zero：偏置为0。",
            "这一层有两个参数，还有一个没有动过。",
        ),
    ),
    Wrong(
        "init_params/weight-std-1",
        shows_in=("weight",),
        answers=(_weight_std_1,),
        en=(
            "What does normal_ draw without arguments?",
            "Rule weight-normal: the standard deviation is 0.01.",
            "Give mean and standard deviation.",
        ),
        zh=(
            "normal_不带参数时，抽的是什么分布？",
            "规则weight-normal：标准差是0.01。",
            "把均值和标准差都写明。",
        ),
    ),
    Wrong(
        "init_params/std-as-mean",
        shows_in=("weight",),
        answers=(_std_as_mean,),
        en=(
            "What is the second argument of nn.init.normal_?",
            "Rule weight-normal: mean 0, standard deviation 0.01.",
            "Name the argument you mean.",
        ),
        zh=(
            "nn.init.normal_的第二个参数是什么？",
            "规则weight-normal：均值为0，标准差为0.01。",
            "传参数时写上它的名字。",
        ),
    ),
    Wrong(
        "init_params/weight-variance-as-std",
        shows_in=("weight",),
        answers=(_weight_variance_as_std,),
        en=(
            "Does normal_ take a variance?",
            "Rule weight-normal: the standard deviation is 0.01.",
            "Pass the standard deviation unsquared.",
        ),
        zh=(
            "normal_要的是方差吗？",
            "规则weight-normal：标准差是0.01。",
            "标准差原样传入，不要平方。",
        ),
    ),
    Wrong(
        "init_params/weight-uniform",
        shows_in=("weight",),
        answers=(_weight_uniform,),
        en=(
            "How many of your weights exceed 0.01 in size?",
            "Rule weight-normal: a normal distribution.",
            "The range is not the standard deviation, and the shape is not a bell.",
        ),
        zh=(
            "你的权重里，绝对值超过0.01的有几个？",
            "规则weight-normal：应当是正态分布。",
            "取值范围不是标准差，分布的形状也不是钟形。",
        ),
    ),
    Wrong(
        "init_params/weight-zero",
        shows_in=("weight",),
        answers=(_weight_zero,),
        en=(
            "Do two of your weights differ?",
            "Rule weight-normal: random weights; only the bias is 0.",
            "Zero would do for this one layer, but the statement asks for a normal draw.",
        ),
        zh=(
            "你的权重里，有两个不一样的吗？",
            "规则weight-normal：权重是随机的，只有偏置为0。",
            "就这一层而言，全为0也能训练，但题目要的是正态抽样。",
        ),
    ),
)
