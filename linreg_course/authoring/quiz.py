"""A quick check: markdown in, one `<details>` an option out, so that it works without a kernel.

A quiz cell is a question and a task list; `[x]` marks what is right, and the indented lines are
the feedback of that option:

    **Quick check.** Which shape has `y`?

    - [ ] `(n,)`
      A row of labels has no second axis.
    - [x] `(n, 1)`
      One label an example, as a column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it import MarkdownIt

_OPTION = re.compile(r"- \[([ x])\] (.+)")
_MATH = re.compile(r"(\$[^$]+\$)")
_LETTERS = "ABCDEFGH"
# The full stop stands outside the Chinese bold: CommonMark does not close a bold between 。 and a character.
_VERDICT = {"en": ("**Not quite.** ", "**Right.** "), "zh": ("**还不对**。", "**对**。")}


class QuizError(ValueError):
    """A quiz cell that is not in the form above."""


@dataclass(frozen=True)
class Option:
    """One option: its text, whether it is right, and what is said to whoever chose it."""

    text: str
    is_right: bool
    feedback: str


def parse_quiz(text: str) -> tuple[str, list[Option]]:
    """Return the question and the options.

    Raises:
        QuizError: no question, fewer than two options or more than eight, none that is right, or an
            option without feedback or with text below it that is not indented.
    """
    question, *rest = re.split(r"(?m)^(?=- \[)", text)
    options = [_option(part) for part in rest]
    enough = 2 <= len(options) <= len(_LETTERS)
    if not question.strip() or not enough or not any(option.is_right for option in options):
        raise QuizError("a quiz needs a question and two to eight options '- [ ] …', one of them '- [x] …'")
    return question.strip(), options


def quiz_markdown(text: str, lang: str) -> str:
    """Return the quiz as markdown with one `<details>` an option."""
    question, options = parse_quiz(text)
    blocks = [question]
    for letter, option in zip(_LETTERS, options, strict=False):
        verdict = _VERDICT[lang][option.is_right]
        mark = "✓" if option.is_right else "✗"
        blocks.append(
            f"<details><summary>{letter}. {_inline_html(option.text)}</summary>\n\n"
            f"{mark} {verdict}{option.feedback}\n\n</details>"
        )
    return "\n\n".join(blocks)


def _option(part: str) -> Option:
    head, *feedback = part.strip().splitlines()
    match = _OPTION.match(head)
    is_indented = all(line.startswith(" ") for line in feedback if line)
    if match is None or not feedback or not is_indented:
        raise QuizError(f"an option is '- [ ] text' with its feedback indented below it, not {head!r}")
    return Option(match[2].strip(), match[1] == "x", "\n".join(line.strip() for line in feedback).strip())


def _inline_html(text: str) -> str:
    # Markdown is not read inside <summary>; formulas must stay as they are.
    parts = _MATH.split(text)
    return "".join(part if _MATH.fullmatch(part) else MarkdownIt().renderInline(part) for part in parts)
