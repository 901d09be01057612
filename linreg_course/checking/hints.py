"""What can be said of a mistake that nobody has listed: what was seen, and how to look further."""

from __future__ import annotations

import re

from torch import Tensor

from linreg_course.checking.observing import Case, Seen
from linreg_course.language import Text

# What torch and NumPy say where shapes or dtypes do not fit.
_SHAPES = re.compile(r"\b(sizes?|shapes?|dimensions?|mat1|broadcast\w*)\b", re.IGNORECASE)
_DTYPES = re.compile(r"\bdtypes?\b|\bscalar type\b")


def generic_hints(exercise: str, case: Case, seen: Seen, share: tuple[int, int]) -> tuple[Text, ...]:
    """Return what the observation of the first failing case shows, if anything, and how to look at that case.

    Args:
        exercise: its name.
        case: the first case in which the first broken rule does not hold.
        seen: what was observed there.
        share: in how many cases the rule holds, and how many look at it.
    """
    found = _nothing_returned(seen) or _error(seen) or _other_dtype(case, seen) or _some_hold(*share)
    return (*filter(None, [found]), _look(exercise, found is None))


def _error(seen: Seen) -> Text | None:
    if "late" in seen:
        return Text(
            en="Is there a loop that has no end, or that starts anew in each call?",
            zh="有没有一个循环停不下来，或者每次调用都从头再来？",
        )
    error = seen.get("raised")
    if error is None:
        return None
    if "line" not in error:
        return Text(
            en="The error arose in the call itself: compare the function's name and arguments with the statement.",
            zh="错误发生在调用本身：请对照题目，检查函数的名字和参数。",
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
    """Speak of a floating dtype that is none of the inputs'; it need not be all that is wrong."""
    value = seen.get("value")
    came = value.get("dtype") if isinstance(value, dict) and value.get("type") == "Tensor" else None
    given = {_name_of_dtype(one) for one in case.values() if isinstance(one, Tensor) and one.is_floating_point()}
    if came is None or not given or came in given or not came.startswith("float"):
        return None
    inputs = ", ".join(sorted(given))
    return Text(
        en=f"What came back is {came}, and the inputs are {inputs}: where does the dtype change?",
        zh=f"得到的是{came}，输入却是{inputs}：dtype在哪里变了？",
    )


def _name_of_dtype(values: Tensor) -> str:
    return str(values.dtype).removeprefix("torch.")


def _some_hold(held: int, looked: int) -> Text | None:
    if not held:
        return None
    return Text(
        en=f"The rule holds in {held} of the {looked} calls that it looks at. What is different in the call shown?",
        zh=f"在这条规则检查的{looked}次调用中，有{held}次成立。这里显示的调用有什么不同？",
    )


def _look(exercise: str, is_all: bool) -> Text:
    en, zh = ("There is no hint for this mistake. ", "这个错误没有专门的提示。") if is_all else ("", "")
    code = f'given = check.example("{exercise}")'
    return Text(
        en=f"{en}`{code}` gives the arguments of the call shown, as objects: call your code with `*given`, and compare "
        "what comes back with what should hold.",
        zh=f"{zh}`{code}`给出这次调用的参数，都是可以直接用的对象：用`*given`调用你的代码，再把得到的与应当成立的比较。",
    )
