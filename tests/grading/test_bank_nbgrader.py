"""A part of the answer bank through the built notebooks and nbgrader's own command: the same scores as judged here."""

from __future__ import annotations

import itertools
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from answers import bank as bank_of
from answers import judged as judged_answer
from cold_execute import take_stock
from example_course import COURSE, copy_course, run, scores, submit

from linreg_course.authoring.parts import checks, graded_exercise
from linreg_course.authoring.source import read_source
from linreg_course.checking.exercise import points_of
from linreg_course.exercises import EXERCISES, load
from linreg_course.grading.seeds import seed_of
from linreg_course.handin.course_key import read_key

pytestmark = pytest.mark.slow

# How many submissions of each kind an assignment gets here, and where the two ways of running them are compared;
# a submission answers all of the assignment's exercises.
EACH, EACH_COMPARED = 1, 4
SEED = 20260301


def assignments() -> dict[str, list[str]]:
    """Return the exercises of each assignment."""
    sources = map(read_source, sorted((COURSE / "notebooks" / "source").glob("[a-z]*.py")))
    return {one.path.stem: [graded_exercise(one, cell) for cell in checks(one)] for one in sources}


def answers_of(exercise: str, each: int) -> list[str]:
    """Draw answers of each kind from the bank of one exercise, as code that finds them there."""
    bank: Any = bank_of(exercise)
    rng = random.Random(f"{SEED}/{exercise}")
    right = [f"bank.RIGHT[{key!r}]" for key in rng.sample(list(bank.RIGHT), each)]
    listed = [f"bank.LISTED[{key!r}].answers[0]" for key in rng.sample(list(bank.LISTED), each)]
    mutants = [f"bank.MUTANTS[{key!r}]" for key in rng.sample(list(bank.MUTANTS), each)]
    return right + listed + mutants


def test_every_exercise_is_graded_in_an_assignment() -> None:
    assert sorted(itertools.chain(*assignments().values())) == sorted(EXERCISES)


def handed_in(folder: Path, assignment: str, each: int) -> Path:
    """Release an assignment in a copy of the course and hand it in with each of the drawn answers; return the copy."""
    copy_course(folder, assignment)
    done = run(folder, "linreg", "release")
    assert done.returncode == 0, done.stdout + done.stderr
    drawn = {exercise: answers_of(exercise, each) for exercise in assignments()[assignment]}
    for number in range(3 * each):
        notebook = nbformat.read(folder / "course" / "release" / assignment / f"{assignment}.ipynb", as_version=4)
        cells = {cell.id: cell for cell in notebook.cells}
        for exercise, answers in drawn.items():
            code = f"import answers.{exercise} as bank\n{exercise} = {answers[number]}"
            cells[exercise.replace("_", "-")].source = code
        submit(folder / "course", f"s{number}", assignment, notebook)
        beside = folder / "course" / "submitted" / f"s{number}" / assignment / "answers"
        shutil.copytree(COURSE / "tests" / "answers", beside, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module", params=assignments())
def graded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A course in which one assignment was handed in with each of the drawn answers, and graded."""
    assignment = request.param
    folder = handed_in(tmp_path_factory.mktemp("bank"), assignment, EACH)
    graded: subprocess.CompletedProcess[str] = run(folder, "nbgrader", "autograde", assignment)
    assert graded.returncode == 0, graded.stdout + graded.stderr
    return folder / "course", assignment


def test_nbgrader_gives_the_scores_that_the_bank_says(graded: tuple[Path, str]) -> None:
    course, assignment = graded
    for exercise in assignments()[assignment]:
        bank: Any = bank_of(exercise)
        points = points_of(load(exercise))
        for number, code in enumerate(answers_of(exercise, EACH)):
            given = score(course, assignment, f"s{number}", exercise)
            if number < EACH:
                assert given == points, code
            elif number < 2 * EACH:
                assert given == eval(code.replace(".answers[0]", ".points"), {"bank": bank}), code
            else:
                answer = eval(code, {"bank": bank})
                assert given == judged(course, assignment, f"s{number}", exercise, answer) < points, code


@pytest.mark.long
@pytest.mark.parametrize("assignment", assignments())
def test_warm_and_stock_give_the_banks_answers_the_same_scores(tmp_path: Path, assignment: str) -> None:
    warm = handed_in(tmp_path / "warm", assignment, EACH_COMPARED)
    stock = tmp_path / "stock"
    shutil.copytree(warm, stock)
    take_stock(stock)
    for folder, command in ((warm, ("linreg", "grade")), (stock, ("nbgrader", "autograde"))):
        done = run(folder, *command, assignment)
        assert done.returncode == 0, done.stdout + done.stderr
    given = scores(warm / "course", assignment)
    assert len(given) >= 3 * EACH_COMPARED
    assert given == scores(stock / "course", assignment)


def score(course: Path, assignment: str, student: str, exercise: str) -> float | None:
    return scores(course, assignment)[student, f"{exercise.replace('_', '-')}-check"]


def judged(course: Path, assignment: str, student: str, exercise: str, answer: Any) -> float:
    return judged_answer(exercise, answer, seed_of(read_key(course), assignment, student, exercise)).score
