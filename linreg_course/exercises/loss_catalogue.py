"""`loss_catalogue()`: seven losses by name, each called as f(prediction, target) (10 points).

The oracle is each loss and its gradient written by hand in NumPy, in float64; log_cosh by its laws:
the logarithm of cosh near 0, abs(r) - log 2 far out, slope tanh(r).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from linreg_course.checking.observing import Case, Seen, attempt, describe, entry_of
from linreg_course.checking.reading import close, is_tensor, number, tensor
from linreg_course.checking.showing import shown, spelled
from linreg_course.checking.verdict import Fault, Rule, Wrong
from linreg_course.language import Text

RULES = (
    Rule(
        "entries",
        2,
        Text(
            en="All seven keys are there; each entry returns a tensor with no axes from which backward() reaches "
            "the prediction.",
            zh="七个键都在；每一项都返回一个没有轴的张量，从它调用backward()，梯度能传到预测值。",
        ),
    ),
    Rule(
        "regression",
        3,
        Text(
            en="mse, mae, huber and log_cosh have the right value and the right gradient.",
            zh="mse、mae、huber和log_cosh的值和梯度都正确。",
        ),
    ),
    Rule(
        "classification",
        3,
        Text(
            en="cross_entropy, bce and kl_div have the right value and the right gradient.",
            zh="cross_entropy、bce和kl_div的值和梯度都正确。",
        ),
    ),
    Rule(
        "large-residuals",
        2,
        Text(
            en="log_cosh and its gradient are right for residuals of every size, zero and ten thousands too.",
            zh="残差无论多大，log_cosh和它的梯度都正确，残差为零或上万时也一样。",
        ),
    ),
)

RULE_OF = {
    "mse": "regression",
    "mae": "regression",
    "huber": "regression",
    "log_cosh": "regression",
    "cross_entropy": "classification",
    "bce": "classification",
    "kl_div": "classification",
}
KEYS = tuple(RULE_OF)
BY_ROW = ("cross_entropy", "kl_div")


def cases(rng: np.random.Generator) -> list[Case]:
    return [
        *(_case(rng, "table", key, shape) for shape in ((6, 4), (32, 2)) for key in KEYS),
        *(_case(rng, "table", key, (1, 3)) for key in BY_ROW),
        *(_case(rng, "square", key, (5, 5)) for key in KEYS),
        *(_case(rng, "other shapes", key, s) for key in KEYS if key not in BY_ROW for s in ((1,), (7,), (2, 3, 4))),
        _large("large", [200.0, -1e4], 0.0, torch.float32),
        _large("large", [800.0, -800.0], 0.0, torch.float64),
        _large("large", [0.0, 0.0, 0.0], 0.0, torch.float32),
        *(
            _large("large", list(rng.uniform(-9e3, 9e3, 4)), rng.normal(), one)
            for one in (torch.float32, torch.float64)
        ),
    ]


def _case(rng: np.random.Generator, kind: str, key: str, shape: tuple[int, ...]) -> Case:
    prediction, target = _drawn(rng, key, shape)
    data = {"prediction": torch.from_numpy(prediction), "target": torch.from_numpy(target)}
    return {"kind": kind, "rules": ["entries", RULE_OF[key]], "key": key, **data}


def _drawn(rng: np.random.Generator, key: str, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Draw what the loss takes; the target of kl_div is one-hot where there are as many rows as classes."""
    if key == "cross_entropy":
        return 3 * rng.normal(size=shape), rng.integers(shape[1], size=shape[0])
    if key == "bce":
        return rng.uniform(0.05, 0.95, shape), rng.integers(2, size=shape).astype(float)
    if key == "kl_div":
        rows, classes = shape
        log_p, q = np.log(rng.dirichlet([2.0] * classes, rows)), rng.dirichlet([2.0] * classes, rows)
        return log_p, np.eye(classes)[rng.integers(classes, size=rows)] if rows == classes else q
    return 3 * rng.normal(size=shape), rng.normal(size=shape)


def _large(kind: str, residuals: list[float], target: float, dtype: torch.dtype) -> Case:
    targets = torch.full((len(residuals),), target, dtype=dtype)
    prediction = targets + torch.tensor(residuals, dtype=dtype)
    return {"kind": kind, "rules": ["large-residuals"], "key": "log_cosh", "prediction": prediction, "target": targets}


