"""The site in a real browser without a network: whole, fit for everybody, and one page in two languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from accessible import faults
from playwright.sync_api import Browser, Page, expect

LESSON = "01_data.html"


def switch(reader: Page, words: str) -> None:
    """Click on the language switch where it is: Playwright's own click scrolls the page to it, though it is in view."""
    box = reader.get_by_role("link", name=words, exact=True).bounding_box()
    assert box is not None
    reader.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def pages_of(site: Path, folder: str) -> list[Path]:
    return sorted((site / folder).glob("*.html"))


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("folder", ["en", "zh", "."])
def test_no_page_asks_the_network_or_has_an_error_or_a_fault(site: Path, offline: Page, folder: str) -> None:
    asked, errors = [], []
    offline.on("request", lambda request: asked.append(request.url))
    offline.on("pageerror", lambda error: errors.append(str(error)))
    offline.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
    pages = pages_of(site, folder)
    assert len(pages) > (20 if folder != "." else 0)
    for path in pages:
        offline.set_viewport_size({"width": 1280, "height": 900})
        offline.goto(path.as_uri())
        expect(offline.locator("span.math:not(:has(mjx-container)), div.math:not(:has(mjx-container))")).to_have_count(
            0
        )
        assert faults(offline, "serious", "critical") == [], path.name
        for width in (1280, 390):
            offline.set_viewport_size({"width": width, "height": 900})
            assert not offline.evaluate("document.documentElement.scrollWidth > innerWidth"), (path.name, width)
        assert offline.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth)")
    assert [url for url in asked if not url.startswith((site.as_uri(), "data:"))] == []
    assert errors == []


def test_a_reader_goes_to_the_same_place_in_the_other_language_and_back(site: Path, reader: Page) -> None:
    reader.goto((site / "index.html").as_uri())
    reader.get_by_role("link", name="Read in English").click()
    reader.locator(".bd-sidebar-primary").get_by_role("link", name="01 Data").click()
    for there, here, tag in (("简体中文", "en", "zh-CN"), ("English", "zh", "en")):
        reader.locator("#cell-01-data-explain-width").evaluate("place => place.scrollIntoView({ behavior: 'instant' })")
        expect(reader.locator("html")).to_have_attribute("lang", {"en": "en", "zh": "zh-CN"}[here])
        switch(reader, there)
        expect(reader.locator("html")).to_have_attribute("lang", tag)
        assert reader.url.endswith(f"/{LESSON}#cell-01-data-explain-width")
        expect(reader.locator("#cell-01-data-explain-width")).to_be_in_viewport()


def test_by_keyboard_the_place_is_that_of_the_last_link_or_option(site: Path, reader: Page) -> None:
    reader.goto((site / "zh" / LESSON).as_uri())
    reader.locator("article section details:not(.hide) summary").nth(3).focus()
    expect(reader.locator(":focus")).to_have_count(1)
    reader.locator(".language-switch").focus()
    reader.keyboard.press("Enter")
    expect(reader.locator("html")).to_have_attribute("lang", "en")
    expect(reader.locator("#cell-01-data-check-cloud")).to_be_in_viewport()


def test_at_the_top_of_a_page_the_other_language_opens_at_its_top(site: Path, reader: Page) -> None:
    reader.goto((site / "zh" / LESSON).as_uri())
    switch(reader, "English")
    expect(reader.locator("h1").last).to_contain_text("01 Data")
    assert reader.evaluate("scrollY") == 0


def test_pages_are_read_one_after_the_other(site: Path, reader: Page) -> None:
    reader.goto((site / "en" / LESSON).as_uri())
    reader.locator(".prev-next-footer .right-next").click()
    expect(reader).to_have_title(re.compile("^02"))
    reader.locator(".prev-next-footer .left-prev").click()
    expect(reader).to_have_title(re.compile("^01"))


