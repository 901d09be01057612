"""How far each page is: by the learner's own copies, what they have run, and what their checks gave."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from linreg_course.language import Text
from linreg_course.start import page, progress
from linreg_course.start.overview import overview
from linreg_course.start.progress import Progress
from linreg_course.start.standing import standings, states

ALL = {"huber_loss": 8.0, "huber_scale": 4.0}


@pytest.fixture
def folder(course: Path, tmp_path: Path) -> Path:
    """The English notebooks of a learner, all as they came."""
    shutil.copytree(course / "notebooks" / "en", tmp_path / "work" / "en")
    return tmp_path / "work" / "en"


def told(folder: Path, known: Progress) -> dict[str, Text]:
    course = standings(folder, known)
    return {one.page.name: state for one, state in zip(course, states(course), strict=True)}


def needed(path: Path) -> Iterator[str]:
    for cell in nbformat.read(path, as_version=4).cells:
        if "\n## Further" in f"\n{cell.source}":
            return
        if cell.cell_type == "code":
            yield cell.id


def edit(path: Path, **sources: str) -> None:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = sources.get(cell.id.replace("-", "_"), cell.source)
    nbformat.write(notebook, path)


def test_at_first_the_first_lesson_is_next_and_all_else_open(folder: Path) -> None:
    first, *others = told(folder, Progress()).values()
    assert (first.en, first.zh) == ("→ next", "→ 下一个")
    assert {state.en for state in others} == {"· open"}


def test_a_lesson_is_done_by_what_stands_above_further(folder: Path) -> None:
    ids = set(needed(folder / "01_data.ipynb"))
    found = told(folder, Progress({"01_data": ids}))
    assert (found["01_data"].en, found["02_dataloader"].en) == ("✓ done", "→ next")
    found = told(folder, Progress({"01_data": {"setup", "no-longer-there"}}))
    assert found["01_data"].en == f"→ next: 1 of {len(ids)} cells run"
    assert found["01_data"].zh == f"→ 下一个：共{len(ids)}个单元格，已运行1个"


def test_every_lesson_has_a_part_that_is_extra(course: Path) -> None:
    for path in (course / "notebooks").glob("[ez][nh]/0[1-7]*.ipynb"):
        for one in standings(path.parent, Progress({path.stem: set(needed(course / "notebooks/en" / path.name))})):
            assert one.is_done == (one.page.name == path.stem)


def test_a_cell_that_the_learner_added_or_deleted_does_not_count(folder: Path) -> None:
    path = folder / "01_data.ipynb"
    first, *ids = needed(path)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [nbformat.v4.new_code_cell("1 / 0"), *(cell for cell in notebook.cells if cell.id != first)]
    nbformat.write(notebook, path)
    assert told(folder, Progress({"01_data": set(ids)}))["01_data"].en == "✓ done"


def test_an_assignment_counts_points_and_answers_in_words(folder: Path) -> None:
    path, words = folder / "huber.ipynb", "word " * 80
    assert told(folder, Progress({}, {"huber_loss": 8}))["huber"].en == (
        "· open: 8 of 12 points by the checks; answers in words left: 2"
    )
    edit(path, h1=words)
    assert told(folder, Progress())["huber"].zh == "· 未完成：检查得0分，满分12分；还差1道文字题"
    edit(path, h2=words)
    assert told(folder, Progress({}, {"huber_loss": 8}))["huber"].en == "· open: 8 of 12 points by the checks"
    assert told(folder, Progress({}, ALL))["huber"].en == "✓ done"
    edit(path, h2="too short")
    assert told(folder, Progress({}, ALL))["huber"].en.endswith(
        "12 of 12 points by the checks; answers in words left: 1"
    )


def test_what_is_optional_is_never_next_and_what_is_not_there_has_no_row(folder: Path) -> None:
    for path in folder.glob("*.ipynb"):
        if path.stem not in ("huber", "challenges"):
            path.unlink()
    assert {name: state.en for name, state in told(folder, Progress()).items()} == {
        "huber": "→ next",
        "challenges": "· open",
    }
    for name in ("h1", "h2"):
        edit(folder / "huber.ipynb", **{name: "word " * 80})
    assert told(folder, Progress({}, ALL))["challenges"].en == "· open"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 3}'])
def test_a_broken_notebook_keeps_its_row(folder: Path, content: str) -> None:
    for name in ("01_data", "huber"):
        (folder / f"{name}.ipynb").write_text(content)
    found = overview(folder, folder / progress.FILE).markdown.en
    assert "| → next | [01_data](01_data.ipynb) |" in found
    assert "| · open | [huber](huber.ipynb) |" in found


def test_the_table_links_to_the_pages_and_has_states_for_a_learner_alone(folder: Path) -> None:
    lines = overview(folder, folder / progress.FILE).markdown.en.splitlines()
    assert lines[0] == "| state | page | its question | time or points |"
    assert lines[2].startswith("| → next | [01 Data](01_data.ipynb) | What can be")
    assert lines[2].endswith(" | 30 minutes |")
    assert any(line.endswith(" | 17 points, after lesson 05 |") for line in lines)
    lines = overview(folder, None).markdown.en.splitlines()
    assert lines[0] == "| page | its question | time or points |"
    assert not any(sign in line for line in lines for sign in "✓→·")


def test_what_both_languages_share_is_the_same(course: Path) -> None:
    en, zh = (overview(course / "notebooks" / lang, None) for lang in ("en", "zh"))
    assert en.same == zh.same
    assert "[01 数据](01_data.ipynb)" in zh.markdown.zh


def test_the_page_says_what_is_wrong_and_the_fix_and_that_nothing_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Any] = []
    monkeypatch.chdir(folder)
    monkeypatch.setattr(page, "say", lambda words, *others, **given: said.append(words.en))
    monkeypatch.setattr(progress, "is_live", lambda: True)
    monkeypatch.setattr(page.versions, "faults", lambda: [Text(en="torch is missing", zh="缺少torch")])
    (folder.parent / progress.FILE).mkdir()
    page.start()
    first, table, last = said
    assert first == f"torch is missing\n{page.versions.FIX.en}"
    assert table.startswith("→ next | 01 Data")
    assert last.endswith("is not kept.")
