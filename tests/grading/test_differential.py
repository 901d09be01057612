"""The warm class has the scores of stock `nbgrader autograde`, cell by cell, with any jobs and in any order."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cold_execute import take_stock
from example_course import copy_class, run, scores
from nbgrader.api import Gradebook

from linreg_course.grading.grade import grade, students_of
from linreg_course.grading.pools import threads
from linreg_course.handin.nbgrader_course import nbgrader_api

pytestmark = pytest.mark.slow

NAME = "huber"
# Stock nbgrader leaves whose kernel dies without a score, stops at a broken file, and waits for whom never ends.
LEFT_OUT = ("10-kernel-dies", "11-never-ends", "12-corrupt")


# An instructor's own settings: hooks before and after each submission, and nothing for who is late.
SETTINGS = """
def note(**given):
    with open(COURSE / "hooks.txt", "a") as file:
        print(given["assignment"], len(given["notebooks"]), file=file)

c.Autograde.pre_convert_hook = c.Autograde.post_convert_hook = note
c.LateSubmissionPlugin.penalty_method = "zero"
"""
DUE, LATE = "2026-05-01 12:00:00 UTC", "04-sum"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample class, of whom one is late, and an instructor's settings."""
    folder = copy_class(tmp_path_factory.mktemp("class"), *LEFT_OUT)
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(SETTINGS)
    for path in (folder / "course" / "submitted").glob(f"*/{NAME}"):
        day = 2 if path.parent.name == LATE else 1
        (path / "timestamp.txt").write_text(f"2026-05-0{day} 11:00:00 UTC")
    with Gradebook(f"sqlite:///{folder / 'course' / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate=DUE)
    return folder


def told(course: Path) -> dict[str, tuple[Any, ...]]:
    """Return what else the gradebook has of each submission."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            one.student_id: (
                one.timestamp,
                one.late_submission_penalty,
                one.score,
                one.needs_manual_grade,
                {given.name: given.needs_manual_grade for notebook in one.notebooks for given in notebook.grades},
            )
            for one in gradebook.assignment_submissions(NAME)
        }


@pytest.fixture(scope="module")
def stock(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class as stock nbgrader grades it: its course."""
    other = tmp_path_factory.mktemp("stock") / "class"
    shutil.copytree(folder, other)
    take_stock(other)
    done = run(other, "nbgrader", "autograde", NAME)
    assert done.returncode == 0, done.stdout + done.stderr
    return other / "course"


@pytest.fixture
def here(folder: Path) -> Iterator[Path]:
    before = os.getcwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_scores_are_stock_nbgraders_with_any_jobs_and_in_any_order(here: Path, stock: Path, jobs: int) -> None:
    students = students_of(here / "course", NAME)
    random.Random(jobs).shuffle(students)
    with threads(jobs) as pool:
        results = list(grade(nbgrader_api(), NAME, students, True, pool))
    assert [result.student for result in results] == students
    assert {result.reason for result in results} == {""}
    assert scores(here / "course", NAME) == scores(stock, NAME)


def test_the_class_is_one_in_which_scores_differ(stock: Path) -> None:
    given = scores(stock, NAME)
    assert len({score for (_, cell), score in given.items() if cell == "huber-loss-check"}) >= 5


def test_penalties_times_hooks_and_what_waits_for_a_person_are_stock_nbgraders(here: Path, stock: Path) -> None:
    (here / "course" / "hooks.txt").unlink(missing_ok=True)
    with threads(2) as pool:
        results = list(grade(nbgrader_api(), NAME, students_of(here / "course", NAME), True, pool))
    assert told(here / "course") == told(stock)
    assert (here / "course" / "hooks.txt").read_text() == (stock / "hooks.txt").read_text()
    late = {result.student: (result.penalty, result.score) for result in results if result.penalty}
    assert late == {LATE: (told(stock)[LATE][1], 0)}
    assert late[LATE][0] > 0


def test_formgraders_way_gives_the_same_scores(here: Path, stock: Path) -> None:
    student = "06-no-half-delta"
    done = nbgrader_api().autograde(NAME, student)
    assert done["success"], done
    mine = {key: score for key, score in scores(stock, NAME).items() if key[0] == student}
    assert {key: score for key, score in scores(here / "course", NAME).items() if key[0] == student} == mine
