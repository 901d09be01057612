"""`grading-report.csv`: rows of an earlier release are not compared with those of the new one."""

from __future__ import annotations

import csv
from pathlib import Path

from linreg_course.grading.grade import Result
from linreg_course.grading.report_csv import write_report

NAME = "huber"


def states(path: Path) -> dict[tuple[str, str], tuple[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return {(row["student"], row["assignment"]): (row["max_score"], row["state"]) for row in csv.DictReader(file)}


def test_who_is_not_graded_by_the_new_points_is_told_apart(tmp_path: Path) -> None:
    for student in ("ann", "bob"):
        (tmp_path / "submitted" / student / NAME).mkdir(parents=True)
        (tmp_path / "submitted" / student / "other").mkdir()
    ann, bob = (Result(student, {"huber-loss-check": (8.0, 8.0)}) for student in ("ann", "bob"))
    write_report(tmp_path, "other", 5, [ann])
    write_report(tmp_path, NAME, 8, [ann, bob])
    earlier = ("8", "graded by earlier points: grade again")
    path = write_report(tmp_path, NAME, 10, [ann])
    assert states(path) == {("ann", NAME): ("10", "graded"), ("bob", NAME): earlier, ("ann", "other"): ("5", "graded")}
    write_report(tmp_path, NAME, 10, [bob])
    assert states(path)["bob", NAME] == ("10", "graded")