def spell(case: Case) -> str:
    return f'loss_catalogue()["{case["key"]}"]({spelled(case["prediction"])}, {spelled(case["target"])})'


def observe(answer: Any, case: Case) -> Seen:
    entry, instead = entry_of(answer, case["key"])
    if instead is not None:
        return instead
    prediction, kind = case["prediction"].clone().requires_grad_(), type(entry).__name__
    value, raised = attempt(entry, prediction, case["target"].clone())
    if raised is not None:
        return {"raised": raised, "entry": kind}
    gradients, unreached = attempt(torch.autograd.grad, value, prediction)
    gradient = describe(gradients[0]) if unreached is None else {"raised": unreached}
    return {"entry": kind, "value": describe(value), "gradient": gradient}


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    if "missing" in seen:
        return dict.fromkeys(case["rules"], Fault(spell(case), shown(seen["missing"]), _has_key(case["key"])))
    faults = {}
    if "entries" in case["rules"] and not _is_scalar_in_graph(seen):
        faults["entries"] = Fault(spell(case), _came(seen), SCALAR_IN_GRAPH)
    if not _is_right(case, seen):
        should = EVERY_SIZE if case["rules"] == ["large-residuals"] else FORMULAS[case["key"]]
        faults[case["rules"][-1]] = Fault(spell(case), _came(seen), should)
    return faults


def _has_key(key: str) -> Text:
    return Text(en=f'A dict that has the key "{key}".', zh=f'应当返回一个含有键"{key}"的字典。')


SCALAR_IN_GRAPH = Text(
    en="A tensor with no axes, from which backward() reaches the prediction.",
    zh="应当返回一个没有轴的张量，从它调用backward()，梯度能传到预测值。",
)
EVERY_SIZE = Text(
    en="The mean of log(cosh(r)) and its gradient: finite and right, however large r is.",
    zh="应当是log(cosh(r))的平均值；无论r多大，它和它的梯度都有限而且正确。",
)
FORMULAS = {
    "mse": Text(en="The mean of r², and its gradient.", zh="应当是r²的平均值，梯度也要相符。"),
    "mae": Text(en="The mean of abs(r), and its gradient.", zh="应当是abs(r)的平均值，梯度也要相符。"),
    "huber": Text(
        en="The mean of r²/2 where abs(r) ≤ 1 and of abs(r) − 1/2 elsewhere, and its gradient.",
        zh="应当是平均值：abs(r) ≤ 1处取r²/2，其余取abs(r) − 1/2；梯度也要相符。",
    ),
    "log_cosh": Text(en="The mean of log(cosh(r)), and its gradient.", zh="应当是log(cosh(r))的平均值，梯度也要相符。"),
    "cross_entropy": Text(
        en="The mean over the rows of −log(softmax(z)) at the row's class, and its gradient.",
        zh="应当是各行−log(softmax(z))在该行类别处的值的平均值，梯度也要相符。",
    ),
    "bce": Text(
        en="The mean of −t log p − (1 − t) log(1 − p), and its gradient.",
        zh="应当是−t log p − (1 − t) log(1 − p)的平均值，梯度也要相符。",
    ),
    "kl_div": Text(
        en="The sum of q (log q − log p) over the classes, then the mean over the rows, and its gradient.",
        zh="应当是q (log q − log p)先对类别求和，再对各行取平均；梯度也要相符。",
    ),
}


def _came(seen: Seen) -> str | Text:
    value, gradient = shown(seen["value"]), shown(seen["gradient"])
    if not is_tensor(seen["value"]):
        return value
    return Text(en=f"{value}; its gradient: {gradient}", zh=f"{value}；它的梯度：{gradient}")


def _is_scalar_in_graph(seen: Seen) -> bool:
    return is_tensor(seen["value"]) and seen["value"]["shape"] == [] and is_tensor(seen["gradient"])


