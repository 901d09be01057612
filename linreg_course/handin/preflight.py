"""Run a submission in a fresh kernel, as grading does, and say what it would get."""

from __future__ import annotations

import copy
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from linreg_course.checking.deadline import CELL_SECONDS
from linreg_course.checking.verdict import RECORD
from linreg_course.handin.comparison import exercise_of, find_release, findings
from linreg_course.handin.submission import Submission, grade_id, points, read_submission, role
from linreg_course.language import Text

# Set in a kernel that preflight or grading has started: there a cell that calls `validate` on its own notebook
# would start the next kernel, and that one the next.
NESTED = "LINREG_RUN_AFRESH"


@dataclass
class Preflight:
    """What handing in this file would mean.

    Attributes:
        findings: what differs from the release, and cells that fail in a fresh kernel.
        verdicts: for each check cell its record (see `Verdict.record`), or None where it gave none.
        free: for each free response whether it was written.
        seconds: for each code cell that ran, its time.
    """

    submission: Submission
    findings: list[Text] = field(default_factory=list)
    verdicts: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    free: dict[str, bool] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The points of all checks, with the check's own numbers."""
        return float(sum(record["score"] for record in self.verdicts.values() if record))

    @property
    def points(self) -> float:
        """The most that the checks give."""
        return sum(points(cell) for cell in self.submission.graded() if role(cell) == "check")

    def __str__(self) -> str:
        return "\n".join(str(line) for line in _lines(self))

    def __repr__(self) -> str:
        return str(self)


def validate(path: str | Path) -> Preflight:
    """Return what would be graded in the saved notebook at `path`, run in a fresh kernel.

    The file itself is not changed; in JupyterLab, save it first.

    Raises:
        UnreadableError: the file is no submission; it says why.
    """
    submission = read_submission(Path(path))
    if os.environ.get(NESTED):
        return Preflight(submission, [RUN_AFRESH])
    release = find_release(submission)
    preflight = Preflight(submission, findings(submission, release))
    executed = copy.deepcopy(submission.notebook)
    _restore_checks(executed, release)
    stopped = _execute(executed, submission.path.resolve().parent, preflight.seconds)
    preflight.findings += [
        *stopped,
        *_only_in_the_running_kernel(submission.notebook, executed),
        *_lower_scores(submission.notebook, executed),
    ]
    unwritten = {grade_id(cell): cell.source for cell in release.graded()} if release else {}
    for cell in executed.cells:
        if grade_id(cell) and role(cell) == "check":
            preflight.verdicts[exercise_of(cell) or grade_id(cell)] = _record(cell)
        elif grade_id(cell) and role(cell) == "answer":
            preflight.free[grade_id(cell)] = cell.source.strip() not in ("", unwritten.get(grade_id(cell), "").strip())
    return preflight


RUN_AFRESH = Text(
    en="This notebook is being run afresh: a preflight in it is left out.",
    zh="这个笔记本正在重新运行：其中的预检略过不做。",
)


def _restore_checks(notebook: NotebookNode, release: Submission | None) -> None:
    """Put the released checks in the place of edited ones, as grading does."""
    theirs = {grade_id(cell): cell for cell in release.graded()} if release else {}
    for cell in notebook.cells:
        name = grade_id(cell)
        if name in theirs and role(theirs[name]) == "check" and cell.cell_type == "code":
            cell.source = theirs[name].source


def _execute(notebook: NotebookNode, folder: Path, seconds: dict[str, float]) -> list[Text]:
    """Run the cells in a fresh kernel; an error in one does not stop the next. Return what stopped the run."""
    began: dict[str, float] = {}

    def on_start(cell: NotebookNode, cell_index: int) -> None:
        began[_name(cell, cell_index)] = time.monotonic()

    def on_end(cell: NotebookNode, cell_index: int, **_: Any) -> None:
        name = _name(cell, cell_index)
        seconds[name] = time.monotonic() - began[name]

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
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
    try:
        client.execute(env={**os.environ, "COURSE_STATIC": "1", NESTED: "1"})
    except (CellTimeoutError, DeadKernelError):
        name = list(began)[-1] if began else ""
        return [
            Text(
                en=f"The kernel stopped in the cell {name}: nothing after it was run.",
                zh=f"内核在单元格{name}停止了：它后面的都没有运行。",
            )
        ]
    return []


