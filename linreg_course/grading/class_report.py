"""The report of a class as one page: points, difficulty, mistakes, and what a person should look at."""

from __future__ import annotations

import hashlib
import math
import statistics as numbers
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from linreg_course.checking.exercise import mistakes_of
from linreg_course.exercises import EXERCISES, load
from linreg_course.grading.account import Kind
from linreg_course.grading.classbook import Entry
from linreg_course.grading.figures import counts_of, exercises_figure, scores_figure
from linreg_course.grading.grade import UNCONFINED
from linreg_course.grading.html import page
from linreg_course.grading.lateness import Lateness
from linreg_course.grading.points import number
from linreg_course.grading.remarks import kinds_in
from linreg_course.grading.similar import looks_at, same_code
from linreg_course.grading.statistics import Item, exercises_of, mistakes_of_class, rules_of_class, unnamed_of_class
from linreg_course.language import Text, language


def report(
    classes: dict[str, list[Entry]], named: bool, given: Collection[str] = (), known: Collection[str] = ()
) -> str:
    """Return the page, in the language in use.

    Args:
        classes: by assignment: the entries of all who handed it in.
        named: whether students are named; otherwise there are numbers of students in the place of names.
        given: the statements of code that are nobody's own (see `given_code`).
        known: the students of the gradebook, some of whom may not have handed in.
    """
    shown = [
        {**_class(name, entries, named, given), "missing": _missing(entries, known, named)}
        for name, entries in classes.items()
    ]
    return page("report.html.j2", classes=shown, named=named)


def _class(name: str, entries: list[Entry], named: bool, given: Collection[str]) -> dict[str, Any]:
    scored = [entry for entry in entries if entry.score is not None]
    scores = [entry.score for entry in scored if entry.score is not None]
    items, rules = exercises_of(entries), rules_of_class(entries)
    most = sum(item.most for item in items)
    return {
        "name": name,
        "anchor": f"assignment-{hashlib.sha256(name.encode()).hexdigest()[:8]}",
        "handed_in": len(entries),
        "scored": len(scored),
        "waiting": sum(entry.waits for entry in scored),
        "most": number(most),
        "spread": _spread(scores),
        "scores": scores_figure(scores, most) if scores else "",
        "bars": exercises_figure(items, len(scored)) if items else "",
        "items": [{**_item(item), "heading": _heading(scored, item)} for item in items],
        "late": any(entry.penalty for entry in scored),
        "rules": [{**_item(rule), "exercise": exercise} for exercise, found in rules.items() for rule in found],
        "mistakes": [_mistake(ident, students, named) for ident, students in mistakes_of_class(entries)],
        "unnamed": unnamed_of_class(entries),
        "students": _students(entries) if named else [],
        "remarks": _remarks(entries, named),
        "same": [
            {"exercise": exercise, "tokens": tokens, "who": _who(students, named)}
            for exercise, tokens, students in same_code(scored, given)
        ],
        "asked": _gathered(((words, entry.student) for entry in scored for words in looks_at(entry)), named),
        "unprotected": _unprotected(scored, named),
        "seconds": _seconds(scored),
    }


def _missing(entries: list[Entry], known: Collection[str], named: bool) -> str:
    """Return which students of the gradebook have not handed in, or ""."""
    missing = {*known} - {entry.student for entry in entries}
    return _who(missing, named) if missing else ""


def _heading(entries: list[Entry], item: Item) -> str:
    """Return the heading of an answer in words in the language in use, where somebody's notebook has it."""
    for entry in entries:
        course = entry.notebook.metadata.get("linreg_course", {}) if entry.notebook is not None else {}
        parts = entry.parts if course.get("language") == language() else ()
        found = next((part.heading for part in parts if part.cell == item.name and part.kind is Kind.WORDS), "")
        if found:
            return found
    return ""


def _spread(scores: list[float]) -> dict[str, str]:
    if not scores:
        return {}
    found = {"mean": numbers.fmean(scores), "median": numbers.median(scores), "least": min(scores), "best": max(scores)}
    return {name: number(value) for name, value in found.items()}


