"""`named_gradients(net, loss, X, y)`: the gradient of the loss for every parameter, by its name (8 points).

The oracle takes central differences of the loss in float64, on a net of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from linreg_course.checking.observing import Case, Seen, attempt, call, describe
from linreg_course.checking.reading import agree, close, is_tensor, item, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Rule, Wrong
from linreg_course.language import Text

RULES = (
    Rule(
        "names",
        2,
        Text(
            en="Under each name in net.named_parameters() stands a tensor of the shape of that parameter.",
            zh="net.named_parameters()里的每个名字下面，都是一个与该参数形状相同的张量。",
        ),
    ),
    Rule(
        "values",
        3,
        Text(
            en="The values are the derivatives of loss(net(X), y), for any net and any loss.",
            zh="无论什么网络、什么损失函数，值都是loss(net(X), y)的导数。",
        ),
    ),
    Rule(
        "history",
        2,
        Text(
            en="What stood in .grad before, and a second call, change nothing; the parameters stay as they are.",
            zh="不论.grad里原来有什么，也不论是不是第二次调用，结果都一样；参数保持不变。",
        ),
    ),
    Rule(
        "snapshot",
        1,
        Text(
            en="A later backward() or zero_grad() does not change the tensors in the dict.",
            zh="之后再调用backward()或zero_grad()，字典里的张量也不变。",
        ),
    ),
)

# By the text that a learner can type; each net and each check gets a loss of its own.
LOSSES: dict[str, Callable[[], Callable[..., Tensor]]] = {
    "nn.MSELoss()": nn.MSELoss,
    "nn.MSELoss(reduction='sum')": partial(nn.MSELoss, reduction="sum"),
    "nn.HuberLoss(delta=0.5)": partial(nn.HuberLoss, delta=0.5),
    "lambda y_hat, y: (torch.exp(y_hat - y) - y_hat + y).mean()": lambda: (
        lambda y_hat, y: (torch.exp(y_hat - y) - y_hat + y).mean()
    ),
}
MEAN, SUM, HUBER, ASYMMETRIC = LOSSES

# Central differences err by about 1e-9 here; an answer in float32 by 1e-6 of the value.
STEP, RTOL, ATOL = 1e-6, 1e-5, 1e-7
OLD_GRADIENT = 5.0


def cases(rng: np.random.Generator) -> list[Case]:
    fresh = ["names", "values"]
    return [
        draw(rng, "batch", fresh, (2, 1), 10, MEAN),
        draw(rng, "again", ["history"], (2, 1), 10, MEAN),
        draw(rng, "later", ["snapshot"], (2, 1), 10, MEAN),
        draw(rng, "batch", fresh, (5, 1), 8, ASYMMETRIC),
        draw(rng, "batch", fresh, (3, 4, 1), 10, HUBER),
        draw(rng, "batch", fresh, (2, 3, 1), 7, SUM),
        {**draw(rng, "batch", fresh, (3, 2, 1), 6, ASYMMETRIC), "layout": "columns"},
        draw(rng, "single", fresh, (1, 1), 1, ASYMMETRIC),
        draw(rng, "single", fresh, (3, 2, 1), 1, HUBER),
        draw(rng, "again", ["history"], (3, 4, 1), 6, ASYMMETRIC),
        draw(rng, "later", ["snapshot"], (3, 4, 1), 6, ASYMMETRIC),
    ]


def draw(rng: np.random.Generator, kind: str, rules: list[str], sizes: tuple[int, ...], rows: int, loss: str) -> Case:
    """Return a case with residuals below and above 0.5, none near it: there Huber's loss has a kink."""
    shapes = [shape for d_in, d_out in pairwise(sizes) for shape in ((d_out, d_in), (d_out,))]
    case: Case = {
        "kind": kind,
        "rules": rules,
        "sizes": list(sizes),
        "parameters": [torch.from_numpy(rng.normal(size=shape)) for shape in shapes],
        "loss": loss,
        "X": torch.from_numpy(rng.normal(size=(rows, sizes[0]))),
        "layout": "rows",
    }
    small, large = rng.uniform(0.1, 0.4, rows), rng.uniform(0.7, 2, rows)
    residuals = np.where(np.arange(rows) % 2, small, large) * rng.choice([-1, 1], rows)
    with torch.no_grad():
        case["y"] = net_of(case)(case["X"]) - torch.from_numpy(residuals).reshape(rows, 1)
    return case


