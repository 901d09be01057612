"""Say a verdict as lines of text; `panel_html` sets the same for a notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import indent
from typing import NamedTuple

from linreg_course.checking.verdict import Fault, Outcome, Rule, Verdict
from linreg_course.language import Text

HEADLINES = {
    Outcome.UNWRITTEN: Text(en="not written yet", zh="还没有写"),
    Outcome.RIGHT: Text(en="right", zh="正确"),
    Outcome.NOT_YET: Text(en="not yet right", zh="还不正确"),
    Outcome.ERROR: Text(en="error in your code", zh="你的代码出错了"),
    Outcome.UNCHECKED: Text(en="could not be checked", zh="没能检查"),
}
STUB = Text(
    en="Write the function in the cell above in place of `raise NotImplementedError`, run that cell, then this one.",
    zh="在上面的单元格里写出这个函数，替换掉`raise NotImplementedError`，运行那个单元格，再运行这一个。",
)
OUR_FAULT = Text(
    en="The check itself failed. This is not your mistake; please tell your instructor:",
    zh="检查程序本身出了错，不是你的错误；请告诉老师：",
)
HOLDS, FAILS, UNTRIED = (
    Text(en="holds", zh="成立"),
    Text(en="does not hold yet", zh="还不成立"),
    Text("not tried", "未检查"),
)
MARKS = {HOLDS: "✓", FAILS: "✗", UNTRIED: "–"}
CALL, CAME, SHOULD = Text(en="call", zh="调用"), Text(en="came back", zh="得到"), Text(en="should hold", zh="要求")
ARGUMENTS = Text(en="its arguments, as objects", zh="它的参数（对象）")
SEEN = Text(en="what the check saw", zh="检查看到的情况")
LINE, HINT = Text(en="your line", zh="你的代码"), Text(en="hint", zh="提示")


# Where a call names an input by its shape in place of its numbers.
_SHORTENED = re.compile(r"<[^>]*\bshape=|<n=")

# How a rule and an entry of its explanation are set; Chinese has its own punctuation.
HEAD = Text(en="{name}: {outcome} · {score}", zh="{name}：{outcome} · {score}")
SCORE = Text(en="{score:g} of {points} points", zh="得{score:g}分，满分{points}分")
RULE = Text(en="{mark} {name} ({points}): {text} [{state}]", zh="{mark} {name}（{points}，{state}）：{text}")
ENTRY = Text(en="{label}: {words}", zh="{label}：{words}")
LINE_NUMBER = Text(en="{number}: {line}", zh="第{number}行：{line}")
MORE = Text(en='{hint} (More: `check.hint("{name}")`.)', zh='{hint}（更多提示：`check.hint("{name}")`。）')


def as_text(verdict: Verdict) -> str:
    """Return the verdict as lines of plain text."""
    lines = [_headline(verdict, verdict.exercise), *filter(None, [remark(verdict)])]
    for rule, fault in verdict.rules:
        lines.append(_rule(verdict, rule, fault, str(rule.title), str(rule.text)))
        if fault is not None and rule is verdict.first:
            entries = explained(verdict, fault)
            told = "\n".join(
                str(ENTRY).format(label=label, words=indent(words, " " * 4).lstrip()) for label, words, _ in entries
            )
            lines.append(indent(told, " " * 4))
    return "\n".join(lines)


def _headline(verdict: Verdict, name: str) -> str:
    score = str(SCORE).format(score=verdict.score, points=verdict.points)
    return str(HEAD).format(name=name, outcome=HEADLINES[verdict.outcome], score=score)


def points_told(points: int) -> str:
    """Return a number of points in words."""
    return str(Text(en=f"{points} point{'s' * (points > 1)}", zh=f"{points}分"))


def _rule(verdict: Verdict, rule: Rule, fault: Fault | None, name: str, text: str) -> str:
    state = state_of(verdict, fault)
    return str(RULE).format(mark=MARKS[state], name=name, points=points_told(rule.points), text=text, state=state)


def remark(verdict: Verdict) -> str:
    """Return what is said before the rules, or ""."""
    if verdict.outcome is Outcome.UNCHECKED:
        return f"{OUR_FAULT} {verdict.note}"
    if verdict.note is not None:
        return str(verdict.note)
    return str(STUB) if verdict.outcome is Outcome.UNWRITTEN else ""


def state_of(verdict: Verdict, fault: Fault | None) -> Text:
    """Return how it stands with a rule that has this fault, or none."""
    if verdict.outcome in (Outcome.UNWRITTEN, Outcome.UNCHECKED) or verdict.note is not None:
        return UNTRIED
    return HOLDS if fault is None else FAILS


class Entry(NamedTuple):
    """A line of an explanation: what it is, the words, and whether they are code or a value."""

    label: Text
    words: str
    is_code: bool


def explained(verdict: Verdict, fault: Fault) -> Iterator[Entry]:
    """Yield what a learner reads of a fault: the call, what came, what should hold, a hint."""
    yield Entry(CALL, fault.call, True)
    if _SHORTENED.search(fault.call):
        yield Entry(ARGUMENTS, f'check.example("{verdict.exercise}")', True)
    if fault.error is not None and fault.error.get("line"):
        line = str(LINE_NUMBER).format(number=fault.error["number"], line=fault.error["line"])
        yield Entry(LINE, line, True)
    yield Entry(CAME, str(fault.came), isinstance(fault.came, str))
    yield Entry(SHOULD, str(fault.should), False)
    if verdict.hints:
        hint = str(verdict.hints[0])
        more = str(MORE).format(hint=hint, name=verdict.exercise) if len(verdict.hints) > 1 else hint
        yield Entry(HINT, more, False)
