"""Every exercise in both languages as a student meets it: stub, solution, known mistakes; and the grade agrees."""

from __future__ import annotations

import contextlib
import importlib
import io
from pathlib import Path
from typing import Any

import nbformat
import pytest
from example_course import COURSE

from linreg_course import check
from linreg_course.authoring.build import instructor_bytes
from linreg_course.authoring.parts import checks, graded_exercise
from linreg_course.authoring.source import Source, read_source
from linreg_course.checking.exercise import mistakes_of
from linreg_course.checking.verdict import Mistake, Outcome, Verdict
from linreg_course.exercises import EXERCISES, load
from linreg_course.language import LANGUAGES, use_language

pytestmark = pytest.mark.slow

SOURCES = sorted((COURSE / "notebooks" / "source").glob("[a-z]*.py"))
GRADE_SEED = 987654321

in_each_language = pytest.mark.parametrize("lang", LANGUAGES)
for_each_exercise = pytest.mark.parametrize("name", EXERCISES)


@pytest.fixture(autouse=True)
def _fresh_check(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_verdicts", "_hints_given"):
        monkeypatch.setattr(check, name, {})
    monkeypatch.setattr(check, "_begun", ())


def source_of(name: str) -> Source:
    """Return the one assignment that asks for an exercise."""
    sources = map(read_source, SOURCES)
    (found,) = [one for one in sources if name in [graded_exercise(one, cell) for cell in checks(one)]]
    return found


def run_cells(notebook: Any, name: str) -> Verdict:
    """Run a notebook's setup, the cells of one exercise and its check; return the check's verdict."""
    cells = {cell.id: cell.source for cell in notebook.cells if cell.cell_type == "code"}
    space: dict[str, Any] = {}
    exec(cells["setup"], space)
    exec(cells[name.replace("_", "-")], space)
    shown: check.Shown = eval(cells[f"{name.replace('_', '-')}-check"], space)
    return shown.verdict


@in_each_language
@for_each_exercise
def test_the_stub_is_not_written_yet(name: str, lang: str, course: Path) -> None:
    built = course / "notebooks" / lang / f"{source_of(name).path.stem}.ipynb"
    verdict = run_cells(nbformat.read(built, as_version=4), name)
    assert (verdict.outcome, verdict.score) == (Outcome.UNWRITTEN, 0)


@in_each_language
@for_each_exercise
def test_the_solution_gets_all_points_in_the_check_and_in_the_grade(
    name: str, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    solved = nbformat.reads(instructor_bytes(source_of(name), lang).decode(), as_version=4)
    checked = run_cells(solved, name)
    monkeypatch.setattr(check, "CHECK_SEED", GRADE_SEED)
    graded = run_cells(solved, name)
    assert (checked.outcome, checked.score) == (graded.outcome, graded.score) == (Outcome.RIGHT, checked.points)
    assert (checked.seed, graded.seed) == (20200229, GRADE_SEED)


def known_mistakes() -> list[Any]:
    return [pytest.param(name, mistake, id=mistake.id) for name in EXERCISES for mistake in mistakes_of(load(name))]


def listed(name: str, mistake: Mistake) -> Any:
    """Return the bank's entry on a known mistake: whole wrong answers, the rule, the points that are left."""
    return importlib.import_module(f"answers.{name}").LISTED[mistake.id]


@pytest.mark.parametrize(("name", "mistake"), known_mistakes())
def test_a_known_mistake_gets_its_own_hints_in_each_language_and_the_grade_agrees(
    name: str, mistake: Mistake, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = listed(name, mistake).answers[0]
    checked = getattr(check, name)(answer)
    for lang in LANGUAGES:
        use_language(lang)
        check._hints_given.clear()
        assert str(mistake.hints[0]) in str(checked)
        for words in map(str, mistake.hints[1:]):
            with contextlib.redirect_stdout(io.StringIO()) as out:
                check.hint(name)
            assert words in out.getvalue()
    monkeypatch.setattr(check, "CHECK_SEED", GRADE_SEED)
    graded = getattr(check, name)(answer).verdict.record()
    numbers = {"seed", "details"}  # the calls are others
    assert {**graded, **dict.fromkeys(numbers)} == {**checked.verdict.record(), **dict.fromkeys(numbers)}
    assert graded["seed"] == GRADE_SEED
    assert (graded["mistake"], graded["score"]) == (mistake.id, listed(name, mistake).points)
