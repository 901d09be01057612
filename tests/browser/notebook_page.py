"""A notebook in JupyterLab: opened, run as a whole, saved."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from playwright.sync_api import Page, expect


def open_notebook(page: Page, lab: str, path: str) -> None:
    page.goto(re.sub(r"/tree/\w\w/00_start\.ipynb", f"/tree/{path}", lab) + "&reset")
    expect(page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible()
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()


def run_all(page: Page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts = page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt")
    expect(prompts.first).to_have_text(re.compile(r"\[(\d+|\*)\]:"))
    expect(prompts.filter(has_text="[*]:")).to_have_count(0, timeout=600_000)
    errors = page.locator('.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"]')
    assert errors.all_inner_texts() == []
    expect(prompts.last).to_have_text(re.compile(r"\[\d+\]:"))


def saved(page: Page, path: Path) -> nbformat.NotebookNode:
    """Save the notebook and return what is in the file once it holds the last output."""
    with page.expect_response(lambda response: response.request.method == "PUT" and "/api/contents/" in response.url):
        page.keyboard.press("Control+s")
    return nbformat.read(path, as_version=4)
