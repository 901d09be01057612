"""What a student can import is no answer: no function of the package passes."""

from __future__ import annotations

import importlib
import inspect
import os
import resource
import signal
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import numpy as np
import pytest
from answers import broken_rules
from example_course import COURSE

from linreg_course.checking.observing import look
from linreg_course.exercises import EXERCISES, load

pytestmark = pytest.mark.slow

PACKAGE = COURSE / "linreg_course"
# These rooms build, release and grade notebooks: their functions take paths, write files, start processes and end them,
# or confine the process that calls them.
NOT_CALLED = {"authoring", "grading", "handin", "warm", "wall", "cli", "lab"}
ENDS_PROCESSES = "linreg_course.checking.processes"
# A function that hands back any number answers "return the factor", as Python's own `float` does.
HANDS_BACK = {"huber_scale": {"number", "_rounded", "describe"}}


def modules() -> Iterator[str]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts).removesuffix(".__init__")
        called = parts[1] not in NOT_CALLED and name != ENDS_PROCESSES
        if called and (parts[1] != "exercises" or parts[-1] in EXERCISES):
            yield name


def functions() -> list[Callable[..., Any]]:
    """Return every function and class that the modules beside a student's code define, hidden ones too."""
    names = set(modules())
    values = chain.from_iterable(vars(importlib.import_module(name)).values() for name in names)
    own = [one for one in values if inspect.isroutine(one) or inspect.isclass(one)]
    return list({id(one): one for one in own if one.__module__ in names}.values())


def of_this_process() -> dict[str, Any]:
    """Return what a function that confines its process would change, for all tests that come after it."""
    limits = {name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT_")}
    return {**limits, "session": os.getsid(0), "interrupt": signal.getsignal(signal.SIGINT)}


def passes(name: str, answer: Callable[..., Any]) -> bool:
    """Tell whether an answer keeps every rule; case by case, since most fail the first."""
    exercise = load(name)
    cases = exercise.cases(np.random.default_rng(0))
    return not any(broken_rules(name, [case], look(exercise.observe, answer, [case], 0)) for case in cases)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # run_each, called with nonsense
@pytest.mark.parametrize("name", EXERCISES)
def test_no_function_of_the_package_passes_as_an_answer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linreg_course.checking.deadline.CASE_SECONDS", 1.0)  # some wait for what never comes
    before = of_this_process()
    tried = functions()
    assert len(tried) > 300
    assert {one.__qualname__ for one in tried if passes(name, one)} == HANDS_BACK.get(name, set())
    assert of_this_process() == before
