"""`linreg update` brings a new version of an assignment into a notebook, and leaves what a student wrote as it is."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result
from damaged_class import HELPER, undamaged
from damages import DAMAGES, Handed, Notebook, cells_of, dumped, note

from linreg_course.cli import main
from linreg_course.handin.finding import COURSE_VARIABLE
from linreg_course.handin.reading import read_handed_in
from linreg_course.handin.submission import Submission, read_submission

NAME = "huber"
WORDS = {"en": "words of my own\n", "zh": "我自己的话"}
both = pytest.mark.parametrize("lang", ["en", "zh"])


class Course:
    """A course's folder with one assignment in one language, and a student's copy of it."""

    def __init__(self, folder: Path, lang: str, notebooks: Path) -> None:
        self.folder, self.lang = folder, lang
        self.handed = undamaged(notebooks, NAME, lang)
        self.old, self.new, self.mine = (copy.deepcopy(self.handed.released) for _ in range(3))
        self.mine["cells"] = copy.deepcopy(self.handed.notebook["cells"])
        for number, cell in enumerate(cell for cell in self.mine["cells"] if cell["cell_type"] == "code"):
            cell |= {"execution_count": number + 1, "outputs": [stream(cell["id"])]}
        self.mine["cells"].insert(2, {**note(f"# {WORDS[lang]}"), "id": "on-top"})
        self.mine["cells"].append({**note("the end"), "metadata": {"tags": ["mine"]}})

    @property
    def path(self) -> Path:
        return self.folder / "work" / self.lang / f"{NAME}.ipynb"

    @property
    def released(self) -> Path:
        return self.folder / "notebooks" / self.lang / f"{NAME}.ipynb"

    def update(self, content: bytes | None = None) -> Result:
        for path, data in (
            (self.released, dumped(recording(self.new))),
            (self.path, content or dumped(recording(self.mine, self.old))),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return self.again()

    def again(self) -> Result:
        return CliRunner().invoke(main, ["update", str(self.path)])

    def updated(self) -> list[dict[str, Any]]:
        """Return the cells after an update that went well, and whose notebook grading takes as it was saved."""
        before = dumped(recording(self.mine, self.old))
        result = self.update()
        assert result.exit_code == 0, result.output
        assert self.path.with_name(f"{NAME}.before-update-1.ipynb").read_bytes() == before
        read = self.read()
        assert read.is_as_saved, [*read.repairs, *read.doubts]
        nbformat.validate(read.notebook)
        self.said = result.output
        after = self.path.read_bytes()
        again = self.again()
        assert again.exit_code == 0
        assert len(again.output.splitlines()) == 1
        assert self.path.read_bytes() == after
        assert len(list(self.path.parent.iterdir())) == 2
        return plain(after)

    def read(self) -> Submission:
        return read_handed_in(self.path, [read_submission(self.released)])


@pytest.fixture
def here(tmp_path: Path, course: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Course]:
    monkeypatch.delenv(COURSE_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    return lambda lang: Course(tmp_path, lang, course / "notebooks")


def recording(notebook: Notebook, version: Notebook | None = None) -> Notebook:
    """Return the notebook with the digests of the version that it comes from."""
    texts = {cell["id"]: cell["source"].strip().encode() for cell in (version or notebook)["cells"]}
    notebook = copy.deepcopy(notebook)
    notebook["metadata"]["linreg_course"]["released"] = {
        name: hashlib.sha256(text).hexdigest()[:16] for name, text in texts.items()
    }
    return notebook


def stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def plain(content: bytes) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(content)["cells"]
    for cell in cells:
        cell["source"] = "".join(cell["source"])
        for output in cell.get("outputs", []):
            output["text"] = "".join(output["text"])
    return cells


def cell_of(notebook: Notebook, name: str) -> dict[str, Any]:
    return next(cell for cell in notebook["cells"] if cell["id"] == name)


def place_of(notebook: Notebook, name: str) -> int:
    return [cell["id"] for cell in notebook["cells"]].index(name)


def sources(cells: list[dict[str, Any]]) -> list[str]:
    return [cell["source"] for cell in cells]


def with_text(cells: list[dict[str, Any]], name: str, text: str) -> list[dict[str, Any]]:
    return [{**cell, "source": text} if cell["id"] == name else cell for cell in cells]


def parts(notebook: Notebook) -> tuple[str, str, str]:
    """Return the ids of the last exercise's statement, answer and check."""
    answer = cells_of(notebook, "solution")[-1]["id"]
    statement = notebook["cells"][place_of(notebook, answer) - 1]["id"]
    return statement, answer, cells_of(notebook, "check")[-1]["id"]


