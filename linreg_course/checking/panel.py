"""Say a verdict: as text for a terminal, and as a panel of plain HTML for a notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from textwrap import indent

from linreg_course.checking.verdict import Fault, Outcome, Rule, Verdict
from linreg_course.language import Text, language

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
LINE, HINT = Text(en="your line", zh="你的代码"), Text(en="hint", zh="提示")


# Where a call names an input by its shape in place of its numbers.
_SHORTENED = re.compile(r"<[^>]*\bshape=|<n=")

# How a rule and an entry of its explanation are set; Chinese has its own punctuation.
HEAD = Text(
    en="{name}: {outcome} · {score:g} of {points} points", zh="{name}：{outcome} · 得{score:g}分，满分{points}分"
)
RULE = Text(en="{mark} {name} ({points}): {text} [{state}]", zh="{mark} {name}（{points}分，{state}）：{text}")
ENTRY = Text(en="{label}: {words}", zh="{label}：{words}")
LINE_NUMBER = Text(en="{number}: {line}", zh="第{number}行：{line}")
MORE = Text(en='{hint} (More: `check.hint("{name}")`.)', zh='{hint}（更多提示：`check.hint("{name}")`。）')


def as_text(verdict: Verdict) -> str:
    """Return the verdict as lines of plain text."""
    lines = [_headline(verdict, verdict.exercise), *filter(None, [_remark(verdict)])]
    for rule, fault in verdict.rules:
        lines.append(_rule(verdict, rule, fault, str(rule.title), str(rule.text)))
        if fault is not None and rule is verdict.first:
            entries = _explained(verdict, fault)
            told = "\n".join(
                str(ENTRY).format(label=label, words=indent(words, " " * 4).lstrip()) for label, words in entries
            )
            lines.append(indent(told, " " * 4))
    return "\n".join(lines)


def as_html(verdict: Verdict) -> str:
    """Return the verdict as a panel: a row per rule, the first that fails opened.

    Colours are the theme's own; state is told by words and marks.
    """
    rows = "".join(_row(verdict, rule, fault) for rule, fault in verdict.rules)
    remark = f"<p>{_code(_remark(verdict))}</p>" if _remark(verdict) else ""
    head = _headline(verdict, f"<code>{escape(verdict.exercise)}</code>")
    return (
        f'<section lang="{language()}" aria-label="{escape(verdict.exercise)}" '
        'style="border-left:4px solid currentColor;padding:0 0 0 12px;margin:4px 0">'
        f"<p><strong>{head}</strong></p>"
        f'{remark}<ul style="list-style:none;padding:0;margin:0">{rows}</ul></section>'
    )


def _headline(verdict: Verdict, name: str) -> str:
    outcome = HEADLINES[verdict.outcome]
    return str(HEAD).format(name=name, outcome=outcome, score=verdict.score, points=verdict.points)


def _rule(verdict: Verdict, rule: Rule, fault: Fault | None, name: str, text: str) -> str:
    state = _state(verdict, fault)
    points = f"{rule.points} point{'s' * (rule.points > 1)}" if language() == "en" else rule.points
    return str(RULE).format(mark=MARKS[state], name=name, points=points, text=text, state=state)


def _remark(verdict: Verdict) -> str:
    if verdict.outcome is Outcome.UNCHECKED:
        return f"{OUR_FAULT} {verdict.note}"
    if verdict.note is not None:
        return str(verdict.note)
    return str(STUB) if verdict.outcome is Outcome.UNWRITTEN else ""


def _state(verdict: Verdict, fault: Fault | None) -> Text:
    if verdict.outcome in (Outcome.UNWRITTEN, Outcome.UNCHECKED) or verdict.note is not None:
        return UNTRIED
    return HOLDS if fault is None else FAILS


def _row(verdict: Verdict, rule: Rule, fault: Fault | None) -> str:
    line = _rule(verdict, rule, fault, f"<strong>{escape(str(rule.title))}</strong>", _code(str(rule.text)))
    if fault is None or rule is not verdict.first:
        return f"<li>{line}</li>"
    entries = "".join(
        f'<dt><strong>{escape(str(label))}</strong></dt><dd style="margin:0 0 4px 1em">{_value(label, words)}</dd>'
        for label, words in _explained(verdict, fault)
    )
    return f'<li><details open><summary>{line}</summary><dl style="margin:4px 0 4px 1em">{entries}</dl></details></li>'


def _explained(verdict: Verdict, fault: Fault) -> Iterator[tuple[Text, str]]:
    yield CALL, fault.call
    if _SHORTENED.search(fault.call):
        yield ARGUMENTS, f'check.example("{verdict.exercise}")'
    if fault.error is not None and fault.error.get("line"):
        yield LINE, str(LINE_NUMBER).format(number=fault.error["number"], line=fault.error["line"])
    yield CAME, str(fault.came)
    yield SHOULD, str(fault.should)
    if verdict.hints:
        hint = str(verdict.hints[0])
        yield HINT, str(MORE).format(hint=hint, name=verdict.exercise) if len(verdict.hints) > 1 else hint


def _value(label: Text, words: str) -> str:
    if label in (CALL, ARGUMENTS, LINE):
        return f'<code style="white-space:pre-wrap">{escape(words)}</code>'
    return _code(words)


def _code(words: str) -> str:
    """Escape a sentence and set what stands between backticks as code."""
    parts = escape(words).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