def net_of(case: Case) -> nn.Sequential:
    """Return a new net of the case: fully connected layers with tanh between them."""
    layers: list[nn.Module] = []
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        for d_in, d_out in pairwise(case["sizes"]):
            layers += [nn.Linear(d_in, d_out, dtype=torch.float64), nn.Tanh()]
        net = nn.Sequential(*layers[:-1])
        for parameter, values in zip(net.parameters(), case["parameters"], strict=True):
            parameter.copy_(values)
    return net


def arguments_of(case: Case) -> tuple[nn.Sequential, Callable[..., Tensor], Tensor, Tensor]:
    """Return new arguments of the case; in the layout "columns", X is not contiguous."""
    X = case["X"].clone()
    if case["layout"] == "columns":
        X = X.t().contiguous().t()
    return net_of(case), LOSSES[case["loss"]](), X, case["y"].clone()


def spell(case: Case) -> str:
    return spelled_call(case, "named_gradients")


def spelled_call(case: Case, name: str) -> str:
    """Return the lines by which a learner could repeat a case, with numbers of their own."""
    layers = ", nn.Tanh(), ".join(f"nn.Linear({d_in}, {d_out})" for d_in, d_out in pairwise(case["sizes"]))
    X, y = (f"<tensor, shape={tuple(case[key].shape)}, dtype=float64>" for key in "Xy")
    lines = [
        f"net, loss = nn.Sequential({layers}).double(), {case['loss']}",
        f"X, y = {X}{'.t().contiguous().t()' * (case['layout'] == 'columns')}, {y}",
        f"gradients = {name}(net, loss, X, y)",
    ]
    if "history" in case["rules"]:
        lines.insert(2, f"for p in net.parameters(): p.grad = torch.full_like(p, {OLD_GRADIENT:g})")
        lines.append(f"again = {name}(net, loss, X, y)")
    if "snapshot" in case["rules"]:
        lines.append("loss(net(X), y).backward(); net.zero_grad(set_to_none=False)")
    return "\n".join(lines)


def observe(answer: Any, case: Case) -> Seen:
    net, loss, X, y = arguments_of(case)
    if "history" in case["rules"]:
        for parameter in net.parameters():
            parameter.grad = torch.full_like(parameter, OLD_GRADIENT)
    value, raised = attempt(answer, net, loss, X, y)
    if raised is not None:
        return {"raised": raised}
    seen: Seen = {"value": describe(value)}
    if "history" in case["rules"]:
        seen["again"] = call(answer, net, loss, X, y)
        seen["parameters"] = describe(attempt(lambda: dict(net.named_parameters()))[0])
    if "snapshot" in case["rules"]:
        attempt(lambda: loss(net(X), y).backward())
        attempt(net.zero_grad, set_to_none=False)
        seen["later"] = describe(value)
    return seen


# What came back and what should hold, and how a second call raised; None where a rule holds.
Finding = tuple[str, Text] | tuple[str, Text, Seen] | None

NAMES = Text(
    en="A dict: under each name in net.named_parameters() stands a tensor of that parameter's shape.",
    zh="应当是一个字典：net.named_parameters()里的每个名字下面，都是一个与该参数形状相同的张量。",
)
VALUES = Text(
    en="The slope of loss(net(X), y): it says how the loss changes when the parameter moves a little.",
    zh="应当是loss(net(X), y)的斜率：它说明参数稍微移动时，损失怎样变化。",
)
OLD = Text(
    en="The gradient of this call alone, whatever stood in .grad before.",
    zh="应当只是这一次调用的梯度，与.grad里原来有什么无关。",
)
AGAIN = Text(en="The second call returns what the first one should.", zh="第二次调用应当得到与第一次一样的结果。")
PARAMETERS = Text(en="After the calls the parameters are what they were.", zh="调用之后，参数应当与原来一样。")
SNAPSHOT = Text(
    en="The dict holds tensors, and they are the same after backward() and zero_grad() as before.",
    zh="字典里应当是张量，而且在backward()和zero_grad()之后与之前一样。",
)


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    true = gradients_of(case)
    looks: dict[str, Callable[[], Finding]] = {
        "names": lambda: unnamed(seen["value"], true, NAMES),
        "values": lambda: unequal(seen["value"], true, VALUES),
        "history": lambda: led_by_the_past(case, seen, true),
        "snapshot": lambda: _moved(seen["value"], seen["later"]),
    }
    found = {rule: looks[rule]() for rule in case["rules"]}
    return {rule: Fault(spell(case), *one) for rule, one in found.items() if one is not None}


