"""What can be said of a mistake that nobody has listed: what was seen, and how to look further."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from torch import Tensor

from linreg_course.checking.exercise import Exercise, name_of
from linreg_course.checking.observing import Case, Seen
from linreg_course.checking.trying import (
    alias,
    another_shape,
    arguments_exchanged,
    changed_input,
    results_exchanged,
)
from linreg_course.language import Text

# Bytes of a number; what is wider than the inputs is no loss.
WIDTHS = {"bfloat16": 2, "float16": 2, "float32": 4, "float64": 8}

# Of a call that is spelled in lines, at most so many that differ say what is different.
MOST_LINES = 2

# What torch and NumPy say where shapes or dtypes do not fit.
_SHAPES = re.compile(r"\b(sizes?|shapes?|dimensions?|mat1|broadcast\w*)\b", re.IGNORECASE)
_DTYPES = re.compile(r"\bdtypes?\b|\bscalar type\b")


class Looked(NamedTuple):
    """The cases that look at a rule: those in which it holds, those in which it does not, and how to look again."""

    held: list[Case]
    broken: list[Case]
    again: Callable[[list[Case]], list[Seen]]

    @property
    def total(self) -> int:
        """How many cases there are."""
        return len(self.held) + len(self.broken)


def generic_hints(exercise: Exercise, case: Case, seen: Seen, looked: Looked) -> tuple[Text, ...]:
    """Return what the observation of the first failing case shows, if anything, and how to look at that case.

    Args:
        exercise: the exercise.
        case: the first case in which the first broken rule does not hold.
        seen: what was observed there.
        looked: the cases that look at that rule.
    """
    found = (
        _not_raised(case, seen)
        or _nothing_returned(seen)
        or _late(seen)
        or arguments_exchanged(exercise, [*looked.broken, *looked.held], looked.again)
        or _error(seen)
        or results_exchanged(exercise, case, seen)
        or alias(seen)
        or changed_input(exercise, case, seen)
        or another_shape(exercise, case, seen)
        or _other_dtype(case, seen)
        or _some_hold(exercise, case, looked)
    )
    return (*filter(None, [found]), _look(name_of(exercise), found is None))


def _not_raised(case: Case, seen: Seen) -> Text | None:
    if "raises" not in case or "value" not in seen:
        return None
    value = seen["value"]
    kind = value["type"] if isinstance(value, dict) else type(value).__name__
    if kind == case["raises"]:
        return Text(
            en=f"Your function returned a {kind}: does an exception that is returned stop anything? Only `raise` does.",
            zh=f"你的函数返回了一个{kind}：返回一个异常，程序会停下来吗？要用`raise`引发它。",
        )
    what, zh_what = ("None", "None") if value is None else ("a value", "一个值")
    return Text(
        en=f"The call shown ends with {what}, not with {case['raises']}: which line of yours should raise it, and is "
        "that line reached?",
        zh=f"这次调用返回了{zh_what}，没有引发{case['raises']}：应当由你的哪一行来引发？程序运行到那一行了吗？",
    )


def _late(seen: Seen) -> Text | None:
    if "late" not in seen:
        return None
    return Text(
        en="Is there a loop that has no end, or that starts anew in each call?",
        zh="有没有一个循环停不下来，或者每次调用都从头再来？",
    )


def _error(seen: Seen) -> Text | None:
    error = seen.get("raised")
    if error is None:
        return None
    if "line" not in error:
        return Text(
            en="The error arose in the call itself: compare the function's name and arguments with the statement.",
            zh="错误发生在调用本身：请对照题目，检查函数的名字和参数。",
        )
    if error["line"].startswith("raise ") or " raise " in error["line"].replace(":", ": "):
        return Text(
            en="Your own `raise` ends the call shown: which of your tests does it meet, and should it?",
            zh="结束这次调用的是你自己写的`raise`：它碰上了你的哪个判断？应当碰上吗？",
        )
    # Without its source, as in a plain Python terminal, a line has a number only.
    kind, line = error["type"], f"`{error['line']}`" if error["line"] else str(error["number"])
    return _of_error(kind, error["message"], line) or Text(
        en=f"Python stopped at your line {line} with {kind}: what does each name in that line hold at that moment?",
        zh=f"Python在你的这一行{line}停下，报{kind}：运行到那里时，这一行里的每个名字各是什么？",
    )


def _of_error(kind: str, message: str, line: str) -> Text | None:
    """Return a question on errors that have one usual cause; their messages are torch's and Python's own."""
    if kind in ("NameError", "UnboundLocalError"):
        return Text(
            en=f"In your line {line}: is every name spelled as where it was given a value, and is that inside the "
            "function or among its arguments?",
            zh=f"在你的这一行{line}里：每个名字的拼写是否与赋值时相同？它是在函数里赋的值，还是函数的参数？",
        )
    if "NoneType" in message:
        return Text(
            en=f"In your line {line} something is None: which call in it, or before it, returns nothing?",
            zh=f"在你的这一行{line}里有一个None：这一行或之前的哪个调用没有返回任何东西？",
        )
    if _DTYPES.search(message):
        return Text(
            en=f"Which dtypes meet in your line {line}? Print each of them just before it.",
            zh=f"在你的这一行{line}里，相遇的张量各是什么dtype？在它前面把每个dtype打印出来。",
        )
    if _SHAPES.search(message):
        return Text(
            en=f"Which shapes meet in your line {line}? Print each of them just before it.",
            zh=f"在你的这一行{line}里，相遇的张量各是什么形状？在它前面把每个形状打印出来。",
        )
    return None


def _nothing_returned(seen: Seen) -> Text | None:
    if any(key in seen and seen[key] is None for key in ("value", "missing")) or seen.get("returned") == [None]:
        return Text(
            en="Your function returned None: does every way through it end with `return`? Printing is not returning.",
            zh="你的函数返回了None：函数里的每条路径都以`return`结束吗？打印出来不等于返回。",
        )
    return None


def _other_dtype(case: Case, seen: Seen) -> Text | None:
    """Speak of a floating dtype that is narrower than the inputs'; it need not be all that is wrong."""
    floats = [one.dtype for one in case.values() if isinstance(one, Tensor) and one.is_floating_point()]
    least = min((dtype.itemsize for dtype in floats), default=0)
    came = next((one for one in _dtypes(seen) if WIDTHS.get(one, least) < least), None)
    if came is None:
        return None
    inputs = ", ".join(sorted({str(dtype).removeprefix("torch.") for dtype in floats}))
    return Text(
        en=f"The call ends with {came}, and it began with {inputs}: where does the dtype change?",
        zh=f"调用开始时是{inputs}，结束时却是{came}：dtype在哪里变了？",
    )


