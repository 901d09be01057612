"""The warm class has the scores of stock `nbgrader autograde`, cell by cell, with any jobs and in any order."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cold_execute import take_stock
from example_course import Scores, copy_course, run, scores

from linreg_course.grading.grade import grade, students_of
from linreg_course.handin.nbgrader_course import nbgrader_api

pytestmark = pytest.mark.slow

NAME = "huber"
# Stock nbgrader leaves whose kernel dies without a score, stops at a broken file, and waits for whom never ends.
LEFT_OUT = ("10-kernel-dies", "11-never-ends", "12-corrupt")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_course(tmp_path_factory.mktemp("class"), NAME)
    for command in (("linreg", "release", NAME), ("python", "tools/sample_class.py")):
        done = run(folder, *command)
        assert done.returncode == 0, done.stdout + done.stderr
    for student in LEFT_OUT:
        shutil.rmtree(folder / "course" / "submitted" / student)
    return folder


@pytest.fixture(scope="module")
def stock(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Scores:
    other = tmp_path_factory.mktemp("stock") / "class"
    shutil.copytree(folder, other)
    take_stock(other)
    done = run(other, "nbgrader", "autograde", NAME)
    assert done.returncode == 0, done.stdout + done.stderr
    return scores(other / "course", NAME)


@pytest.fixture
def here(folder: Path) -> Iterator[Path]:
    before = os.getcwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_scores_are_stock_nbgraders_with_any_jobs_and_in_any_order(here: Path, stock: Scores, jobs: int) -> None:
    students = students_of(here / "course", NAME)
    random.Random(jobs).shuffle(students)
    results = list(grade(nbgrader_api(), NAME, students, again=True, jobs=jobs))
    assert [result.student for result in results] == students
    assert {result.reason for result in results} == {""}
    assert scores(here / "course", NAME) == stock


def test_the_class_is_one_in_which_scores_differ(stock: Scores) -> None:
    assert len({score for (_, cell), score in stock.items() if cell == "huber-loss-check"}) >= 5


def test_formgraders_way_gives_the_same_scores(here: Path, stock: Scores) -> None:
    student = "06-no-half-delta"
    done = nbgrader_api().autograde(NAME, student)
    assert done["success"], done
    mine = {key: score for key, score in stock.items() if key[0] == student}
    assert {key: score for key, score in scores(here / "course", NAME).items() if key[0] == student} == mine
