"""The score of a check is its verdict's: a step of nbgrader's autograding, after the notebook has run."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

from linreg_course.handin.verdicts import is_judged, no_verdict, verdict_of, verdict_output
from linreg_course.language import Text

NO_VERDICT = "NoVerdict"


class Scores(NbGraderPreprocessor):
    """Put what nbgrader takes for a check's score first among its outputs, or the reason for which it has none.

    nbgrader reads outputs in their order: an error, or anything on stderr, is 0; a number is the
    score; nothing is full points. So a warning before the verdict would cost all, and a check that
    shows nothing would have full points.
    """

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        """Move the verdict of a check cell to the front, or put an error there that says that there is none."""
        if is_judged(cell):
            cell.outputs = [_first(cell), *(output for output in cell.outputs if output is not verdict_output(cell))]
        return cell, resources


def missing_verdicts(notebook: NotebookNode) -> list[Text]:
    """Return the reasons for which checks of an autograded notebook have 0 points without a verdict."""
    return [no_verdict(cell) for cell in notebook.cells if is_judged(cell) and verdict_of(cell) is None]


def late_in(notebook: NotebookNode) -> list[Text]:
    """Return which answers of an autograded notebook did not return in time."""
    records = [verdict_of(cell) or {} for cell in notebook.cells if is_judged(cell)]
    return [
        Text(
            en=f"A call of {record['exercise']} did not return in time.",
            zh=f"{record['exercise']}有一次调用没有及时返回。",
        )
        for record in records
        if record.get("late")
    ]


def _first(cell: NotebookNode) -> NotebookNode:
    output, record = verdict_output(cell), verdict_of(cell)
    if output is None or record is None:
        reason = no_verdict(cell)
        return new_output("error", ename=NO_VERDICT, evalue=reason.en, traceback=[reason.en, reason.zh])
    output.data["text/plain"] = str(float(record["score"]))
    return output
