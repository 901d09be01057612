"""Take the pictures of the README: a lesson in JupyterLab whose control has been moved, and a check's panel.

    .venv/bin/python tools/screenshot.py

Writes docs/lesson.png (English), docs/lesson.zh.png (Chinese), and the panel in both themes: docs/panel.png,
docs/panel.dark.png and their Chinese twins. Needs Chromium; JupyterLab runs on copies in a folder of its own,
and is ended with the browser.
"""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import nbformat
from PIL import Image
from playwright.sync_api import expect, sync_playwright

COURSE = Path(__file__).resolve().parent.parent
LESSON = "06_sgd.ipynb"
DOCS = COURSE / "docs"
SUFFIXES = {"en": "", "zh": ".zh"}
# A known mistake: the exercise asks for the mean.
ANSWER = """def huber_loss(y_hat, y, delta=1.0):
    if y_hat.shape != y.shape:
        raise ValueError("two shapes")
    return nn.SmoothL1Loss(reduction="sum", beta=delta)(y_hat, y)"""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

# All cells stay in the page, and no question about news covers it.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false"},
}


def main():
    """Serve the lesson, move its control in each language, and keep what is to be seen."""
    if CHROMIUM is None:
        sys.exit("There is no Chromium on this machine: on Debian, apt-get install chromium.")
    expect.set_options(timeout=60_000)
    with tempfile.TemporaryDirectory() as folder, lab(Path(folder)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for lang, suffix in SUFFIXES.items():
            page = browser.new_page(viewport={"width": 1180, "height": 1010})
            open_and_run(page, address, f"{lang}/{LESSON}")
            move_control(page)
            keep(page.screenshot(), DOCS / f"lesson{suffix}.png")
            page.close()
            page = browser.new_page(viewport={"width": 1180, "height": 1010})
            open_and_run(page, address, f"{lang}/huber.ipynb")
            panel = page.get_by_role("region", name="huber_loss")
            for theme, dark in (("JupyterLab Light", ""), ("JupyterLab Dark", ".dark")):
                choose_theme(page, theme)
                keep(panel.screenshot(), DOCS / f"panel{suffix}{dark}.png")
            choose_theme(page, "JupyterLab Light")
            page.close()
        browser.close()


@contextmanager
def lab(folder):
    """Yield the address of a JupyterLab that works on copies in `folder`."""
    shutil.copytree(COURSE / "notebooks", folder / "notebooks")
    for path in (folder / "notebooks").glob("*/huber.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        next(cell for cell in notebook.cells if cell.id == "huber-loss").source = ANSWER
        nbformat.write(notebook, path)
    for name, values in SETTINGS.items():
        path = folder / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    variables = {**os.environ, "BROWSER": "none", "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings")}
    command = [Path(sys.executable).with_name("linreg"), "lab", "--language", "en"]
    process = subprocess.Popen(
        command, cwd=folder, env=variables, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        addresses = (re.search(r"http://localhost:\S+\?token=\w+", line) for line in process.stderr)
        yield next(address[0] for address in addresses if address)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)


def open_and_run(page, address, path):
    """Open a notebook, run every cell and wait for the last."""
    page.goto(re.sub(r"/tree/\S+\.ipynb", f"/tree/{path}", address) + "&reset")
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts = page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt")
    expect(prompts.last).to_have_text(re.compile(r"\[\d+\]:"), timeout=180_000)


def choose_theme(page, theme):
    """Choose a theme in the menu and wait until the page has it."""
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    labels = page.locator(".lm-Menu-itemLabel")
    labels.filter(has_text=re.compile("^Theme$")).hover()
    labels.filter(has_text=re.compile(f"^{theme}$")).click()
    expect(page.locator(f'body[data-jp-theme-name="{theme}"]')).to_have_count(1)
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)


def move_control(page):
    """Choose the sum and turn the learning rate down; wait for the picture that answers."""
    panel = page.locator(".widget-vbox", has=page.locator("figure")).last
    choose(panel, lambda: panel.locator("select").first.select_option("sum"))
    slider = panel.get_by_role("slider").last
    slider.scroll_into_view_if_needed()
    choose(panel, lambda: slider.press("ArrowLeft"))
    # The words above the control stand at the top of the picture.
    cell = page.locator(".jp-CodeCell", has=panel)
    cell.evaluate("cell => cell.previousElementSibling.scrollIntoView({block: 'start'})")
    page.mouse.move(0, 0)
    page.wait_for_timeout(1000)


def choose(panel, act):
    """Do `act` and wait until the figure has changed."""
    before = panel.locator("img").get_attribute("src")
    act()
    expect(panel.locator("img")).not_to_have_attribute("src", before)


def keep(png, path):
    """Write the picture with 256 colours, beside and then in place."""
    path.parent.mkdir(exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
        beside, format="PNG", optimize=True
    )
    os.replace(beside, path)
    print(f"wrote {path.relative_to(COURSE)}, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
