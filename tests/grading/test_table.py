"""The table of a class: 80 columns, a line as soon as a student is graded, and no remark is lost."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from linreg_course.grading.grade import Result
from linreg_course.grading.lateness import Lateness
from linreg_course.grading.progress import lines_above_a_bar
from linreg_course.grading.remarks import short_remark, write_remarks
from linreg_course.grading.stamps import Said
from linreg_course.grading.table import Table, cut
from linreg_course.language import Text

MAXIMA = {"synthetic-data-check": 8.0, "load-array-check": 6.0, "init-params-check": 6.0, "train-check": 10.0,
          "f1": 3.0, "f2": 3.0}  # fmt: skip
FULL = {"synthetic-data-check": (8, 8), "load-array-check": (2.6666667, 6), "init-params-check": (0, 6),
        "train-check": (10, 10), "f1": (None, 3), "f2": (1.25, 3)}  # fmt: skip
LONG = "The cell `def train(net, data):` is missing and counts 0 of its 10 points. Rename your notebook."


def seen(words: str) -> Said:
    return Said(seen=(Text(words, words),))


def table(*students: str, late: bool = False) -> Table:
    return Table("foundations", MAXIMA, list(students), late)


def test_the_head_names_the_columns_and_shows_the_most_points() -> None:
    *legend, numbers, most = table("ann").head()
    assert " ".join(line.strip() for line in legend) == (
        "foundations: 1 synthetic-data, 2 load-array, 3 init-params, 4 train, 5 f1, 6 f2"
    )
    assert numbers.split() == ["student", "1", "2", "3", "4", "5", "6", "sum", "remark"]
    assert most.split() == ["most", "8", "6", "6", "10", "3", "3", "36"]


@pytest.mark.parametrize(
    "student", ["ann", "Ann Mary van der Berg", "王小明", "欧阳娜娜·买买提", "a" * 23, "tab\there\nand \x1b[31m"]
)
def test_every_line_stays_within_80_columns_and_its_numbers_below_their_heads(student: str) -> None:
    shown = table(student, "bo", late=True)
    penalised = Lateness(penalty=2.5)
    results = [Result(one, FULL, said=seen(LONG * 3), lateness=penalised) for one in (student, "bo")]
    rows = [shown.row(result) for result in results]
    lines = [*shown.head(), *rows]
    assert all(cell_len(line) <= 80 and line.isprintable() for line in lines), lines
    ends = {cell_len(line[: line.index(number) + len(number)]) for line, number in zip(
        [*lines[-4:]], ["  sum", "   36", "19.42", "19.42"], strict=True
    )}  # fmt: skip
    assert len(ends) == 1, lines
    assert rows[1].split()[:9] == ["bo", "8", "2.67", "0", "10", "·", "1.25", "-2.5", "19.42"]


def test_a_name_of_40_characters_stands_in_full_beside_all_points() -> None:
    name = "Maria del Carmen Fernandez de la Vega 42"
    row = table(name, "bo").row(Result(name, FULL))
    assert len(name) == 40
    assert row.startswith(name + " ")
    assert len(row) <= 80


def test_a_penalty_without_its_column_is_a_remark_and_no_sum_is_below_0() -> None:
    assert table("ann").row(Result("ann", FULL, lateness=Lateness(penalty=2))).endswith("19.92  late -2")
    assert Result("ann", FULL, lateness=Lateness(penalty=30)).score == 0


def test_without_a_score_the_line_says_none_and_why() -> None:
    reason = "huber.ipynb is not a readable notebook (Expecting value: line 1). Save it again in JupyterLab."
    assert table("ann").row(Result("ann", reason=reason)).split() == ["ann", "none", "not", "a", "readable", "notebook"]


def test_the_foot_counts() -> None:
    results = [Result("ann", FULL), Result("bo", reason="x"), Result("cho", {"f1": (2, 3)})]
    assert list(table("ann", "bo", "cho").foot(results)) == [
        "· waits for a person, in formgrader",
        "foundations: 3 students, without a score: 1, waiting for a person: 1",
    ]


def test_a_chinese_character_takes_two_columns() -> None:
    assert cut("王小明的笔记本", 14) == "王小明的笔记本"
    assert cut("王小明的笔记本", 8) == "王小明…"


def test_what_has_no_few_words_of_its_own_is_cut_on_the_line_and_stands_in_full_in_the_file(tmp_path: Path) -> None:
    strange = Result("王 小明", reason=f"nbgrader could not grade it: ValueError: {'strange ' * 20}\nand more")
    line = table(strange.student).row(strange)
    assert line.endswith("…")
    assert cell_len(line) <= 80
    path = write_remarks(tmp_path, "huber", [strange, Result("bo", FULL)])
    assert path is not None
    assert path.read_text(encoding="utf-8") == (
        f"王 小明: nbgrader could not grade it: ValueError: {'strange ' * 20}and more\n"
    )
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_grading_one_student_keeps_the_others_remarks_and_the_last_one_takes_the_file_with_it(tmp_path: Path) -> None:
    for student in ("ann", "ann b"):
        (tmp_path / "submitted" / student / "huber").mkdir(parents=True)
    path = write_remarks(tmp_path, "huber", [Result("ann", said=seen("one")), Result("ann b", said=seen("two"))])
    assert path is not None
    assert write_remarks(tmp_path, "huber", [Result("ann", said=seen("three"))]) == path
    assert path.read_text() == "ann b: two\nann: three\n"
    assert write_remarks(tmp_path, "huber", [Result("ann")]) == path
    assert write_remarks(tmp_path, "huber", [Result("ann b")]) is None
    assert not path.exists()


def test_several_remarks_are_told_together() -> None:
    assert short_remark(Result("ann", said=seen(f"The Chinese notebook was taken: x. {LONG}"))) == (
        "answer missing; Chinese notebook"
    )


def test_where_there_is_no_score_the_line_says_why_before_anything_else() -> None:
    both = Result("ann", reason="nbgrader could not grade it: KeyError: 'x'", said=seen(LONG))
    assert short_remark(both) == "KeyError: 'x'"


class Terminal(io.StringIO):
    """What a terminal gets of both streams, in its order."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_bar_is_wiped_before_a_line_and_drawn_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", terminal)
    with lines_above_a_bar("huber", 2) as show:
        show("ann 12")
        show("bo 11")
    bars = terminal.getvalue().split("\n")
    assert [line.split("\r")[-1] for line in bars] == ["ann 12", "bo 11", "\x1b[?25h", ""]
    assert [pos in line for pos, line in zip(["0/2", "1/2", "2/2"], bars, strict=False)] == [True, True, True]


def test_elsewhere_there_is_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with lines_above_a_bar("huber", 1) as show:
        show("ann 12")
    assert capsys.readouterr() == ("ann 12\n", "")
