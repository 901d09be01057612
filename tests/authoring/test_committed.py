"""The course's own sources: built notebooks are those of a rebuild, and the rules for twins, terms and numbers hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from example_course import COURSE

from linreg_course.authoring.build import build
from linreg_course.authoring.findings import package_findings, source_findings
from linreg_course.authoring.glossary import read_glossary
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
