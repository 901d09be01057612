"""Arrows point down only: which room of the package may import which, and what an import must not cost.

The rules are those of the design: cli → authoring, grading → handin → exercises → judging → language;
check → exercises; the rooms that lessons call import each other and language. They also hold for
rooms that are yet to come; a room of another name needs its line in MAY_IMPORT.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "linreg_course"
MODULES = sorted(PACKAGE.rglob("*.py"))

LESSONS = {"data", "model", "training", "plots", "explore", "guard", "predict", "display", "case", "compat"}
BESIDE_AN_ANSWER = {"undisturbed", "observing", "evidence"}
JUDGES = {"exercises", "judging", "language", *BESIDE_AN_ANSWER}
MAY_IMPORT = {
    "cli": {"authoring", "grading", "handin", "lab", *JUDGES},
    # The note by which the outputs of both languages are compared is display's.
    "authoring": {"handin", "display", *JUDGES},
    "grading": {"handin", *JUDGES},
    "handin": JUDGES,
    # A check shows its panel, and says its hints, as lessons say their sentences.
    "check": {"panel", "display", *JUDGES},
    "panel": {"judging", "language"},
    "exercises": {"judging", "language", *BESIDE_AN_ANSWER},
    "judging": {"language", *BESIDE_AN_ANSWER},
    "observing": {"undisturbed"},
    "undisturbed": set(),
    "evidence": set(),
    "lab": {"language"},
    "language": set(),
    "": set(),  # linreg_course/__init__.py
    **{room: {*LESSONS, "language"} for room in LESSONS},
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
        ("exercises/train.py", "from linreg_course.training import run"),
        ("exercises/train.py", "from linreg_course import data"),
        ("exercises/train.py", "import linreg_course.model as model"),
        ("exercises/train.py", "from ..model import x"),
        ("exercises/train.py", "from .. import model"),
        ("exercises/train.py", "def f():\n    from linreg_course.grading.pool import Pool"),
        ("judging.py", "from linreg_course.exercises import train"),
        ("handin/file.py", "from linreg_course.grading import pool"),
        ("grading/pool.py", "from linreg_course.authoring.build import build"),
        ("language.py", "from . import display"),
        ("plots/curves.py", "from ..exercises import train"),
        ("check.py", "from linreg_course.grading import pool"),
    ],
)
def test_an_arrow_that_points_up_is_seen_however_it_is_written(module: str, text: str) -> None:
    assert len(wrong_arrows(PACKAGE / module, text)) == 1


def test_the_rules_themselves_have_no_circle_outside_the_rooms_of_the_lessons() -> None:
    below: dict[str, set[str]] = {}
    left = {room: {other for other in others if other not in LESSONS} for room, others in MAY_IMPORT.items()}
    while left:
        ready = {room for room, others in left.items() if others <= below.keys()}
        assert ready, f"a circle among {sorted(left)}"
        below |= {room: left.pop(room) for room in ready}


def loaded(modules: str, names: set[str]) -> set[str]:
    """Return which of `names` a fresh Python holds after it imported `modules`."""
    code = f"import sys, {modules}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return names & set(done.stdout.split())


def test_the_package_and_its_command_import_nothing_heavy() -> None:
    heavy = {"torch", "numpy", "matplotlib", "nbgrader", "IPython", "jupytext", "nbclient", "d2l"}
    assert loaded("linreg_course, linreg_course.cli", heavy) == set()


@pytest.mark.parametrize("room", ["language", "data", "training", "guard", "predict", "model", "case"])
def test_a_room_that_draws_nothing_does_not_wait_for_what_draws(room: str) -> None:
    drawing = {"matplotlib", "d2l", "torchvision", "IPython", "ipywidgets"}
    assert loaded(f"linreg_course.{room}", drawing) == set()


def test_a_room_that_draws_imports_matplotlib_but_no_pyplot_and_no_widgets() -> None:
    assert loaded("linreg_course.explore", {"matplotlib", "matplotlib.pyplot", "ipywidgets"}) == {"matplotlib"}
