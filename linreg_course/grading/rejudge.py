"""Judge checks of a graded submission again: its notebook is run afresh, with the seeds of its grade."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties

from linreg_course.grading.intake import FOLDER as REPAIRED
from linreg_course.grading.lateness import lateness_of
from linreg_course.grading.pools import Run
from linreg_course.grading.provenance import rules_digest, versions
from linreg_course.grading.scores import of_check
from linreg_course.grading.stamps import restamp
from linreg_course.grading.unseen import unseen_in
from linreg_course.handin.submission import grade_id
from linreg_course.handin.verdicts import verdict_of
from linreg_course.wall.check_cells import checks_of


@dataclass(frozen=True)
class Graded:
    """A submission that was graded: its notebook with the verdicts, where nbgrader keeps it.

    Attributes:
        checks: what each of its test cells checks, by the gradebook; None for an instructor's own test.
        points: by cell, the most points there are in the gradebook.
    """

    course: Path
    student: str
    assignment: str
    notebook: NotebookNode
    checks: dict[str, Any]
    points: dict[str, float]

    @property
    def path(self) -> Path:
        """Where the notebook is."""
        return self.course / "autograded" / self.student / self.assignment / f"{self.assignment}.ipynb"

    def exercises(self) -> dict[str, str]:
        """Return the exercise of each check that there is in the notebook, by the cell's name for grading."""
        there = {grade_id(cell) for cell in self.notebook.cells}
        return {cell: check.exercise for cell, check in self.checks.items() if check is not None and cell in there}

    def changed(self) -> dict[str, str]:
        """Return those whose rules are not the ones by which they were judged."""
        rules = self.notebook.metadata.get("linreg_course", {}).get("rules", {})
        return {cell: name for cell, name in self.exercises().items() if rules.get(name) != rules_digest(name)}


def graded_of(api: NbGraderAPI, assignment: str, student: str) -> Graded | None:
    """Return a student's graded submission, or None where there is none, or the gradebook does not know it."""
    course = Path(api.coursedir.root)
    path = course / "autograded" / student / assignment / f"{assignment}.ipynb"
    if not path.is_file():
        return None
    with Gradebook(api.coursedir.db_url) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return None
        points = {grade.name: float(grade.max_score) for one in submission.notebooks for grade in one.grades}
    known = {"db_url": api.coursedir.db_url, "assignment": assignment, "notebook": assignment}
    return Graded(course, student, assignment, nbformat.read(path, as_version=4), checks_of(known), points)


def judged_again(api: NbGraderAPI, graded: Graded, cells: dict[str, str], run: Run) -> Callable[[], NotebookNode]:
    """Begin to judge these check cells again; return what ends it, with the notebook in which only they are new.

    What stands below the last of them is not run, and no other check is judged.
    """
    notebook = copy.deepcopy(graded.notebook)
    last = max(place for place, cell in enumerate(notebook.cells) if grade_id(cell) in cells)
    others = graded.exercises().keys() - cells.keys()
    notebook.cells = [cell for cell in notebook.cells[: last + 1] if grade_id(cell) not in others]
    beside = [graded.course / folder / graded.student / graded.assignment for folder in (REPAIRED, "submitted")]
    submitted = next((folder for folder in beside if folder.is_dir()), graded.path.parent)
    task = {
        "notebook": nbformat.writes(notebook),
        "folders": [str(submitted), str(graded.course / "source" / graded.assignment)],
        "checks": {cell: check for cell, check in graded.checks.items() if cell in cells},
        "options": {**api.config.Execute, **api.config.WarmExecute},
    }
    executed = run(task)
    return lambda: _merged(graded, nbformat.reads(executed.result(), as_version=4), cells)


def _merged(graded: Graded, executed: NotebookNode, cells: dict[str, str]) -> NotebookNode:
    """Return the graded notebook with the outputs of these cells as they are now."""
    after = copy.deepcopy(graded.notebook)
    now = {grade_id(cell): cell for cell in executed.cells if grade_id(cell) in cells}
    for cell in after.cells:
        if grade_id(cell) in cells:
            # A release may have given the cell other points since.
            cell.metadata.nbgrader["points"] = graded.points[grade_id(cell)]
            cell.outputs = of_check(NotebookNode({**cell, "outputs": now[grade_id(cell)].outputs}))
    course = after.metadata["linreg_course"]
    rules = {**course.get("rules", {}), **{name: rules_digest(name) for name in cells.values()}}
    after.metadata["linreg_course"] = {**course, "rules": rules, "versions": versions()}
    return after


def score_in(notebook: NotebookNode, name: str) -> float:
    """Return the points that a check's verdict gives; none where there is no verdict."""
    record = record_in(notebook, name)
    return float(record["score"]) if record is not None else 0.0


def record_in(notebook: NotebookNode, name: str) -> dict[str, Any] | None:
    """Return the record of the verdict in the check cell of this name for grading, or None."""
    return next((verdict_of(cell) for cell in notebook.cells if grade_id(cell) == name), None)


def write(api: NbGraderAPI, graded: Graded, after: NotebookNode, cells: dict[str, str]) -> None:
    """Put the new verdicts into the gradebook and the graded notebook; what a person gave or wrote stays."""
    with Gradebook(api.coursedir.db_url) as gradebook:
        for name in cells:
            grade = gradebook.find_grade(name, graded.assignment, graded.assignment, graded.student)
            grade.auto_score = min(score_in(after, name), grade.max_score)
        gradebook.db.commit()
    beside = graded.path.with_suffix(".part")
    beside.write_text(nbformat.writes(after), encoding="utf-8")
    os.replace(beside, graded.path)
    seen, rules = tuple(unseen_in(after)), after.metadata["linreg_course"]["rules"]
    restamp(graded.course, graded.student, graded.assignment, seen, rules, _penalised(api, graded))


def _penalised(api: NbGraderAPI, graded: Graded) -> str:
    """Have nbgrader take the penalty for lateness from the new score; return until when it was due."""
    directory = CourseDirectory(parent=api, assignment_id=graded.assignment, student_id=graded.student)
    known = {"notebook": graded.assignment, "assignment": graded.assignment, "student": graded.student}
    resources = {"nbgrader": {**known, "db_url": directory.db_url}}
    AssignLatePenalties(parent=api).preprocess(nbformat.v4.new_notebook(), resources)
    with Gradebook(directory.db_url) as gradebook:
        return lateness_of(gradebook.find_submission(graded.assignment, graded.student)).until
