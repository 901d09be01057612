"""An instructor's own test cells go on working as nbgrader has them, and are named; so is what runs unconfined."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from example_course import CONVERT_LR, copy_course, run, scores, submit
from nbformat.v4 import new_code_cell

from linreg_course.exercises import check_in

pytestmark = pytest.mark.slow

NAME = "lr-vs-reduction"
TESTS = {
    "own-assert": "import sys\nprint('a warning', file=sys.stderr)\nassert convert_lr(1.0, 2, 'mean', 'mean') == 1",
    "own-number": "print('called')\nconvert_lr.own",
    "own-mix": "verdict = check.convert_lr(convert_lr)\nassert verdict",
}
SHOWN = {
    "full": "2",
    "part": "1.5",
    "none": "0",
    "nan": "float('nan')",
    "huge": "1e300",
    "below": "-1.0",
    "word": "'ok'",
}
SCORES = {"full": 2, "part": 1.5, "none": 0, "nan": 0, "huge": 0, "below": 0, "word": 2}


def graded(name: str) -> dict[str, Any]:
    return {"nbgrader": {"grade": True, "solution": False, "locked": True, "points": 2, "grade_id": name,
                         "schema_version": 3, "cell_type": "code", "task": False}}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with an assignment to which an instructor has added tests, handed in once for each number."""
    folder = copy_course(tmp_path_factory.mktemp("own"), NAME)
    assert run(folder, "linreg", "release", NAME).returncode == 0
    source = folder / "course" / "source" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(source, as_version=4)
    notebook.cells += [new_code_cell(code, id=name, metadata=graded(name)) for name, code in TESTS.items()]
    nbformat.write(notebook, source)
    done = run(folder, "nbgrader", "generate_assignment", NAME, "--force")
    assert done.returncode == 0, done.stderr
    for student, own in SHOWN.items():
        notebook = nbformat.read(folder / "course" / "release" / NAME / f"{NAME}.ipynb", as_version=4)
        (answer,) = (cell for cell in notebook.cells if cell.id == "convert-lr")
        answer.source = f"{CONVERT_LR}\nconvert_lr.own = {own}"
        submit(folder / "course", student, NAME, notebook)
    return folder


@pytest.fixture(scope="module")
def said(folder: Path) -> str:
    """What `linreg grade` says of them."""
    done = run(folder, "linreg", "grade", NAME)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_they_are_named_as_run_with_nothing_to_protect_them(said: str) -> None:
    assert "with nothing to protect their scores: own-assert, own-mix, own-number" in said


def test_what_ends_without_an_error_has_its_points_also_after_a_line_on_stderr(folder: Path, said: str) -> None:
    given = scores(folder / "course", NAME)
    assert {given[student, name] for student in SHOWN for name in ("own-assert", "own-mix")} == {2}
    assert {given[student, "convert-lr-check"] for student in SHOWN} == {8}


def test_a_number_counts_from_0_to_the_cells_points_and_anything_else_is_0_with_a_reason(
    folder: Path, said: str
) -> None:
    given = scores(folder / "course", NAME)
    assert {student: given[student, "own-number"] for student in SHOWN} == SCORES
    remarks = (folder / "course" / "graded" / f"{NAME}-remarks.txt").read_text(encoding="utf-8").splitlines()
    reasons = {line.split(":")[0] for line in remarks if "which is no number from 0 to 2" in line}
    assert reasons == {"nan", "huge", "below"}
    assert said.count("test without a score") == len(reasons)


def test_unconfined_is_said_above_the_table_and_at_each_score(folder: Path, said: str) -> None:
    done = run(folder, "linreg", "grade", NAME, "--force", "--allow-unconfined", "--student", "full")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{NAME}: UNCONFINED" in done.stdout
    assert next(line for line in done.stdout.splitlines() if line.startswith("full")).endswith("unconfined")
    assert "full: It ran unconfined." in (folder / "course" / "graded" / f"{NAME}-remarks.txt").read_text()


@pytest.mark.parametrize(
    "code",
    [
        "check.convert_lr(convert_lr); 8.0", "x = check.convert_lr(convert_lr)", "check.convert_lr(convert_lr, 1)",
        "check.convert_lr(lambda *a: 1)", "check.convert_lr(f())", "check.nothing(f)", "checks.convert_lr(f)",
        "8.0", "",
        "check.convert_lr(", "(" * 500, "check.convert_lr(answer=f)", "check.convert_lr(*f)", "\0",
    ],
)  # fmt: skip
def test_only_a_bare_call_of_a_check_is_judged(code: str) -> None:
    assert check_in(code) is None


def test_a_check_may_have_comments_and_another_name_for_its_answer() -> None:
    assert check_in("# the check\ncheck.convert_lr(mine)  # mine\n") == ("convert_lr", "mine")
