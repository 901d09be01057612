"""Read a notebook's bilingual source and refuse what is not in its format.

The format is jupytext's py:percent. A cell has a `name` and at most a `role`; markdown comes in
twins, `lang="en"` and then `lang="zh"`, under one name.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext

MARKDOWN_ROLES = ("quiz", "task", "answer")
CODE_ROLES = ("setup", "solution", "check", "proof")

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# What jupytext takes for the beginning of a cell.
_HEADER = re.compile(r"\s*#\s*(%%+(\s|$)|(<codecell>|In\[[0-9 ]*\]:?)\s*$)")


class SourceError(Exception):
    """A source that cannot be built: file, line and what to do."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        super().__init__(path, line, message)
        self.path, self.line, self.message = path, line, message

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Cell:
    """One cell as written: `line` is that of its header, `lang` is None for code, which both languages share."""

    name: str
    kind: str
    lang: str | None
    role: str | None
    points: int | None
    text: str
    line: int


@dataclass(frozen=True)
class Source:
    """A notebook's source, in the order of its cells."""

    path: Path
    cells: tuple[Cell, ...]

    def in_language(self, lang: str) -> Iterator[Cell]:
        """Yield the cells that a notebook in `lang` shows: proofs are not among them."""
        return (cell for cell in self.cells if cell.lang in (None, lang) and cell.role != "proof")

    def twins(self) -> Iterator[tuple[Cell, Cell]]:
        """Yield each pair of markdown cells, English first."""
        markdown = [cell for cell in self.cells if cell.kind == "markdown"]
        return zip(markdown[::2], markdown[1::2], strict=True)


