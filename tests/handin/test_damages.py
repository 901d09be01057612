"""A damage that can be repaired leaves the answers as they were; every other is refused by its name, or loses some."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from damaged_class import Damaged, draw_class, undamaged
from damages import DAMAGES, LESS, SAME, cells_of, dumped

from linreg_course.handin.candidates import notebook_among
from linreg_course.handin.finding import releases
from linreg_course.handin.submission import UnreadableError

ALL = ("foundations", "lr-vs-reduction", "loss-and-init", "huber", "gradients", "challenges")


def graded(notebook: Any) -> dict[str, str]:
    """Return the texts of the graded cells by their grade_id, in the notebook's order."""
    known = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell["source"].rstrip("\n") for cell in known}


def code(notebook: Any) -> list[str]:
    """Return the lines of code, in whichever cells they stand."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [line for cell in cells for line in cell["source"].split("\n") if line.strip()]


def outcome(course: Path, folder: Path, one: Damaged) -> tuple[Any, str]:
    """Return the notebook that is graded, or None, and what is said of it."""
    root = folder / one.student / one.handed.assignment
    for name, content in one.files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    unpacked = folder / one.student / "unpacked"
    unpacked.mkdir()
    try:
        found = notebook_among([root], one.handed.assignment, releases(course / "_"), unpacked)
    except UnreadableError as error:
        return None, error.words.en
    said = (*found.repairs, *found.doubts, *found.submission.repairs, *found.submission.doubts)
    return found.submission, " ".join(words.en for words in said)


def complaint(course: Path, folder: Path, one: Damaged) -> str:
    """Return what is wrong with what became of a damaged submission, or ""."""
    submission, said = outcome(course, folder, one)
    if submission is None:
        expected = "$^" if one.damage.expected == SAME else "" if one.damage.expected == LESS else one.damage.expected
        return "" if re.search(expected, said) else f"refused: {said}"
    nbformat.validate(submission.notebook)
    if one.damage.expected == LESS:
        return ""
    if one.damage.expected != SAME:
        return "it was not refused"
    ours, theirs = graded(submission.notebook), graded(one.handed.notebook)
    if list(ours) != list(theirs) or submission.lang != one.handed.lang:
        return f"other cells, or another order or language: {list(ours)} {submission.lang}"
    parted = one.student.endswith("-split") and code(submission.notebook) == code(one.handed.notebook)
    return "" if ours == theirs or parted else str({name for name in theirs if ours[name] != theirs[name]})


def complaints(course: Path, folder: Path, size: int, seed: int) -> dict[str, str]:
    drawn = draw_class(course / "notebooks", size, seed, ALL)
    return {one.student: said for one in drawn if (said := complaint(course, folder, one))}


def test_each_damage_is_repaired_or_refused_by_its_name(course: Path, tmp_path: Path) -> None:
    assert complaints(course, tmp_path, 5 * len(DAMAGES), seed=0) == {}


@pytest.mark.long
def test_each_damage_is_repaired_or_refused_by_its_name_a_thousand_times(course: Path, tmp_path: Path) -> None:
    assert complaints(course, tmp_path, 100 * len(DAMAGES), seed=1) == {}


def one_file(course: Path, folder: Path, notebook: Any) -> Any:
    (folder / "huber").mkdir()
    (folder / "huber" / "huber.ipynb").write_bytes(dumped(notebook))
    return notebook_among([folder / "huber"], "huber", releases(course / "_"), folder / "unpacked")


def test_who_calls_a_check_in_a_cell_of_their_own_has_nothing_to_repair(course: Path, tmp_path: Path) -> None:
    notebook = undamaged(course / "notebooks", "huber", "en").notebook
    (check, _) = cells_of(notebook, "check")
    own = {**check, "id": "mine", "metadata": {}}
    notebook["cells"].insert(3, dict(own, id="above"))
    notebook["cells"].append(own)
    assert one_file(course, tmp_path, notebook).submission.is_as_saved


def test_pictures_in_an_answer_stay(course: Path, tmp_path: Path) -> None:
    notebook = undamaged(course / "notebooks", "huber", "en").notebook
    answer = cells_of(notebook, "words")[0]
    answer["attachments"] = {"plot.png": {"image/png": "iVBORw0KGgo="}}
    for cell in notebook["cells"]:
        del cell["metadata"]
    answer["metadata"] = {}
    found = one_file(course, tmp_path, notebook).submission
    assert next(cell for cell in found.notebook.cells if cell.id == answer["id"]).attachments == answer["attachments"]
