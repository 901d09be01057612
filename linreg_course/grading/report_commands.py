"""What `linreg report` writes, and says on the terminal."""

from __future__ import annotations

import os
from pathlib import Path

import click

from linreg_course.grading.before import said_in_a_sentence
from linreg_course.grading.class_report import report as page_of
from linreg_course.grading.classbook import entries_of
from linreg_course.grading.exports.files import write_exports
from linreg_course.grading.exports.students import people_of
from linreg_course.grading.grade import assignments_of
from linreg_course.grading.same_names import given_code
from linreg_course.handin.gradebook import require_gradebook
from linreg_course.handin.nbgrader_course import nbgrader_api, one_engine

FOLDER = "report"


def report(names: list[str], named: bool) -> None:
    """Write the report of the named assignments, or of all, as a page and as tables."""
    api = nbgrader_api()
    course = Path(api.coursedir.root)
    known = assignments_of(course)
    if not known:
        raise click.UsageError(f"nothing was handed in: there is no folder {course / 'submitted'}/STUDENT/ASSIGNMENT")
    for name in names:
        if name not in known:
            raise click.UsageError(f"nobody handed in {name}; there are submissions to {', '.join(known)}")
    folder = course / FOLDER
    require_gradebook(api.coursedir.db_url)
    with said_in_a_sentence(), one_engine():
        classes = {name: entries_of(api, name) for name in names or known}
        people = people_of(api)
        tables = write_exports(folder, classes, people)
    (folder / "report.html").write_text(page_of(classes, named, given_code(course), people), encoding="utf-8")
    for name, entries in classes.items():
        without = sum(entry.score is None for entry in entries)
        waiting = sum(entry.waits for entry in entries)
        click.echo(f"{name}: {len(entries)} students, without a score: {without}, waiting for a person: {waiting}")
    for path in (folder / "report.html", *tables):
        click.echo(f"wrote {os.path.relpath(path)}")
