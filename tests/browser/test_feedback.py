"""The pages for students in a real Chromium: whole without a network, readable by all, and nothing of them runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from accessible import faults
from conftest import SampleClass
from example_course import run
from playwright.sync_api import Browser, Page

# In English with all kinds of panels, in Chinese, with a kernel that died, and refused.
STUDENTS = ("04-sum", "03-in-chinese", "10-kernel-dies", "12-corrupt")


@pytest.fixture(scope="module")
def feedback(sample_class: SampleClass) -> Path:
    """The folder of the sample class's feedback."""
    done = run(sample_class.folder, "linreg", "feedback", "--solutions", "huber")
    assert done.returncode == 0, done.stdout + done.stderr
    return sample_class.folder / "course" / "feedback"


@pytest.fixture(params=["light", "dark"])
def offline(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page without a network, in each theme. axe-core is put into it past its policy against scripts."""
    context = browser.new_context(color_scheme=request.param, offline=True, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("student", STUDENTS)
def test_it_is_whole_offline_fits_its_window_and_axe_finds_nothing(
    feedback: Path, offline: Page, student: str, width: int
) -> None:
    asked: list[str] = []
    offline.on("request", lambda request: asked.append(request.url))
    offline.set_viewport_size({"width": width, "height": 900})
    path = feedback / student / "huber" / "huber.html"
    offline.goto(path.as_uri())
    assert asked == [path.as_uri()]
    assert not offline.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert faults(offline, "serious", "critical") == []
    assert offline.title()


def test_axe_finds_a_fault_where_there_is_one(offline: Page) -> None:
    offline.set_content("<html><title>x</title><p style='color:#ddd;background:#fff'>pale</p><img src=x></html>")
    assert {"color-contrast", "image-alt"} <= {one["id"] for one in faults(offline, "serious", "critical")}


def test_a_script_that_gets_onto_the_page_does_not_run(feedback: Path, browser: Browser, tmp_path: Path) -> None:
    """The page escapes all that it shows; should it not, its policy still stops a script."""
    page = browser.new_page()
    text = (feedback / "04-sum" / "huber" / "huber.html").read_text(encoding="utf-8")
    forged = tmp_path / "forged.html"
    for policy, ran in ((text, False), (text.replace("Content-Security-Policy", "x"), True)):
        forged.write_text(policy.replace("</main>", "<script>document.title = 'ran'</script></main>"), encoding="utf-8")
        page.goto(forged.as_uri())
        assert (page.title() == "ran") is ran
    page.close()
