"""A submission as a file: what preflight finds, and a receipt that tells a changed file."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from example_course import CONVERT_LR as RIGHT

from linreg_course.cli import main
from linreg_course.handin.finding import meant, read_own
from linreg_course.handin.preflight import Preflight, preflight
from linreg_course.handin.receipt import check_receipt, read_receipt, write_handin
from linreg_course.handin.submission import UnreadableError
from linreg_course.language import use_language

pytestmark = pytest.mark.slow

NAME = "lr-vs-reduction"


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


def validate(path: Path) -> Preflight:
    return preflight(read_own(path))


def told(path: Path) -> str:
    submission = read_own(path)
    return "\n".join(words.en for words in (*submission.repairs, *submission.doubts))


def test_an_untouched_copy_needs_no_repair_and_preflight_scores_a_right_answer(folder: Path) -> None:
    path = edited(folder, solve)
    assert told(path) == ""
    result = validate(path)
    assert (result.score, result.points, result.findings) == (8, 8, [])
    assert result.verdicts["convert_lr"]["rules"] == {
        "convert": True, "same-reduction": True, "bad-reduction": True, "bad-batch-size": True,
    }  # fmt: skip
    assert [state for _, state in result.free] == ["untouched", "untouched"]
    assert sum(result.seconds.values()) > 0


def test_a_cell_that_needs_the_running_kernel_is_told(folder: Path) -> None:
    def change(notebook: Any, cells: dict[str, Any]) -> None:
        cells["convert-lr"].source = "B = forgotten\n" + RIGHT
        cells["convert-lr"].execution_count = 7
        cells["convert-lr-check"].source = "8.0"

    result = validate(edited(folder, change))
    words = str(result)
    assert "! The cell `B = forgotten` fails in a fresh kernel (NameError: name 'forgotten' is not defined)" in words
    assert "repaired: The check `8.0` was edited: the released one is run." in words
    assert result.score == 0
    assert "has not been run" not in words


def test_a_preflight_called_from_the_notebook_itself_starts_no_other(folder: Path) -> None:
    def change(notebook: Any, cells: dict[str, Any]) -> None:
        solve(notebook, cells)
        call = f"from linreg_course.handin import validate\n\nvalidate({NAME + '.ipynb'!r})"
        notebook.cells.append(nbformat.v4.new_code_cell(call, id="preflight"))

    result = validate(edited(folder, change))
    assert (result.score, result.findings) == (8, [])
    assert len(result.submission.notebook.cells) - 1 in result.seconds


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
        (doubled, "`check.convert_lr(convert_lr)` is there more than once, with the same text"),
        (deleted, "`check.convert_lr(convert_lr)` was missing: it is put back"),
        (moved, "another order"),
        (retyped, "`def convert_lr(lr, batch_size, old, new):` was of another type"),
        (outdated, "metadata of `check.convert_lr(convert_lr)` were lost or changed"),
        (old_schema, "metadata of `def convert_lr(lr, batch_size, old, new):` were lost or changed"),
    ],
)
def test_what_grading_would_repair_is_told_and_costs_nothing(folder: Path, change: Any, words: str) -> None:
    def also(notebook: Any, cells: dict[str, Any]) -> None:
        solve(notebook, cells)
        change(notebook, cells)

    path = edited(folder, also)
    assert words in told(path)
    result = validate(path)
    assert (result.score, result.points, result.findings) == (8, 8, [])
    assert f"repaired: {told(path)}" in str(result)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"cells": [', "not a readable notebook"),
        (b"\xff\xfe\x00", "not a readable notebook"),
        (b"[]", "it holds no cells"),
        (b"<html>", "no notebook but a web page"),
        (b"", "is empty"),
        (b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "does not say which assignment"),
    ],
)
def test_a_file_that_is_no_submission_is_refused_in_words(folder: Path, content: bytes, words: str) -> None:
    path = folder / "work" / "en" / f"{NAME}.ipynb"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=words):
        read_own(path)
    done = CliRunner().invoke(main, ["validate", str(path)])
    assert done.exit_code == 2
    assert path.read_bytes() == content


def test_of_a_file_that_was_cut_off_the_readable_part_is_put_beside_it(folder: Path) -> None:
    path = edited(folder, solve)
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"l2-question")])
    done = CliRunner().invoke(main, ["submit", str(path)])
    assert done.exit_code == 2
    recovered = path.with_name(f"{NAME}-recovered.ipynb")
    assert f"What can be read, with convert_lr, is in {recovered.name}" in done.output
    assert validate(recovered).score == 8


def test_both_versions_of_a_merge_conflict_are_offered_and_none_is_chosen(folder: Path) -> None:
    path = edited(folder, solve)
    line = next(line for line in path.read_text().split("\n") if "def convert_lr" in line)
    stub = line.replace("def convert_lr", "def convert_lr_of_mine")
    path.write_text(path.read_text().replace(line, f"<<<<<<< HEAD\n{stub}\n=======\n{line}\n>>>>>>> theirs"))
    done = CliRunner().invoke(main, ["validate", str(path)])
    assert done.exit_code == 2
    assert "both sides of a merge conflict, in 1 place, and none is chosen" in done.output
    scores = [validate(path.with_name(f"{NAME}-version-{number}.ipynb")).score for number in (1, 2)]
    assert scores == [0, 8]


def test_a_renamed_file_is_known_by_what_it_holds(folder: Path) -> None:
    path = edited(folder, solve)
    renamed = path.rename(path.with_name("homework (1).ipynb"))
    assert told(renamed) == ""
    assert read_own(renamed).assignment == NAME


def test_what_is_handed_in_are_the_same_bytes_and_the_receipt_tells_a_change(folder: Path) -> None:
    submission = read_own(edited(folder, solve))
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    path, made = write_handin(submission, now)
    assert path.parent.parent == folder / "handin" / NAME
    receipt = path.with_suffix(".receipt.json")
    assert path.read_bytes() == submission.content
    assert made["cells"] == {"convert-lr": "written", "l1": "untouched", "l2": "untouched"}
    assert read_receipt(receipt) == read_receipt(path) == (made, path)
    assert check_receipt(made, path) == []
    path.write_bytes(submission.content + b"\n")
    assert "another hash" in check_receipt(made, path)[0].en
    path.write_bytes(submission.content)
    receipt.write_text(receipt.read_text().replace("12:00", "11:00"))
    assert [words.en for words in check_receipt(*read_receipt(path))] == ["The receipt itself was changed."]
    with pytest.raises(FileExistsError):
        write_handin(submission, now)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.ipynb", "There is no file"),
        (f"work/en/{NAME}.ipynb", "There is no receipt beside"),
        (f"notebooks/en/{NAME}.receipt.json", "is not a receipt of `linreg submit`"),
    ],
)
def test_what_is_no_receipt_is_refused_by_its_cause(folder: Path, name: str, words: str) -> None:
    (folder / "notebooks" / "en" / f"{NAME}.receipt.json").write_text("[]")
    done = CliRunner().invoke(main, ["receipt", "--check", str(folder / name)])
    assert done.exit_code == 2
    assert words in done.output


@pytest.mark.parametrize("name", [NAME, f"{NAME}.ipynb", f"work/zh/{NAME}.ipynb"])
@pytest.mark.parametrize("where", [".", "work", "work/en"])
def test_a_notebook_is_found_by_name_file_name_and_path_wherever_the_terminal_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, where: str
) -> None:
    path = edited(folder, solve, "zh")
    monkeypatch.chdir(folder / where)
    given = str(folder / name) if "/" in name else name
    if (where, name) != ("work/en", f"{NAME}.ipynb"):  # there it is the path of the English copy
        assert [one.path.resolve() for one in meant(given)] == [path.resolve()]


def test_outside_of_the_course_it_is_the_one_that_jupyterlab_was_opened_for(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = edited(folder, solve)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    with pytest.raises(UnreadableError, match="the course is not found"):
        meant(NAME)
    monkeypatch.setenv("LINREG_COURSE", str(folder))
    assert [one.path for one in meant(NAME)] == [path]


def test_a_mistyped_name_is_answered_by_the_nearest_and_an_untouched_copy_by_its_path(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(UnreadableError, match=f"Did you mean {NAME}?"):
        meant("lr-reduction.ipynb")
    with pytest.raises(UnreadableError, match=f"Nothing is written in {NAME} yet"):
        meant(NAME)


def test_the_copy_that_was_worked_on_is_the_one_to_hand_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    edited(folder, solve, "zh")
    assert [one.lang for one in meant(NAME)] == ["zh"]
    edited(folder, solve, "en")
    assert [one.lang for one in meant(NAME)] == ["en", "zh"]


def test_submitting_asks_where_both_languages_were_worked_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for lang in ("en", "zh"):
        edited(folder, solve, lang)
    done = CliRunner().invoke(main, ["submit", NAME], input="zh\ny\n")
    assert done.exit_code == 0, done.output
    assert "未作答" in done.output
    (receipt,) = (folder / "handin").glob("**/*.receipt.json")
    assert done.output.endswith(f"请把这一个文件发给老师：{receipt.parent / NAME}.ipynb\n")
    verified = CliRunner().invoke(main, ["receipt", "--check", str(receipt)])
    assert (verified.exit_code, "都没有改动过" in verified.output) == (0, True)
    use_language("en")


def short(notebook: Any, cells: dict[str, Any]) -> None:
    solve(notebook, cells)
    cells["l1"].source = "The two learners used other reductions. " * 4  # 24 words
    cells["l2"].source = "平均与求和相差一个因子。" * 20


@pytest.mark.parametrize("answer", ["", "n\n"])
def test_unfinished_work_is_listed_and_waits_for_a_yes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.chdir(folder)
    edited(folder, short)
    done = CliRunner().invoke(main, ["submit", NAME], input=answer)
    assert done.exit_code == 1
    assert "8 / 8" in done.output
    assert "too short: 80 words are asked for" in done.output
    assert f"`linreg submit --yes {NAME}` hands it in as it is" in done.output
    assert not (folder / "handin").exists()
    assert CliRunner().invoke(main, ["submit", "--yes", NAME]).exit_code == 0
    (receipt,) = (folder / "handin").glob("**/*.receipt.json")
    assert json.loads(receipt.read_text())["cells"] == {"convert-lr": "written", "l1": "short", "l2": "written"}


def test_finished_work_is_handed_in_without_a_question(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def change(notebook: Any, cells: dict[str, Any]) -> None:
        short(notebook, cells)
        cells["l1"].source = "word " * 80

    monkeypatch.chdir(folder)
    edited(folder, change)
    done = CliRunner().invoke(main, ["submit", NAME])
    assert done.exit_code == 0, done.output
    assert "Hand it in as it is?" not in done.output


@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "utf-8"])
def test_a_terminal_that_lacks_a_sign_does_not_lose_the_result(folder: Path, linreg: Path, encoding: str) -> None:
    path = edited(folder, solve)
    variables = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run([linreg, "validate", path], env=variables, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert "score of the checks: 8 / 8" in done.stdout.decode(encoding)


def test_an_answer_that_was_deleted_counts_0_and_is_told(folder: Path) -> None:
    def change(notebook: Any, cells: dict[str, Any]) -> None:
        notebook.cells.remove(cells["convert-lr"])

    result = validate(edited(folder, change))
    assert (result.score, result.points, result.is_finished) == (0, 8, False)
    assert "! The answer `def convert_lr(lr, batch_size, old, new):` is missing and counts 0" in str(result)


def test_a_folder_that_cannot_be_written_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    edited(folder, solve)
    (folder / "handin").write_text("a file in the way")
    done = CliRunner().invoke(main, ["submit", "--yes", NAME])
    assert done.exit_code == 2
    assert "cannot be written" in done.output


def test_where_nothing_can_be_put_beside_a_cut_off_file_it_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = edited(folder, solve)
    path.write_bytes(path.read_bytes()[:-2000])

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device", "recovered.ipynb")

    monkeypatch.setattr(UnreadableError, "keep", full)
    done = CliRunner().invoke(main, ["submit", str(path)])
    assert done.exit_code == 2
    assert "cut off after" in done.output
    assert "recovered.ipynb cannot be written (No space left on device)" in done.output
