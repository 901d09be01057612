"""What a cell prints: the words between the values, in Chinese where the notebook is."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from linreg_course.authoring.source import Cell, Source

TABLE = "printed.toml"
# A value in an f-string; its format may hold another.
_VALUE = re.compile(r"(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})")
_STRING = re.compile(r"""([rRfF]*)("|')(.*)\2""", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]{2,}")


def in_chinese(source: Source, cell: Cell) -> str:
    """Return a cell's code with the words that it prints in Chinese, by the table beside the source."""
    words = _words(source)
    text = cell.text
    for start, end in sorted(_printed(text), reverse=True):
        text = text[:start] + "".join(words.get(piece, piece) for piece in _pieces(text[start:end])) + text[end:]
    return text


def printed_findings(source: Source) -> Iterator[str]:
    """Yield a line for each printed word of which the table does not know the Chinese."""
    words = _words(source)
    for cell in source.cells:
        if cell.kind == "code" and cell.role in (None, "setup"):
            for start, end in _printed(cell.text):
                for piece in _pieces(cell.text[start:end]):
                    if _WORD.search(_VALUE.sub("", piece)) and piece not in words:
                        yield f"{source.path}:{cell.line}: {cell.name!r} prints {piece!r}: put its Chinese into {TABLE}"


def _words(source: Source) -> dict[str, str]:
    table = _table(source.path.with_name(TABLE))
    return {**table.get("all", {}), **table.get(source.path.stem, {})}


@cache
def _table(path: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _printed(code: str) -> Iterator[tuple[int, int]]:
    """Yield where the strings in calls of `print` begin and end, without their quotes."""
    lines = [0]
    for line in code.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    for call in ast.walk(ast.parse(code)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print":
            for node in _strings(call):
                start = lines[node.lineno - 1] + _characters(code, node.lineno, node.col_offset)
                segment = ast.get_source_segment(code, node) or ""
                match = _STRING.fullmatch(segment)
                if match is not None:
                    yield start + match.start(3), start + match.end(3)


def _strings(call: ast.Call) -> Iterator[ast.expr]:
    """Yield the whole strings among a call's arguments, not the pieces and values of an f-string."""
    waiting: list[ast.AST] = list(call.args)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            yield node
        else:
            waiting += ast.iter_child_nodes(node)


def _characters(code: str, line: int, column: int) -> int:
    """Return a column in characters; ast counts bytes."""
    return len(code.split("\n")[line - 1].encode()[:column].decode())


def _pieces(string: str) -> list[str]:
    return _VALUE.split(string)
