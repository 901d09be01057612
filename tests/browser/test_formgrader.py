"""The sample class in nbgrader's own formgrader: scores, panels, and a grade by hand that reaches the export."""

from __future__ import annotations

import csv
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import SampleClass
from example_course import BIN, run
from nbgrader.api import Gradebook
from playwright.sync_api import Page, expect
from sample_scores import SCORES

# What the class wrote in words is still to be graded; the others left both answers as they were.
WAITING = {"01-right", "02-right-but-unusual", "03-in-chinese", "06-no-half-delta"}
MAXIMUM = 17


@pytest.fixture(scope="module")
def folder(sample_class: SampleClass, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the course whose sample class was graded: what is graded by hand here stays here."""
    return shutil.copytree(sample_class.folder, tmp_path_factory.mktemp("formgrader") / "course")


@pytest.fixture(scope="module")
def server(folder: Path, jupyter_variables: dict[str, str]) -> Iterator[str]:
    """The address of a JupyterLab started in the course's folder; formgrader comes with nbgrader."""
    options = ["--allow-root"] if os.geteuid() == 0 else []
    process = subprocess.Popen(
        [BIN / "jupyter", "lab", "--no-browser", *options],
        cwd=folder,
        env=jupyter_variables,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    try:
        yield next(
            match[0] for line in process.stderr if (match := re.search(r"http://localhost:\d+/\S+token=\w+", line))
        )
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()


@pytest.fixture
def formgrader(page: Page, server: str) -> str:
    """The address of formgrader, after the login."""
    page.goto(server)
    return server.partition("/lab")[0] + "/formgrader"


def open_submission(page: Page, formgrader: str, folder: Path, student: str) -> None:
    with Gradebook(f"sqlite:///{folder / 'course' / 'gradebook.db'}") as gradebook:
        number = gradebook.find_submission_notebook("huber", "huber", student).id
    page.goto(f"{formgrader}/submissions/{number}/")
    expect(page.locator("#h1")).to_be_visible()


def exported(folder: Path) -> dict[str, float]:
    assert run(folder, "nbgrader", "export").returncode == 0
    with (folder / "course" / "grades.csv").open(newline="") as file:
        return {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def test_the_class_is_there_with_its_scores_and_who_waits_for_a_person(page: Page, formgrader: str) -> None:
    page.goto(f"{formgrader}/manage_submissions/huber")
    for student, score in SCORES.items():
        row = page.locator("tbody tr", has=page.get_by_role("gridcell", name=student, exact=True))
        expect(row).to_contain_text(f"{score} / {MAXIMUM}")
        expect(row).to_contain_text("needs manual grading" if student in WAITING else "graded")


def test_the_panel_says_the_hint_to_whoever_grades(page: Page, formgrader: str, folder: Path) -> None:
    open_submission(page, formgrader, folder, "04-sum")
    expect(page.get_by_role("region", name="huber_loss")).to_contain_text(
        "Does the loss double when you repeat the data?"
    )
    expect(page.locator("#huber-loss-check")).to_have_attribute("placeholder", "1")


def test_a_chinese_submission_is_read_in_chinese(page: Page, formgrader: str, folder: Path) -> None:
    open_submission(page, formgrader, folder, "03-in-chinese")
    panel = page.get_by_role("region", name="huber_loss")
    expect(panel).to_contain_text("正确")
    expect(panel).to_have_attribute("lang", "zh")


def test_the_rubric_stands_below_each_answer_in_words_in_the_submissions_language(
    page: Page, formgrader: str, folder: Path
) -> None:
    for student, lang, title, said in (
        ("01-right", "en", "Rubric and model answer", "Three points, independent of one another."),
        ("03-in-chinese", "zh", "评分标准和参考答案", "共三分，各条独立计分。"),
    ):
        open_submission(page, formgrader, folder, student)
        rubrics = page.locator("details.rubric")
        expect(rubrics).to_have_count(2)
        rubric = rubrics.first
        expect(rubric).to_have_attribute("lang", lang)
        expect(rubric.get_by_text(said)).to_be_visible()
        page.locator("#h1-comment").press("Tab")
        summary = rubric.locator("summary", has_text=title)
        expect(summary).to_be_focused()
        summary.press("Enter")
        expect(rubric.get_by_text(said)).to_be_hidden()


def test_a_grade_given_by_hand_reaches_the_export_and_stays_when_graded_again(
    page: Page, formgrader: str, folder: Path
) -> None:
    before = exported(folder)
    open_submission(page, formgrader, folder, "01-right")
    score = page.locator("#h1")
    score.fill("2.5")
    with page.expect_response(lambda response: "/api/grade/" in response.url and response.request.method == "PUT"):
        score.press("Tab")
    after = exported(folder)
    assert after == {**before, "01-right": before["01-right"] + 2.5}
    assert run(folder, "nbgrader", "autograde", "huber", "--student", "01-right", "--force").returncode == 0
    assert exported(folder) == after
