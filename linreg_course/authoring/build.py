"""Build the notebooks of both languages from their sources: no outputs, same bytes every time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from linreg_course.authoring.assignment import graded_metadata, with_points, without_solutions
from linreg_course.authoring.parts import check_assignment, is_assignment
from linreg_course.authoring.printed import in_chinese
from linreg_course.authoring.quiz import QuizError, quiz_markdown
from linreg_course.authoring.source import LANGUAGE_CALL, Cell, Source, SourceError, read_source
from linreg_course.handin.origin import RECORD, digest
from linreg_course.language import LANGUAGES
from linreg_course.start.progress import START

_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}

# What links to the start page and to the other language are called.
_START = {"en": "Start", "zh": "课程目录"}
_LANGUAGE = {"en": "English", "zh": "简体中文"}


def build(sources: Iterable[Path]) -> Iterator[tuple[Path, bytes]]:
    """Yield the built notebooks of the sources as path and content: `source/NAME.py` gives `en/NAME.ipynb`.

    Raises:
        SourceError: a source is not in the format; it names file and line.
    """
    for path in sources:
        source = read_source(path)
        for lang in LANGUAGES:
            yield path.parent.with_name(lang) / f"{path.stem}.ipynb", notebook_bytes(source, lang)


def write_beside(path: Path, content: bytes) -> bool:
    """Write `content` to `path` in one step; return False where the file held it already."""
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return True


def notebook_bytes(source: Source, lang: str, languages: tuple[str, ...] = LANGUAGES) -> bytes:
    """Return the notebook that a student gets in one language, as the bytes of its file.

    Args:
        source: a lesson or an assignment.
        lang: the notebook's language.
        languages: those in which the student gets the course; to no other does a lesson's title lead.
    """
    if is_assignment(source):
        return without_solutions(instructor_bytes(source, lang))
    cells = (_with_links(source, cell, languages) if cell.name == "title" else cell for cell in source.cells)
    return _dumped(replace(source, cells=tuple(cells)), lang, {})


def instructor_bytes(source: Source, lang: str) -> bytes:
    """Return an assignment in one language with its solutions, as the bytes of its file."""
    check_assignment(source)
    released = json.loads(without_solutions(_dumped(source, lang, {})))
    # nbgrader makes the release of this file by itself, and what it made is to be known by the same digests.
    return _dumped(source, lang, {RECORD: {cell["id"]: digest("".join(cell["source"])) for cell in released["cells"]}})


def _dumped(source: Source, lang: str, record: dict[str, Any]) -> bytes:
    cells = [_built(source, cell, lang) for cell in source.in_language(lang)]
    metadata = {**_METADATA, "linreg_course": {"language": lang, "source": source.path.name, **record}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _built(source: Source, cell: Cell, lang: str) -> dict[str, Any]:
    text = cell.text
    if cell.role == "quiz":
        try:
            text = quiz_markdown(text, lang)
        except QuizError as error:
            raise SourceError(source.path, cell.line, str(error)) from None
    elif cell.kind == "code" and cell.role in (None, "setup"):
        text = text if lang == "en" else in_chinese(source, cell).replace(LANGUAGE_CALL, f'use_language("{lang}")')
    elif cell.kind == "markdown" and is_assignment(source):
        text = with_points(source, cell, lang)
    built: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": cell.name,
        "metadata": graded_metadata(source, cell),
        "source": text.splitlines(keepends=True),
    }
    if cell.kind == "code":
        built |= {"execution_count": None, "outputs": []}
    return built


def _with_links(source: Source, cell: Cell, languages: tuple[str, ...]) -> Cell:
    """Return a lesson's title with links below its heading: to the start page, and to the other language."""
    heading, _, rest = cell.text.partition("\n")
    name = f"{source.path.stem}.ipynb"
    links = [] if name == START else [f"[{_START[str(cell.lang)]}]({START})"]
    links += [f"[{_LANGUAGE[other]}](../{other}/{name})" for other in languages if other != cell.lang]
    return replace(cell, text="\n".join([heading, *(["", " · ".join(links)] if links else []), rest]))
