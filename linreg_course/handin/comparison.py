"""Compare a submission with the assignment as it was released, cell by cell."""

from __future__ import annotations

from collections import Counter

from nbformat import NotebookNode

from linreg_course.checking.exercise import points_of
from linreg_course.exercises import EXERCISES, called_in, load
from linreg_course.handin.submission import (
    SCHEMA_VERSION,
    Submission,
    grade_id,
    named,
    points,
    role,
    schema_version,
)
from linreg_course.language import Text


def exercise_of(cell: NotebookNode) -> str:
    """Return the exercise that a check cell calls, or ""."""
    return next((name for name in called_in(cell.source) if name in EXERCISES), "")


def findings(submission: Submission, release: Submission | None) -> list[Text]:
    """Return what differs from the release in a way that grading would meet, each with what to do."""
    found = [*blocking(submission, release), *_points(submission)]
    if release is None:
        return [*found, NO_RELEASE]
    theirs, ours = by_name(release), by_name(submission)
    found += [_missing(release, cell) for name, cell in theirs.items() if name not in ours]
    for name, cell in ours.items():
        if name in theirs and role(cell) == role(theirs[name]):
            found += _changed(_called(submission, cell), cell, theirs[name])
    both = [name for name in theirs if name in ours]
    if both != [name for name in ours if name in theirs]:
        found.append(MOVED)
    return found


def blocking(submission: Submission, release: Submission | None) -> list[Text]:
    """Return what would stop nbgrader itself: cells that occur twice, are of another version, unknown or relabelled."""
    found = [*_doubled(submission), *_schema(submission)]
    if release is None:
        return found
    theirs = by_name(release)
    for name, cell in by_name(submission).items():
        if name not in theirs:
            found.append(_unknown(_called(submission, cell), name))
        elif role(cell) != role(theirs[name]):
            found.append(_relabelled(_called(submission, cell)))
    return found


def by_name(submission: Submission) -> dict[str, NotebookNode]:
    """Return the cells that nbgrader knows by their grade_id; of those that occur twice, the last."""
    return {grade_id(cell): cell for cell in submission.graded()}


def _called(submission: Submission, cell: NotebookNode) -> str:
    number = next(number for number, other in enumerate(submission.notebook.cells) if other is cell)
    return named(submission.notebook, number)


NO_RELEASE = Text(
    en="There is no released copy in notebooks/ to compare with: cells that are missing or edited cannot be told.",
    zh="notebooks/里没有发布时的副本可以比较：无法判断是否缺少或改动了单元格。",
)
MOVED = Text(
    en="The cells stand in another order than in the release: a check must come after the cell that it checks.",
    zh="单元格的顺序与发布时不同：检查必须在它所检查的单元格之后。",
)


def _doubled(submission: Submission) -> list[Text]:
    counts = Counter(grade_id(cell) for cell in submission.graded())
    return [
        Text(
            en=f"The cell {_called(submission, cell)} is there {counts[name]} times: keep one (a copied cell keeps "
            "its name).",
            zh=f"单元格{_called(submission, cell)}出现了{counts[name]}次：只保留一个（复制的单元格会带着原来的名字）。",
        )
        for name, cell in by_name(submission).items()
        if counts[name] > 1
    ]


def _schema(submission: Submission) -> list[Text]:
    return [
        Text(
            en=f"The cell {_called(submission, cell)} has grading metadata of version {schema_version(cell)} instead "
            f"of {SCHEMA_VERSION}: take a fresh copy of the assignment and move your answers there.",
            zh=f"单元格{_called(submission, cell)}的评分元数据版本是{schema_version(cell)}，应当是{SCHEMA_VERSION}："
            "请取一份新的作业，把你的回答移过去。",
        )
        for cell in submission.graded()
        if schema_version(cell) != SCHEMA_VERSION
    ]


def _points(submission: Submission) -> list[Text]:
    """An assignment of another edition promises other points than the rules that are installed."""
    found = []
    for cell in submission.graded():
        name = exercise_of(cell) if role(cell) == "check" else ""
        if name and points(cell) != points_of(load(name)):
            found.append(
                Text(
                    en=f"{name} has {points(cell):g} points here but not in the installed course: this notebook is of "
                    "another edition. Take a fresh copy and move your answers there.",
                    zh=f"{name}在这里是{points(cell):g}分，与已安装的课程不同：这个笔记本属于另一个版本。"
                    "请取一份新的作业，把你的回答移过去。",
                )
            )
    return found


def _missing(release: Submission, cell: NotebookNode) -> Text:
    name, lost = _called(release, cell), points(cell)
    en, zh = (f" of its {lost:g} points", f"（满分{lost:g}分）") if lost else ("", "")
    return Text(
        en=f"The cell {name} is missing and counts 0{en}. Rename your notebook and start the course again: a fresh "
        "copy appears. Copy the cell from there into yours.",
        zh=f"缺少单元格{name}，按0分计{zh}。给你的笔记本改个名，再启动一次课程，就会出现一份新的副本："
        "从那里把这个单元格复制到你的笔记本里。",
    )


def _unknown(called: str, name: str) -> Text:
    return Text(
        en=f"The cell {called} bears a name for grading, {name}, that the release does not have, and nbgrader refuses "
        "the notebook: take a fresh copy of the assignment and move your answers there.",
        zh=f"单元格{called}的评分名称{name}在发布的作业里不存在，nbgrader会拒收整个笔记本："
        "请取一份新的作业，把你的回答移过去。",
    )


def _relabelled(called: str) -> Text:
    return Text(
        en=f"The grading metadata of the cell {called} were changed, and nbgrader refuses the notebook: take a fresh "
        "copy of the assignment and move your answers there.",
        zh=f"单元格{called}的评分元数据被改动过，nbgrader会拒收整个笔记本：请取一份新的作业，把你的回答移过去。",
    )


def _changed(called: str, ours: NotebookNode, theirs: NotebookNode) -> list[Text]:
    if ours.cell_type != theirs.cell_type:
        return [
            Text(
                en=f"The cell {called} is {ours.cell_type} and should be {theirs.cell_type}: change its type back.",
                zh=f"单元格{called}的类型是{ours.cell_type}，应当是{theirs.cell_type}：请改回来。",
            )
        ]
    if role(theirs) == "check" and ours.source.strip() != theirs.source.strip():
        return [
            Text(
                en=f"The check {called} was edited: grading runs `{theirs.source.strip()}` instead.",
                zh=f"检查{called}被改动过：评分时运行的是`{theirs.source.strip()}`。",
            )
        ]
    return []
