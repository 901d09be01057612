"""Arrows point down only: which room of the package may import which, and what an import must not cost.

    cli → authoring, grading → handin, wall → warm → exercises → checking → language
    check, lessons → start → handin → exercises
    lessons → display → language

An arrow may be skipped: what a room may import, the rooms above it may import too. They hold for
rooms that are yet to come as well; a room of another name needs its line in MAY_IMPORT.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "linreg_course"
MODULES = sorted(PACKAGE.rglob("*.py"))

MAY_IMPORT = {
    "cli": {"authoring", "grading", "wall", "warm", "handin", "exercises", "checking", "lab", "language"},
    # The note by which the outputs of both languages are compared is display's.
    "authoring": {"start", "warm", "handin", "exercises", "checking", "display", "language"},
    "grading": {"wall", "warm", "handin", "exercises", "checking", "language"},
    # A verdict is shown across the wall as a check shows it in a notebook.
    "wall": {"warm", "check", "exercises", "checking", "language"},
    # The fork server imports the exercises before it forks.
    "warm": {"exercises", "checking", "language"},
    "handin": {"exercises", "checking", "language"},
    # A check says its hints as lessons say their sentences; progress looks for answers in words in the notebook's file.
    "check": {"start", "handin", "exercises", "checking", "display", "language"},
    # The start page knows which answers in words are written by the notebook's file, too.
    "start": {"handin", "exercises", "checking", "display", "language"},
    "exercises": {"checking", "language"},
    "checking": {"language"},
    "lessons": {"start", "display", "language"},
    "display": {"language"},
    "lab": {"handin", "language"},
    "language": set(),
    "": set(),  # linreg_course/__init__.py
}


def room_of(module: str) -> str:
    """Return the room of `linreg_course.ROOM.anything`; a name of the package itself has the room ''."""
    return [*module.split("."), ""][1]


def imported(path: Path, tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names that a module imports, also those that are imported inside a function."""
    here = [PACKAGE.name, *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module.split(".") if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def wrong_arrows(path: Path, text: str) -> set[str]:
    room = path.relative_to(PACKAGE).with_suffix("").parts[0].replace("__init__", "")
    rooms = {room_of(name) for name in imported(path, ast.parse(text)) if name.split(".")[0] == PACKAGE.name}
    return rooms - MAY_IMPORT[room] - {room}


@pytest.mark.parametrize("path", MODULES, ids=[str(path.relative_to(PACKAGE)) for path in MODULES])
def test_arrows_point_down_only(path: Path) -> None:
    assert wrong_arrows(path, path.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("exercises/train.py", "from linreg_course.lessons.training import run"),
        ("exercises/train.py", "from linreg_course import lessons"),
        ("exercises/train.py", "import linreg_course.lessons.model as model"),
        ("exercises/train.py", "from ..lessons.model import x"),
        ("exercises/train.py", "from .. import lessons"),
        ("exercises/train.py", "def f():\n    from linreg_course.grading.pool import Pool"),
        ("checking/judging.py", "from linreg_course.exercises import train"),
        ("checking/panel.py", "from linreg_course import display"),
        ("handin/file.py", "from linreg_course.grading import pool"),
        ("grading/pool.py", "from linreg_course.authoring.build import build"),
        ("language.py", "from . import display"),
        ("lessons/plots/curves.py", "from ...exercises import train"),
        ("check.py", "from linreg_course.grading import pool"),
    ],
)
def test_an_arrow_that_points_up_is_seen_however_it_is_written(module: str, text: str) -> None:
    assert len(wrong_arrows(PACKAGE / module, text)) == 1


def test_the_rules_themselves_have_no_circle() -> None:
    below: set[str] = set()
    left = dict(MAY_IMPORT)
    while left:
        ready = {room for room, others in left.items() if others <= below}
        assert ready, f"a circle among {sorted(left)}"
        below |= ready
        left = {room: others for room, others in left.items() if room not in ready}


def test_contributing_says_what_each_room_may_import() -> None:
    words = (PACKAGE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)(?:/|\.py)` \|.*\| (.*) \|$", words, re.MULTILINE)
    assert {room: set(re.findall(r"`(\w+)`", others)) for room, others in rows} == {
        room: others for room, others in MAY_IMPORT.items() if room
    }


def loaded(modules: str, names: set[str]) -> set[str]:
    """Return which of `names` a fresh Python holds after it imported `modules`."""
    code = f"import sys, {modules}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return names & set(done.stdout.split())


def test_the_package_and_its_command_import_nothing_heavy() -> None:
    heavy = {"torch", "numpy", "matplotlib", "nbgrader", "IPython", "jupytext", "nbclient", "d2l"}
    assert loaded("linreg_course, linreg_course.cli", heavy) == set()


@pytest.mark.parametrize("module", ["data", "training", "guard", "predict", "model", "case_file"])
def test_a_module_that_draws_nothing_does_not_wait_for_what_draws(module: str) -> None:
    drawing = {"matplotlib", "d2l", "torchvision", "IPython", "ipywidgets"}
    assert loaded(f"linreg_course.lessons.{module}", drawing) == set()


def test_a_module_that_draws_imports_matplotlib_but_no_pyplot_and_no_widgets() -> None:
    assert loaded("linreg_course.lessons.explore", {"matplotlib", "matplotlib.pyplot", "ipywidgets"}) == {"matplotlib"}
