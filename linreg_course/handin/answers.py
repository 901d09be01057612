"""How far a submission's answers are: each is untouched, too short, or written."""

from __future__ import annotations

import re
from enum import StrEnum

from nbformat import NotebookNode

from linreg_course.handin.submission import Submission, grade_id, named, role
from linreg_course.language import Text

# An answer in words is asked for in 80 to 200 English words, or in 150 to 350 Chinese characters.
LEAST_WORDS, LEAST_CHARACTERS = 80, 150
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*", re.ASCII)
_CHARACTER = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


class State(StrEnum):
    """How far an answer is."""

    UNTOUCHED = "untouched"
    SHORT = "short"
    WRITTEN = "written"


def states(submission: Submission, release: Submission | None) -> dict[str, State]:
    """Return how far each answer is, in code and in words, by its grade_id."""
    theirs = {grade_id(cell): cell for cell in release.graded()} if release else {}
    answers = [cell for cell in submission.graded() if role(cell) != "check"]
    return {grade_id(cell): _state(cell, theirs.get(grade_id(cell))) for cell in answers}


def in_words(submission: Submission, release: Submission | None) -> list[tuple[str, State]]:
    """Return how far each answer in words is, by the heading above it, in the notebook's order."""
    known = states(submission, release)
    cells = enumerate(submission.notebook.cells)
    return [
        (named(submission.notebook, number), known[grade_id(cell)])
        for number, cell in cells
        if grade_id(cell) and role(cell) == "answer"
    ]


def length(text: str) -> float:
    """Return the length of a text in English words; 150 Chinese characters count as 80 words."""
    characters = len(_CHARACTER.findall(text))
    return len(_WORD.findall(text)) + characters * LEAST_WORDS / LEAST_CHARACTERS


def told(state: State) -> Text:
    """Return the state of an answer in words, as a learner reads it."""
    return _WORDS[state]


_WORDS = {
    State.UNTOUCHED: Text(en="empty", zh="未作答"),
    State.SHORT: Text(
        en=f"too short: {LEAST_WORDS} words are asked for, or {LEAST_CHARACTERS} Chinese characters",
        zh=f"太短：至少要写{LEAST_CHARACTERS}个字（用英文则是{LEAST_WORDS}个词）",
    ),
    State.WRITTEN: Text(en="written, graded by hand", zh="已作答，待人工评分"),
}


def _state(cell: NotebookNode, released: NotebookNode | None) -> State:
    if cell.source.strip() in ("", released.source.strip() if released else ""):
        return State.UNTOUCHED
    return State.SHORT if role(cell) == "answer" and length(cell.source) < LEAST_WORDS else State.WRITTEN
