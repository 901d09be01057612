"""The site's files: the same at every build, whole in both languages, with what the tests' own run has printed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import COURSE, build_site

PAGES = sorted(path.relative_to(COURSE / "notebooks").with_suffix("") for path in COURSE.glob("notebooks/[ez][nh]/*"))
# What markdown and its reader leave as it is between their marks.
PLAIN = re.compile(r"[^\s*_`$|#()\[\]<>\\&\"'.!:-]{4,}")


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def article(site: Path, page: Path) -> BeautifulSoup:
    found = soup(site / page.with_suffix(".html")).find("article", class_="bd-article")
    assert found is not None
    return found


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def cells(folder: Path, page: Path) -> list[Any]:
    return nbformat.read(folder / page.with_suffix(".ipynb"), as_version=4).cells


def html_pages(site: Path) -> Iterator[Path]:
    return (path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts)


def test_the_same_run_gives_the_same_files(site: Path, executed: Path, tmp_path: Path) -> None:
    again = build_site(executed, tmp_path / "book")
    one, other = ({path.relative_to(top): sha256(path.read_bytes()).hexdigest() for path in top.rglob("*.*")}
                  for top in (site, again))  # fmt: skip
    assert len(one) > 100
    assert one == other


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_cell_of_a_notebook_is_on_its_page(site: Path, page: Path) -> None:
    shown = article(site, page)
    code = [squeezed(block.text) for block in shown.select(".cell_input pre")]
    text = squeezed(shown.text)
    built = cells(COURSE / "notebooks", page)
    assert code == [squeezed(cell.source) for cell in built if cell.cell_type == "code"]
    for cell in built:
        if cell.cell_type == "markdown":
            assert shown.find(id=re.sub("[^a-z0-9]+", "-", f"cell-{page.name}-{cell.id}".lower())), cell.id
            paragraphs = [part for part in cell.source.split("\n\n") if "](../" not in part]
            words = PLAIN.findall(re.sub(r"\$[^$]*\$|</?\w+>|\]\([^)]*\)", " ", "\n\n".join(paragraphs)))
            assert [word for word in words if word not in text] == [], cell.id


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_shows_what_the_tests_run_has_printed(site: Path, executed: Path, page: Path) -> None:
    shown = article(site, page)
    text = squeezed(shown.text)
    known = {cell.id for cell in cells(COURSE / "notebooks", page)}
    for cell in cells(executed, page):
        for output in cell.get("outputs", []) if cell.id in known else []:
            html = output.get("data", {}).get("text/html")
            if html is not None:
                words = BeautifulSoup(html, "html.parser")
                for style in words("style"):
                    style.extract()
                assert squeezed(words.text) in text
                assert all(shown.find("img", src=image["src"], alt=image["alt"]) for image in words("img"))
            elif "text/markdown" not in output.get("data", {}):
                assert squeezed(output.get("text") or output.data["text/plain"]) in text


def test_a_proof_stands_on_no_page(site: Path, executed: Path) -> None:
    proofs = [cell.source for page in PAGES for cell in cells(executed, page) if cell.id.endswith("-proof")]
    assert len(proofs) > 100
    text = "".join(squeezed(article(site, page).text) for page in PAGES)
    assert not [proof for proof in proofs if squeezed(proof) in text]


def test_every_link_leads_to_a_place_that_exists(site: Path) -> None:
    broken = []
    places = {path: {tag["id"] for tag in soup(path).find_all(id=True)} for path in html_pages(site)}
    for path in places:
        for link in soup(path).find_all("a", href=True):
            target, _, place = unquote(link["href"]).partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            led = (path.parent / target).resolve() if target else path
            if not led.is_file() or (place and led in places and place not in places[led]):
                broken.append((str(path.relative_to(site)), link["href"]))
    assert len(places) > 40
    # The skip link's place is made by the theme's script.
    assert [(page, link) for page, link in broken if link not in ("#main-content", "#pst-back-to-top")] == []


def test_both_languages_have_the_same_pages_with_the_same_places(site: Path) -> None:
    en, zh = ({path.relative_to(site / lang): path for path in html_pages(site / lang)} for lang in ("en", "zh"))
    assert en.keys() == zh.keys()
    for page in en:
        assert not re.search("not set|Color mode|System Settings|Toggle", zh[page].read_text(encoding="utf-8"))
        marks = [[tag["id"] for tag in soup(pages[page]).find_all(id=re.compile("^cell-"))] for pages in (en, zh)]
        assert marks[0] == marks[1]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_page_says_how_to_open_its_notebook_and_offers_it(site: Path, page: Path) -> None:
    about = soup(site / page.with_suffix(".html")).find(class_="of-notebook")
    assert about is not None
    assert "make lab" in about.text
    assert "JupyterLab" in about.text
    offered = site / page.parts[0] / about.find("a", download=True)["href"]
    assert offered.read_bytes() == (COURSE / "notebooks" / page.with_suffix(".ipynb")).read_bytes()


def test_chinese_pages_are_indexed_by_the_courses_terms(site: Path) -> None:
    text = (site / "zh" / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    for term in ("学习率", "小批量", "迭代周期", "异常值"):
        assert term in index["terms"] or term in index["titleterms"], term


def test_without_a_run_the_build_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="linreg run --save"):
        build_site(tmp_path, tmp_path / "book")
