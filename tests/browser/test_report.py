"""The report of a class in a real Chromium: whole without a network, readable by all and on paper, and nothing runs."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from accessible import assert_no_script_runs, assert_stands_alone
from conftest import SampleClass
from example_course import BIN
from playwright.sync_api import Page

PAGES = ("en", "zh", "en-names", "zh-names")


@pytest.fixture(scope="module")
def reports(sample_class: SampleClass, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the report of the sample class in both languages, with names and without."""
    folder = tmp_path_factory.mktemp("reports")
    for name in PAGES:
        lang, _, names = name.partition("-")
        command = [BIN / "linreg", "report", *([f"--{names}"] if names else [])]
        environment = {**os.environ, "LANGUAGE": lang}
        subprocess.run(command, cwd=sample_class.folder, env=environment, check=True, capture_output=True)
        page = (sample_class.folder / "course" / "report" / "report.html").read_bytes()
        (folder / f"{name}.html").write_bytes(page)
    return folder


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_it_is_whole_offline_fits_its_window_and_axe_finds_nothing(
    reports: Path, offline: Page, name: str, width: int
) -> None:
    assert_stands_alone(offline, reports / f"{name}.html", width)
    assert offline.evaluate("[...document.images].map(one => one.complete && one.naturalWidth > 0)") == [True, True]


@pytest.mark.parametrize("name", ["en-names", "zh-names"])
def test_no_column_of_words_is_squeezed_on_a_narrow_screen(reports: Path, offline: Page, name: str) -> None:
    offline.set_viewport_size({"width": 390, "height": 900})
    offline.goto((reports / f"{name}.html").as_uri())
    widths = offline.evaluate("[...document.querySelectorAll('td.words')].map(one => one.clientWidth)")
    assert min(widths) > 200


def test_a_script_that_gets_onto_the_page_does_not_run(reports: Path, page: Page, tmp_path: Path) -> None:
    assert_no_script_runs(page, reports / "en.html", tmp_path / "forged.html")


@pytest.mark.parametrize("name", ["en-names", "zh-names"])
def test_on_paper_it_is_dark_on_white_in_either_theme(reports: Path, offline: Page, name: str) -> None:
    offline.goto((reports / f"{name}.html").as_uri())
    offline.emulate_media(media="print")
    colours = "one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]"
    assert offline.eval_on_selector("body", colours) == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
    for selector in ("h1", "th", "td", "p.rest", "a", "code"):
        back, text = offline.eval_on_selector(selector, colours)
        assert back in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)")
        assert max(int(part) for part in text.removeprefix("rgb(").removesuffix(")").split(", ")) < 128