def gradients_of(case: Case) -> dict[str, Tensor]:
    net, loss, X, y = arguments_of(case)
    return {name: slopes(lambda: loss(net(X), y), values) for name, values in net.named_parameters()}


def slopes(value: Callable[[], Tensor], parameter: Tensor) -> Tensor:
    """Return central differences of a value, which may have axes, by each number of a parameter."""
    with torch.no_grad():
        numbers, found = parameter.view(-1), []
        for place, middle in enumerate(numbers.tolist()):
            numbers[place] = middle + STEP
            above = value()
            numbers[place] = middle - STEP
            found.append((above - value()) / (2 * STEP))
            numbers[place] = middle
        return torch.stack(found, dim=-1).unflatten(-1, parameter.shape)


def unnamed(value: Any, true: dict[str, Tensor], should: Text) -> Finding:
    """Find the first name under which there is no tensor of the shape."""
    for name, gradient in true.items():
        entry = item(value, name)
        if not is_tensor(entry) or entry.get("shape") != list(gradient.shape):
            return entry_shown(value, name), should
    return None


def unequal(value: Any, true: dict[str, Tensor], should: Text, rtol: float = RTOL, atol: float = ATOL) -> Finding:
    """Find the first name under which other numbers stand."""
    for name, gradient in true.items():
        entry = tensor(item(value, name))
        if entry is None or entry.is_complex() or not close(gradient, entry, rtol, atol):
            return entry_shown(value, name), should
    return None


def led_by_the_past(case: Case, seen: Seen, true: dict[str, Tensor]) -> Finding:
    """Find whether the old `.grad` or the first call has led to other numbers, or the parameters have moved."""
    again = seen["again"]
    if found := unequal(seen["value"], true, OLD):
        return found
    if found := unequal(seen["parameters"], parameters_of(case), PARAMETERS, rtol=1e-9, atol=1e-12):
        return f"`net`, {found[0]}", PARAMETERS
    if "raised" in again:
        return shown(again), AGAIN, again["raised"]
    if found := unequal(again["value"], true, AGAIN):
        return f"`again`, {found[0]}", AGAIN
    return None


def parameters_of(case: Case) -> dict[str, Tensor]:
    """Return the parameters that a case starts with, by their names."""
    return {name: values.detach() for name, values in net_of(case).named_parameters()}


def _moved(value: Any, later: Any) -> Finding:
    one, other = _tensors(value), _tensors(later)
    if one and agree(one, other, rtol=0, atol=0):
        return None
    first = next((pair for pair in zip(one, other, strict=False) if not agree(*pair, rtol=0, atol=0)), ())
    return " → ".join(map(_numbers, first)) or shown(value), SNAPSHOT


def _tensors(value: Any) -> list[Tensor]:
    entries = value["items"] if isinstance(value, dict) and "keys" in value else []
    return [values for values in map(tensor, entries) if values is not None and not values.is_complex()]


def _numbers(values: Tensor) -> str:
    return shown(describe(values))


def entry_shown(value: Any, name: str) -> str:
    """Show the entry of a name, or the whole where there is no such entry."""
    has_entry = isinstance(value, dict) and name in value.get("keys", ())
    return f"`{name}`: {shown(item(value, name))}" if has_entry else shown(value)


