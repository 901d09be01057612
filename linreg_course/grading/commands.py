"""What `linreg grade` and `linreg feedback` say on the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from linreg_course.grading.grade import Result, assignments_of, students_of
from linreg_course.grading.grade import grade as grade_each
from linreg_course.handin.nbgrader_course import nbgrader_api


def grade(names: list[str]) -> None:
    """Autograde the named assignments, or all that were handed in, and show every score or its reason."""
    api = nbgrader_api()
    course = Path(api.coursedir.root)
    names = names or assignments_of(course)
    if not names:
        raise click.UsageError(f"nothing was handed in: there is no folder {course / 'submitted'}/STUDENT/ASSIGNMENT")
    for name in names:
        students = students_of(course, name)
        if not students:
            raise click.UsageError(f"nobody handed in {name}: there is no folder {course / 'submitted'}/STUDENT/{name}")
        with click.progressbar(grade_each(api, name), length=len(students), label=name) as results:
            _show(name, list(results))


def feedback(names: list[str]) -> None:
    """Write the feedback of the named assignments, or of all, with nbgrader."""
    api = nbgrader_api()
    course = Path(api.coursedir.root)
    failed = []
    for name in names or assignments_of(course):
        done = api.generate_feedback(name, force=True)
        click.echo(f"{name}: {'feedback in ' + str(course / 'feedback') if done['success'] else done['error']}")
        failed += [] if done["success"] else [name]
    if failed:
        raise SystemExit(1)


def _show(name: str, results: Iterable[Result]) -> None:
    results = list(results)
    cells = next((list(result.scores) for result in results if result.scores), [])
    table = Table(title=name)
    for column in ("student", *cells, "sum", "remark"):
        table.add_column(column, justify="left" if column in ("student", "remark") else "right")
    for result in results:
        given = [_points(*result.scores[cell]) if cell in result.scores else "" for cell in cells]
        total = "" if result.score is None else f"{result.score:g}"
        table.add_row(result.student, *given, total, result.reason or result.note)
    Console().print(table)
    click.echo(f"{name}: {len(results)} students, without a score: {sum(result.score is None for result in results)}")


def _points(given: float | None, most: float) -> str:
    return f"by hand / {most:g}" if given is None else f"{given:g} / {most:g}"
