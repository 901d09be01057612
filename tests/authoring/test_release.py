"""The release: nbgrader's folders, the students' zip without a solution, and what a release must not destroy."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from example_course import COURSE, copy_course
from nbgrader.api import Gradebook

from linreg_course.cli import main

pytestmark = pytest.mark.slow

LESSON, NAME = "00_start", "lr-vs-reduction"
ZIP = "linreg-course-students.zip"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course's folder, made the working directory."""
    monkeypatch.chdir(copy_course(tmp_path / "here", LESSON, NAME))
    return tmp_path / "here"


def release(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["release", *arguments])


def released(*arguments: str) -> None:
    result = release(*arguments)
    assert result.exit_code == 0, result.output


def language_of(notebook: bytes | str) -> str:
    return str(json.loads(notebook)["metadata"]["linreg_course"]["language"])


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def zipped(course: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(course / "course" / ZIP) as file:
        return {name.removeprefix("linreg-course/"): file.read(name) for name in file.namelist()}


def rename_check(course: Path) -> None:
    source = course / "notebooks" / "source" / f"{NAME}.py"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('name="convert-lr-check"', 'name="renamed-check"'), encoding="utf-8")


def test_english_is_at_the_top_and_chinese_beside_it_as_students_get_it(course: Path) -> None:
    released()
    top, beside = f"{NAME}.ipynb", f"zh/{NAME}.ipynb"
    ours = {folder: files(course / "course" / folder / NAME) for folder in ("source", "release")}
    assert {folder: set(found) for folder, found in ours.items()} == {folder: {top, beside} for folder in ours}
    assert [language_of(ours["release"][name]) for name in (top, beside)] == ["en", "zh"]
    assert "BEGIN SOLUTION" in ours["source"][top].decode()
    assert ours["source"][beside] == ours["release"][beside]
    assert not any(b"SOLUTION" in content for content in ours["release"].values())
    rubrics = files(course / "course" / "rubrics" / NAME)
    assert set(rubrics) == {beside}
    assert "BEGIN SOLUTION" in rubrics[beside].decode()


def test_one_language_stands_alone_at_the_top_also_after_both(course: Path) -> None:
    released()
    released("--language", "zh")
    for folder in ("source", "release"):
        assert set(files(course / "course" / folder / NAME)) == {f"{NAME}.ipynb"}
    assert not (course / "course" / "rubrics" / NAME).exists()
    assert language_of((course / "course" / "release" / NAME / f"{NAME}.ipynb").read_text()) == "zh"
    assert {name for name in zipped(course) if name.startswith("notebooks")} == {
        f"notebooks/zh/{LESSON}.ipynb",
        f"notebooks/zh/{NAME}.ipynb",
    }
    assert b"../en/" not in zipped(course)[f"notebooks/zh/{LESSON}.ipynb"]


def test_the_zip_holds_what_a_student_needs_the_same_each_time(course: Path) -> None:
    released(NAME)
    content, first = zipped(course), (course / "course" / ZIP).read_bytes()
    (wheel,) = (name for name in content if name.endswith(".whl"))
    assert set(content) == {
        "LICENSE", "README.md", "start.py", "tools/environment.py",
        "requirements/default.txt", "requirements/newest.txt",
        wheel,
        *(f"notebooks/{lang}/{name}.ipynb" for lang in ("en", "zh") for name in (LESSON, NAME)),
    }  # fmt: skip
    assert (
        content[f"notebooks/zh/{NAME}.ipynb"]
        == (course / "course" / "release" / NAME / "zh" / f"{NAME}.ipynb").read_bytes()
    )
    released(NAME)
    assert (course / "course" / ZIP).read_bytes() == first


@pytest.mark.parametrize(("whole", "part"), [("default", "student"), ("newest", "student-newest")])
def test_a_student_installs_no_grader_and_no_tools_in_the_versions_of_the_course(whole: str, part: str) -> None:
    ours, theirs = ((COURSE / "requirements" / f"{name}.txt").read_text().splitlines() for name in (whole, part))
    pinned = {line.partition("==")[0] for line in theirs if "==" in line}
    assert pinned >= {"torch", "jupyterlab", "ipywidgets", "nbclient", "nbformat", "click", "rich"}
    assert not pinned & {"nbgrader", "sqlalchemy", "alembic", "pytest", "ruff", "mypy", "jupytext", "hatchling"}
    # The systems that need a package may be more where there is more that needs it.
    assert {line.partition(" ;")[0] for line in theirs} <= {line.partition(" ;")[0] for line in ours}


@pytest.mark.parametrize(("given", "kept"), [(None, 0o700), (0o770, 0o770)])
def test_a_new_folder_of_the_course_is_its_owners_alone_and_a_shared_one_stays_shared(
    course: Path, given: int | None, kept: int
) -> None:
    folder = course / "course"
    if given is not None:
        folder.mkdir()
        folder.chmod(given)
    released(NAME)
    assert folder.stat().st_mode & 0o777 == kept


