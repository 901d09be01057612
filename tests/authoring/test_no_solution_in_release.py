"""Nobody gets a solution: none is in the students' zip, in the wheel in it, or in a notebook for students."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import nbformat
import pytest
from example_course import COURSE, copy_course, run

from linreg_course.authoring.parts import is_assignment
from linreg_course.authoring.source import Source, read_source
from linreg_course.exercises import EXERCISES

SOURCES = [read_source(path) for path in sorted((COURSE / "notebooks" / "source").glob("*.py"))]
ASSIGNMENTS = [source for source in SOURCES if is_assignment(source)]


def flat(text: str) -> str:
    """Return a text without its indentation and comment signs, so that a solution is found wherever it stands."""
    return "\n".join(line.strip("# ") for line in text.split("\n"))


def solutions(source: Source) -> list[str]:
    """Return what stands between the marks of an assignment, code and model answers."""
    found = [re.findall(r"BEGIN SOLUTION\n(.*?)\n *### END", cell.text, re.DOTALL) for cell in source.cells]
    return [flat(text).strip() for texts in found for text in texts]


def parts_of(solution: str) -> set[str]:
    """Return the whole of a solution and its longer lines, each of which would tell much of it."""
    return {solution, *(line for line in solution.split("\n") if len(line) >= 40)}


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """By name the text of each file that students get, the wheel's too; a notebook's is that of its cells."""
    folder = copy_course(tmp_path_factory.mktemp("release"), *(source.path.stem for source in ASSIGNMENTS))
    done = run(folder, "linreg", "release")
    assert done.returncode == 0, done.stdout + done.stderr
    (archive,) = (folder / "course").glob("*.zip")
    contents = unzipped(archive.read_bytes())
    contents |= unzipped(contents.pop(next(name for name in contents if name.endswith(".whl"))))
    # A font and compiled words are no text: whatever they hold is looked at all the same.
    texts = {name: content.decode(errors="replace") for name, content in contents.items()}
    texts |= {str(path.relative_to(COURSE)): path.read_text("utf-8") for path in built_assignments()}
    return {name: cells_of(text) if name.endswith(".ipynb") else flat(text) for name, text in texts.items()}


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist() if not name.endswith("/")}


def built_assignments() -> list[Path]:
    return [COURSE / "notebooks" / lang / f"{one.path.stem}.ipynb" for one in ASSIGNMENTS for lang in ("en", "zh")]


def cells_of(notebook: str) -> str:
    return "\n".join(flat(cell.source) for cell in nbformat.reads(notebook, as_version=4).cells)


def test_the_marks_of_the_sources_hold_solutions() -> None:
    found = [solution for source in ASSIGNMENTS for solution in solutions(source)]
    assert len(found) > len(EXERCISES)
    assert all(len(solution) > 10 and "SOLUTION" not in solution for solution in found)


@pytest.mark.parametrize("source", ASSIGNMENTS, ids=[source.path.stem for source in ASSIGNMENTS])
def test_no_solution_and_no_long_line_of_one_is_handed_out(handed_out: dict[str, str], source: Source) -> None:
    parts = set().union(*map(parts_of, solutions(source)))
    assert [(name, part) for name, text in handed_out.items() for part in parts if part in text] == []


def test_the_wheel_holds_the_words_of_every_exercise_and_no_source_and_no_test(handed_out: dict[str, str]) -> None:
    of_wheel = [name for name in handed_out if name.startswith("linreg_course/")]
    assert {f"linreg_course/exercises/{name}.toml" for name in EXERCISES} <= set(of_wheel)
    assert not [name for name in handed_out if "notebooks/source" in name or "tests/" in name]