def _item(item: Item) -> dict[str, Any]:
    full, part, none, waiting = counts_of(item)
    return {
        "name": item.name,
        "title": item.title,
        "most": number(item.most),
        "judged": len(item.shares),
        "mean": _share(item.mean),
        "full": full,
        "part": part,
        "none": none,
        "waiting": waiting,
        "discrimination": "–" if math.isnan(item.discrimination) else f"{item.discrimination:.2f}",
    }


def _share(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.0f}%"


def _mistake(ident: str, students: list[str], named: bool) -> dict[str, Any]:
    exercise = ident.partition("/")[0]
    known = {one.id: one for one in mistakes_of(load(exercise))} if exercise in EXERCISES else {}
    says = known[ident].hints[1] if ident in known else Text("", "")
    return {"id": ident, "count": len(students), "says": says, "who": _who(students, named)}


def _who(students: Iterable[str], named: bool) -> str:
    who = sorted(set(students))
    counted = Text(en=f"{len(who)} student{'s' * (len(who) > 1)}", zh=f"{len(who)}名学生")
    return str(Text(en=", ", zh="、")).join(who) if named else str(counted)


def _students(entries: list[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "student": entry.student,
            "score": "–" if entry.score is None else number(entry.score),
            "late": "" if entry.lateness.is_plain else entry.lateness.words,
            "waits": entry.waits,
            "said": [
                *([entry.reason] if entry.reason else []),
                *entry.said.doubts,
                *entry.said.seen,
                *entry.said.repairs,
            ],
        }
        for entry in entries
    ]


def _remarks(entries: list[Entry], named: bool) -> list[dict[str, Any]]:
    """Return what was refused, repaired, and seen while it ran, each kind with how many there are."""
    kinds = (
        (Text(en="refused", zh="无法评分"), lambda entry: _few(filter(None, [entry.reason]))),
        (Text(en="repaired", zh="已修复"), lambda entry: _few(entry.said.repairs)),
        (Text(en="to look at", zh="需要查看"), lambda entry: _few(entry.said.doubts)),
        (Text(en="while it ran", zh="运行时"), lambda entry: _few(entry.said.seen)),
        (Text(en="time", zh="时间"), lambda entry: list(_times(entry.lateness))),
    )
    found = []
    for kind, texts in kinds:
        said = ((few, entry.student) for entry in entries for few in texts(entry))
        found += [{"kind": kind, **one} for one in _gathered(said, named)]
    return found


def _times(lateness: Lateness) -> Iterator[Text]:
    if lateness.seconds_late or lateness.penalty:
        yield Text(en="late", zh="迟交")
    if lateness.extension:
        yield Text(en="with an extension", zh="有延期")


def _few(texts: Iterable[Text]) -> list[Text]:
    """Return the kinds of what is said; a remark of no kind may hold a name, and is not told."""
    other = Text(en="another remark", zh="其他说明")
    return list(dict.fromkeys(few for words in texts for few in kinds_in(words.en) or [other]))


def _gathered(said: Iterable[tuple[Text, str]], named: bool) -> list[dict[str, Any]]:
    found: dict[Text, list[str]] = defaultdict(list)
    for words, student in said:
        found[words].append(student)
    return [{"words": words, "who": _who(students, named)} for words, students in found.items()]


def _unprotected(entries: list[Entry], named: bool) -> list[dict[str, Any]]:
    """Return whose points rest on tests that run beside their code, or on a run without the cage."""
    tests = (
        (Text(part.cell, part.cell), entry.student)
        for entry in entries
        for part in entry.parts
        if part.kind is Kind.TEST
    )
    free = ((UNCONFINED, entry.student) for entry in entries if UNCONFINED in entry.said.seen)
    return [*_gathered(tests, named), *_gathered(free, named)]


def _seconds(entries: list[Entry]) -> dict[str, str]:
    """Return how long notebooks took to run, in seconds."""
    known = [entry.notebook.metadata.get("linreg_course", {}).get("seconds") for entry in entries if entry.notebook]
    taken = [float(one) for one in known if isinstance(one, int | float)]
    if not taken:
        return {}
    return {"median": f"{numbers.median(taken):.1f}", "most": f"{max(taken):.1f}", "sum": f"{sum(taken):.0f}"}
