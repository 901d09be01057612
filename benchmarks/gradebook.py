"""How many submissions nbgrader's own steps write into a gradebook in a second: SQLite's file beside PostgreSQL.

Both are durable by their default settings; they take turns, since a disk is not equally fast all the time.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
import warnings
from pathlib import Path
from statistics import median

import nbformat
from example_course import BIN, COURSE
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades, SaveCells
from postgresql_server import running
from sqlalchemy.exc import SAWarning
from term_of_24 import sqlite

from linreg_course.authoring.build import instructor_bytes
from linreg_course.authoring.source import read_source
from linreg_course.handin.nbgrader_course import one_engine

NAME = "huber"
TURNS, SUBMISSIONS = 5, 20


def release(db_url: str, notebook: NotebookNode) -> None:
    """Enter the assignment and its cells, as a release does."""
    with Gradebook(db_url) as gradebook:
        gradebook.update_or_create_assignment(NAME)
    SaveCells().preprocess(notebook, known(db_url, "."))


def known(db_url: str, student: str) -> dict[str, dict[str, str]]:
    return {"nbgrader": {"notebook": NAME, "assignment": NAME, "student": student, "db_url": db_url}}


def write(db_url: str, notebook: NotebookNode, student: str) -> None:
    """Write what grading writes of a submission: the student, its cells, grades, comments and penalty."""
    with Gradebook(db_url) as gradebook:
        gradebook.update_or_create_student(student)
    with Gradebook(db_url) as gradebook:
        gradebook.update_or_create_submission(NAME, student)
    for step in (SaveAutoGrades, AssignLatePenalties):
        step().preprocess(notebook, known(db_url, student))


def rate(db_url: str, notebook: NotebookNode, turn: int) -> float:
    """Return how many submissions were written in a second."""
    start = time.perf_counter()
    with one_engine():
        for number in range(SUBMISSIONS):
            write(db_url, notebook, f"s{turn}-{number:03}")
    return SUBMISSIONS / (time.perf_counter() - start)


def complete(db_url: str) -> bool:
    """Tell whether the gradebook has a submission of each student, with a grade for each cell."""
    with Gradebook(db_url) as gradebook:
        found = gradebook.assignment_submissions(NAME)
        cells = len(gradebook.find_notebook(NAME, NAME).grade_cells)
        return [len(one.notebooks[0].grades) for one in found] == [cells] * TURNS * SUBMISSIONS


def main() -> None:
    logging.disable(logging.WARNING)
    warnings.filterwarnings("ignore", category=SAWarning)
    os.environ["PATH"] = os.pathsep.join([str(BIN), os.environ["PATH"]])  # a new gradebook calls alembic
    source = read_source(COURSE / "notebooks" / "source" / f"{NAME}.py")
    notebook = nbformat.reads(instructor_bytes(source, "en").decode(), as_version=4)
    with tempfile.TemporaryDirectory(dir="/tmp") as folder, running() as server:  # on the same disk
        urls = sqlite(Path(folder)), server.make("gradebook")
        for url in urls:
            release(url, notebook)
        turns = [[rate(url, notebook, turn) for url in urls] for turn in range(TURNS)]
        assert all(map(complete, urls))
    for name, rates in zip(("SQLite", "PostgreSQL"), zip(*turns, strict=True), strict=True):
        print(f"{f'gradebook in {name}':36}{median(rates):.1f} submissions/s")
    print(f"{'  PostgreSQL ÷ SQLite':36}{median(ours / theirs for theirs, ours in turns):.2f}")


if __name__ == "__main__":
    main()
