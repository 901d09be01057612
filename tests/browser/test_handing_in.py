"""A student hands in, from the unpacked zip in Chinese, by `make lab` in English: mistake, hint, cell, terminal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from example_course import copy_course, run
from notebook_page import open_notebook, run_all
from playwright.sync_api import Page, expect
from serving import serving

from tools import environment

ANSWER = """def huber_loss(y_hat, y, delta=1.0):
    if y_hat.shape != y.shape:
        raise ValueError("two shapes")
    return nn.SmoothL1Loss(reduction="{reduction}", beta=delta)(y_hat, y)"""
SUBMIT = "from linreg_course.handin import submit\n\nsubmit({yes})"
# What the learner reads: the hint on the sum, the panel of what is right, what is asked, and what to give to whom.
SAID = {
    "en": ("Does the loss double when you repeat the data?", "8 of 8 points",
           "Hand it in as it is?", "Send this one file to your teacher", "submit(yes=True)", "is not in the file"),
    "zh": ("把数据重复一遍，损失会翻倍吗？", "得8分，满分8分",
           "要按现在的样子上交吗？", "请把这一个文件发给老师", "submit(yes=True)", "不在文件里"),
}  # fmt: skip


@pytest.fixture(scope="module")
def unpacked(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The students' zip, unpacked, its environment in the state in which `start.py` leaves it.

    What `start.py` would download is taken from the environment that runs the tests.
    """
    folder = copy_course(tmp_path_factory.mktemp("instructor") / "course", "00_start", "huber")
    done = run(folder, "linreg", "release", "huber")
    assert done.returncode == 0, done.stderr
    student = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(folder / "course" / "linreg-course-students.zip") as archive:
        archive.extractall(student)
    home = student / "linreg-course"
    ready(home)
    return home


def ready(home: Path) -> None:
    """Make the environment of the unpacked course: its own programs and package, all else from this one."""
    venv, here = home / ".venv", Path(sys.prefix)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (site,) = venv.glob("lib/python*/site-packages")
    (site / "shared.pth").write_text(f"{here / site.relative_to(venv)}\n")
    for name in ("share", "etc"):
        (venv / name).symlink_to(here / name)
    (wheel,) = home.glob("*.whl")
    command = [sys.executable, "-m", "pip", "--python", venv / "bin" / "python", "install", "--no-deps", "-q", wheel]
    subprocess.run(command, check=True)
    requirements = "newest.txt" if environment.version_of(venv) >= (3, 12) else "default.txt"
    content = (home / "requirements" / requirements).read_bytes() + wheel.read_bytes()
    (venv / "ready").write_text(environment.hashlib.sha256(content).hexdigest())


@pytest.fixture(params=["zh", "en"])
def started(request: pytest.FixtureRequest, variables: dict[str, str]) -> Iterator[tuple[str, Path, str]]:
    """Language, the course's folder, and the address of JupyterLab there."""
    if request.param == "en":
        yield "en", request.getfixturevalue("copy_of_course"), request.getfixturevalue("lab")
        return
    home = request.getfixturevalue("unpacked")
    with serving([sys.executable, "start.py", "--language", "zh"], home, variables) as address:
        yield "zh", home, address


def test_a_student_makes_a_mistake_follows_the_hint_and_hands_in(page: Page, started: tuple[str, Path, str]) -> None:
    lang, home, address = started
    hint, right, question, give, yes, unsaved = SAID[lang]
    open_notebook(page, address, f"{lang}/huber.ipynb")
    panel = page.get_by_role("region", name="huber_loss")
    write(page, "def huber_loss", ANSWER.format(reduction="sum"))
    run_all(page)
    expect(panel).to_contain_text(hint)
    write(page, "def huber_loss", ANSWER.format(reduction="mean"))
    run_all(page)
    expect(panel).to_contain_text(right)

    add_cell(page, SUBMIT.format(yes=""))
    output = page.locator(".jp-Notebook .jp-Cell-outputArea").last
    expect(output).to_contain_text(unsaved)
    save(page)
    page.keyboard.press("Control+Enter")
    expect(output).not_to_contain_text(unsaved)
    expect(output).to_contain_text(yes)
    write(page, "submit()", SUBMIT.format(yes="yes=True"))
    save(page)
    page.keyboard.press("Control+Enter")
    expect(output).to_contain_text(give)

    terminal(page, "linreg submit huber")
    expect(page.locator(".xterm-accessibility")).to_contain_text(question)
    page.keyboard.type("y\n")
    expect(page.locator(".xterm-accessibility")).to_contain_text(give)
    verify(home, lang)


def verify(home: Path, lang: str) -> None:
    """Both hand-ins lie in the course's folder with receipts that fit, and hold the right answer."""
    receipts = sorted(home.glob("handin/huber/*/huber.receipt.json"))
    assert len(receipts) == 2
    for receipt in receipts:
        linreg = home / ".venv" / "bin" / "linreg"
        done = subprocess.run([linreg, "receipt", "--check", receipt], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert json.loads(receipt.read_text(encoding="utf-8"))["language"] == lang
        handed_in = json.loads(receipt.with_name("huber.ipynb").read_text(encoding="utf-8"))
        assert ANSWER.format(reduction="mean") in ["".join(cell["source"]) for cell in handed_in["cells"]]


def write(page: Page, begins: str, code: str) -> None:
    """Replace the text of the last cell whose code holds `begins`."""
    page.locator(".jp-CodeCell .cm-content").filter(has_text=begins).last.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)


def add_cell(page: Page, code: str) -> None:
    """Add a cell below the last and run it."""
    page.locator(".jp-Notebook .jp-Cell").last.locator(".jp-InputPrompt").click()
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")


def save(page: Page) -> None:
    with page.expect_response(lambda response: response.request.method == "PUT" and "/api/contents/" in response.url):
        page.keyboard.press("Control+s")


def terminal(page: Page, command: str) -> None:
    """Open a terminal from the menu and type a command."""
    page.get_by_role("menuitem", name="File", exact=True).click()
    labels = page.locator(".lm-Menu-itemLabel")
    labels.filter(has_text=re.compile("^New$")).hover()
    labels.filter(has_text=re.compile("^Terminal$")).click()
    expect(page.locator(".xterm-accessibility")).to_contain_text(re.compile(r"[$#%]"))
    page.keyboard.type(command + "\n")
