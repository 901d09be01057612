"""A class on one server, by nbgrader's exchange: an instructor and two students, who are users of the system."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from class_server import Server
from example_course import COURSE, copy_course
from namespace import refusal
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc

sys.path.append(str(COURSE / "tools"))
from sample_class import LOSS, SCALE

pytestmark = [pytest.mark.long, pytest.mark.slow]

NAME, CLONE, EXCHANGE = "huber", "/home/teach/linreg-course", "/srv/nbgrader/exchange"
INBOUND, PAGES = f"{EXCHANGE}/linreg-course/inbound", f"{EXCHANGE}/linreg-course/feedback"
CONFIG = f"""c = get_config()
c.CourseDirectory.course_id = "linreg-course"
c.Exchange.root = "{EXCHANGE}"
"""
RIGHT = {"huber-loss": LOSS, "huber-scale": SCALE}
WITH_SUM = {"huber-loss": LOSS.replace(".mean()", ".sum()"), "huber-scale": SCALE}


class Class:
    """The server of a class, whose commands must succeed."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def does(self, user: str, *command: str) -> str:
        """Run a command, in the home of a student and the course's folder of the instructor; return all it says."""
        done = self.server.run(user, *command, cwd=CLONE if user == "teach" else None)
        assert done.returncode == 0, f"{user}: {' '.join(command)}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def path(self, place: str) -> Path:
        """Return where a place on the server lies for root outside it."""
        return self.server.folder / place.removeprefix("/")

    def hands_in(self, student: str, cells: dict[str, str]) -> None:
        """Write a student's answers into their notebook and submit it; it stays the student's own file."""
        path = self.path(f"/home/{student}/{NAME}/{NAME}.ipynb")
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = cells.get(cell["id"], cell["source"])
        path.write_text(json.dumps(notebook), encoding="utf-8")
        said = self.does(student, "nbgrader", "submit", NAME)
        assert f"Submitted as: linreg-course {NAME}" in said

    def gives_back(self) -> None:
        """Grade what was collected, and bring each page to its student."""
        for command in (f"linreg grade {NAME}", f"linreg feedback {NAME}", f"nbgrader release_feedback {NAME}"):
            self.does("teach", *command.split())
        for student in ("ann", "ben"):
            self.does(student, "nbgrader", "fetch_feedback", NAME)

    def pages(self, student: str) -> list[str]:
        """Return the pages that a student has fetched, the oldest submission's first."""
        folder = self.path(f"/home/{student}/{NAME}/feedback")
        return [path.read_text(encoding="utf-8") for path in sorted(folder.glob(f"*/{NAME}.html"))]

    def grades(self) -> dict[str, tuple[float, datetime, float]]:
        """Return the gradebook's score, time of handing in and seconds late, by student."""
        with Gradebook(f"sqlite:///{self.path(CLONE)}/course/gradebook.db") as gradebook:
            found = gradebook.assignment_submissions(NAME)
            return {one.student_id: (one.score, one.timestamp, one.total_seconds_late) for one in found}

    def inbound(self, student: str) -> list[str]:
        """Return the places of a student's submissions in the exchange, the oldest first."""
        return [f"{INBOUND}/{path.name}" for path in sorted(self.path(INBOUND).glob(f"{student}+*"))]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Class]:
    """The class after one round: released, fetched, handed in, collected, graded and given back."""
    if reason := refusal():
        pytest.skip(reason)
    server = Server(tmp_path_factory.mktemp("server"), "teach", "ann", "ben")
    try:
        one = Class(server)
        set_up(one)
        first_round(one)
        yield one
    finally:
        server.close()


def set_up(one: Class) -> None:
    """Lay out what the server's administrator does: the package, one configuration, the exchange and the clone."""
    shutil.copytree(COURSE / "linreg_course", one.path("/srv/package/linreg_course"))
    one.path("/srv/jupyter").mkdir()
    (one.path("/srv/jupyter") / "nbgrader_config.py").write_text(CONFIG)
    one.path(EXCHANGE).mkdir(parents=True)
    one.path(EXCHANGE).chmod(0o1777)
    copy_course(one.path(CLONE), NAME)
    owner = one.path("/home/teach").stat().st_uid
    for path in (one.path(CLONE), *one.path(CLONE).rglob("*")):
        os.chown(path, owner, owner)
    # As many systems have it: then nothing but the course's own modes is in the way.
    one.path("/home/teach").chmod(0o755)
    said = one.server.run("ann", sys.executable, "-c", "import nbgrader, torch, linreg_course").stderr
    assert said == "", (
        f"users cannot run {sys.executable}; what lies in its environment must be readable to all: {said}"
    )


def first_round(one: Class) -> None:
    # Where torch by itself would have a folder: what lies in /tmp is no reason not to grade.
    one.does("ben", "touch", "/tmp/torchinductor_teach")
    one.does("teach", "linreg", "release", NAME)
    one.does("teach", "nbgrader", "release_assignment", NAME)
    for student, cells in (("ann", RIGHT), ("ben", WITH_SUM)):
        assert f"linreg-course {NAME}" in one.does(student, "nbgrader", "list")
        one.does(student, "nbgrader", "fetch_assignment", NAME)
        one.hands_in(student, cells)
    one.does("teach", "nbgrader", "collect", NAME)
    one.gives_back()


def points_on(page: str) -> int:
    """Return what a page of feedback says in its first line of points."""
    found = re.search(r"<strong>(\d+) of 17 points</strong>", page)
    assert found is not None
    return int(found[1])


