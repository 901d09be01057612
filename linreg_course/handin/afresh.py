"""Run a notebook in a fresh kernel, as grading does: an error in one cell does not stop the next.

The notebook runs in a thread of its own, with an event loop of its own. The caller's thread keeps the time and ends
the kernel: so neither output that floods the loop nor code that ignores interrupts makes it wait, and Ctrl-C
reaches it, in a terminal as in a notebook's cell.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import signal
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from linreg_course.checking import deadline
from linreg_course.checking.processes import end_all, started_with
from linreg_course.handin.ending import Ending, NoKernelError, Run

# Set in a kernel that preflight or grading has started: there a cell that calls `validate` on its own notebook
# would start the next kernel, and that one the next. Preflight's value differs from run to run (see `end_all`).
NESTED = "LINREG_RUN_AFRESH"
# Windows sees Ctrl-C only between two waits.
_LOOK_SECONDS = 0.5


def run_afresh(notebook: NotebookNode, folder: Path, on_cell: Callable[[int], object]) -> Run:
    """Run the cells, and leave no process behind; return what became of them.

    Args:
        notebook: gets the cells' results and errors; what they print and display is not kept.
        folder: the kernel works there.
        on_cell: is called with 1 after each code cell, in another thread.

    Raises:
        NoKernelError: no kernel could be started.
    """
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = Client(notebook, folder, on_cell)
    thread = Thread(target=client.work, name="afresh", daemon=True)
    thread.start()
    try:
        _keep_time(client, thread)
    finally:
        client.kill()
        while thread.is_alive():  # after Ctrl-C; a kernel that was only about to start is met now
            thread.join(0.1)
            client.kill()
    return _judged(client.outcome)


def _keep_time(client: Client, thread: Thread) -> None:
    """Interrupt the cell whose time is over; end the kernel when the cell goes on."""
    interrupted = None
    while thread.is_alive():
        step = client.step
        left = step.due + (deadline.INTERRUPT_SECONDS if step is interrupted else 0) - time.monotonic()
        if left > 0:
            thread.join(min(left, _LOOK_SECONDS))
        elif step is interrupted:
            client.outcome.ending = client.outcome.ending or Ending.LATE
            client.kill()
            thread.join(1)
        else:
            interrupted = step
            client.interrupt(step)


def _judged(run: Run) -> Run:
    """Return the run with the reason for which it ended early; raise what is no fault of a cell."""
    if run.error is not None:
        if run.last < 0:
            raise NoKernelError(run.error)
        if run.ending is None and not isinstance(run.error, DeadKernelError):
            raise run.error
        run.ending = run.ending or Ending.DIED
    return run


class _OverError(Exception):
    """The time of the whole notebook is over."""


class Step(NamedTuple):
    """A cell at work, or with cell -1 what is before, between and after them, and when it has to be done."""

    cell: int
    due: float


class Client(NotebookClient):
    """Runs the cells in one thread, and lets another see which and since when, interrupt it and kill the kernel."""

    def __init__(self, notebook: NotebookNode, folder: Path, on_cell: Callable[[int], object]) -> None:
        super().__init__(
            notebook,
            allow_errors=True,
            timeout=None,  # nbclient would wait for ever for a cell that ignores its interrupt
            startup_timeout=deadline.CELL_SECONDS,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            # A kernel that talks in plain text says so on stderr at every start.
            config=Config({"KernelManager": {"transport_encryption": "auto"}}),
        )
        self.outcome = Run()
        self._on_cell = on_cell
        self._mark = uuid.uuid4().hex
        self._until = time.monotonic() + deadline.SUBMISSION_SECONDS
        self._begin(-1)

    def work(self) -> None:
        """Run all cells; what that raises is in the outcome."""
        try:
            asyncio.run(self.async_execute(env={**os.environ, "COURSE_STATIC": "1", NESTED: self._mark}))
        except Exception as error:
            self.outcome.error = error
        finally:
            atexit.unregister(self._cleanup_kernel)  # nbclient leaves it behind where no kernel started

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, *args: Any, **kwargs: Any) -> NotebookNode:
        """Run one cell; nothing is run when the time of the whole notebook is over."""
        if cell.cell_type != "code":
            return cell
        if time.monotonic() >= self._until:
            self.outcome.ending = Ending.OVER
            raise _OverError
        self.outcome.last = cell_index
        self._begin(cell_index)
        began = time.monotonic()
        done = await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        self.outcome.seconds[cell_index] = time.monotonic() - began
        self._begin(-1)
        self._on_cell(1)
        return done

    def output(self, outs: list[NotebookNode], msg: dict[str, Any], *args: Any) -> NotebookNode | None:
        """Keep an output, unless it is printed or displayed: a loop that prints would fill gigabytes."""
        return None if msg["msg_type"] in ("stream", "display_data") else super().output(outs, msg, *args)

    async def _async_cleanup_kernel(self) -> None:
        # While the kernel lives, what it started descends from it; and nothing of it is needed any more.
        end_all(started_with(f"{NESTED}={self._mark}"))
        await super()._async_cleanup_kernel()

    def interrupt(self, step: Step) -> None:
        """Interrupt what takes too long, as Ctrl-C does, and note it."""
        if step.due == self._until:
            self.outcome.ending = Ending.OVER
        elif step.cell >= 0:
            self.outcome.late.add(step.cell)
        if (provisioner := self._provisioner()) is not None:
            run_sync(provisioner.send_signal)(signal.SIGINT)

    def kill(self) -> None:
        """Kill the kernel and all that it has started."""
        end_all(started_with(f"{NESTED}={self._mark}"))
        # Where `end_all` finds nothing: the kernel and its process group.
        if (provisioner := self._provisioner()) is not None:
            run_sync(provisioner.kill)()

    def _provisioner(self) -> Any:
        manager = self.km  # the other thread takes it away at the end
        return manager and manager.provisioner

    def _begin(self, cell: int) -> None:
        self.step = Step(cell, min(time.monotonic() + deadline.CELL_SECONDS, self._until))
