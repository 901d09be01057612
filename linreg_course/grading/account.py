"""What became of a submission, cell by cell: points, verdicts, a person's comments, and what was said of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook, GradeCell, SubmittedNotebook

from linreg_course.grading.unseen import is_our_fault, why_none
from linreg_course.handin.submission import grade_id, heading_above
from linreg_course.handin.verdicts import exercise_of, verdict_of
from linreg_course.language import Text

# What nbgrader says in a comment's place where an answer was left as it was.
_NO_RESPONSE = "No response."


class Kind(Enum):
    """What gives the points of a cell."""

    CHECK = "a check of the course"
    WORDS = "a person, for an answer in words"
    TEST = "a test of the instructor's own"


@dataclass(frozen=True)
class Part:
    """A graded cell of a submission.

    Attributes:
        cell: its name for grading.
        heading: the heading above it, or its name where there is none.
        score: the points, None where a person has yet to give them.
        most: the most points there are.
        exercise: what a check checks, or "".
        record: the verdict's record (see `Verdict.record`), or None where there is none.
        answer: what the student wrote.
        errors: how the answer's cell ended, where it ended with an error.
        comment: a person's.
        by_hand: whether a person has changed what a check gave.
        why: why a check has no verdict, or None.
        is_our_fault: whether the check itself failed.
    """

    cell: str
    heading: str
    kind: Kind
    score: float | None
    most: float
    exercise: str
    record: dict[str, Any] | None
    answer: str
    errors: tuple[str, ...]
    comment: str
    by_hand: bool
    why: Text | None
    is_our_fault: bool


def waits(grade: Grade) -> bool:
    """Tell whether a person has to grade an answer in words; a check whose cell is missing counts 0."""
    by_hand = isinstance(grade.cell, GradeCell) and grade.cell.cell_type == "markdown"
    return by_hand and grade.needs_manual_grade and grade.manual_score is None


def parts_of(gradebook: Gradebook, graded: NotebookNode, assignment: str, student: str) -> list[Part]:
    """Return the graded cells of a submission in the notebook's order, then those that it lacks.

    Args:
        gradebook: where the points and comments are.
        graded: the notebook that was graded, with its verdicts.
        assignment: its name.
        student: whose it is.

    Raises:
        MissingEntry: the gradebook has no such submission.
    """
    submission = gradebook.find_submission(assignment, student)
    known = {grade.name: (grade, notebook) for notebook in submission.notebooks for grade in notebook.grades}
    places = {grade_id(cell): number for number, cell in enumerate(graded.cells) if grade_id(cell) in known}
    missing = sorted(known.keys() - places.keys())
    found = [_part(*known[name], graded, number) for name, number in places.items()]
    return [*found, *(_part(*known[name], graded, None) for name in missing)]


def _part(grade: Grade, notebook: SubmittedNotebook, graded: NotebookNode, number: int | None) -> Part:
    in_words = isinstance(grade.cell, GradeCell) and grade.cell.cell_type == "markdown"
    cell = graded.cells[number] if number is not None else None
    exercise = exercise_of(cell) if cell is not None and not in_words else ""
    answers = [cell] if in_words and cell is not None else list(_answers_above(graded, number))
    names = list(dict.fromkeys([*(grade_id(answer) for answer in answers), grade.name]))
    return Part(
        cell=grade.name,
        heading=(heading_above(graded, number) if number is not None else "") or grade.name,
        kind=Kind.WORDS if in_words else Kind.CHECK if exercise else Kind.TEST,
        score=None if waits(grade) else grade.score,
        most=grade.max_score,
        exercise=exercise,
        record=verdict_of(cell) if exercise and cell is not None else None,
        answer="\n\n".join(answer.source for answer in answers),
        errors=tuple(error for answer in answers for error in _errors(answer)),
        comment=_comment(notebook, names),
        by_hand=grade.manual_score is not None or bool(grade.extra_credit),
        why=why_none(cell) if exercise and cell is not None and verdict_of(cell) is None else None,
        is_our_fault=bool(exercise) and cell is not None and is_our_fault(cell),
    )


def _answers_above(graded: NotebookNode, number: int | None) -> Iterator[NotebookNode]:
    """Yield the answers between a test and the test above it."""
    if number is None:
        return
    above = graded.cells[:number]
    known = [cell.metadata.get("nbgrader", {}) for cell in above]
    tests = [place for place, one in enumerate(known) if one.get("grade") and not one.get("solution")]
    for place in range(tests[-1] + 1 if tests else 0, number):
        if known[place].get("solution") and not known[place].get("grade"):
            yield above[place]


def _errors(cell: NotebookNode) -> Iterator[str]:
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            yield f"{output.ename}: {output.evalue}"


def _comment(notebook: SubmittedNotebook, names: list[str]) -> str:
    # A server gives rows in the order in which they were last written.
    ours = sorted((one for one in notebook.comments if one.name in names), key=lambda one: names.index(one.name))
    said = [comment.comment or "" for comment in ours]
    return "\n\n".join(words for words in said if words and words != _NO_RESPONSE)
