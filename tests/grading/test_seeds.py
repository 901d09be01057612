"""Seeds of grades: fixed by key, assignment, student and exercise; the key is made once, for its owner alone."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from linreg_course.grading.seeds import Seeds, seed_of
from linreg_course.handin.course_key import KEY_FILE, make_key, read_key

KEY = bytes(range(32))


def test_a_seed_is_the_head_of_the_hmac_of_the_three_names() -> None:
    digest = hmac.new(KEY, b"huber/\xe6\x9d\x8e/huber_loss", hashlib.sha256).hexdigest()
    assert seed_of(KEY, "huber", "李", "huber_loss") == int(digest[:16], 16) // 2**11


def test_each_name_changes_the_seed_and_every_program_can_hold_it() -> None:
    names = [(a, s, e) for a in ("huber", "gradients") for s in ("ann", "liu") for e in ("train", "huber_loss")]
    seeds = {seed_of(key, *three) for three in names for key in (KEY, KEY[::-1])}
    assert len(seeds) == 16
    assert all(float(seed) == seed for seed in seeds)


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    assert make_key(tmp_path)
    key = read_key(tmp_path)
    assert len(key) == 32
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert not make_key(tmp_path)
    assert read_key(tmp_path) == key


def test_two_courses_have_different_keys(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        make_key(tmp_path / name)
    assert read_key(tmp_path / "one") != read_key(tmp_path / "two")


def test_without_a_key_the_error_says_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"there is no .*seed\.key: `linreg release` makes it"):
        read_key(tmp_path)


@pytest.mark.parametrize("content", ["", "not hex", "ab" * 31, "密钥"])
def test_a_damaged_key_is_never_used(tmp_path: Path, content: str) -> None:
    (tmp_path / KEY_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="is damaged"):
        read_key(tmp_path)


def notebook(*cells: NotebookNode, **metadata: object) -> NotebookNode:
    return nbformat.v4.new_notebook(cells=list(cells), metadata=metadata)


def graded(text: str) -> NotebookNode:
    return nbformat.v4.new_code_cell(text, metadata={"nbgrader": {"grade": True, "solution": False}})


@pytest.mark.parametrize(
    "forged", [{}, {"linreg_course": {"language": "zh", "seeds": {"convert_lr": 1}}}, {"linreg_course": 3}]
)
def test_seeds_of_the_checked_exercises_are_recorded_whatever_the_submission_says(
    tmp_path: Path, forged: dict[str, object]
) -> None:
    (tmp_path / KEY_FILE).write_text(KEY.hex())
    cells = (
        graded("check.convert_lr(convert_lr)"),
        graded("check.knit(knit)"),
        nbformat.v4.new_code_cell("check.huber_loss(f)"),
    )
    step = Seeds(config=Config({CourseDirectory.__name__: {"root": str(tmp_path)}}))
    resources = {"nbgrader": {"assignment": "lr-vs-reduction", "student": "ann"}}
    seen, _ = step.preprocess(notebook(*cells, **forged), resources)
    assert seen.metadata["linreg_course"]["seeds"] == {
        "convert_lr": seed_of(KEY, "lr-vs-reduction", "ann", "convert_lr")
    }
