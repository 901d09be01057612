"""The rubric below each answer in words, on formgrader's page and nowhere else."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Any

from nbconvert.filters import markdown2html
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output
from nbgrader.coursedir import CourseDirectory

from linreg_course.grading.solutions import instructors_notebook, rubrics_in
from linreg_course.handin.submission import grade_id, role
from linreg_course.language import LANGUAGES, Text

TITLE = Text(en="Rubric and model answer", zh="评分标准和参考答案")
# What formgrader alone says of a page: feedback goes to students, and its converter hands over "nbgrader".
_FORMGRADERS = {"submission_id", "assignment_id", "notebook_id"}


class Rubrics(Preprocessor):
    """Put the instructor's words below each answer that a person grades; `nbgrader_config.py` names it."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the page's notebook, which is written nowhere, with the instructor's rubrics in it."""
        if not resources.keys() >= _FORMGRADERS or "nbgrader" in resources:
            return nb, resources
        lang, rubrics = self._rubrics(resources["assignment_id"], _language(nb))
        cells = []
        for cell in nb.cells:
            said = rubrics.get(grade_id(cell)) if _in_words(cell) else None
            cells += [cell] if said is None else [cell, _shown(said, lang)]
        nb.cells = cells
        return nb, resources

    def _rubrics(self, assignment: str, lang: str) -> tuple[str, dict[str, str]]:
        """Return in which language the rubrics are, and each as Markdown by grade_id; none where there is no source."""
        source = instructors_notebook(Path(CourseDirectory(parent=self).root), assignment, lang)
        return (lang, {}) if source is None else (source.lang, rubrics_in(source))


def _language(notebook: NotebookNode) -> str:
    """Return a submission's language; its metadata are a student's, and may say anything."""
    course = notebook.metadata.get("linreg_course")
    lang = course.get("language") if isinstance(course, dict) else None
    return lang if isinstance(lang, str) and lang in LANGUAGES else "en"


def _in_words(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and bool(grade_id(cell)) and role(cell) == "answer"


def _shown(rubric: str, lang: str) -> NotebookNode:
    """Return a cell that shows a rubric: as an output, since a page shows the HTML in a cell of Markdown as text."""
    title = html.escape(TITLE.zh if lang == "zh" else TITLE.en)
    # formgrader's Tab goes from one "tabbable" to the next.
    page = (
        f'<details class="panel panel-info rubric" lang="{lang}" open>'
        f'<summary class="panel-heading tabbable" style="display: list-item"><strong>{title}</strong></summary>'
        f'<div class="panel-body">{markdown2html(rubric)}</div></details>'
    )
    output = new_output("display_data", {"text/html": page})
    return new_code_cell(outputs=[output], metadata={"transient": {"remove_source": True}})
