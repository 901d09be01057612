"""The start page in JupyterLab: what is done, open and next after a lesson and a check, and links that lead there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from notebook_page import open_notebook, run_all
from playwright.sync_api import Locator, Page, expect
from test_handing_in import ANSWER, write

# What the states say: done, next, and an assignment of which one check gave all its points.
SAID = {
    "en": ("✓ done", "→ next", "· open: 8 of 12 points by the checks; answers in words left: 2", "· open"),
    "zh": ("✓ 已完成", "→ 下一个", "· 未完成：检查得8分，满分12分；还差2道文字题", "· 未完成"),
}


@pytest.fixture
def progress(copy_of_course: Path) -> Path:
    """The file of what was run and checked, which other tests may have begun."""
    path = copy_of_course / "work" / "progress.jsonl"
    path.unlink(missing_ok=True)
    return path


def run_start(page: Page) -> None:
    """Run the first cell of the start page that is in front, and wait until it has ended."""
    cell = shown(page).locator(".jp-CodeCell").first
    prompt = cell.locator(".jp-InputArea-prompt").first
    before = prompt.inner_text()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(prompt).not_to_have_text(before)
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))


def shown(page: Page) -> Locator:
    """Return the notebook in front: those behind it stay in the page."""
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")


def state(page: Page, name: str) -> Locator:
    """Return the cell of the table that tells the state of a page, by the link beside it."""
    row = shown(page).locator("tr", has=page.locator(f'a[href*="{name}.ipynb"]'))
    return row.locator("td").first


def expect_title(page: Page, title: str) -> None:
    expect(shown(page).get_by_role("heading", name=title, level=1)).to_be_visible()


def test_done_open_and_next_follow_what_was_run_and_checked(page: Page, lab: str, progress: Path) -> None:
    done, following, partly, still = SAID["en"]
    open_notebook(page, lab, "en/00_start.ipynb")
    run_start(page)
    expect(shown(page)).to_contain_text("The environment is ready: Python 3.")
    expect(state(page, "01_data")).to_have_text(following)
    expect(state(page, "02_dataloader")).to_have_text(still)

    shown(page).locator("td a", has_text="01 Data").click()
    expect_title(page, "01 Data")
    expect(shown(page).locator(".jp-KernelName")).to_have_text("Python 3 (ipykernel)")
    expect(shown(page).locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute("data-status", "idle")
    run_all(page)
    open_notebook(page, lab, "en/huber.ipynb")
    write(page, "def huber_loss", ANSWER.format(reduction="mean"))
    run_all(page)

    for lang, (done, following, partly, still) in SAID.items():
        open_notebook(page, lab, f"{lang}/00_start.ipynb")
        run_start(page)
        expect(state(page, "01_data")).to_have_text(done)
        expect(state(page, "02_dataloader")).to_have_text(following)
        expect(state(page, "huber")).to_have_text(partly)
        expect(state(page, "03_model")).to_have_text(still)

    progress.unlink()
    run_start(page)
    expect(state(page, "01_data")).to_have_text(following)
    expect(state(page, "huber")).to_have_text(still)


def test_links_lead_from_the_start_page_to_a_lesson_and_back_in_both_languages(page: Page, lab: str) -> None:
    open_notebook(page, lab, "zh/00_start.ipynb")
    run_start(page)
    for link, title in (
        ("03 模型", "03 模型"),
        ("English", "03 Model"),
        ("Start", "00 Start here"),
        ("简体中文", "00 从这里开始"),
        ("English", "00 Start here"),
    ):
        shown(page).get_by_role("link", name=link, exact=True).first.click()
        expect_title(page, title)
