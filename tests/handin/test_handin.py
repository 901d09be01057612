"""A submission as a file: what preflight finds, and a receipt that tells a changed file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner

from linreg_course.cli import main
from linreg_course.handin import validate
from linreg_course.handin.comparison import find_release, findings
from linreg_course.handin.receipt import check_receipt, submit, worked_on
from linreg_course.handin.submission import UnreadableError, read_submission

pytestmark = pytest.mark.slow

NAME = "lr-vs-reduction"
RIGHT = """def convert_lr(lr, batch_size, old, new):
    if {old, new} - {"mean", "sum"} or batch_size < 1:
        raise ValueError
    return lr * {"mean": 1, "sum": batch_size}[old] / {"mean": 1, "sum": batch_size}[new]"""


@pytest.fixture
def folder(tmp_path: Path, course: Path) -> Path:
    """A student's folder: the released notebooks, and copies to work on."""
    for lang in ("en", "zh"):
        content = (course / "notebooks" / lang / f"{NAME}.ipynb").read_bytes()
        for part in ("notebooks", "work"):
            (tmp_path / part / lang).mkdir(parents=True)
            (tmp_path / part / lang / f"{NAME}.ipynb").write_bytes(content)
    return tmp_path


def edited(folder: Path, change: Any, lang: str = "en") -> Path:
    """Apply `change` to the student's notebook, given its cells by id; return its path."""
    path = folder / "work" / lang / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change(notebook, {cell.id: cell for cell in notebook.cells})
    nbformat.write(notebook, path)
    return path


def solve(notebook: Any, cells: dict[str, Any]) -> None:
    cells["convert-lr"].source = RIGHT


def told(path: Path) -> str:
    submission = read_submission(path)
    return "\n".join(words.en for words in findings(submission, find_release(submission)))


def test_an_untouched_copy_has_no_findings_and_preflight_scores_a_right_answer(folder: Path) -> None:
    path = edited(folder, solve)
    assert told(path) == ""
    result = validate(path)
    assert (result.score, result.points, result.findings) == (8, 8, [])
    assert result.verdicts["convert_lr"]["rules"] == {
        "convert": True, "same-reduction": True, "bad-reduction": True, "bad-batch-size": True,
    }  # fmt: skip
    assert result.free == {"l1": False, "l2": False}
    assert sum(result.seconds.values()) > 0


def test_a_cell_that_needs_the_running_kernel_is_told(folder: Path) -> None:
    def change(notebook: Any, cells: dict[str, Any]) -> None:
        cells["convert-lr"].source = "B = forgotten\n" + RIGHT
        cells["convert-lr"].execution_count = 7
        cells["convert-lr-check"].source = "8.0"

    result = validate(edited(folder, change))
    words = "\n".join(finding.en for finding in result.findings)
    assert "convert-lr fails in a fresh kernel (NameError: name 'forgotten' is not defined)" in words
    assert "The check convert-lr-check was edited: grading runs `check.convert_lr(convert_lr)`" in words
    assert result.score == 0
    assert "has not been run" not in words


def test_a_preflight_called_from_the_notebook_itself_starts_no_other(folder: Path) -> None:
    def change(notebook: Any, cells: dict[str, Any]) -> None:
        solve(notebook, cells)
        call = f"from linreg_course.handin import validate\n\nvalidate({NAME + '.ipynb'!r})"
        notebook.cells.append(nbformat.v4.new_code_cell(call, id="preflight"))

    result = validate(edited(folder, change))
    assert (result.score, result.findings) == (8, [])
    assert "preflight" in result.seconds


def doubled(notebook: Any, cells: dict[str, Any]) -> None:
    notebook.cells.append(nbformat.from_dict({**cells["convert-lr-check"], "id": "copy"}))


def deleted(notebook: Any, cells: dict[str, Any]) -> None:
    notebook.cells.remove(cells["convert-lr-check"])


def moved(notebook: Any, cells: dict[str, Any]) -> None:
    notebook.cells.remove(cells["convert-lr-check"])
    notebook.cells.insert(0, cells["convert-lr-check"])


def retyped(notebook: Any, cells: dict[str, Any]) -> None:
    cells["convert-lr"].cell_type = "raw"
    for key in ("outputs", "execution_count"):
        del cells["convert-lr"][key]


def outdated(notebook: Any, cells: dict[str, Any]) -> None:
    cells["convert-lr-check"].metadata["nbgrader"]["points"] = 5


def old_schema(notebook: Any, cells: dict[str, Any]) -> None:
    cells["convert-lr"].metadata["nbgrader"]["schema_version"] = 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (doubled, "convert-lr-check is there 2 times"),
        (deleted, "convert-lr-check is missing"),
        (moved, "another order"),
        (retyped, "convert-lr is raw and should be code"),
        (outdated, "of another edition"),
        (old_schema, "of version 1 instead of 3"),
    ],
)
def test_what_grading_would_meet_is_told_with_what_to_do(folder: Path, change: Any, words: str) -> None:
    assert words in told(edited(folder, change))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"cells": [', "not a readable notebook"),
        (b"\xff\xfe\x00", "not a readable notebook"),
        (b"[]", "not a readable notebook"),
        (b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "does not say which assignment"),
    ],
)
def test_a_file_that_is_no_submission_is_refused_in_words(folder: Path, content: bytes, words: str) -> None:
    path = folder / "work" / "en" / f"{NAME}.ipynb"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=words):
        read_submission(path)
    done = CliRunner().invoke(main, ["validate", str(path)])
    assert done.exit_code == 2
    assert path.read_bytes() == content


def test_a_renamed_file_is_known_by_what_it_holds(folder: Path) -> None:
    path = edited(folder, solve)
    renamed = path.rename(path.with_name("homework (1).ipynb"))
    assert told(renamed) == ""
    assert read_submission(renamed).assignment == NAME


def test_what_is_handed_in_are_the_same_bytes_and_the_receipt_tells_a_change(folder: Path) -> None:
    submission = read_submission(edited(folder, solve))
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    path = submit(submission, folder, now)
    receipt = path.with_suffix(".receipt.json")
    assert path.read_bytes() == submission.content
    assert json.loads(receipt.read_text())["cells"] == {"convert-lr": "written", "l1": "untouched", "l2": "untouched"}
    assert check_receipt(receipt) == check_receipt(path) == []
    path.write_bytes(submission.content + b"\n")
    assert "another hash" in check_receipt(receipt)[0].en
    path.write_bytes(submission.content)
    receipt.write_text(receipt.read_text().replace("12:00", "11:00"))
    assert [words.en for words in check_receipt(path)] == ["The receipt itself was changed."]
    with pytest.raises(FileExistsError):
        submit(submission, folder, now)


def test_the_copy_that_was_worked_on_is_the_one_to_hand_in(folder: Path) -> None:
    assert worked_on(folder / "work", NAME) == []
    edited(folder, solve, "zh")
    assert [one.lang for one in worked_on(folder / "work", NAME)] == ["zh"]
    edited(folder, solve, "en")
    assert [one.lang for one in worked_on(folder / "work", NAME)] == ["en", "zh"]


def test_submitting_asks_where_both_languages_were_worked_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for lang in ("en", "zh"):
        edited(folder, solve, lang)
    done = CliRunner().invoke(main, ["submit", NAME], input="zh\n")
    assert done.exit_code == 0, done.output
    assert "已作答" in done.output
    (receipt,) = (folder / "handin").glob("**/*.receipt.json")
    assert CliRunner().invoke(main, ["receipt", "--check", str(receipt)]).exit_code == 0