def test_releasing_again_keeps_the_key_the_submissions_and_the_grades(course: Path) -> None:
    released()
    key = (course / "course" / "seed.key").read_bytes()
    add_submission(course)
    released()
    assert (course / "course" / "seed.key").read_bytes() == key
    assert (course / "course" / "submitted" / "ann" / NAME / f"{NAME}.ipynb").read_text() == "mine"
    with Gradebook(f"sqlite:///{course / 'course' / 'gradebook.db'}") as gradebook:
        assert gradebook.find_grade("convert-lr-check", NAME, NAME, "ann").manual_score == 2.5


def test_with_submissions_a_graded_cell_cannot_go_and_the_old_release_stays(course: Path) -> None:
    released()
    add_submission(course)
    before = {folder: files(course / "course" / folder) for folder in ("source", "release", "rubrics")}
    rename_check(course)
    result = release()
    assert result.exit_code == 1
    assert f"{NAME} has submissions" in result.output
    assert "Traceback" not in result.output
    assert {folder: files(course / "course" / folder) for folder in before} == before


def with_other_points(course: Path) -> None:
    """Give the first answer in words 9 points."""
    source = course / "notebooks" / "source" / f"{NAME}.py"
    text = source.read_text(encoding="utf-8")
    source.write_text(re.sub(r'(role="answer" points=)\d+', r"\g<1>9", text, count=2), encoding="utf-8")


def test_with_submissions_new_points_are_named_and_counted_everywhere(course: Path) -> None:
    released()
    add_submission(course)
    database = f"sqlite:///{course / 'course' / 'gradebook.db'}"
    with Gradebook(database) as gradebook:
        (asked, *_) = (cell for cell in gradebook.find_notebook(NAME, NAME).grade_cells if cell.cell_type == "markdown")
        cell, before, most = asked.name, asked.max_score, gradebook.find_assignment(NAME).max_score
    with_other_points(course)
    result = release(NAME)
    assert result.exit_code == 0
    assert f"points of {cell}: {before:g} before, 9 now" in result.output
    assert f"text of title, {cell}-question" in result.output
    assert f"linreg grade {NAME}" in result.output
    with Gradebook(database) as gradebook:
        assert gradebook.find_grade_cell(cell, NAME, NAME).max_score == 9
        assert gradebook.find_grade(cell, NAME, NAME, "ann").max_score == 9
        assert gradebook.find_submission(NAME, "ann").max_score == most + 9 - before
        assert gradebook.find_grade("convert-lr-check", NAME, NAME, "ann").manual_score == 2.5


@pytest.mark.parametrize("has_submission", [True, False])
def test_where_nothing_changed_or_nobody_handed_in_nothing_is_said_of_it(course: Path, has_submission: bool) -> None:
    released()
    if has_submission:
        add_submission(course)
    else:
        with_other_points(course)
    assert "has submissions" not in release(NAME).output


def test_without_submissions_a_graded_cell_may_change_its_name(course: Path) -> None:
    released()
    rename_check(course)
    released()
    assert b"renamed-check" in (course / "course" / "release" / NAME / f"{NAME}.ipynb").read_bytes()


def test_an_unknown_assignment_is_named_with_those_that_there_are(course: Path) -> None:
    result = release("hubert")
    assert result.exit_code == 2
    assert f"no assignment hubert: there are {NAME}" in result.output
    assert not (course / "course" / "source").exists()


def test_a_lesson_is_no_assignment(course: Path) -> None:
    assert f"no assignment {LESSON}" in release(LESSON).output


def test_a_broken_source_is_named_with_its_line(course: Path) -> None:
    source = course / "notebooks" / "source" / f"{NAME}.py"
    source.write_text(source.read_text(encoding="utf-8").replace("### END SOLUTION", "", 1), encoding="utf-8")
    result = release()
    assert result.exit_code == 1
    assert re.search(rf"{NAME}\.py:\d+: a solution cell needs the line", result.output)


def test_outside_the_course_the_command_says_where_to_run_it(tmp_path: Path, linreg: Path) -> None:
    done = subprocess.run([linreg, "release"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert "run linreg in the course's folder" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_where_nbgrader_is_not_installed_the_command_says_so(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "linreg_course.authoring.release", raising=False)
    monkeypatch.setitem(sys.modules, "nbgrader.apps", None)
    result = release()
    assert result.exit_code == 1
    assert result.output.startswith("Error: this command needs nbgrader.apps, which is not installed here")


def add_submission(course: Path) -> None:
    """Hand in a file, and give it a grade by hand as formgrader does."""
    folder = course / "course" / "submitted" / "ann" / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text("mine")
    with Gradebook(f"sqlite:///{course / 'course' / 'gradebook.db'}") as gradebook:
        gradebook.add_student("ann")
        gradebook.add_submission(NAME, "ann")
        gradebook.find_grade("convert-lr-check", NAME, NAME, "ann").manual_score = 2.5
        gradebook.db.commit()
