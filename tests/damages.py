"""What happens to notebooks on their way: each damage makes of a notebook what is handed in, drawn by a seed.

What a damage is named after is what it does. SAME is expected where it can be repaired: the undamaged notebook's score.
LESS is expected where something is gone: no more than that score. Any other expectation is a pattern for the reason
that is given in place of a score.
"""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

SAME, LESS = "same", "less"

Notebook = dict[str, Any]
# By the path in the assignment's folder.
Files = dict[str, bytes]


class Handed(NamedTuple):
    """An undamaged submission: its assignment, its language, its notebook, and the released one in its language."""

    assignment: str
    lang: str
    notebook: Notebook
    released: Notebook


class Damage(NamedTuple):
    """A damage, and what is expected of a submission that has it."""

    files: Callable[[Random, Handed], Files]
    expected: str


DAMAGES: dict[str, Damage] = {}


def _file(expected: str) -> Callable[[Callable[[Random, Handed], Files]], None]:
    def add(files: Callable[[Random, Handed], Files]) -> None:
        DAMAGES[files.__name__.replace("_", "-")] = Damage(files, expected)

    return add


def _bytes(expected: str) -> Callable[[Callable[[Random, Handed], bytes]], None]:
    """Add a damage that gives other bytes to the file where it should be."""

    def add(content: Callable[[Random, Handed], bytes]) -> None:
        def files(rng: Random, handed: Handed) -> Files:
            return {f"{handed.assignment}.ipynb": content(rng, handed)}

        DAMAGES[content.__name__.replace("_", "-")] = Damage(files, expected)

    return add


def _json(expected: str) -> Callable[[Callable[[Random, Notebook], None]], None]:
    """Add a damage that changes the notebook's JSON in place."""

    def add(change: Callable[[Random, Notebook], None]) -> None:
        def files(rng: Random, handed: Handed) -> Files:
            notebook = copy.deepcopy(handed.notebook)
            change(rng, notebook)
            return {f"{handed.assignment}.ipynb": dumped(notebook)}

        DAMAGES[change.__name__.replace("_", "-")] = Damage(files, expected)

    return add


def dumped(notebook: Notebook, **how: Any) -> bytes:
    """Return the bytes of a notebook as JupyterLab writes them."""
    return (json.dumps(notebook, indent=1, **{"ensure_ascii": False, **how}) + "\n").encode()


def cells_of(notebook: Notebook, kind: str) -> list[dict[str, Any]]:
    """Return the cells that are "solution", "check" or "words", by nbgrader's metadata."""
    flags = {"solution": (False, True), "check": (True, False), "words": (True, True)}[kind]
    known = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    return [
        cell
        for cell in known
        if (cell["metadata"]["nbgrader"]["grade"], cell["metadata"]["nbgrader"]["solution"]) == flags
    ]


# Encodings and the ends of lines.


@_bytes(SAME)
def byte_order_mark(rng: Random, handed: Handed) -> bytes:
    return b"\xef\xbb\xbf" + dumped(handed.notebook)


