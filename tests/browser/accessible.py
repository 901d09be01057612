"""What a page that stands alone must keep: whole without a network, for everybody, and deaf to scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def faults(page: Page, *impacts: str) -> list[dict[str, Any]]:
    """Return the rules of axe-core that the page breaks, of these impacts ("serious", "critical", …).

    Without a preload: it asks for style sheets again, which a page from the file system may not.
    """
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [one for one in found if one["impact"] in impacts]


def assert_stands_alone(page: Page, path: Path, width: int) -> None:
    """Open a file and see that it asks for nothing else, fits into the window, and that axe-core finds nothing."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path.as_uri())
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert faults(page, "serious", "critical") == []
    assert page.title()


def assert_no_script_runs(page: Page, path: Path, forged: Path) -> None:
    """Put a script into a copy of a file, as if it had come through: its policy stops it, and without that it runs."""
    text = path.read_text(encoding="utf-8")
    for with_policy, ran in ((text, False), (text.replace("Content-Security-Policy", "x"), True)):
        script = "<script>document.title = 'ran'</script></main>"
        forged.write_text(with_policy.replace("</main>", script), encoding="utf-8")
        page.goto(forged.as_uri())
        assert (page.title() == "ran") is ran