def _is_right(case: Case, seen: Seen) -> bool:
    value, gradient = number(seen["value"]), tensor(seen["gradient"])
    if value is None or gradient is None:
        return False
    expected, slopes = _expected(case)
    if case["prediction"].dtype == torch.float32:
        return close(expected, value, 2e-5, 1e-6) and close(slopes, gradient, 2e-5, 1e-7)
    # A log 2 that was rounded to float32 is off by 2e-8: no mistake worth a point.
    atol = 1e-7 if case["key"] == "log_cosh" else 1e-12
    return close(expected, value, 1e-9, atol) and close(slopes, gradient, 1e-7, 1e-10)


def _expected(case: Case) -> tuple[float, Any]:
    prediction, target = case["prediction"].double().numpy(), case["target"].numpy()
    terms, slopes = LAWS[case["key"]](prediction, target)
    count = len(prediction) if case["key"] in BY_ROW else prediction.size
    return float(terms.sum()) / count, slopes / count


def _of_residual(terms: Any, slopes: Any) -> Any:
    return lambda a, t: (terms(a - t), slopes(a - t))


def _cross_entropy_law(z: Any, k: Any) -> tuple[Any, Any]:
    weights = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    hits = np.arange(z.shape[1]) == k[:, None]
    return -np.log(weights[hits]), weights - hits


def _kl_law(log_p: Any, q: Any) -> tuple[Any, Any]:
    return np.where(q > 0, q * (np.log(np.where(q > 0, q, 1)) - log_p), 0), -q


# Key → the terms that are added up, and the slope of each in the prediction.
LAWS = {
    "mse": _of_residual(lambda r: r**2, lambda r: 2 * r),
    "mae": _of_residual(np.abs, np.sign),
    "huber": _of_residual(
        lambda r: np.where(np.abs(r) <= 1, r**2 / 2, np.abs(r) - 0.5),
        lambda r: np.clip(r, -1, 1),
    ),
    "log_cosh": _of_residual(
        lambda r: np.where(np.abs(r) < 20, np.log(np.cosh(np.clip(r, -20, 20))), np.abs(r) - math.log(2)),
        np.tanh,
    ),
    "cross_entropy": _cross_entropy_law,
    "bce": lambda p, t: (-np.log(np.abs(1 - t - p)), (p - t) / (p * (1 - p))),
    "kl_div": _kl_law,
}

LARGE, ZEROS = "log_cosh, large", "kl_div, zeros"


def battery(rng: np.random.Generator) -> list[Case]:
    """The kind of a case is the aspect that it belongs to."""
    return [
        *(_case(rng, key, key, shape) for key in KEYS for shape in ((6, 4), (5, 3))),
        _below_target(rng),
        _case(rng, "cross_entropy", "cross_entropy", (4, 4)),
        _large(LARGE, [200.0, -1e4], 0.0, torch.float32),
        _case(rng, ZEROS, "kl_div", (4, 4)),
    ]


def _below_target(rng: np.random.Generator) -> Case:
    """Where the mean residual is surely negative, its absolute value is no longer itself."""
    case = _case(rng, "mae", "mae", (5, 3))
    return case | {"target": case["target"] + 20}


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    found: dict[str, Any] = {"dict": "other" if any(_has_no_dict(one) for one in seen) else None}
    for aspect in (*KEYS, LARGE, ZEROS):
        own = [(case, one) for case, one in zip(battery, seen, strict=True) if case["kind"] == aspect]
        views = [_view(aspect, one) for _, one in own]
        found[aspect] = None if all(_is_well(*pair) for pair in own) else "other" if "other" in views else views
    return found


def _has_no_dict(one: Seen) -> bool:
    raised_itself = "raised" in one and "entry" not in one
    return raised_itself or "late" in one or ("missing" in one and not _is_dict(one["missing"]))


def _is_dict(found: Any) -> bool:
    return isinstance(found, dict) and "keys" in found


def _is_well(case: Case, one: Seen) -> bool:
    return "raised" not in one and "late" not in one and not judge(case, one)


def _view(aspect: str, one: Seen) -> Any:
    if "missing" in one:
        return "missing"
    if one.get("entry") == "type":
        return "class"
    if "raised" in one:
        return f"raises {one['raised']['type']}"
    value = number(one.get("value"))
    if not is_tensor(one.get("value")):
        return "other" if value is None else "float"
    if one["value"]["shape"]:
        return one["value"]["shape"]
    if aspect in (LARGE, ZEROS):
        return "other" if value is None or math.isfinite(value) else "not finite"
    return [value, tensor(one["gradient"])]


