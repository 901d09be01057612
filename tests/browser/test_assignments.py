"""A student at work on an assignment in JupyterLab: a wrong answer, its panel, a preflight from a cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from notebook_page import open_notebook, run_all, saved
from playwright.sync_api import Page, expect

SUM = """def huber_loss(y_hat, y, delta=1.0):
    if y_hat.shape != y.shape:
        raise ValueError("two shapes")
    return nn.SmoothL1Loss(reduction="sum", beta=delta)(y_hat, y)"""
PREFLIGHT = "from linreg_course.handin import validate\n\nvalidate({name!r})"
# The hint on this mistake, and the last line of the preflight.
SAID = {
    "en": ("Does the loss double when you repeat the data?", "score of the checks: 1 / 12"),
    "zh": ("把数据重复一遍，损失会翻倍吗？", "检查得分：1 / 12"),
}

Attempt = Callable[[str], str]


@pytest.fixture
def attempt(lab: str, copy_of_course: Path) -> Attempt:
    """Write a wrong answer into a student's copy, and a preflight below; return the copy's address in JupyterLab."""

    def attempt(lang: str) -> str:
        path = copy_of_course / "work" / lang / f"attempt-{lang}.ipynb"
        notebook = nbformat.read(copy_of_course / "notebooks" / lang / "huber.ipynb", as_version=4)
        next(cell for cell in notebook.cells if cell.id == "huber-loss").source = SUM
        notebook.cells.append(nbformat.v4.new_code_cell(PREFLIGHT.format(name=path.name), id="preflight"))
        nbformat.write(notebook, path)
        return f"{lang}/{path.name}"

    return attempt


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_wrong_answer_is_explained_and_preflight_runs_from_a_cell(
    page: Page, lab: str, copy_of_course: Path, attempt: Attempt, lang: str
) -> None:
    path = attempt(lang)
    open_notebook(page, lab, path)
    run_all(page)
    hint, points = SAID[lang]
    panel = page.get_by_role("region", name="huber_loss")
    expect(panel).to_have_attribute("lang", lang)
    expect(panel).to_contain_text(hint)
    details = panel.locator("details")
    expect(details).to_have_attribute("open", "")
    details.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(details).not_to_have_attribute("open", "")
    notebook = saved(page, copy_of_course / "work" / path)
    _, output = notebook.cells[-1].outputs  # the first says that it runs
    assert points in output.data["text/plain"]
