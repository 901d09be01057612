"""What was repaired in a submission, and what a person has to look at, one sentence a kind."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum
from typing import NamedTuple

from linreg_course.language import Text

# As many cells as a sentence names.
_FEW = 3


class _Kind(NamedTuple):
    words: Text
    is_doubt: bool = False


class Repair(Enum):
    """A kind of repair or of doubt: of a doubt, something may be lost and a person decides."""

    LABELS = _Kind(
        Text(
            en="The grading metadata of {cells} were lost or changed: they are put back.",
            zh="{cells}的评分元数据丢失了或被改动过：已恢复。",
        )
    )
    UNKNOWN = _Kind(
        Text(
            en="{cells} bears a name for grading that the assignment does not have: it stays a cell of your own, "
            "without points.",
            zh="{cells}的评分名称在作业里不存在：它作为你自己的单元格保留，不计分。",
        )
    )
    TYPE = _Kind(
        Text(
            en="{cells} was of another type, as text instead of code: it has its type again.",
            zh="{cells}的单元格类型被改过（例如代码变成了文本）：已改回来。",
        )
    )
    EDITED = _Kind(
        Text(
            en="The check {cells} was edited: the released one is run.",
            zh="检查{cells}被改动过：运行的是发布时的检查。",
        )
    )
    RESTORED = _Kind(Text(en="{cells} was missing: it is put back.", zh="缺少{cells}：已补上。"))
    SETUP = _Kind(
        Text(
            en="The setup cell was changed: the released one runs first, then yours.",
            zh="设置单元格被改动过：先运行发布时的，再运行你的。",
        )
    )
    ORDER = _Kind(
        Text(
            en="Cells stood in another order, such as a check above its answer: they are in the assignment's again.",
            zh="单元格的顺序变了，例如检查在回答之前：已恢复作业原来的顺序。",
        )
    )
    TWICE = _Kind(
        Text(
            en="{cells} is there more than once, with the same text: one is kept.",
            zh="{cells}重复出现，内容相同：只保留一个。",
        )
    )
    UNTOUCHED = _Kind(
        Text(
            en="{cells} is there more than once, and only one is written: that one is taken.",
            zh="{cells}不止一个，只有一个写了内容：用的是写了的那个。",
        )
    )
    FOUND = _Kind(
        Text(
            en="The answer {cells} was not in its own cell: it was known by what it defines or by where it stands.",
            zh="回答{cells}不在原来的单元格里：是按它定义的函数或所在的位置认出来的。",
        )
    )
    JOINED = _Kind(
        Text(
            en="The answer {cells} was split over several cells: they are joined.",
            zh="回答{cells}被拆成了几个单元格：已合并。",
        )
    )
    DELETED = _Kind(
        Text(
            en="The answer {cells} is missing and counts 0: if you have it elsewhere, put it back into the notebook.",
            zh="缺少回答{cells}，按0分计：如果别处还有，请放回笔记本里。",
        ),
        is_doubt=True,
    )
    TWO_ANSWERS = _Kind(
        Text(
            en="There are two different answers to one exercise: {cells}. The one in the place of the assignment's "
            "cell is taken, the other is kept as text and not run: keep one.",
            zh="同一道题有两个不同的回答：{cells}。用的是在作业原来位置上的那个，另一个作为文本保留，不运行：请只留一个。",
        ),
        is_doubt=True,
    )
    TWO_TEXTS = _Kind(
        Text(
            en="There are two different answers in words to {cells}: both are kept, one below the other.",
            zh="文字题{cells}有两个不同的回答：两个都保留，上下排列。",
        ),
        is_doubt=True,
    )
    CONFLICT = _Kind(
        Text(
            en="{cells} holds both sides of a merge conflict (from <<<<<<< to >>>>>>>), and none is chosen: keep one "
            "side and delete the marks.",
            zh="{cells}里有合并冲突的两个版本（从<<<<<<<到>>>>>>>），没有替你选：请留下一个版本并删去标记。",
        ),
        is_doubt=True,
    )


class Repairs:
    """Collects what was met, and tells it."""

    def __init__(self) -> None:
        self._met: dict[Repair, dict[str, None]] = defaultdict(dict)

    def note(self, kind: Repair, called: str = "") -> None:
        """Note a repair of a cell, which a learner knows by this name."""
        self._met[kind][called] = None

    def told(self, doubts: bool) -> tuple[Text, ...]:
        """Return the sentences on the repairs, or on the doubts."""
        return tuple(_told(kind, list(cells)) for kind, cells in self._met.items() if kind.value.is_doubt is doubts)


def _told(kind: Repair, cells: list[str]) -> Text:
    few, more = cells[:_FEW], len(cells) - _FEW
    en = ", ".join(few) + (f" and {more} more" if more > 0 else "")
    zh = "、".join(few) + (f"等{len(cells)}处" if more > 0 else "")
    words = kind.value.words
    return Text(en=words.en.replace("{cells}", en), zh=words.zh.replace("{cells}", zh))
