"""The course's terms in both languages, and the Chinese renderings that are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Term:
    """A row of GLOSSARY.md: the term in both languages, and what it is not called in Chinese."""

    en: str
    zh: str
    refused: tuple[str, ...]


def read_glossary(path: Path) -> list[Term]:
    """Return the rows of the table `| en | zh | in code | refused |` in the file.

    Raises:
        ValueError: a row has another number of columns; it names file and line.
    """
    terms = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        columns = [column.strip() for column in line.strip().removeprefix("|").removesuffix("|").split("|")]
        if not line.startswith("|") or columns[0] == "en" or re.fullmatch(r":?-+:?", columns[0]):
            continue
        if len(columns) != 4:
            raise ValueError(f"{path}:{number}: a row has 4 columns (en, zh, in code, refused), not {len(columns)}")
        refused = tuple(word.strip() for word in re.split("[、，,]", columns[3]) if word.strip())
        terms.append(Term(columns[0], columns[1], refused))
    return terms


def refused_terms(zh: str, terms: list[Term]) -> Iterator[str]:
    """Yield a line for each refused rendering in a Chinese text."""
    for term in terms:
        yield from (f"calls {term.en} {word!r}; the course says {term.zh}" for word in term.refused if word in zh)
