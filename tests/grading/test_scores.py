"""The score of a check is its verdict's, under stock nbgrader: nothing else that a cell shows costs or gives points."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from example_course import COURSE, copy_course, run, submit
from nbgrader.api import Gradebook

from linreg_course.grading.unseen import unseen_in
from linreg_course.handin.preflight import preflight
from linreg_course.handin.submission import read_submission

NAME, CHECK = "lr-vs-reduction", "convert-lr-check"
RIGHT = """def convert_lr(lr, batch_size, old, new):
    {inside}
    if {{old, new}} - {{"mean", "sum"}} or batch_size < 1:
        raise ValueError
    return lr * {{"mean": 1, "sum": batch_size}}[old] / {{"mean": 1, "sum": batch_size}}[new]"""


def solved(notebook: Any, above: str = "", inside: str = "pass", below: str = "") -> None:
    """Write a right answer, with code of one's own in it and around it."""
    cells = {cell.id: cell for cell in notebook.cells}
    cells["convert-lr"].source = f"{above}\n{RIGHT.format(inside=inside)}\n{below}"


LOUD = {
    "basic-config": dict(above="import logging\nlogging.basicConfig(level=20)", inside='logging.info("called")'),
    "handler": dict(above="import logging\nlog = logging.getLogger('me')\nlog.addHandler(logging.StreamHandler())",
                    inside='log.error("called")'),
    "bound-stderr": dict(above="from sys import stderr", inside='print("called", file=stderr)'),
    "warned-before": dict(above='import logging\nlogging.warning("before")', inside='logging.warning("called")'),
    "thread": dict(above="import sys, threading\nerr = sys.stderr",
                   inside='threading.Thread(target=lambda: print("late", file=err)).start()'),
}  # fmt: skip
SILENT = {
    "interactivity": dict(inside="pass", below='get_ipython().ast_node_interactivity = "none"'),
    "check-is-5": dict(below="check = 5"),
    "own-eight": dict(below="class check:\n    convert_lr = staticmethod(lambda answer: 8.0)"),
}
GONE = {"reset": dict(below="%reset -f"), "deleted": dict(below="del convert_lr")}
TAGGED = "skipped"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course after stock nbgrader has graded a student for each way."""
    folder = copy_course(tmp_path_factory.mktemp("scores"), NAME)
    assert run(folder, "linreg", "release").returncode == 0
    course = folder / "course"
    for student, change in [*students(), (TAGGED, skip)]:
        notebook = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
        change(notebook)
        submit(course, student, NAME, notebook)
    done = run(folder, "nbgrader", "autograde", NAME)
    assert done.returncode == 0, done.stderr
    return course


def students() -> list[tuple[str, Callable[[Any], None]]]:
    ways_of = {**LOUD, **SILENT, **GONE}
    return [(name, lambda notebook, ways=ways: solved(notebook, **ways)) for name, ways in ways_of.items()]


def skip(notebook: Any) -> None:
    solved(notebook)
    next(cell for cell in notebook.cells if cell.id == CHECK).metadata["tags"] = ["skip-execution"]


def score(course: Path, student: str) -> float:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return float(gradebook.find_grade(CHECK, NAME, NAME, student).auto_score)


def autograded(course: Path, student: str) -> Any:
    return nbformat.read(course / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)


@pytest.mark.parametrize("student", LOUD)
def test_what_an_answer_says_on_stderr_costs_nothing_and_stays_to_be_read(course: Path, student: str) -> None:
    assert score(course, student) == 8
    (check,) = (cell for cell in autograded(course, student).cells if cell.id == CHECK)
    assert {one.name for one in check.outputs if one.output_type == "stream"} == {"stderr"}
    assert unseen_in(autograded(course, student)) == []


@pytest.mark.parametrize("student", [*SILENT, TAGGED])
def test_what_a_notebook_does_to_its_checks_neither_costs_nor_gives(course: Path, student: str) -> None:
    assert score(course, student) == 8
    assert unseen_in(autograded(course, student)) == []


@pytest.mark.parametrize("student", GONE)
def test_a_check_without_a_verdict_has_0_and_a_reason_in_table_and_feedback(course: Path, student: str) -> None:
    assert score(course, student) == 0
    (reason,) = unseen_in(autograded(course, student))
    assert reason.en.startswith("The check of convert_lr gave no verdict (NameError")


def test_the_reason_stands_in_the_students_feedback(course: Path) -> None:
    done = run(course.parent, "nbgrader", "generate_feedback", NAME, "--student", "deleted")
    assert done.returncode == 0, done.stderr
    page = (course / "feedback" / "deleted" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    text = BeautifulSoup(page, "html.parser").get_text()
    assert "The check of convert_lr gave no verdict (NameError: name 'convert_lr' is not defined)" in text


@pytest.mark.parametrize("student", ["interactivity", "own-eight"])
def test_a_preflight_in_the_notebooks_own_process_counts_0_where_no_check_is_left(tmp_path: Path, student: str) -> None:
    notebook = nbformat.read(COURSE / "notebooks" / "en" / f"{NAME}.ipynb", as_version=4)
    solved(notebook, **SILENT[student])
    path = tmp_path / f"{NAME}.ipynb"
    nbformat.write(notebook, path)
    result = preflight(read_submission(path))
    assert (result.score, result.points) == (0, 8)
    assert any("gave no verdict" in finding.en for finding in result.findings)
