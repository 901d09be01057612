"""What cells print is Chinese in the Chinese notebook, by a table; the code is otherwise the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from example_source import code, source, write
from nbformat.v4 import new_code_cell, new_notebook, new_output

from linreg_course.authoring import printed
from linreg_course.authoring.build import notebook_bytes
from linreg_course.authoring.outputs import differences
from linreg_course.authoring.printed import printed_findings
from linreg_course.authoring.source import read_source

TABLE = '[all]\n"loss " = "损失"\n[x]\n": step " = "：第"\n"loss " = "这里的损失"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / printed.TABLE).write_text(TABLE, encoding="utf-8")
    return tmp_path


def cells(path: Path, lang: str) -> dict[str, str]:
    built = json.loads(notebook_bytes(read_source(path), lang))
    return {cell["id"]: "".join(cell["source"]) for cell in built["cells"]}


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ('print("loss ", 1)', 'print("这里的损失", 1)'),
        ('print(f"loss {1.5:.2f}: step {3}")', 'print(f"这里的损失{1.5:.2f}：第{3}")'),
        ('n = 2\nfor k in [1]:\n    print(f"loss {k:.{n}f}", "loss ")', None),
        ('"损"; print("loss ")', '"损"; print("这里的损失")'),
        ('x = "loss "', 'x = "loss "'),
        ('print("loss", "nothing known")', 'print("loss", "nothing known")'),
        ('print({"loss ": f"loss {1}"})', 'print({"这里的损失": f"这里的损失{1}"})'),
    ],
)
def test_a_piece_between_values_is_replaced_in_what_is_printed(folder: Path, text: str, chinese: str | None) -> None:
    path = write(folder, code("a", text))
    wanted = chinese if chinese is not None else text.replace("loss ", "这里的损失")
    assert cells(path, "zh")["a"] == wanted
    assert cells(path, "en")["a"] == text


def test_a_printed_word_without_chinese_is_found_with_its_cell(folder: Path) -> None:
    found = list(printed_findings(source(folder, code("a", 'print(f"loss {1} of ", 2)\nprint("x", ", ")'))))
    assert [line.split(": ", 1)[1] for line in found] == ["'a' prints ' of ': put its Chinese into printed.toml"]


@pytest.mark.parametrize(
    ("en", "zh", "differ"),
    [
        ("epoch 1, loss 0.25\n", "迭代周期1，损失0.25\n", False),
        ("epoch 1, loss 0.25\n", "迭代周期1，损失0.26\n", True),
        ("same True\n", "相同False\n", True),
        ("1e-05 nan\n", "1e-05 nan\n", False),
    ],
)
def test_two_languages_print_the_same_values(en: str, zh: str, differ: bool) -> None:
    one, other = (
        new_notebook(cells=[new_code_cell("print()", id="a", outputs=[new_output("stream", text=text)])])
        for text in (en, zh)
    )
    assert bool(list(differences(one, other))) is differ
