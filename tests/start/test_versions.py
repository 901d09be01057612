"""The first cell: an environment that fits is said in a line, and any other with what to do about it."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from linreg_course.start import versions
from linreg_course.start.versions import FIX, faults, well


def test_this_environment_fits() -> None:
    assert faults() == []
    assert f"torch {metadata.version('torch')}" in well().en


@pytest.mark.parametrize(("name", "old"), [("numpy", "1.20"), ("torch", "2.5.1+cu121"), ("ipython", "8.0")])
def test_a_version_that_is_too_old_is_named_with_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, name: str, old: str
) -> None:
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda asked: old if asked == name else real(asked))
    (fault,) = faults()
    assert fault.en.startswith(f"{name} has the version {old}; the course needs >=")
    assert fault.zh.startswith(f"{name}的版本是{old}，本课程需要>=")


@pytest.mark.parametrize("name", ["matplotlib", "linreg-course"])
def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for function in ("version", "metadata"):
        real = getattr(metadata, function)

        def asked(of: str, real: Any = real) -> Any:
            if of == name:
                raise metadata.PackageNotFoundError(of)
            return real(of)

        monkeypatch.setattr(metadata, function, asked)
    assert [fault.en for fault in faults()] == [f"{name} is missing; the course needs it."]


def test_a_python_that_is_too_old_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions.platform, "python_version", lambda: "3.9.1")
    assert faults()[0].en.startswith("Python has the version 3.9.1; the course needs >=3.")


@pytest.mark.parametrize("name", ["torch", "matplotlib", "ipywidgets"])
def test_a_package_that_is_there_but_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    (fault,) = faults()
    assert fault.en.startswith(f"{name} is installed but does not work (ModuleNotFoundError: ")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_where_the_course_is_missing_the_first_cell_says_the_same_fix(course: Path, lang: str) -> None:
    notebook = json.loads((course / "notebooks" / lang / "00_start.ipynb").read_text(encoding="utf-8"))
    first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", "".join(first["source"])]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    assert "No module named 'linreg_course'" in done.stdout.splitlines()[0]
    assert done.stdout.splitlines()[1:] == getattr(FIX, lang).splitlines()


def test_the_start_page_is_loaded_without_what_it_checks() -> None:
    code = "import sys, linreg_course.start.page; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"torch", "matplotlib", "ipywidgets", "nbformat", "IPython"} & set(done.stdout.split()) == set()
