"""Execute notebooks headless, several at a time, and leave no kernel behind."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from linreg_course.authoring.proofs import insert_proofs
from linreg_course.authoring.source import SourceError
from linreg_course.warm.manager import kernel_manager_class

CELL_SECONDS = 300

# One thread a kernel: as many kernels run as there are cores. A notebook cannot show widgets here.
KERNEL_ENVIRONMENT = {"COURSE_STATIC": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

# A kernel that talks in plain text says so on stderr at every start.
KERNEL_CONFIG = Config({"KernelManager": {"transport_encryption": "auto"}})


@dataclass(frozen=True)
class Execution:
    """What became of one notebook: executed copy, seconds, and what failed in which cell."""

    path: Path
    notebook: nbformat.NotebookNode | None
    seconds: float
    failure: str | None = None


class Runner:
    """Kernels at work, so that an interrupt can end them all."""

    def __init__(self, jobs: int) -> None:
        self._pool = ThreadPoolExecutor(jobs)
        self._clients: set[NotebookClient] = set()
        self._lock = threading.Lock()
        self._stopped = False
        # A message to a socket that closes is logged with a traceback; what fails is in the executions.
        logging.getLogger("tornado.general").setLevel(logging.CRITICAL)

    def run(self, paths: Iterable[Path]) -> Generator[Execution, None, None]:
        """Yield an execution for each notebook as it ends, in the order of ending."""
        futures: list[Future[Execution]] = []
        try:
            futures += (self._pool.submit(self._execute, path) for path in paths)
            for future in as_completed(futures):
                yield future.result()
        finally:
            self._stop(futures)

    def _execute(self, path: Path) -> Execution:
        start = time.monotonic()
        try:
            notebook = nbformat.read(path, as_version=4)
        except Exception as error:  # whatever nbformat meets in a broken file
            return Execution(path, None, 0.0, f"is not a notebook: {_first_line(error)}")
        try:
            insert_proofs(notebook, path)
        except SourceError as error:
            return Execution(path, None, 0.0, str(error))
        client = NotebookClient(
            notebook,
            timeout=CELL_SECONDS,
            startup_timeout=CELL_SECONDS,
            kernel_name="python3",
            kernel_manager_class=kernel_manager_class(),
            config=KERNEL_CONFIG,
            resources={"metadata": {"path": str(path.parent)}},
        )
        failure = self._failure(client)
        return Execution(path, notebook, time.monotonic() - start, failure)

    def _failure(self, client: NotebookClient) -> str | None:
        with self._lock:
            if self._stopped:
                return "not run: interrupted"
            self._clients.add(client)
        try:
            client.execute(env={**os.environ, **KERNEL_ENVIRONMENT})
        except CellExecutionError as error:
            return f"{_running_cell(client)}: {error.ename}: {error.evalue}"
        except CellTimeoutError:
            return f"{_running_cell(client)}: still running after {CELL_SECONDS} s"
        except DeadKernelError:
            return f"{_running_cell(client)}: the kernel died"
        except RuntimeError as error:  # a kernel that does not start
            return f"{_running_cell(client)}: {_first_line(error)}"
        finally:
            with self._lock:
                self._clients.discard(client)
        return None

    def _stop(self, futures: list[Future[Execution]]) -> None:
        """End every kernel, also one that is only about to start."""
        with self._lock:
            self._stopped = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        while left := [future for future in futures if not future.done()]:
            with self._lock:
                managers = [client.km for client in self._clients]
            for manager in managers:
                if manager is not None and manager.has_kernel:
                    run_sync(manager.shutdown_kernel)(now=True)  # type: ignore[arg-type]  # it awaits
            wait(left, timeout=0.1)


def run_notebooks(
    paths: Iterable[Path], jobs: int, on_end: Callable[[Execution], None] = lambda execution: None
) -> list[Execution]:
    """Execute the notebooks, `jobs` at a time; return the executions in the order of `paths`."""
    paths = list(paths)
    by_path = {}
    with closing(Runner(jobs).run(paths)) as executions:  # an interrupt may come between two of them
        for execution in executions:
            by_path[execution.path] = execution
            on_end(execution)
    return [by_path[path] for path in paths]


def _running_cell(client: NotebookClient) -> str:
    """Name the cell that was running: the last code cell that has begun."""
    begun = [cell for cell in client.nb.cells if "execution" in cell.metadata]
    return f"cell {begun[-1].id!r}" if begun else "before the first cell"


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
