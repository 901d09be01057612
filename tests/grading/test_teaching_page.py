"""The page that takes a teacher through a term: each of its commands, in order, with a small class."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from example_course import CONVERT_LR, COURSE, solved

pytestmark = pytest.mark.slow

_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[str]:
    return _BLOCK.findall((COURSE / "docs" / page).read_text(encoding="utf-8"))


def test_both_languages_have_the_same_commands() -> None:
    assert blocks("teaching.md") == blocks("teaching.zh.md")
    assert len(blocks("teaching.md")) >= 12


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which the page's commands were run, and what they printed."""
    folder = tmp_path_factory.mktemp("term")
    repository(folder / "linreg-course")
    downloads(folder / "downloads")
    script = "\n".join(["set -e", *blocks("teaching.md")])
    variables = {**os.environ, "PYTHONPATH": str(folder / "linreg-autumn"), "LANGUAGE": "en"}
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, env=variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "linreg-autumn" / "course", done.stdout


def repository(folder: Path) -> None:
    """Make a repository of the course, in which the environment that runs the tests is the one of `make setup`."""
    if shutil.which("git") is None:
        pytest.skip("no git on this machine: the page begins with a clone")
    ours = {"work", "course", "handin", ".git", ".venv", ".venv-newest"}
    shutil.copytree(COURSE, folder, ignore=lambda path, names: ours & {*names} if path == str(COURSE) else [])
    (folder / ".venv").symlink_to(Path(sys.prefix))
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org", "-C", str(folder)]
    for command in (["init", "-q"], ["add", "-A"], ["add", "-f", ".venv"], ["commit", "-q", "-m", "course"]):
        subprocess.run([*git, *command], check=True)


def downloads(folder: Path) -> None:
    """Write what Moodle, Canvas and the post would bring: two students in time, one late."""
    folder.mkdir()
    built = COURSE / "notebooks"
    right = solved(built / "en" / "huber.ipynb", "en", "huber-loss", "huber-scale")
    chinese = solved(built / "zh" / "huber.ipynb", "zh", "huber-loss")
    put(folder / "moodle-huber.zip", "Ann Lee_101_assignsubmission_file_/huber.ipynb", right, (2026, 3, 1))
    put(folder / "moodle-huber.zip", "王小明_102_assignsubmission_file_/huber.ipynb", chinese, (2026, 3, 2, 23))
    rate = nbformat.read(built / "en" / "lr-vs-reduction.ipynb", as_version=4)
    next(cell for cell in rate.cells if cell.id == "convert-lr").source = CONVERT_LR
    put(folder / "canvas-lr.zip", "bob_77_1234_lr-vs-reduction.ipynb", rate, (2026, 3, 9))
    (folder / "by-mail" / "bob").mkdir(parents=True)
    wrong = solved(built / "en" / "huber.ipynb", "en", "huber-loss", "huber-scale")
    answer = next(cell for cell in wrong.cells if cell.id == "huber-loss")
    answer.source = answer.source.replace("mean()", "sum()")
    nbformat.write(wrong, folder / "by-mail" / "bob" / "huber.ipynb")
    os.utime(folder / "by-mail" / "bob" / "huber.ipynb", (1772582400, 1772582400))  # 2026-03-04, within the extension


def put(archive: Path, name: str, notebook: object, date: tuple[int, ...]) -> None:
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(zipfile.ZipInfo(name, (*date, *[0] * (6 - len(date)))), nbformat.writes(notebook))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def test_everybody_has_the_points_of_the_rules_less_what_is_late(term: tuple[Path, str]) -> None:
    course, _ = term
    found = {(row["student"], row["assignment"]): row["score"] for row in rows(course / "grading-report.csv")}
    assert found == {
        ("Ann Lee", "huber"): "12",
        ("王小明", "huber"): "0",  # 8 points, eleven hours late
        ("bob", "huber"): "5",  # the sum in place of the mean, within his extension
        ("bob", "lr-vs-reduction"): "8",
    }


def test_each_step_says_what_it_did(term: tuple[Path, str]) -> None:
    _, printed = term
    for words in (
        "released huber",
        "huber: 3 students, without a score: 0",
        "wrote course/report/report.html",
        "huber: 3 of 3 pages",
        "judged again: the same comes out",
        "nothing to judge again",
    ):
        assert words in printed


def test_reports_feedback_and_exports_are_there(term: tuple[Path, str]) -> None:
    course, _ = term
    report = (course / "report" / "report.html").read_text(encoding="utf-8")
    assert "huber_loss/sum" in report
    assert "Ann Lee" not in report
    assert 'lang="zh"' in (course / "feedback" / "王小明" / "huber" / "huber.html").read_text(encoding="utf-8")
    assert {row["student_id"] for row in rows(course / "grades.csv")} == {"Ann Lee", "王小明", "bob"}


def test_the_teachers_copy_does_not_know_where_it_came_from(term: tuple[Path, str]) -> None:
    course, _ = term
    remotes = subprocess.run(["git", "remote"], cwd=course.parent, capture_output=True, text=True)
    assert (remotes.returncode, remotes.stdout) == (0, "")
