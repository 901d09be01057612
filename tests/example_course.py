"""A course of its own for tests of the release and of grading: the repository's files in a temporary folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

from linreg_course.authoring.build import instructor_bytes
from linreg_course.authoring.source import read_source

COURSE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

# An answer to convert_lr that is right.
CONVERT_LR = """def convert_lr(lr, batch_size, old, new):
    if {old, new} - {"mean", "sum"} or batch_size < 1:
        raise ValueError
    return lr * {"mean": 1, "sum": batch_size}[old] / {"mean": 1, "sum": batch_size}[new]"""

# By student and cell.
Scores = dict[tuple[str, str], float | None]


def copy_course(folder: Path, *sources: str) -> Path:
    """Copy what `linreg release` and nbgrader need of the repository, with these sources; return the folder."""
    (folder / "notebooks" / "source").mkdir(parents=True)
    for name in ("printed.toml", *(f"{name}.py" for name in sources)):
        shutil.copy(COURSE / "notebooks" / "source" / name, folder / "notebooks" / "source")
    for name in ("tools", "linreg_course", "requirements"):
        shutil.copytree(COURSE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for pattern in ("nbgrader_config.py", "pyproject.toml", "LICENSE", "README.md"):
        for path in COURSE.glob(pattern):
            shutil.copy(path, folder)
    return folder


def copy_class(folder: Path, *left_out: str) -> Path:
    """Copy the course and hand in `huber` for the sample class without those left out; return the folder."""
    copy_course(folder, "huber")
    for command in (("linreg", "release", "huber"), ("python", "tools/sample_class.py")):
        done = run(folder, *command)
        assert done.returncode == 0, done.stdout + done.stderr
    for student in left_out:
        shutil.rmtree(folder / "course" / "submitted" / student)
    return folder


def run(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the environment in the folder, without activating the environment."""
    program, *arguments = command
    return subprocess.run([BIN / program, *arguments], cwd=folder, capture_output=True, text=True)


def solved(notebook: Path, lang: str, *names: str) -> Any:
    """Return the released notebook with the cells `names` as the instructor's notebook has them."""
    released = nbformat.read(notebook, as_version=4)
    source = read_source(COURSE / "notebooks" / "source" / f"{notebook.stem}.py")
    answers = {cell.id: cell for cell in nbformat.reads(instructor_bytes(source, lang).decode(), as_version=4).cells}
    for cell in released.cells:
        if cell.id in names:
            cell.source = answers[cell.id].source
    return released


def submit(course: Path, student: str, assignment: str, notebook: Any) -> None:
    """Put the notebook where nbgrader collects it."""
    folder = course / "submitted" / student / assignment
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{assignment}.ipynb")


def scores(course: Path, assignment: str) -> Scores:
    """Return what each student has in each cell, by the gradebook and without what a person gave."""
    from nbgrader.api import Gradebook  # a second, which only tests of grading have to spend

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            (submission.student_id, given.name): given.auto_score
            for submission in gradebook.assignment_submissions(assignment)
            for notebook in submission.notebooks
            for given in notebook.grades
        }
