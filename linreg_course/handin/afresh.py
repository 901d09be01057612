"""Run a notebook in a fresh kernel, as grading does: an error in one cell does not stop the next."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from linreg_course.checking.deadline import CELL_SECONDS
from linreg_course.handin.submission import grade_id
from linreg_course.language import Text

# Set in a kernel that preflight or grading has started: there a cell that calls `validate` on its own notebook
# would start the next kernel, and that one the next.
NESTED = "LINREG_RUN_AFRESH"


def run_afresh(notebook: NotebookNode, folder: Path, seconds: dict[str, float]) -> list[Text]:
    """Run the cells; return what stopped the run.

    Args:
        notebook: gets the outputs.
        folder: the kernel works there.
        seconds: gets the time of each code cell that ran, by its name.
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    began: dict[str, float] = {}
    try:
        _client(notebook, folder, began, seconds).execute(env={**os.environ, "COURSE_STATIC": "1", NESTED: "1"})
    except (CellTimeoutError, DeadKernelError):
        name = list(began)[-1] if began else ""
        return [
            Text(
                en=f"The kernel stopped in the cell {name}: nothing after it was run.",
                zh=f"内核在单元格{name}停止了：它后面的都没有运行。",
            )
        ]
    return []


def _client(notebook: NotebookNode, folder: Path, began: dict[str, float], seconds: dict[str, float]) -> NotebookClient:
    """Return what runs the notebook, and notes when each cell began and how long it took."""

    def on_start(cell: NotebookNode, cell_index: int) -> None:
        began[name_of_cell(cell, cell_index)] = time.monotonic()

    def on_end(cell: NotebookNode, cell_index: int, **_: Any) -> None:
        name = name_of_cell(cell, cell_index)
        seconds[name] = time.monotonic() - began[name]

    return NotebookClient(
        notebook,
        allow_errors=True,
        interrupt_on_timeout=True,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=on_start,
        on_cell_executed=on_end,
        # A kernel that talks in plain text says so on stderr at every start.
        config=Config({"KernelManager": {"transport_encryption": "auto"}}),
    )


def name_of_cell(cell: NotebookNode, number: int) -> str:
    """Return what a cell is called: its grade_id, its id, or its place."""
    return grade_id(cell) or str(cell.get("id") or number + 1)
