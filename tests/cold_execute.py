"""nbgrader's own way of running a notebook, with this course's seeds: what the warm one is compared with."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import Execute

from linreg_course.exercises import check_in
from linreg_course.handin.afresh import NESTED


class ColdExecute(Execute):
    """nbgrader's `Execute`: an ipykernel for each notebook, in which the checks judge, on the grade's seeds."""

    def setup_kernel(self, **kwargs: Any) -> AbstractContextManager[None]:
        """Start the kernel for the notebook's run."""
        context: AbstractContextManager[None] = super().setup_kernel(env={**os.environ, NESTED: "1"}, **kwargs)
        return context

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> tuple[NotebookNode, Any]:
        """Run a cell; a check with the seed of its grade."""
        check, code = check_in(cell.source) if cell.cell_type == "code" else None, cell.source
        if check is not None:
            seed = self.nb.metadata["linreg_course"]["seeds"].get(check.exercise)
            cell.source = f"import linreg_course.check\nlinreg_course.check.CHECK_SEED = {seed}\n{code}"
        done = super().preprocess_cell(cell, resources, index)
        cell.source = code
        return done


def take_stock(course: Path) -> None:
    """Have `nbgrader autograde` in this copy of the course run notebooks as nbgrader does by itself."""
    here = str(Path(__file__).parent)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nimport sys\nsys.path.append({here!r})\n")
        file.write('c.Autograde.autograde_preprocessors[0] = "cold_execute.ColdExecute"\n')
