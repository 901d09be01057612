"""A student's feedback: one page without network or script, in the language of their notebook.

nbgrader writes it where it writes its own (`linreg feedback`, `nbgrader generate_feedback`, formgrader), since
`nbgrader_config.py` names the exporter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets import Bool

from linreg_course.checking.panel import FAILS, HEADLINES, HOLDS, MARKS, OUR_FAULT, UNTRIED
from linreg_course.checking.verdict import Outcome
from linreg_course.grading.account import Kind, Part, parts_of
from linreg_course.grading.aside import reason_of
from linreg_course.grading.html import page
from linreg_course.grading.intake import roots_of
from linreg_course.grading.lateness import Lateness, lateness_of
from linreg_course.grading.points import number, total
from linreg_course.grading.ruled import Ruled, hints_in, rules_in
from linreg_course.grading.solutions import instructors_notebook, solutions_in
from linreg_course.grading.stamps import last_said_of, said_of
from linreg_course.grading.unseen import stopped_in
from linreg_course.handin.submission import title_of
from linreg_course.language import LANGUAGES, Text, language, use_language

WAITS = Text(en="waits for a person", zh="待人工评分")
BY_PERSON = Text(en="graded by your teacher", zh="老师评分")
CHANGED = Text(en="changed by your teacher", zh="老师改过分数")
EMPTY = Text(en="left empty", zh="未作答")
TESTED = Text(en="given by a test of your teacher's", zh="由老师自己的测试给出")
NOT_WRITTEN = Text(
    en="The function was not written: it still raises `NotImplementedError`.",
    zh="这个函数没有写：调用它只会引发`NotImplementedError`。",
)
NO_VERDICT = Text(en="no verdict", zh="没有判定")
# Characters that the page shows of an answer, and of an error.
_MOST_ANSWER, _MOST_ERROR = 20_000, 500
_COLOURS = {HOLDS: "good", FAILS: "bad", UNTRIED: "rest"}


class FeedbackExporter(Exporter):
    """Turns an autograded notebook into the page of its feedback; of what it shows, nothing is taken but text."""

    solutions = Bool(False, help="Whether the model answers are shown.").tag(config=True)
    file_extension = ".html"
    output_mimetype = "text/html"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kwargs: Any) -> tuple[Any, Any]:
        """Return the page, and the resources as they came."""
        course = Path(CourseDirectory(parent=self).root)
        known = resources["nbgrader"]
        lang = nb.metadata.get("linreg_course", {}).get("language")
        before = language()
        use_language(lang if lang in LANGUAGES else "en")
        try:
            with Gradebook(known["db_url"]) as gradebook:
                text = self._page(course, gradebook, nb, known["assignment"], known["student"])
        finally:
            use_language(before)
        return text, ResourcesDict(None, {**resources, "output_extension": self.file_extension})

    def _page(self, course: Path, gradebook: Gradebook, nb: NotebookNode, assignment: str, student: str) -> str:
        submission = gradebook.find_submission(assignment, student)
        parts = parts_of(gradebook, nb, assignment, student)
        source = instructors_notebook(course, assignment, language()) if self.solutions else None
        models = solutions_in(source) if source is not None else {}
        lateness = lateness_of(submission)
        given = total((part.score for part in parts), lateness.penalty)
        return page(
            "feedback.html.j2",
            title=_title(nb) or assignment,
            student=student,
            total=_total(given, sum(part.most for part in parts)),
            lateness=list(_told(lateness)),
            waiting=any(part.score is None for part in parts),
            parts=[_shown(part, place, models) for place, part in enumerate(parts, start=1)],
            remarks=[*stopped_in(nb), *_said(course, student, assignment)],
            sha256=_sha256(course, student, assignment, lateness.until),
        )


def _total(given: float, most: float) -> Text:
    return Text(en=f"{number(given)} of {number(most)} points", zh=f"得{number(given)}分，满分{number(most)}分")


def _title(nb: NotebookNode) -> str:
    return title_of(nb).removeprefix("Assignment: ").removeprefix("作业：")


def _told(lateness: Lateness) -> Iterator[Text]:
    """Yield when it was due and came; a penalty without a due date is a person's."""
    if lateness.due is not None:
        yield lateness.words
    elif lateness.penalty:
        off = number(lateness.penalty)
        yield Text(en=f"Handed in late: {off} points were taken off.", zh=f"迟交，扣{off}分。")
    if lateness.penalty:
        yield Text(en="The sum above is less by that already.", zh="上面的总分已经扣除。")


