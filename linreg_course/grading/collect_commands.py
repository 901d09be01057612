"""What `linreg collect` says and asks on the terminal: nothing is put anywhere in silence."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from nbgrader.api import Gradebook

from linreg_course.grading.before import said_in_a_sentence
from linreg_course.grading.collect import REPLACED, Work, lies_there, place, works_of
from linreg_course.grading.downloads import students_in, swapped, unpacked
from linreg_course.grading.intake import released
from linreg_course.grading.lock import alone
from linreg_course.grading.table import shown
from linreg_course.handin.nbgrader_course import nbgrader_api


def collect(download: Path, yes: bool) -> None:
    """Put a download's files where nbgrader collects them; ask where it is not sure whose, what or which."""
    api = nbgrader_api()
    course = Path(api.coursedir.root)
    names = {one.assignment for one in released(course)}
    if not names:
        raise click.UsageError(f"no assignment is released in {course}: `linreg release` does it")
    with said_in_a_sentence(), Gradebook(api.coursedir.db_url) as gradebook:
        known = [student.id for student in gradebook.students]
    skipped = 0
    with TemporaryDirectory(prefix="linreg-") as into, alone(course):
        folder = unpacked(download, Path(into) / "download")
        if not folder.is_dir():
            raise click.UsageError(f"{download} is no folder and no zip")
        for name in swapped(folder, names):
            question = f"{name} is an assignment, and stands where a student is due. Are the folders in it students?"
            if not _agreed(question, yes):
                raise click.ClickException("nothing was put anywhere: give the folder that holds a folder a student")
        works = [
            work
            for called, parts in students_in(folder, names).items()
            for work in works_of(course, _who(called, known, yes), parts)
        ]
        for work in works:
            skipped += not _placed(course, work, names, yes)
    click.echo(f"{len(works) - skipped} of {len(works)} are in {course / 'submitted'}")
    if skipped:
        raise SystemExit(1)


def _who(called: str, known: list[str], yes: bool) -> str:
    """Return the student whom a name in the download means: where the gradebook has students, one of them."""
    if not known or called in known:
        return called
    near = difflib.get_close_matches(called, known, n=1, cutoff=0.4)
    question = f"{shown(called)} is no student of the gradebook. Whose is it?"
    if yes:
        click.echo(f"{shown(called)} is no student of the gradebook, and is taken as a new one")
        return called
    said = str(click.prompt(question, default=near[0] if near else called)).strip()
    if Path(said).name != said:
        raise click.UsageError(f"{said!r} cannot be the name of a student's folder")
    return said


def _placed(course: Path, work: Work, names: set[str], yes: bool) -> bool:
    """Put a student's work in its place, unless it is there or somebody says no; tell whether it is there."""
    if not work.assignment:
        files = ", ".join(part.name for part in work.parts)
        named = {Path(part.name).stem for part in work.parts} & names
        chosen = named.pop() if yes and len(named) == 1 else "" if yes else _which(work, files, names)
        if not chosen:
            click.echo(f"{shown(work.student)}: {files} skipped, since it is not known of which assignment")
            return False
        work.assignment = chosen
    line = " ".join(_line(work))
    if work.doubtful_receipts:
        line = f"{line} ({', '.join(work.doubtful_receipts)} does not belong to the files, or was changed)"
    match lies_there(course, work):
        case False:
            click.echo(f"{line}: is there already")
            return True
        case True:
            if not _agreed(f"{line}: another hand-in lies there. Replace it (it is kept in {REPLACED}/)?", yes):
                return False
    place(course, work)
    click.echo(line)
    return True


def _which(work: Work, files: str, names: set[str]) -> str:
    choice = click.Choice([*sorted(names), "none"])
    said = click.prompt(f"{shown(work.student)}: of which assignment is {files}?", type=choice, default="none")
    return "" if said == "none" else str(said)


def _line(work: Work) -> Iterator[str]:
    many = len(work.parts)
    yield f"{shown(work.student)}, {work.assignment}: {many} file{'s' * (many > 1)},"
    yield f"{work.time:%Y-%m-%d %H:%M} UTC by the {'receipt' if work.by_receipt else 'newest file'}"


def _agreed(question: str, yes: bool) -> bool:
    """Ask, or say that the answer is yes."""
    if yes:
        click.echo(f"{question} yes")
        return True
    return click.confirm(question)