def _entry_missing():
    return {}


def _classes_not_instances():
    return dict.fromkeys(KEYS, nn.MSELoss)


def _reduction_sum():
    return _torch_losses("sum") | {"log_cosh": lambda a, t: (a - t).cosh().log().sum()}


def _per_element():
    return _torch_losses("none") | {"log_cosh": lambda a, t: (a - t).cosh().log()}


def _per_row():
    return dict.fromkeys(KEYS, lambda a, t: a.sum(1))


def _returns_float():
    return dict.fromkeys(KEYS, lambda a, t: a.mean().item())


def _mse_halved():
    return {"mse": lambda a, t: ((a - t) ** 2 / 2).mean()}


def _mae_without_abs():
    return {"mae": lambda a, t: (a - t).mean()}


def _log_cosh_overflow():
    return {"log_cosh": lambda a, t: torch.log(torch.cosh(a - t)).mean()}


def _log_cosh_no_log2():
    return {"log_cosh": lambda a, t: (a - t).cosh().mul(2).log().mean()}


def _ce_softmax_twice():
    return {"cross_entropy": lambda z, t: F.cross_entropy(z.softmax(1), t)}


def _ce_nll_of_logits():
    return {"cross_entropy": nn.NLLLoss()}


def _ce_one_hot_only():
    return {"cross_entropy": lambda z, t: -(t * z.log_softmax(1)).sum(1).mean()}


def _bce_with_logits():
    return {"bce": nn.BCEWithLogitsLoss()}


def _bce_one_sided():
    return {"bce": lambda p, t: -(t * p.log()).mean()}


def _kl_default_mean():
    return {"kl_div": nn.KLDivLoss()}


def _kl_log_twice():
    return {"kl_div": lambda q, p: F.kl_div(q.log(), p, reduction="batchmean")}


def _kl_reversed():
    return {"kl_div": lambda q, p: F.kl_div(p.log(), q.exp(), reduction="batchmean")}


def _kl_arguments_swapped():
    return {"kl_div": lambda p, q: F.kl_div(q, p, reduction="batchmean")}


def _kl_nan_at_zero():
    return {"kl_div": lambda q, p: (p * (p.log() - q)).sum(1).mean()}


def _torch_losses(reduction):
    losses = (F.mse_loss, F.l1_loss, F.huber_loss, None, F.cross_entropy, F.binary_cross_entropy, F.kl_div)
    return {key: loss and partial(loss, reduction=reduction) for key, loss in zip(KEYS, losses, strict=True)}


