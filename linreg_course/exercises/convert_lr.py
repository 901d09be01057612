"""`convert_lr(lr, batch_size, old, new)`: the rate that keeps SGD's update under another reduction (8 points).

The update of SGD is lr · ∂l/∂w. The oracle takes that step both ways on one random minibatch, in float64.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

from linreg_course.checking.observing import Case, Seen, call
from linreg_course.checking.reading import number
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Rule, Wrong
from linreg_course.language import Text

RULES = (
    Rule(
        "convert",
        4,
        Text(
            en="From mean to sum and from sum to mean, the new rate makes the same update.",
            zh="无论从平均改为求和，还是从求和改为平均，新学习率带来的更新都与原来相同。",
        ),
    ),
    Rule(
        "same-reduction",
        1,
        Text(en="Where old and new are equal, the rate stays as it is.", zh="old与new相同时，学习率保持不变。"),
    ),
    Rule(
        "bad-reduction",
        2,
        Text(en='Any name but "mean" and "sum" raises ValueError.', zh='"mean"和"sum"以外的名字都引发ValueError。'),
    ),
    Rule(
        "bad-batch-size",
        1,
        Text(en="A batch size below 1 raises ValueError.", zh="批量大小小于1时引发ValueError。"),
    ),
)

NAMES = ("mean", "sum")
BAD_NAMES = (("none", "mean"), ("mean", "none"), ("avg", "sum"), ("sum", "total"), ("none", "none"), ("Mean", "sum"))


def cases(rng: np.random.Generator) -> list[Case]:
    rates = [(0.03, 10), (0.003, 10), (0.5, 1), (0.1, 32)]
    drawn = [(float(10 ** rng.uniform(-4, 0)), int(rng.integers(1, 513))) for _ in range(20)]
    return [
        *(_case("usual", "convert", *pair, old, new) for pair in rates for old, new in (NAMES, NAMES[::-1])),
        *(_case("usual", "same-reduction", *pair, name, name) for pair in rates[:2] for name in NAMES),
        *(_case("bad name", "bad-reduction", 0.03, 10, *names) for names in BAD_NAMES),
        *(_case("bad batch", "bad-batch-size", 0.03, size, *NAMES) for size in (0, -4)),
        *(_case("drawn", "convert", *pair, old, new) for pair in drawn for old, new in (NAMES, NAMES[::-1])),
        *(_case("drawn", "same-reduction", *pair, name, name) for pair in drawn[:4] for name in NAMES),
    ]


def _case(kind: str, rule: str, lr: float, batch_size: int, old: str, new: str) -> Case:
    return {"kind": kind, "rules": [rule], "lr": lr, "batch_size": batch_size, "old": old, "new": new}


def spell(case: Case) -> str:
    return f'convert_lr({case["lr"]:.6g}, {case["batch_size"]}, "{case["old"]}", "{case["new"]}")'


def observe(answer: Any, case: Case) -> Seen:
    seen = call(answer, case["lr"], case["batch_size"], case["old"], case["new"])
    return {"call": seen} if case["rules"][0].startswith("bad") else seen


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    (rule,) = case["rules"]
    if rule.startswith("bad"):
        fault = None if _is_value_error(seen["call"]) else Fault(spell(case), _came(seen["call"]), MUST_RAISE)
    else:
        kept = _keeps_update(case, number(seen["value"]))
        fault = None if kept else Fault(spell(case), shown(seen["value"]), SAME_UPDATE)
    return {} if fault is None else {rule: fault}


MUST_RAISE = Text(en="The call raises ValueError.", zh="这个调用应当引发ValueError。")
SAME_UPDATE = Text(
    en="A number: rate times gradient is the same before and after.",
    zh="应当返回一个数，使学习率与梯度的乘积在改变前后相同。",
)


def _is_value_error(seen: Seen) -> bool:
    return "raised" in seen and "ValueError" in seen["raised"]["bases"]


def _came(seen: Seen) -> str:
    return shown(seen) if "raised" in seen else shown(seen["value"])


def _keeps_update(case: Case, new_lr: float | None) -> bool:
    if new_lr is None:
        return False
    old_step = case["lr"] * _gradient(case["batch_size"], case["old"])
    new_step = new_lr * _gradient(case["batch_size"], case["new"])
    return torch.allclose(new_step, old_step, rtol=1e-9, atol=0)


def _gradient(batch_size: int, reduction: str) -> torch.Tensor:
    generator = torch.Generator().manual_seed(batch_size)
    X, y = (torch.randn(batch_size, d, generator=generator, dtype=torch.float64) for d in (3, 1))
    w = torch.ones(3, 1, dtype=torch.float64, requires_grad=True)
    F.mse_loss(X @ w, y, reduction=reduction).backward()
    assert w.grad is not None
    return w.grad


def battery(rng: np.random.Generator) -> list[Case]:
    pairs = [(0.03, 7), (3.1, 2), (0.5, 33)]
    return [
        *(_case("battery", "convert", *pair, old, new) for pair in pairs for old, new in (NAMES, NAMES[::-1])),
        *(_case("battery", "same-reduction", *pair, name, name) for pair in pairs for name in NAMES),
        *(_case("battery", "bad-reduction", 0.03, 7, *names) for names in BAD_NAMES if names[0] != names[1]),
        *(_case("battery", "bad-batch-size", 0.03, size, *NAMES) for size in (0, -4)),
    ]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    views: dict[str, list[Any]] = {rule.name: [] for rule in RULES}
    well = dict.fromkeys(views, True)
    for case, one in zip(battery, seen, strict=True):
        (rule,) = case["rules"]
        views[rule].append(_view(one.get("call", one)))
        well[rule] &= "raised" not in one and not judge(case, one)
    # Of refusals it matters what is wrong with them, not which names or what number.
    found = {rule: _refusals(views[rule]) if rule.startswith("bad") else views[rule] for rule in views}
    return {rule: None if well[rule] else found[rule] for rule in found}


def _view(outcome: Seen) -> Any:
    if "raised" in outcome:
        return "ValueError" if _is_value_error(outcome) else "raises"
    return "None" if outcome["value"] is None else number(outcome["value"])


def _refusals(views: list[Any]) -> list[str]:
    return sorted({"a number" if isinstance(view, float) else view for view in views})


def _direction_inverted(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    factor = {"mean": 1, "sum": batch_size}
    return lr * factor[new] / factor[old]


def _always_times_b(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    return lr if old == new else lr * batch_size


def _frameworks_normalise(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    return lr


def _square_root_rule(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    root = {"mean": 1, "sum": batch_size**0.5}
    return lr * root[old] / root[new]


def _batch_size_10(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    factor = {"mean": 1, "sum": 10}
    return lr * factor[old] / factor[new]


def _looks_only_at_new(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    return lr / batch_size if new == "sum" else lr * batch_size


def _looks_only_at_old(lr, batch_size, old, new):
    _refuse(batch_size, old, new)
    return lr / batch_size if old == "mean" else lr * batch_size


def _unknown_accepted(lr, batch_size, old, new):
    return lr


def _old_unchecked(lr, batch_size, old, new):
    if new not in NAMES:
        raise ValueError(new)
    return lr


def _unknown_gives_none(lr, batch_size, old, new):
    return lr if {old, new} <= set(NAMES) else None


def _wrong_exception(lr, batch_size, old, new):
    return lr * {"mean": 1, "sum": 1}[old] / {"mean": 1, "sum": 1}[new]


def _batch_size_unchecked(lr, batch_size, old, new):
    return lr * batch_size


def _refuse(batch_size, old, new):
    if not {old, new} <= set(NAMES) or batch_size < 1:
        raise ValueError(f"no conversion from {old!r} to {new!r} for {batch_size} examples")


WRONG = (
    Wrong(
        "convert_lr/direction-inverted",
        shows_in=("convert",),
        answers=(_direction_inverted,),
        en=(
            "Which gradient is larger, that of the sum or that of the mean?",
            "Rule convert: lr times gradient must stay.",
            "If the gradient grows B times, the rate must do the opposite.",
        ),
        zh=(
            "求和的梯度和平均的梯度，哪个更大？",
            "规则convert：学习率与梯度的乘积必须不变。",
            "梯度变成B倍时，学习率应当朝相反的方向变。",
        ),
    ),
    Wrong(
        "convert_lr/always-times-b",
        shows_in=("convert",),
        answers=(_always_times_b,),
        en=(
            "Does converting there and back give the old rate?",
            "Rule convert: two directions.",
            "One direction multiplies; think what undoes it.",
        ),
        zh=(
            "换过去再换回来，还是原来的学习率吗？",
            "规则convert：两个方向都要对。",
            "一个方向是乘，想一想什么运算能把它抵消。",
        ),
    ),
    Wrong(
        "convert_lr/frameworks-normalise",
        shows_in=("convert",),
        answers=(_frameworks_normalise,),
        en=(
            "Does backward know the batch size?",
            "Rule convert: the gradient of a sum of B terms is B times that of their mean.",
            "PyTorch normalises only in reduction='mean'; the change of reduction is what you must undo.",
        ),
        zh=(
            "backward知道批量大小吗？",
            "规则convert：B项之和的梯度，是它们平均值的梯度的B倍。",
            "PyTorch只在reduction='mean'时才除以个数；你要抵消的正是归约方式的改变。",
        ),
    ),
    Wrong(
        "convert_lr/square-root-rule",
        shows_in=("convert",),
        answers=(_square_root_rule,),
        en=(
            "Is the sum's gradient larger by B or by its root?",
            "Rule convert: exactly the same update.",
            "That rule is about noise with other batch sizes; here the batch is the same.",
        ),
        zh=(
            "求和的梯度大了B倍，还是大了B的平方根倍？",
            "规则convert：更新必须完全相同。",
            "平方根法则讲的是换批量大小时的噪声，这里小批量没有变。",
        ),
    ),
    Wrong(
        "convert_lr/batch-size-10",
        shows_in=("convert",),
        answers=(_batch_size_10,),
        en=(
            "Where does 10 come from?",
            "Rule convert: any batch size.",
            "Use the argument.",
        ),
        zh=(
            "10是从哪里来的？",
            "规则convert：对任何批量大小都成立。",
            "用传入的参数。",
        ),
    ),
    Wrong(
        "convert_lr/looks-only-at-new",
        shows_in=("same-reduction",),
        answers=(_looks_only_at_new,),
        en=(
            "What should happen when nothing changes?",
            "Rule same-reduction: the rate stays.",
            "Both arguments have to be looked at.",
        ),
        zh=(
            "什么都没变时，应当怎样？",
            "规则same-reduction：学习率不变。",
            "old和new两个参数都要看。",
        ),
    ),
    Wrong(
        "convert_lr/looks-only-at-old",
        shows_in=("same-reduction",),
        answers=(_looks_only_at_old,),
        en=(
            "What should happen when nothing changes?",
            "Rule same-reduction: the rate stays.",
            "Treat the equal case before the others.",
        ),
        zh=(
            "什么都没变时，应当怎样？",
            "规则same-reduction：学习率不变。",
            "先处理两者相同的情况，再处理其余情况。",
        ),
    ),
    Wrong(
        "convert_lr/unknown-accepted",
        shows_in=("bad-reduction",),
        answers=(_unknown_accepted, _old_unchecked),
        en=(
            "What does your function do with 'none'?",
            "Rule bad-reduction: ValueError for any other name.",
            "Check both names against the two allowed ones first.",
        ),
        zh=(
            "遇到'none'，你的函数会做什么？",
            "规则bad-reduction：其他名字一律引发ValueError。",
            "一开始就检查两个名字是不是都在允许的两个之中。",
        ),
    ),
    Wrong(
        "convert_lr/unknown-gives-none",
        shows_in=("bad-reduction",),
        answers=(_unknown_gives_none,),
        en=(
            "What is returned when no case fits?",
            "Rule bad-reduction: ValueError.",
            "A function that falls off its end does not complain; make it.",
        ),
        zh=(
            "所有情况都不符合时，返回的是什么？",
            "规则bad-reduction：应当引发ValueError。",
            "函数走到末尾也不会报错，要由你让它报错。",
        ),
    ),
    Wrong(
        "convert_lr/wrong-exception",
        shows_in=("bad-reduction",),
        answers=(_wrong_exception,),
        en=(
            "Which exception type does the statement name?",
            "Rule bad-reduction: ValueError.",
            "Test the names yourself and raise the type asked for.",
        ),
        zh=(
            "题目要求的是哪种异常？",
            "规则bad-reduction：应当是ValueError。",
            "自己检查名字，再引发题目要求的那种异常。",
        ),
    ),
    Wrong(
        "convert_lr/batch-size-unchecked",
        shows_in=("bad-batch-size",),
        answers=(_batch_size_unchecked,),
        en=(
            "What is a minibatch of 0 examples?",
            "Rule bad-batch-size: ValueError below 1.",
            "One comparison before you compute.",
        ),
        zh=(
            "含0个样本的小批量是什么意思？",
            "规则bad-batch-size：小于1时引发ValueError。",
            "计算之前先做一次比较。",
        ),
    ),
)
