"""A rule that has changed: who gains, who loses, why; and a grade that explains itself."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from conftest import SampleClass
from example_course import BIN, scores
from nbgrader.api import Gradebook

from linreg_course.handin.verdicts import verdict_of

pytestmark = pytest.mark.slow

NAME, CELL = "huber", "huber-loss-check"
# By hand: `linear` gives 1 point in place of 2, `shapes` 2 in place of 1.
BEFORE = {"04-sum": 1, "05-torch-huber": 1, "06-no-half-delta": 3, "07-broadcasts": 7}
AFTER = {"04-sum": 2, "05-torch-huber": 2, "06-no-half-delta": 4, "07-broadcasts": 6}


@pytest.fixture(scope="module")
def folder(sample_class: SampleClass, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample class without the one who never ends; one was graded by hand, one is late and gets nothing for it."""
    folder = tmp_path_factory.mktemp("regrade") / "class"
    shutil.copytree(sample_class.folder, folder, symlinks=True)
    shutil.rmtree(folder / "course" / "autograded" / "11-never-ends")
    config = folder / "nbgrader_config.py"
    config.write_text(config.read_text() + "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with Gradebook(f"sqlite:///{folder / 'course' / 'gradebook.db'}") as gradebook:
        grade = gradebook.find_grade(CELL, NAME, NAME, "05-torch-huber")
        grade.manual_score, grade.needs_manual_grade = 4.0, False
        gradebook.find_comment("h1", NAME, NAME, "05-torch-huber").manual_comment = "See me."
        gradebook.find_assignment(NAME).duedate = datetime(2026, 3, 1)
        late = gradebook.find_submission(NAME, "06-no-half-delta")
        late.timestamp, late.notebooks[0].late_submission_penalty = datetime(2026, 3, 2), 7.0
        gradebook.db.commit()
    return folder


def linreg(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command with the folder's own copy of the package."""
    variables = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run([BIN / "linreg", *arguments], cwd=folder, capture_output=True, text=True, env=variables)


def change(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / "linreg_course" / "exercises" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def snapshot(course: Path) -> dict[str, str]:
    files = (path for path in course.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {str(path.relative_to(course)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def of_loss(folder: Path) -> dict[str, float | None]:
    return {student: score for (student, cell), score in scores(folder / "course", NAME).items() if cell == CELL}


def test_under_the_same_rules_there_is_nothing_to_judge_again(folder: Path) -> None:
    done = linreg(folder, "regrade")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "nothing to judge again: all grades were given by today's rules\n"


def test_another_hint_is_judged_again_for_its_exercise_alone_and_moves_nobody(folder: Path) -> None:
    before = snapshot(folder / "course")
    change(folder, "huber_scale.toml", 'ask.en = "', 'ask.en = "Think: ')
    done = linreg(folder, "regrade")
    change(folder, "huber_scale.toml", 'ask.en = "Think: ', 'ask.en = "')
    assert done.stdout.splitlines() == [
        "10 verdicts judged again: 0 fall, 0 rise, 10 stay",
        "nothing was written; --apply writes it",
    ]
    assert snapshot(folder / "course") == before


def test_who_falls_stands_first_and_nothing_is_written_before_it_is_asked(folder: Path) -> None:
    assert {student: of_loss(folder)[student] for student in BEFORE} == BEFORE
    before = snapshot(folder / "course")
    for old, new in (('"linear": 2', '"linear": 1'), ('"shapes": 1', '"shapes": 2')):
        change(folder, "huber_loss.py", old, new)
    done = linreg(folder, "regrade")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    told = {words[0]: (float(words[2]), float(words[3])) for line in lines[1:5] for words in [line.split()]}
    assert told == {student: (BEFORE[student], AFTER[student]) for student in BEFORE}
    assert lines[1].startswith("07-broadcasts")
    assert "linear has 1 points, had 2" in lines[1]
    assert "[a person gave 4, which stays]" in next(line for line in lines if line.startswith("05-torch-huber"))
    assert lines[5:] == ["10 verdicts judged again: 1 fall, 3 rise, 6 stay", "nothing was written; --apply writes it"]
    assert snapshot(folder / "course") == before


def test_applied_it_is_written_and_what_a_person_gave_and_wrote_stays(folder: Path) -> None:
    others = {key: score for key, score in scores(folder / "course", NAME).items() if key[1] != CELL}
    done = linreg(folder, "regrade", "--exercise", "huber_loss", "--apply")
    assert done.returncode == 0, done.stderr
    assert {student: of_loss(folder)[student] for student in AFTER} == AFTER
    assert others == {key: score for key, score in scores(folder / "course", NAME).items() if key[1] != CELL}
    with Gradebook(f"sqlite:///{folder / 'course' / 'gradebook.db'}") as gradebook:
        assert gradebook.find_grade(CELL, NAME, NAME, "05-torch-huber").score == 4
        assert gradebook.find_comment("h1", NAME, NAME, "05-torch-huber").comment == "See me."
        late = gradebook.find_submission(NAME, "06-no-half-delta")
        assert (late.score, late.late_submission_penalty) == (8, 8)
    with (folder / "course" / "regraded.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["student"], float(row["before"]), float(row["after"])) for row in csv.DictReader(file)]
    assert sorted(rows) == [(student, BEFORE[student], AFTER[student]) for student in sorted(BEFORE)]


def test_after_that_neither_regrading_nor_grading_has_anything_to_do(folder: Path) -> None:
    assert "nothing to judge again" in linreg(folder, "regrade").stdout
    before = snapshot(folder / "course" / "autograded")
    assert linreg(folder, "grade", NAME, "--student", "07-broadcasts").returncode == 0
    assert snapshot(folder / "course" / "autograded") == before
    assert of_loss(folder)["07-broadcasts"] == 6


def test_a_student_reads_the_new_points_by_rule(folder: Path) -> None:
    assert linreg(folder, "feedback", NAME).returncode == 1  # one was never graded
    page = (folder / "course" / "feedback" / "04-sum" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "2 of 2 points" in page
    assert "2 of 8 points" in page


@pytest.mark.parametrize("student", ["04-sum", "10-kernel-dies", "03-in-chinese"])
def test_a_grade_explains_itself_and_comes_out_again(folder: Path, student: str) -> None:
    done = linreg(folder, "explain", student, "huber_loss")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "judged again: the same comes out"
    course = nbformat.read(folder / "course" / "autograded" / student / NAME / f"{NAME}.ipynb", 4).metadata[
        "linreg_course"
    ]
    for part in (
        str(course["seeds"]["huber_loss"]),
        course["rules"]["huber_loss"],
        f"torch {course['versions']['torch']}",
    ):
        assert part in done.stdout


def test_a_grade_that_does_not_come_out_again_is_said(folder: Path) -> None:
    path = folder / "course" / "autograded" / "08-one-if" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    record = next(cell for cell in notebook.cells if cell.id == CELL).outputs[0].metadata["linreg_verdict"]
    record["score"] = 8.0
    nbformat.write(notebook, path)
    assert verdict_of(next(cell for cell in notebook.cells if cell.id == CELL)) is not None
    done = linreg(folder, "explain", "08-one-if", "huber_loss")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "judged again: score was 8.0, is 0.0"


def test_what_does_not_exist_is_said_in_a_sentence(folder: Path) -> None:
    for arguments, words in (
        (("explain", "nobody", "huber_loss"), "there is no graded huber_loss of nobody"),
        (("explain", "04-sum", "huber"), "there is no exercise huber that a check judges"),
        (("regrade", "--exercise", "loss"), "there is no exercise loss"),
        (("regrade", "hubert"), "nobody was graded in hubert"),
    ):
        done = linreg(folder, *arguments)
        assert done.returncode == 2
        assert words in done.stderr


def test_rules_that_do_not_give_the_points_of_their_cell_are_refused(folder: Path) -> None:
    before = snapshot(folder / "course")
    change(folder, "huber_loss.py", '"quadratic": 2', '"quadratic": 3')
    done = linreg(folder, "regrade", "--apply")
    assert done.returncode == 1
    assert "the rules of huber_loss give 9 points, its cell has 8" in done.stderr
    assert snapshot(folder / "course") == before


def test_after_a_release_the_cell_has_the_points_of_its_rules(folder: Path) -> None:
    done = linreg(folder, "release", NAME)
    assert done.returncode == 0, done.stderr
    done = linreg(folder, "regrade", "--exercise", "huber_loss", "--apply")
    assert done.returncode == 0, done.stderr
    given = of_loss(folder)
    assert (given["01-right"], given["06-no-half-delta"], given["07-broadcasts"]) == (9, 5, 7)
    remarks = folder / "course" / "graded" / "07-broadcasts" / f"{NAME}.json"
    assert "gave no verdict" not in remarks.read_text(encoding="utf-8")
