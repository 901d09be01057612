"""The glossary: its table is read, a refused rendering is found in Chinese cells, a broken row is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_source import code, source, twins

from linreg_course.authoring.findings import source_findings
from linreg_course.authoring.glossary import Term, read_glossary

TABLE = "# Glossary\n\n| en | zh | in code | refused |\n|---|:---:|---|---|\n"


def terms(folder: Path, *rows: str) -> list[Term]:
    path = folder / "GLOSSARY.md"
    path.write_text(TABLE + "\n".join(rows) + "\n\nAfter the table.\n", encoding="utf-8")
    return read_glossary(path)


@pytest.mark.parametrize(
    ("row", "term"),
    [
        ("| epoch | 迭代周期 | `num_epochs` | 轮 |", Term("epoch", "迭代周期", ("轮",))),
        ("| label | 标签 | `y` |  |", Term("label", "标签", ())),
        ("| label | 标签 |||", Term("label", "标签", ())),
        ("| noise | 噪声 | | 噪音、杂讯 |", Term("noise", "噪声", ("噪音", "杂讯"))),
        ("| noise | 噪声 | | 噪音，杂讯, 燥声 |", Term("noise", "噪声", ("噪音", "杂讯", "燥声"))),
    ],
)
def test_a_row_is_a_term_with_what_is_refused(tmp_path: Path, row: str, term: Term) -> None:
    assert terms(tmp_path, row) == [term]


@pytest.mark.parametrize(
    ("row", "columns"), [("| epoch | 迭代周期 |", 2), ("| epoch | 迭代周期 | a | b | c |", 5), ("| epoch |", 1)]
)
def test_a_row_with_another_number_of_columns_is_named_with_file_and_line(
    tmp_path: Path, row: str, columns: int
) -> None:
    with pytest.raises(ValueError, match=r"GLOSSARY\.md:6: a row has 4 columns .*, not " + str(columns)):
        terms(tmp_path, "| label | 标签 | `y` |  |", row)


@pytest.mark.parametrize(("en", "zh", "found"), [("x", "训练三轮。", 1), ("x 三轮", "三个迭代周期。", 0)])
def test_a_refused_rendering_is_found_in_chinese_cells_only(tmp_path: Path, en: str, zh: str, found: int) -> None:
    course = source(tmp_path, twins("text", en, zh), code("loop", 's = "三轮"'))
    epoch = terms(tmp_path, "| epoch | 迭代周期 | `num_epochs` | 轮 |")
    assert len(list(source_findings(course, epoch))) == found


def test_a_finding_names_file_line_cell_and_the_term_to_use(tmp_path: Path) -> None:
    course = source(tmp_path, twins("text", "three epochs", "三轮"))
    epoch = terms(tmp_path, "| epoch | 迭代周期 | `num_epochs` | 轮 |")
    (finding,) = source_findings(course, epoch)
    assert finding == f"{tmp_path}/source/x.py:6: 'text': calls epoch '轮'; the course says 迭代周期"


def test_each_refused_word_of_each_term_is_found(tmp_path: Path) -> None:
    course = source(tmp_path, twins("text", "x", "两轮之后，噪音和杂讯"))
    both = terms(tmp_path, "| epoch | 迭代周期 |  | 轮 |", "| noise | 噪声 |  | 噪音、杂讯 |")
    assert len(list(source_findings(course, both))) == 3
