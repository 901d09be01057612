"""What there is to say of each submission: in a few words for the table, in full in a file beside the stamps."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

from linreg_course.grading.grade import Result, students_of
from linreg_course.grading.lateness import Lateness, span
from linreg_course.grading.stamps import FOLDER
from linreg_course.language import Text

# A phrase by which a remark is known, and the few words that tell an instructor the same.
_SHORT = {
    "The kernel died in the cell": Text("kernel died", "内核退出"),
    "did not return in time": Text("answer out of time", "作答超时"),
    "took too long and was stopped": Text("cell out of time", "单元格超时"),
    "time of the whole notebook was over": Text("notebook out of time", "笔记本超时"),
    "was removed before": Text("folder removed", "文件夹已被删除"),
    "cannot be read": Text("unreadable file", "文件无法读取"),
    "is empty: hand in the notebook": Text("empty file", "空文件"),
    "no notebook but": Text("not a notebook", "不是笔记本"),
    "it holds no cells": Text("not a notebook", "不是笔记本"),
    "not a readable notebook": Text("not a readable notebook", "笔记本无法读取"),
    "both sides of a merge conflict": Text("merge conflict", "合并冲突"),
    "No notebook was handed in": Text("no notebook", "没有笔记本"),
    "the folder is empty": Text("nothing handed in", "没有上交"),
    r"has \d+ MB": Text("file too large", "文件过大"),
    "does not say which assignment": Text("no assignment", "不知是哪个作业"),
    "has no graded cell": Text("no graded cell", "没有评分单元格"),
    "The file is the assignment": Text("another assignment", "是别的作业"),
    "earlier submission's .* points stay": Text("an earlier grade stays", "保留以前的得分"),
    "two different answers": Text("two answers", "两份作答"),
    "Another notebook": Text("two notebooks", "两个笔记本"),
    "is missing and counts 0": Text("answer missing", "缺少作答"),
    "timestamp.txt holds": Text("time unknown", "上交时间不明"),
    "handed in at an unknown time": Text("time unknown", "上交时间不明"),
    "of the student's receipt": Text("time by receipt", "时间来自回执"),
    r"Due .* UTC, extended by": Text("extended", "延期"),
    r"Due .* UTC, brought forward by": Text("brought forward", "提前截止"),
    "The Chinese notebook was taken": Text("Chinese notebook", "中文笔记本"),
    "The notebook .* was taken": Text("file elsewhere", "文件在别处"),
    "What lies beside it is left out": Text("others left out", "略去其他文件"),
    r"has \d+ cells, and at most": Text("too many cells", "单元格过多"),
    "is saved as": Text("encoding", "编码"),
    "breaks the rules of the notebook format": Text("format", "格式"),
    "does not belong into a notebook": Text("format", "格式"),
    "state of controls": Text("widget state", "控件状态"),
    "did not say which assignment": Text("metadata", "元数据"),
    "grading metadata of .* were lost or changed": Text("metadata", "元数据"),
    "bears a name for grading": Text("cell renamed", "单元格改名"),
    "was of another type": Text("cell type changed", "单元格类型改变"),
    "The check .* was edited": Text("check edited", "检查被改动"),
    "was missing: it is put back": Text("cell put back", "单元格已补回"),
    "The setup cell was changed": Text("setup changed", "设置被改动"),
    "stood in another order": Text("cells moved", "单元格移动过"),
    "is there more than once": Text("cell doubled", "单元格重复"),
    "was not in its own cell": Text("answer found", "找回作答"),
    "was split over several cells": Text("answer joined", "作答已合并"),
    "ran unconfined": Text("unconfined", "未受限制"),
    "gave no verdict": Text("no verdict", "没有判定"),
    "There was no .* to judge": Text("answer undefined", "作答未定义"),
    "grader itself failed": Text("grader failed", "评分程序出错"),
    "which is no number from 0 to": Text("test without a score", "测试没有得分"),
}


_NOT_GRADED = "nbgrader could not grade it: "


def remark(result: Result) -> str:
    """Return all there is to say of a submission, in one line; nothing of it can move a terminal's cursor."""
    time = "" if result.lateness.is_plain else result.lateness.words.en
    return _line(f"{result.reason} {time} {result.note} {result.repairs}")


def short_remark(result: Result) -> str:
    """Return the remark in a few words, or as it is where it has none of the known phrases.

    Of a submission without a score, it is the reason alone.
    """
    said = _line(result.reason) or remark(result)
    late = [] if result.reason else _late(result.lateness)
    return "; ".join([*late, *(words.en for words in kinds_in(said))]) or said.removeprefix(_NOT_GRADED)


def kinds_in(said: str) -> list[Text]:
    """Return the few words for each of the known phrases in what is said."""
    return list(dict.fromkeys(short for phrase, short in _SHORT.items() if re.search(phrase, said)))


def _late(lateness: Lateness) -> list[str]:
    """Return how late it is, where it is."""
    if lateness.seconds_late:
        return [f"late {span(timedelta(seconds=lateness.seconds_late)).en}"]
    return ["late"] if lateness.penalty else []


def write_remarks(course: Path, name: str, results: list[Result]) -> Path | None:
    """Write the remarks in full to the assignment's file, and return its path; without any there is no file.

    Those of students who handed in and were not graded this time stay.
    """
    path = course / FOLDER / f"{name}-remarks.txt"
    lines = [f"{_line(result.student)}: {said}" for result in results if (said := remark(result))]
    others = {*students_of(course, name)} - {result.student for result in results}
    old = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    lines = sorted([*lines, *(line for line in old if line.startswith(tuple(f"{_line(one)}: " for one in others)))])
    if not lines:
        path.unlink(missing_ok=True)
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_text("\n".join(lines) + "\n", encoding="utf-8", errors="backslashreplace")
    os.replace(beside, path)
    return path


def _line(text: str) -> str:
    return "".join(char if char.isprintable() else "\ufffd" for char in " ".join(text.split()))
