"""Every claim of the case notebook is shown by a cell that computes and asserts it; every right step of it is taken."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import nbformat
import pytest

from linreg_course.authoring.source import Cell, read_source

TABLE = tomllib.loads(Path(__file__).with_name("claims.toml").read_text(encoding="utf-8"))

# The lessons that owe a demonstration of each claim.
LESSONS = {
    "S1": "01", "S2": "01", "S3": "02", "S4": "02", "S5": "03", "S6": "04", "S7": "04", "S8": "05", "S9": "05 07",
    "S10": "06", "S11": "01 07", "S12": "07", "S13": "07", "S14": "03 07", "S15": "07", "S16": "06", "S17": "06",
    "S18": "06", "S19": "06", "S20": "06", "S21": "06", "S22": "06", "S23": "06", "S24": "05", "S25": "05",
    "S26": "05", "S27": "05", "S28": "05 07", "S29": "04", "S30": "04", "S31": "05", "S32": "05", "S33": "06 07",
    "S34": "07",
}  # fmt: skip

VERDICTS = ("right", "right, with a condition", "wrong")

# The cells of the case notebook, by execution count.
STEPS = ["In[21]", "In[22]", "In[23]", "In[24]", "In[25]", "In[34]", "In[39]"]


def cell_at(place: str) -> Cell:
    notebook, name = place.split(":")
    source = read_source(Path("notebooks/source") / f"{notebook}.py")
    found = [cell for cell in source.cells if cell.name == name and cell.kind == "code"]
    assert found, f"there is no code cell {place}"
    return found[0]


def test_the_table_holds_every_claim_and_every_step() -> None:
    assert list(TABLE["claims"]) == [f"S{number}" for number in range(1, 35)]
    assert list(TABLE["steps"]) == STEPS


def assertions(code: str) -> list[ast.expr]:
    return [node.test for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Assert)]


def is_about_values(test: ast.expr) -> bool:
    """Tell whether an assertion can fail: it looks at something that the cell or one before it has computed."""
    return any(isinstance(node, ast.Name) for node in ast.walk(test))


@pytest.mark.parametrize("claim", LESSONS)
def test_a_claim_is_asserted_in_each_lesson_that_owes_it(claim: str) -> None:
    places = TABLE["claims"][claim]["cells"]
    assert TABLE["claims"][claim]["verdict"] in VERDICTS
    assert sorted({place[:2] for place in places}) == LESSONS[claim].split()
    for place in places:
        assert any(map(is_about_values, assertions(cell_at(place).text))), f"{place} asserts nothing"


@pytest.mark.parametrize("step", STEPS)
def test_a_right_step_is_taken_in_a_lesson(step: str) -> None:
    parts = TABLE["steps"][step]
    assert parts
    for code, place in parts.items():
        assert code in cell_at(place).text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_cells_named_were_executed_without_an_error(executed: Path, lang: str) -> None:
    places = {place for claim in TABLE["claims"].values() for place in claim["cells"]}
    for place in places:
        notebook, name = place.split(":")
        cells = nbformat.read(executed / lang / f"{notebook}.ipynb", as_version=4).cells
        (cell,) = [cell for cell in cells if cell.id == name]
        assert cell.execution_count
        assert all(output.output_type != "error" for output in cell.outputs)
