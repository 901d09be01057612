"""The order of the course: every notebook once, with minutes or the lessons it needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from linreg_course.authoring.parts import is_assignment
from linreg_course.authoring.source import read_source
from linreg_course.checking.words import WordsError
from linreg_course.start.contents import _page, contents, sentences
from linreg_course.start.progress import is_of_course


def test_every_notebook_but_the_start_page_is_a_page_once(course: Path) -> None:
    names = [page.name for page in contents()]
    assert sorted(names) == sorted(
        path.stem for path in (course / "notebooks" / "source").glob("*.py") if path.stem != "00_start"
    )


def test_lessons_have_minutes_and_assignments_the_lessons_before_them(course: Path) -> None:
    names = [page.name for page in contents()]
    for page in contents():
        source = read_source(course / "notebooks" / "source" / f"{page.name}.py")
        assert (page.after is not None) == is_assignment(source)
        assert page.after is not None or (page.minutes or 0) > 0
    for page in contents():
        if page.after is not None:
            needed = [name for name in names if name[:2].isdigit() and name[:2] in page.after.en]
            assert needed
            assert max(map(names.index, needed)) < names.index(page.name)


def test_the_optional_page_is_challenges() -> None:
    assert [page.name for page in contents() if page.optional] == ["challenges"]


def test_no_sentence_breaks_the_table() -> None:
    assert not [entry for entry, text in sentences() if {"|", "\n"} & {*text.en, *text.zh}]


@pytest.mark.parametrize(
    "table",
    [
        {"minutes": 3},
        {"question": {"en": "x", "zh": "x"}},
        {"question": {"en": "x"}, "minutes": 3},
        {"question": {"en": "x", "zh": "x"}, "minutes": 3, "after": {"en": "x", "zh": "x"}},
        {"question": {"en": "x", "zh": "x"}, "minutes": 3, "points": 3},
    ],
)
def test_an_entry_that_lacks_something_or_has_too_much_is_refused(table: dict[str, Any]) -> None:
    with pytest.raises(WordsError, match=r"contents\.toml: \[01_data"):
        _page("01_data", table)


def test_the_courses_cells_are_known_by_their_ids(course: Path) -> None:
    cells = [
        cell.id
        for path in (course / "notebooks" / "en").glob("*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
    ]
    assert cells
    assert [cell for cell in cells if not is_of_course(cell)] == []
