"""The words for people hold: links lead somewhere, the READMEs are twins, and what they name exists."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from linreg_course.authoring.build import build
from linreg_course.authoring.findings import source_findings
from linreg_course.authoring.glossary import read_glossary
from linreg_course.authoring.source import read_source
from linreg_course.cli import main

COURSE = Path(__file__).resolve().parent.parent
NAMES = ["README", *(f"docs/{name}" for name in ("setup", "learning", "teaching", "grading", "servers", "ci"))]
TWINS = [(f"{name}.md", f"{name}.zh.md") for name in NAMES]
PAGES = [*(page for twins in TWINS for page in twins), "CONTRIBUTING.md", "CHANGELOG.md", "GLOSSARY.md"]

FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
# The start of an absolute path of a machine that this was written on.
FOREIGN_PATH = re.compile(rb"(?<![\w.)}\]*/-])/(?:work|root|tmp/scratch)\b")


def words(page: str) -> str:
    return (COURSE / page).read_text(encoding="utf-8")


def code_of(page: str) -> str:
    """Return the page's code blocks and code spans, one after the other."""
    return "\n".join(code.strip("`") for code in CODE.findall(words(page)))


def links(page: str) -> list[str]:
    return LINK.findall(CODE.sub("", words(page)))


def neutral(link: str) -> str:
    """Return where the link leads in both languages: a notebook, a picture or a page has a twin."""
    return link.replace("notebooks/zh/", "notebooks/en/").replace(".zh.png", ".png").replace(".zh.md", ".md")


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_and_image_exists(page: str) -> None:
    relative = [link.split("#")[0] for link in links(page) if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in relative if not (COURSE / page).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("page", TWINS[0])
def test_a_readme_is_short(page: str) -> None:
    lines = words(page).splitlines()
    assert len(lines) < 120
    assert [line for line in lines if len(line) > 400] == []


def test_every_page_has_a_twin_and_leads_to_it() -> None:
    pages = {str(path.relative_to(COURSE)) for path in (COURSE / "docs").glob("*.md")} - {"docs/attacks.md"}
    assert pages == {page for twins in TWINS[1:] for page in twins}
    for en, zh in TWINS:
        assert words(en).splitlines()[2] == f"English · [简体中文]({Path(zh).name})"
        assert words(zh).splitlines()[2] == f"[English]({Path(en).name}) · 简体中文"


@pytest.mark.parametrize("twins", TWINS)
def test_twins_have_the_same_headings(twins: tuple[str, str]) -> None:
    en, zh = (re.findall(r"^#+ ", FENCE.sub("", words(page)), re.MULTILINE) for page in twins)
    assert en == zh


@pytest.mark.parametrize("twins", TWINS)
def test_twins_have_the_same_code_blocks(twins: tuple[str, str]) -> None:
    en, zh = (FENCE.findall(words(page)) for page in twins)
    assert en
    assert en == zh


@pytest.mark.parametrize("twins", TWINS)
def test_twins_have_tables_and_lists_of_the_same_length(twins: tuple[str, str]) -> None:
    marks = re.compile(r"^(\||- |\d+\. )", re.MULTILINE)
    en, zh = (marks.findall(FENCE.sub("", words(page))) for page in twins)
    assert len(en) >= 4
    assert en == zh


@pytest.mark.parametrize("twins", TWINS)
def test_twins_have_the_same_links(twins: tuple[str, str]) -> None:
    en, zh = (sorted(map(neutral, links(page))) for page in twins)
    assert en == zh


@pytest.mark.parametrize("twins", TWINS)
def test_twins_have_the_same_code_spans(twins: tuple[str, str]) -> None:
    en, zh = (set(re.findall(r"`([^`\n]+)`", FENCE.sub("", words(page)))) for page in twins)
    assert en == zh


@pytest.mark.parametrize("page", [zh for _, zh in TWINS])
def test_the_chinese_page_uses_the_courses_terms_and_spacing(page: str) -> None:
    text = words(page)
    assert [word for term in read_glossary(COURSE / "GLOSSARY.md") for word in term.refused if word in text] == []
    text = re.sub(r"\[0\d ", "[", FENCE.sub("", text))  # a lesson's number stands apart: 01 数据
    text = re.sub(r"^#+ \d+\. ", "", text, flags=re.MULTILINE)
    assert re.findall(r".*(?:[一-鿿] +[A-Za-z0-9`*]|[A-Za-z0-9`*]{2} +[一-鿿]|[一-鿿][,:;?!]|[请您]).*", text) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_make_target_named_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", words("Makefile"), re.MULTILINE))
    named = set(re.findall(r"\bmake (?:[A-Z]+=\S+ )*([a-z-]+)", code_of(page)))
    assert named <= targets
    assert page != "docs/setup.md" or named == targets


@pytest.mark.parametrize("page", PAGES)
def test_every_linreg_command_and_option_named_exists(page: str) -> None:
    for name, rest in re.findall(r"\blinreg ([a-z]+)(.*)", code_of(page)):
        assert name in main.commands, f"{page}: linreg {name}"
        options = {option for parameter in main.commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, f"{page}: linreg {name}{rest}"


def test_the_newest_version_in_the_changelog_is_that_of_the_package() -> None:
    versions = re.findall(r"^## \[?(\d+\.\d+\.\d+)", words("CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == tomllib.loads(words("pyproject.toml"))["project"]["version"]


def test_the_examples_of_sources_are_some(tmp_path: Path) -> None:
    examples = re.findall(r"^```python\n(.*?)^```", words("CONTRIBUTING.md"), re.MULTILINE | re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        path = tmp_path / "example.py"
        path.write_text(example, encoding="utf-8")
        source, terms = read_source(path), read_glossary(COURSE / "GLOSSARY.md")
        assert len(list(build([path]))) == 2
        assert list(source_findings(source, terms)) == []


def test_no_tracked_file_holds_a_path_of_this_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=COURSE, capture_output=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    paths = [COURSE / name for name in listed.stdout.decode().split("\0") if name]
    holding = [
        f"{path.relative_to(COURSE)}:{number}"
        for path in paths
        if path.is_file() and path != Path(__file__).resolve()
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1)
        if b"\0" not in line and FOREIGN_PATH.search(line)
    ]
    assert holding == []
