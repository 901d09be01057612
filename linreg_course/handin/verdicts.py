"""The verdict in a check cell's outputs: what it says is the score, whatever else the cell shows."""

from __future__ import annotations

import math
from typing import Any

from nbformat import NotebookNode

from linreg_course.checking.verdict import RECORD
from linreg_course.exercises import EXERCISES, called_in, check_in
from linreg_course.handin.submission import grade_id, points, role
from linreg_course.language import Text


def exercise_of(cell: NotebookNode) -> str:
    """Return the exercise that a check cell calls, or ""."""
    return next((name for name in called_in(cell.source) if name in EXERCISES), "")


def is_judged(cell: NotebookNode) -> bool:
    """Tell whether a cell is a check of one of the course's exercises and nothing else: it gives a verdict."""
    return cell.cell_type == "code" and bool(grade_id(cell)) and role(cell) == "check" and bool(check_in(cell.source))


def verdict_output(cell: NotebookNode) -> NotebookNode | None:
    """Return the output of a check cell that is a verdict on its exercise, or None."""
    return next((output for output in cell.get("outputs", []) if _is_verdict(output, cell)), None)


def verdict_of(cell: NotebookNode) -> dict[str, Any] | None:
    """Return the record of a check cell's verdict (see `Verdict.record`), or None where it gave none."""
    output = verdict_output(cell)
    return None if output is None else dict(output.metadata[RECORD])


def no_verdict(cell: NotebookNode) -> Text:
    """Return why a check cell without a verdict counts 0, and what to do."""
    name = exercise_of(cell)
    error = next((output for output in cell.get("outputs", []) if output.output_type == "error"), None)
    en, zh = (f" ({error.ename}: {error.evalue})", f"（{error.ename}: {error.evalue}）") if error else ("", "")
    return Text(
        en=f"The check of {name} gave no verdict{en}, so it counts 0: run the setup cell and the cells above it, and "
        "leave `check` and the check cell as they are.",
        zh=f"{name}的检查没有给出判定{zh}，所以按0分计：请先运行设置单元格和它上面的单元格，并让`check`和检查单元格保持原样。",
    )


def _is_verdict(output: NotebookNode, cell: NotebookNode) -> bool:
    if output.output_type != "execute_result":
        return False
    record = output.metadata.get(RECORD)
    if not isinstance(record, dict) or record.get("exercise") != exercise_of(cell):
        return False
    score = record.get("score")
    if not isinstance(score, int | float) or isinstance(score, bool) or not math.isfinite(score):
        return False
    return 0 <= score <= points(cell)
