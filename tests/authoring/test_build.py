"""From one source to two notebooks: valid, without outputs, the same bytes each time, written in one step."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from example_source import code, source, twins, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linreg_course.authoring.build import build, notebook_bytes, write_beside
from linreg_course.authoring.source import SourceError

NAMES = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True).filter(lambda name: name != "setup")
WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=30)
VALUES = st.lists(WORDS.map(lambda words: f"x = {words!r}"), min_size=1, max_size=3).map("\n".join)


@st.composite
def cells(draw: st.DrawFn) -> list[str]:
    names = draw(st.lists(NAMES, unique=True, max_size=6))
    return [
        code(name, draw(VALUES)) if draw(st.booleans()) else twins(name, draw(WORDS), draw(WORDS)) for name in names
    ]


def built(folder: Path, lang: str, *written: str) -> Any:
    return json.loads(notebook_bytes(source(folder, *written), lang))


def text_of(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


# The folder is the same for all examples: each writes its own content over the one before.
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=cells())
def test_any_source_gives_valid_notebooks_whose_code_differs_in_the_setup_cell_alone(
    tmp_path: Path, written: list[str]
) -> None:
    en, zh = (built(tmp_path, lang, *written) for lang in ("en", "zh"))
    nbformat.validate(en)
    nbformat.validate(zh)
    differing = [
        ours["id"]
        for ours, theirs in zip(en["cells"], zh["cells"], strict=True)
        if ours["cell_type"] == "code" and ours != theirs
    ]
    assert differing == ["setup"]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=cells())
def test_the_same_source_gives_the_same_bytes(tmp_path: Path, written: list[str]) -> None:
    path = write(tmp_path, *written)
    assert dict(build([path])) == dict(build([path]))


def test_a_cell_has_its_name_as_id_and_its_text_and_no_output(tmp_path: Path) -> None:
    notebook = built(tmp_path, "zh", twins("loss", "a loss", "损失"), code("step", "x = 1\nx"))
    setup, loss, step = notebook["cells"]
    assert [cell["id"] for cell in (setup, loss, step)] == ["setup", "loss", "step"]
    assert (text_of(loss), text_of(step)) == ("损失", "x = 1\nx")
    assert (step["outputs"], step["execution_count"], step["metadata"]) == ([], None, {})


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_language_is_written_into_the_setup_cell_and_the_metadata(tmp_path: Path, lang: str) -> None:
    notebook = built(tmp_path, lang)
    assert f'use_language("{lang}")' in text_of(notebook["cells"][0])
    assert notebook["metadata"]["linreg_course"] == {"language": lang, "source": "x.py"}


@pytest.mark.parametrize(
    ("name", "lang", "links"),
    [
        ("x", "en", "[Start](00_start.ipynb) · [简体中文](../zh/x.ipynb)"),
        ("x", "zh", "[课程目录](00_start.ipynb) · [English](../en/x.ipynb)"),
        ("00_start", "en", "[简体中文](../zh/00_start.ipynb)"),
        ("00_start", "zh", "[English](../en/00_start.ipynb)"),
    ],
)
def test_a_lessons_title_has_links_to_the_start_page_and_the_other_language(
    tmp_path: Path, name: str, lang: str, links: str
) -> None:
    path = write(tmp_path, twins("title", "# A\n\nWords.", "# A\n\nWords."))
    built = dict(build([path.rename(path.with_stem(name))]))
    notebook = json.loads(built[tmp_path / lang / f"{name}.ipynb"])
    assert text_of(notebook["cells"][1]) == f"# A\n\n{links}\n\nWords."


def test_an_assignment_has_no_links_since_it_is_also_released_alone(course: Path) -> None:
    for path in (course / "notebooks").glob("[ez][nh]/[a-z]*.ipynb"):
        assert "00_start.ipynb" not in path.read_text(encoding="utf-8")


def test_a_proof_is_in_no_built_notebook(tmp_path: Path) -> None:
    cells = built(tmp_path, "zh", code("step", "x = 1"), code("step-proof", "assert x == 1", "proof"))["cells"]
    assert [cell["id"] for cell in cells] == ["setup", "step"]


def test_both_languages_go_beside_the_folder_of_the_sources(tmp_path: Path) -> None:
    assert list(dict(build([write(tmp_path)]))) == [tmp_path / "en" / "x.ipynb", tmp_path / "zh" / "x.ipynb"]


def test_a_broken_quiz_is_reported_with_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, twins("check", "Which?", "哪个？", 'role="quiz"'))
    with pytest.raises(SourceError) as caught:
        dict(build([path]))
    assert str(caught.value).startswith(f"{path}:4: a quiz needs a question")


def test_writing_makes_the_folder_and_leaves_nothing_but_the_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.ipynb"
    assert write_beside(path, b"content")
    assert path.read_bytes() == b"content"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_holds_the_content_already_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_bytes(b"content")
    os.utime(path, (1, 1))
    assert not write_beside(path, b"content")
    assert path.stat().st_mtime == 1


@pytest.mark.parametrize("failing", ["write", "rename"])
def test_when_writing_fails_the_old_file_stays_and_no_part_of_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    path = tmp_path / "x.ipynb"
    path.write_bytes(b"old")

    def write_half(beside: Path, content: bytes) -> None:
        with beside.open("wb") as file:
            file.write(content[:3])
        raise OSError(28, "No space left on device")

    def refuse(*_: object) -> None:
        raise OSError(13, "Permission denied")

    if failing == "write":
        monkeypatch.setattr(Path, "write_bytes", write_half)
    else:
        monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match=r"No space|Permission"):
        write_beside(path, b"new content")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
