"""What the source of an assignment must hold: tasks, solutions and checks that belong together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from linreg_course.authoring.source import Cell, Source, SourceError
from linreg_course.exercises import EXERCISES, called_in

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
PARTS = ("task", "solution", "check")


def is_assignment(source: Source) -> bool:
    """Tell whether nbgrader has to know the notebook."""
    return any(cell.role in (*PARTS, "answer") for cell in source.cells)


def check_assignment(source: Source) -> None:
    """Refuse an assignment whose cells do not fit together.

    Raises:
        SourceError: a check that is no single call, an exercise that is unknown or stands twice, a
            task, solution or check without the others, marks that are missing or stand elsewhere, or
            a `check.begin(...)` that does not name the checks.
    """
    for cell in source.cells:
        _check_marks(source, cell)
    _check_order(source)
    _check_begin(source)


def graded_exercise(source: Source, cell: Cell) -> str:
    """Return the name of the exercise that a check cell calls."""
    names = called_in(cell.text)
    if len(names) != 1 or cell.text.strip() != f"check.{names[0]}({names[0]})":
        message = f"a check cell holds one call check.NAME(NAME) and nothing else, not {_shortened(cell.text)}"
        raise SourceError(source.path, cell.line, message)
    if names[0] not in EXERCISES:
        message = f"there is no exercise {names[0]!r}: name one of {', '.join(EXERCISES)}, or add it there"
        raise SourceError(source.path, cell.line, message)
    return names[0]


def checks(source: Source) -> Iterator[Cell]:
    """Yield the check cells in their order."""
    return (cell for cell in source.cells if cell.role == "check")


def _check_marks(source: Source, cell: Cell) -> None:
    marks = re.findall(r"(?:BEGIN|END) SOLUTION", cell.text)
    whole = [line.strip() for line in cell.text.split("\n") if line.strip() in (BEGIN, END)]
    if cell.role not in ("solution", "answer"):
        if marks:
            message = f"the mark {marks[0]!r} belongs into a cell with role solution or answer"
            raise SourceError(source.path, cell.line, message)
        return
    if len(whole) != len(marks) or not whole or whole != [BEGIN, END] * (len(whole) // 2):
        message = f"a {cell.role} cell needs the line {BEGIN!r} and after it the line {END!r}"
        raise SourceError(source.path, cell.line, message)
    lines = cell.text.strip().split("\n")
    if cell.role == "answer" and (lines[0], lines[-1], len(whole)) != (BEGIN, END, 2):
        message = f"the whole text of an answer stands between {BEGIN!r} and {END!r}: put the question in a cell above"
        raise SourceError(source.path, cell.line, message)


def _check_order(source: Source) -> None:
    """Every exercise is a task, then a solution, then a check, and stands once."""
    parts = [cell for cell in source.in_language("en") if cell.role in PARTS]
    first: dict[str, Cell] = {}
    for number, cell in enumerate(parts):
        wanted = PARTS[number % 3]
        if cell.role != wanted:
            _refuse_order(source, parts[number - 1] if number % 3 else cell)
        if cell.role == "check":
            before = first.setdefault(graded_exercise(source, cell), cell)
            if before is not cell:
                message = f"the exercise {graded_exercise(source, cell)!r} is checked in line {before.line} already"
                raise SourceError(source.path, cell.line, message)
    if len(parts) % 3:
        _refuse_order(source, parts[-1])


def _refuse_order(source: Source, cell: Cell) -> None:
    message = f"an exercise is a task, a solution and a check, in this order: complete it around this {cell.role} cell"
    raise SourceError(source.path, cell.line, message)


def _check_begin(source: Source) -> None:
    names = [graded_exercise(source, cell) for cell in checks(source)]
    setup = next(cell for cell in source.cells if cell.role == "setup")
    begun = [
        [ast.unparse(argument) for argument in node.args]
        for node in ast.walk(ast.parse(setup.text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "check.begin"
    ]
    if begun != ([[repr(name) for name in names]] if names else []):
        call = f"check.begin({', '.join(f'{name!r}' for name in names)})".replace("'", '"')
        wanted = f"hold {call} once: the exercises in order" if names else "not call check.begin: there is no check"
        raise SourceError(source.path, setup.line, f"the setup cell must {wanted}")


def _shortened(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")
