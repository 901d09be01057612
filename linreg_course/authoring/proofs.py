"""Proofs: what a lesson asserts of its cells stands in the source alone, and runs with the notebook headless."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from linreg_course.authoring.source import Source, read_source


def insert_proofs(notebook: NotebookNode, path: Path) -> None:
    """Put the proofs of a built notebook's source after the cells that they follow there.

    A notebook without its source in the folder beside its own stays as it is.

    Raises:
        SourceError: the source is not in the format.
    """
    name = notebook.metadata.get("linreg_course", {}).get("source", "")
    source = path.parent.parent / "source" / name
    if source.is_file():
        proofs = _proofs(read_source(source))
        notebook.cells = [one for cell in notebook.cells for one in (cell, *proofs[cell.id])]


def _proofs(source: Source) -> dict[str, list[NotebookNode]]:
    """Return the proofs by the name of the cell that they follow."""
    found: dict[str, list[NotebookNode]] = defaultdict(list)
    above = ""
    for cell in source.cells:
        if cell.role == "proof":
            found[above].append(new_code_cell(cell.text, id=cell.name))
        else:
            above = cell.name
    return found
