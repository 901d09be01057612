"""The sample class as `make grade` grades it: every student's score by hand from the rules, or a reason."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import SampleClass
from example_course import run
from sample_scores import SCORES

REMARKS = {
    "10-kernel-dies": "The kernel died in the cell `def huber_loss",
    "11-never-ends": "A call of huber_loss did not return in time.",
    "12-corrupt": "not a readable notebook",
}


@pytest.fixture
def folder(sample_class: SampleClass) -> Path:
    return sample_class.folder


@pytest.fixture
def graded(sample_class: SampleClass) -> str:
    return sample_class.printed


def hand_in(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, "python", "tools/sample_class.py")


def test_each_of_the_twelve_has_the_score_of_the_rules_or_a_reason(folder: Path, graded: str) -> None:
    assert "12 students, without a score: 1" in graded
    run(folder, "nbgrader", "export")
    with (folder / "course" / "grades.csv").open(newline="") as file:
        given = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert {student: given[student] for student in SCORES} == SCORES
    remarks = (folder / "course" / "graded" / "huber-remarks.txt").read_text(encoding="utf-8").splitlines()
    for student, words in REMARKS.items():
        assert words in next(line for line in remarks if line.startswith(f"{student}: "))


def test_feedback_is_written_for_everybody_who_has_a_score(folder: Path, graded: str) -> None:
    done = run(folder, "linreg", "feedback", "huber")
    assert done.returncode == 0, done.stdout + done.stderr
    pages = {
        path.parent.parent.name: path.read_text() for path in (folder / "course" / "feedback").glob("*/huber/*.html")
    }
    assert set(SCORES) <= pages.keys()
    assert "Does the loss double when you repeat the data?" in pages["04-sum"]
    assert "还没有写" not in pages["03-in-chinese"]
    assert 'lang="zh"' in pages["03-in-chinese"]


def test_the_class_may_be_made_again_but_not_among_real_students(sample_class: SampleClass, tmp_path: Path) -> None:
    folder = shutil.copytree(sample_class.folder, tmp_path / "class")  # it forgets the grades, which others read
    assert hand_in(folder).returncode == 0
    other = folder / "course" / "submitted" / "somebody"
    other.mkdir()
    done = hand_in(folder)
    assert done.returncode == 1
    assert "somebody" in done.stderr
    other.rmdir()
