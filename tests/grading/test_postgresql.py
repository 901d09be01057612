"""The gradebook in PostgreSQL: the class of 24 has the grades that it has in SQLite, also where the server dies."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from class_of_24 import rows
from click.testing import CliRunner
from example_course import BIN, COURSE, copy_course
from postgresql_server import PASSWORD, Server, is_installed, running
from term_of_24 import BOTH, Term, check_tables, command, contents, export, grade_by_hand, hand_in, sqlite

from linreg_course.cli import main

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not is_installed(), reason="there is no PostgreSQL: `apt-get install postgresql` has it"),
]

# As many have their line when the server is killed.
THIRD = len(rows()) // 3


class Course(NamedTuple):
    """A course whose gradebook is in PostgreSQL, and what a grading printed whose server was killed."""

    folder: Path
    url: str
    printed: str
    said: str
    status: int
    graded: dict[str, str]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as one:
        yield one


@pytest.fixture(scope="module")
def interrupted(term: Term, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course in which all is handed in, when its server was killed after a third was graded."""
    folder = copy_course(tmp_path_factory.mktemp("postgresql") / "class", *BOTH)
    url = server.make("class")
    keep_grades_in(folder, url)
    (folder / "course").mkdir()
    shutil.copy(term.course / "seed.key", folder / "course")  # reports quote numbers that are drawn from it
    command(folder, "linreg", "release", *BOTH)
    hand_in(folder)
    ended = killed_at(THIRD, folder, server)
    return Course(folder, url, *ended, graded_in(folder))


@pytest.fixture(scope="module")
def graded(interrupted: Course, server: Server) -> Course:
    """The course when the same command has gone on, a person has graded, and all tables are written."""
    server.start()
    printed = command(interrupted.folder, "linreg", "grade", status=1)  # one has no score
    grade_by_hand(interrupted.url)
    command(interrupted.folder, "linreg", "feedback")
    export(interrupted.folder, interrupted.folder / "before")
    return interrupted._replace(printed=printed)


def keep_grades_in(folder: Path, db_url: str) -> None:
    with (folder / "nbgrader_config.py").open("a") as file:
        file.write(f"c.CourseDirectory.db_url = {db_url!r}\n")


def environment(folder: Path) -> dict[str, str]:
    """Return the variables with which a command takes the folder's own package, and finds alembic."""
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    return {**os.environ, "PYTHONPATH": str(folder), "PATH": path}


def killed_at(number: int, folder: Path, server: Server) -> tuple[str, str, int]:
    """Kill the server when so many students have their line; return what was printed, on stderr too, and the status."""
    printed: list[str] = []
    with (folder / "said").open("w+", encoding="utf-8") as said:
        run = [BIN / "linreg", "grade"]
        with subprocess.Popen(
            run, cwd=folder, env=environment(folder), stdout=subprocess.PIPE, stderr=said, text=True
        ) as one:
            assert one.stdout is not None
            for line in one.stdout:
                printed.append(line)
                if len(lines_in(printed)) == number and line in lines_in(printed):
                    server.kill()
        said.seek(0)
        return "".join(printed), said.read(), one.returncode


def lines_in(printed: list[str]) -> list[str]:
    """Return the lines that have a student's result."""
    students = tuple({row.student for row in rows()})
    return [line for line in printed if line.startswith(students)]


def graded_in(folder: Path) -> dict[str, str]:
    """Return the notebooks of those who are graded, with their digests and times."""
    course = folder / "course"
    stamps = [path for path in course.glob("graded/*/*.json")]
    paths = [course / "autograded" / one.parent.name / one.stem / f"{one.stem}.ipynb" for one in stamps]
    return {str(path.relative_to(course)): f"{path.stat().st_mtime_ns}" for path in paths}


def test_a_server_that_is_killed_ends_the_grading_in_a_sentence(interrupted: Course) -> None:
    assert interrupted.status == 1
    assert interrupted.said.startswith("Error: the gradebook's server is out of reach (")
    assert interrupted.said.endswith("the same command goes on with the others\n")
    assert interrupted.said.count("\n") == 1
    assert PASSWORD not in interrupted.said
    assert THIRD <= len(interrupted.graded) < len(rows()) - 1


def test_the_same_command_goes_on_with_the_others(interrupted: Course, graded: Course) -> None:
    now = graded_in(graded.folder)
    assert len(now) == len(rows()) - 1
    assert {path: now[path] for path in interrupted.graded} == interrupted.graded