def battery(rng: np.random.Generator) -> list[Case]:
    return [
        draw(rng, "battery", ["values"], (2, 1), 4, MEAN),
        draw(rng, "battery", ["values"], (3, 2, 1), 5, ASYMMETRIC),
        draw(rng, "battery", ["history"], (3, 2, 1), 5, ASYMMETRIC),
        draw(rng, "battery", ["snapshot"], (3, 2, 1), 5, ASYMMETRIC),
    ]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    found: dict[str, Any] = {**told(battery, seen, judge), "snapshot": None}
    if found["runs"] is not None:
        return found
    # A rate is a matter of taste: what shows an update is its direction.
    if found["values"] is not None and _is_opposite(found["values"], battery):
        found["values"] = "a negative multiple of the gradient"
    if found["params"] is not None and _has_descended(battery[2], seen[2]):
        found["params"] = "a step downhill"
    if _moved(seen[3]["value"], seen[3]["later"]) is not None:
        are_tensors = unnamed(seen[3]["value"], parameters_of(battery[3]), NAMES) is None
        cleared = not any(values.any() for values in _tensors(seen[3]["later"]))
        found["snapshot"] = "cleared" if are_tensors and cleared else "other"
    return found


def told(battery: list[Case], seen: list[Seen], judge: Callable[[Case, Seen], Mapping[str, Fault]]) -> dict[str, Any]:
    """Return the aspects for which it does not matter what the exercise calls a gradient."""
    found: dict[str, Any] = dict.fromkeys(("runs", "form", "values", "history", "params"))
    if any(runs := [_run(one) for one in seen]):
        return {**found, "runs": runs}
    found["form"] = next(filter(None, map(_form, battery, seen)), None)
    faults = [judge(case, one) for case, one in zip(battery, seen, strict=True)]
    if any("values" in one for one in faults):
        found["values"] = [view(*pair) for pair in zip(battery, seen, strict=True) if "values" in pair[0]["rules"]]
    for case, one, fault in zip(battery, seen, faults, strict=True):
        if "history" in fault:
            should = fault["history"].should
            found["history"] = {OLD: view(case, one), AGAIN: "other"}.get(should)
            found["params"] = "other" if should is PARAMETERS else None
    return found


def _run(seen: Seen) -> str | None:
    if "raised" not in seen:
        return "late" if "late" in seen else None
    # Whether a method or a product was asked of a None, the None was taken for a gradient.
    return "finds None" if "NoneType" in seen["raised"]["message"] else seen["raised"]["type"]


def _form(case: Case, seen: Seen) -> str | None:
    value = seen["value"]
    if not isinstance(value, dict) or "keys" not in value:
        entries = value.get("items", []) if isinstance(value, dict) else []
        dicts = all(isinstance(entry, dict) and "keys" in entry for entry in entries)
        return "list of dicts" if entries and dicts else "other"
    keys = [str(key) for key in value["keys"]]
    if all(name in keys for name in parameters_of(case)):
        return None
    if sorted(keys) == ["bias", "weight"]:
        return "weight and bias"
    return "positions" if keys and all(key.isdecimal() for key in keys) else "other"


def view(case: Case, seen: Seen) -> Any:
    """Return what stands under the names: tensors, numbers or words."""
    entries = {name: _plain(seen["value"], name) for name in parameters_of(case)}
    return "None" if set(map(str, entries.values())) == {"None"} else entries


def _plain(value: Any, name: str) -> Any:
    entry = item(value, name)
    values = tensor(entry)
    if values is not None and not values.is_complex():
        return values if values.ndim else float(values)
    return float(entry) if isinstance(entry, int | float) else "None" if entry is None else "other"


def _is_opposite(views: list[Any], battery: list[Case]) -> bool:
    ratios = []
    for entries, case in zip(views, battery, strict=False):
        for name, slope in gradients_of(case).items():
            entry = entries.get(name) if isinstance(entries, dict) else None
            if not isinstance(entry, Tensor) or entry.shape != slope.shape:
                return False
            ratios.append((entry / slope).reshape(-1))
    ratio = torch.cat(ratios)
    return bool((ratio < 0).all()) and close(ratio[0].expand_as(ratio), ratio, rtol=1e-4)


def _has_descended(case: Case, seen: Seen) -> bool:
    after = {name: tensor(item(seen["parameters"], name)) for name in parameters_of(case)}
    return all(
        values is not None and values.shape == before.shape and bool((gradient * (values - before) <= 0).all())
        for values, before, gradient in zip(
            after.values(), parameters_of(case).values(), gradients_of(case).values(), strict=True
        )
    )


def _gradients(net, value):
    net.zero_grad()
    value.backward()
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


