"""A class whose right submissions were damaged on their way: each student has one damage, drawn by a seed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import NamedTuple

import nbformat
from damages import DAMAGES, Damage, Files, Handed, Notebook, cells_of
from example_course import solved

ASSIGNMENTS = ("huber", "lr-vs-reduction", "loss-and-init")
LANGUAGES = ("en", "zh")
HELPER = "def passed_on(value):\n    return value"


class Damaged(NamedTuple):
    """One submission of the class, and what it was before its damage."""

    student: str
    damage: Damage
    handed: Handed
    files: Files


def undamaged(notebooks: Path, assignment: str, lang: str) -> Handed:
    """Return a right submission: answers that need a function in a cell of the student's own, and words.

    Args:
        notebooks: the folder that holds the released notebooks of each language.
        assignment: its name.
        lang: "en" or "zh".
    """
    path = notebooks / lang / f"{assignment}.ipynb"
    released = _plain(json.loads(path.read_text(encoding="utf-8")))
    answers = [cell["id"] for cell in cells_of(released, "solution")]
    notebook = _plain(json.loads(nbformat.writes(solved(path, lang, *answers))))
    for cell in cells_of(notebook, "solution"):
        name = re.search(r"^def (\w+)", cell["source"], re.MULTILINE)[1]  # type: ignore[index]
        inner = cell["source"].replace(f"def {name}(", f"def _{name}(", 1)
        cell["source"] = f"{inner}\n\n\ndef {name}(*args, **kwargs):\n    return passed_on(_{name}(*args, **kwargs))"
    for cell in cells_of(notebook, "words"):
        cell["source"] = f"{cell['id']} in words of my own, 用我自己的话。"
    first = next(number for number, cell in enumerate(notebook["cells"]) if cell["id"] == answers[0])
    own = {
        "cell_type": "code",
        "id": "helper",
        "metadata": {},
        "source": HELPER,
        "outputs": [],
        "execution_count": None,
    }
    notebook["cells"].insert(first, own)
    return Handed(assignment, lang, notebook, released)


def draw_class(notebooks: Path, size: int, seed: int, assignments: tuple[str, ...] = ASSIGNMENTS) -> Iterator[Damaged]:
    """Yield so many damaged submissions: each damage in turn, of an assignment and a language that are drawn."""
    every = [undamaged(notebooks, name, lang) for name in assignments for lang in LANGUAGES]
    for number, (name, damage) in enumerate(islice(cycle(DAMAGES.items()), size)):
        rng = Random(f"{seed} {number} {name}")
        handed = rng.choice(every)
        yield Damaged(f"{number:04}-{name}", damage, handed, damage.files(rng, handed))


def hand_in(course: Path, one: Damaged) -> None:
    """Put a damaged submission where nbgrader collects it."""
    for name, content in one.files.items():
        path = course / "submitted" / one.student / one.handed.assignment / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _plain(notebook: Notebook) -> Notebook:
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return notebook
