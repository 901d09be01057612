"""What `linreg grade` says on the terminal."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click
from nbgrader.api import MissingEntry
from nbgrader.apps import NbGraderAPI

from linreg_course.grading.before import chosen, require, said_in_a_sentence, stop_where_no_other_goes_on
from linreg_course.grading.columns import has_penalties, maxima_of
from linreg_course.grading.grade import Result, assignments_of
from linreg_course.grading.grade import grade as grade_each
from linreg_course.grading.lock import alone
from linreg_course.grading.progress import lines_above_a_bar
from linreg_course.grading.remarks import write_remarks
from linreg_course.grading.report_csv import write_report
from linreg_course.grading.table import Table
from linreg_course.grading.where import Where
from linreg_course.handin.nbgrader_course import nbgrader_api
from linreg_course.wall.check_cells import checks_of

UNCONFINED = "UNCONFINED: submissions run with all that you may do here"


def grade(names: list[str], students: list[str], again: bool, where: Where) -> None:
    """Autograde the named assignments, or all that were handed in, and show every score or its reason."""
    api = nbgrader_api()
    course = Path(api.coursedir.root)
    handed_in = assignments_of(course)
    names = names or handed_in
    if not names:
        raise click.UsageError(f"nothing was handed in: there is no folder {course / 'submitted'}/STUDENT/ASSIGNMENT")
    whose = {name: chosen(course, name, students, handed_in) for name in names}
    with said_in_a_sentence(), alone(course):
        require(api, names)
        where.require_cage(course)
        api.config.WarmExecute.confined = where.confined
        results = [result for name in names for result in _graded(api, name, whose[name], again, where)]
    if any(result.score is None for result in results):
        raise SystemExit(1)


def _graded(api: NbGraderAPI, name: str, students: list[str], again: bool, where: Where) -> list[Result]:
    """Grade them and show each at once."""
    course = Path(api.coursedir.root)
    table = Table(name, maxima_of(api, name), students, has_penalties(api, name))
    results: list[Result] = []
    if not where.confined:
        click.echo(f"{name}: {UNCONFINED}")
    for line in _unprotected(api, name):
        click.echo(line)
    try:
        with where.pool(course) as pool:
            for line in table.head():
                click.echo(line)
            with lines_above_a_bar(name, len(students)) as show:
                for result in grade_each(api, name, students, again, pool):
                    stop_where_no_other_goes_on(result)
                    results.append(result)
                    show(table.row(result))
    except KeyboardInterrupt:
        _stop(course, name, sum(table.maxima.values()), results, len(students))
    remarks = write_remarks(course, name, results)
    if remarks is not None:
        click.echo(f"remarks in full: {os.path.relpath(remarks)}")
    report = write_report(course, name, sum(table.maxima.values()), results)
    click.echo(f"scores and reasons as a table: {os.path.relpath(report)}")
    for line in table.foot(results):
        click.echo(line)
    return results


def _unprotected(api: NbGraderAPI, name: str) -> Iterator[str]:
    """Yield a line on an instructor's own tests, which no judge protects."""
    known = {"db_url": api.coursedir.db_url, "assignment": name, "notebook": name}
    own: list[str] = []
    with suppress(MissingEntry):  # an assignment that the gradebook does not know: each submission says so
        own = [cell for cell, check in checks_of(known).items() if check is None]
    if own:
        yield f"{name}: run beside the student's code, with nothing to protect their scores: {', '.join(sorted(own))}"


def _stop(course: Path, name: str, most: float, results: list[Result], of: int) -> NoReturn:
    """Say what is done, and end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the second press must not spoil what the first has ended
    with suppress(OSError):  # the next run writes them too
        write_remarks(course, name, results)
        write_report(course, name, most, results)
    done = len(results)
    click.echo(f"\n{name}: stopped. {done} of {of} are graded; the same command goes on with the others.", err=True)
    os._exit(130)  # kernels' threads would be waited for
