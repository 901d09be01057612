"""What of a submission formgrader and the feedback show: words and pictures, of which nothing can run in a browser.

Whoever reads a page of formgrader is signed in to a server that runs code.
"""

from __future__ import annotations

import re
from typing import Any

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from linreg_course.wall.observer import SEEN

# Not HTML, SVG, Markdown or JavaScript; the last is read by the grader, and not kept.
SHOWN = ("text/plain", "text/latex", "image/png", "image/jpeg", SEEN)


def harmless(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a message that shows something, with what a page may show of it."""
    return {**content, "data": {kind: part for kind, part in content["data"].items() if kind in SHOWN}, "metadata": {}}


def raw_cells_as_text(notebook: NotebookNode) -> None:
    """Put Markdown that shows a raw cell's text in its place: nbconvert would take the text for HTML."""
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "raw":
            fence = "`" * max([3, *(len(found) + 1 for found in re.findall("`+", cell.source))])
            text = f"{fence}text\n{cell.source}\n{fence}"
            notebook.cells[number] = new_markdown_cell(text, id=cell.id, metadata=cell.metadata)


def markdown(source: str) -> str:
    """Return the HTML of Markdown in which HTML stands as it was typed; `nbgrader_config.py` has pages use it."""
    return str(MarkdownWithMath(IPythonRenderer(escape=True, allow_harmful_protocols=False)).render(source))
