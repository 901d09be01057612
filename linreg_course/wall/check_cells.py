"""Which cells are tests, and what of: by the gradebook, whatever a submission says of its cells."""

from __future__ import annotations

from typing import Any

from nbgrader.api import Gradebook

from linreg_course.exercises import Check, check_in


def checks_of(known: dict[str, Any]) -> dict[str, Check | None]:
    """Return the test cells of a notebook by their grade_id: what each checks, or None.

    A check of the course is judged; whatever else an instructor wrote is run beside the student's code, with
    nothing to protect its score.

    Args:
        known: what nbgrader's preprocessors have of the notebook, `resources["nbgrader"]`.
    """
    with Gradebook(known["db_url"]) as gradebook:
        notebook = gradebook.find_notebook(known["notebook"], known["assignment"])
        sources = {cell.name: cell.source or "" for cell in notebook.source_cells}
        answers = {cell.name for cell in notebook.solution_cells}
        tests = [cell.name for cell in notebook.grade_cells if cell.cell_type == "code" and cell.name not in answers]
    return {name: check_in(sources.get(name, "")) for name in tests}