@both
def test_a_new_statement_comes_in_and_all_else_is_as_it_was(lang: str, here: Callable[[str], Course]) -> None:
    one = here(lang)
    statement, _, _ = parts(one.old)
    cell_of(one.new, statement)["source"] = "## New"
    cells = one.updated()
    assert sources(cells) == sources(with_text(one.mine["cells"], statement, "## New"))
    kept = [cell for cell in one.mine["cells"] if cell["id"] != statement]
    assert [cell for cell in cells if cell["id"] != statement] == kept  # outputs, counts and metadata too
    assert {"en": "statement of huber_scale: new text", "zh": "huber_scale的题目：换成了新的文本"}[lang] in one.said
    assert {"en": "answer huber_scale: yours, kept", "zh": "回答huber_scale：你写的，原样保留"}[lang] in one.said
    assert "Reload Notebook from Disk" in one.said


@both
def test_a_statement_that_a_student_changed_stays_below_the_new_one(lang: str, here: Callable[[str], Course]) -> None:
    one = here(lang)
    statement, _, _ = parts(one.old)
    cell_of(one.new, statement)["source"] = "## New"
    cell_of(one.mine, statement)["source"] += f"\n{WORDS[lang]}"
    expected = sources(one.mine["cells"])
    expected.insert(place_of(one.mine, statement), "## New")
    assert sources(one.updated()) == expected


@both
def test_a_changed_statement_stays_where_the_new_version_has_the_old_one(
    lang: str, here: Callable[[str], Course]
) -> None:
    one = here(lang)
    cell_of(one.mine, parts(one.old)[0])["source"] += f"\n{WORDS[lang]}"
    assert one.update().exit_code == 0
    assert one.path.read_bytes() == dumped(recording(one.mine, one.old))
    assert [path.name for path in one.path.parent.iterdir()] == [f"{NAME}.ipynb"]


@both
def test_a_check_of_the_new_version_replaces_the_old_one(lang: str, here: Callable[[str], Course]) -> None:
    one = here(lang)
    _, _, check = parts(one.old)
    new = cell_of(one.new, check)
    new["source"] += "  # 2"
    new["metadata"]["nbgrader"]["points"] = 40
    cells = one.updated()
    assert sources(cells) == sources(with_text(one.mine["cells"], check, new["source"]))
    changed = next(cell for cell in cells if cell["id"] == check)
    assert changed["metadata"] == new["metadata"]
    assert (changed["outputs"], changed["execution_count"]) == ([], None)


@both
def test_new_points_alone_come_in_and_the_outputs_stay(lang: str, here: Callable[[str], Course]) -> None:
    one = here(lang)
    _, _, check = parts(one.old)
    cell_of(one.new, check)["metadata"]["nbgrader"]["points"] = 40
    changed = next(cell for cell in one.updated() if cell["id"] == check)
    assert changed["metadata"]["nbgrader"]["points"] == 40
    assert changed["outputs"] == [stream(check)]


@both
def test_a_new_exercise_comes_in_where_the_new_version_has_it(lang: str, here: Callable[[str], Course]) -> None:
    one = here(lang)
    new = parts(one.new)
    added = [cell for cell in one.new["cells"] if cell["id"] in new]
    for notebook in (one.old, one.mine):
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in new]
    above = one.new["cells"][place_of(one.new, new[0]) - 1]["id"]
    cell_of(one.new, "setup")["source"] += "\nnew = 1"
    expected = sources(with_text(one.mine["cells"], "setup", cell_of(one.new, "setup")["source"]))
    at = place_of(one.mine, above) + 1
    assert sources(one.updated()) == [*expected[:at], *sources(added), *expected[at:]]
    assert {"en": "exercise huber_scale: new\n", "zh": "练习huber_scale：新增\n"}[lang] in one.said


@both
def test_what_a_student_wrote_in_an_exercise_that_is_gone_stays(lang: str, here: Callable[[str], Course]) -> None:
    one = here(lang)
    statement, answer, check = parts(one.old)
    one.new["cells"] = [cell for cell in one.new["cells"] if cell["id"] not in (statement, answer, check)]
    expected = [cell["source"] for cell in one.mine["cells"] if cell["id"] not in (statement, check)]
    cells = one.updated()
    assert sources(cells) == expected
    own = next(cell for cell in cells if cell["id"] == answer)
    assert own == {**cell_of(one.mine, answer), "metadata": {}}


