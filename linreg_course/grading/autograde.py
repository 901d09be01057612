"""nbgrader's autograding in two steps: an executor runs the notebooks, this process alone writes the gradebook."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from nbgrader.utils import capture_log
from traitlets import import_item

from linreg_course.grading.intake import FOLDER as REPAIRED
from linreg_course.grading.pools import PoolError, Run
from linreg_course.handin.nbgrader_course import cause_of
from linreg_course.wall.check_cells import checks_of


class NotGradedError(Exception):
    """nbgrader could not grade a submission; it says why."""


class PooledAutograde(Autograde):
    """nbgrader's `Autograde` of one submission, whose notebook is executed elsewhere.

    `submit` goes nbgrader's way up to the execution, and only reads. `finish` goes all of it, and takes the
    executed notebook where nbgrader would execute it.
    """

    def __init__(self, api: NbGraderAPI, assignment: str, student: str) -> None:
        coursedir = CourseDirectory(parent=api, assignment_id=assignment, student_id=student)
        super().__init__(coursedir=coursedir, parent=api)
        self.force = True
        self._sanitized: dict[str, str] = {}
        self._executed: dict[str, Future[str]] = {}
        self._failure: Exception | None = None

    def submit(self, run: Run) -> None:
        """Have the notebooks run; what stops nbgrader before that is raised again by `finish`.

        Args:
            run: hands a task of `grading.execute.grade` to an executor.
        """
        try:
            self.init_notebooks()
            self.exporter = self.exporter_class(parent=self, config=self.config)
            super()._init_preprocessors()
            for filename in (name for names in self.assignments.values() for name in names):
                resources = self.init_single_notebook_resources(filename)
                notebook, _ = self.exporter.from_filename(filename, resources=resources)
                name = resources["nbgrader"]["notebook"]
                self._sanitized[name] = notebook
                self._executed[name] = run(self._task(notebook, resources["nbgrader"]))
        except Exception as error:
            self._failure = error

    def finish(self) -> None:
        """Grade the submission.

        Raises:
            NotGradedError: nbgrader could not.
            PoolError: what runs notebooks can run no more of them.
        """
        for execution in self._executed.values():
            failure = execution.exception()
            if isinstance(failure, PoolError):  # nbgrader would take it for this submission's
                raise failure
        done = capture_log(self)
        if str(done.get("error") or "").rstrip().endswith("KeyboardInterrupt"):  # nbgrader keeps it to itself
            raise KeyboardInterrupt
        if not done["success"]:
            raise NotGradedError(cause_of(str(done.get("log") or "") + str(done.get("error") or "")))

    @property
    def _input_directory(self) -> str:
        """The folder of what was handed in, or of what was repaired of it."""
        repaired = Path(self.coursedir.root) / REPAIRED / self.coursedir.student_id / self.coursedir.assignment_id
        return REPAIRED if self._sanitizing and repaired.is_dir() else str(super()._input_directory)

    def _task(self, notebook: str, known: dict[str, Any]) -> dict[str, Any]:
        source = self.coursedir.format_path(self.coursedir.source_directory, ".", self.coursedir.assignment_id)
        submitted = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        checks = checks_of(known)
        options = {**self.config.Execute, **self.config.WarmExecute}
        return {"notebook": notebook, "folders": [submitted, source], "checks": checks, "options": options}

    def _init_preprocessors(self) -> None:
        self.exporter._preprocessors = []
        steps = [self._take_sanitized] if self._sanitizing else map(self._or_executed, self.autograde_preprocessors)
        for step in steps:
            self.exporter.register_preprocessor(step)

    def _or_executed(self, step: Any) -> Any:
        kind = import_item(step) if isinstance(step, str) else step
        return self._take_executed if isinstance(kind, type) and issubclass(kind, Execute) else step

    def _take_sanitized(self, notebook: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        if self._failure is not None:
            raise self._failure
        return nbformat.reads(self._sanitized[resources["nbgrader"]["notebook"]], as_version=4), resources

    def _take_executed(self, notebook: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        return nbformat.reads(self._executed[resources["nbgrader"]["notebook"]].result(), as_version=4), resources
