"""Files made to take a grader's time or memory: each is read or refused in words, and soon."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from damaged_class import undamaged
from damages import dumped

from linreg_course.handin.candidates import notebook_among
from linreg_course.handin.finding import releases
from linreg_course.handin.submission import Submission, UnreadableError

NAME = "huber"
MANY = 200_000


def with_source(code: str) -> Callable[[dict[str, Any]], bytes]:
    def content(notebook: dict[str, Any]) -> bytes:
        cell = next(cell for cell in notebook["cells"] if cell["id"] == "huber-loss")
        cell["source"] = code
        return json.dumps(notebook).encode()

    return content


def deep(notebook: dict[str, Any]) -> bytes:
    return b'{"cells": ' + b"[" * MANY


def deep_metadata(notebook: dict[str, Any]) -> bytes:
    nested = b'{"a": ' * 900 + b"1" + b"}" * 900
    return dumped(notebook).replace(b'"metadata": {', b'"metadata": {"x": ' + nested + b", ", 1)


def many_cells(notebook: dict[str, Any]) -> bytes:
    notebook["cells"] += [{"cell_type": "code", "source": f"x{k} = {k}", "metadata": {}} for k in range(MANY // 4)]
    return dumped(notebook)


def many_cells_cut_off(notebook: dict[str, Any]) -> bytes:
    return b'{"cells": [' + b'{"cell_type": "code", "source": "x"}, ' * (MANY // 4)


def many_outputs(notebook: dict[str, Any]) -> bytes:
    notebook["cells"][2]["outputs"] = [{"output_type": "odd"}] * MANY
    return dumped(notebook)


def many_marks_outside(notebook: dict[str, Any]) -> bytes:
    return b"<<<<<<< HEAD\n" * MANY + b"=======\n" * MANY


def many_marks_inside(notebook: dict[str, Any]) -> bytes:
    return with_source("<<<<<<< a\n" * MANY + "=======\n" * MANY)(notebook)


HOSTILE: dict[str, Callable[[dict[str, Any]], bytes]] = {
    **{one.__name__: one for one in (deep, deep_metadata, many_cells, many_cells_cut_off, many_outputs)},
    **{one.__name__: one for one in (many_marks_outside, many_marks_inside)},
    "magics": with_source("%time 1\n" * MANY),
    "signs": with_source("-" * MANY + "1"),
    "signs-in-a-short-cell": with_source("-" * 50_000 + "1"),
    "sums": with_source("1" + " + 1" * 20_000),
    "brackets": with_source("(" * 50_000),
    "attributes": with_source("a" + ".a" * 40_000),
    "definitions": with_source("def huber_loss(x):\n    return x\n" * 3_000),
    "blanks": with_source(" " * MANY + "\n" * MANY),
    "half-a-character": with_source("x = '\ud800'"),
}


def found(course: Path, folder: Path, unpacked: Path) -> Submission | None:
    unpacked.mkdir()
    try:
        return notebook_among([folder], NAME, releases(course / "_"), unpacked).submission
    except UnreadableError:
        return None


@pytest.mark.timeout(120)  # it takes a second, and without the bounds hours
@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_read_or_refused_soon(course: Path, tmp_path: Path, name: str) -> None:
    notebook = undamaged(course / "notebooks", NAME, "en").notebook
    folder = tmp_path / NAME
    folder.mkdir()
    content = HOSTILE[name](notebook)
    (folder / f"{NAME}.ipynb").write_bytes(content)
    submission = found(course, folder, tmp_path / "unpacked")
    refused = name in ("deep", "deep_metadata", "many_cells", "many_cells_cut_off", "many_marks_outside")
    assert (submission is None) is refused
    assert refused or submission is not None
    if submission is not None:
        assert len([cell for cell in submission.graded() if cell.metadata.nbgrader.grade_id == "huber-scale"]) == 1
        assert submission.is_as_saved or nbformat.writes(submission.notebook).encode()
        assert submission.is_as_saved is (name not in ("half-a-character", "many_outputs"))


@pytest.mark.timeout(120)
def test_a_zip_is_unpacked_within_bounds_and_nowhere_else(course: Path, tmp_path: Path) -> None:
    folder = tmp_path / NAME
    folder.mkdir()
    content = dumped(undamaged(course / "notebooks", NAME, "en").notebook)
    with zipfile.ZipFile(folder / "work.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAME}.ipynb", content)
        archive.writestr("../../outside.ipynb", content)
        archive.writestr("/outside.ipynb", content)
        for number in range(50):
            archive.writestr(f"zeros-{number}", bytes(50 * 2**20))
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("again.zip", (folder / "work.zip").read_bytes())
    (folder / "nested.zip").write_bytes(inner.getvalue())
    submission = found(course, folder, tmp_path / "unpacked")
    assert submission is not None
    files = [path for path in (tmp_path / "unpacked").rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 2**30
    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, "unpacked"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.timeout(120)
def test_links_and_pipes_are_not_followed(course: Path, tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    os.mkfifo(tmp_path / NAME / f"{NAME}.ipynb")
    (tmp_path / "secret.ipynb").write_bytes(dumped(undamaged(course / "notebooks", NAME, "en").notebook))
    (tmp_path / NAME / "x.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / NAME / "round").symlink_to(tmp_path)
    assert found(course, tmp_path / NAME, tmp_path / "unpacked") is None


@pytest.mark.timeout(120)
def test_a_file_of_many_megabytes_is_refused_before_it_is_read(course: Path, tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with (tmp_path / NAME / f"{NAME}.ipynb").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(UnreadableError, match="has 1048576 MB"):
        notebook_among([tmp_path / NAME], NAME, releases(course / "_"), tmp_path)
