"""Run a submission's notebook: in a warm kernel and a folder of its own, each cell and the whole with a deadline."""

from __future__ import annotations

import copy
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from nbgrader.preprocessors import Execute
from traitlets import Bool, Float
from traitlets.config import Config

from linreg_course.checking.deadline import SUBMISSION_SECONDS
from linreg_course.exercises import Check
from linreg_course.grading.pages import harmless, raw_cells_as_text
from linreg_course.grading.scratch import scratch_folder
from linreg_course.handin.afresh import NESTED
from linreg_course.handin.submission import grade_id
from linreg_course.language import LANGUAGES
from linreg_course.wall.caged import manager_class
from linreg_course.wall.check_cells import checks_of
from linreg_course.wall.judge import JudgeError, own_judge
from linreg_course.wall.observer import SEEN, call_of
from linreg_course.warm.processes import clean_environment

# How many characters of what a cell prints are kept.
PRINTED = 2**20

# Names of the errors that stand in the outputs of cells which were not run to their end, or not judged.
LATE, ENDED, OVER, GRADER = "CellTimeoutError", "KernelEnded", "TimeIsOver", "GraderError"


def grade(task: dict[str, Any]) -> str:
    """Run a notebook, in whichever process or thread this is called.

    Args:
        task: plain data: "notebook", its JSON; "folders", whose files stand beside it, those of a later one
            in place of an earlier one's; "scratch", the folder below which it gets one; "checks", what
            `check_cells.checks_of` says of it; "options", by name the settings of nbgrader's `Execute`.

    Returns:
        The JSON of the executed notebook.
    """
    step = WarmExecute(config=Config({"Execute": task["options"]}))
    notebook = nbformat.reads(task["notebook"], as_version=4)
    given = {name: task[name] for name in ("folders", "scratch", "checks")}
    executed, _ = step.preprocess(notebook, {"metadata": {}, **given})
    return str(nbformat.writes(executed))