@both
def test_reordered_exercises_take_along_what_stands_below_them(lang: str, here: Callable[[str], Course]) -> None:
    one = here(lang)
    moved = parts(one.new)
    cells = [cell for cell in one.new["cells"] if cell["id"] in moved]
    rest = [cell for cell in one.new["cells"] if cell["id"] not in moved]
    first = [cell["id"] for cell in rest].index("setup") + 1
    one.new["cells"] = [*rest[:first], *cells, *rest[first:]]
    below = {**note(WORDS[lang]), "id": "below"}
    one.mine["cells"].insert(place_of(one.mine, moved[2]) + 1, below)
    mine = [cell_of(one.mine, name)["source"] for name in moved]
    got = sources(one.updated())
    at = got.index(cell_of(one.mine, "setup")["source"])
    # The helper that an answer needs is defined before all exercises.
    assert got[at + 1 : at + 6] == [HELPER, *mine, WORDS[lang]]
    assert sorted(got) == sorted(sources(one.mine["cells"]))


@both
def test_an_answer_that_is_not_begun_gets_the_new_start(lang: str, here: Callable[[str], Course]) -> None:
    one = here(lang)
    first, *_, last = cells_of(one.old, "solution")
    cell_of(one.mine, last["id"])["source"] = last["source"]
    cell_of(one.mine, first["id"])["source"] = first["source"] + "  # a thought"
    for cell in cells_of(one.new, "solution"):
        cell["source"] = "# begin here\n" + cell["source"]
    expected = with_text(one.mine["cells"], last["id"], "# begin here\n" + last["source"])
    assert sources(one.updated()) == sources(expected)


@both
def test_a_second_answer_stays_as_text_and_does_not_take_the_place_of_the_first(
    lang: str, here: Callable[[str], Course]
) -> None:
    one = here(lang)
    statement, answer, _ = parts(one.old)
    cell_of(one.new, statement)["source"] = "## New"
    first = cell_of(one.mine, answer)
    second = {**copy.deepcopy(first), "id": "copy", "source": f"{first['source']}  # again"}
    one.mine["cells"].insert(place_of(one.mine, answer) + 1, second)
    cells = one.updated()
    assert sources(cells) == sources(with_text(one.mine["cells"], statement, "## New"))
    assert [cell["cell_type"] for cell in cells if cell["source"] in (first["source"], second["source"])] == [
        "code",
        "raw",
    ]


@both
def test_a_changed_setup_stays_below_the_new_one(lang: str, here: Callable[[str], Course]) -> None:
    one = here(lang)
    cell_of(one.mine, "setup")["source"] += "\nimport math"
    cell_of(one.new, "setup")["source"] += "\nnew = 1"
    expected = sources(one.mine["cells"])
    expected.insert(place_of(one.mine, "setup"), cell_of(one.new, "setup")["source"])
    assert sources(one.updated()) == expected


@both
def test_a_deleted_statement_comes_back_only_where_it_is_new(lang: str, here: Callable[[str], Course]) -> None:
    one = here(lang)
    statement, _, check = parts(one.old)
    deleted = one.mine["cells"].pop(place_of(one.mine, statement))
    cell_of(one.new, check)["source"] += "  # 2"
    assert deleted["source"] not in sources(one.updated())


@both
def test_a_notebook_without_digests_is_updated_and_the_list_says_what_is_not_known(
    lang: str, here: Callable[[str], Course]
) -> None:
    one = here(lang)
    statement, _, _ = parts(one.old)
    cell_of(one.new, statement)["source"] = "## New"
    cell_of(one.mine, "setup")["source"] += "\nimport math"
    one.mine["metadata"]["linreg_course"].pop("released", None)
    result = one.update(dumped(one.mine))
    assert {"en": "new text; the notebook does not tell", "zh": "从笔记本看不出"}[lang] in result.output
    expected = sources(with_text(one.mine["cells"], statement, "## New"))
    expected.insert(place_of(one.mine, "setup"), cell_of(one.new, "setup")["source"])
    assert sources(plain(one.path.read_bytes())) == expected
    assert one.read().is_as_saved
    assert len(one.again().output.splitlines()) == 1


def test_a_backup_is_never_written_over(here: Callable[[str], Course]) -> None:
    one = here("en")
    cell_of(one.new, parts(one.old)[0])["source"] = "## New"
    one.path.parent.mkdir(parents=True)
    earlier = one.path.with_name(f"{NAME}.before-update-1.ipynb")
    earlier.write_bytes(b"earlier")
    assert one.update().exit_code == 0
    assert earlier.read_bytes() == b"earlier"
    assert one.path.with_name(f"{NAME}.before-update-2.ipynb").read_bytes() == dumped(recording(one.mine, one.old))


