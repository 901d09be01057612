"""Read a notebook that a student hands in, or say in words why it cannot be one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from linreg_course.language import LANGUAGES, Text

# nbgrader 0.9's; a notebook of any other version would stop it.
SCHEMA_VERSION = 3
# As many characters of a cell's first line as fit into a sentence.
_FIRST_LINE = 60


class UnreadableError(Exception):
    """A file that is no submission: what is wrong with it and what to do, in both languages."""

    def __init__(self, words: Text) -> None:
        super().__init__(words)
        self.words = words

    def __str__(self) -> str:
        return str(self.words)


@dataclass(frozen=True)
class Submission:
    """A notebook of an assignment.

    Attributes:
        path: where it was read.
        content: its bytes; what is handed in are these bytes.
        notebook: what nbformat read in them.
        assignment: the assignment's name, by the notebook's metadata, whatever the file is called.
        lang: "en" or "zh".
    """

    path: Path
    content: bytes
    notebook: NotebookNode
    assignment: str
    lang: str

    def graded(self) -> list[NotebookNode]:
        """Return the cells that nbgrader knows: answers, checks and free responses, in the file's order."""
        return [cell for cell in self.notebook.cells if grade_id(cell)]

    def num_code_cells(self) -> int:
        """Return how many cells of code are run."""
        return sum(cell.cell_type == "code" for cell in self.notebook.cells)


def read_submission(path: Path) -> Submission:
    """Return the submission in the file at `path`.

    Raises:
        UnreadableError: the file is missing, is no notebook, or belongs to no assignment.
    """
    content = _content(path)
    notebook = _notebook(path, content)
    course = notebook.metadata.get("linreg_course")
    course = course if isinstance(course, dict) else {}
    source, lang = str(course.get("source", "")), course.get("language")
    if lang not in LANGUAGES or not source.endswith(".py"):
        raise UnreadableError(
            Text(
                en=f"{path} does not say which assignment it is: its metadata was lost. Copy your answers into a "
                "fresh copy of the assignment.",
                zh=f"{path}没有写明是哪个作业：它的元数据丢失了。请把你的回答复制到一份新的作业里。",
            )
        )
    submission = Submission(path, content, notebook, source.removesuffix(".py"), lang)
    if not submission.graded():
        raise UnreadableError(
            Text(
                en=f"{path} has no graded cell: it is a lesson, or an assignment that lost its cells.",
                zh=f"{path}里没有评分的单元格：它是一节课，或者是丢失了单元格的作业。",
            )
        )
    return submission


def grade_id(cell: NotebookNode) -> str:
    """Return the name by which nbgrader knows a cell, or "" for a cell that it does not grade or collect."""
    known = _known(cell)
    name = known.get("grade_id")
    return str(name) if name and (known.get("grade") or known.get("solution")) else ""


def role(cell: NotebookNode) -> str:
    """Return what a graded cell is: "check", "answer" (free response) or "solution"."""
    known = _known(cell)
    if not known.get("grade"):
        return "solution"
    return "answer" if known.get("solution") else "check"


def points(cell: NotebookNode) -> float:
    """Return the points that a cell's metadata promise."""
    value = _known(cell).get("points", 0)
    return float(value) if isinstance(value, int | float) else 0.0


def named(notebook: NotebookNode, number: int) -> str:
    """Return what a learner knows a cell by: its first line of code, or the heading above an answer in words.

    Args:
        notebook: the notebook that holds it.
        number: the cell's place in it, from 0.
    """
    cell = notebook.cells[number]
    if role(cell) == "answer" and cell.cell_type == "markdown":
        return _heading_above(notebook, number) or grade_id(cell)
    lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
    first = next((line for line in lines if not line.startswith("#")), lines[0] if lines else "")
    return f"`{first if len(first) <= _FIRST_LINE else first[:_FIRST_LINE] + '…'}`"


def _heading_above(notebook: NotebookNode, number: int) -> str:
    above = "\n".join(cell.source for cell in notebook.cells[:number] if cell.cell_type == "markdown").split("\n")
    return next((line.lstrip("#").strip() for line in reversed(above) if line.startswith("#")), "")


def schema_version(cell: NotebookNode) -> Any:
    """Return the version of nbgrader's metadata in a cell."""
    return _known(cell).get("schema_version")


def _known(cell: NotebookNode) -> dict[str, Any]:
    known = cell.metadata.get("nbgrader")
    return known if isinstance(known, dict) else {}


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        words = Text(en=f"{path} cannot be read: {error.strerror}.", zh=f"无法读取{path}：{error.strerror}。")
        raise UnreadableError(words) from None


def _notebook(path: Path, content: bytes) -> NotebookNode:
    try:
        text = content.decode("utf-8-sig")
        raw = json.loads(text)
        if not isinstance(raw, dict) or "cells" not in raw:
            raise ValueError("it holds no cells")
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        return notebook
    except Exception as error:  # whatever json and nbformat meet in a damaged file
        first = str(error).strip().split("\n")[0]
        words = Text(
            en=f"{path} is not a readable notebook ({first}). Save it again in JupyterLab, or hand in an earlier copy.",
            zh=f"{path}不是可读的笔记本（{first}）。请在JupyterLab里重新保存，或者上交更早的副本。",
        )
        raise UnreadableError(words) from None