class WarmExecute(Execute):
    """nbgrader's `Execute`, in which a judge gives the verdicts, and a cell that ends its kernel costs itself alone.

    The kernel gets none of this process's secrets, and of a check only the calls to make. Where it ends, a new
    one runs what stood above, checks left out, and goes on below.
    """

    confined = Bool(True, help="Whether notebooks run in the cage of `wall.cage`.").tag(config=True)
    submission_seconds = Float(SUBMISSION_SECONDS, help="The time of all cells together.").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kernel_manager_class = manager_class(self.confined)

    def preprocess(self, nb: NotebookNode, resources: Any = None, km: Any = None) -> tuple[NotebookNode, Any]:
        """Run the notebook; a kernel that died is a cell's doing if it dies in a second run too.

        The system may have ended it, for want of memory, or somebody's hand.
        """
        self._checks = resources["checks"] if "checks" in resources else checks_of(resources["nbgrader"])
        began = time.monotonic()
        executed = self._run(copy.deepcopy(nb), resources, km)
        if any(ENDED in errors_of(cell) for cell in executed.cells):
            executed = self._run(copy.deepcopy(nb), resources, km)
        raw_cells_as_text(executed)
        course = executed.metadata.setdefault("linreg_course", {})
        course["seconds"] = round(time.monotonic() - began, 2)
        return executed, resources

    def _run(self, notebook: NotebookNode, resources: Any, km: Any) -> NotebookNode:
        """Run the notebook with copies of the files that stand beside it, in a folder that is removed."""
        self._until = time.monotonic() + self.submission_seconds
        self._ending: set[int] = set()
        self._printed: Counter[int] = Counter()
        beside = resources["metadata"].get("path")
        folders = resources.get("folders") or ([beside] if beside else [])
        with scratch_folder(resources.get("scratch"), folders) as scratch:
            home = dict.fromkeys(("HOME", "TMPDIR", "MPLCONFIGDIR"), scratch)
            self._start = {"cwd": scratch, "env": {**clean_environment(), **home, NESTED: "1", "COURSE_STATIC": "1"}}
            place = {**resources, "metadata": {**resources["metadata"], "path": scratch}}
            executed, _ = super().preprocess(notebook, place, km)
        return executed

    def setup_kernel(self, **kwargs: Any) -> Any:
        """Start the kernel in the folder."""
        self.timeout_func = self._seconds_of
        return super().setup_kernel(**{**self._start, **kwargs})

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        """Run or judge a cell; where it ends the kernel, say so in its outputs, and go on with a new one."""
        if cell.cell_type != "code":
            return cell, resources
        check = self._checks.get(grade_id(cell))
        self._began = time.monotonic()
        try:
            if self._began >= self._until:
                cell.outputs = [self._over()]
            elif check is None:
                self.execute_cell(cell, index, store_history=True)
            else:
                cell.outputs = self._verdict(cell, index, check)
        except (DeadKernelError, CellTimeoutError):
            cell.outputs.append(self._why(time.monotonic() - self._began))
            self._ending.add(index)
            self._go_on_after(index)
        finally:
            self.clear_display_id_mapping(index)  # a later cell may not change what stands here: it may be a verdict
        return cell, resources

    def _verdict(self, cell: NotebookNode, index: int, check: Check) -> list[NotebookNode]:
        """Return what a judge says of a check's answer, or why it says nothing, and what the answer has printed."""
        course = self.nb.metadata["linreg_course"]
        printed: list[NotebookNode] = []
        lang = course["language"] if course.get("language") in LANGUAGES else "en"

        def observe(request: str) -> str:
            looking = self.nb.cells[index] = new_code_cell(call_of(check.answer, request))
            heard = getattr(self.kc, "heard", 0)
            try:
                self.execute_cell(looking, index, store_history=False)
            finally:
                self.nb.cells[index] = cell
                self.clear_display_id_mapping(index)
            self.kc.heard = heard
            printed.extend(output for output in looking.outputs if output.output_type == "stream")
            return _seen_in(looking)

        try:
            said = own_judge().verdict(check.exercise, course["seeds"][check.exercise], lang, observe)
        except _UnobservedError as error:
            said = error.output
        except JudgeError as error:
            said = _error(GRADER, str(error))
        return [said, *printed]

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

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> NotebookNode | None:
        """Take a message, and of what it shows nothing that could run on a page."""
        if msg["msg_type"] in ("execute_result", "display_data", "update_display_data"):
            msg["content"] = harmless(msg["content"])
        return super().process_message(msg, cell, cell_index)

    def handle_comm_msg(self, *args: Any) -> None:
        """Do nothing: nobody turns a widget here."""

    def _why(self, seconds: float) -> NotebookNode:
        if time.monotonic() >= self._until:
            return self._over()
        if self.timeout is not None and seconds >= self.timeout:
            return _error(LATE, f"not done after {self.timeout:g} s, and it went on when it was interrupted")
        watched = getattr(self.km, "excess", "")
        usual = "it ended Python, took all memory or showed more than a notebook can hold"
        return _error(ENDED, f"it took {watched}" if watched else usual)

    def _over(self) -> NotebookNode:
        return _error(OVER, f"the {self.submission_seconds:g} s of the whole notebook were over")

    def _seconds_of(self, cell: NotebookNode) -> float:
        """Return how long a cell may go on; a check is one cell, however often its answer is looked at."""
        limits = [self._until] if self.timeout is None else [self._until, self._began + self.timeout]
        return max(min(limits) - time.monotonic(), 0.001)

    def _go_on_after(self, index: int) -> None:
        """Start a new kernel and bring it to where the old one was before the cell."""
        self._cleanup_kernel()
        self.km = self.create_kernel_manager()
        self.start_new_kernel(**self._start)
        self.start_new_kernel_client()
        for number in self._above(index):
            self._began = time.monotonic()
            try:
                self.execute_cell(copy.deepcopy(self.nb.cells[number]), number, store_history=True)
            except (DeadKernelError, CellTimeoutError):
                self._ending.add(number)
                self._go_on_after(index)
                return

    def _above(self, index: int) -> Iterator[int]:
        for number, cell in enumerate(self.nb.cells[:index]):
            again = cell.cell_type == "code" and number not in self._ending and grade_id(cell) not in self._checks
            if again and time.monotonic() < self._until:
                yield number


def errors_of(cell: NotebookNode) -> set[str]:
    """Return the names of the errors in a cell's outputs."""
    return {output.ename for output in cell.get("outputs", []) if output.output_type == "error"}


class _UnobservedError(Exception):
    """An answer could not be looked at; the output tells why."""

    def __init__(self, output: NotebookNode) -> None:
        super().__init__(output)
        self.output = output


def _seen_in(cell: NotebookNode) -> str:
    """Return what the kernel says that it has seen, or "" where it shows nothing of the kind."""
    for output in cell.outputs:
        if output.output_type == "error":
            raise _UnobservedError(output)
        if output.output_type == "display_data" and isinstance(output.data.get(SEEN), str):
            return str(output.data[SEEN])
    return ""


def _error(name: str, words: str) -> NotebookNode:
    return new_output("error", ename=name, evalue=words, traceback=[f"{name}: {words}"])
