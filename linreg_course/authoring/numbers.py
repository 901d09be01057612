"""No typed results: a number in prose is an option, a setting in a code cell, or asserted by one."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from linreg_course.authoring.source import Cell, Source

_NUMBER = re.compile(r"(?<![\w.])(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?", re.ASCII)
_LESSON = re.compile(r"(?<![\w.])0\d(?!\w|\.\d)", re.ASCII)
# The number of a heading, or of an item in a list.
_ORDINAL = re.compile(r"(?m)^(?:#+ +| *)\d+\.(?= )", re.ASCII)
_LINK = re.compile(r"\]\([^)]*\)")
_EXACT = re.compile(r"`[^`]+`|\$\$.+?\$\$|\$[^$]+\$", re.DOTALL)
_OPTION = re.compile(r"(?m)^- \[[ x]\].*$")
# How long something takes is a promise, no result.
_MINUTES = re.compile(r"(?:\d+(?: to |到))?\d+(?: minutes\b|分钟)", re.ASCII)
_FREE_IN_CODE = {0.0, 1.0, 2.0}
_FREE_IN_FORMULA = {float(digit) for digit in range(10)}


def number_findings(source: Source) -> Iterator[str]:
    """Yield a line for each number in prose that no code cell of the notebook holds."""
    known = {value for cell in source.cells if cell.kind == "code" for value in _code_numbers(cell.text)}
    for cell in source.cells:
        # A model answer is for the instructor alone.
        if cell.kind == "markdown" and cell.role != "answer" and not _asks_for_prediction(source, cell):
            for number in _prose_numbers(cell):
                if float(number.replace(",", "")) not in known:
                    yield (
                        f"{source.path}:{cell.line}: {cell.name!r} ({cell.lang}) types the number {number}: "
                        "let a code cell hold it as a setting or assert it, or point at the printed line"
                    )


def _code_numbers(text: str) -> Iterator[float]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NUMBER:
            value = ast.literal_eval(token.string)
            yield float(value.imag if isinstance(value, complex) else value)


def _asks_for_prediction(source: Source, cell: Cell) -> bool:
    following = source.cells[source.cells.index(cell) + 1 :]
    code = next((later for later in following if later.name != cell.name), None)
    return code is not None and code.kind == "code" and "predict(" in code.text


def _prose_numbers(cell: Cell) -> Iterator[str]:
    text = _OPTION.sub("", cell.text) if cell.role == "quiz" else cell.text
    text = _MINUTES.sub("", _LESSON.sub("", _ORDINAL.sub("", _LINK.sub("]", text))))
    for exact in _EXACT.findall(text):
        free = _FREE_IN_CODE if exact.startswith("`") else _FREE_IN_FORMULA
        yield from (number for number in _NUMBER.findall(exact) if float(number.replace(",", "")) not in free)
    yield from _NUMBER.findall(_EXACT.sub("", text))
