"""What axe-core, which comes with axe-playwright-python, finds on a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def faults(page: Page, *impacts: str) -> list[dict[str, Any]]:
    """Return the rules of axe-core that the page breaks, of these impacts ("serious", "critical", …)."""
    found = Axe().run(page).response["violations"]
    return [one for one in found if one["impact"] in impacts]
