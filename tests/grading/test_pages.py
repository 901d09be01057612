"""What a submission brings along does not run in the browser of whoever reads formgrader or the feedback."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from example_course import CONVERT_LR, copy_course, run, submit
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell
from traitlets.config import Config

from linreg_course.grading.grade import Result
from linreg_course.grading.pages import markdown
from linreg_course.grading.remarks import remark, short_remark

pytestmark = pytest.mark.slow

NAME = "lr-vs-reduction"
SCRIPT = "<script>alert('ran')</script>"
SHOWING = f"""
from IPython.display import HTML, SVG, Javascript, Markdown, display, publish_display_data
display(HTML({SCRIPT!r}), Javascript("alert('ran')"), Markdown({SCRIPT!r}))
publish_display_data({{"image/svg+xml": "<svg onload=alert('ran')/>", "text/plain": {SCRIPT!r}}})
publish_display_data({{"image/png": "x' onerror=alert('ran')"}}, {{"image/png": {{"width": "1 onerror=alert('ran')"}}}})
publish_display_data({{"text/latex": {SCRIPT!r}}})
print({SCRIPT!r})
raise ValueError({SCRIPT!r})
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which a submission with scripts in all kinds of cells is graded, with its feedback."""
    folder = copy_course(tmp_path_factory.mktemp("pages"), NAME)
    assert run(folder, "linreg", "release", NAME).returncode == 0
    notebook = nbformat.read(folder / "course" / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    cells["convert-lr"].source = f"{CONVERT_LR}\nconvert_lr.__doc__ = {SCRIPT!r}"
    cells["l1"].source = f"{SCRIPT} <img src=x onerror=alert('ran')> [x](javascript:alert('ran')) $a<b$ **bold**"
    notebook.cells += [new_code_cell(SHOWING), new_raw_cell(SCRIPT), new_markdown_cell(f"```\n{SCRIPT}\n```\n{SCRIPT}")]
    submit(folder / "course", "ann", NAME, notebook)
    for command in ("grade", "feedback"):
        done = run(folder, "linreg", command, NAME)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "course"


def running(page: str) -> list[str]:
    """Return what of a page a browser would run that says `ran`."""
    soup = BeautifulSoup(page, "html.parser")
    scripts = [tag.get_text() for tag in soup.find_all("script")]
    attributes = [str(value) for tag in soup.find_all(True) for value in tag.attrs.values()]
    found = [text for text in [*scripts, *attributes] if "ran" in text and "alert" in text]
    return [text for text in found if not text.startswith("data:image/png")]  # a picture that is none


def test_nothing_runs_on_the_feedbacks_page_and_the_answer_can_be_read_as_it_was_typed(course: Path) -> None:
    page = (course / "feedback" / "ann" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert running(page) == []
    soup = BeautifulSoup(page, "html.parser")
    assert soup.find_all(["script", "img", "iframe", "object", "svg", "link"]) == []
    text = soup.get_text()
    assert f"{SCRIPT} <img src=x onerror=alert('ran')>" in text
    assert f'convert_lr.__doc__ = "{SCRIPT}"' in text
    assert "8 of 8 points" in text
    assert "Rubric" not in text


def test_nothing_runs_on_formgraders_page(course: Path) -> None:
    config = Config()
    exec((course.parent / "nbgrader_config.py").read_text(), {"get_config": lambda: config, "__file__": __file__})
    path = course / "autograded" / "ann" / NAME / f"{NAME}.ipynb"
    page, _ = HTMLExporter(config=config).from_filename(str(path))
    assert running(page) == []


def test_without_that_a_script_runs_on_a_page(course: Path) -> None:
    path = course / "submitted" / "ann" / NAME / f"{NAME}.ipynb"
    page, _ = HTMLExporter().from_filename(str(path))
    assert len(running(page)) >= 3


def test_markdown_is_markdown_but_for_its_html() -> None:
    assert markdown("**a** $x<y$ `<b>`").strip() == "<p><strong>a</strong> $x&lt;y$ <code>&lt;b&gt;</code></p>"
    assert "javascript:" not in markdown("[x](javascript:alert(1))")


def test_a_remark_moves_no_cursor() -> None:
    result = Result("ann", reason="\x1b[2J\x1b[1A8 points\r\x9b2K\u202e")
    assert all(char.isprintable() for char in remark(result) + short_remark(result))
    assert "8 points" in remark(result)
