"""The course's own sources: built notebooks are those of a rebuild, and the rules for twins, terms and numbers hold."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from example_course import COURSE

from linreg_course.authoring.build import build
from linreg_course.authoring.findings import package_findings, source_findings
from linreg_course.authoring.glossary import read_glossary
from linreg_course.authoring.quiz import parse_quiz
from linreg_course.authoring.source import read_source

SOURCES = sorted((COURSE / "notebooks" / "source").glob("*.py"))

each_source = pytest.mark.parametrize("path", SOURCES, ids=[path.stem for path in SOURCES])


def test_there_are_sources() -> None:
    assert SOURCES


@each_source
def test_the_committed_notebooks_are_what_their_source_builds(path: Path) -> None:
    for notebook, content in build([path]):
        assert notebook.exists(), "run `linreg build`"
        assert notebook.read_bytes() == content, "run `linreg build`"


@each_source
def test_twins_agree_terms_are_the_courses_and_no_result_is_typed(path: Path) -> None:
    source = read_source(path)
    terms = read_glossary(COURSE / "GLOSSARY.md")
    findings = list(source_findings(source, terms))
    assert not findings, "\n".join(findings)


def test_twins_agree_and_terms_are_the_courses_in_exercises_and_package() -> None:
    findings = list(package_findings(read_glossary(COURSE / "GLOSSARY.md")))
    assert not findings, "\n".join(findings)


def test_every_built_notebook_has_a_source() -> None:
    built = {path.stem for path in COURSE.glob("notebooks/[ez][nh]/*.ipynb")}
    assert built <= {path.stem for path in SOURCES}


def test_an_english_notebook_holds_no_chinese_but_the_link_to_the_other_language() -> None:
    for path in sorted((COURSE / "notebooks" / "en").glob("*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            text = re.sub(r"\[简体中文\]\(\.\./zh/[\w-]+\.ipynb\)", "", cell.source)
            assert not re.search(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]", text), f"{path}: {cell.id}"


def test_a_notebooks_code_leaves_assertions_to_proofs() -> None:
    for path in sorted((COURSE / "notebooks" / "en").glob("*.ipynb")):
        code = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        holding = [cell.id for cell in code if re.search(r"\bassert\b|raise AssertionError", cell.source)]
        assert holding == (["shape-assert"] if path.stem == "03_model" else []), path  # that cell is about assert


def test_no_assignment_asks_for_what_is_extra() -> None:
    for path in sorted((COURSE / "notebooks").glob("[ez][nh]/[a-z]*.ipynb")):
        words = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        assert not re.search(r"\*Further\*|延伸", words), path


def test_the_right_letters_of_the_quick_checks_are_spread() -> None:
    letters = {
        path.stem: [
            "ABCDEFGH"[place]
            for cell in read_source(path).in_language("en")
            if cell.role == "quiz"
            for place, option in enumerate(parse_quiz(cell.text)[1])
            if option.is_right
        ]
        for path in SOURCES
        if path.stem[:2] in ("01", "02", "03", "04", "05", "06", "07")
    }
    assert all(len(set(found)) > 1 for found in letters.values()), letters
    counts = Counter(letter for found in letters.values() for letter in found)
    assert max(counts.values()) <= 0.4 * counts.total()


def test_the_right_letters_of_the_predictions_are_spread() -> None:
    letters: dict[str, list[str]] = {}
    for path in sorted((COURSE / "notebooks" / "en").glob("0[1-7]*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        asked = sum(cell.source.count("predict(") for cell in cells if cell.cell_type == "code")
        # An explanation opens with its letter; two questions that are answered at once are "First B, then A."
        opened = re.findall(
            r"^\*\*(?:Explain\.\*\* (?:First )?([A-D])\b(?:, then ([A-D]))?|([A-D])\.\*\*)", text, re.MULTILINE
        )
        letters[path.stem] = [letter for pair in opened for letter in pair if letter]
        assert len(letters[path.stem]) == asked, path
        assert len(set(letters[path.stem])) > 1, path
    counts = Counter(letter for found in letters.values() for letter in found)
    assert max(counts.values()) <= 0.4 * counts.total()
