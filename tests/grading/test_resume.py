"""`linreg grade` goes on where it stopped: what has not changed is not graded again, and Ctrl-C loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from example_course import BIN, copy_course, run, solved, submit
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from watchfiles import watch

NAME, SOLUTION, BY_HAND = "lr-vs-reduction", "convert-lr", "l1"
STUDENTS = ("ann", "bo", "cho")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which three have handed in a right answer and one question in words."""
    folder = copy_course(tmp_path_factory.mktemp("class"), NAME)
    assert run(folder, "linreg", "release").returncode == 0
    course = folder / "course"
    for student in STUDENTS:
        submit(course, student, NAME, solved(course / "release" / NAME / f"{NAME}.ipynb", "en", SOLUTION, BY_HAND))
    return folder


def grade(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "linreg", "grade", NAME, *options)


def graded_at(folder: Path, student: str) -> int:
    """Return when nbgrader last wrote the student's autograded notebook."""
    return (folder / "course" / "autograded" / student / NAME / f"{NAME}.ipynb").stat().st_mtime_ns


def test_what_has_not_changed_is_not_graded_again_and_keeps_what_was_graded_by_hand(folder: Path) -> None:
    first = grade(folder, "--student", "ann")
    assert first.returncode == 0, first.stderr
    assert "ann" in first.stdout
    assert "bo" not in first.stdout
    with Gradebook(f"sqlite:///{folder / 'course' / 'gradebook.db'}") as gradebook:
        answer = gradebook.find_grade(BY_HAND, NAME, NAME, "ann")
        answer.manual_score, answer.needs_manual_grade = 2.5, False
        gradebook.db.commit()
    before = graded_at(folder, "ann")
    again = grade(folder)
    assert again.returncode == 0, again.stderr
    assert graded_at(folder, "ann") == before
    (line,) = [line for line in again.stdout.split("\n") if line.startswith("ann")]
    assert line.split() == ["ann", "8", "2.5", "0", "10.5"]
    assert "Warning" not in first.stderr + again.stderr
    assert grade(folder, "--student", "ann", "--force").returncode == 0
    assert graded_at(folder, "ann") > before


def test_a_changed_submission_is_graded_again_and_the_others_are_not(folder: Path) -> None:
    assert grade(folder).returncode == 0
    before = {student: graded_at(folder, student) for student in STUDENTS}
    path = folder / "course" / "submitted" / "bo" / NAME / f"{NAME}.ipynb"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert grade(folder).returncode == 0
    assert {student: graded_at(folder, student) > before[student] for student in STUDENTS} == {
        "ann": False, "bo": True, "cho": False,
    }  # fmt: skip


def test_ctrl_c_stops_at_once_keeps_what_is_done_and_the_same_command_goes_on(folder: Path, tmp_path: Path) -> None:
    assert grade(folder).returncode == 0
    course = folder / "course"
    endless = solved(course / "release" / NAME / f"{NAME}.ipynb", "en", SOLUTION)
    code = "from pathlib import Path\nPath('begun').touch()\nwhile True:\n    pass"
    endless.cells.append(new_code_cell(code, id="endless"))
    path = course / "submitted" / "bo" / NAME / f"{NAME}.ipynb"
    old, kept = path.read_bytes(), (course / "autograded" / "bo" / NAME / f"{NAME}.ipynb").read_bytes()
    path.unlink()
    path.parent.rmdir()
    path.parent.parent.rmdir()
    submit(course, "bo", NAME, endless)
    process = subprocess.Popen(
        [BIN / "linreg", "grade", NAME],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},  # submissions work below it
    )
    for _ in watch(tmp_path, yield_on_timeout=True, rust_timeout=200):
        if list(tmp_path.rglob("begun")):
            break
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "stopped. 1 of 3 are graded" in said
    assert (course / "autograded" / "bo" / NAME / f"{NAME}.ipynb").read_bytes() == kept
    path.write_bytes(old)
    done = grade(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {
        line.split()[0]: line.split()[1] for line in done.stdout.split("\n") if line.startswith(STUDENTS)
    } == dict.fromkeys(STUDENTS, "8")


def test_a_student_who_did_not_hand_in_is_told_with_those_who_did(folder: Path) -> None:
    done = grade(folder, "--student", "dee")
    assert done.returncode == 2
    assert f"dee did not hand in {NAME}; it came from ann, bo, cho" in done.stderr