def test_every_table_has_the_points_by_hand(graded: Course) -> None:
    check_tables(graded.folder / "before", graded.url, afterwards=False)
    assert not (graded.folder / "course" / "gradebook.db").exists()


def test_every_file_is_that_of_sqlite(term: Term, graded: Course) -> None:
    theirs, ours = files_in(term.tables), files_in(graded.folder / "before")
    assert {"rules.csv", "students.csv", "canvas.csv", "moodle.csv", "grades.csv", "report.html"} < ours.keys()
    assert ours == theirs


def files_in(tables: Path) -> dict[str, list[str]]:
    """Return the lines of each file without those that tell the time; in nbgrader's own the order is the database's."""
    paths = {str(path.relative_to(tables)): path for path in tables.rglob("*") if path.suffix not in ("", ".db")}
    lines = {name: path.read_text(encoding="utf-8").splitlines() for name, path in paths.items()}
    lines["report.html"] = [line for line in lines["report.html"] if "Time to run a notebook" not in line]
    return lines | {"grades.csv": sorted(lines["grades.csv"])}


def test_a_gradebook_of_sqlite_moves(term: Term, server: Server, graded: Course) -> None:
    url = server.make("moved")
    move = [BIN / "python", COURSE / "tools" / "move_gradebook.py", sqlite(term.tables), url]
    done = subprocess.run(move, cwd=graded.folder, capture_output=True, text=True, env=environment(graded.folder))
    assert done.returncode == 0, done.stderr
    check_tables(term.tables, url, afterwards=False)
    again = subprocess.run(move, cwd=graded.folder, capture_output=True, text=True, env=environment(graded.folder))
    assert again.returncode == 1
    assert again.stderr.endswith("has students or assignments: give an empty database\n")
    assert PASSWORD not in again.stderr


def test_the_server_keeps_no_connection(server: Server, graded: Course) -> None:
    with server.connected("class") as connection:
        found = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = 'class'").fetchone()
    assert found == (1,)


def nowhere(server: Server) -> str:
    return server.url("class").replace(server.folder.name, "nowhere")


def wrong_password(server: Server) -> str:
    return server.url("class", "wrong-password")


def no_such_database(server: Server) -> str:
    return server.url("clas")


def empty(server: Server) -> str:
    return server.make("empty")


def password_in_the_query(server: Server) -> str:
    return f"{server.url('clas', '')}&password=wrong-password"


def no_url(server: Server) -> str:
    return "wrong-password"


TROUBLES: dict[Callable[[Server], str], str] = {
    nowhere: "see that its server runs, and that c.CourseDirectory.db_url in nbgrader_config.py has its database",
    wrong_password: 'password authentication failed for user "teacher"',
    no_such_database: 'database "clas" does not exist); see that its server runs',
    empty: "has no table of assignments; take it from a backup, or let `linreg release` make it",
    password_in_the_query: "see that its server runs",
    no_url: "c.CourseDirectory.db_url in nbgrader_config.py is no database's URL",
}


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda value: value.__name__)
def test_a_gradebook_that_cannot_be_used_is_a_sentence_without_the_password(
    graded: Course, server: Server, trouble: Callable[[Server], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tmp_path, graded, trouble(server), monkeypatch)
    before = contents(graded.folder / "course")
    done = CliRunner().invoke(main, ["grade"])
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: nothing was graded: ")
    assert done.stderr.count("\n") == 1
    assert TROUBLES[trouble] in done.stderr
    assert PASSWORD not in done.stderr
    assert "wrong-password" not in done.stderr
    assert contents(graded.folder / "course") == before


@pytest.mark.parametrize(
    "line", ["release", "collect moodle-huber.zip", "feedback", "report", "regrade", "explain cai convert_lr"]
)
def test_each_command_says_in_a_sentence_that_the_server_is_away(
    graded: Course, server: Server, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tmp_path, graded, nowhere(server), monkeypatch)
    before = contents(graded.folder / "course")
    done = CliRunner().invoke(main, line.split())
    assert isinstance(done.exception, SystemExit)
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
    assert "db_url in nbgrader_config.py" in done.stderr
    assert PASSWORD not in done.stderr
    assert contents(graded.folder / "course") == before


def enter(folder: Path, course: Course, db_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Enter a folder from which the same course is found with its gradebook elsewhere."""
    shutil.copy(course.folder / "nbgrader_config.py", folder)
    keep_grades_in(folder, db_url)
    for name in ("course", "notebooks", "moodle-huber.zip"):
        (folder / name).symlink_to(course.folder / name)
    monkeypatch.chdir(folder)
