"""How far each page is, by the learner's own copy and by what they have run and checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from linreg_course.handin.answers import State, in_words
from linreg_course.handin.finding import find_release, read_own
from linreg_course.handin.submission import Submission, UnreadableError, points, role, title_of
from linreg_course.handin.verdicts import exercise_of
from linreg_course.language import Text
from linreg_course.start.contents import Page, contents
from linreg_course.start.progress import Progress, is_of_course
from linreg_course.start.states import DONE, NEXT, OPEN

_FURTHER = re.compile(r"^## (?:Further|延伸)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Standing:
    """A page and how far it is.

    Attributes:
        page: the page.
        title: the first heading of the learner's copy.
        points: what an assignment gives at most; 0 for a lesson.
        is_done: whether nothing is left to do.
        so_far: how much of it is done, where that is some and not all.
    """

    page: Page
    title: str
    points: float
    is_done: bool
    so_far: Text | None


def standings(folder: Path, progress: Progress) -> list[Standing]:
    """Return the pages that lie in the folder, in the course's order, with how far they are."""
    found = ((page, folder / f"{page.name}.ipynb") for page in contents())
    return [_standing(page, path, progress) for page, path in found if path.is_file()]


def states(course: list[Standing]) -> list[Text]:
    """Return the state of each page in words; next is the first that is neither done nor optional."""
    following = next((one for one in course if not one.is_done and not one.page.optional), None)
    return [_state(one, one is following) for one in course]


def _state(one: Standing, is_next: bool) -> Text:
    state = DONE if one.is_done else NEXT if is_next else OPEN
    if one.so_far is None:
        return state
    return Text(en=f"{state.en}: {one.so_far.en}", zh=f"{state.zh}：{one.so_far.zh}")


def _standing(page: Page, path: Path, progress: Progress) -> Standing:
    notebook = _read(path)
    if page.after is None:
        is_done, so_far = _lesson(notebook, progress.cells.get(page.name, set()))
    else:
        is_done, so_far = _assignment(path, progress)
    return Standing(page, title_of(notebook) or page.name, sum(map(points, notebook.cells)), is_done, so_far)


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except Exception:  # whatever nbformat meets in a broken file: the page is still there
        return nbformat.v4.new_notebook()


def _lesson(notebook: NotebookNode, ran: set[str]) -> tuple[bool, Text | None]:
    needed = set(_needed(notebook))
    done, total = len(needed & ran), len(needed)
    if done in (0, total):
        return done > 0, None
    return False, Text(en=f"{done} of {total} cells run", zh=f"共{total}个单元格，已运行{done}个")


def _needed(notebook: NotebookNode) -> Iterator[str]:
    """Yield the ids of the course's code cells above the part that is extra."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and _FURTHER.search(cell.source):
            return
        if cell.cell_type == "code" and is_of_course(cell.get("id")):
            yield cell.id


def _assignment(path: Path, progress: Progress) -> tuple[bool, Text | None]:
    try:
        submission = read_own(path)
    except UnreadableError:  # `linreg validate` says why
        return False, None
    worth = _worth(submission)
    score = sum(min(progress.scores.get(name, 0), most) for name, most in worth.items())
    answers = [state for _, state in in_words(submission, find_release(submission))]
    left, most = sum(state is not State.WRITTEN for state in answers), sum(worth.values())
    if score == most and not left:
        return True, None
    if score == 0 and left == len(answers):
        return False, None
    words = Text(en=f"; answers in words left: {left}", zh=f"；还差{left}道文字题") if left else Text("", "")
    return False, Text(
        en=f"{score:g} of {most:g} points by the checks{words.en}", zh=f"检查得{score:g}分，满分{most:g}分{words.zh}"
    )


def _worth(submission: Submission) -> dict[str, float]:
    """Return the most that the check of each exercise gives."""
    checks = (cell for cell in submission.graded() if role(cell) == "check")
    return {exercise_of(cell): points(cell) for cell in checks}
