"""The model answers of an assignment, from the instructor's notebook."""

from __future__ import annotations

import re
from pathlib import Path

from linreg_course.handin.submission import UnreadableError, grade_id, read_submission, role

_MARK = re.compile(r"^ *### (?:BEGIN|END) SOLUTION *\n?", re.MULTILINE)
# Above it stands the rubric, which is for those who grade.
_MODEL = re.compile(r"^\*\*(?:Model answer\.|参考答案。)\*\* *", re.MULTILINE)


def solutions_of(course: Path, assignment: str, lang: str) -> dict[str, str]:
    """Return the model answers, by the name for grading of the cell that has their points.

    Args:
        course: nbgrader's tree.
        assignment: its name.
        lang: "en" or "zh"; English where there is no other.
    """
    folder = course / "source" / assignment
    place = folder / lang / f"{assignment}.ipynb"
    try:
        cells = read_submission(place if place.is_file() else folder / f"{assignment}.ipynb").graded()
    except UnreadableError:
        return {}
    found: dict[str, str] = {}
    code: list[str] = []
    for cell in cells:
        text = _MARK.sub("", cell.source).strip()
        if role(cell) == "answer":
            found[grade_id(cell)] = _MODEL.split(text)[-1].strip()
        elif role(cell) == "solution":
            code.append(text)
        else:
            found[grade_id(cell)] = "\n\n".join(code)
            code = []
    return found
