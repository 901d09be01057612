"""What `linreg grade` and `linreg feedback` say on the terminal."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import click
from nbgrader.apps import NbGraderAPI

from linreg_course.grading.grade import Result, assignments_of, students_of
from linreg_course.grading.grade import grade as grade_each
from linreg_course.grading.table import lines_of
from linreg_course.handin.nbgrader_course import nbgrader_api


def grade(names: list[str], students: list[str], again: bool, jobs: int) -> None:
    """Autograde the named assignments, or all that were handed in, and show every score or its reason."""
    api = nbgrader_api()
    course = Path(api.coursedir.root)
    names = names or assignments_of(course)
    if not names:
        raise click.UsageError(f"nothing was handed in: there is no folder {course / 'submitted'}/STUDENT/ASSIGNMENT")
    without = 0
    for name in names:
        results = _graded(api, name, _chosen(course, name, students), again, jobs)
        for line in lines_of(course, name, results):
            click.echo(line)
        without += sum(result.score is None for result in results)
    if without:
        raise SystemExit(1)


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


def _chosen(course: Path, name: str, students: list[str]) -> list[str]:
    known = students_of(course, name)
    if not known:
        raise click.UsageError(f"nobody handed in {name}: there is no folder {course / 'submitted'}/STUDENT/{name}")
    unknown = sorted(set(students) - set(known))
    if unknown:
        raise click.UsageError(f"{', '.join(unknown)} did not hand in {name}; it came from {', '.join(known)}")
    return [student for student in known if not students or student in students]


def _graded(api: NbGraderAPI, name: str, students: list[str], again: bool, jobs: int) -> list[Result]:
    """Grade them; on Ctrl-C say what is done, and end."""
    results: list[Result] = []
    try:
        with click.progressbar(length=len(students), label=name, show_pos=True, file=sys.stderr) as bar:
            for result in grade_each(api, name, students, again, jobs):
                results.append(result)
                bar.update(1)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the second press must not spoil what the first has ended
        done, of = len(results), len(students)
        click.echo(f"\n{name}: stopped. {done} of {of} are graded; the same command goes on with the others.", err=True)
        os._exit(130)  # kernels' threads would be waited for
    return results
