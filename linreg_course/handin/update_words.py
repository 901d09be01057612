"""What an update did, cell by cell, as a learner reads it."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from nbformat import NotebookNode

from linreg_course.handin.matching import Released, defined
from linreg_course.handin.submission import first_line, named
from linreg_course.handin.verdicts import exercise_of
from linreg_course.language import Text


class What(Enum):
    """What became of a cell."""

    TEXT = Text(en="new text", zh="换成了新的文本")
    UNSURE = Text(
        en="new text; the notebook does not tell whether you had changed the old one, which is in the backup",
        zh="换成了新的文本；从笔记本看不出你是否改过旧的文本，旧的在备份里",
    )
    BESIDE = Text(
        en="new text; the one that you changed stands below it", zh="加入了新的文本；你改过的文本保留在它下面"
    )
    NEW = Text(en="new", zh="新增")
    RENEWED = Text(en="new version", zh="换成了新版本")
    BACK = Text(en="was missing, is put back", zh="原来缺少，已补上")
    EMPTY = Text(en="not begun, so the new start is there", zh="还没有作答，换成了新的起始代码")
    LABEL = Text(en="type and points as in the new version", zh="单元格类型和分值与新版本一致")
    GONE = Text(en="no longer in the assignment, taken out", zh="新版作业里没有了，已移除")
    OWN = Text(
        en="no longer in the assignment; yours stays, as a cell of your own without points",
        zh="新版作业里没有了；你写的内容保留为你自己的单元格，不计分",
    )
    SECOND = Text(
        en="is there more than once; this one stays as a cell of your own, and a second answer as text that is not run",
        zh="不止一个；这一个保留为你自己的单元格，第二个回答则作为文本保留，不运行",
    )
    ORDER = Text(en="that of the new version", zh="改成新版本的顺序")
    KEPT = Text(en="yours, kept", zh="你写的，原样保留")


class Line(NamedTuple):
    """A cell, and what became of it."""

    called: Text
    what: What

    def told(self) -> Text:
        """Return the line."""
        return Text(en=f"{self.called.en}: {self.what.value.en}", zh=f"{self.called.zh}：{self.what.value.zh}")


ORDER = Text(en="order of the cells", zh="单元格的顺序")
SETUP = Text(en="setup cell", zh="设置单元格")


def exercise(known: Released, place: int) -> Text:
    """Return the name of the exercise whose answer, in code or in words, has this place in the release."""
    if known.roles[place] == "answer":
        return _of_words("the question", "文字题", known, place)
    name = _function(known.cells[place])
    return Text(en=f"exercise {name}", zh=f"练习{name}")


def of_release(known: Released, place: int) -> Text:
    """Return what a learner calls the cell at this place of the release."""
    cell, role = known.cells[place], known.roles[place]
    if role == "setup":
        return SETUP
    if role == "answer":
        return _of_words("the answer to", "文字题的回答", known, place)
    if role == "text" and place + 1 < len(known.cells) and known.roles[place + 1] == "solution":
        name = _function(known.cells[place + 1])
        return Text(en=f"statement of {name}", zh=f"{name}的题目")
    return of_cell(cell, role)


def of_cell(cell: NotebookNode, role: str) -> Text:
    """Return what a learner calls a cell that is known by its own text alone."""
    if role == "check":
        name = exercise_of(cell) or first_line(cell)
        return Text(en=f"check of {name}", zh=f"{name}的检查")
    if role == "solution":
        name = _function(cell)
        return Text(en=f"answer {name}", zh=f"回答{name}")
    if cell.cell_type == "code":
        return Text(en=f"cell `{first_line(cell)}`", zh=f"单元格`{first_line(cell)}`")
    first = cell.source.strip().partition("\n")[0].lstrip("#").strip()
    first = first if len(first) <= _FEW else first[:_FEW] + "…"
    return Text(en=f'text "{first}"', zh=f"文本“{first}”")


_FEW = 40


def _function(cell: NotebookNode) -> str:
    return next(iter(sorted(defined(cell.source))), first_line(cell))


def _of_words(en: str, zh: str, known: Released, place: int) -> Text:
    name = named(NotebookNode(cells=known.cells), place)
    return Text(en=f'{en} "{name}"', zh=f"{zh}“{name}”")
