"""The cells in a notebook's JSON, however it was saved: any version of the format, and what breaks its rules."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_notebook
from nbformat.v4.rwbase import rejoin_lines
from nbformat.validator import get_validator

_TYPES = ("code", "markdown", "raw")
_GAP = re.compile(r"[, \r\n\t]*")
# What the course looks for in a notebook's metadata.
_KEPT = ("linreg_course", "widgets")
# What nbformat allows a cell to be called.
_ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")


def notebook_in(raw: dict[str, Any]) -> tuple[NotebookNode, bool]:
    """Return the notebook of version 4.5 in a file's JSON, and whether it kept the format's rules as it was.

    Of one that did not, the cells' texts, ids and nbgrader's metadata are kept, and no outputs.
    """
    try:
        if raw["nbformat"] == 4:
            had_ids = raw["nbformat_minor"] < 5 or not name_apart(raw["cells"])
            # It ends at the first fault, where `nbformat.validate` would tell all, and take hours for it.
            get_validator(4, raw["nbformat_minor"], name="fastjsonschema").validate(raw)
            notebook = rejoin_lines(nbformat.from_dict(raw))
            notebook.nbformat_minor = 5
            for cell in notebook.cells:
                cell.source = _text(cell.source)
            name_apart(notebook.cells)
            return notebook, had_ids
    except Exception:  # whatever nbformat meets in a damaged file
        pass
    cells = [_cell(one) for one in cells_in(raw) if isinstance(one, dict)]
    name_apart(cells)
    notebook = new_notebook()
    notebook.cells = cells
    metadata = raw.get("metadata")
    if isinstance(metadata, dict):
        notebook.metadata |= {key: metadata[key] for key in _KEPT if isinstance(metadata.get(key), dict)}
    return notebook, False


def cells_before_the_end(text: str, most: int) -> list[NotebookNode]:
    """Return the whole cells in the JSON of a notebook that was cut off, or so many of them."""
    start = re.search(r'"cells"\s*:\s*\[', text)
    found: list[NotebookNode] = []
    position = start.end() if start else len(text)
    decoder = json.JSONDecoder(strict=False)
    while len(found) < most:
        position = _GAP.match(text, position).end()  # type: ignore[union-attr]  # it matches nothing too
        try:
            cell, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        if isinstance(cell, dict):
            found.append(_cell(cell))
    return found


def cells_in(raw: dict[str, Any]) -> list[Any]:
    """Return the cells as version 4 has them, or as version 3 has them in its worksheets."""
    cells = raw.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = raw.get("worksheets")
    sheets = [sheet for sheet in sheets if isinstance(sheet, dict)] if isinstance(sheets, list) else []
    return [cell for sheet in sheets for cell in (sheet.get("cells") if isinstance(sheet.get("cells"), list) else [])]


def _cell(raw: dict[str, Any]) -> NotebookNode:
    text = _text(raw.get("source", raw.get("input")))
    kind = raw.get("cell_type")
    if kind == "heading":
        level = raw.get("level")
        kind, text = "markdown", f"{'#' * (level if isinstance(level, int) else 1)} {text}"
    if kind not in _TYPES:
        kind = "code" if "outputs" in raw else "raw"
    cell = NotebookNode(cell_type=kind, metadata=NotebookNode(), source=text)
    if kind == "code":
        cell |= {"outputs": [], "execution_count": None}
    known = raw["metadata"].get("nbgrader") if isinstance(raw.get("metadata"), dict) else None
    if isinstance(known, dict):
        plain = {key: value for key, value in known.items() if not isinstance(value, dict | list)}
        cell.metadata["nbgrader"] = NotebookNode(plain)
    if kind != "code" and _are_attachments(raw.get("attachments")):
        cell.attachments = nbformat.from_dict(raw["attachments"])
    cell.id = raw["id"] if isinstance(raw.get("id"), str) and _ID.fullmatch(raw["id"]) else ""
    return cell


def _are_attachments(files: Any) -> bool:
    """Tell whether a cell's pictures are as the format has them: by name, by type, text."""
    if not isinstance(files, dict) or not all(isinstance(file, dict) for file in files.values()):
        return False
    return all(isinstance(text, str) for file in files.values() for text in file.values())


def name_apart(cells: list[Any]) -> bool:
    """Give a cell without an id, or with an earlier one's, one that each reading gives it; tell whether any was."""
    given = False
    taken = {cell.get("id", "") for cell in cells}
    seen = {""}
    for number, cell in enumerate(cells):
        if cell.get("id", "") in seen:
            cell["id"] = next(name for name in (f"own-{number}-{k}" for k in itertools.count()) if name not in taken)
            taken.add(cell["id"])
            given = True
        seen.add(cell["id"])
    return given


def _text(source: Any) -> str:
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    text = source if isinstance(source, str) else ""
    # Half of a pair of characters cannot be written.
    return text.replace("\r\n", "\n").replace("\r", "\n").encode(errors="replace").decode()
