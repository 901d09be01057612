"""What the scores of an autograded submission do not show: what gave no verdict, was late or was stopped."""

from __future__ import annotations

from collections.abc import Iterator

from nbformat import NotebookNode

from linreg_course.checking.verdict import Outcome
from linreg_course.grading.execute import ENDED, GRADER, LATE, OVER, errors_of
from linreg_course.grading.scores import NO_SCORE, NO_VERDICT
from linreg_course.handin.submission import grade_id, named, role
from linreg_course.handin.verdicts import exercise_of, is_judged, no_verdict, verdict_of
from linreg_course.language import LANGUAGES, Text


def unseen_in(notebook: NotebookNode) -> list[Text]:
    """Return it in words, for an executed notebook."""
    checks = [cell for cell in notebook.cells if is_judged(cell)]
    return [
        *_of_the_grader(checks),
        *_without_verdict(checks),
        *_undefined(checks),
        *_late(checks),
        *_no_scores(notebook),
        *stopped_in(notebook),
    ]


def is_our_fault(cell: NotebookNode) -> bool:
    """Tell whether a check itself failed, so that its 0 says nothing of the answer."""
    unchecked = (verdict_of(cell) or {}).get("outcome") == Outcome.UNCHECKED.value
    return unchecked or GRADER in errors_of(cell)


def why_none(cell: NotebookNode) -> Text:
    """Return why a check cell has no verdict: the words that `Scores` has put there, or the usual ones."""
    return _said(cell, NO_VERDICT) or no_verdict(cell)


def _of_the_grader(checks: list[NotebookNode]) -> Iterator[Text]:
    """Yield which checks failed themselves: a fault of the grader, which gives no points."""
    for cell in checks:
        name, record = exercise_of(cell), verdict_of(cell) or {}
        if is_our_fault(cell):
            error = next((one for one in cell.get("outputs", []) if one.get("ename") == GRADER), None)
            why = error.evalue if error is not None else record["note"][0]
            yield Text(
                en=f"The grader itself failed at the check of {name} ({why}); it counts 0: grade it again or by hand.",
                zh=f"评分程序自己在{name}的检查上出了错（{why}），所以按0分计：请重新评分，或手工评分。",
            )


def _without_verdict(checks: list[NotebookNode]) -> Iterator[Text]:
    for cell in checks:
        if verdict_of(cell) is None and GRADER not in errors_of(cell):
            yield why_none(cell)


def _undefined(checks: list[NotebookNode]) -> Iterator[Text]:
    """Yield which answers were not there: an untouched one is, and says that it is not written."""
    for record in (verdict_of(cell) or {} for cell in checks):
        if record.get("outcome") == Outcome.UNWRITTEN.value and record.get("note"):
            name = record["exercise"]
            yield Text(
                en=f"There was no {name} to judge: its cell ended with an error, or gives it another name.",
                zh=f"没有可以评判的{name}：它的单元格运行出错，或者写成了别的名字。",
            )


def _late(checks: list[NotebookNode]) -> Iterator[Text]:
    for record in (verdict_of(cell) or {} for cell in checks):
        if record.get("late"):
            yield Text(
                en=f"A call of {record['exercise']} did not return in time.",
                zh=f"{record['exercise']}有一次调用没有及时返回。",
            )


def _no_scores(notebook: NotebookNode) -> Iterator[Text]:
    """Yield which of an instructor's own tests showed a number that is no score."""
    for number, cell in enumerate(notebook.cells):
        words = _said(cell, NO_SCORE) if grade_id(cell) and role(cell) == "check" else None
        if words is not None:
            yield Text(en=f"{named(notebook, number)}: {words.en}", zh=f"{named(notebook, number)}：{words.zh}")


def _said(cell: NotebookNode, name: str) -> Text | None:
    """Return what `Scores` has put among a cell's outputs under the name of an error, or None."""
    error = next((one for one in cell.get("outputs", []) if one.get("ename") == name), None)
    return Text(*error.traceback) if error is not None and len(error.traceback) == len(LANGUAGES) else None


def stopped_in(notebook: NotebookNode) -> Iterator[Text]:
    """Yield which cells of an executed notebook were stopped, and why: no score shows it."""
    for number, cell in enumerate(notebook.cells):
        errors = errors_of(cell)
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
                en=f"The kernel died in the cell {name}, which ended Python, took too much of memory, disk or threads, "
                "or showed too much: what stands below it was run without it.",
                zh=f"内核在单元格{name}里意外退出了：它结束了Python，占用了太多内存、磁盘或线程，或者输出太多；它下面的单元格是跳过它之后运行的。",
            )
