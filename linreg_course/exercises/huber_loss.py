"""`huber_loss(y_hat, y, delta=1.0)`: the mean of a parabola inside the threshold and a line outside it (8 points).

The oracle is torch's `smooth_l1_loss(beta=delta)` with its gradient, in float64.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from linreg_course.checking.observing import Case, Seen, attempt, describe
from linreg_course.checking.reading import close, is_tensor, number, tensor
from linreg_course.checking.showing import shown, spelled
from linreg_course.checking.verdict import Fault, Rule, Wrong
from linreg_course.language import Text

RULES = (
    Rule(
        "quadratic",
        2,
        Text(
            en="With all residuals inside the threshold, the result is the mean of r²/(2δ).",
            zh="残差全部在阈值以内时，结果是r²/(2δ)的平均值。",
        ),
    ),
    Rule(
        "linear",
        2,
        Text(
            en="With all residuals beyond the threshold, of either sign, it is the mean of |r| − δ/2.",
            zh="残差全部超出阈值时，无论正负，结果是|r| − δ/2的平均值。",
        ),
    ),
    Rule(
        "gradient",
        3,
        Text(
            en="Inside and outside in one batch: a tensor with no axes whose value and gradient are right, "
            "at r = 0 and |r| = δ too. y_hat and y keep their values.",
            zh="同一个小批量里两种残差都有时：返回没有轴的张量，值和梯度都正确，r = 0和|r| = δ处也不例外。"
            "y_hat和y的值保持不变。",
        ),
    ),
    Rule("shapes", 1, Text(en="Two different shapes raise ValueError.", zh="两个形状不同时，引发ValueError。")),
)

# Sixteenths of delta: with labels in quarters and these thresholds a residual is exact, in float32 too.
INSIDE, OUTSIDE = (1, 16), (20, 97)
# Wide enough for an answer that keeps delta in a float32 tensor.
RTOL = {torch.float32: 2e-5, torch.float64: 1e-6}
ATOL = 1e-9

SETTINGS: tuple[tuple[str, tuple[int, ...], float | None], ...] = (
    ("usual", (8, 1), 1.0),
    ("usual", (8, 1), 2.0),
    ("usual", (5,), None),
    ("delta", (8, 1), 0.25),
    ("delta", (5,), 5.0),
    ("delta", (8, 1), 0.01),
    ("layout", (1, 1), 2.0),
    ("layout", (2, 1), 2.0),
    ("layout", (3, 4), 2.0),
    ("layout", (40, 1), 1.0),
)
UNLIKE = (((6, 1), (6,)), ((6,), (6, 1)), ((4, 1), (1, 4)), ((3, 2), (3, 1)), ((5,), (4,)))
ZONES = {"quadratic": (INSIDE, INSIDE), "linear": (OUTSIDE, OUTSIDE), "gradient": (INSIDE, OUTSIDE)}


def cases(rng: np.random.Generator) -> list[Case]:
    settings = [
        _drawn(rng, kind, rule, shape, delta)
        for kind, shape, delta in SETTINGS
        for rule in ZONES
        if rule != "gradient" or shape != (1, 1)  # one element cannot be both inside and outside
    ]
    return [
        *(case for case in settings if case["kind"] == "usual"),
        *(_unlike(rng, *shapes) for shapes in UNLIKE),
        *(case for case in settings if case["kind"] != "usual"),
        *(_case(rng, "kink", "gradient", np.array([0, 1, -1, 0.5, 3, -2]) * delta, delta) for delta in (1.0, 2.0)),
        _case(rng, "far", "linear", np.array([[1e6], [-1e6]]), 1.0),
        _case(rng, "far", "gradient", np.array([[1e6], [-1e6], [0.25]]), 2.0),
    ]


def _drawn(rng: np.random.Generator, kind: str, rule: str, shape: tuple[int, ...], delta: float | None) -> Case:
    count = int(np.prod(shape))
    sizes = np.array([rng.integers(*ZONES[rule][place % 2]) for place in range(count)])
    signs = rng.choice([-1, 1]) * np.array([1 - place // 2 % 2 * 2 for place in range(count)])
    residuals = rng.permutation(sizes * signs).reshape(shape) / 16 * (delta or 1.0)
    return _case(rng, kind, rule, residuals, delta)


def _case(rng: np.random.Generator, kind: str, rule: str, residuals: np.ndarray, delta: float | None) -> Case:
    y = rng.integers(-12, 13, residuals.shape) / 4
    dtype = torch.float32 if kind == "usual" else torch.float64
    tensors = {"y_hat": torch.from_numpy(y + residuals).to(dtype), "y": torch.from_numpy(y).to(dtype)}
    return {"kind": kind, "rules": [rule], "delta": delta, **tensors}


def _unlike(rng: np.random.Generator, one: tuple[int, ...], other: tuple[int, ...]) -> Case:
    tensors = {"y_hat": torch.from_numpy(rng.normal(size=one)), "y": torch.from_numpy(rng.normal(size=other))}
    return {"kind": "shapes", "rules": ["shapes"], "delta": 2.0, **{name: t.float() for name, t in tensors.items()}}


def spell(case: Case) -> str:
    delta = "" if case["delta"] is None else f", {case['delta']}"
    return f"huber_loss({spelled(case['y_hat'])}, {spelled(case['y'])}{delta})"


def observe(answer: Any, case: Case) -> Seen:
    (rule,) = case["rules"]
    # y_hat is what a net would give: no leaf; with two long axes it lies column by column in memory.
    source = _columnwise(case["y_hat"]).requires_grad_(rule == "gradient")
    y_hat, y = source.clone(), _columnwise(case["y"])
    value, raised = attempt(answer, y_hat, y, *([] if case["delta"] is None else [case["delta"]]))
    seen: Seen = {"value": describe(value)} if raised is None else {"raised": raised}
    if rule == "shapes":
        return {"call": seen}
    if rule == "gradient" and raised is None:
        _, failed = attempt(lambda: value.backward())
        seen["backward"] = None if failed is None else {"raised": failed}
        seen |= {"grad": describe(source.grad), "y_hat": describe(y_hat), "y": describe(y)}
    return seen


def _columnwise(values: Tensor) -> Tensor:
    return values.T.clone(memory_format=torch.contiguous_format).T if values.ndim == 2 else values.clone()


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    (rule,) = case["rules"]
    fault: tuple[str | Text, Text] | None
    if rule == "shapes":
        fault = None if _outcome(seen["call"]) == "ValueError" else (_came(seen["call"]), MUST_RAISE)
    elif not _is_mean(case, seen["value"]):
        fault = (shown(seen["value"]), A_MEAN)
    else:
        fault = _gradient_fault(case, seen) if rule == "gradient" else None
    return {} if fault is None else {rule: Fault(spell(case), *fault)}


def _gradient_fault(case: Case, seen: Seen) -> tuple[str | Text, Text] | None:
    if not is_tensor(seen["value"]):
        return shown(seen["value"]), IN_GRAPH
    if seen["backward"] is not None:
        return shown(seen["backward"]), IN_GRAPH
    if not _is_gradient(case, seen["grad"]):
        grad = shown(seen["grad"])
        return Text(en=f"after backward(), the gradient {grad}", zh=f"backward()之后的梯度：{grad}"), A_GRADIENT
    for name in _changed(case, seen):
        return Text(en=f"{name} changed to {shown(seen[name])}", zh=f"{name}变成了{shown(seen[name])}"), UNCHANGED
    return None


MUST_RAISE = Text(en="The call raises ValueError.", zh="这个调用应当引发ValueError。")
A_MEAN = Text(
    en="One number, the mean over the elements: r²/(2δ) where |r| is at most δ, |r| − δ/2 beyond.",
    zh="应当返回一个数，即各元素的平均值：|r|不超过δ时取r²/(2δ)，超过时取|r| − δ/2。",
)
IN_GRAPH = Text(
    en="A tensor with no axes, in the graph, so that backward() works.",
    zh="应当返回没有轴的张量，并且仍在计算图里，可以对它调用backward()。",
)
A_GRADIENT = Text(
    en="The derivative of that mean by each element of y_hat, a finite number everywhere.",
    zh="应当是这个平均值对y_hat每个元素的导数，处处是有限的数。",
)
UNCHANGED = Text(en="y_hat and y keep their values.", zh="y_hat和y的值应当保持不变。")


def _outcome(seen: Seen) -> str:
    if "raised" not in seen:
        return "a value"
    return "ValueError" if "ValueError" in seen["raised"]["bases"] else "another exception"


def _came(seen: Seen) -> str:
    return shown(seen) if "raised" in seen else shown(seen["value"])


def _is_mean(case: Case, value: Any) -> bool:
    """Tell whether a number came back, as a tensor with no axes or not as a tensor, and has the right value."""
    came = number(value)
    has_axes = isinstance(value, dict) and value.get("shape") not in (None, [])
    return came is not None and not has_axes and close(_oracle(case)[0], came, RTOL[case["y"].dtype], ATOL)


def _is_gradient(case: Case, grad: Any) -> bool:
    came = tensor(grad)
    return came is not None and close(_oracle(case)[1], came, RTOL[case["y"].dtype], ATOL)


def _changed(case: Case, seen: Seen) -> list[str]:
    after = {name: tensor(seen[name]) for name in ("y_hat", "y")}
    return [name for name, values in after.items() if values is None or not torch.equal(values, case[name])]


def _oracle(case: Case) -> tuple[Tensor, Tensor]:
    at = case["y_hat"].double().requires_grad_()
    loss = F.smooth_l1_loss(at, case["y"].double(), beta=1.0 if case["delta"] is None else case["delta"])
    (gradient,) = torch.autograd.grad(loss, at)
    return loss.detach(), gradient


def battery(rng: np.random.Generator) -> list[Case]:
    sets = (1.0, 2.0, 0.5, None, 0.25)
    # Some batches are inside on average, some outside.
    zones = np.array([[0, 0.3, -0.7, 1.6, -2.5, 3.1, -0.2, -4.0], [0, 0.3, -0.7, 1.2, -0.1, 0.9, -1.4, -0.3]])
    scaled = [(zones[place % 2] * (delta or 1.0), delta) for place, delta in enumerate(sets)]
    return [
        *(_case(rng, "several", "gradient", rng.permutation(residuals), delta) for residuals, delta in scaled),
        _case(rng, "several", "gradient", rng.uniform(-3, 3, (4, 2)), 1.5),
        _case(rng, "one", "gradient", np.array([[0.6]]), 2.0),
        *(_unlike(rng, *shapes) for shapes in (((6, 1), (6,)), ((3, 2), (3, 1)))),
    ]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    pairs = list(zip(battery, seen, strict=True))
    losses = [(case, one) for case, one in pairs if case["kind"] != "shapes"]
    ran = [(case, one) for case, one in losses if "value" in one]
    several, one_element = (
        sorted({_error(one) for case, one in losses if case["kind"] == kind} - {"none"}) for kind in ("several", "one")
    )
    shapes = sorted({_outcome(one.get("call", {})) for case, one in pairs if case["kind"] == "shapes"})
    right = all(_is_mean(case, one["value"]) for case, one in ran)
    steep = all(_is_gradient(case, one["grad"]) for case, one in ran)
    return {
        "runs": [several, one_element] if several or one_element else None,
        "form": _form(ran),
        "values": None if right else [number(one["value"]) for _, one in ran],
        "grad": None if steep else [tensor(one["grad"]) for _, one in ran],
        "inputs": "changed" if any(_changed(case, one) for case, one in ran) else None,
        "shapes": None if shapes == ["ValueError"] else shapes,
    }


def _error(seen: Seen) -> str:
    if "raised" not in seen:
        return "late" if "late" in seen else "none"
    undecided = "Boolean value of Tensor" in seen["raised"]["message"]
    return "no single truth" if undecided else seen["raised"]["type"]


def _form(ran: list[tuple[Case, Seen]]) -> str | None:
    forms = {_form_of(case, one["value"]) for case, one in ran}
    (form,) = forms if len(forms) == 1 else ("other",)
    return None if form == "no axes" else form


def _form_of(case: Case, value: Any) -> str:
    if not is_tensor(value):
        return "other" if number(value) is None else "a number"
    if value["shape"] == list(case["y"].shape):
        return "shape of the input"
    return "no axes" if value["shape"] == [] else "other"


def _python_if(y_hat, y, delta=1.0):
    r = y_hat - y
    if abs(r) > delta:
        return abs(r)
    return r**2


def _per_element(y_hat, y, delta=1.0):
    return y_hat - y


def _float_returned(y_hat, y, delta=1.0):
    return (y_hat - y).mean().item()


def _sum(y_hat, y, delta=1.0):
    return F.smooth_l1_loss(y_hat, y, beta=delta, reduction="sum")


def _torch_huber(y_hat, y, delta=1.0):
    return F.huber_loss(y_hat, y, delta=delta)


def _delta_ignored(y_hat, y, delta=1.0):
    return F.huber_loss(y_hat, y)


def _no_half_delta(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.where(abs(r) > delta, abs(r) - delta, r**2 / (2 * delta)).mean()


def _quadratic_without_delta(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.where(abs(r) > delta, abs(r) - delta / 2, r**2 / 2).mean()


def _precedence(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.where(abs(r) > delta, abs(r) - delta / 2, r**2 / 2 * delta).mean()


def _sign_in_test(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.where(r > delta, r - delta / 2, r**2 / (2 * delta)).mean()


def _branches_swapped(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.where(abs(r) < delta, abs(r) - delta / 2, r**2 / (2 * delta)).mean()


def _test_on_mean(y_hat, y, delta=1.0):
    r = y_hat - y
    if abs(r).mean() > delta:
        return (abs(r) - delta / 2).mean()
    return (r**2 / (2 * delta)).mean()


def _smaller_branch(y_hat, y, delta=1.0):
    r = y_hat - y
    return torch.minimum(abs(r) - delta / 2, r**2 / (2 * delta)).mean()


def _pseudo_huber(y_hat, y, delta=1.0):
    r = y_hat - y
    return (delta * (torch.sqrt(1 + (r / delta) ** 2) - 1)).mean()


def _nan_gradient_at_zero(y_hat, y, delta=1.0):
    absolute = torch.sqrt((y_hat - y) ** 2)
    return torch.where(absolute > delta, absolute - delta / 2, absolute**2 / (2 * delta)).mean()


def _shapes_broadcast(y_hat, y, delta=1.0):
    return ((y_hat - y) ** 2).mean()


def _shapes_asserted(y_hat, y, delta=1.0):
    assert y_hat.shape == y.shape


WRONG = (
    Wrong(
        "huber_loss/python-if",
        shows_in=("runs",),
        answers=(_python_if,),
        en=(
            "Can one `if` decide for eight residuals?",
            "Rule quadratic: each element chooses for itself.",
            "Choose element by element: torch.where, or masks.",
        ),
        zh=(
            "一个`if`能替八个残差做决定吗？",
            "规则quadratic：每个元素各自选择。",
            "逐个元素地选：用torch.where，或者用掩码。",
        ),
    ),
    Wrong(
        "huber_loss/per-element",
        shows_in=("form",),
        answers=(_per_element,),
        en=(
            "What is the shape of your result?",
            "Rule quadratic: the mean over the elements, one number.",
            "Reduce at the end.",
        ),
        zh=(
            "你的结果是什么形状？",
            "规则quadratic：对所有元素取平均，只得一个数。",
            "最后还差一步归约。",
        ),
    ),
    Wrong(
        "huber_loss/float-returned",
        shows_in=("form",),
        answers=(_float_returned,),
        en=(
            "Can you call backward on it?",
            "Rule gradient: a tensor with no axes, in the graph.",
            "Do not take the number out of the tensor.",
        ),
        zh=(
            "能对它调用backward吗？",
            "规则gradient：要的是没有轴、还在计算图里的张量。",
            "不要把数从张量里取出来。",
        ),
    ),
    Wrong(
        "huber_loss/sum",
        shows_in=("values",),
        answers=(_sum,),
        en=(
            "Does the loss double when you repeat the data?",
            "Rule quadratic: the mean.",
            "Another reduction at the end.",
        ),
        zh=(
            "把数据重复一遍，损失会翻倍吗？",
            "规则quadratic：取平均。",
            "最后换一种归约。",
        ),
    ),
    Wrong(
        "huber_loss/torch-huber",
        shows_in=("values",),
        answers=(_torch_huber,),
        en=(
            "Compare both at delta = 2: what is the ratio?",
            "Rule quadratic: the formula of the task, not torch's HuberLoss.",
            "Torch has another loss whose threshold is called beta; or divide by something.",
        ),
        zh=(
            "取delta = 2，把两者比一比：相差几倍？",
            "规则quadratic：要的是题目里的公式，不是torch的HuberLoss。",
            "torch还有一个损失，它的阈值叫beta；或者除以某个量也行。",
        ),
    ),
    Wrong(
        "huber_loss/delta-ignored",
        shows_in=("values",),
        answers=(_delta_ignored,),
        en=(
            "Where does delta occur in your formula?",
            "Rule quadratic: the test and both branches depend on delta.",
            "Replace every literal that stands for the threshold.",
        ),
        zh=(
            "你的公式里，delta出现在哪些地方？",
            "规则quadratic：判断条件和两个分支都与delta有关。",
            "凡是写死的数，只要代表的是阈值，都换掉。",
        ),
    ),
    Wrong(
        "huber_loss/no-half-delta",
        shows_in=("values",),
        answers=(_no_half_delta,),
        en=(
            "What do both branches give at abs(r) = delta?",
            "Rule linear: the branches meet.",
            "Only half of delta is taken off.",
        ),
        zh=(
            "abs(r) = delta时，两个分支各得多少？",
            "规则linear：两个分支在阈值处相接。",
            "减去的只是delta的一半。",
        ),
    ),
    Wrong(
        "huber_loss/quadratic-without-delta",
        shows_in=("values",),
        answers=(_quadratic_without_delta,),
        en=(
            "What do both branches give at abs(r) = delta = 2?",
            "Rule quadratic: r squared over 2 delta.",
            "Inside, delta stands in the denominator.",
        ),
        zh=(
            "abs(r) = delta = 2时，两个分支各得多少？",
            "规则quadratic：r的平方除以2 delta。",
            "阈值以内的那一支，分母里有delta。",
        ),
    ),
    Wrong(
        "huber_loss/precedence",
        shows_in=("values",),
        answers=(_precedence,),
        en=(
            "In which order does Python compute a / b * c?",
            "Rule quadratic: r squared over (2 delta).",
            "Put brackets round the denominator.",
        ),
        zh=(
            "a / b * c，Python按什么顺序算？",
            "规则quadratic：r的平方除以（2 delta）。",
            "给分母加上括号。",
        ),
    ),
    Wrong(
        "huber_loss/sign-in-test",
        shows_in=("values",),
        answers=(_sign_in_test,),
        en=(
            "What does r = -5 cost, and what r = 5?",
            "Rule linear: symmetric in r.",
            "Test the size of r, not its value.",
        ),
        zh=(
            "r = -5的代价是多少，r = 5呢？",
            "规则linear：正负残差一视同仁。",
            "判断时看r的大小，不看它的正负。",
        ),
    ),
    Wrong(
        "huber_loss/branches-swapped",
        shows_in=("values",),
        answers=(_branches_swapped,),
        en=(
            "What does r = 0 cost?",
            "Rule quadratic: near 0 it is a parabola.",
            "Each branch stands on the other's side: exchange them, or turn the comparison.",
        ),
        zh=(
            "r = 0的代价是多少？",
            "规则quadratic：0附近是抛物线。",
            "两个分支站错了边：交换它们，或者把比较反过来。",
        ),
    ),
    Wrong(
        "huber_loss/test-on-mean",
        shows_in=("values",),
        answers=(_test_on_mean,),
        en=(
            "Can a small and a large residual share a batch?",
            "Rule gradient: mixed batches.",
            "Decide per element, then average.",
        ),
        zh=(
            "大的残差和小的残差会在同一个小批量里吗？",
            "规则gradient：两种残差混在一起。",
            "先逐个元素判断，再取平均。",
        ),
    ),
    Wrong(
        "huber_loss/smaller-branch",
        shows_in=("values",),
        answers=(_smaller_branch,),
        en=(
            "Which of the two curves lies lower?",
            "Rule quadratic: the parabola near 0.",
            "The line is a tangent of the parabola: it never lies above. Choose by abs(r).",
        ),
        zh=(
            "两条曲线，哪一条在下面？",
            "规则quadratic：0附近是抛物线。",
            "直线是抛物线的切线，处处不高于它，取较小的就总是取到直线。要按abs(r)来选。",
        ),
    ),
    Wrong(
        "huber_loss/pseudo-huber",
        shows_in=("values",),
        answers=(_pseudo_huber,),
        en=(
            "Is your curve exactly a line beyond delta?",
            "Rules quadratic and linear: two exact pieces.",
            "You wrote a smooth relative of the loss; use the formula with two pieces.",
        ),
        zh=(
            "超出delta以后，你的曲线真的是直线吗？",
            "规则quadratic和linear：两段都要一模一样。",
            "你写的是它光滑的近亲；要用分成两段的那个公式。",
        ),
    ),
    Wrong(
        "huber_loss/nan-gradient-at-zero",
        shows_in=("grad",),
        answers=(_nan_gradient_at_zero,),
        en=(
            "What is the derivative of the root at 0?",
            "Rule gradient: finite everywhere; torch.where differentiates both branches.",
            "Take the size of r with a function whose gradient at 0 is 0.",
        ),
        zh=(
            "平方根在0处的导数是多少？",
            "规则gradient：梯度处处有限；torch.where对两个分支都求导。",
            "求r的大小，换一个在0处梯度为0的函数。",
        ),
    ),
    Wrong(
        "huber_loss/shapes-broadcast",
        shows_in=("shapes",),
        answers=(_shapes_broadcast,),
        en=(
            "What shape has y_hat - y when y has one axis only?",
            "Rule shapes: ValueError when the shapes differ.",
            "Compare the two shapes before you subtract.",
        ),
        zh=(
            "y只有一个轴时，y_hat - y是什么形状？",
            "规则shapes：形状不同就引发ValueError。",
            "相减之前，先比较两个形状。",
        ),
    ),
    Wrong(
        "huber_loss/shapes-asserted",
        shows_in=("shapes",),
        answers=(_shapes_asserted,),
        en=(
            "Which exception does the statement name?",
            "Rule shapes: ValueError.",
            "Raise the named type yourself.",
        ),
        zh=(
            "题目要求的是哪种异常？",
            "规则shapes：应当是ValueError。",
            "由你自己引发题目要求的那种异常。",
        ),
    ),
)
