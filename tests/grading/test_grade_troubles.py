"""What can go wrong around `linreg grade` is one clear sentence, and nothing is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from example_course import copy_course, run

from linreg_course.cli import main
from linreg_course.grading import commands
from linreg_course.grading import grade as grading
from linreg_course.grading.intake import Intake, take_in
from linreg_course.grading.lock import alone
from linreg_course.grading.where import Where

NAME = "lr-vs-reduction"
STUDENTS = ("ann", "bo", "cho")
# Linux's file on a disk that is always full.
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_course(tmp_path_factory.mktemp("released"), NAME)
    done = run(folder, "linreg", "release")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def course(released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course, entered, in which three have handed in files that are no notebooks: no kernel is started."""
    shutil.copy(released / "nbgrader_config.py", tmp_path)
    shutil.copytree(released / "course", tmp_path / "course")
    for student in STUDENTS:
        folder = tmp_path / "course" / "submitted" / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text("{")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "course"


def grade(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["grade", *arguments])


def no_key(course: Path) -> None:
    (course / "seed.key").unlink()


def no_release(course: Path) -> None:
    shutil.rmtree(course / "release" / NAME)


def no_source(course: Path) -> None:
    shutil.rmtree(course / "source" / NAME)


def no_gradebook(course: Path) -> None:
    (course / "gradebook.db").unlink()


def garbage(course: Path) -> None:
    (course / "gradebook.db").write_bytes(b"garbage " * 500)


def empty(course: Path) -> None:
    (course / "gradebook.db").write_bytes(b"")


def torn(course: Path) -> None:
    path = course / "gradebook.db"
    path.write_bytes(path.read_bytes()[:9000])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (no_key, "seed.key: `linreg release` makes it"),
        (no_release, f"{NAME}.ipynb; `linreg release {NAME}` makes it"),
        (no_source, f"{NAME}.ipynb; `linreg release {NAME}` makes it"),
        (no_gradebook, "there is no gradebook"),
        (garbage, "is damaged (file is not a database); take it from a backup"),
        (empty, "is damaged (it has no table of assignments)"),
        (torn, "is damaged (database disk image is malformed)"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_missing_or_damaged_is_said_in_one_line_and_nothing_is_touched(
    course: Path, damage: Callable[[Path], None], words: str
) -> None:
    damage(course)
    before = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    done = grade(NAME)
    assert done.exit_code == 1
    assert words in done.stderr
    assert done.stderr.startswith("Error: nothing was graded: ")
    assert done.stderr.count("\n") == 1
    after = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
    assert {path for path in {*before, *after} if before.get(path) != after.get(path)} == {course / ".grade.lock"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lr-vs-reductoin"], f"nobody handed in lr-vs-reductoin: .* did you mean {NAME}?"),
        ([NAME, "--student", "anne"], f"anne did not hand in {NAME}; did you mean ann?"),
    ],
)
def test_an_unknown_name_is_said_with_one_that_is_near(course: Path, arguments: list[str], words: str) -> None:
    done = grade(*arguments)
    assert done.exit_code == 2
    first, _, last = words.partition(" .* ")
    assert first in done.stderr
    assert done.stderr.rstrip().endswith(last)


def test_a_folder_that_is_no_assignments_is_said_with_the_one_that_is_near(course: Path) -> None:
    (course / "submitted" / "dee" / f"{NAME} (1)").mkdir(parents=True)
    done = grade()
    assert done.exit_code == 1
    assert done.stderr.rstrip().endswith(f"did you mean {NAME}?")


@needs_full
def test_a_full_disk_stops_in_one_sentence_and_the_same_command_goes_on(course: Path) -> None:
    part = course / "graded" / f"{NAME}-remarks.part"
    part.parent.mkdir()
    part.symlink_to(FULL)
    done = grade(NAME)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: the disk is full: make room;")
    part.unlink()
    assert "3 students, without a score: 3" in grade(NAME).stdout
    assert (course / "graded" / f"{NAME}-remarks.txt").read_text().count("is not a readable notebook") == 3


def test_a_full_disk_in_nbgraders_log_stops_too(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "nbgrader could not grade it: OSError: [Errno 28] No space left on device"
    monkeypatch.setattr(grading, "_begun", lambda *_: lambda: grading.Result("ann", reason=reason))
    done = grade(NAME)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: the disk is full: make room;")


@needs_full
def test_a_reason_that_cannot_be_written_leaves_the_submission_where_it_is(course: Path) -> None:
    (course / "submitted" / "bo" / NAME / "reason.txt").symlink_to(FULL)
    done = grade(NAME)
    assert done.stderr.startswith("Error: the disk is full")
    assert (course / "submitted" / "bo" / NAME / f"{NAME}.ipynb").read_text() == "{"


def test_two_at_a_time_are_refused_and_the_next_is_not(course: Path) -> None:
    with alone(course):
        done = grade(NAME)
    assert done.exit_code == 1
    assert "another linreg grade is at work" in done.stderr
    assert done.stdout == ""
    assert "3 students" in grade(NAME).stdout


@pytest.mark.parametrize("moment", ["before its turn", "in its turn"])
def test_a_folder_that_is_removed_meanwhile_costs_nobody_else(
    course: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def remove(course: Path, student: str, assignment: str) -> Intake:
        if student == ("bo" if moment == "in its turn" else "ann"):
            shutil.rmtree(course / "submitted" / "bo")
        return take_in(course, student, assignment)

    monkeypatch.setattr(grading, "take_in", remove)
    done = grade(NAME)
    assert done.exit_code == 1, done.exception
    rows = [" ".join(line.split()) for line in done.stdout.split("\n")]
    assert [row for row in rows if row.startswith(STUDENTS)] == [
        "ann none not a readable notebook", "bo none folder removed", "cho none not a readable notebook",
    ]  # fmt: skip


def test_each_line_is_there_before_the_next_student_is_graded(course: Path, monkeypatch: pytest.MonkeyPatch,
                                                              capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    seen = []

    def results(*_: Any) -> Iterator[grading.Result]:
        for student in STUDENTS:
            seen.append(capsys.readouterr())
            yield grading.Result(student, {"convert-lr-check": (8, 8), "l1": (None, 3)})

    monkeypatch.setattr(commands, "grade_each", results)
    commands.grade([NAME], [], False, Where(jobs=1))
    head, ann, bo = (said.out.split("\n") for said in seen)
    assert [line.split() for line in head[:-1]] == [
        ["lr-vs-reduction:", "1", "convert-lr,", "2", "l1,", "3", "l2"],
        ["student", "1", "2", "3", "sum", "remark"],
        ["most", "8", "3", "3", "14"],
    ]
    assert (ann[0].split(), bo[0].split()) == (["ann", "8", "·", "8"], ["bo", "8", "·", "8"])
    assert [said.err for said in seen] == ["", "", ""]
    assert capsys.readouterr().out.rstrip().endswith("3 students, without a score: 0, waiting for a person: 3")


def test_a_name_that_the_terminals_encoding_lacks_costs_nobody(course: Path) -> None:
    (course / "submitted" / "bo").rename(course / "submitted" / "王小明")
    done = CliRunner(charset="cp1252").invoke(main, ["grade", NAME])
    assert isinstance(done.exception, SystemExit)
    assert r"\u738b\u5c0f\u660e" in done.stdout
    assert "3 students" in done.stdout
