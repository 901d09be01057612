"""Exports: every point has its reason, nobody gets a 0 that nobody gave, and no name is computed by a spreadsheet."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import nbformat
import pandas
import pytest
from conftest import SampleClass
from example_course import run
from sample_scores import SCORES

from linreg_course.checking.verdict import Fault, Mistake, Outcome, Rule, Verdict
from linreg_course.grading.account import Kind, Part
from linreg_course.grading.classbook import Entry
from linreg_course.grading.exports.files import write_exports
from linreg_course.grading.exports.students import Person, people_of
from linreg_course.grading.exports.text import folder_name
from linreg_course.grading.lateness import Lateness
from linreg_course.language import Text, language, use_language

RULES = (
    Rule("one", 2, Text("first", "第一"), Text("It is one.", "是一。")),
    Rule("two", 3, *[Text("second", "第二")] * 2),
)
FAULT = Fault("f(1)", "<b>2</b>", Text("should be odd", "应为奇数"))
MISTAKE = Mistake("f/even", (), (), (Text("Is 2 odd?", "2是奇数吗？"), Text("Count again.", "再数一遍。")))
# Its 5 points are by hand: of the first rule 2, of the second 0; the seed may stand nowhere.
HALF = Verdict(
    "f", Outcome.NOT_YET, ((RULES[0], None), (RULES[1], FAULT)), MISTAKE, MISTAKE.hints, seed=987654321
).record()
NOTED = Verdict(
    "f", Outcome.ERROR, ((RULES[0], None), (RULES[1], None)), note=Text("no function", "不是函数"), seed=1
).record()


def check(score: float = 2.0, record: dict[str, Any] | None = HALF, **other: Any) -> Part:
    return part("f-check", Kind.CHECK, score, 5.0, exercise="f", record=record, **other)


def words(score: float | None, comment: str = "") -> Part:
    return part("w1", Kind.WORDS, score, 3.0, comment=comment, by_hand=score is not None)


def part(cell: str, kind: Kind, score: float | None, most: float, **other: Any) -> Part:
    known = {"exercise": "", "record": None, "answer": "", "errors": (), "comment": "", "by_hand": False}
    return Part(cell, "Heading", kind, score, most, **{**known, "why": None, "is_our_fault": False, **other})


def notebook(lang: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(metadata={"linreg_course": {"language": lang}})


A_LITTLE = Lateness(penalty=1.5)
ENTRIES = {
    "huber": [
        Entry("ann", "huber", (check(), words(2.5, "=1+1\nGood"), part("own", Kind.TEST, 1.0, 1.0)), A_LITTLE),
        Entry('李, \n"雷"', "huber", (check(4.0, by_hand=True), words(None)), notebook=notebook("zh")),
        Entry("late", "huber", (check(), words(0.0)), Lateness(penalty=7.0)),
        Entry("none", "huber", reason=Text("=no notebook", "没有笔记本")),
        Entry("odd", "huber", (check(0.0, NOTED), words(1.0))),
        Entry("silent", "huber", (check(0.0, None, why=Text("no verdict", "没有判定")), words(None))),
    ],
    "gradients": [Entry("ann", "gradients", (check(3.0, HALF),))],
    "challenges": [Entry("ann", "challenges", (check(),)), Entry("late", "challenges", (check(), words(None)))],
}
SCORE_OF = {("ann", "huber"): 4.0, ("late", "huber"): 0.0, ("odd", "huber"): 1.0, ("ann", "gradients"): 3.0}
PEOPLE = {
    "ann": Person("ann", "=HYPERLINK(1)", "@Li", "a@x.org", "77"),
    "idle": Person("idle", "张", "三"),
    "late": Person("late", "Points Possible", "-1", "l@x.org"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_exports(tmp_path / "report", ENTRIES, PEOPLE)
    return tmp_path / "report"


def read(path: Path) -> list[dict[str, str]]:
    """Read a table in two ways that must agree."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    other = pandas.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert other.to_dict("records") == rows
    return rows


def results(folder: Path, student: str, assignment: str = "huber") -> dict[str, Any]:
    path = folder / "gradescope" / folder_name(student) / assignment / "results.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_points_of_a_students_rows_sum_to_the_score(folder: Path) -> None:
    sums: dict[tuple[str, str], float] = {}
    for row in read(folder / "rules.csv"):
        key = row["student"], row["assignment"]
        sums[key] = sums.get(key, 0.0) + float(row["points"] or 0)
    for entry in (entry for ours in ENTRIES.values() for entry in ours):
        assert sums[" ".join(entry.student.split()), entry.assignment] == pytest.approx(entry.score or 0.0)
    assert {key: sums[key] for key in SCORE_OF} == SCORE_OF


def test_each_rule_has_a_row_with_its_points_and_the_mistake(folder: Path) -> None:
    rows = [row for row in read(folder / "rules.csv") if (row["student"], row["assignment"]) == ("ann", "huber")]
    columns = ("exercise", "rule", "points", "max_points", "holds", "mistake", "by_hand", "state")
    assert [tuple(row[column] for column in columns) for row in rows] == [
        ("f", "one", "2", "2", "yes", "", "no", "graded"),
        ("f", "two", "0", "3", "no", "f/even", "no", "graded"),
        ("w1", "", "2.5", "3", "", "", "yes", "graded"),
        ("own", "", "1", "1", "", "", "no", "graded"),
        ("", "late", "-1.5", "", "", "", "no", "graded"),
    ]


