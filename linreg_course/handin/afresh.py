"""Run a notebook in a fresh kernel, as grading does: an error in one cell does not stop the next."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from linreg_course.checking.deadline import CELL_SECONDS
from linreg_course.handin.submission import named
from linreg_course.language import Text

# Set in a kernel that preflight or grading has started: there a cell that calls `validate` on its own notebook
# would start the next kernel, and that one the next.
NESTED = "LINREG_RUN_AFRESH"


def run_afresh(
    notebook: NotebookNode, folder: Path, seconds: dict[int, float], on_cell: Callable[[int], object]
) -> list[Text]:
    """Run the cells; return what stopped the run.

    Args:
        notebook: gets the outputs.
        folder: the kernel works there.
        seconds: gets the time of each code cell that ran, by the cell's place in the notebook.
        on_cell: is called with 1 after each code cell.
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    began: dict[int, float] = {}
    try:
        client = _client(notebook, folder, began, seconds, on_cell)
        client.execute(env={**os.environ, "COURSE_STATIC": "1", NESTED: "1"})
    except (CellTimeoutError, DeadKernelError):
        name = named(notebook, list(began)[-1]) if began else ""
        return [
            Text(
                en=f"The kernel stopped in the cell {name}: nothing after it was run.",
                zh=f"内核在单元格{name}停止了：它后面的都没有运行。",
            )
        ]
    return []


def _client(
    notebook: NotebookNode,
    folder: Path,
    began: dict[int, float],
    seconds: dict[int, float],
    on_cell: Callable[[int], object],
) -> NotebookClient:
    """Return what runs the notebook, and notes when each cell began and how long it took."""

    def on_start(cell: NotebookNode, cell_index: int) -> None:
        began[cell_index] = time.monotonic()

    def on_end(cell: NotebookNode, cell_index: int, **_: Any) -> None:
        seconds[cell_index] = time.monotonic() - began[cell_index]
        on_cell(1)

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
