"""Feedback: one page a student that says why there are so many points, in the language of their notebook."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import SampleClass
from example_course import run
from nbgrader.api import Gradebook

from linreg_course.handin.verdicts import verdict_of

pytestmark = pytest.mark.slow

NAME = "huber"


@pytest.fixture(scope="module")
def course(sample_class: SampleClass, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample class with some answers graded by hand, and its feedback."""
    folder = tmp_path_factory.mktemp("feedback") / "class"
    shutil.copytree(sample_class.folder, folder, symlinks=True)
    shutil.rmtree(folder / "course" / "feedback", ignore_errors=True)  # another test's
    with Gradebook(f"sqlite:///{folder / 'course' / 'gradebook.db'}") as gradebook:
        grade_by_hand(gradebook, "01-right", "h1", 2.5, "Good; <b>say why</b> at delta = 1.")
        grade_by_hand(gradebook, "05-torch-huber", "huber-loss-check", 4.0, "")
        submission = gradebook.find_submission(NAME, "06-no-half-delta")
        submission.notebooks[0].late_submission_penalty = 1.5
        gradebook.db.commit()
    (folder / "course" / "autograded" / "09-empty" / NAME / f"{NAME}.ipynb").unlink()
    done = run(folder, "linreg", "feedback", NAME)
    assert done.returncode == 1
    assert done.stdout.splitlines()[1:] == [
        "huber, 09-empty: not graded yet; `linreg grade huber` does it, or says why not"
    ]
    assert "11 of 12 pages in course/feedback/STUDENT/huber/huber.html" in done.stdout
    return folder / "course"


def grade_by_hand(gradebook: Gradebook, student: str, cell: str, score: float, comment: str) -> None:
    grade = gradebook.find_grade(cell, NAME, NAME, student)
    grade.manual_score, grade.needs_manual_grade = score, False
    if comment:
        gradebook.find_comment(cell, NAME, NAME, student).manual_comment = comment
    gradebook.db.commit()


def page_of(course: Path, student: str) -> BeautifulSoup:
    text = (course / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


def record_of(course: Path, student: str, cell: str) -> dict[str, Any]:
    notebook = nbformat.read(course / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)
    record = verdict_of(next(one for one in notebook.cells if one.id == cell))
    assert record is not None
    return record


def points(page: BeautifulSoup) -> list[str]:
    return [cell.get_text() for cell in page.find("table").find_all("td", class_="points")]


def test_the_points_of_each_task_and_rule_are_those_of_the_rules(course: Path) -> None:
    page = page_of(course, "04-sum")
    assert page.html["lang"] == "en"
    assert points(page) == ["1 of 8 points", "4 of 4 points", "0 of 3 points", "0 of 2 points"]
    rows = [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])] for row in page.find_all("tr")]
    assert [(row[0], row[1], row[3]) for row in rows if len(row) == 4 and row[0][0] in "✓✗"] == [
        ("✗ does not hold yet", "quadratic", "0 of 2 points"),
        ("✗ does not hold yet", "linear", "0 of 2 points"),
        ("✗ does not hold yet", "gradient", "0 of 3 points"),
        ("✓ holds", "shapes", "1 of 1 points"),
        ("✓ holds", "value", "2 of 2 points"),
        ("✓ holds", "identity", "2 of 2 points"),
    ]


def test_a_rule_that_fails_shows_a_call_of_this_grade_and_what_came_of_it(course: Path) -> None:
    import torch

    from linreg_course.exercises import load

    page = page_of(course, "04-sum")
    heading = next(one for one in page.find_all("h3") if "linear" in one.get_text())
    call, came, _ = [entry.get_text() for entry in heading.find_next("dl").find_all("dd")]
    y_hat, y, delta = eval(re.sub(r"^huber_loss", "", call), {"torch": torch})
    total = torch.nn.functional.smooth_l1_loss(y_hat, y, beta=delta, reduction="sum").item()
    assert float(came.rpartition(" ")[2]) == pytest.approx(total, rel=1e-5)
    assert "Does the loss double when you repeat the data?" in page.get_text()
    assert load("huber_loss").WORDS.mistakes["sum"]["step"].en.split("`")[0] in page.get_text()