def _name(cell: NotebookNode, number: int) -> str:
    return grade_id(cell) or str(cell.get("id") or number + 1)


def _only_in_the_running_kernel(saved: NotebookNode, fresh: NotebookNode) -> Iterator[Text]:
    """Yield the cells that fail afresh although their saved outputs show no error."""
    for number, (before, after) in enumerate(zip(saved.cells, fresh.cells, strict=True)):
        error = _error(after)
        if error is None:
            continue
        name, words = _name(after, number), f"{error.ename}: {error.evalue}"
        if before.get("execution_count") and _error(before) is None:
            yield Text(
                en=f"The cell {name} fails in a fresh kernel ({words}), though it ran in yours: it needs something "
                "that another or a deleted cell had made. Restart the kernel, run all cells and mend it.",
                zh=f"单元格{name}在新的内核里出错（{words}），在你的内核里却运行过：它依赖别的或已删除的单元格"
                "留下的东西。请重启内核，运行全部单元格，然后改好。",
            )
        else:
            yield Text(en=f"The cell {name} fails: {words}.", zh=f"单元格{name}出错：{words}。")


def _lower_scores(saved: NotebookNode, fresh: NotebookNode) -> Iterator[Text]:
    """Yield the checks that gave more in the student's kernel than they give afresh."""
    for before, after in zip(saved.cells, fresh.cells, strict=True):
        theirs, ours = _record(before), _record(after)
        if theirs and ours and theirs.get("score", 0) > ours["score"]:
            name, was, now = ours["exercise"], theirs["score"], ours["score"]
            yield Text(
                en=f"The check of {name} gave {was:g} in your kernel and gives {now:g} in a fresh one: was its cell "
                "edited or deleted after you ran it?",
                zh=f"{name}的检查在你的内核里得{was:g}分，在新的内核里得{now:g}分：运行之后，它的单元格被改动或删除过吗？",
            )


def _error(cell: NotebookNode) -> NotebookNode | None:
    return next((output for output in cell.get("outputs", []) if output.output_type == "error"), None)


def _record(cell: NotebookNode) -> dict[str, Any] | None:
    for output in cell.get("outputs", []):
        if output.output_type == "execute_result" and RECORD in output.metadata:
            return dict(output.metadata[RECORD])
    return None


def _lines(preflight: Preflight) -> Iterator[Text]:
    submission = preflight.submission
    head = f"{submission.path.name}: {submission.assignment} ({submission.lang})"
    yield Text(en=head, zh=head)
    for name, record in preflight.verdicts.items():
        yield _verdict_line(name, record)
    for name, written in preflight.free.items():
        state = Text(en="written, graded by hand" if written else "empty", zh="已写，人工评分" if written else "空着")
        yield Text(en=f"  {name}: {state.en}", zh=f"  {name}：{state.zh}")
    slowest = max(preflight.seconds, key=lambda name: preflight.seconds[name], default=None)
    if slowest is not None:
        total, longest = sum(preflight.seconds.values()), preflight.seconds[slowest]
        yield Text(
            en=f"time: {total:.1f} s in all, longest {slowest} {longest:.1f} s",
            zh=f"用时：共{total:.1f}秒，最长的是{slowest}，{longest:.1f}秒",
        )
    for finding in preflight.findings:
        yield Text(en=f"! {finding.en}", zh=f"! {finding.zh}")
    score = f"{preflight.score:g} / {preflight.points:g}"
    yield Text(en=f"score of the checks: {score}", zh=f"检查得分：{score}")


def _verdict_line(name: str, record: dict[str, Any] | None) -> Text:
    if record is None:
        return Text(en=f"  {name}: no score, its check did not end", zh=f"  {name}：没有得分，检查没有运行到底")
    states = {True: "✓", False: "✗", None: "–"}
    rules = ", ".join(f"{states[held]} {rule}" for rule, held in record["rules"].items())
    score = f"{record['score']:g} / {record['points']:g}"
    return Text(en=f"  {name}: {score}  ({rules})", zh=f"  {name}：{score}（{rules}）")