WRONG = (
    Wrong(
        "loss_catalogue/entry-missing",
        shows_in=KEYS,
        answers=(_entry_missing,),
        en=(
            "Which of the seven names is not in your dict?",
            "Rule entries: seven keys, spelled as in the task.",
            "Where torch has no function, write it from the formula in a few operations.",
        ),
        zh=(
            "七个名称里，哪一个不在你的字典中？",
            "规则entries：七个键，拼写与题目一致。",
            "torch没有的那个函数，照着公式用几个运算写出来。",
        ),
    ),
    Wrong(
        "loss_catalogue/classes-not-instances",
        shows_in=KEYS,
        answers=(_classes_not_instances,),
        en=(
            "What does `nn.MSELoss(a, b)` build?",
            "Rule entries: each entry is called as f(prediction, target).",
            "Make the instance when you fill the dict.",
        ),
        zh=(
            "`nn.MSELoss(a, b)`建出来的是什么？",
            "规则entries：每一项都以f(prediction, target)的方式调用。",
            "往字典里放的时候，就把实例建好。",
        ),
    ),
    Wrong(
        "loss_catalogue/reduction-sum",
        shows_in=KEYS,
        answers=(_reduction_sum,),
        en=(
            "Does your value double when the batch is doubled?",
            "Rules regression and classification: means.",
            "Look at the reduction of this entry.",
        ),
        zh=(
            "把小批量里的样本重复一遍，你的值会变成两倍吗？",
            "规则regression和classification：都是平均值。",
            "看一看这一项用的是哪种归约。",
        ),
    ),
    Wrong(
        "loss_catalogue/per-element",
        shows_in=KEYS,
        answers=(_per_element, _per_row),
        en=(
            "What is the shape of the result?",
            "Rule entries: a tensor with no axes.",
            "Reduce at the end.",
        ),
        zh=(
            "结果的形状是什么？",
            "规则entries：结果是没有轴的张量。",
            "最后还差一步归约。",
        ),
    ),
    Wrong(
        "loss_catalogue/returns-float",
        shows_in=KEYS,
        answers=(_returns_float,),
        en=(
            "Can you call backward on the result?",
            "Rule entries: a tensor that is still in the graph.",
            "Leave the conversion to the caller.",
        ),
        zh=(
            "能对这个结果调用backward吗？",
            "规则entries：结果是仍在计算图中的张量。",
            "要不要转换成普通的数，留给调用者决定。",
        ),
    ),
    Wrong(
        "loss_catalogue/mse-halved",
        shows_in=("mse",),
        answers=(_mse_halved,),
        en=(
            "Does `nn.MSELoss` contain a factor 1/2?",
            "Rule regression: mse is the mean of the squares.",
            "The half belongs to the chapter that builds the loss from scratch.",
        ),
        zh=(
            "`nn.MSELoss`里有1/2这个系数吗？",
            "规则regression：mse是平方的平均值。",
            "那个1/2是从零实现损失的那一节里才有的。",
        ),
    ),
    Wrong(
        "loss_catalogue/mae-without-abs",
        shows_in=("mae",),
        answers=(_mae_without_abs,),
        en=(
            "Can a loss be negative here?",
            "Rule regression: the mean of absolute values.",
            "Positive and negative residuals must not cancel.",
        ),
        zh=(
            "这里的损失可以是负数吗？",
            "规则regression：绝对值的平均值。",
            "正的残差和负的残差不应当互相抵消。",
        ),
    ),
    Wrong(
        "loss_catalogue/log-cosh-overflow",
        shows_in=(LARGE,),
        answers=(_log_cosh_overflow,),
        en=(
            "What is cosh(200) in float32?",
            "Rule large-residuals: finite everywhere.",
            "Write cosh with exponentials and take the larger one out of the logarithm.",
        ),
        zh=(
            "在float32里，cosh(200)等于多少？",
            "规则large-residuals：处处都是有限的数。",
            "用指数写出cosh，再把较大的那个指数提到对数外面。",
        ),
    ),
    Wrong(
        "loss_catalogue/log-cosh-no-log2",
        shows_in=("log_cosh",),
        answers=(_log_cosh_no_log2,),
        en=(
            "What is your value at r = 0?",
            "Rule regression: log cosh 0 = 0.",
            "cosh has a factor 1/2; its logarithm is a constant.",
        ),
        zh=(
            "r = 0时，你的值是多少？",
            "规则regression：log cosh 0 = 0。",
            "cosh里有系数1/2，它的对数是一个常数。",
        ),
    ),
    Wrong(
        "loss_catalogue/ce-softmax-twice",
        shows_in=("cross_entropy",),
        answers=(_ce_softmax_twice,),
        en=(
            "Does `cross_entropy` expect probabilities?",
            "Rule classification: the input is logits.",
            "softmax is already inside; hand in the raw scores.",
        ),
        zh=(
            "`cross_entropy`要的是概率吗？",
            "规则classification：输入是未规范化的预测（logit）。",
            "softmax已经包含在里面，把原始的分数直接交给它。",
        ),
    ),
    Wrong(
        "loss_catalogue/ce-nll-of-logits",
        shows_in=("cross_entropy",),
        answers=(_ce_nll_of_logits,),
        en=(
            "What does `NLLLoss` do to its input?",
            "Rule classification: logits in.",
            "`NLLLoss` only picks; the log-softmax is missing before it.",
        ),
        zh=(
            "`NLLLoss`对输入做了什么？",
            "规则classification：输入是未规范化的预测（logit）。",
            "`NLLLoss`只负责取数，在它之前还缺一步log-softmax。",
        ),
    ),
    Wrong(
        "loss_catalogue/ce-one-hot-only",
        shows_in=("cross_entropy",),
        answers=(_ce_one_hot_only,),
        en=(
            "What is the shape of the target here?",
            "Rule classification: the target holds class indices.",
            "Pick the entry of the right class per row instead of multiplying.",
        ),
        zh=(
            "这里目标值的形状是什么？",
            "规则classification：目标值里放的是类别索引。",
            "不要相乘，而要在每一行里取出正确类别的那一项。",
        ),
    ),
    Wrong(
        "loss_catalogue/bce-with-logits",
        shows_in=("bce",),
        answers=(_bce_with_logits,),
        en=(
            "Does your function apply a sigmoid?",
            "Rule classification: bce gets probabilities.",
            "Torch has two binary cross-entropies; you took the one for logits.",
        ),
        zh=(
            "你的函数里做了sigmoid吗？",
            "规则classification：bce得到的已经是概率。",
            "torch有两个二元交叉熵，你用的是接收logit的那个。",
        ),
    ),
    Wrong(
        "loss_catalogue/bce-one-sided",
        shows_in=("bce",),
        answers=(_bce_one_sided,),
        en=(
            "What does p = 0.99 cost when the label is 0?",
            "Rule classification: both labels count.",
            "A second term, for 1 − t, is missing.",
        ),
        zh=(
            "标签是0而p = 0.99时，损失应当是多少？",
            "规则classification：两种标签都要计入。",
            "还缺第二项，也就是1 − t的那一项。",
        ),
    ),
    Wrong(
        "loss_catalogue/kl-default-mean",
        shows_in=("kl_div",),
        answers=(_kl_default_mean,),
        en=(
            "By what does reduction='mean' divide?",
            "Rule classification: the mean over rows of the divergence.",
            "There is a reduction made for this; the documentation of the loss names it.",
        ),
        zh=(
            "reduction='mean'除以的是什么？",
            "规则classification：先得到每一行的散度，再对各行取平均。",
            "有一种归约专为它而设，在这个损失的文档里能找到。",
        ),
    ),
    Wrong(
        "loss_catalogue/kl-log-twice",
        shows_in=("kl_div",),
        answers=(_kl_log_twice,),
        en=(
            "What is the logarithm of a negative number?",
            "Rule classification: the first argument is already log-probabilities.",
            "One logarithm is too many.",
        ),
        zh=(
            "负数的对数是什么？",
            "规则classification：第一个参数已经是对数概率。",
            "多取了一次对数。",
        ),
    ),
    Wrong(
        "loss_catalogue/kl-reversed",
        shows_in=("kl_div",),
        answers=(_kl_reversed,),
        en=(
            "Which distribution is the weight in the sum?",
            "Rule classification: the divergence weights by the target.",
            "Exchange the roles of the two distributions.",
        ),
        zh=(
            "求和时，用哪个分布作权重？",
            "规则classification：散度以目标分布为权重。",
            "把两个分布的角色对调。",
        ),
    ),
    Wrong(
        "loss_catalogue/kl-arguments-swapped",
        shows_in=("kl_div",),
        answers=(_kl_arguments_swapped,),
        en=(
            "What is the first argument of every entry?",
            "Rule classification: prediction first, target second, for kl_div too.",
            "The formula is right, the parameter order is not.",
        ),
        zh=(
            "每一项的第一个参数是什么？",
            "规则classification：kl_div也是预测值在前，目标值在后。",
            "公式没有错，错的是参数的顺序。",
        ),
    ),
    Wrong(
        "loss_catalogue/kl-nan-at-zero",
        shows_in=(ZEROS,),
        answers=(_kl_nan_at_zero,),
        en=(
            "What is 0 · log 0 in floating point?",
            "Rule classification: terms whose target probability is 0 count 0.",
            "torch has a function for x log y that knows this.",
        ),
        zh=(
            "用浮点数算，0 · log 0等于多少？",
            "规则classification：目标概率为0的项算作0。",
            "torch有一个计算x log y的函数，它懂得这一点。",
        ),
    ),
)
