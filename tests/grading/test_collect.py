"""`linreg collect`: downloads as Moodle, Canvas and people make them; nothing is put anywhere in silence, or lost."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from damaged_class import undamaged
from damages import dumped
from example_course import copy_course, run
from nbgrader.api import Gradebook

from linreg_course.cli import main
from linreg_course.handin.finding import read_own
from linreg_course.handin.receipt import write_handin

NAME, OTHER = "lr-vs-reduction", "huber"
FIRST, SECOND = datetime(2026, 3, 1, 12, 30, tzinfo=UTC), datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_course(tmp_path_factory.mktemp("released"), NAME, OTHER)
    done = run(folder, "linreg", "release")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def inside(released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A released course, entered; its folder `course/`."""
    shutil.copy(released / "nbgrader_config.py", tmp_path)
    shutil.copytree(released / "course", tmp_path / "course")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "course"


def notebook(course: Path, assignment: str = NAME) -> bytes:
    return dumped(undamaged(course / "notebooks", assignment, "en").notebook)


def put(path: Path, content: bytes, time: datetime = FIRST) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.timestamp(), time.timestamp()))
    return path


def collect(download: Path, *options: str, answers: str = "") -> Result:
    return CliRunner().invoke(main, ["collect", str(download), *options], input=answers)


def moodle_folders(folder: Path, content: bytes) -> None:
    put(folder / "Ann Lee_1234567_assignsubmission_file_" / "my work.ipynb", content)


def moodle_flat(folder: Path, content: bytes) -> None:
    put(folder / "Ann Lee_1234567_assignsubmission_file_my work.ipynb", content)


def canvas(folder: Path, content: bytes) -> None:
    put(folder / "Ann Lee_LATE_4711_98765_homework-1.ipynb", content)


def named_after_students(folder: Path, content: bytes) -> None:
    put(folder / "Ann Lee.ipynb", content)


def folders_of_students(folder: Path, content: bytes) -> None:
    put(folder / "Ann Lee" / "deep" / "homework.ipynb", content)


def as_nbgrader_wants_it(folder: Path, content: bytes) -> None:
    put(folder / "Ann Lee" / NAME / f"{NAME}.ipynb", content)


def zips(folder: Path, content: bytes) -> None:
    folder.mkdir()
    with zipfile.ZipFile(folder / "Ann Lee.zip", "w") as archive:
        archive.writestr(f"homework/{NAME}.ipynb", content)
    os.utime(folder / "Ann Lee.zip", (FIRST.timestamp(), FIRST.timestamp()))


@pytest.mark.parametrize(
    "download",
    [moodle_folders, moodle_flat, canvas, named_after_students, folders_of_students, as_nbgrader_wants_it, zips],
    ids=lambda download: download.__name__,
)
def test_a_download_is_put_where_grading_finds_it_with_its_time(
    course: Path, inside: Path, tmp_path: Path, download: Callable[[Path, bytes], None]
) -> None:
    content = notebook(course)
    download(tmp_path / "download", content)
    before = {path: path.read_bytes() for path in (tmp_path / "download").rglob("*") if path.is_file()}
    done = collect(tmp_path / "download")
    assert done.exit_code == 0, done.output
    assert f"Ann Lee, {NAME}: 1 file, 2026-03-01 12:30 UTC by the newest file" in done.output
    target = inside / "submitted" / "Ann Lee" / NAME
    if download is zips:
        assert zipfile.ZipFile(target / "Ann Lee.zip").read(f"homework/{NAME}.ipynb") == content
    else:
        assert (target / f"{NAME}.ipynb").read_bytes() == content
    assert (target / "timestamp.txt").read_text() == "2026-03-01 12:30:00 UTC\n"
    assert {path: path.read_bytes() for path in before} == before


def test_a_zip_of_moodles_is_read_as_it_comes(course: Path, inside: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "LA1-huber-1234.zip", "w") as archive:
        for student, name in (("王小明", NAME), ("Bo O'Hara", OTHER)):
            place = f"{student}_7_assignsubmission_file_/{name}.ipynb"
            archive.writestr(zipfile.ZipInfo(place, (2026, 3, 1, 12, 30, 0)), notebook(course, name))
    assert collect(tmp_path / "LA1-huber-1234.zip").exit_code == 0
    assert (inside / "submitted" / "王小明" / NAME / f"{NAME}.ipynb").read_bytes() == notebook(course)
    assert (inside / "submitted" / "Bo O'Hara" / OTHER / f"{OTHER}.ipynb").is_file()


def test_a_receipts_time_counts_before_the_files_and_only_with_its_own_notebook(
    course: Path, inside: Path, tmp_path: Path
) -> None:
    work = put(tmp_path / "mine" / f"{NAME}.ipynb", notebook(course))
    handed_in, _ = write_handin(read_own(work), FIRST)
    for student, content in (("ann", handed_in.read_bytes()), ("bo", notebook(course) + b"\n")):
        put(tmp_path / "download" / f"{student}_12_345_{NAME}.ipynb", content, SECOND)
        put(tmp_path / "download" / f"{student}_12_346_{NAME}.receipt.json",
            handed_in.with_suffix(".receipt.json").read_bytes(), SECOND)  # fmt: skip
    done = collect(tmp_path / "download")
    assert done.exit_code == 0
    assert done.output.count("does not belong to the files, or was changed") == 1
    times = [(inside / "submitted" / one / NAME / "timestamp.txt").read_text() for one in ("ann", "bo")]
    assert times == ["2026-03-01 12:30:00 UTC\n", "2026-03-02 08:00:00 UTC\n"]


