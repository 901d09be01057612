"""The instructor's words on an assignment: rubrics, model answers and solutions, from what a release keeps of them."""

from __future__ import annotations

import re
from pathlib import Path

from linreg_course.handin.nbgrader_course import RUBRICS
from linreg_course.handin.submission import Submission, UnreadableError, grade_id, read_submission, role

_MARKED = re.compile(r"^ *### BEGIN SOLUTION *\n(.*?)^ *### END SOLUTION *$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"^ *### (?:BEGIN|END) SOLUTION *\n?", re.MULTILINE)
# Above it stands the rubric, which is for those who grade.
_MODEL = re.compile(r"^\*\*(?:Model answer\.|参考答案。)\*\* *", re.MULTILINE)


def instructors_notebook(course: Path, assignment: str, lang: str) -> Submission | None:
    """Return an assignment with its solutions in a language, or in another where that is all there is, or None."""
    found = []
    for path in (course / "source" / assignment, course / RUBRICS / assignment / lang):
        try:
            found.append(read_submission(path / f"{assignment}.ipynb"))
        except UnreadableError:
            continue
    return next((one for one in found if one.lang == lang), found[0] if found else None)


def rubrics_in(notebook: Submission) -> dict[str, str]:
    """Return rubric and model answer of each answer in words as Markdown, by its name for grading."""
    answers = [cell for cell in notebook.graded() if role(cell) == "answer"]
    return {grade_id(cell): "\n".join(_MARKED.findall(cell.source)) or cell.source for cell in answers}


def solutions_in(notebook: Submission) -> dict[str, str]:
    """Return the model answers, by the name for grading of the cell that has their points."""
    found = {cell: _MODEL.split(text)[-1].strip() for cell, text in rubrics_in(notebook).items()}
    code: list[str] = []
    for cell in notebook.graded():
        if role(cell) == "solution":
            code.append(_MARK.sub("", cell.source).strip())
        elif role(cell) == "check":
            found[grade_id(cell)] = "\n\n".join(code)
            code = []
    return found