def _backward_missing(net, loss, X, y):
    return {name: parameter.grad for name, parameter in net.named_parameters()}


def _backward_missing_copied(net, loss, X, y):
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


def _cleared_before_reading(net, loss, X, y):
    loss(net(X), y).backward()
    net.zero_grad()
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


def _keys_are_positions(net, loss, X, y):
    return dict(enumerate(_gradients(net, loss(net(X), y)).values()))


def _first_layer_names(net, loss, X, y):
    loss(net(X), y).backward()
    return {"weight": net[0].weight.grad, "bias": net[0].bias.grad}


def _norms(net, loss, X, y):
    return {name: gradient.norm() for name, gradient in _gradients(net, loss(net(X), y)).items()}


def _parameter_values(net, loss, X, y):
    return {name: parameter.data for name, parameter in net.named_parameters()}


def _gradient_of_output(net, loss, X, y):
    return _gradients(net, net(X).sum())


def _divided_by_batch(net, loss, X, y):
    return {name: gradient / len(X) for name, gradient in _gradients(net, loss(net(X), y)).items()}


def _step_not_gradient(net, loss, X, y):
    return {name: -0.03 * gradient for name, gradient in _gradients(net, loss(net(X), y)).items()}


def _label_shape_broadcast(net, loss, X, y):
    return _gradients(net, loss(net(X).squeeze(), y))


def _hard_coded_mse(net, loss, X, y):
    return _gradients(net, F.mse_loss(net(X), y))


def _accumulates(net, loss, X, y):
    loss(net(X), y).backward()
    return {name: parameter.grad.clone() for name, parameter in net.named_parameters()}


def _steps_too(net, loss, X, y):
    gradients = _gradients(net, loss(net(X), y))
    torch.optim.SGD(net.parameters(), lr=0.03).step()
    return gradients


def _alias_of_grad(net, loss, X, y):
    net.zero_grad()
    loss(net(X), y).backward()
    return {name: parameter.grad for name, parameter in net.named_parameters()}


