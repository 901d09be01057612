"""A student opens a lesson in JupyterLab, runs it, answers a prediction and moves a control."""

from __future__ import annotations

from pathlib import Path

import pytest
from notebook_page import open_notebook, run_all, saved
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("path", ["en/03_model.ipynb", "zh/03_model.ipynb"])
def test_a_lesson_runs_and_its_control_moves(page: Page, lab: str, copy_of_course: Path, path: str) -> None:
    open_notebook(page, lab, path)
    run_all(page)

    slider = page.locator(".widget-hslider [role=slider]").first
    slider.scroll_into_view_if_needed()
    panel = page.locator(".widget-vbox", has=slider).last
    picture = panel.locator("img")
    before = picture.get_attribute("src")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(picture).not_to_have_attribute("src", before or "")
    assert picture.get_attribute("alt") == panel.locator("figcaption").inner_text()

    notebook = saved(page, copy_of_course / "work" / path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert not [output for cell in code for output in cell.outputs if output.output_type == "error"]


@pytest.mark.parametrize(
    ("path", "said"), [("en/03_model.ipynb", "your prediction B"), ("zh/03_model.ipynb", "你预测B")]
)
def test_a_prediction_is_shown_beside_the_result(page: Page, lab: str, path: str, said: str) -> None:
    open_notebook(page, lab, path)
    run_all(page)
    choice = page.locator(".widget-radio").first
    choice.scroll_into_view_if_needed()
    choice.get_by_role("radio").nth(1).check()
    reveal = page.locator(".jp-CodeCell", has_text='reveal("03-a"').first
    reveal.scroll_into_view_if_needed()
    reveal.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(reveal.locator(".jp-OutputArea-output", has_text=said)).to_be_visible()


def test_a_quick_check_opens_by_keyboard_without_a_kernel(page: Page, lab: str) -> None:
    open_notebook(page, lab, "en/03_model.ipynb")
    option = page.locator(".jp-MarkdownCell details").first
    option.scroll_into_view_if_needed()
    expect(option).not_to_have_attribute("open", "")
    option.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(option).to_have_attribute("open", "")
