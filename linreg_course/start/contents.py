"""The course's pages in the order in which they are recommended: `contents.toml`, every sentence in both languages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from linreg_course.checking.words import WordsError, text_of
from linreg_course.language import Text

CONTENTS = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Page:
    """A lesson or an assignment.

    Attributes:
        name: its notebook's file without `.ipynb`.
        question: what it answers.
        minutes: how long a lesson takes; None for an assignment.
        after: the lessons that an assignment needs; None for a lesson.
        optional: whether the course is complete without it.
    """

    name: str
    question: Text
    minutes: int | None = None
    after: Text | None = None
    optional: bool = False


@cache
def contents() -> tuple[Page, ...]:
    """Return the pages in the recommended order.

    Raises:
        WordsError: an entry is not as `contents.toml` says.
    """
    tables = tomllib.loads(CONTENTS.read_text(encoding="utf-8"))
    return tuple(_page(name, table) for name, table in tables.items())


def sentences() -> Iterator[tuple[str, Text]]:
    """Yield each sentence of the contents with its entry."""
    for page in contents():
        yield f"{page.name}.question", page.question
        if page.after is not None:
            yield f"{page.name}.after", page.after


def _page(name: str, table: dict[str, Any]) -> Page:
    strange = set(table) - {"question", "minutes", "after", "optional"}
    if strange or ("minutes" in table) == ("after" in table):
        raise WordsError(CONTENTS, name, "it needs question, and either minutes or after; it may be optional")
    question = text_of(CONTENTS, f"{name}.question", table.get("question"))
    after = text_of(CONTENTS, f"{name}.after", table["after"]) if "after" in table else None
    return Page(name, question, table.get("minutes"), after, table.get("optional", False))
