"""When it was due and when it came stands in the table, the remarks and the report; a receipt is a student's word."""

from __future__ import annotations

import csv
import json
import os
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest
from example_course import BIN, COURSE, copy_course, run, solved, submit
from nbgrader.api import Gradebook
from rich.cells import cell_len

from linreg_course.grading.grade import Result
from linreg_course.grading.intake import take_in
from linreg_course.grading.lateness import Lateness, clock, lateness_of, span
from linreg_course.grading.remarks import remark, short_remark
from linreg_course.grading.report_csv import write_report
from linreg_course.grading.stamps import Said
from linreg_course.grading.table import Table
from linreg_course.handin.receipt import write_handin
from linreg_course.handin.submission import read_submission
from linreg_course.language import Text

# nbgrader's own queries.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")

NAME = "lr-vs-reduction"
DUE = datetime(2026, 11, 20, 12)
DAYS, LATE = timedelta(days=2), timedelta(hours=3, minutes=5)


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gradebook]:
    """A gradebook in which there is a student."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(BIN), prepend=os.pathsep)  # nbgrader calls alembic by name
        with Gradebook(f"sqlite:///{tmp_path_factory.mktemp('gradebook') / 'gradebook.db'}") as gradebook:
            gradebook.add_student("ann")
            yield gradebook


def known(gradebook: Gradebook, handed_in: datetime | None, due: datetime | None = DUE, days: int = 0) -> Lateness:
    """Return what is read of a submission of one more assignment."""
    name = f"assignment-{len(gradebook.assignments)}"
    gradebook.add_assignment(name, duedate=due)
    gradebook.add_submission(name, "ann", timestamp=handed_in)
    gradebook.grant_extension(name, "ann", days=days)
    return lateness_of(gradebook.find_submission(name, "ann"))


@pytest.mark.parametrize(
    ("handed_in", "days", "en", "zh"),
    [
        (DUE, 0, "Due 2026-11-20 12:00 UTC, handed in on time.", "截止时间为2026-11-20 12:00 UTC，按时上交。"),
        (DUE + DAYS, 2, "Due 2026-11-20 12:00 UTC, extended by 2 days, handed in on time.",
         "截止时间为2026-11-20 12:00 UTC，延期2天，按时上交。"),
        (DUE + DAYS + LATE, 2, "Due 2026-11-20 12:00 UTC, extended by 2 days, handed in 3 h 5 min late: no points off.",
         "截止时间为2026-11-20 12:00 UTC，延期2天，迟交3小时5分钟，不扣分。"),
        (DUE, -1, "Due 2026-11-20 12:00 UTC, brought forward by 1 day, handed in 1 day late: no points off.",
         "截止时间为2026-11-20 12:00 UTC，提前1天，迟交1天，不扣分。"),
        (None, 0, "Due 2026-11-20 12:00 UTC, handed in at an unknown time.",
         "截止时间为2026-11-20 12:00 UTC，上交时间未知。"),
    ],
)  # fmt: skip
def test_one_sentence_says_it(gradebook: Gradebook, handed_in: datetime | None, days: int, en: str, zh: str) -> None:
    assert known(gradebook, handed_in, days=days).words == Text(en=en, zh=zh)


@pytest.mark.parametrize("days", [0, 2])
def test_where_nothing_is_due_nothing_is_said(gradebook: Gradebook, days: int) -> None:
    lateness = known(gradebook, DUE, due=None, days=days)
    assert lateness.words == Text(en="", zh="")
    assert lateness.is_plain
    assert lateness.seconds_late == 0


def test_points_are_said_with_the_time() -> None:
    late = Lateness(DUE, handed_in=DUE + LATE, seconds_late=LATE.total_seconds(), penalty=5)
    assert late.words.en.endswith("handed in 3 h 5 min late: 5 points off.")
    assert late.words.zh.endswith("迟交3小时5分钟，扣5分。")
    assert Lateness(DUE, handed_in=DUE, penalty=1).words.en.endswith("on time: 1 point off.")


@pytest.mark.parametrize(
    ("time", "en", "zh", "shown"),
    [
        (timedelta(seconds=42), "42 s", "42秒", "0:00:42"),
        (timedelta(days=1, minutes=1, seconds=9), "1 day 1 min", "1天1分钟", "24:01:09"),
        (timedelta(days=2, hours=3), "2 days 3 h", "2天3小时", "51:00:00"),
    ],
)
def test_how_long_it_is(time: timedelta, en: str, zh: str, shown: str) -> None:
    assert (span(time), clock(time), clock(-time)) == (Text(en=en, zh=zh), shown, f"-{shown}")


RESULTS = {
    "late": Lateness(DUE, DAYS, DUE + DAYS + LATE, LATE.total_seconds(), 2.5),
    "extended": Lateness(DUE, DAYS, DUE + LATE),
    "unknown": Lateness(DUE),
    "in-time": Lateness(DUE, handed_in=DUE),
    "nothing-due": Lateness(handed_in=DUE),
}
SHORT = {"late": "late 3 h 5 min; extended", "extended": "extended", "unknown": "time unknown"}


@pytest.mark.parametrize("student", RESULTS)
def test_the_table_says_it_in_a_few_words_and_the_remarks_in_full(student: str) -> None:
    result = Result(student, {"f1": (3, 3)}, lateness=RESULTS[student])
    assert short_remark(result) == SHORT.get(student, "")
    assert remark(result) == (RESULTS[student].words.en if student in SHORT else "")
    rows = {late: Table("huber", {"f1": 3}, [student], late).row(result) for late in (True, False)}
    assert all(cell_len(row) <= 80 for row in rows.values())
    if student == "late":
        assert rows[True].split() == ["late", "3", "-2.5", "0.5", "late", "3", "h", "5", "min;", "extended"]
        assert rows[False].endswith("late 3 h 5 min -2.5; extended")


def test_the_report_has_a_column_for_each_and_keeps_the_rows_of_one_without_them(tmp_path: Path) -> None:
    (tmp_path / "grading-report.csv").write_text(
        "student,assignment,score,max_score,state,look_at,repaired,reason\nzoe,other,2,3,graded,,,\n"
    )
    path = write_report(
        tmp_path, "huber", 3, [Result(name, {"f1": (3, 3)}, lateness=one) for name, one in RESULTS.items()]
    )
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    times = {
        name: [row[one] for one in ("due", "extension", "handed_in", "late_by", "penalty")]
        for name, row in rows.items()
    }
    due = "2026-11-20 12:00 UTC"
    assert times == {
        "late": [due, "48:00:00", "2026-11-22 15:05 UTC", "3:05:00", "2.5"],
        "extended": [due, "48:00:00", "2026-11-20 15:05 UTC", "", ""],
        "unknown": [due, "", "", "", ""],
        "in-time": [due, "", due, "", ""],
        "nothing-due": ["", "", due, "", ""],
        "zoe": ["", "", "", "", ""],
    }
    assert rows["zoe"]["score"] == "2"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with what is released of one assignment, without nbgrader's part in it."""
    course = tmp_path_factory.mktemp("release") / "course"
    path = course / "release" / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    shutil.copy(COURSE / "notebooks" / "en" / path.name, path)
    return course


