"""A class of attackers, each followed by an honest student, in a course of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
from attacks.arena import COURSE, HOME
from attacks.cells import RIGHT, Attack
from example_course import copy_course, run

from linreg_course.grading.seeds import seed_of
from linreg_course.handin.course_key import read_key

NAME, EXERCISE = "lr-vs-reduction", "convert_lr"
SECRET = "sesame-4711-open"
AFTER = "-and-after"
# A cell has this long, a notebook that.
SECONDS = "c.Execute.timeout = 4\nc.WarmExecute.submission_seconds = 12\n"


def hand_in(folder: Path, attacks: dict[str, Attack]) -> Path:
    """Release the assignment in a copy of the course and hand in each attack and an honest answer; return the copy."""
    copy_course(folder, NAME)
    done = run(folder, "linreg", "release", NAME)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "home").mkdir()
    (folder / "home" / "secret.txt").write_text(SECRET)
    with (folder / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{SECONDS}")
    course = folder / "course"
    released = course / "release" / NAME / f"{NAME}.ipynb"
    for name, one in attacks.items():
        _submit(course, name, released, one)
        _submit(course, name + AFTER, released, Attack("answers", RIGHT))
    key = read_key(course)
    students = [student for name in attacks for student in (name, name + AFTER)]
    seeds = {student: str(seed_of(key, NAME, student, EXERCISE)) for student in students}
    needles = {"all": [SECRET, key.hex(), "hunter2", "RAISED"], "seeds": seeds}
    (folder / "needles.json").write_text(json.dumps(needles))
    return folder


def _submit(course: Path, student: str, released: Path, one: Attack) -> None:
    notebook: Any = nbformat.read(released, as_version=4)
    cells = [cell.id for cell in notebook.cells]
    notebook.cells[cells.index("convert-lr")].source = _placed(one.answer)
    if one.behind:
        notebook.cells.insert(cells.index("convert-lr-check") + 1, nbformat.v4.new_code_cell(_placed(one.behind)))
    folder = course / "submitted" / student / NAME
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    for name, content in one.beside:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content.startswith("-> "):
            path.symlink_to(_placed(content.removeprefix("-> ")))
        else:
            path.write_text(content)


def _placed(text: str) -> str:
    return text.replace("COURSE", str(COURSE)).replace("HOME", str(HOME))