@pytest.mark.parametrize(
    ("lang", "query", "page"),
    [
        ("zh", "学习率", "06_sgd"),
        ("zh", "学习率太大会发散", "06_sgd"),
        ("zh", "异常值", "05_loss"),
        ("zh", "DataLoader", "02_dataloader"),
        ("en", "learning rate", "06_sgd"),
        ("en", "initialized", "04_init"),
    ],
)
def test_a_search_finds_the_lesson(site: Path, reader: Page, lang: str, query: str, page: str) -> None:
    errors = []
    reader.on("pageerror", lambda error: errors.append(str(error)))
    reader.goto((site / lang / LESSON).as_uri())
    reader.keyboard.press("Control+k")
    reader.keyboard.type(query)
    reader.keyboard.press("Enter")
    expect(reader.locator(f'#search-results a[href*="{page}.html"]').first).to_be_visible()
    switch(reader, {"zh": "English", "en": "简体中文"}[lang])
    expect(reader).to_have_url(re.compile(r"/(en|zh)/search\.html\?q=.+"))
    assert errors == []


def test_an_option_of_a_quick_check_opens_by_keyboard(site: Path, reader: Page) -> None:
    reader.goto((site / "zh" / LESSON).as_uri())
    option = reader.locator("article section details:not(.hide)").first
    expect(option).not_to_have_attribute("open", "")
    option.locator("summary").focus()
    reader.keyboard.press("Enter")
    expect(option).to_have_attribute("open", "")
    expect(option.locator("p").last).to_be_visible()


def test_the_theme_is_chosen_by_keyboard_and_stays(site: Path, reader: Page) -> None:
    reader.goto((site / "zh" / LESSON).as_uri())
    button = reader.get_by_role("button", name="配色")
    button.focus()
    reader.keyboard.press("Enter")
    expect(reader.locator(".theme-change-button:focus")).to_have_attribute("data-mode", "auto")
    for key in ("Tab", "Tab", "Enter"):
        reader.keyboard.press(key)
    expect(button).to_be_focused()
    reader.goto((site / "en" / "02_dataloader.html").as_uri())
    expect(reader.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_on_paper_every_answer_is_open_and_what_is_no_text_is_gone(site: Path, reader: Page, lang: str) -> None:
    reader.emulate_media(color_scheme="dark")
    reader.goto((site / lang / LESSON).as_uri())
    expect(reader.locator("html")).to_have_attribute("data-theme", "dark")
    reader.evaluate("""addEventListener("beforeprint", () => {
        globalThis.open_on_paper = document.querySelectorAll("main details[open]").length;
        globalThis.theme_on_paper = document.documentElement.dataset.theme;
    })""")
    paper = reader.pdf(format="A4")
    assert len(re.findall(rb"/Type /Page\b", paper)) > 5
    options = reader.locator("main details")
    assert reader.evaluate("globalThis.open_on_paper") == options.count() > 5
    assert reader.evaluate("globalThis.theme_on_paper") == "light"
    expect(reader.locator("html")).to_have_attribute("data-theme", "dark")
    expect(reader.locator("main details[open]")).to_have_count(0)
    reader.emulate_media(media="print")
    for hidden in (
        ".bd-sidebar-primary",
        ".bd-sidebar-secondary",
        ".language-switch",
        ".of-notebook",
        ".prev-next-footer",
    ):
        expect(reader.locator(hidden).first).to_be_hidden()
    expect(reader.locator("article figure").first).to_be_visible()
    assert reader.evaluate(
        "[...document.querySelectorAll('article pre')].every((pre) => pre.scrollWidth <= pre.clientWidth + 1)"
    )


def test_chinese_is_never_slanted(site: Path, reader: Page) -> None:
    reader.goto((site / "zh" / LESSON).as_uri())
    styles = reader.evaluate("""[...document.querySelectorAll("article :is(em, i, figcaption, blockquote)")]
        .map((one) => getComputedStyle(one).fontStyle)""")
    assert len(styles) > 5
    assert set(styles) == {"normal"}
