"""Read a notebook that a student hands in, or say in words why it cannot be one."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from linreg_course.language import Text

# nbgrader 0.9's; a notebook of any other version would stop it.
SCHEMA_VERSION = 3
# As many characters of a cell's first line as fit into a sentence.
_FIRST_LINE = 60


class UnreadableError(Exception):
    """A file that is no submission.

    Attributes:
        words: what is wrong with it and what to do.
        files: what can be read of it, by the path beside it that the words name.
    """

    def __init__(self, words: Text, files: Mapping[Path, str] | None = None) -> None:
        super().__init__(words)
        self.words, self.files = words, dict(files or {})

    def keep(self, folder: Path | None = None) -> None:
        """Write what can be read of the file beside it, or into a folder; nothing is written over another file."""
        for path, text in self.files.items():
            place = folder / path.name if folder else path
            with suppress(FileExistsError), place.open("x", encoding="utf-8", errors="surrogatepass") as file:
                file.write(text)

    def __str__(self) -> str:
        return str(self.words)


@dataclass(frozen=True)
class Submission:
    """A notebook of an assignment.

    Attributes:
        path: where it was read.
        content: its bytes; what is handed in are these bytes.
        notebook: what is graded: what was read in them, or what was rebuilt of it.
        assignment: the assignment's name, by what the notebook holds, whatever the file is called.
        lang: "en" or "zh".
        repairs: what was repaired in the notebook, so that nothing is lost.
        doubts: what a person has to look at, since something may be lost.
    """

    path: Path
    content: bytes
    notebook: NotebookNode
    assignment: str
    lang: str
    repairs: tuple[Text, ...] = ()
    doubts: tuple[Text, ...] = ()

    @property
    def is_as_saved(self) -> bool:
        """Tell whether nothing had to be repaired: the file itself can be graded."""
        return not self.repairs and not self.doubts

    def graded(self) -> list[NotebookNode]:
        """Return the cells that nbgrader knows: answers, checks and free responses, in the file's order."""
        return [cell for cell in self.notebook.cells if grade_id(cell)]

    def num_code_cells(self) -> int:
        """Return how many cells of code are run."""
        return sum(cell.cell_type == "code" for cell in self.notebook.cells)


def read_submission(path: Path) -> Submission:
    """Return the assignment in a notebook that the course itself wrote.

    Raises:
        UnreadableError: the file is missing, is no notebook, or a lesson.
    """
    content = read_bytes(path)
    try:
        notebook = nbformat.reads(content.decode(), as_version=4)
        course = notebook.metadata["linreg_course"]
        submission = Submission(path, content, notebook, course["source"].removesuffix(".py"), course["language"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        words = Text(
            en=f"{path} is no assignment of the course ({type(error).__name__}): make it again.",
            zh=f"{path}不是课程的作业（{type(error).__name__}）：请重新生成。",
        )
        raise UnreadableError(words) from None
    if not submission.graded():
        raise UnreadableError(
            Text(en=f"{path} has no graded cell: it is a lesson.", zh=f"{path}里没有评分的单元格：它是一节课。")
        )
    return submission


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes.

    Raises:
        UnreadableError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        words = Text(en=f"{path} cannot be read: {error.strerror}.", zh=f"无法读取{path}：{error.strerror}。")
        raise UnreadableError(words) from None


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


def title_of(notebook: NotebookNode) -> str:
    """Return a notebook's first heading of the first level, or ""."""
    lines = (line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    return next((line.removeprefix("# ").strip() for line in lines if line.startswith("# ")), "")


def named(notebook: NotebookNode, number: int) -> str:
    """Return what a learner knows a cell by: its first line of code, or the heading above an answer in words.

    Args:
        notebook: the notebook that holds it.
        number: the cell's place in it, from 0.
    """
    cell = notebook.cells[number]
    if role(cell) == "answer" and cell.cell_type == "markdown":
        return heading_above(notebook, number) or grade_id(cell)
    return f"`{first_line(cell)}`"


def first_line(cell: NotebookNode) -> str:
    """Return a cell's first line that is no comment, or as much of it as a sentence can hold."""
    lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
    first = next((line for line in lines if not line.startswith("#")), lines[0] if lines else "")
    return first if len(first) <= _FIRST_LINE else first[:_FIRST_LINE] + "…"


def heading_above(notebook: NotebookNode, number: int) -> str:
    """Return the words of the nearest heading above a cell, or "" where there is none."""
    above = "\n".join(cell.source for cell in notebook.cells[:number] if cell.cell_type == "markdown").split("\n")
    return next((line.lstrip("#").strip() for line in reversed(above) if line.startswith("#")), "")


def schema_version(cell: NotebookNode) -> Any:
    """Return the version of nbgrader's metadata in a cell."""
    return _known(cell).get("schema_version")


def _known(cell: NotebookNode) -> dict[str, Any]:
    known = cell.metadata.get("nbgrader")
    return known if isinstance(known, dict) else {}
