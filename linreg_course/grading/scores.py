"""The score of a check is its verdict's, and a number that another test shows is one of points, or none."""

from __future__ import annotations

import math
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor

from linreg_course.handin.submission import grade_id, points
from linreg_course.handin.verdicts import no_verdict, verdict_of, verdict_output
from linreg_course.language import Text
from linreg_course.wall.check_cells import checks_of

NO_VERDICT, NO_SCORE = "NoVerdict", "NoScore"


class Scores(NbGraderPreprocessor):
    """Put what nbgrader takes for a test's score first among its outputs, or the reason for which it has none.

    nbgrader reads outputs in their order: an error, or anything on stderr, is 0; a number is the
    score; nothing is full points. So a warning before the verdict would cost all, and a check that
    shows nothing would have full points.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Order the outputs of each test cell that the gradebook knows."""
        checks = checks_of(resources["nbgrader"])
        for cell in nb.cells:
            name = grade_id(cell)
            if name in checks:
                cell.outputs = _of_plain_test(cell) if checks[name] is None else of_check(cell)
        return nb, resources


def of_check(cell: NotebookNode) -> list[NotebookNode]:
    """Return a check cell's outputs with its verdict first, or with the reason for which there is none."""
    output, record = verdict_output(cell), verdict_of(cell)
    if output is None or record is None:
        reason = no_verdict(cell)
        error = new_output("error", ename=NO_VERDICT, evalue=reason.en, traceback=[reason.en, reason.zh])
        return [error, *cell.outputs]
    output.data["text/plain"] = str(float(record["score"]))
    return [output, *(one for one in cell.outputs if one is not output)]


def _of_plain_test(cell: NotebookNode) -> list[NotebookNode]:
    """Put stderr last, and an error before a number that is no score."""
    said = [one for one in cell.outputs if one.output_type == "stream" and one.name == "stderr"]
    others = [one for one in cell.outputs if one not in said]
    shown = next((one for one in others if one.output_type in ("error", "execute_result")), None)
    reason = _no_score(shown, points(cell)) if shown is not None and shown.output_type == "execute_result" else None
    if reason is None:
        return [*others, *(new_output("stream", name="stdout", text=one.text) for one in said)]
    return [new_output("error", ename=NO_SCORE, evalue=reason.en, traceback=[reason.en, reason.zh]), *cell.outputs]


def _no_score(output: NotebookNode, most: float) -> Text | None:
    """Return why nbgrader can make no score of a cell's value, or None."""
    value = output.data.get("text/plain")
    try:
        number = float(value) if isinstance(value, str) and value else math.nan
    except ValueError:  # words: nbgrader gives the points of a cell that ended without an error
        return None
    if 0 <= number <= most:
        return None
    return Text(
        en=f"The test showed {value!r}, which is no number from 0 to {most:g}: it counts 0.",
        zh=f"这个测试显示的是{value!r}，不是0到{most:g}之间的数：按0分计。",
    )
