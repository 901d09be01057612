"""Run a submission's notebook: in a warm kernel and a folder of its own, each cell and the whole with a deadline."""

from __future__ import annotations

import copy
import json
import shutil
import stat
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute
from traitlets import Float
from traitlets.config import Config

from linreg_course.checking.deadline import SUBMISSION_SECONDS
from linreg_course.checking.judging import SEEDS_VARIABLE
from linreg_course.handin.afresh import NESTED
from linreg_course.handin.submission import named
from linreg_course.handin.verdicts import is_judged
from linreg_course.language import Text
from linreg_course.warm.manager import kernel_manager_class
from linreg_course.warm.processes import clean_environment

# How many characters of what a cell prints are kept.
PRINTED = 2**20

# Names of the errors that stand in the outputs of cells which were not run to their end.
LATE, ENDED, OVER = "CellTimeoutError", "KernelEnded", "TimeIsOver"


def grade(task: dict[str, Any]) -> str:
    """Run a notebook, in whichever process or thread this is called.

    Args:
        task: plain data: "notebook", its JSON; "folders", whose files stand beside it, those of a later one
            in place of an earlier one's; "scratch", the folder below which it gets one; "options", by name the
            settings of nbgrader's `Execute`.

    Returns:
        The JSON of the executed notebook.
    """
    step = WarmExecute(config=Config({"Execute": task["options"]}))
    notebook = nbformat.reads(task["notebook"], as_version=4)
    executed, _ = step.preprocess(notebook, {"metadata": {}, "folders": task["folders"], "scratch": task["scratch"]})
    return str(nbformat.writes(executed))


