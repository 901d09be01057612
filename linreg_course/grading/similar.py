"""Answers that are the same code in several submissions, and code that looks where no answer has to look."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Collection, Iterator

from linreg_course.exercises import EXERCISES
from linreg_course.grading.account import Kind
from linreg_course.grading.classbook import Entry
from linreg_course.grading.same_names import plain_code, tokens_of
from linreg_course.handin.matching import parsed
from linreg_course.language import Text

# Shorter answers are alike by chance: there is one way to write them.
LEAST_TOKENS = 60
# What a grade is made of, as code would ask for it: files, the verdict's record, the package's rooms.
_ROOMS = tuple(f"linreg_course.{room}" for room in ("exercises", "checking", "wall", "grading", "warm"))
_WORDS = ("gradebook.db", "linreg_verdict", "/proc/", "autograded/", "course/source", "seed.key", *_ROOMS)


def same_code(entries: list[Entry], given: Collection[str] = ()) -> Iterator[tuple[str, int, list[str]]]:
    """Yield exercise, length in tokens, and students, for each answer that several have.

    Comments, layout and the names of local variables are not compared, and only what is longer than
    `LEAST_TOKENS` counts. It is a reason to look, and no proof: the students may have worked together.

    Args:
        entries: those of an assignment.
        given: what the course itself gave, each statement as `plain_code` has it; it is nobody's own.
    """
    found: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for entry in entries:
        for part in entry.parts:
            tokens = _own_tokens(part.answer, given) if part.kind is Kind.CHECK else ()
            if len(tokens) >= LEAST_TOKENS:
                found[part.exercise, tokens].append(entry.student)
    for (exercise, tokens), students in sorted(found.items()):
        if len(students) > 1:
            yield exercise, len(tokens), sorted(students)


def looks_at(entry: Entry) -> list[Text]:
    """Return what in a submission's code asks for the grader's own parts: its rules, seeds or gradebook."""
    cells = entry.notebook.cells if entry.notebook is not None else []
    trees = [parsed(cell.source) for cell in cells if cell.cell_type == "code"]
    asked = dict.fromkeys(words for tree in trees if tree is not None for words in sorted(set(_asked_in(tree))))
    return [Text(en=f"The code asks for `{words}`.", zh=f"代码里用到了`{words}`。") for words in asked]


def _own_tokens(answer: str, given: Collection[str]) -> tuple[str, ...]:
    return tokens_of("\n".join(code for code in plain_code(answer) if code not in given))


def _asked_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            base = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names = [".".join([*base, alias.name]) for alias in node.names]
            yield from (room for room in _ROOMS for name in names if f"{name}.".startswith(f"{room}."))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from (word for word in _WORDS if word in node.value)
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and _is_check(node.value):
            yield _replaced(node.attr)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("setattr", "delattr"):
            yield from [_replaced("")] if node.args and _is_check(node.args[0]) else []


def _is_check(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "check"


def _replaced(name: str) -> str:
    """Return how a check is replaced; any other name is the student's own word and may be a person's."""
    return f"check.{name if name in EXERCISES else 'NAME'} = …"