def test_what_a_person_changed_has_a_row_and_what_no_rule_gives_another(folder: Path) -> None:
    rows = {(row["student"], row["assignment"], row["rule"]): row for row in read(folder / "rules.csv")}
    changed, other = rows['李, "雷"', "huber", "changed by hand"], rows["ann", "gradients", "by no rule"]
    assert [changed[column] for column in ("points", "max_points", "by_hand")] == ["2", "0", "yes"]
    assert [other[column] for column in ("points", "max_points", "by_hand")] == ["1", "0", "no"]


def test_no_rule_holds_where_none_was_tried(folder: Path) -> None:
    rows = [row for row in read(folder / "rules.csv") if row["student"] == "odd" and row["exercise"] == "f"]
    assert [(row["points"], row["holds"]) for row in rows] == [("0", ""), ("0", "")]


def test_no_score_and_a_waiting_part_have_no_points(folder: Path) -> None:
    rows = read(folder / "rules.csv")
    none = next(row for row in rows if row["student"] == "none")
    assert (none["points"], none["state"], none["reason"]) == ("", "no score", "'=no notebook")
    waiting = next(row for row in rows if row["student"] == "silent" and row["exercise"] == "w1")
    assert (waiting["points"], waiting["max_points"], waiting["state"]) == ("", "3", "waits for a person")


def test_the_bonus_is_in_no_maximum(folder: Path) -> None:
    rows = {row["student"]: row for row in read(folder / "students.csv")}
    last = ("total", "total_max_score", "bonus", "total_with_bonus", "waiting")
    assert [rows["ann"][column] for column in last] == ["7", "14", "2", "9", "0"]
    assert [rows["late"][column] for column in last] == ["0", "13", "2", "2", "3"]
    assert [rows["none"][column] for column in last] == ["", "14", "", "", "0"]
    assert [rows['李, "雷"'][column] for column in last] == ["4", "13", "", "4", "3"]
    assert (rows["idle"]["first_name"], rows["idle"]["huber_score"], rows["idle"]["huber_max_score"]) == ("张", "", "9")


def test_text_is_no_formula_and_a_number_stays_one(folder: Path) -> None:
    rows = {row["student"]: row for row in read(folder / "students.csv")}
    ann = rows["ann"]
    assert rows["late"]["last_name"] == "-1"
    assert (ann["first_name"], ann["last_name"], ann["email"]) == ("'=HYPERLINK(1)", "'@Li", "a@x.org")
    for path in folder.glob("*.csv"):
        for row in read(path):
            for value in row.values():
                assert not value.startswith(("=", "@", "\t", "+")), path.name
                assert not value.startswith("-") or float(value) < 0


def test_canvas_finds_the_points_and_the_students(folder: Path) -> None:
    data = (folder / "canvas.csv").read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    rows = read(folder / "canvas.csv")
    assert list(rows[0])[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    given = {row["SIS Login ID"]: [row[name] for name in ENTRIES] for row in rows[1:]}
    assert [rows[0][name] for name in ENTRIES] == ["9", "5", "0"]
    assert given["ann"] == ["4", "3", "2"]
    # The bonus of `late` waits in part; `none` has no score; nobody asks for the scores of `idle`.
    assert given["late"] == ["0", "", ""]
    assert given["none"] == given["silent"] == ["", "", ""]
    assert "idle" not in given
    assert [row["ID"] for row in rows if row["SIS Login ID"] == "ann"] == ["77"]
    assert [row["Student"] for row in rows if "Points Possible" in row["Student"]] == ["    Points Possible"]


def test_moodle_names_every_student_and_by_nothing_that_some_lack(folder: Path) -> None:
    rows = read(folder / "moodle.csv")
    assert list(rows[0]) == ["username", "First name", "Last name", *ENTRIES]
    assert {row["username"]: row["huber"] for row in rows} == {
        **{"ann": "4", "late": "0", "none": "", "odd": "1", "silent": ""},
        '李, "雷"': "",
    }
    whole = {"huber": [Entry("ann", "huber", (check(),))]}
    write_exports(folder, whole, PEOPLE)
    assert list(read(folder / "moodle.csv")[0]) == [
        *("username", "First name", "Last name", "ID number", "Email address", "huber")
    ]


def test_gradescope_has_a_test_for_each_rule_in_the_notebooks_language(folder: Path) -> None:
    ann, lei = results(folder, "ann"), results(folder, '李, \n"雷"')
    assert (ann["score"], ann["visibility"]) == (4.0, "after_published")
    given = [(test["name"], test.get("score"), test.get("max_score"), test.get("status")) for test in ann["tests"]]
    assert given == [
        ("f: first", 2.0, 2.0, "passed"),
        ("f: second", 0.0, 3.0, "failed"),
        ("Heading", 2.5, 3.0, None),
        ("Heading", 1.0, 1.0, None),
    ]
    told = ann["tests"][1]["output"]
    assert told.splitlines()[1:] == [
        *("call: f(1)", "came back: <b>2</b>", "should hold: should be odd", "hint: Is 2 odd?", "hint: Count again.")
    ]
    assert ann["tests"][2]["output"].endswith("=1+1\nGood")
    assert "1.5 points" in ann["output"]
    assert [test.get("score") for test in lei["tests"]] == [2.0, 0.0, 2.0, None]
    assert "应为奇数" in lei["tests"][1]["output"]
    assert "待人工评分（3分）" in lei["tests"][3]["output"]
    assert sum(test.get("score", 0.0) for test in lei["tests"]) == lei["score"] == 4.0


def test_the_language_in_use_stays_and_decides_nothing(folder: Path, tmp_path: Path) -> None:
    use_language("zh")
    write_exports(tmp_path / "again", ENTRIES, PEOPLE)
    assert language() == "zh"
    for path in (path for path in folder.rglob("*") if path.is_file()):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(folder)).read_bytes()


