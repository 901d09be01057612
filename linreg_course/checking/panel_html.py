"""Set a verdict as a panel of plain HTML, for JupyterLab in both of its themes and for the grader's page."""

from __future__ import annotations

from html import escape

from linreg_course.checking.panel import (
    FAILS,
    HEADLINES,
    HINT,
    HOLDS,
    MARKS,
    SCORE,
    SEEN,
    explained,
    points_told,
    remark,
    state_of,
)
from linreg_course.checking.verdict import Fault, Outcome, Rule, Verdict
from linreg_course.language import Text, language

# The accents hold 4.5:1 on the page of each theme. State is also told by sign and word.
_STYLE = """<style>
.linreg { --good: #1a7f37; --bad: #b42318; --rest: #57606a; max-width: 60em; margin: 4px 0; padding: 8px 16px 12px;
  border: 1px solid var(--rest); border-left: 5px solid var(--state); border-radius: 4px; line-height: 1.5;
  container-type: inline-size }
body[data-jp-theme-light="false"] .linreg, body.vscode-dark .linreg, html[theme="dark"] .linreg,
html[data-theme="dark"] .linreg {
  --good: #4ac26b; --bad: #ff9c92; --rest: #9da7b1 }
.linreg header { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; font-size: 115% }
.linreg header strong { color: var(--state) }
.linreg header span { margin-left: auto }
.linreg ul { list-style: none; margin: 8px 0 0 !important; padding: 0 !important }
.linreg li { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 4px 0 }
.linreg-row { display: grid; grid-template-columns: 10em 8em 1fr max-content; gap: 0 12px }
.linreg-row > :first-child { color: var(--state) }
.linreg details { margin: 4px 0 4px 16px }
.linreg summary { cursor: pointer; color: var(--rest) }
.linreg dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 4px 0 }
.linreg dt { color: var(--rest); float: none; font-weight: normal; white-space: nowrap; width: auto }
.linreg dd { float: none; margin: 0; width: auto }
.linreg dd code { white-space: pre-wrap; overflow-wrap: anywhere }
.linreg dd.linreg-hint { border-left: 3px solid var(--state); padding-left: 8px }
@container (max-width: 44em) {
  .linreg-row { grid-template-columns: 1fr max-content }
  .linreg-row > :nth-child(2), .linreg-row > :nth-child(3) { grid-column: 1 / -1; grid-row: auto }
  .linreg-row > :last-child { grid-column: 2; grid-row: 1 }
  .linreg dl { grid-template-columns: minmax(0, 1fr); gap: 0 }
  .linreg dd { margin-bottom: 4px }
}
</style>"""
_COLOURS = {HOLDS: "good", FAILS: "bad"}
_SIGNS = {Outcome.RIGHT: "✓", Outcome.NOT_YET: "✗", Outcome.ERROR: "✗"}


def as_html(verdict: Verdict) -> str:
    """Return the verdict as a panel: a head, a row per rule, the first that fails explained."""
    said = remark(verdict)
    score = str(SCORE).format(score=verdict.score, points=verdict.points)
    head = (
        f"<header><strong>{_SIGNS.get(verdict.outcome, '–')} {HEADLINES[verdict.outcome]}</strong>"
        f"<code>{escape(verdict.exercise)}</code><span>{score}</span></header>"
    )
    rows = "".join(_row(verdict, rule, fault) for rule, fault in verdict.rules)
    colour = {Outcome.RIGHT: "good", Outcome.NOT_YET: "bad", Outcome.ERROR: "bad"}.get(verdict.outcome, "rest")
    return (
        f'{_STYLE}<section class="linreg" lang="{language()}" aria-label="{escape(verdict.exercise)}" '
        f'style="--state:var(--{colour})">{head}{f"<p>{_code(said)}</p>" if said else ""}<ul>{rows}</ul></section>'
    )


def _row(verdict: Verdict, rule: Rule, fault: Fault | None) -> str:
    state = state_of(verdict, fault)
    row = (
        f'<div class="linreg-row"><span>{MARKS[state]} {state}</span><strong>{escape(str(rule.title))}</strong>'
        f"<span>{_code(str(rule.text))}</span><span>{points_told(rule.points)}</span></div>"
    )
    told = _explanation(verdict, fault) if fault is not None and rule is verdict.first else ""
    return f'<li style="--state:var(--{_COLOURS.get(state, "rest")})">{row}{told}</li>'


def _explanation(verdict: Verdict, fault: Fault) -> str:
    entries = "".join(
        f"<dt>{escape(str(label))}</dt><dd{_class(label)}>"
        + (f"<code>{escape(words)}</code>" if is_code else _code(words))
        + "</dd>"
        for label, words, is_code in explained(verdict, fault)
    )
    return f"<details open><summary>{SEEN}</summary><dl>{entries}</dl></details>"


def _class(label: Text) -> str:
    return ' class="linreg-hint"' if label == HINT else ""


def _code(words: str) -> str:
    """Escape a sentence and set what stands between backticks as code."""
    parts = escape(words).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
