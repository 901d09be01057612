"""What `linreg regrade` and `linreg explain` judge again, and say on the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from nbformat import NotebookNode
from nbgrader.apps import NbGraderAPI

from linreg_course.checking.exercise import points_of
from linreg_course.exercises import EXERCISES, load
from linreg_course.grading.aside import reason_of
from linreg_course.grading.before import near, require, said_in_a_sentence
from linreg_course.grading.explain import described, differences
from linreg_course.grading.lock import alone
from linreg_course.grading.points import number
from linreg_course.grading.pools import in_order
from linreg_course.grading.regrade import Move, log, moves_of
from linreg_course.grading.rejudge import Graded, graded_of, judged_again, record_in, write
from linreg_course.grading.table import cut, shown
from linreg_course.grading.where import Where
from linreg_course.handin.nbgrader_course import nbgrader_api, one_engine

# One submission that is judged again needs no cluster.
HERE = Where(jobs=1)

Judged = tuple[Graded, dict[str, str], NotebookNode]


def regrade(names: list[str], exercise: str | None, apply: bool, where: Where) -> None:
    """Judge again what today's rules may judge otherwise, and show whose points move; write them if that is asked."""
    api, course = _course()
    _require(api, names or _assignments(course), where)
    with said_in_a_sentence(), alone(course), one_engine():
        graded = _graded(api, names, exercise)
        if not graded and exercise is not None:
            raise click.UsageError(f"there is no graded {exercise}")
        if not graded:
            click.echo("nothing to judge again: all grades were given by today's rules")
            return
        _require_points(graded)
        with _stopping():
            judged = _judged(api, graded, where)
        moves = [move for one, cells, after in judged for move in moves_of(api.coursedir.db_url, one, after, cells)]
        for line in _table(moves):
            click.echo(line)
        if apply:
            _write(api, course, judged, moves)
    if not apply:
        click.echo("nothing was written; --apply writes it")
    if any(move.failed for move in moves):
        raise SystemExit(1)


def explain(student: str, exercise: str, assignment: str | None) -> None:
    """Say how a grade came about, judge it again with its own seed, and say whether the same comes out."""
    api, course = _course()
    _known(exercise)
    names = [assignment] if assignment else _assignments(course)
    _require(api, names, HERE)
    with said_in_a_sentence(), alone(course):
        known = filter(None, (graded_of(api, name, student) for name in names))
        found = [one for one in known if exercise in one.exercises().values()]
        if not found:
            raise click.UsageError(_nothing_of(course, student, exercise, names))
        same = [_explained(api, one, exercise) for one in found]
    if not all(same):
        raise SystemExit(1)


def _nothing_of(course: Path, student: str, exercise: str, names: list[str]) -> str:
    """Return why there is no grade of a student to explain."""
    said = f"there is no graded {exercise} of {student}"
    reasons = [reason.en for name in names if (reason := reason_of(course, student, name)) is not None]
    known = sorted({path.name for path in course.glob("autograded/*")})
    return "; ".join([said, *reasons]) + ("" if student in known else near(student, known))


def _explained(api: NbGraderAPI, graded: Graded, exercise: str) -> bool:
    cells = {cell: name for cell, name in graded.exercises().items() if name == exercise}
    with _stopping(), HERE.pool(graded.course) as pool:
        after = judged_again(api, graded, cells, pool.run)()
    same = True
    for cell in cells:
        before, now = record_in(graded.notebook, cell), record_in(after, cell)
        for line in described(graded, exercise, before):
            click.echo(line)
        found = list(differences(before, now))
        click.echo("judged again: " + ("; ".join(found) if found else "the same comes out"))
        same = same and not found
    return same