def _said(course: Path, student: str, assignment: str) -> list[Text]:
    """Return what was repaired in the submission, what a person should look at, and whether a newer one is refused."""
    said = last_said_of(course, student, assignment)
    newer = None if roots_of(course, student, assignment) else reason_of(course, student, assignment)
    return [*said.repairs, *said.doubts, *([_newer(newer)] if newer is not None else [])]


def _newer(reason: Text) -> Text:
    return Text(
        en=f"This is about an earlier file. What was handed in last could not be graded: {reason.en}",
        zh=f"这里讲的是更早上交的文件。最后一次上交的无法评分：{reason.zh}",
    )


def _sha256(course: Path, student: str, assignment: str, until: str) -> str:
    """Return the hash of the file that was graded, where it is the one that was handed in, or ""."""
    said = said_of(course, student, assignment, until)
    path = course / "submitted" / student / assignment / f"{assignment}.ipynb"
    is_as_saved = said is not None and not said.repairs and not said.doubts
    return hashlib.sha256(path.read_bytes()).hexdigest() if is_as_saved and path.is_file() else ""


def refusal(assignment: str, student: str, reason: Text) -> str:
    """Return the page for a submission that could not be read, whose language is not known: in both."""
    return page("refusal.html.j2", assignment=assignment, student=student, reason=reason)


def _shown(part: Part, place: int, models: dict[str, str]) -> dict[str, Any]:
    """Return what the page shows of a graded cell."""
    state, colour = state_of(part)
    rules = rules_in(part.record)
    return {
        "anchor": f"task-{place}",
        "heading": part.heading,
        "points": _points(part.score, part.most),
        "state": state,
        "colour": colour,
        "said": list(remarks_of(part)),
        "rules": [_rule(one) for one in rules],
        "broken": [one for one in rules if one.call],
        "hints": hints_in(part.record),
        "errors": [error[:_MOST_ERROR] for error in part.errors],
        "comment": part.comment,
        "answer": "" if state is EMPTY else cut(part.answer),
        "is_words": part.kind is Kind.WORDS,
        "model": models.get(part.cell, ""),
    }


def cut(answer: str) -> str:
    """Return an answer, or its beginning where nobody would read it to its end."""
    return answer if len(answer) <= _MOST_ANSWER else f"{answer[:_MOST_ANSWER]}\n…"


def _points(score: float | None, most: float) -> Text:
    if score is None:
        return Text(en=f"– of {number(most)} points", zh=f"满分{number(most)}分，未评")
    return _total(score, most)


def state_of(part: Part) -> tuple[Text, str]:
    """Return how it stands with a graded cell, in words, and its colour."""
    if part.score is None:
        return WAITS, "rest"
    full = "good" if part.score >= part.most else "bad" if not part.score else "rest"
    if part.kind is Kind.WORDS:
        return (BY_PERSON, full) if part.by_hand or part.score or part.comment else (EMPTY, "rest")
    if part.by_hand:
        return CHANGED, full
    if part.kind is Kind.TEST:
        return TESTED, full
    if part.record is None:
        return NO_VERDICT, "bad"
    return HEADLINES[Outcome(part.record["outcome"])], full


def remarks_of(part: Part) -> Iterator[Text]:
    """Yield what is said before the rules; what went wrong in the grader itself is not the student's to read."""
    record = part.record or {}
    if part.is_our_fault:
        yield Text(en=f"{OUR_FAULT.en.rstrip(':')}.", zh=f"{OUR_FAULT.zh.rstrip('：')}。")
    elif part.why is not None:
        yield part.why
    elif record.get("note"):
        yield Text(*record["note"])
    elif record.get("outcome") == Outcome.UNWRITTEN.value:
        yield NOT_WRITTEN


def _rule(one: Ruled) -> dict[str, Any]:
    """Return what the page shows of a rule, beside what is known of it."""
    state = UNTRIED if one.holds is None else HOLDS if one.holds else FAILS
    points = _total(one.given, one.points)
    return {"seen": one, "state": state, "mark": MARKS[state], "colour": _COLOURS[state], "points": points}