def test_a_chinese_notebook_has_a_chinese_page(course: Path) -> None:
    page = page_of(course, "03-in-chinese")
    assert page.html["lang"] == "zh"
    text = page.get_text()
    assert points(page) == ["得8分，满分8分", "得4分，满分4分", "满分3分，未评", "得0分，满分2分"]
    assert "待人工评分" in text
    assert not re.search(r"\b(points|Your answer|holds|waits)\b", text)


def test_answers_in_words_wait_or_have_a_persons_points_and_comment(course: Path) -> None:
    graded, waiting = page_of(course, "01-right"), page_of(course, "02-right-but-unusual")
    assert points(graded)[2] == "2.5 of 3 points"
    assert graded.find("blockquote").get_text() == "Good; <b>say why</b> at delta = 1."
    assert points(waiting)[2:] == ["– of 3 points", "0 of 2 points"]
    assert "waits for a person" in waiting.get_text()
    assert "may still change the sum" in waiting.get_text()


def test_what_a_person_changed_and_took_off_is_said(course: Path) -> None:
    changed, late = page_of(course, "05-torch-huber"), page_of(course, "06-no-half-delta")
    assert points(changed)[0] == "4 of 8 points"
    assert "changed by your teacher" in changed.get_text()
    assert "1.5 points were taken off" in late.get_text()
    assert late.find("strong").get_text() == "5.5 of 17 points"


def test_a_refused_file_has_a_page_with_the_reason_in_both_languages(course: Path) -> None:
    page = page_of(course, "12-corrupt")
    en, zh = page.find("section", lang="en").get_text(), page.find("section", lang="zh").get_text()
    assert "not a readable notebook" in en
    assert "笔记本" in zh


def test_the_hash_is_that_of_the_file_that_was_handed_in(course: Path) -> None:
    handed_in = course / "submitted" / "04-sum" / NAME / f"{NAME}.ipynb"
    assert hashlib.sha256(handed_in.read_bytes()).hexdigest() in page_of(course, "04-sum").get_text()


def test_no_seed_no_other_student_and_no_trace_of_the_grader_stands_there(course: Path) -> None:
    students = [path.parent.parent.name for path in (course / "feedback").glob("*/huber/huber.html")]
    for student in students:
        text = str(page_of(course, student))
        assert [other for other in students if other in text and other != student] == []
        assert not re.search(r"Traceback|site-packages|linreg_course|<script|src=|@import|url\(", text)
        if student != "12-corrupt":
            assert str(record_of(course, student, "huber-loss-check")["seed"]) not in text


def test_model_answers_stand_there_only_where_they_are_asked_for(course: Path) -> None:
    assert "Model answer" not in page_of(course, "04-sum").get_text()
    done = run(course.parent, "linreg", "feedback", "--solutions", NAME)
    assert done.returncode == 1, done.stderr
    text = page_of(course, "04-sum").get_text()
    assert text.count("Model answer") == 4
    assert "Rubric" not in text
    assert "SOLUTION" not in text
    chinese = page_of(course, "03-in-chinese").get_text()
    assert "评分标准" not in chinese
    assert "NotImplementedError" not in chinese
    assert "✎" not in chinese


def test_nbgraders_own_command_writes_the_same_page(course: Path) -> None:
    ours = str(page_of(course, "10-kernel-dies"))
    done: subprocess.CompletedProcess[str] = run(course.parent, "nbgrader", "generate_feedback", NAME, "--force")
    assert done.returncode == 0, done.stderr
    assert "Model answer" not in str(page_of(course, "10-kernel-dies"))
    assert "The kernel died in the cell" in ours


def test_a_student_who_was_removed_from_the_gradebook_is_named(course: Path) -> None:
    removed = run(course.parent, "nbgrader", "db", "student", "remove", "08-one-if", "--force")
    assert removed.returncode == 0, removed.stderr
    done = run(course.parent, "linreg", "feedback", NAME)
    assert done.returncode == 1
    assert "huber, 08-one-if: not in the gradebook; `linreg grade huber --student 08-one-if --force`" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
