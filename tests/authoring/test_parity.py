"""Twins say the same: pieces are compared by kind, as multisets."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_source import source, twins

from linreg_course.authoring.findings import source_findings


def findings(folder: Path, en: str, zh: str) -> list[str]:
    found = source_findings(source(folder, twins("pair", en, zh)), [])
    return [finding for finding in found if "twins differ" in finding]


EQUAL = {
    "words alone": ("A loss.", "一个损失。"),
    "another order": ("First `w`, then $b$, then 3.", "先是3，再是$b$，最后是`w`。"),
    "formulas reordered": ("$w$ and $b$", "$b$和$w$"),
    "a formula across lines": ("$$a\n= b$$", "$$a = b$$"),
    "a number before punctuation": ("Take 3, 5 and 7.", "取3、5和7。"),
    "digits in code are part of the span": ("`x[0]` and 1", "1和`x[0]`"),
    "the text of a link": ("See [here](07_training.ipynb).", "见[这里](07_training.ipynb)。"),
}

DIFFERENT = {
    "code span": ("`w` moves", "`b`移动"),
    "code span, counted": ("`w` and `w`", "`w`"),
    "code span, case": ("`X`", "`x`"),
    "code block": ("```\nnet(X)\n```", "```\nnet(x)\n```"),
    "formula": ("$w + b$", "$w - b$"),
    "formula, counted": ("$w$", "$w$，再一次$w$"),
    "formula, missing": ("so $$l = 0$$", "于是"),
    "link": ("[here](a.ipynb)", "[这里](b.ipynb)"),
    "link, angle brackets": ("<https://d2l.ai>", "<https://zh.d2l.ai>"),
    "number": ("after 3 epochs", "经过4个迭代周期"),
    "number, decimals": ("0.003", "0.03"),
    "number, counted": ("3 of 3", "3"),
    "number, full width": ("3 steps", "３步"),
}


@pytest.mark.parametrize(("en", "zh"), EQUAL.values(), ids=EQUAL)
def test_twins_with_the_same_pieces_give_no_finding(tmp_path: Path, en: str, zh: str) -> None:
    assert findings(tmp_path, en, zh) == []


@pytest.mark.parametrize(("kind", "pair"), DIFFERENT.items(), ids=DIFFERENT)
def test_twins_that_differ_in_a_piece_give_one_finding_of_its_kind(
    tmp_path: Path, kind: str, pair: tuple[str, str]
) -> None:
    (finding,) = findings(tmp_path, *pair)
    assert f"'pair': the twins differ in a {kind.partition(',')[0]}: " in finding


def test_a_finding_names_file_line_and_what_each_language_lacks(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, "`a` and `b`", "`a`和`c`")
    # The setup cell takes 3 lines, the English twin 2.
    assert finding == (
        f"{tmp_path}/source/x.py:6: 'pair': the twins differ in a code span: only in English `b`, only in Chinese `c`"
    )


def test_each_pair_is_compared_with_its_own_twin_only(tmp_path: Path) -> None:
    cells = twins("one", "`a`", "`a`"), twins("two", "`b`", "`a`")
    (finding,) = source_findings(source(tmp_path, *cells), [])
    assert "'two'" in finding
