"""No typed results: a number in prose stands in a code cell, or is an option."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_source import code, source, twins

from linreg_course.authoring.numbers import number_findings


def typed(folder: Path, *cells: str) -> list[str]:
    """Return the numbers that are found typed in English prose; each must be found in the Chinese too."""
    found = [finding.partition("types the number ")[::2] for finding in number_findings(source(folder, *cells))]
    by_lang = {
        lang: [number.partition(":")[0] for where, number in found if f"({lang})" in where] for lang in ("en", "zh")
    }
    assert by_lang["en"] == by_lang["zh"]
    return by_lang["en"]


def prose(text: str, keys: str = "") -> str:
    return twins("prose", text, text, keys)


KNOWN = {
    "a setting": ("We take 1000 examples.", "n = 1000"),
    "an asserted result": ("The error is below 0.003.", "assert error < 0.003"),
    "another spelling": ("A rate of 1e-4, or 0.0001.", "lr = 0.0001"),
    "the other way round": ("A rate of 0.0001.", "lr = 1e-4"),
    "thousands": ("We take 1,000 examples.", "n = 1000"),
    "an underscore in code": ("We take 10000 examples.", "n = 10_000"),
    "whole and decimal": ("Take 2.0 steps.", "steps = 2"),
    "a negative number": ("The weight is -3.4.", "w = -3.4"),
    "an imaginary unit": ("Take 5.", "z = 5j"),
    "a number at the end": ("Take 30.", "n = 30"),
    "in code spans": ("`lr=0.03`", "lr = 0.03"),
}

UNKNOWN = {
    "a result": ("The loss was 0.0002.", "print(loss)", ["0.0002"]),
    "beginning like a lesson": ("The rate is 05.5, or 0.05.", "lr", ["05.5", "0.05"]),
    "near a setting": ("The rate is 0.031.", "lr = 0.03", ["0.031"]),
    "a negative number": ("The weight is -3.4.", "w", ["3.4"]),
    "without a zero": ("The loss was .5.", "print(loss)", [".5"]),
    "in a string of code": ("The loss was 17.", 'print("17")', ["17"]),
    "in a comment of code": ("The loss was 17.", "1  # 17", ["17"]),
    "in a name": ("The loss was 17.", "x17 = 1", ["17"]),
    "in a code span": ("It prints `0.25`.", "print(loss)", ["0.25"]),
    "in a formula": ("$l = 0.25$", "print(loss)", ["0.25"]),
    "each of several": ("From 28 to 38.", "print(loss)", ["28", "38"]),
    "beside Chinese": ("共28个", "print(n)", ["28"]),
    "at the beginning of a line": ("28 are wild.\n0.25. No more.", "print(n)", ["28", "0.25"]),
    "inside a heading": ("## A loss of 28", "print(loss)", ["28"]),
}

FREE = {
    "digits of formulas": "$x_1^2 / 2 + 9$",
    "indices in code": "`x[0]`, `x[1]`, `dim=2`",
    "a lesson": "Lesson 07 shows it.",
    "a lesson at the end of a sentence": "See lesson 07.",
    "a link": "See [there](https://d2l.ai/v1.0/3.html).",
    "letters with digits": "D2L and w1",
    "a heading's number": "## 28. The loss",
    "how long it takes": "It takes 28 to 38 minutes. 需要28到38分钟。",
    "the numbers of a list": "1. Read.\n2. Write.\n   28. Run.",
}


@pytest.mark.parametrize(("text", "setting"), KNOWN.values(), ids=KNOWN)
def test_a_number_that_a_code_cell_holds_may_be_written(tmp_path: Path, text: str, setting: str) -> None:
    assert typed(tmp_path, prose(text), code("setting", setting)) == []


@pytest.mark.parametrize(("text", "other", "numbers"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_number_that_no_code_cell_holds_is_found(tmp_path: Path, text: str, other: str, numbers: list[str]) -> None:
    assert typed(tmp_path, prose(text), code("other", other)) == numbers


@pytest.mark.parametrize("text", FREE.values(), ids=FREE)
def test_what_is_no_result_is_not_looked_at(tmp_path: Path, text: str) -> None:
    assert typed(tmp_path, prose(text)) == []


def test_the_options_of_a_prediction_are_free_but_not_the_text_after_it(tmp_path: Path) -> None:
    question = twins("question", "A: 17, B: 19", "A：17，B：19")
    assert typed(tmp_path, question, code("guess", 'predict("01-a", "AB")'), prose("It was 19.")) == ["19"]


def test_the_options_of_a_quiz_are_free_but_not_the_feedback(tmp_path: Path) -> None:
    quiz = "How many?\n\n- [ ] 17\n  No.\n- [x] 19\n  Since 23 are too many."
    assert typed(tmp_path, prose(quiz, 'role="quiz"')) == ["23"]


def test_a_list_that_is_no_quiz_has_no_options(tmp_path: Path) -> None:
    assert typed(tmp_path, prose("How many?\n\n- [ ] 17")) == ["17"]


def test_a_finding_names_file_line_and_cell(tmp_path: Path) -> None:
    first, _ = number_findings(source(tmp_path, prose("It was 19.")))
    assert first.startswith(f"{tmp_path}/source/x.py:4: 'prose' (en) types the number 19: ")
