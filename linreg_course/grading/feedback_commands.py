"""What `linreg feedback` writes, and says on the terminal."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI

from linreg_course.grading.aside import aside_of, reason_of
from linreg_course.grading.before import said_in_a_sentence
from linreg_course.grading.feedback import refusal
from linreg_course.grading.grade import assignments_of, students_of
from linreg_course.grading.lock import alone
from linreg_course.grading.times import TIMESTAMP
from linreg_course.handin.gradebook import require_gradebook
from linreg_course.handin.nbgrader_course import cause_of, nbgrader_api, one_engine
from linreg_course.language import Text


def feedback(names: list[str], solutions: bool) -> None:
    """Write the feedback of the named assignments, or of all, and say who has none and why."""
    api = nbgrader_api()
    api.config.FeedbackExporter.solutions = solutions
    course = Path(api.coursedir.root)
    names = names or assignments_of(course)
    if not names:
        raise click.UsageError(f"nothing was handed in: there is no folder {course / 'submitted'}/STUDENT/ASSIGNMENT")
    require_gradebook(api.coursedir.db_url)
    with said_in_a_sentence(), alone(course), one_engine():
        failed = [line for name in names for line in _written(api, name)]
    if failed:
        raise SystemExit(1)


def _written(api: NbGraderAPI, name: str) -> list[str]:
    """Write an assignment's pages; return a line for each student without one."""
    course = Path(api.coursedir.root)
    students = students_of(course, name)
    lines = [line for student in students for line in _without(api, name, student)]
    pages = os.path.relpath(course / "feedback")
    click.echo(f"{name}: {len(students) - len(lines)} of {len(students)} pages in {pages}/STUDENT/{name}/{name}.html")
    for line in lines:
        click.echo(line)
    return lines


def _without(api: NbGraderAPI, name: str, student: str) -> Iterator[str]:
    """Write a student's page, or yield why there is none."""
    course = Path(api.coursedir.root)
    if not (course / "autograded" / student / name / f"{name}.ipynb").is_file():
        reason = reason_of(course, student, name)
        if reason is None:
            yield f"{name}, {student}: not graded yet; `linreg grade {name}` does it, or says why not"
        else:
            _refuse(course, student, name, reason)
    elif not _is_known(api, name, student):
        yield f"{name}, {student}: not in the gradebook; `linreg grade {name} --student {student} --force` enters them"
    else:
        done = api.generate_feedback(name, student, force=True)
        if not done["success"]:
            yield f"{name}, {student}: {cause_of(str(done.get('log') or '') + str(done.get('error') or ''))}"


def _refuse(course: Path, student: str, name: str, reason: Text) -> None:
    """Write why a submission was set aside where its feedback would be.

    Beside it go what could be read of the file, which the reason names, and what the exchange needs to deliver it.
    """
    folder, aside = course / "feedback" / student / name, aside_of(course, student, name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.html").write_text(refusal(name, student, reason), encoding="utf-8")
    for pattern in (TIMESTAMP, "submission_secret.txt", "*-recovered.ipynb", "*-version-[12].ipynb"):
        for needed in aside.glob(pattern) if aside is not None else ():
            shutil.copy(needed, folder)


def _is_known(api: NbGraderAPI, name: str, student: str) -> bool:
    with Gradebook(api.coursedir.db_url) as gradebook:
        try:
            gradebook.find_submission(name, student)
        except MissingEntry:
            return False
        return True