class WarmExecute(Execute):
    """nbgrader's `Execute`, in which a cell that ends its kernel costs no more than itself.

    The kernel gets the recorded seeds in its environment, and none of this process's secrets. Where it ends,
    a new one runs what stood above, checks left out, and goes on below.
    """

    submission_seconds = Float(SUBMISSION_SECONDS, help="The time of all cells together.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"kernel_manager_class": kernel_manager_class(), **kwargs})

    def preprocess(self, nb: NotebookNode, resources: Any = None, km: Any = None) -> tuple[NotebookNode, Any]:
        """Run the notebook; a kernel that died is a cell's doing if it dies in a second run too.

        The system may have ended it, for want of memory, or somebody's hand.
        """
        executed = self._run(copy.deepcopy(nb), resources, km)
        if any(ENDED in _errors(cell) for cell in executed.cells):
            executed = self._run(copy.deepcopy(nb), resources, km)
        return executed, resources

    def _run(self, notebook: NotebookNode, resources: Any, km: Any) -> NotebookNode:
        """Run the notebook with copies of the files that stand beside it, in a folder that is removed."""
        self._until = time.monotonic() + self.submission_seconds
        self._ending: set[int] = set()
        self._printed: Counter[int] = Counter()
        beside = resources["metadata"].get("path")
        folders = resources.get("folders") or ([beside] if beside else [])
        below = resources.get("scratch")
        with tempfile.TemporaryDirectory(prefix="linreg-", dir=below, ignore_cleanup_errors=True) as scratch:
            for folder in folders:
                copy_files(Path(folder), Path(scratch))
            self._start = {"cwd": scratch, "env": _environment(notebook)}
            place = {**resources, "metadata": {**resources["metadata"], "path": scratch}}
            executed, _ = super().preprocess(notebook, place, km)
        return executed

    def setup_kernel(self, **kwargs: Any) -> Any:
        """Start the kernel in the folder, with the seeds.

        They are given to the kernel alone: in this process's own environment they would reach the next
        kernel too, a validation's in formgrader's server for one.
        """
        self.timeout_func = self._seconds_of
        return super().setup_kernel(**{**self._start, **kwargs})

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        """Run a cell; where it ends the kernel, say so in its outputs, and go on with a new one."""
        if cell.cell_type != "code":
            return cell, resources
        if time.monotonic() >= self._until:
            cell.outputs = [self._over()]
            return cell, resources
        began = time.monotonic()
        try:
            self.execute_cell(cell, index, store_history=True)
        except (DeadKernelError, CellTimeoutError):
            cell.outputs.append(self._why(time.monotonic() - began))
            self._ending.add(index)
            self._go_on_after(index)
        return cell, resources

    def output(self, outs: list[NotebookNode], msg: dict[str, Any], *args: Any) -> NotebookNode | None:
        """Keep an output; of what a cell prints only the beginning, for a loop that prints would fill gigabytes."""
        if msg["msg_type"] == "stream":
            index, text = args[-1], str(msg["content"]["text"])
            room = PRINTED - self._printed[index]
            self._printed[index] += len(text)
            if room <= 0:
                return None
            if len(text) > room:
                msg["content"]["text"] = text[:room] + "\n... Output truncated ...\n"
        return super().output(outs, msg, *args)

    def _why(self, seconds: float) -> NotebookNode:
        if time.monotonic() >= self._until:
            return self._over()
        if self.timeout is not None and seconds >= self.timeout:
            return _error(LATE, f"not done after {self.timeout:g} s, and it went on when it was interrupted")
        return _error(ENDED, "it ended Python, took all memory or showed more than a notebook can hold")

    def _over(self) -> NotebookNode:
        return _error(OVER, f"the {self.submission_seconds:g} s of the whole notebook were over")

    def _seconds_of(self, cell: NotebookNode) -> float:
        left = max(self._until - time.monotonic(), 0.001)
        return left if self.timeout is None else min(float(self.timeout), left)

    def _go_on_after(self, index: int) -> None:
        """Start a new kernel and bring it to where the old one was before the cell."""
        self._cleanup_kernel()
        self.km = self.create_kernel_manager()
        self.start_new_kernel(**self._start)
        self.start_new_kernel_client()
        for number in self._above(index):
            try:
                self.execute_cell(copy.deepcopy(self.nb.cells[number]), number, store_history=True)
            except (DeadKernelError, CellTimeoutError):
                self._ending.add(number)
                self._go_on_after(index)
                return

    def _above(self, index: int) -> Iterator[int]:
        for number, cell in enumerate(self.nb.cells[:index]):
            again = cell.cell_type == "code" and number not in self._ending and not is_judged(cell)
            if again and time.monotonic() < self._until:
                yield number


def stopped_in(notebook: NotebookNode) -> Iterator[Text]:
    """Yield which cells of an executed notebook were stopped, and why: no score shows it."""
    for number, cell in enumerate(notebook.cells):
        errors = _errors(cell)
        name = named(notebook, number)
        if OVER in errors:
            yield Text(
                en=f"The time of the whole notebook was over in the cell {name}: nothing was run from there on.",
                zh=f"到单元格{name}时整个笔记本的时间已经用完：从那里起都没有运行。",
            )
            return
        if LATE in errors:
            yield Text(en=f"The cell {name} took too long and was stopped.", zh=f"单元格{name}运行太久，被停止了。")
        if ENDED in errors:
            yield Text(
                en=f"The kernel died in the cell {name}, which ended Python, took all memory or showed too much: "
                "what stands below it was run without it.",
                zh=f"内核在单元格{name}里意外退出了：它结束了Python，用尽了内存，或者输出太多；它后面的在没有它的情况下运行。",
            )


def _errors(cell: NotebookNode) -> set[str]:
    return {output.ename for output in cell.get("outputs", []) if output.output_type == "error"}


def copy_files(source: Path, target: Path) -> None:
    """Copy the plain files below a folder: no links, no notebooks, nothing hidden."""
    for path in sorted(source.rglob("*")):
        place = path.relative_to(source)
        hidden = any(part.startswith(".") for part in place.parts)
        if not hidden and path.suffix != ".ipynb" and stat.S_ISREG(path.lstat().st_mode):
            (target / place).parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):  # what cannot be read is not there for the student's code either
                shutil.copyfile(path, target / place, follow_symlinks=False)


def _environment(notebook: NotebookNode) -> dict[str, str]:
    seeds = json.dumps(notebook.metadata["linreg_course"]["seeds"])
    return {**clean_environment(), SEEDS_VARIABLE: seeds, NESTED: "1", "COURSE_STATIC": "1"}


def _error(name: str, words: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=words, traceback=[f"{name}: {words}"])