@_bytes(SAME)
def utf_16(rng: Random, handed: Handed) -> bytes:
    return dumped(handed.notebook).decode().encode(rng.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32"]))


@_bytes(SAME)
def gbk(rng: Random, handed: Handed) -> bytes:
    return dumped(handed.notebook).decode().encode("gb18030")


@_bytes(SAME)
def latin_1(rng: Random, handed: Handed) -> bytes:
    notebook = copy.deepcopy(handed.notebook)
    notebook["cells"][0]["source"] += "\nd\N{LATIN SMALL LETTER E WITH ACUTE}j\N{LATIN SMALL LETTER A WITH GRAVE} vu"
    text = json.dumps(notebook, indent=1, ensure_ascii=False)
    return "".join(char if ord(char) < 256 else json.dumps(char)[1:-1] for char in text).encode("latin-1")


@_bytes(SAME)
def some_bytes_are_no_characters(rng: Random, handed: Handed) -> bytes:
    notebook = copy.deepcopy(handed.notebook)
    notebook["cells"].append(note("PLACE"))
    return dumped(notebook).replace(b"PLACE", b"a\xff\xfeb")


@_bytes(SAME)
def ends_of_lines(rng: Random, handed: Handed) -> bytes:
    return dumped(handed.notebook).replace(b"\n", b"\r\n")


@_json(SAME)
def ends_of_lines_in_cells(rng: Random, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].replace("\n", "\r\n")


@_bytes(SAME)
def on_one_line(rng: Random, handed: Handed) -> bytes:
    return json.dumps(handed.notebook).encode()


@_bytes(SAME)
def padded_with_zeros(rng: Random, handed: Handed) -> bytes:
    return dumped(handed.notebook) + b"\0" * rng.randrange(1, 5000)


@_bytes(SAME)
def written_twice(rng: Random, handed: Handed) -> bytes:
    return dumped(handed.notebook) * 2


# Formats.


@_json(SAME)
def version_3(rng: Random, notebook: Notebook) -> None:
    cells = []
    for cell in notebook["cells"]:
        metadata = cell["metadata"]
        if cell["cell_type"] == "code":
            code = {"cell_type": "code", "input": cell["source"], "language": "python", "collapsed": False}
            cells.append({**code, "metadata": metadata, "outputs": [], "prompt_number": 1})
        else:
            cells.append({"cell_type": cell["cell_type"], "metadata": metadata, "source": cell["source"]})
    del notebook["cells"]
    notebook |= {"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}


@_json(SAME)
def version_4_without_ids(rng: Random, notebook: Notebook) -> None:
    notebook["nbformat_minor"] = rng.randrange(5)
    for cell in notebook["cells"]:
        del cell["id"]


@_json(SAME)
def version_4_4_with_ids(rng: Random, notebook: Notebook) -> None:
    notebook["nbformat_minor"] = rng.randrange(5)


@_json(SAME)
def version_of_the_future(rng: Random, notebook: Notebook) -> None:
    notebook |= rng.choice([{"nbformat_minor": 9}, {"nbformat": 5}, {"nbformat": "4"}, {"nbformat_minor": None}])


@_json(SAME)
def lines_in_a_list(rng: Random, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)


@_json(SAME)
def outputs_against_the_rules(rng: Random, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            how = rng.choice(["missing", "unknown", "transient", "null", "no list"])
            if how == "missing":
                del cell["outputs"]
            else:
                shown = {"data": {"text/plain": "1"}, "metadata": {}, "execution_count": 1, "transient": {}}
                cell["outputs"] = {
                    "unknown": [{"output_type": "hologram", "data": 3}],
                    "transient": [{"output_type": "execute_result", **shown}],
                    "null": None,
                    "no list": {"output_type": "stream"},
                }[how]
        else:
            cell["outputs"] = []


@_json(SAME)
def cells_without_metadata(rng: Random, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if "nbgrader" not in cell["metadata"]:
            if rng.random() < 0.5:
                del cell["metadata"]
            else:
                cell["metadata"] = rng.choice([None, [], "none"])
    notebook["cells"].insert(rng.randrange(len(notebook["cells"])), rng.choice([None, 3, "text", []]))


@_json(SAME)
def kernel_of_another_name(rng: Random, notebook: Notebook) -> None:
    name = rng.choice(["conda-env-d2l-py", "venv", "ir", "", "python2"])
    notebook["metadata"]["kernelspec"] = rng.choice([None, {"name": name, "display_name": name, "language": "R"}])
    notebook["metadata"]["language_info"] = {"name": rng.choice(["python", "R"])}


@_json(SAME)
def state_of_widgets(rng: Random, notebook: Notebook) -> None:
    notebook["metadata"]["widgets"] = {
        "application/vnd.jupyter.widget-state+json": {"a1": {"model_name": "LayoutModel"}}
    }


@_json(SAME)
def huge_outputs(rng: Random, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "0123456789" * 100_000}]


# Metadata.


@_json(SAME)
def cells_metadata_stripped(rng: Random, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["metadata"] = {}


@_json(SAME)
def notebooks_metadata_stripped(rng: Random, notebook: Notebook) -> None:
    notebook["metadata"] = rng.choice([{}, {"kernelspec": {"name": "python3", "display_name": "Python 3"}}])


@_json(SAME)
def metadata_and_ids_gone(rng: Random, notebook: Notebook) -> None:
    notebook["metadata"] = {}
    for number, cell in enumerate(notebook["cells"]):
        cell |= {"metadata": {}, "id": f"cell-{number}"}


@_json(SAME)
def ids_changed(rng: Random, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["id"] = f"{rng.getrandbits(32):08x}"


@_json(SAME)
def ids_all_the_same(rng: Random, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["id"] = "same"


@_json(SAME)
def points_forged(rng: Random, notebook: Notebook) -> None:
    for cell in cells_of(notebook, "check"):
        cell["metadata"]["nbgrader"]["points"] = rng.choice([100, -1, "8", None, 1e308])


@_json(SAME)
def schema_of_elsewhere(rng: Random, notebook: Notebook) -> None:
    for cell in [*cells_of(notebook, "check"), *cells_of(notebook, "solution")]:
        cell["metadata"]["nbgrader"]["schema_version"] = rng.choice([0, 1, 2, 4, "3", None])


@_json(SAME)
def grade_id_renamed(rng: Random, notebook: Notebook) -> None:
    cell = rng.choice([*cells_of(notebook, "check"), *cells_of(notebook, "solution")])
    cell["metadata"]["nbgrader"]["grade_id"] = rng.choice(["mine", "", "a b/c", None, 7])


@_json(SAME)
def relabelled(rng: Random, notebook: Notebook) -> None:
    cell = rng.choice([*cells_of(notebook, "check"), *cells_of(notebook, "solution")])
    known = cell["metadata"]["nbgrader"]
    known |= {"grade": rng.random() < 0.5, "solution": rng.random() < 0.5, "locked": False, "task": rng.random() < 0.2}


@_json(SAME)
def labels_exchanged(rng: Random, notebook: Notebook) -> None:
    one, other = cells_of(notebook, "solution")[0], cells_of(notebook, "check")[-1]
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]


@_json(SAME)
def labels_of_words_exchanged(rng: Random, notebook: Notebook) -> None:
    words = cells_of(notebook, "words") or notebook["cells"][:1]  # one assignment has none
    one, other = words[0], words[-1]
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]


# Cells.


@_json(SAME)
def check_deleted(rng: Random, notebook: Notebook) -> None:
    notebook["cells"].remove(rng.choice(cells_of(notebook, "check")))


@_json(SAME)
def setup_deleted(rng: Random, notebook: Notebook) -> None:
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "setup"]


@_json(SAME)
def setup_broken(rng: Random, notebook: Notebook) -> None:
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "setup")
    cell["source"] = rng.choice([cell["source"][:40], f"import seaborn_of_mine\n{cell['source']}", "pip install torch"])


@_json(SAME)
def statements_deleted(rng: Random, notebook: Notebook) -> None:
    known = notebook["cells"]
    notebook["cells"] = [cell for cell in known if cell["cell_type"] == "code" or "nbgrader" in cell["metadata"]]


@_json(LESS)
def answer_deleted(rng: Random, notebook: Notebook) -> None:
    notebook["cells"].remove(rng.choice(cells_of(notebook, "solution")))


@_json(SAME)
def doubled(rng: Random, notebook: Notebook) -> None:
    cell = rng.choice([cell for cell in notebook["cells"] if cell["cell_type"] == "code"])
    place = notebook["cells"].index(cell)
    notebook["cells"].insert(place + 1, {**copy.deepcopy(cell), "id": rng.choice(["copy", cell["id"]])})


@_json(SAME)
def copied_and_edited_below(rng: Random, notebook: Notebook) -> None:
    cell = rng.choice(cells_of(notebook, "solution"))
    other = {**copy.deepcopy(cell), "id": "copy", "source": f"{cell['source']}\n    raise RuntimeError"}
    notebook["cells"].insert(notebook["cells"].index(cell) + 1, other)


@_json(SAME)
def written_in_a_copy(rng: Random, notebook: Notebook) -> None:
    cell = rng.choice(cells_of(notebook, "solution"))
    stub = {**copy.deepcopy(cell), "source": f"{cell['source'].partition(':')[0]}:\n    raise NotImplementedError"}
    cell["id"] = "copy"
    notebook["cells"].insert(notebook["cells"].index(cell), stub)


@_json(SAME)
def split(rng: Random, notebook: Notebook) -> None:
    cell = rng.choice(cells_of(notebook, "solution"))
    lines = cell["source"].split("\n")
    place = rng.randrange(1, len(lines))
    below = {**copy.deepcopy(cell), "id": "below", "source": "\n".join(lines[place:])}
    if rng.random() < 0.5:
        below["metadata"] = {}
    cell["source"] = "\n".join(lines[:place])
    notebook["cells"].insert(notebook["cells"].index(cell) + 1, below)


@_json(SAME)
def retyped(rng: Random, notebook: Notebook) -> None:
    for cell in rng.sample([*cells_of(notebook, "check"), *cells_of(notebook, "solution")], 2):
        cell["cell_type"] = rng.choice(["markdown", "raw"])
        if rng.random() < 0.5:
            del cell["outputs"], cell["execution_count"]


@_json(SAME)
def reordered(rng: Random, notebook: Notebook) -> None:
    rng.shuffle(notebook["cells"])


@_json(SAME)
def check_moved(rng: Random, notebook: Notebook) -> None:
    cell = rng.choice(cells_of(notebook, "check"))
    notebook["cells"].remove(cell)
    notebook["cells"].insert(rng.choice([0, 1, 3, len(notebook["cells"])]), cell)


@_json(SAME)
def answer_moved(rng: Random, notebook: Notebook) -> None:
    cell = rng.choice(cells_of(notebook, "solution"))
    notebook["cells"].remove(cell)
    notebook["cells"].insert(rng.randrange(len(notebook["cells"]) + 1), cell)


@_json(SAME)
def check_edited(rng: Random, notebook: Notebook) -> None:
    rng.choice(cells_of(notebook, "check"))["source"] = rng.choice(["8.0", "", "check.hint('huber_loss')", "("])


@_json(LESS)
def conflict_in_a_cell(rng: Random, notebook: Notebook) -> None:
    cell = rng.choice(cells_of(notebook, "solution"))
    cell["source"] = f"<<<<<<< local\n{cell['source']}\n=======\npass\n>>>>>>> remote"


@_json(SAME)
def of_an_older_release(rng: Random, notebook: Notebook) -> None:
    for cell in cells_of(notebook, "check"):
        cell["metadata"]["nbgrader"]["points"] = 5
    gone = {**copy.deepcopy(cells_of(notebook, "solution")[0]), "id": "older", "source": "def older(x):\n    return x"}
    gone["metadata"]["nbgrader"]["grade_id"] = "older"
    notebook["cells"].insert(3, gone)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and "nbgrader" not in cell["metadata"]:
            cell["source"] = cell["source"].replace(".", "!")


# Files and folders.


@_file(SAME)
def renamed(rng: Random, handed: Handed) -> Files:
    name = handed.assignment
    other = rng.choice(
        [f"{name} (1).ipynb", f"{name}-final.ipynb", f"{name.upper()}.IPYNB", "作业.ipynb", f"{name}.ipynb.txt"]
    )
    return {other: dumped(handed.notebook)}


@_file(SAME)
def too_deep(rng: Random, handed: Handed) -> Files:
    folder = rng.choice(["a/b/c", handed.assignment, "my work"])
    return {f"{folder}/{handed.assignment}.ipynb": dumped(handed.notebook)}


@_file(SAME)
def zipped(rng: Random, handed: Handed) -> Files:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{rng.choice(['', 'folder/'])}{handed.assignment}.ipynb", dumped(handed.notebook))
        archive.writestr("__MACOSX/._notebook.ipynb", b"\0\5\26\7")
    return {rng.choice(["work.zip", f"{handed.assignment}.ipynb"]): file.getvalue()}


@_file(SAME)
def beside_an_untouched_one(rng: Random, handed: Handed) -> Files:
    name = handed.assignment
    return {f"{name}.ipynb": dumped(handed.released), f"{name}-final.ipynb": dumped(handed.notebook)}


@_file(SAME)
def in_the_folder_that_submit_makes(rng: Random, handed: Handed) -> Files:
    name, folder = handed.assignment, f"handin/{handed.assignment}"
    return {
        f"{folder}/2026-03-01T10-00-00Z/{name}.ipynb": dumped(handed.released),
        f"{folder}/2026-03-02T10-00-00Z/{name}.ipynb": dumped(handed.notebook),
        f"{folder}/2026-03-02T10-00-00Z/{name}.receipt.json": b"{}",
    }


@_file(SAME)
def with_a_checkpoint(rng: Random, handed: Handed) -> Files:
    name = handed.assignment
    return {
        f"{name}.ipynb": dumped(handed.notebook),
        f".ipynb_checkpoints/{name}-checkpoint.ipynb": dumped(handed.released),
        f"._{name}.ipynb": b"\0\5\26\7",
        "timestamp.txt": rng.choice([b"", b"yesterday", b"\xff\xfe2\x000\x00", b"2026-13-45 99:99", b"99999999999999"]),
    }


# What cannot be repaired.


@_bytes("damaged or cut off after [1-9]|no cell can be read")
def cut_off(rng: Random, handed: Handed) -> bytes:
    content = dumped(handed.notebook)
    return content[: rng.randrange(len(content) // 10, len(content) - 200)]


@_bytes("both sides of a merge conflict, in 1 place,")
def merge_conflict(rng: Random, handed: Handed) -> bytes:
    lines = dumped(handed.notebook).split(b"\n")
    place = rng.randrange(5, len(lines) - 5)
    both = [b"<<<<<<< HEAD", lines[place], b"=======", lines[place].replace(b"e", b"E"), b">>>>>>> theirs"]
    return b"\n".join([*lines[:place], *both, *lines[place + 1 :]])


@_bytes("is empty")
def empty(rng: Random, handed: Handed) -> bytes:
    return rng.choice([b"", b"\n", b"\0" * 4096])


@_bytes("no notebook but a (web page|PDF|script or a text|picture)|it holds no cells")
def another_kind_of_file(rng: Random, handed: Handed) -> bytes:
    kinds = [
        b"<!DOCTYPE html><html>Sign in",
        b"%PDF-1.7\n",
        b"import torch\n",
        b"[]",
        b"{}",
        b"\x89PNG\r\n\x1a\n",
        b"null",
    ]
    return rng.choice(kinds)


@_file("No notebook was handed in for .*, only")
def no_notebook(rng: Random, handed: Handed) -> Files:
    return {rng.choice(["answers.docx", "huber.py", "screenshot.png"]): b"something"}


@_json("has no graded cell|holds no cell of one")
def lesson(rng: Random, notebook: Notebook) -> None:
    notebook["cells"] = [note("# 01")]
    if rng.random() < 0.5:
        notebook["metadata"] = {}


# Anything.


@_bytes(LESS)
def bytes_flipped(rng: Random, handed: Handed) -> bytes:
    content = bytearray(dumped(handed.notebook))
    for _ in range(rng.choice([1, 3, 30, 300])):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


@_bytes(LESS)
def block_lost(rng: Random, handed: Handed) -> bytes:
    content = dumped(handed.notebook)
    start, length = rng.randrange(len(content)), rng.choice([1, 100, 512, 4096])
    return content[:start] + rng.choice([b"", b"\0" * length, rng.randbytes(length)]) + content[start + length :]


def note(text: str) -> dict[str, Any]:
    """Return a cell with a text of the student's own."""
    return {"cell_type": "markdown", "id": "note", "metadata": {}, "source": text}