def test_scores_are_what_is_due(graded: Class) -> None:
    assert {student: score for student, (score, _, _) in graded.grades().items()} == {"ann": 12.0, "ben": 5.0}


def test_the_cage_holds_for_an_ordinary_user(graded: Class) -> None:
    said = graded.does("teach", "linreg", "doctor")
    assert "as an ordinary user" in said
    assert "All of it holds" in said


def test_each_reads_their_own_page(graded: Class) -> None:
    for student, points in (("ann", 12), ("ben", 5)):
        page = graded.pages(student)[0]
        assert page == graded.path(f"{CLONE}/course/feedback/{student}/{NAME}/{NAME}.html").read_text(encoding="utf-8")
        assert points_on(page) == points


def test_the_time_is_the_exchanges(graded: Class) -> None:
    for student, (_, time, _) in graded.grades().items():
        (place,) = graded.inbound(student)
        stamp = graded.path(f"{place}/timestamp.txt").read_text()
        assert time == parse_utc(stamp)
        assert stamp in place
        assert stamp == graded.path(f"{CLONE}/course/submitted/{student}/{NAME}/timestamp.txt").read_text()


CLOSED = [
    *(f"{CLONE}/course{place}" for place in ("", "/seed.key", "/gradebook.db", f"/source/{NAME}/{NAME}.ipynb")),
    *(f"{CLONE}/course/{part}/ann" for part in ("submitted", "autograded", "feedback")),
    *(f"{CLONE}/course/{part}/ann/{NAME}/{NAME}.ipynb" for part in ("submitted", "autograded")),
    f"{CLONE}/course/feedback/ann/{NAME}/{NAME}.html",
    *("/home/ann", f"/home/ann/{NAME}", f"/home/ann/{NAME}/{NAME}.ipynb", f"/home/ann/{NAME}/feedback"),
    "/home/ann/.local/share/jupyter/nbgrader_cache/linreg-course",
    *(INBOUND, PAGES),
]


@pytest.mark.parametrize("place", CLOSED)
def test_a_student_reads_nothing_of_anothers(graded: Class, place: str) -> None:
    path = graded.path(place)
    assert path.exists()
    for command in ("ls", "cat") if path.is_dir() else ("cat", "head"):
        done = graded.server.run("ben", command, place)
        assert done.stdout == ""
        assert "Permission denied" in done.stderr


def test_a_submission_is_hidden_by_its_name_alone(graded: Class) -> None:
    # nbgrader's: who knows the name may read and write there, and nobody can learn it.
    (place,) = graded.inbound("ann")
    assert graded.server.run("ben", "cat", f"{place}/{NAME}.ipynb").returncode == 0
    assert len(place.rpartition("+")[2]) >= 12
    assert f"ann {NAME}" not in graded.does("ben", "nbgrader", "list", "--inbound")


def test_the_clone_must_be_closed_by_its_mode(graded: Class) -> None:
    source = f"{CLONE}/notebooks/source/{NAME}.py"
    assert graded.server.run("ben", "cat", source).returncode == 0
    graded.does("teach", "chmod", "700", CLONE)
    assert "Permission denied" in graded.server.run("ben", "cat", source).stderr


@pytest.mark.parametrize("place", ["exchange", "exchange/linreg-course", "exchange/linreg-course/outbound"])
def test_a_student_moves_no_folder_of_the_exchange(graded: Class, place: str) -> None:
    path = f"/srv/nbgrader/{place}"
    done = graded.server.run("ben", "mv", path, f"{path}-of-ben")
    assert done.returncode != 0
    assert "Permission denied" in done.stderr or "Operation not permitted" in done.stderr
    assert graded.path(path).is_dir()


@pytest.fixture(scope="module")
def resubmitted(graded: Class) -> Class:
    """The class after ben has handed in again, and right, when it was due."""
    due = graded.grades()["ann"][1]
    graded.does("teach", "nbgrader", "db", "assignment", "add", NAME, f"--duedate={due} UTC")
    graded.hands_in("ben", RIGHT)
    kept = graded.does("teach", "nbgrader", "collect", NAME)
    assert "use --update to update: ben huber" in kept
    taken = graded.does("teach", "nbgrader", "collect", NAME, "--update")
    assert "Updating submission: ben huber" in taken
    assert "No newer submission to collect: ann huber" in taken
    graded.gives_back()
    return graded


def test_a_late_resubmission_counts_with_its_own_time(resubmitted: Class) -> None:
    grades = resubmitted.grades()
    (score, came, late), due = grades["ben"], grades["ann"][1]
    assert grades["ann"] == (12.0, due, 0.0)
    assert score == 12.0
    assert came == parse_utc(resubmitted.path(f"{resubmitted.inbound('ben')[-1]}/timestamp.txt").read_text())
    assert late == (came - due).total_seconds() > 0


def test_both_pages_stay_with_the_student(resubmitted: Class) -> None:
    first, second = resubmitted.pages("ben")
    assert (points_on(first), points_on(second)) == (5, 12)
    assert "late" in second
    assert len(resubmitted.pages("ann")) == 1


def test_collecting_warns_of_work_in_anothers_name(resubmitted: Class) -> None:
    forged = f"{INBOUND}/ann+{NAME}+2999-01-01 00:00:00.000000 UTC+x"
    resubmitted.does("ben", "cp", "-r", f"/home/ben/{NAME}", forged)
    said = resubmitted.does("teach", "nbgrader", "collect", NAME, "--update")
    assert "claims to be submitted by ann but is owned by ben; cheating attempt?" in said
    # nbgrader's: it warns, and takes it.
    assert "Updating submission: ann huber" in said
