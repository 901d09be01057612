"""What nbgrader reads of an assignment's cells, what their exercises add to them, and the version without solutions."""

from __future__ import annotations

from typing import Any

from linreg_course import exercises
from linreg_course.authoring.parts import checks, graded_exercise
from linreg_course.authoring.source import Cell, Source
from linreg_course.authoring.stubs import CODE_STUB, TEXT_STUB
from linreg_course.checking.exercise import rules_of
from linreg_course.checking.verdict import Rule
from linreg_course.language import Text


def graded_metadata(source: Source, cell: Cell) -> dict[str, Any]:
    """Return a cell's metadata: nbgrader's for what is solved or graded, none for the others.

    Only a check is locked: nbgrader replaces a locked cell by the source's, in the source's language.
    """
    if cell.role not in ("solution", "check", "answer"):
        return {}
    known: dict[str, Any] = {
        "grade": cell.role != "solution",
        "grade_id": cell.name,
        "locked": cell.role == "check",
        "schema_version": 3,
        "solution": cell.role != "check",
        "task": False,
    }
    if cell.role == "check":
        known["points"] = sum(rule.points for rule in _rules(source, cell))
    elif cell.role == "answer":
        known["points"] = cell.points
    return {"nbgrader": known}


def with_points(source: Source, cell: Cell, lang: str) -> str:
    """Return a cell's text with what the exercises know: points below the title, rules below a task."""
    if cell.name == "title":
        added = _title_points(source)
    elif cell.role == "task":
        following = source.cells[source.cells.index(cell) :]
        check = next(later for later in following if later.role == "check")
        return "\n\n".join([cell.text, _rules_text(_rules(source, check), lang)])
    elif answer := _answer_to(source, cell):
        added = Text(en=f"*{_points_en(answer.points or 0)}, given by hand.*", zh=f"*{answer.points}分，人工评分。*")
    else:
        return cell.text
    return f"{cell.text}\n\n{_in(added, lang)}"


def without_solutions(notebook: bytes) -> bytes:
    """Return what a student gets of an instructor's notebook: nbgrader's own steps, as it releases it."""
    # Lessons are built where nbgrader is not installed.
    import nbformat
    from nbgrader import preprocessors as steps

    released = nbformat.reads(notebook.decode(), as_version=4)
    clear = steps.ClearSolutions(code_stub={"python": CODE_STUB}, text_stub=TEXT_STUB)
    for step in (steps.LockCells(), clear, steps.CheckCellMetadata(), steps.ComputeChecksums()):
        released, _ = step.preprocess(released, {})
    text: str = nbformat.writes(released)
    return (text.rstrip("\n") + "\n").encode()


def _rules(source: Source, check: Cell) -> tuple[Rule, ...]:
    return rules_of(exercises.load(graded_exercise(source, check)))


def _title_points(source: Source) -> Text:
    code = sum(rule.points for check in checks(source) for rule in _rules(source, check))
    by_hand = sum(cell.points or 0 for cell in source.in_language("en"))
    if not by_hand:
        return Text(en=f"**{_points_en(code)}**, all by the checks.", zh=f"**满分{code}分**，全部由检查给出。")
    return Text(
        en=f"**{_points_en(code + by_hand)}**: {code} by the checks, {by_hand} for answers in words.",
        zh=f"**满分{code + by_hand}分**：检查给出{code}分，文字题{by_hand}分。",
    )


def _rules_text(rules: tuple[Rule, ...], lang: str) -> str:
    total = sum(rule.points for rule in rules)
    head = Text(en=f"**Rules ({_points_en(total)}).**", zh=f"**规则（共{total}分）。**")
    lines = [_rule_text(rule, lang) for rule in rules]
    return "\n".join([_in(head, lang), "", *lines])


def _rule_text(rule: Rule, lang: str) -> str:
    en = f"- {rule.text.en} *({_points_en(rule.points)})*"
    return en if lang == "en" else f"- {rule.text.zh}*（{rule.points}分）*"


def _answer_to(source: Source, cell: Cell) -> Cell | None:
    answers = (other for other in source.cells if other.role == "answer")
    return next((answer for answer in answers if cell.name == f"{answer.name}-question"), None)


def _points_en(points: int) -> str:
    return f"{points} point" if points == 1 else f"{points} points"


def _in(text: Text, lang: str) -> str:
    return text.en if lang == "en" else text.zh
