"""A `results.json` for each submission: what Gradescope shows of one, in the language of its notebook.

The source is "Autograder Specifications" (gradescope-autograders.readthedocs.io/en/latest/specs). The score of the
whole stands above those of the tests and overrides their sum, so a test may have none: a part that waits for a person
is a test without points that says so. Texts are shown as text, never as markup; the tests are shown to students when
the teacher publishes the grades. Where there is no score there is no file, since Gradescope takes none without one. An
autograder that has nothing to run finds its file by the student and copies it to `/autograder/results/results.json`.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from linreg_course.checking.panel import CALL, CAME, ENTRY, HINT, LINE, SHOULD
from linreg_course.grading.account import Kind, Part
from linreg_course.grading.classbook import Entry
from linreg_course.grading.exports.rules import apart_from_rules
from linreg_course.grading.exports.students import Entries
from linreg_course.grading.exports.text import folder_name
from linreg_course.grading.feedback import CHANGED, remarks_of, state_of
from linreg_course.grading.html import plain
from linreg_course.grading.points import number
from linreg_course.grading.ruled import Ruled, hints_in, rules_in
from linreg_course.language import LANGUAGES, Text, language, use_language

FOLDER = "gradescope"
_OTHERWISE = Text(en="points that no rule gives", zh="不由规则给出的分数")
_COMMENT = Text(en="your teacher's comment", zh="老师的评语")
_WAITING = Text(en="A part still waits for a person: the score may change.", zh="还有部分待人工评分：分数可能会变。")


def write_gradescope(folder: Path, entries: Entries) -> Path:
    """Write the results of all who have a score in place of the earlier ones, and return their folder."""
    beside, before = folder / f"{FOLDER}.part", folder / f"{FOLDER}.before"
    for left in (beside, before):
        shutil.rmtree(left, ignore_errors=True)
    beside.mkdir()
    for entry in (entry for ours in entries.values() for entry in ours if entry.score is not None):
        place = beside / folder_name(entry.student) / folder_name(entry.assignment)
        place.mkdir(parents=True)
        text = json.dumps(results_of(entry), ensure_ascii=False, indent=1)
        (place / "results.json").write_text(text, encoding="utf-8", errors="backslashreplace")
    if (folder / FOLDER).exists():
        os.replace(folder / FOLDER, before)
    os.replace(beside, folder / FOLDER)
    shutil.rmtree(before, ignore_errors=True)
    return folder / FOLDER


def results_of(entry: Entry) -> dict[str, Any]:
    """Return what `results.json` says of a submission that has a score."""
    lang = entry.notebook.metadata.get("linreg_course", {}).get("language") if entry.notebook is not None else None
    before = language()
    use_language(lang if lang in LANGUAGES else "en")
    try:
        return {
            "score": entry.score,
            "output": "\n".join(str(words) for words in _said(entry)),
            "output_format": "text",
            "test_output_format": "text",
            "test_name_format": "text",
            "visibility": "after_published",
            "tests": [test for part in entry.parts for test in _tests(part)],
        }
    finally:
        use_language(before)


def _said(entry: Entry) -> Iterator[Text]:
    if entry.penalty:
        off = number(entry.penalty)
        yield Text(en=f"Handed in late: {off} points are taken off.", zh=f"迟交：扣{off}分。")
    if entry.waits:
        yield _WAITING
    yield from (*entry.said.repairs, *entry.said.doubts)


def _tests(part: Part) -> Iterator[dict[str, Any]]:
    rules = rules_in(part.record)
    if not rules:
        yield _whole(part)
        return
    first = next((one for one in rules if one.holds is False), None)
    remarks = [str(words) for words in remarks_of(part)]
    for one in rules:
        yield _rule(part, one, remarks, hints_in(part.record) if one is first else [])
    points, _ = apart_from_rules(part)
    if points or part.comment:
        why = _COMMENT if not points else CHANGED if part.by_hand else _OTHERWISE
        given = {"score": points} if points else {}
        yield {"name": _entry(part.exercise, why), **given, "output": plain(part.comment)}


def _whole(part: Part) -> dict[str, Any]:
    """Return the test for a part whose points are not divided: an answer in words, a teacher's own test."""
    state, _ = state_of(part)
    remarks = remarks_of(part) if part.kind is Kind.CHECK else ()
    said = [str(state), *map(str, remarks), *part.errors, part.comment]
    test: dict[str, Any] = {"name": plain(part.heading)}
    if part.score is None:
        most = number(part.most)
        said[0] = f"{said[0]}{Text(en=f' ({most} points)', zh=f'（{most}分）')}"
    else:
        test |= {"score": part.score, "max_score": part.most}
    return test | {"output": plain("\n".join(filter(None, said)))}


def _rule(part: Part, one: Ruled, remarks: list[str], hints: list[Text]) -> dict[str, Any]:
    """Return the test for a rule of a check, with what came back where it does not hold."""
    said = [*remarks, str(one.text)]
    if one.call:
        told = {CALL: one.call, LINE: one.line, CAME: one.came, SHOULD: one.should}
        said += [_entry(label, words) for label, words in told.items() if str(words)]
    said += [_entry(HINT, hint) for hint in hints]
    return {
        "name": _entry(part.exercise, one.title),
        "score": float(one.given),
        "max_score": float(one.points),
        "status": "passed" if one.holds else "failed",
        "output": plain("\n".join(said)),
    }


def _entry(label: object, words: object) -> str:
    return str(ENTRY).format(label=label, words=words)
