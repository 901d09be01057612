"""What a student can import is no answer: no function passes, and neither wheel nor notebook holds a solution."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from answers import broken_rules
from example_course import COURSE

from linreg_course.authoring.parts import BEGIN, END
from linreg_course.checking.observing import look
from linreg_course.exercises import EXERCISES, load

PACKAGE = COURSE / "linreg_course"
# These rooms build, release and grade notebooks: their functions take paths and write files.
NOT_CALLED = {"authoring", "grading", "handin", "cli", "lab"}
# A function that hands back any number answers "return the factor", as Python's own `float` does.
HANDS_BACK = {"huber_scale": {"number", "_rounded", "describe"}}


def modules() -> Iterator[str]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        if parts[1] not in NOT_CALLED and (parts[1] != "exercises" or parts[-1] in EXERCISES):
            yield ".".join(parts).removesuffix(".__init__")


def functions() -> list[Callable[..., Any]]:
    """Return every function and class that the modules beside a student's code define, hidden ones too."""
    values = chain.from_iterable(vars(importlib.import_module(name)).values() for name in modules())
    own = [one for one in values if inspect.isroutine(one) or inspect.isclass(one)]
    return list({id(one): one for one in own if (one.__module__ or "").startswith("linreg_course")}.values())


def passes(name: str, answer: Callable[..., Any]) -> bool:
    """Tell whether an answer keeps every rule; case by case, since most fail the first."""
    exercise = load(name)
    cases = exercise.cases(np.random.default_rng(0))
    return not any(broken_rules(name, [case], look(exercise.observe, answer, [case], 0)) for case in cases)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # run_each, called with nonsense
@pytest.mark.parametrize("name", EXERCISES)
def test_no_function_of_the_package_passes_as_an_answer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linreg_course.checking.deadline.CASE_SECONDS", 1.0)  # some wait for what never comes
    tried = functions()
    assert len(tried) > 300
    assert {one.__qualname__ for one in tried if passes(name, one)} == HANDS_BACK.get(name, set())


def flat(text: str) -> str:
    """Return a text without its indentation and comment signs, so that a solution is found wherever it stands."""
    return "\n".join(line.strip("# ") for line in text.split("\n"))


def solutions(course: Path) -> list[str]:
    sources = [flat(path.read_text(encoding="utf-8")) for path in (course / "notebooks" / "source").glob("*.py")]
    return [part.partition(flat(END))[0].strip() for text in sources for part in text.split(flat(BEGIN))[1:]]


def test_neither_the_wheel_nor_a_built_notebook_holds_a_solution(course: Path, tmp_path: Path) -> None:
    options = ["-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "."], cwd=course, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        texts = {name: flat(wheel.read(name).decode()) for name in wheel.namelist()}
    assert not [name for name in texts if "notebooks" in name or "tests" in name]
    # The assignments only: the lessons, 00 to 07, teach the lines themselves.
    for path in (course / "notebooks").glob("[ez][nh]/[a-z]*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        texts[f"{path.parent.name}/{path.name}"] = "\n".join(flat(cell.source) for cell in cells)
    assert len(solutions(course)) > len(EXERCISES)
    assert all(len(solution) > 10 and "SOLUTION" not in solution for solution in solutions(course))
    assert [(name, one) for name, text in texts.items() for one in solutions(course) if one in text] == []