def test_by_its_name_the_copy_in_work_is_updated(here: Callable[[str], Course]) -> None:
    one = here("zh")
    one.update()
    cell_of(one.mine, parts(one.old)[0])["source"] = "## Old"
    one.path.write_bytes(dumped(recording(one.mine, one.mine)))
    result = CliRunner().invoke(main, ["update", NAME])
    assert "huber_scale的题目：换成了新的文本" in result.output


def test_where_nothing_can_be_written_the_file_is_as_it_was(
    here: Callable[[str], Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = here("en")
    cell_of(one.new, parts(one.old)[0])["source"] = "## New"

    def full(*paths: object) -> None:
        raise OSError(28, "No space left on device", str(one.path))

    monkeypatch.setattr("linreg_course.handin.replacing.os.replace", full)
    result = one.update()
    assert result.exit_code == 2
    assert "No space left on device" in result.output
    assert "Your notebook is as it was" in result.output
    assert {path.name: path.read_bytes() for path in one.path.parent.iterdir()} == {
        one.path.name: dumped(recording(one.mine, one.old))
    }


def test_what_is_saved_meanwhile_is_not_written_over(
    here: Callable[[str], Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = here("en")
    cell_of(one.new, parts(one.old)[0])["source"] = "## New"
    monkeypatch.setattr("linreg_course.handin.replacing.shutil.copymode", lambda *_: one.path.write_bytes(b"later"))
    result = one.update()
    assert result.exit_code == 2
    assert "saved anew in the meantime" in result.output
    assert {path.name: path.read_bytes() for path in one.path.parent.iterdir()} == {one.path.name: b"later"}


def test_the_courses_own_notebook_a_lesson_and_a_language_that_is_not_there_are_refused(
    here: Callable[[str], Course],
) -> None:
    one = here("en")
    one.update()
    own = CliRunner().invoke(main, ["update", str(one.released)])
    assert (own.exit_code, "the course's own notebook" in own.output) == (2, True)
    one.mine["metadata"]["linreg_course"]["language"] = "zh"
    other = one.update()
    assert (other.exit_code, "作业huber" in other.output) == (2, True)
    lesson = {**one.mine, "cells": [note("# 01")]}
    lesson["metadata"]["linreg_course"] = {"language": "en", "source": "01_data.py"}
    for path in (one.released.with_name("01_data.ipynb"), one.path.with_name("01_data.ipynb")):
        path.write_bytes(dumped(lesson))
    for name in (str(one.path.with_name("01_data.ipynb")), "01_data"):
        refused = CliRunner().invoke(main, ["update", name])
        assert (refused.exit_code, "01_data is a lesson" in refused.output) == (2, True), refused.output


def lines_of(notebook: Notebook) -> set[str]:
    """Return the lines that a student wrote: those of answers and of cells of their own."""
    graded = [*cells_of(notebook, "solution"), *cells_of(notebook, "words")]
    own = [cell for cell in notebook["cells"] if cell["id"] == "helper"]
    return {line.strip() for cell in [*graded, *own] for line in cell["source"].splitlines() if line.strip()}


@both
@pytest.mark.parametrize("name", sorted(DAMAGES))
def test_of_a_damaged_notebook_no_line_is_lost(name: str, lang: str, here: Callable[[str], Course]) -> None:
    one = here(lang)
    cell_of(one.new, parts(one.old)[0])["source"] = "## New"
    for seed in range(3):
        mine = recording(one.handed.notebook, one.old)
        handed = Handed(NAME, lang, mine, one.old)
        files = DAMAGES[name].files(Random(f"{seed} {name}"), handed)
        content = next((data for path, data in files.items() if path.endswith(f"{NAME}.ipynb")), b"")
        result = one.update(content)
        assert result.exit_code in (0, 2), result.exception
        after = one.path.read_bytes()
        if result.exit_code == 2:
            assert after == content
            assert "Traceback" not in result.output
            continue
        try:
            before = {line.strip() for cell in plain_damaged(content) for line in cell.splitlines()}
        except (ValueError, KeyError, TypeError, AttributeError):
            before = set()
        expected = lines_of(mine) & before  # of what cannot be read so simply, the other tests of damages tell
        now = {line.strip() for cell in plain(after) for line in cell["source"].splitlines()}
        assert expected <= now, expected - now


def plain_damaged(content: bytes) -> list[str]:
    cells = json.loads(content)["cells"]
    return ["".join(cell["source"]) for cell in cells if isinstance(cell, dict)]