@pytest.mark.parametrize(("answer", "replaced"), [("y\n", True), ("n\n", False), ("", False)])
def test_another_hand_in_is_asked_about_and_what_lay_there_is_kept(
    course: Path, inside: Path, tmp_path: Path, answer: str, replaced: bool
) -> None:
    put(tmp_path / "first" / "ann.ipynb", notebook(course))
    put(tmp_path / "second" / "ann.ipynb", notebook(course) + b"\n", SECOND)
    assert collect(tmp_path / "first").exit_code == 0
    assert "is there already" in collect(tmp_path / "first").output
    done = collect(tmp_path / "second", answers=answer)
    assert "another hand-in lies there. Replace it" in done.output
    assert done.exit_code == (0 if replaced else 1)
    target = inside / "submitted" / "ann" / NAME / f"{NAME}.ipynb"
    assert target.read_bytes() == notebook(course) + (b"\n" if replaced else b"")
    kept = list((inside / "replaced").glob(f"ann/{NAME}-*/{NAME}.ipynb"))
    assert [path.read_bytes() for path in kept] == ([notebook(course)] if replaced else [])


def test_two_hand_ins_in_one_download_are_both_put_there_for_a_person_to_see(
    course: Path, inside: Path, tmp_path: Path
) -> None:
    for name, end in (("a.ipynb", b""), ("b.ipynb", b"\n")):
        put(tmp_path / "download" / "ann" / name, notebook(course) + end)
    assert collect(tmp_path / "download").exit_code == 0
    assert sorted(path.name for path in (inside / "submitted" / "ann" / NAME).glob("*.ipynb")) == ["a.ipynb", "b.ipynb"]


def test_a_name_that_the_gradebook_does_not_know_is_asked_about(course: Path, inside: Path, tmp_path: Path) -> None:
    with Gradebook(f"sqlite:///{inside / 'gradebook.db'}") as gradebook:
        gradebook.add_student("ann.lee")
    put(tmp_path / "download" / "Ann Lee.ipynb", notebook(course))
    done = collect(tmp_path / "download", answers="\n")
    assert "Ann Lee is no student of the gradebook. Whose is it? [ann.lee]" in done.output
    assert (inside / "submitted" / "ann.lee" / NAME / f"{NAME}.ipynb").is_file()


@pytest.mark.parametrize("answer", ["y\n", "n\n"])
def test_swapped_folders_are_asked_about(course: Path, inside: Path, tmp_path: Path, answer: str) -> None:
    put(tmp_path / "download" / NAME / "ann" / f"{NAME}.ipynb", notebook(course))
    done = collect(tmp_path / "download", answers=answer)
    assert f"{NAME} is an assignment, and stands where a student is due" in done.output
    assert (inside / "submitted" / "ann" / NAME / f"{NAME}.ipynb").is_file() is (answer == "y\n")
    assert not (inside / "submitted" / NAME).exists()


def test_what_cannot_be_read_is_asked_about_and_grading_says_why(course: Path, inside: Path, tmp_path: Path) -> None:
    put(tmp_path / "download" / "ann.ipynb", b"<html>")
    done = collect(tmp_path / "download", answers="\n")
    assert done.exit_code == 1
    assert "ann: ann.ipynb skipped, since it is not known of which assignment" in done.output
    assert not (inside / "submitted").exists()
    assert collect(tmp_path / "download", answers=f"{NAME}\n").exit_code == 0
    graded = CliRunner().invoke(main, ["grade", NAME])
    assert "not a notebook" in graded.output


def test_with_yes_nothing_is_asked_and_all_is_said(course: Path, inside: Path, tmp_path: Path) -> None:
    put(tmp_path / "download" / NAME / "ann" / f"{NAME}.ipynb", notebook(course))
    put(tmp_path / "download" / "bo.ipynb", b"")
    done = collect(tmp_path / "download", "--yes")
    assert "students? yes" in done.output
    assert "1 of 2 are in" in done.output
    assert done.exit_code == 1


def test_where_nobody_is_asked_the_name_of_a_file_that_cannot_be_read_says_what_it_is(
    inside: Path, tmp_path: Path
) -> None:
    put(tmp_path / "download" / "ann" / f"{NAME}.ipynb", b"<html>")
    put(tmp_path / "download" / "bob" / "work.ipynb", b"<html>")
    done = collect(tmp_path / "download", "--yes")
    assert done.exit_code == 1
    assert "bob: work.ipynb skipped, since it is not known of which assignment" in done.output
    assert (inside / "submitted" / "ann" / NAME / f"{NAME}.ipynb").is_file()
    assert "not a notebook" in CliRunner().invoke(main, ["grade", NAME]).output
