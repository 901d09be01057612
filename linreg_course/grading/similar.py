"""Answers that are the same code in several submissions, and code that looks where no answer has to look."""

from __future__ import annotations

import ast
import io
import tokenize
from collections import defaultdict
from collections.abc import Iterator

from linreg_course.grading.account import Kind
from linreg_course.grading.classbook import Entry
from linreg_course.handin.matching import parsed
from linreg_course.language import Text

# Shorter answers are alike by chance: there is one way to write them.
LEAST_TOKENS = 60
# What is not compared.
_LAYOUT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING,
    tokenize.ENDMARKER,
}  # fmt: skip
# What a grade is made of, as code would ask for it: files, the verdict's record, the package's rooms.
_WORDS = ("gradebook.db", "linreg_verdict", "/proc/", "autograded/", "course/source", "seed.key")
_ROOMS = ("exercises", "checking", "wall", "grading", "warm")


def same_code(entries: list[Entry]) -> Iterator[tuple[str, int, list[str]]]:
    """Yield exercise, length in tokens, and students, for each answer that several have word for word.

    Only what is longer than `LEAST_TOKENS` counts. It is a reason to look, and no proof: the students may have
    worked together, or have taken the lesson's own lines.
    """
    found: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for entry in entries:
        for part in entry.parts:
            tokens = _tokens(part.answer) if part.kind is Kind.CHECK else ()
            if len(tokens) >= LEAST_TOKENS:
                found[part.exercise, tokens].append(entry.student)
    for (exercise, tokens), students in found.items():
        if len(students) > 1:
            yield exercise, len(tokens), students


def looks_at(entry: Entry) -> list[Text]:
    """Return what in a submission's code asks for the grader's own parts: its rules, seeds or gradebook."""
    said: list[Text] = []
    for cell in entry.notebook.cells if entry.notebook is not None else []:
        tree = parsed(cell.source) if cell.cell_type == "code" else None
        for words in sorted(set(_asked_in(tree))) if tree is not None else []:
            text = Text(en=f"The code asks for `{words}`.", zh=f"代码里用到了`{words}`。")
            said += [] if text in said else [text]
    return said


def _asked_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            base = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names = [*base, *(".".join([*base, alias.name]) for alias in node.names)]
            yield from (name for name in names if name.startswith(tuple(f"linreg_course.{room}" for room in _ROOMS)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (word for word in _WORDS if word in node.value)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and ast.unparse(node.value) == "check":
            yield f"check.{node.attr} = …"


def _tokens(code: str) -> tuple[str, ...]:
    try:
        return tuple(
            token.string for token in tokenize.generate_tokens(io.StringIO(code).readline) if token.type not in _LAYOUT
        )
    except (tokenize.TokenError, SyntaxError):
        return tuple(code.split())