def test_gradescope_shows_no_seed_and_nothing_of_who_has_no_score(folder: Path) -> None:
    files = sorted(folder.glob("gradescope/*/*/results.json"))
    assert len(files) == 8
    assert not any("987654321" in path.read_text(encoding="utf-8") or "seed" in path.name for path in files)
    assert not (folder / "gradescope" / "none").exists()
    assert "no function" in results(folder, "odd")["tests"][0]["output"]
    assert "no verdict" in results(folder, "silent")["tests"][0]["output"]


def test_what_was_exported_before_is_gone_and_nothing_half_written_stays(folder: Path) -> None:
    write_exports(folder, {"huber": [Entry("bob", "huber", (check(),))]}, {})
    assert sorted(path.name for path in (folder / "gradescope").iterdir()) == ["bob"]
    assert [row["student"] for row in read(folder / "students.csv")] == ["bob"]
    assert sorted(path.name for path in folder.iterdir()) == [
        *("canvas.csv", "gradescope", "moodle.csv", "rules.csv", "students.csv")
    ]


def test_an_empty_class_has_tables_without_rows(tmp_path: Path) -> None:
    write_exports(tmp_path, {}, {})
    write_exports(tmp_path, {"huber": []}, {})
    assert [len(read(tmp_path / name)) for name in ("rules.csv", "students.csv", "moodle.csv", "canvas.csv")] == [
        *(0, 0, 0, 1)
    ]


@pytest.mark.parametrize(
    "name", ["..", ".", "", "a/b", "../../x", "a\\b", "a\nb", "x" * 400, "李" * 128, "c:d", "\udce9"]
)
def test_a_students_name_stays_below_the_folder(tmp_path: Path, name: str) -> None:
    write_exports(tmp_path, {"huber": [Entry(name, "huber", (check(),)), Entry("a_b", "huber", (check(),))]}, {})
    files = [path.relative_to(tmp_path / "gradescope") for path in tmp_path.rglob("results.json")]
    assert len(files) == 2
    assert all(len(path.parts) == 3 and ".." not in path.parts for path in files)


@pytest.mark.slow
def test_the_sample_class_is_exported_as_the_rules_and_nbgrader_have_it(
    sample_class: SampleClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linreg_course.grading.classbook import entries_of
    from linreg_course.handin.nbgrader_course import nbgrader_api

    monkeypatch.chdir(sample_class.folder)
    api = nbgrader_api()
    entries = {"huber": entries_of(api, "huber")}
    write_exports(tmp_path, entries, people_of(api))
    rows = {row["student"]: row for row in read(tmp_path / "students.csv")}
    assert {student: float(rows[student]["huber_score"]) for student in SCORES} == SCORES
    assert rows["12-corrupt"]["huber_score"] == ""
    assert run(sample_class.folder, "nbgrader", "export", "--to", str(tmp_path / "nbgrader.csv")).returncode == 0
    theirs = {row["student_id"]: row for row in read(tmp_path / "nbgrader.csv")}
    assert {one: float(theirs[one]["max_score"]) for one in SCORES} == dict.fromkeys(SCORES, 17.0)
    assert {one: float(rows[one]["huber_max_score"]) for one in SCORES} == dict.fromkeys(SCORES, 17.0)
    table = pandas.read_csv(tmp_path / "rules.csv", encoding="utf-8-sig")
    sums = table.groupby("student")["points"].sum()
    assert {one: sums[one] for one in SCORES} == {one: float(theirs[one]["score"]) for one in SCORES}
    assert {one: results(tmp_path, one)["score"] for one in SCORES} == SCORES
    assert "\nhint: Does the loss double" in results(tmp_path, "04-sum")["tests"][0]["output"]
    assert "（3分）" in results(tmp_path, "03-in-chinese")["tests"][-2]["output"]
    waiting = {row["SIS Login ID"]: row["huber"] for row in read(tmp_path / "canvas.csv")[1:]}
    assert {one: waiting[one] for one in ("01-right", "04-sum", "12-corrupt")} == {
        **{"01-right": "", "04-sum": "5", "12-corrupt": ""}
    }