def handed_in(release: Path, folder: Path) -> tuple[Path, Path]:
    """Return a course, and the folder in it where a notebook lies with its receipt."""
    course = folder / "course"
    shutil.copytree(release, course)
    work = folder / f"{NAME}.ipynb"
    shutil.copy(COURSE / "notebooks" / "en" / work.name, work)
    path, _ = write_handin(read_submission(work), datetime(2026, 11, 20, 11, 30, tzinfo=UTC))
    target = course / "submitted" / "ann" / NAME
    target.parent.mkdir(parents=True)
    shutil.copytree(path.parent, target)
    return course, target


def time_taken(course: Path) -> str | None:
    path = course / "repaired" / "ann" / NAME / "timestamp.txt"
    return path.read_text() if path.is_file() else None


@pytest.mark.parametrize("empty", [True, False])
def test_without_a_time_the_receipts_is_taken_and_said_to_be_the_students_word(
    release: Path, tmp_path: Path, empty: bool
) -> None:
    course, target = handed_in(release, tmp_path)
    if empty:
        (target / "timestamp.txt").write_text("\n")
    before = sorted(path.name for path in target.iterdir())
    (said,) = take_in(course, "ann", NAME).doubts
    assert (
        said.en
        == "The time of hand-in, 2026-11-20 11:30:00 UTC, is that of the student's receipt, and nobody else's word."
    )
    assert "取自学生自己的回执" in said.zh
    assert short_remark(Result("ann", said=Said(doubts=(said,)))) == "time by receipt"
    assert time_taken(course) == "2026-11-20 11:30:00 UTC\n"
    assert sorted(path.name for path in target.iterdir()) == before


