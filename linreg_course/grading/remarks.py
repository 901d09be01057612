"""What there is to say of each submission: in a few words for the table, in full in a file beside the stamps."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

from linreg_course.grading.grade import Result, students_of
from linreg_course.grading.lateness import Lateness, span
from linreg_course.grading.stamps import FOLDER

# A phrase by which a remark is known, and the few words that tell an instructor the same.
_SHORT = {
    "The kernel died in the cell": "kernel died",
    "did not return in time": "answer out of time",
    "took too long and was stopped": "cell out of time",
    "time of the whole notebook was over": "notebook out of time",
    "was removed before": "folder removed",
    "cannot be read": "unreadable file",
    "is empty: hand in the notebook": "empty file",
    "no notebook but": "not a notebook",
    "it holds no cells": "not a notebook",
    "not a readable notebook": "not a readable notebook",
    "both sides of a merge conflict": "merge conflict",
    "No notebook was handed in": "no notebook",
    "the folder is empty": "nothing handed in",
    r"has \d+ MB": "file too large",
    "does not say which assignment": "no assignment",
    "has no graded cell": "no graded cell",
    "The file is the assignment": "another assignment",
    "earlier submission's .* points stay": "an earlier grade stays",
    "two different answers": "two answers",
    "Another notebook": "two notebooks",
    "is missing and counts 0": "answer missing",
    "timestamp.txt holds": "time unknown",
    "handed in at an unknown time": "time unknown",
    "of the student's receipt": "time by receipt",
    r"Due .* UTC, extended by": "extended",
    r"Due .* UTC, brought forward by": "brought forward",
    "The Chinese notebook was taken": "Chinese notebook",
    "The notebook .* was taken": "file elsewhere",
    "What lies beside it is left out": "others left out",
    r"has \d+ cells, and at most": "too many cells",
    "is saved as": "encoding",
    "breaks the rules of the notebook format": "format",
    "does not belong into a notebook": "format",
    "state of controls": "widget state",
    "did not say which assignment": "metadata",
    "grading metadata of .* were lost or changed": "metadata",
    "bears a name for grading": "cell renamed",
    "was of another type": "cell type changed",
    "The check .* was edited": "check edited",
    "was missing: it is put back": "cell put back",
    "The setup cell was changed": "setup changed",
    "stood in another order": "cells moved",
    "is there more than once": "cell doubled",
    "was not in its own cell": "answer found",
    "was split over several cells": "answer joined",
    "ran unconfined": "unconfined",
    "gave no verdict": "no verdict",
    "There was no .* to judge": "answer undefined",
    "grader itself failed": "grader failed",
    "which is no number from 0 to": "test without a score",
}


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
    found = dict.fromkeys(short for phrase, short in _SHORT.items() if re.search(phrase, said))
    return "; ".join([*late, *found]) or said.removeprefix("nbgrader could not grade it: ")


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
