"""Run a submission in a fresh kernel, as grading does, and say what it would get."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from linreg_course.handin.afresh import NESTED, run_afresh
from linreg_course.handin.answers import State, in_words
from linreg_course.handin.ending import Run, not_judged, told
from linreg_course.handin.finding import find_release
from linreg_course.handin.report import lines_of
from linreg_course.handin.submission import Submission, grade_id, named, points, role
from linreg_course.handin.verdicts import exercise_of, is_judged, no_verdict, verdict_of
from linreg_course.language import Text


@dataclass
class Preflight:
    """What handing in this file would mean.

    Attributes:
        findings: what would be lost or a person has to look at, and cells that fail in a fresh kernel.
        worth: for each check of the assignment the points that it gives at most, also where the submission lost it.
        verdicts: for each check cell its record (see `Verdict.record`), or None where it gave none.
        free: for each answer in words the heading above it and how far it is.
        seconds: for each code cell that ran, by its place in the notebook, its time.
    """

    submission: Submission
    findings: list[Text] = field(default_factory=list)
    worth: dict[str, float] = field(default_factory=dict)
    verdicts: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    free: list[tuple[str, State]] = field(default_factory=list)
    seconds: dict[int, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The points of all checks, with the check's own numbers."""
        return float(sum(record["score"] for record in self.verdicts.values() if record))

    @property
    def points(self) -> float:
        """The most that the checks give."""
        return sum(self.worth.values())

    @property
    def is_finished(self) -> bool:
        """Tell whether all checks give their points, all answers in words are written, and nothing would be lost."""
        return not self.findings and self.score == self.points and all(state is State.WRITTEN for _, state in self.free)

    def __str__(self) -> str:
        return "\n".join(str(line) for line in lines_of(self))

    def __repr__(self) -> str:
        return str(self)


def preflight(submission: Submission, on_cell: Callable[[int], object] = lambda number: None) -> Preflight:
    """Return what would be graded in a submission, run in a fresh kernel; the file is not changed.

    Args:
        submission: what would be handed in.
        on_cell: is called with 1 after each code cell, in another thread.

    Raises:
        NoKernelError: no kernel could be started.
    """
    if os.environ.get(NESTED):
        return Preflight(submission, [RUN_AFRESH])
    release = find_release(submission)
    executed = copy.deepcopy(submission.notebook)
    findings = [*submission.doubts, *([] if release else [NO_RELEASE])]
    found = Preflight(submission, findings, worth=_worth(release or submission))
    run = run_afresh(executed, submission.path.resolve().parent, on_cell)
    found.seconds = run.seconds
    found.findings += [
        *told(run, executed),
        *_only_in_the_running_kernel(submission.notebook, executed, run),
        *_lower_scores(submission.notebook, executed),
    ]
    checks = [cell for cell in executed.cells if grade_id(cell) and role(cell) == "check"]
    found.verdicts = {_check_name(cell): verdict_of(cell) for cell in checks}
    found.findings += _without_verdict(executed, run)
    found.free = in_words(submission, release)
    return found


RUN_AFRESH = Text(
    en="This notebook is being run afresh: a preflight in it is left out.",
    zh="这个笔记本正在重新运行：其中的预检略过不做。",
)

NO_RELEASE = Text(
    en="There is no released copy in notebooks/ to compare with: what is missing or was changed cannot be told.",
    zh="notebooks/里没有发布时的副本可以比较：无法判断缺少或改动了什么。",
)


def _worth(assignment: Submission) -> dict[str, float]:
    return {_check_name(cell): points(cell) for cell in assignment.graded() if role(cell) == "check"}


def _check_name(cell: NotebookNode) -> str:
    return exercise_of(cell) or grade_id(cell)


def _without_verdict(executed: NotebookNode, run: Run) -> Iterator[Text]:
    for number, cell in enumerate(executed.cells):
        if is_judged(cell) and verdict_of(cell) is None:
            ended = run.ending is not None and number >= run.last
            yield not_judged(run, executed, cell) if ended else no_verdict(cell)


def _only_in_the_running_kernel(saved: NotebookNode, fresh: NotebookNode, run: Run) -> Iterator[Text]:
    """Yield the cells that fail afresh although their saved outputs show no error."""
    interrupted = {*run.late, *([run.last] if run.ending else [])}
    for number, (before, after) in enumerate(zip(saved.cells, fresh.cells, strict=True)):
        error = _error(after)
        if error is None or (number in interrupted and error.ename == "KeyboardInterrupt"):
            continue
        name, words = named(fresh, number), f"{error.ename}: {error.evalue}"
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
        theirs, ours = verdict_of(before), verdict_of(after)
        if theirs and ours and theirs.get("score", 0) > ours["score"]:
            name, was, now = ours["exercise"], theirs["score"], ours["score"]
            yield Text(
                en=f"The check of {name} gave {was:g} in your kernel and gives {now:g} in a fresh one: was its cell "
                "edited or deleted after you ran it?",
                zh=f"{name}的检查在你的内核里得{was:g}分，在新的内核里得{now:g}分：运行之后，它的单元格被改动或删除过吗？",
            )


def _error(cell: NotebookNode) -> NotebookNode | None:
    return next((output for output in cell.get("outputs", []) if output.output_type == "error"), None)
