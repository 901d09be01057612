"""The format of a source: what is in it is read, and what is not is refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_source import SETUP, code, marked_line, source, twins

from linreg_course.authoring.source import SourceError, read_source

EN, ZH = '# %% [markdown] name="a" lang="en"', '# %% [markdown] name="a" lang="zh"'


def error_of(folder: Path, content: str | bytes) -> SourceError:
    path = folder / "x.py"
    path.write_bytes(content if isinstance(content, bytes) else content.replace("←", "").encode())
    with pytest.raises(SourceError) as caught:
        read_source(path)
    return caught.value


# `←` marks the line that the error has to name.
FAULTS = {
    "unknown role of code": SETUP + '# %% name="a" role="teacher"←\n1',
    "unknown role of markdown": SETUP + f'{EN} role="check"←\n# x\n{ZH} role="check"\n# x',
    "code's role on markdown's": SETUP + '# %% name="a" role="quiz"←\n1',
    "unknown key": SETUP + '# %% name="a" tags=["x"]←\n1',
    "a title is no key": SETUP + '# %% First batch name="a"←\n1',
    "unquoted value": SETUP + "# %% name=a←\n1",
    "no name": SETUP + "# %%←\n1",
    "name not kebab-case": SETUP + '# %% name="First_Batch"←\n1',
    "name ends in a hyphen": SETUP + '# %% name="first-"←\n1',
    "name of 65 characters": SETUP + f'# %% name="{"a" * 65}"←\n1',
    "code twice": SETUP + '# %% name="a"\n1\n# %% name="a"←\n2',
    "markdown after code": SETUP + f'# %% name="a"\n1\n{EN}←\n# x\n{ZH}\n# x',
    "code after markdown": SETUP + f'{EN}\n# x\n{ZH}\n# x\n# %% name="a"←\n1',
    "en and en": SETUP + f"{EN}\n# x\n{ZH}\n# x\n{EN}←\n# y\n{ZH}\n# y",
    "no Chinese twin": SETUP + f'{EN}←\n# x\n# %% name="b"\n1',
    "no Chinese twin at the end": SETUP + f"{EN}←\n# x",
    "no English twin": SETUP + f"{ZH}←\n# x",
    "Chinese before English": SETUP + f"{ZH}←\n# x\n{EN}\n# x",
    "code between twins": SETUP + f'{EN}←\n# x\n# %% name="b"\n1\n{ZH}\n# x',
    "twins with different roles": SETUP + f'{EN} role="task"\n# x\n{ZH}←\n# x',
    "twins with different points": SETUP + f'{EN} role="answer" points=2\n# x\n{ZH} role="answer" points=3←\n# x',
    "lang on code": SETUP + '# %% name="a" lang="en"←\n1',
    "markdown without lang": SETUP + '# %% [markdown] name="a"←\n# x',
    "markdown in another language": SETUP + '# %% [markdown] name="a" lang="de"←\n# x',
    "raw cell": SETUP + '# %% [raw] name="a"←\n# x',
    "answer without points": SETUP + f'{EN} role="answer"←\n# x\n{ZH} role="answer"\n# x',
    "answer with zero points": SETUP + f'{EN} role="answer" points=0←\n# x\n{ZH} role="answer" points=0\n# x',
    "answer with half a point": SETUP + f'{EN} role="answer" points=0.5←\n# x\n{ZH} role="answer" points=0.5\n#',
    "points on a task": SETUP + f'{EN} role="task" points=2←\n# x\n{ZH} role="task" points=2\n# x',
    "points on a check": SETUP + '# %% name="a" role="check" points=2←\n1',
    "two setup cells": SETUP + '# %% name="again" role="setup"←\nuse_language("en")',
    "setup without the language": '# %% name="setup" role="setup"←\nimport torch',
    "setup with another language": '# %% name="setup" role="setup"←\nuse_language("zh")',
    "no setup cell": '# %% name="a"←\n1',
    "a proof of nothing": SETUP + '# %% name="a"\n1\n# %% name="a-proof" role="proof"←\nprint("assert")',
    "a proof before all code": '# %% name="a-proof" role="proof"←\nassert 1\n' + SETUP,
    "broken syntax": SETUP + '# %% name="a"\nx = 1\nif x:\n←y = 2',
    "broken syntax after blank lines": SETUP + '# %% name="a"\n\n\nx = = 1←',
    "broken syntax after a form feed": SETUP + '# %% name="a"\n\x0c\n# %% name="b"\nx = = 1←',
    "return at top level": SETUP + '# %% name="a"\nx = 1\nreturn x←',
    "magic command": SETUP + '# %% name="a"\n# %matplotlib inline←\n1',
    "indented header": SETUP + '# %% name="a"\nif 1:\n    # %% name="b"←\n    x = 1',
    "header inside a string": SETUP + '# %% name="a"\nx = """\n# %% name="b"←\n"""',
    "execution count as a comment": SETUP + '# %% name="a"\n1\n# In[34]:←\n2',
    "text before the first cell": "import torch←\n" + SETUP,
    "front matter": "# ---←\n# jupyter: {}\n# ---\n" + SETUP,
    "empty": "←",
    "no cell": "x = 1←\n",
}


@pytest.mark.parametrize("text", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_reported_with_its_file_and_line(tmp_path: Path, text: str) -> None:
    assert str(error_of(tmp_path, text)).startswith(f"{tmp_path / 'x.py'}:{marked_line(text)}: ")


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    error = error_of(tmp_path, SETUP.encode() + "# 损失".encode("gb18030"))
    assert str(error).startswith(f"{tmp_path / 'x.py'}:1: the file is not UTF-8")


def test_a_duplicate_says_where_the_name_was_used_before(tmp_path: Path) -> None:
    error = error_of(tmp_path, SETUP + '# %% name="setup"\n1')
    assert error.message == "the name 'setup' is already used in line 1"


def test_twins_in_the_wrong_order_are_told_so_and_not_called_duplicates(tmp_path: Path) -> None:
    assert "must come right before it" in error_of(tmp_path, SETUP + f"{ZH}\n# x\n{EN}\n# x").message


def test_lines_are_counted_alike_with_windows_line_ends(tmp_path: Path) -> None:
    text = SETUP + '# %% name="a"\nx = = 1←'
    assert error_of(tmp_path, text.replace("\n", "\r\n")).line == marked_line(text)


@pytest.mark.parametrize("role", ["solution", "check", "proof"])
def test_the_reader_accepts_the_roles_of_code(tmp_path: Path, role: str) -> None:
    assert source(tmp_path, code("a", "assert 1", role)).cells[-1].role == role


@pytest.mark.parametrize(("role", "points"), [("quiz", None), ("task", None), ("answer", 6)])
def test_the_reader_accepts_the_roles_of_markdown(tmp_path: Path, role: str, points: int | None) -> None:
    keys = f'role="{role}"' + (f" points={points}" if points else "")
    cells = source(tmp_path, twins("a", "x", "x", keys)).cells[-2:]
    assert [(cell.role, cell.points) for cell in cells] == [(role, points)] * 2


def test_a_name_may_have_64_characters(tmp_path: Path) -> None:
    assert source(tmp_path, code("a" * 64, "1")).cells[-1].name == "a" * 64


def test_each_language_shows_its_own_text_and_all_code(tmp_path: Path) -> None:
    notebook = source(tmp_path, twins("a", "loss", "损失"), code("b", "x = 1"))
    assert [cell.text for cell in notebook.in_language("zh")][1:] == ["损失", "x = 1"]
    assert [cell.text for cell in notebook.in_language("en")][1:] == ["loss", "x = 1"]