WRONG = (
    Wrong(
        "named_gradients/backward-missing",
        shows_in=("runs", "values"),
        answers=(_backward_missing, _backward_missing_copied),
        en=(
            "What fills `.grad`?",
            "Rule names: tensors, not None.",
            "Compute the loss of this batch and differentiate it first.",
        ),
        zh=(
            "`.grad`里的内容是由什么填进去的？",
            "规则names：应当是张量，而不是None。",
            "先算出这批数据的损失，再对它求导。",
        ),
    ),
    Wrong(
        "named_gradients/cleared-before-reading",
        shows_in=("runs",),
        answers=(_cleared_before_reading,),
        en=(
            "What does zero_grad leave in `.grad`?",
            "Rule names: read what backward wrote.",
            "Clear before backward, not after it.",
        ),
        zh=(
            "调用zero_grad之后，`.grad`里还剩下什么？",
            "规则names：要读的是backward写进去的内容。",
            "清空要放在backward之前，而不是之后。",
        ),
    ),
    Wrong(
        "named_gradients/keys-are-positions",
        shows_in=("form",),
        answers=(_keys_are_positions,),
        en=(
            "By what does a caller look up the bias?",
            "Rule names: the keys are those of named_parameters().",
            "net can list its parameters with their names.",
        ),
        zh=(
            "调用者要查偏置的梯度，该用什么来查？",
            "规则names：键就是named_parameters()给出的名字。",
            "net可以把参数连同名字一起列出来。",
        ),
    ),
    Wrong(
        "named_gradients/first-layer-names",
        shows_in=("form",),
        answers=(_first_layer_names,),
        en=(
            "What does net itself call its parameters?",
            "Rule names: names as seen from net, all layers.",
            "Ask net, not net[0].",
        ),
        zh=(
            "在net自己看来，这些参数叫什么名字？",
            "规则names：名字要从整个net来看，每一层都要有。",
            "去问net，不要只问net[0]。",
        ),
    ),
    Wrong(
        "named_gradients/norms",
        shows_in=("values",),
        answers=(_norms,),
        en=(
            "Is a gradient one number?",
            "Rule names: the shape of the parameter.",
            "Store the tensor itself.",
        ),
        zh=(
            "一个参数的梯度只是一个数吗？",
            "规则names：形状要与参数相同。",
            "存下张量本身，不要只存它的大小。",
        ),
    ),
    Wrong(
        "named_gradients/parameter-values",
        shows_in=("values",),
        answers=(_parameter_values,),
        en=(
            "Do your values change when y changes?",
            "Rule values: derivatives of the loss.",
            "Every parameter carries its gradient in an attribute.",
        ),
        zh=(
            "换一组y，你返回的值会变吗？",
            "规则values：要的是损失的导数。",
            "每个参数都有一个属性，专门存放它的梯度。",
        ),
    ),
    Wrong(
        "named_gradients/gradient-of-output",
        shows_in=("values",),
        answers=(_gradient_of_output,),
        en=(
            "Where is y in your function?",
            "Rule values: derivatives of the loss.",
            "Put output and labels through loss before you differentiate.",
        ),
        zh=(
            "你的函数在哪里用到了y？",
            "规则values：求导的对象是损失。",
            "求导之前，先把输出和标签一起交给loss。",
        ),
    ),
    Wrong(
        "named_gradients/divided-by-batch",
        shows_in=("values",),
        answers=(_divided_by_batch,),
        en=(
            "Has the loss already averaged?",
            "Rule values: exactly the loss's gradient.",
            "The reduction belongs to the loss; do not divide again.",
        ),
        zh=(
            "损失里是不是已经取过平均了？",
            "规则values：不多不少，就是损失的梯度。",
            "怎样归约是损失函数的事，不要再除一次。",
        ),
    ),
    Wrong(
        "named_gradients/step-not-gradient",
        shows_in=("values",),
        answers=(_step_not_gradient,),
        en=(
            "Is a gradient the same as an update?",
            "Rule values: the gradient.",
            "Learning rate and minus belong to the optimizer.",
        ),
        zh=(
            "梯度和更新量是一回事吗？",
            "规则values：要的是梯度。",
            "学习率和负号都是优化器的事。",
        ),
    ),
    Wrong(
        "named_gradients/label-shape-broadcast",
        shows_in=("values",),
        answers=(_label_shape_broadcast,),
        en=(
            "Do prediction and label have the same shape?",
            "Rule values: the loss gets net(X) and y.",
            "Take away the reshaping of one of the two.",
        ),
        zh=(
            "预测和标签的形状一样吗？",
            "规则values：交给损失函数的就是net(X)和y。",
            "你只改了其中一个的形状；把这一步去掉，免得触发广播机制。",
        ),
    ),
    Wrong(
        "named_gradients/hard-coded-mse",
        shows_in=("values",),
        answers=(_hard_coded_mse,),
        en=(
            "What happens to the argument loss?",
            "Rule values: for any loss.",
            "Call the argument.",
        ),
        zh=(
            "传进来的参数loss用在哪里了？",
            "规则values：对任何损失函数都要成立。",
            "调用传进来的那个函数。",
        ),
    ),
    Wrong(
        "named_gradients/accumulates",
        shows_in=("history",),
        answers=(_accumulates,),
        en=(
            "What do you get when you call it twice?",
            "Rule history: only this batch counts.",
            "backward adds to what is there; clear, or ask autograd for the gradients directly.",
        ),
        zh=(
            "连着调用两次，会得到什么？",
            "规则history：只算这一批数据。",
            "backward是往原有的值上加；可以先清空，也可以直接向autograd要梯度。",
        ),
    ),
    Wrong(
        "named_gradients/steps-too",
        shows_in=("params",),
        answers=(_steps_too,),
        en=(
            "Is looking the same as training?",
            "Rule history: the parameters stay.",
            "Remove the step.",
        ),
        zh=(
            "看一眼梯度，等于训练一步吗？",
            "规则history：参数保持不变。",
            "去掉更新参数的那一步。",
        ),
    ),
    Wrong(
        "named_gradients/alias-of-grad",
        shows_in=("snapshot",),
        answers=(_alias_of_grad,),
        en=(
            "Whose tensor is in your dict?",
            "Rule snapshot: the values of this moment.",
            "Keep a copy.",
        ),
        zh=(
            "字典里的张量究竟是谁的？",
            "规则snapshot：要留下的是这一刻的值。",
            "存一份副本。",
        ),
    ),
)