@contextmanager
def _stopping() -> Iterator[None]:
    """End at once on Ctrl-C: kernels' threads would be waited for."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("\nstopped; nothing was written", err=True)
        os._exit(130)


def _course() -> tuple[NbGraderAPI, Path]:
    api = nbgrader_api()
    api.config.WarmExecute.confined = True
    return api, Path(api.coursedir.root)


def _require(api: NbGraderAPI, names: list[str], where: Where) -> None:
    known = _assignments(Path(api.coursedir.root))
    for name in names:
        if name not in known:
            raise click.UsageError(f"nobody was graded in {name}; there are grades in {', '.join(known)}")
    require(api, names)
    where.require_cage(Path(api.coursedir.root))


def _assignments(course: Path) -> list[str]:
    names = {path.parent.name for path in course.glob("autograded/*/*/*.ipynb") if path.stem == path.parent.name}
    if not names:
        raise click.UsageError(f"nothing was graded: there is no folder {course / 'autograded'}/STUDENT/ASSIGNMENT")
    return sorted(names)


def _graded(api: NbGraderAPI, names: list[str], exercise: str | None) -> list[tuple[Graded, dict[str, str]]]:
    """Return the submissions with the checks that are to be judged again."""
    if exercise is not None:
        _known(exercise)
    found = []
    for name in names or _assignments(Path(api.coursedir.root)):
        for folder in sorted(Path(api.coursedir.root).glob(f"autograded/*/{name}")):
            one = graded_of(api, name, folder.parent.name)
            if one is None:
                continue
            cells = one.changed() if exercise is None else one.exercises()
            cells = {cell: which for cell, which in cells.items() if exercise in (None, which)}
            found += [(one, cells)] if cells else []
    return found


def _require_points(graded: list[tuple[Graded, dict[str, str]]]) -> None:
    """See that the rules of each exercise give the points that its cell has in the gradebook."""
    for one, cells in graded:
        for cell, name in cells.items():
            given, most = points_of(load(name)), one.points.get(cell, 0.0)
            if given != most:
                raise click.ClickException(
                    f"nothing was judged: the rules of {name} give {given} points, its cell has {number(most)}. Give "
                    f"the rules as many, or first run `linreg build` and `linreg release {one.assignment}`"
                )


def _known(exercise: str) -> None:
    if exercise not in EXERCISES:
        raise click.UsageError(
            f"there is no exercise {exercise} that a check judges (a person grades answers in words); there are "
            f"{', '.join(EXERCISES)}"
        )


def _judged(api: NbGraderAPI, graded: list[tuple[Graded, dict[str, str]]], where: Where) -> list[Judged]:
    bar_of = click.progressbar(length=len(graded), label="judging", file=sys.stderr)
    with where.pool(Path(api.coursedir.root)) as pool, bar_of as bar:
        ended = in_order((judged_again(api, one, cells, pool.run) for one, cells in graded), pool)
        judged = []
        for (one, cells), after in zip(graded, ended, strict=True):
            judged.append((one, cells, after))
            bar.update(1)
    return judged


def _table(moves: list[Move]) -> Iterator[str]:
    """Yield a line for each student and exercise with other points, what falls first, and how many there are."""
    moved = sorted((move for move in moves if move.is_one and not move.failed), key=lambda one: one.after - one.before)
    for move in moves:
        if move.failed:
            yield f"{shown(move.student)}, {move.exercise}: the check itself failed; the grade stays"
    if moved:
        wide = max(len("student"), *(len(cut(shown(move.student), 30)) for move in moved))
        yield f"{'student':{wide}}  {'exercise':22}  before  after  reason"
        for move in moved:
            points = f"{number(move.before):>6}  {number(move.after):>5}"
            stays = f" [a person gave {number(move.stays)}, which stays]" if move.stays is not None else ""
            yield f"{cut(shown(move.student), 30):{wide}}  {move.exercise:22}  {points}  {shown(move.reason)}{stays}"
    fell = sum(move.after < move.before for move in moved)
    yield f"{len(moves)} verdicts judged again: {fell} fall, {len(moved) - fell} rise, {len(moves) - len(moved)} stay"


def _write(api: NbGraderAPI, course: Path, judged: list[Judged], moves: list[Move]) -> None:
    failed = {(move.student, move.assignment) for move in moves if move.failed}
    written = [(one, cells, after) for one, cells, after in judged if (one.student, one.assignment) not in failed]
    moved = [move for move in moves if move.is_one and (move.student, move.assignment) not in failed]
    path = log(course, [])
    for one, cells, after in written:
        # Logged first: where this is killed in between, the next run no longer knows what the points were.
        log(course, [move for move in moved if (move.student, move.assignment) == (one.student, one.assignment)])
        write(api, one, after, cells)
    click.echo(f"written for {len(written)} submissions; what moved stands in {os.path.relpath(path)}")
    click.echo("`linreg feedback` writes the students' pages anew")