def read_source(path: Path) -> Source:
    """Return the source at `path`.

    Raises:
        SourceError: a cell without a name, an unknown role or key, a name used twice, a missing
            twin, no setup cell, a proof that proves nothing, or code that Python cannot parse.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SourceError(path, 1, f"the file is not UTF-8 ({error})") from None
    cells = tuple(_cells(path, text))
    _check_names(path, cells)
    _check_twins(path, cells)
    _check_setup(path, cells)
    _check_proofs(path, cells)
    return Source(path, cells)


def _cells(path: Path, text: str) -> Iterator[Cell]:
    lines = text.split("\n")
    headers = [number for number, line in enumerate(lines, 1) if _HEADER.match(line)]
    if not headers or "".join(lines[: headers[0] - 1]).strip():
        raise SourceError(path, 1, 'the file must begin with a cell: # %% [markdown] name="title" lang="en"')
    for number in headers:
        if not lines[number - 1].startswith(("# %%", "#%%")):
            raise SourceError(path, number, "this line would begin a cell: a cell begins with '# %%', not indented")
    try:
        notebook = jupytext.reads(text, fmt="py:percent")
    except Exception as error:  # jupytext raises what its parsers raise
        raise SourceError(path, 1, f"jupytext cannot read the file: {error}") from None
    if len(notebook.cells) != len(headers):
        line = next(_headers_in_strings(notebook.cells, headers), headers[0])
        message = "this line looks like the header of a cell, but begins none: is it inside a string?"
        raise SourceError(path, line, message)
    for raw, line in zip(notebook.cells, headers, strict=True):
        keys = {key: value for key, value in raw.metadata.items() if key != "lines_to_next_cell"}
        yield _cell(path, line, raw.cell_type, keys, raw.source)


def _headers_in_strings(cells: list[Any], headers: list[int]) -> Iterator[int]:
    for raw, following in zip(cells, headers[1:], strict=False):
        if raw.cell_type == "code" and any(map(_HEADER.match, raw.source.split("\n"))):
            yield following


def _cell(path: Path, line: int, kind: str, keys: dict[str, object], text: str) -> Cell:
    unknown = keys.keys() - {"name", "lang", "role", "points"}
    if unknown:
        raise SourceError(path, line, f"unknown key {', '.join(sorted(unknown))}: a cell has name, lang, role, points")
    name, lang, role, points = (keys.get(key) for key in ("name", "lang", "role", "points"))
    if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > 64:
        raise SourceError(
            path,
            line,
            f'the cell needs a name of its own in kebab-case, such as name="first-batch", not {name!r}',
        )
    roles = MARKDOWN_ROLES if kind == "markdown" else CODE_ROLES
    if role is not None and role not in roles:
        raise SourceError(path, line, f"unknown role {role!r} of a {kind} cell: use {', '.join(roles)}, or none")
    if kind == "markdown" and lang not in ("en", "zh"):
        raise SourceError(path, line, f'a markdown cell needs lang="en" or lang="zh", not {lang!r}')
    if kind == "code" and lang is not None:
        raise SourceError(path, line, "code is shared by both languages: take its lang away")
    if kind not in ("markdown", "code"):
        raise SourceError(path, line, f"a cell is markdown or code, not {kind}")
    if kind == "code":
        _check_syntax(path, line, text)
    return Cell(name, kind, _text(lang), _text(role), _points(path, line, role, points), text, line)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _points(path: Path, line: int, role: object, points: object) -> int | None:
    if role == "answer":
        if not isinstance(points, int) or isinstance(points, bool) or points < 1:
            raise SourceError(path, line, f"an answer cell needs points=N with N at least 1, not {points!r}")
        return points
    if points is not None:
        raise SourceError(path, line, "only an answer cell has points; those of a check come from its exercise")
    return None


def _check_syntax(path: Path, line: int, text: str) -> None:
    try:
        compile(text, str(path), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        raise SourceError(path, line + (error.lineno or 1), f"broken syntax: {error.msg}") from None


def _check_names(path: Path, cells: tuple[Cell, ...]) -> None:
    first: dict[tuple[str, str | None], Cell] = {}
    for cell in cells:
        others = [first[key] for key in ((cell.name, "en"), (cell.name, "zh"), (cell.name, None)) if key in first]
        is_twin = len(others) == 1 and {others[0].lang, cell.lang} == {"en", "zh"}
        if others and not is_twin:
            raise SourceError(path, cell.line, f"the name {cell.name!r} is already used in line {others[0].line}")
        first[cell.name, cell.lang] = cell


def _check_twins(path: Path, cells: tuple[Cell, ...]) -> None:
    for before, cell in zip((None, *cells), (*cells, None), strict=True):
        if (
            before is not None
            and before.lang == "en"
            and (cell is None or (cell.name, cell.lang) != (before.name, "zh"))
        ):
            raise SourceError(path, before.line, f"the Chinese twin of {before.name!r} must follow it")
        if cell is not None and cell.lang == "zh":
            if before is None or (before.name, before.lang) != (cell.name, "en"):
                raise SourceError(path, cell.line, f"the English twin of {cell.name!r} must come right before it")
            if (before.role, before.points) != (cell.role, cell.points):
                raise SourceError(path, cell.line, f"the twins {cell.name!r} differ in role or points")


def _check_setup(path: Path, cells: tuple[Cell, ...]) -> None:
    setups = [cell for cell in cells if cell.role == "setup"]
    if len(setups) != 1:
        line = setups[1].line if setups else 1
        raise SourceError(path, line, f'a notebook has one code cell with role="setup", not {len(setups)}')
    if setups[0].text.count(LANGUAGE_CALL) != 1:
        raise SourceError(
            path,
            setups[0].line,
            f"the setup cell must hold {LANGUAGE_CALL} once: the builder writes the language there",
        )


def _check_proofs(path: Path, cells: tuple[Cell, ...]) -> None:
    code = [cell for cell in cells if cell.kind == "code"]
    for number, cell in enumerate(code):
        if cell.role == "proof" and number == 0:
            raise SourceError(path, cell.line, "a proof follows the code that it is about: no code stands above it")
        if cell.role == "proof" and not any(isinstance(node, ast.Assert) for node in ast.walk(ast.parse(cell.text))):
            raise SourceError(path, cell.line, "a proof holds an assertion: this one has no assert")


LANGUAGE_CALL = 'use_language("en")'
