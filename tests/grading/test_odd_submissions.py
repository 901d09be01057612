"""Odd files, places and cells around right answers: each has its score, or a reason that says what is there."""

from __future__ import annotations

import copy
import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from damaged_class import undamaged
from damages import Notebook, dumped
from example_course import copy_course, run

NAME = "huber"
# What a student hands in, by the path below the student's folder.
Files = dict[str, bytes]
ODD: dict[str, tuple[Callable[[Notebook, Notebook, Notebook], Files], str, str]] = {}


def odd(score: str, remark: str) -> Callable[[Any], None]:
    """Add a submission; it is made of a right notebook, its Chinese twin, and the released one."""

    def add(make: Callable[[Notebook, Notebook, Notebook], Files]) -> None:
        ODD[make.__name__.replace("_", "-")] = make, score, remark

    return add


def handed(notebook: Notebook, **others: bytes) -> Files:
    return {f"{NAME}/{NAME}.ipynb": dumped(notebook), **{f"{NAME}/{name}": content for name, content in others.items()}}


def cell(notebook: Notebook, name: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def with_code(notebook: Notebook, code: str, above: str) -> Notebook:
    own = {"cell_type": "code", "id": "own", "metadata": {}, "source": code, "outputs": [], "execution_count": None}
    notebook["cells"].insert(notebook["cells"].index(cell(notebook, above)), own)
    return notebook


@odd("12", "more answers than the English one. Another notebook|Another notebook, huber.ipynb, has other answers")
def chinese_finished_and_english_touched(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    cell(released, "huber-scale")["source"] = "def huber_scale(delta):\n    return 1"
    return handed(released, **{"zh/huber.ipynb": dumped(zh)})


@odd("12", "The notebook huber-final.ipynb was taken")
def final_beside_an_untouched_one(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    return handed(released, **{"huber-final.ipynb": dumped(right)})


@odd("12", "The notebook huber was taken")
def file_in_the_place_of_the_folder(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    return {NAME: dumped(right)}


@odd("12", "The notebook huber.ipynb was taken")
def outside_of_the_folder(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    return {"huber.ipynb": dumped(right)}


@odd("12", "The notebook huber.ipynb was taken")
def in_a_folder_of_another_name(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    return {"Huber (1)/huber.ipynb": dumped(right)}


@odd("12", "")
def module_of_torchs_name(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    return handed(right, **{"torch.py": b"raise SystemError"})


@odd("12", "")
def check_is_a_number(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    return handed(with_code(right, "check = 5", "huber-loss-check"))


@odd("12", "")
def folder_removed_by_the_code(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    code = "import os, shutil\nhere = os.getcwd()\nos.chdir('/')\nshutil.rmtree(here)"
    return handed(with_code(right, code, "huber-loss-check"))


@odd("4", "The check of huber_loss gave no verdict")
def names_reset_between_answer_and_check(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    again = cell(right, "helper")["source"]
    cell(right, "huber-scale")["source"] = f"{again}\n\n\n{cell(right, 'huber-scale')['source']}"
    return handed(with_code(right, "%reset -f\nimport torch\nfrom torch import nn", "huber-loss-check"))


@odd("8", "There was no huber_scale to judge")
def answer_of_another_name(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    cell(right, "huber-scale")["source"] = "def huber_scales(delta):\n    return delta"
    return handed(right)


@odd("8", "There was no huber_scale to judge")
def full_width_brackets(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    cell(right, "huber-scale")["source"] = "def huber_scale（delta）:\n    return delta"
    return handed(right)


@odd("12", "The saved state of controls is left out")
def state_of_widgets(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    right["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"a": {"model_name": "x"}}}
    return handed(right)


@odd("12", "What lies beside it is left out: notes.ipynb")
def unreadable_notebook_beside(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    return handed(right, **{"notes.ipynb": b"notes"})


@odd("", "No notebook was handed in for huber, only huber.ipynb/inner.txt")
def folder_of_the_notebooks_name(right: Notebook, zh: Notebook, released: Notebook) -> Files:
    return {f"{NAME}/{NAME}.ipynb/inner.txt": b"x"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, course: Path) -> Path:
    """A course with these submissions, graded, with their feedback."""
    folder = copy_course(tmp_path_factory.mktemp("odd"), NAME)
    assert run(folder, "linreg", "release").returncode == 0
    right, zh = (undamaged(course / "notebooks", NAME, lang) for lang in ("en", "zh"))
    for student, (make, _, _) in ODD.items():
        for name, content in make(*map(copy.deepcopy, (right.notebook, zh.notebook, right.released))).items():
            path = folder / "course" / "submitted" / student / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    run(folder, "linreg", "grade", NAME)
    return folder


@pytest.mark.parametrize("student", ODD)
def test_it_has_its_score_and_a_remark(folder: Path, student: str) -> None:
    with (folder / "course" / "grading-report.csv").open(newline="", encoding="utf-8-sig") as file:
        row = next(row for row in csv.DictReader(file) if row["student"] == student)
    _, score, remark = ODD[student]
    assert row["score"] == score
    said = f"{row['reason']} {row['look_at']} {row['repaired']}"
    assert any(part in said for part in remark.split("|"))
    assert bool(remark) is bool(said.strip())


def test_each_has_a_page_with_its_points_or_the_reason_for_none(folder: Path) -> None:
    done = run(folder, "linreg", "feedback", NAME)
    assert done.returncode == 0, done.stdout
    pages = {path.parents[1].name for path in (folder / "course").glob(f"feedback/*/{NAME}/{NAME}.html")}
    refused = {path.name for path in (folder / "course").glob("set_aside/*")}
    assert pages == {path.name for path in (folder / "course").glob("submitted/*")} | refused


def test_a_grade_that_stays_when_a_broken_file_follows_is_said(folder: Path) -> None:
    place = folder / "course" / "submitted" / "check-is-a-number" / NAME
    (place / f"{NAME}.ipynb").write_bytes(b"")
    done = run(folder, "linreg", "grade", NAME, "--student", "check-is-a-number")
    assert "empty file; an earlier grade stays" in " ".join(done.stdout.split())
    remarks = (folder / "course" / "graded" / f"{NAME}-remarks.txt").read_text()
    assert "An earlier submission's 12 points stay in the gradebook" in remarks
