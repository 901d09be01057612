"""Try what would mend an answer: a hint speaks of such a mistake only where the mended answer keeps the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import torch
from torch import Tensor

from linreg_course.checking.exercise import Exercise
from linreg_course.checking.observing import Case, Seen, describe
from linreg_course.checking.reading import agree, is_sequence, is_tensor, tensor
from linreg_course.language import Text

# Of more tensors than these the shapes are tried together only.
MOST_TENSORS = 8

FORMS: tuple[Callable[[Tensor], Tensor], ...] = (
    torch.squeeze,
    lambda values: values.reshape(-1),
    lambda values: values.reshape(-1, 1),
    lambda values: values.reshape(1, -1),
    lambda values: values.T if values.dim() == 2 else values,
)


def arguments_exchanged(
    exercise: Exercise, cases: list[Case], again: Callable[[list[Case]], list[Seen]]
) -> Text | None:
    """Speak of two arguments in each other's place, where the answer keeps the rules of all cases with them so.

    Args:
        exercise: the exercise.
        cases: the cases in which it must hold; the first is tried before the others.
        again: looks at cases anew.
    """
    cases = [case for case in cases if "raises" not in case]
    if not cases:
        return None
    pairs = list(combinations(range(len(exercise.arguments(cases[0]))), 2))
    tried = [{**cases[0], "exchanged": pair} for pair in pairs]
    kept = [pair for pair, case, seen in zip(pairs, tried, again(tried), strict=True) if _is_kept(exercise, case, seen)]
    if len(kept) != 1:
        return None
    (pair,) = kept
    others = [{**case, "exchanged": pair} for case in cases[1:]]
    if not all(_is_kept(exercise, case, seen) for case, seen in zip(others, again(others), strict=True)):
        return None
    one, other = (place + 1 for place in pair)
    return Text(
        en=f"With the arguments {one} and {other} of each call exchanged, your function keeps this rule: in which "
        "order does the statement name them?",
        zh=f"把每次调用的第{one}个和第{other}个参数对调，你的函数就满足这条规则：题目里它们的先后顺序是什么？",
    )


def _is_kept(exercise: Exercise, case: Case, seen: Seen) -> bool:
    return "raised" not in seen and "late" not in seen and "broken" not in seen and not exercise.judge(case, seen)


def results_exchanged(exercise: Exercise, case: Case, seen: Seen) -> Text | None:
    """Speak of two results in the wrong order, where the other order keeps every rule of the case."""
    key = "returned" if "returned" in seen else "value"
    values = seen.get(key) if key == "returned" else [seen.get(key)]
    if not isinstance(values, list) or not all(is_sequence(one) and one["length"] == 2 for one in values):
        return None
    turned = [{**one, "items": one["items"][::-1]} for one in values]
    if exercise.judge(case, {**seen, key: turned if key == "returned" else turned[0]}):
        return None
    return Text(
        en="Your function returns two things. In which order does the statement name them?",
        zh="你的函数返回两样东西。题目里它们的先后顺序是什么？",
    )


def another_shape(exercise: Exercise, case: Case, seen: Seen) -> Text | None:
    """Speak of a shape, where the same numbers in another one keep every rule of the case."""
    if "value" not in seen or "raises" in case:
        return None
    count = len(list(_tensors(seen["value"])))
    places = [set(range(count)), *({one} for one in range(count if 1 < count <= MOST_TENSORS else 0))]
    for chosen in places:
        for form in FORMS:
            formed = _formed(seen["value"], form, chosen, [0])
            came = [one["shape"] for one, other in _unlike(seen["value"], formed)]
            if came and _is_kept(exercise, case, {**seen, "value": formed}):
                shape = f"({', '.join(map(str, came[0]))}{',' if len(came[0]) == 1 else ''})"
                return Text(
                    en=f"The numbers are right, and their shape is {shape}: which shape does the statement ask for?",
                    zh=f"数是对的，它们的形状却是{shape}：题目要求的是什么形状？",
                )
    return None


def _tensors(value: Any) -> Iterator[Any]:
    """Go through the descriptions of all tensors in what came back whose values are there."""
    if is_tensor(value) and tensor(value) is not None:
        yield value
    elif isinstance(value, dict):
        for part in value.get("items", ()):
            yield from _tensors(part)


def _formed(value: Any, form: Callable[[Tensor], Tensor], chosen: set[int], counted: list[int]) -> Any:
    """Return what came back with the chosen tensors, by their number, in another form; `counted` numbers them."""
    if is_tensor(value) and tensor(value) is not None:
        counted[0] += 1
        if counted[0] - 1 not in chosen:
            return value
        values = form(value["value"])
        return {**value, "value": values, "shape": list(values.shape)}
    if isinstance(value, dict) and "items" in value:
        return {**value, "items": [_formed(part, form, chosen, counted) for part in value["items"]]}
    return value


def _unlike(value: Any, formed: Any) -> list[tuple[Any, Any]]:
    pairs = zip(_tensors(value), _tensors(formed), strict=True)
    return [(one, other) for one, other in pairs if one["shape"] != other["shape"]]


def changed_input(exercise: Exercise, case: Case, seen: Seen) -> Text | None:
    """Speak of an argument that has other values after the call, where with those of before every rule is kept."""
    for name, before in case.items():
        after = tensor(seen.get(name))
        if not isinstance(before, Tensor) or after is None or agree(before, after, rtol=0, atol=0):
            continue
        if _is_kept(exercise, case, {**seen, name: describe(before)}):
            return Text(
                en=f"After the call {name} has other values than before: which line of yours writes into it? "
                "Operations like `+=` do, and methods whose names end in `_`.",
                zh=f"调用之后，{name}的值与之前不同了：是你的哪一行改写了它？像`+=`这样的运算，以及名字以`_`结尾的方法，都会改写。",
            )
    return None


def alias(seen: Seen) -> Text | None:
    """Speak of a result that is not the same later, when what it came from has changed."""
    if "later" not in seen or agree(seen["value"], seen["later"], rtol=0, atol=0):
        return None
    return Text(
        en="What your function returned holds other numbers after the last line of the call shown: are they copies, or "
        "other names for tensors that change?",
        zh="执行完这里显示的最后一行之后，你的函数返回的数变了：里面是副本，还是那些会变化的张量的别名？",
    )
