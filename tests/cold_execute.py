"""nbgrader's own way of running a notebook, with this course's seeds: what the warm one is compared with."""

from __future__ import annotations

import json
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import Execute

from linreg_course.checking.judging import SEEDS_VARIABLE
from linreg_course.handin.afresh import NESTED


class ColdExecute(Execute):
    """nbgrader's `Execute`: an ipykernel for each notebook, which finds the recorded seeds in its environment."""

    def setup_kernel(self, **kwargs: Any) -> AbstractContextManager[None]:
        """Start the kernel for the notebook's run."""
        seeds = json.dumps(self.nb.metadata["linreg_course"]["seeds"])
        env = {**os.environ, SEEDS_VARIABLE: seeds, NESTED: "1"}
        context: AbstractContextManager[None] = super().setup_kernel(env=env, **kwargs)
        return context


def take_stock(course: Path) -> None:
    """Have `nbgrader autograde` in this copy of the course run notebooks as nbgrader does by itself."""
    here = str(Path(__file__).parent)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nimport sys\nsys.path.append({here!r})\n")
        file.write('c.Autograde.autograde_preprocessors[0] = "cold_execute.ColdExecute"\n')
