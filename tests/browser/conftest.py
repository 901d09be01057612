"""A course of its own, JupyterLab as `make lab` serves it, and a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from serving import serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

# All cells stay in the page, no question about news covers it, and a terminal's text can be read.
SETTINGS = {
    "terminal-extension/plugin": {"screenReaderMode": True},
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false"},
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        assert "CI" not in os.environ, "CI installs chromium"
        pytest.skip("no Chromium on this machine: the browser tests need one")
    expect.set_options(timeout=120_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(180_000)
    yield page
    page.close()


@pytest.fixture(params=["light", "dark"])
def offline(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page without a network, in each theme. axe-core is put into it past its policy against scripts."""
    context = browser.new_context(color_scheme=request.param, offline=True, bypass_csp=True)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def copy_of_course(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a clone holds and `make lab` needs; the environment is the one that runs the tests."""
    subprocess.run(["make", "setup"], cwd=course, check=True)  # a stale one would be mended from the copy
    copy = tmp_path_factory.mktemp("course")
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(course / name, copy)
    for name in ("tools", "notebooks", "requirements"):
        shutil.copytree(course / name, copy / name)
    (copy / ".venv").symlink_to(course / ".venv")
    return copy


@pytest.fixture(scope="session")
def variables(jupyter_variables: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a JupyterLab that a test drives."""
    settings = tmp_path_factory.mktemp("settings")
    for name, values in SETTINGS.items():
        path = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    return {**jupyter_variables, "JUPYTERLAB_SETTINGS_DIR": str(settings)}


@pytest.fixture(scope="session")
def lab(copy_of_course: Path, variables: dict[str, str]) -> Iterator[str]:
    """The address that `make lab` prints."""
    with serving(["make", "lab"], copy_of_course, variables) as address:
        yield address
