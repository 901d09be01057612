"""From an assignment's source to what nbgrader reads, to what a student sees, and to errors with file and line."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest
from example_source import MARK, code, marked_line, twins
from nbgrader.nbgraderformat import MetadataValidator
from nbgrader.utils import compute_checksum

from linreg_course import exercises
from linreg_course.authoring import parts
from linreg_course.authoring.build import build, instructor_bytes, notebook_bytes
from linreg_course.authoring.findings import source_findings
from linreg_course.authoring.source import SourceError, read_source
from linreg_course.checking.words import Words
from linreg_course.language import Text

RULES = {
    "convert_lr": {
        "step": (5, Text(en="Both steps agree.", zh="两种走法的结果一致。")),
        "error": (1, Text(en="Zero raises ValueError.", zh="遇到零时抛出ValueError。")),
    },
    "train": {"loss": (4, Text(en="The loss falls.", zh="损失下降。"))},
}

TITLE = twins("title", "# Rates", "# 学习率")
TASK = twins("rate-task", "## Convert", "## 换算", 'role="task"')
SOLVED = "def convert_lr(lr):\n    ### BEGIN SOLUTION\n    return 17 * lr\n    ### END SOLUTION"
SOLUTION = code("rate", SOLVED, "solution")
CHECK = code("rate-check", "check.convert_lr(convert_lr)", "check")
TRAIN = (
    twins("train-task", "## Train", "## 训练", 'role="task"')
    + code("train", "### BEGIN SOLUTION\ntrain = print\n### END SOLUTION", "solution")
    + code("train-check", "check.train(train)", "check")
)
QUESTION = twins("l1-question", "Why?", "为什么？")
MODEL = "### BEGIN SOLUTION\n{}\n### END SOLUTION"
ANSWER = twins("l1", MODEL.format("Since 0.125."), MODEL.format("因为0.125。"), 'role="answer" points=3')
BOTH = 'check.begin("convert_lr", "train")'
WHOLE = (BOTH, TITLE, TASK, SOLUTION, CHECK, TRAIN, QUESTION, ANSWER)


def exercise(name: str) -> Any:
    module: Any = ModuleType(name)
    module.POINTS = {rule: points for rule, (points, _) in RULES[name].items()}
    rules = {rule: {"title": Text(rule, rule), "text": text} for rule, (_, text) in RULES[name].items()}
    module.WORDS = Words(Path(f"{name}.toml"), rules, {}, {})
    return module


@pytest.fixture(autouse=True)
def _two_exercises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exercises, "load", exercise)
    monkeypatch.setattr(parts, "EXERCISES", tuple(RULES))


def text_of(begin: str, *cells: str) -> str:
    return (
        f'# %% name="setup" role="setup"\nfrom linreg_course import check\n\nuse_language("en")\n{begin}\n'
        + "".join(cells)
    )


def write(folder: Path, *cells: str) -> Path:
    path = folder / "source" / "rates.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text_of(*cells).replace(MARK, ""), encoding="utf-8")
    return path


def cells_of(content: bytes) -> dict[str, Any]:
    notebook = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    return {cell.id: cell for cell in notebook.cells}


@pytest.fixture(params=["en", "zh"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def instructor(tmp_path: Path, lang: str) -> dict[str, Any]:
    return cells_of(instructor_bytes(read_source(write(tmp_path, *WHOLE)), lang))


@pytest.fixture
def student(tmp_path: Path, lang: str) -> dict[str, Any]:
    return cells_of(notebook_bytes(read_source(write(tmp_path, *WHOLE)), lang))


def test_the_instructors_notebook_marks_solutions_checks_and_answers_alone(instructor: dict[str, Any]) -> None:
    known = {name: cell.metadata["nbgrader"] for name, cell in instructor.items() if "nbgrader" in cell.metadata}
    kinds = {
        name: (meta["grade"], meta["solution"], meta["locked"], meta.get("points")) for name, meta in known.items()
    }
    assert kinds == {
        "rate": (False, True, False, None),
        "rate-check": (True, False, True, 6),
        "train": (False, True, False, None),
        "train-check": (True, False, True, 4),
        "l1": (True, True, False, 3),
    }
    assert {name: meta["grade_id"] for name, meta in known.items()} == {name: name for name in known}
    assert {meta["schema_version"] for meta in known.values()} == {3}


def test_the_instructors_notebook_has_the_solutions(instructor: dict[str, Any]) -> None:
    assert "return 17 * lr" in instructor["rate"].source
    assert "0.125" in instructor["l1"].source


def test_the_students_notebook_has_stubs_in_their_place(student: dict[str, Any]) -> None:
    assert student["rate"].source == "def convert_lr(lr):\n    raise NotImplementedError"
    assert student["train"].source == "raise NotImplementedError"
    text = "\n".join(cell.source for cell in student.values())
    assert not re.search("SOLUTION|17|0[.]125|train = print", text)


def test_an_untouched_answer_is_the_same_in_both_languages(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, *WHOLE))
    en, zh = (cells_of(notebook_bytes(source, lang))["l1"] for lang in ("en", "zh"))
    assert en.source == zh.source
    assert not re.search(r"[A-Za-z\u4e00-\u9fff]", en.source)
    assert en.metadata == zh.metadata


def test_the_students_graded_cells_carry_checksums_of_what_they_hold(student: dict[str, Any]) -> None:
    graded = [cell for cell in student.values() if "nbgrader" in cell.metadata]
    assert len(graded) == 5
    for cell in graded:
        assert cell.metadata["nbgrader"]["checksum"] == compute_checksum(cell)
        assert cell.metadata["deletable"] is False


def test_the_languages_differ_in_the_setup_and_in_words_alone(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, *WHOLE))
    en, zh = (cells_of(notebook_bytes(source, lang)) for lang in ("en", "zh"))
    assert [name for name in en if en[name] != zh[name]] == [
        "setup", "title", "rate-task", "train-task", "l1-question",
    ]  # fmt: skip


def test_a_task_tells_the_rules_of_its_own_exercise(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, *WHOLE))
    en, zh = (cells_of(notebook_bytes(source, lang)) for lang in ("en", "zh"))
    assert en["rate-task"].source == (
        "## Convert\n\n**Rules (6 points).**\n\n- Both steps agree. *(5 points)*\n- Zero raises ValueError. *(1 point)*"
    )
    assert zh["rate-task"].source == (
        "## 换算\n\n**规则（共6分）。**\n\n- 两种走法的结果一致。*（5分）*\n- 遇到零时抛出ValueError。*（1分）*"
    )
    assert "The loss falls." in en["train-task"].source


def test_title_and_question_tell_the_points(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, *WHOLE))
    en, zh = (cells_of(notebook_bytes(source, lang)) for lang in ("en", "zh"))
    assert en["title"].source == "# Rates\n\n**13 points**: 10 by the checks, 3 for answers in words."
    assert zh["title"].source == "# 学习率\n\n**满分13分**：检查给出10分，文字题3分。"
    assert en["l1-question"].source == "Why?\n\n*3 points, given by hand.*"
    assert zh["l1-question"].source == "为什么？\n\n*3分，人工评分。*"


def test_without_answers_in_words_all_points_are_the_checks(tmp_path: Path) -> None:
    path = write(tmp_path, 'check.begin("convert_lr")', TITLE, TASK, SOLUTION, CHECK)
    assert "**6 points**, all by the checks." in cells_of(notebook_bytes(read_source(path), "en"))["title"].source


def test_the_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, *WHOLE)
    assert dict(build([path])) == dict(build([path]))


def test_the_checks_of_twins_and_numbers_see_tasks_but_not_model_answers(tmp_path: Path) -> None:
    wrong = twins("more-task", "Take 28.", "取29。", 'role="task"')
    source = read_source(write(tmp_path, *WHOLE, wrong))
    assert ["more-task" in finding for finding in source_findings(source, [])] == [True, True, True]


# `←` marks the line that the error has to name; without it, that is the setup cell's.
ONE = 'check.begin("convert_lr")'
FAULTS = {
    "two calls": ((ONE, TASK, SOLUTION, code("c", "check.convert_lr(convert_lr)\nprint()", "check←")), "one call"),
    "another name": ((ONE, TASK, SOLUTION, code("c", "check.convert_lr(train)", "check←")), "one call"),
    "a second argument": ((ONE, TASK, SOLUTION, code("c", "check.train(train, 1)", "check←")), "one call"),
    "a comment": ((ONE, TASK, SOLUTION, code("c", "# now\ncheck.train(train)", "check←")), "one call"),
    "unknown exercise": ((ONE, TASK, SOLUTION, code("c", "check.knit(knit)", "check←")), "there is no exercise 'knit'"),
    "exercise twice": (
        (BOTH, TASK, SOLUTION, CHECK, TRAIN.replace("train(train)", "convert_lr(convert_lr)").replace(
            'role="check"', 'role="check"←')),
        "is checked in line",
    ),
    "task without solution": ((ONE, TASK.replace('"task"', '"task"←', 1), CHECK), "in this order"),
    "task without check": ((ONE, TASK, SOLUTION.replace('"solution"', '"solution"←'), TRAIN), "in this order"),
    "task at the end": (
        (BOTH, TASK, SOLUTION, CHECK, twins("t", "x", "x", 'role="task"').replace('"en"', '"en"←')),
        "in this order",
    ),
    "solution without task": ((ONE, SOLUTION.replace('"solution"', '"solution"←'), CHECK), "in this order"),
    "check without solution": ((ONE, CHECK.replace('"check"', '"check"←')), "in this order"),
    "solution without marks": ((ONE, TASK, code("s", "x = 1", "solution←"), CHECK), "needs the line"),
    "solution without an end": ((ONE, TASK, code("s", "### BEGIN SOLUTION\n1", "solution←"), CHECK), "needs the line"),
    "marks the wrong way round": (
        (ONE, TASK, code("s", "### END SOLUTION\n### BEGIN SOLUTION", "solution←"), CHECK),
        "needs the line",
    ),
    "a mark with a word more": (
        (ONE, TASK, code("s", "### BEGIN SOLUTION here\n1\n### END SOLUTION", "solution←"), CHECK),
        "needs the line",
    ),
    "marks in another cell": ((ONE, TASK, SOLUTION, CHECK, '# %% name="s"←\n### BEGIN SOLUTION\n'), "belongs into"),
    "answer without marks": (
        (ONE, TASK, SOLUTION, CHECK, twins("a", "Since.", "因为。", 'role="answer" points=2').replace("en\"", 'en"←')),
        "needs the line",
    ),
    "answer with text outside": (
        (ONE, TASK, SOLUTION, CHECK, ANSWER.replace("# ### BEGIN", "# Why?\n# ### BEGIN", 1).replace('"en"', '"en"←')),
        "the whole text",
    ),
    "begin forgets one": (("check.begin()", TASK, SOLUTION, CHECK), 'must hold check.begin("convert_lr") once'),
    "no begin": (("", TASK, SOLUTION, CHECK), "must hold"),
    "begin in another order": (
        ('check.begin("train", "convert_lr")', TASK, SOLUTION, CHECK, TRAIN),
        'must hold check.begin("convert_lr", "train") once',
    ),
    "begin without checks": ((ONE, QUESTION, ANSWER), "must not call check.begin"),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_reported_with_its_file_and_line(tmp_path: Path, cells: tuple[str, ...], said: str) -> None:
    path = write(tmp_path, *cells)
    with pytest.raises(SourceError) as caught:
        dict(build([path]))
    assert said in caught.value.message
    text = text_of(*cells)
    assert caught.value.line == (marked_line(text) if MARK in text else 1)
