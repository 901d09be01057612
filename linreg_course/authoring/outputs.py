"""The two languages run the same code: their outputs must agree but for the words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from linreg_course.display import SAME

_VALUE = re.compile(r"-?\d[\d.]*(?:e[+-]?\d+)?|\b(?:True|False|None|nan|inf)\b")


def differences(en: NotebookNode, zh: NotebookNode) -> Iterator[str]:
    """Yield a line for each code cell whose outputs differ between two executed twins."""
    for one, other in zip(_code(en), _code(zh), strict=False):
        ours, theirs = _neutral(one), _neutral(other)
        if one.id != other.id:
            yield f"cell {one.id!r} stands where the Chinese notebook has {other.id!r}"
        elif ours != theirs:
            yield f"cell {one.id!r}: en {_shorten(ours)} but zh {_shorten(theirs)}"


def pairs(paths: list[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield the notebooks of which both languages are among `paths`, English first."""
    for path in paths:
        other = path.parent.with_name("zh") / path.name
        if path.parent.name == "en" and other in paths:
            yield path, other


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _neutral(cell: NotebookNode) -> list[Any]:
    """Return the cell's outputs without what may differ: words, widget ids, and how a stream was cut.

    What is printed has its words in each language; the numbers and names of values are the same.
    """
    outputs: list[Any] = []
    for output in cell.outputs:
        if output.output_type == "stream":
            if outputs and outputs[-1][0] == output.name:
                outputs[-1][1].extend(_VALUE.findall(output.text))
            else:
                outputs.append((output.name, _VALUE.findall(output.text)))
        elif output.output_type == "error":
            outputs.append(("error", output.ename, output.evalue))
        elif SAME in output.metadata:
            outputs.append(("said", output.metadata[SAME]))
        else:
            outputs.append(("data", dict(output.data)))
    return outputs


def _shorten(outputs: list[Any]) -> str:
    text = repr(outputs)
    return text if len(text) <= 200 else text[:200] + "…"
