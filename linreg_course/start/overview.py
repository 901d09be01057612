"""The course as one table: state, page, question, minutes or points."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from linreg_course.language import LANGUAGES, Text
from linreg_course.start.progress import Progress, read
from linreg_course.start.standing import Standing, standings, states

_HEADS = (
    Text(en="state", zh="状态"),
    Text(en="page", zh="页面"),
    Text(en="its question", zh="它的问题"),
    Text(en="time or points", zh="时间或分数"),
)
_RULE = (Text("---", "---"),) * len(_HEADS)


class Overview(NamedTuple):
    """The table as plain text, the part that both languages share, and the table in markdown."""

    plain: Text
    same: str
    markdown: Text


def overview(folder: Path, kept: Path | None) -> Overview:
    """Return the table of the pages in a folder.

    Args:
        folder: where the learner's notebooks of one language lie.
        kept: the file of what they have run and checked; None where the table is nobody's, and has no states.
    """
    course = standings(folder, Progress() if kept is None else read(kept))
    told = list(zip(course, states(course), strict=True))
    plain = [(state, Text(one.title, one.title), one.page.question, _extent(one)) for one, state in told]
    linked = [(state, _link(one), one.page.question, _extent(one)) for one, state in told]
    first = 0 if kept else 1
    return Overview(
        Text(*("\n".join(_line(row[first:], lang) for row in plain) for lang in LANGUAGES)),
        "; ".join(f"{one.page.name} {one.page.minutes or one.points:g}" for one in course),
        Text(*("\n".join(f"| {_line(row[first:], lang)} |" for row in (_HEADS, _RULE, *linked)) for lang in LANGUAGES)),
    )


def _extent(one: Standing) -> Text:
    if one.page.after is None:
        return Text(en=f"{one.page.minutes} minutes", zh=f"{one.page.minutes}分钟")
    return Text(
        en=f"{one.points:g} points, after lesson {one.page.after.en}",
        zh=f"{one.points:g}分，先学完{one.page.after.zh}",
    )


def _link(one: Standing) -> Text:
    title = one.title.replace("|", r"\|")
    return Text(*[f"[{title}]({one.page.name}.ipynb)"] * 2)


def _line(row: Iterable[Text], lang: str) -> str:
    return " | ".join(getattr(cell, lang) for cell in row)