def test_a_receipt_in_a_zip_counts(release: Path, tmp_path: Path) -> None:
    course, target = handed_in(release, tmp_path)
    files = list(target.iterdir())
    with zipfile.ZipFile(target / "handin.zip", "w") as archive:
        for path in files:
            archive.write(path, path.name)
            path.unlink()
    take_in(course, "ann", NAME)
    assert time_taken(course) == "2026-11-20 11:30:00 UTC\n"


def test_a_time_that_is_there_is_not_replaced(release: Path, tmp_path: Path) -> None:
    course, target = handed_in(release, tmp_path)
    (target / "timestamp.txt").write_text("2026-11-21 09:00:00 UTC")
    assert take_in(course, "ann", NAME).doubts == ()
    assert time_taken(course) is None


def changed(**entries: Any) -> Any:
    def change(receipt: dict[str, Any]) -> dict[str, Any]:
        return receipt | entries

    return change


@pytest.mark.parametrize("change", [changed(time="2026-11-01T00:00:00+00:00"), changed(sha256="0"), changed(time=5)])
def test_a_receipt_that_does_not_match_gives_no_time(release: Path, tmp_path: Path, change: Any) -> None:
    course, target = handed_in(release, tmp_path)
    path = target / f"{NAME}.receipt.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    assert take_in(course, "ann", NAME).doubts == ()
    assert time_taken(course) is None


@pytest.mark.slow
def test_a_class_with_a_due_date_an_extension_and_a_penalty(tmp_path: Path) -> None:
    folder = copy_course(tmp_path, NAME)
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    assert run(folder, "linreg", "release", NAME).returncode == 0
    due = ("nbgrader", "db", "assignment", "add", NAME, "--duedate", "2026-11-20 12:00:00 UTC")
    assert run(folder, *due).returncode == 0
    course = folder / "course"
    notebook = solved(course / "release" / NAME / f"{NAME}.ipynb", "en", "convert-lr")
    for student, time in (("ann", "2026-11-20 15:05"), ("bo", "2026-11-21 09:00"), ("cho", "2026-11-20 11:00")):
        submit(course, student, NAME, notebook)
        (course / "submitted" / student / NAME / "timestamp.txt").write_text(f"{time}:00 UTC")
    nbformat.write(notebook, tmp_path / f"{NAME}.ipynb")
    path, _ = write_handin(read_submission(tmp_path / f"{NAME}.ipynb"), datetime(2026, 11, 20, 12, 42, tzinfo=UTC))
    (course / "submitted" / "dee").mkdir()
    path.parent.rename(course / "submitted" / "dee" / NAME)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.add_student("bo")
        gradebook.add_submission(NAME, "bo")
        gradebook.grant_extension(NAME, "bo", days=2)
    done = run(folder, "linreg", "grade", NAME)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = {line.split()[0]: " ".join(line.split()) for line in done.stdout.splitlines() if line.strip()}
    assert lines["ann"].endswith("-8 0 late 3 h 5 min")
    assert lines["bo"].endswith("8 extended")
    assert lines["cho"].endswith(" 8")
    assert lines["dee"].endswith("-8 0 late 42 min; time by receipt")
    remarks = (course / "graded" / f"{NAME}-remarks.txt").read_text(encoding="utf-8")
    assert remarks == (
        "ann: Due 2026-11-20 12:00 UTC, handed in 3 h 5 min late: 8 points off.\n"
        "bo: Due 2026-11-20 12:00 UTC, extended by 2 days, handed in on time.\n"
        "dee: Due 2026-11-20 12:00 UTC, handed in 42 min late: 8 points off. "
        "The time of hand-in, 2026-11-20 12:42:00 UTC, is that of the student's receipt, and nobody else's word.\n"
    )
    again = run(folder, "linreg", "grade", NAME)
    assert again.stdout == done.stdout