def _dtypes(seen: Any) -> Iterator[str]:
    """Go through the dtypes of all tensors in an observation."""
    if isinstance(seen, dict) and isinstance(seen.get("dtype"), str):
        yield seen["dtype"]
    elif isinstance(seen, dict | list):
        for part in seen.values() if isinstance(seen, dict) else seen:
            yield from _dtypes(part)


def _some_hold(exercise: Exercise, case: Case, looked: Looked) -> Text | None:
    """Show of the calls in which the rule holds the one most like the failing call: where they differ, look."""
    if not looked.held:
        return None
    failing, held = exercise.spell(case), len(looked.held)
    nearest = max(map(exercise.spell, looked.held), key=lambda one: SequenceMatcher(None, failing, one).ratio())
    lines = [line for line in nearest.splitlines() if line not in failing.splitlines()]
    if not lines or len(lines) > MOST_LINES:
        return Text(
            en=f"The rule holds in {held} of the {looked.total} calls that it looks at. What is different in the call "
            "shown?",
            zh=f"在这条规则检查的{looked.total}次调用中，有{held}次成立。这里显示的调用有什么不同？",
        )
    code = "; ".join(f"`{line}`" for line in lines)
    return Text(
        en=f"The rule holds in {held} of the {looked.total} calls that it looks at, as with {code}. What is different "
        "in the call shown?",
        zh=f"在这条规则检查的{looked.total}次调用中，有{held}次成立，例如{code}。这里显示的调用有什么不同？",
    )


def _look(exercise: str, is_all: bool) -> Text:
    en, zh = ("There is no hint for this mistake. ", "这个错误没有专门的提示。") if is_all else ("", "")
    code = f'given = check.example("{exercise}")'
    return Text(
        en=f"{en}`{code}` gives the arguments of the call shown, as objects: call your code with `*given`, and compare "
        "what comes back with what should hold.",
        zh=f"{zh}`{code}`给出这次调用的参数，都是可以直接用的对象：用`*given`调用你的代码，再把得到的与要求比较。",
    )
