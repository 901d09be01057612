"""Which answers are reported as the same code, and which code as looking where no answer has to look."""

from __future__ import annotations

import ast
import inspect
import textwrap
from pathlib import Path

import nbformat
import pytest
from answers import bank

from linreg_course.exercises import EXERCISES
from linreg_course.grading.account import Kind, Part
from linreg_course.grading.classbook import Entry
from linreg_course.grading.same_names import given_code, plain_code
from linreg_course.grading.similar import LEAST_TOKENS, looks_at, same_code

LOSS = '''def huber_loss(y_hat, y, delta=1.0):
    """The mean of the formula."""
    if y_hat.shape != y.shape:
        raise ValueError("two shapes")
    size = (y_hat - y).abs()
    far = size - delta / 2
    near = size**2 / (2 * delta)
    return torch.where(size > delta, far, near).mean()'''
RENAMED = (
    LOSS.replace("y_hat", "pred").replace("near", "inner").replace("size", "res").replace(" y,", " target,")
).replace("- y)", "- target)")
SAME = {
    "comments": LOSS.replace("    size", "    # the residual's\n    size").replace(".mean()", ".mean()  # not the sum"),
    "layout": LOSS.replace("(y_hat - y)", "(  y_hat-y )").replace("\n    far", "\n\n\n    far"),
    "both": "# mine\n" + LOSS.replace("    ", "  ").replace("size > delta, far", "size > delta,  # outside\n far"),
    "docstring": LOSS.replace("The mean of the formula.", "Anna's loss."),
    "annotations": LOSS.replace("y_hat, y, delta=1.0)", "y_hat: Tensor, y: Tensor, delta: float = 1.0) -> Tensor"),
    "names": RENAMED.replace("y.shape", "target.shape"),
}
OTHER = {
    "another formula": LOSS.replace("delta / 2", "delta"),
    "another result": LOSS.replace(".mean()", ".sum()"),
    "names exchanged": LOSS.replace("far, near)", "near, far)"),
    "another default": LOSS.replace("1.0", "2.0"),
}

NESTED = """def f(x):
    def g(y):
        nonlocal x
        x = y
    try:
        g(1)
    except TypeError as e:
        return [e for _ in x]"""
NESTED_RENAMED = """def f(u):
    def inner(v):
        nonlocal u
        u = v
    try:
        inner(1)
    except TypeError as error:
        return [error for k in u]"""
PLAIN = "def f(x):\n    return loss"


def entry(student: str, answer: str, *cells: str) -> Entry:
    part = Part("f", "F", Kind.CHECK, 1.0, 1.0, "huber_loss", None, answer, (), "", False, None, False)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (answer, *cells)])
    return Entry(student, "huber", (part,), notebook=notebook)


def code_of(path: Path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def asked_in(code: str) -> list[str]:
    return [words.en.split("`")[1] for words in looks_at(entry("ann", code))]


@pytest.mark.parametrize("change", SAME)
def test_the_same_code_is_found_however_it_is_dressed(change: str) -> None:
    assert SAME[change] != LOSS
    ast.parse(SAME[change])
    found = list(same_code([entry("bob", SAME[change]), entry("cai", OTHER["another result"]), entry("ann", LOSS)]))
    assert [(exercise, students) for exercise, _, students in found] == [("huber_loss", ["ann", "bob"])]
    assert found[0][1] >= LEAST_TOKENS


@pytest.mark.parametrize("change", OTHER)
def test_other_code_is_not_the_same(change: str) -> None:
    assert OTHER[change] != LOSS
    assert list(same_code([entry("ann", LOSS), entry("bob", OTHER[change])])) == []


def test_one_student_is_not_similar_to_themselves_and_short_answers_are_not_similar() -> None:
    short = "def huber_loss(y_hat, y, delta=1.0):\n    return smooth_l1_loss(y_hat, y, beta=delta)"
    assert list(same_code([entry("ann", LOSS)])) == []
    assert list(same_code([entry("ann", short), entry("bob", short)])) == []


def test_each_function_has_names_of_its_own() -> None:
    both = "def f(x):\n    return x\n\ndef g(x):\n    return x"
    assert plain_code(both) == plain_code("def f(a):\n    return a\n\ndef g(b):\n    return b")
    assert plain_code(NESTED) == plain_code(NESTED_RENAMED)
    assert plain_code(f"{PLAIN}(x, delta=1)") != plain_code(f"{PLAIN}(x, beta=1)")
    assert plain_code("def f():\n    global a\n    a = 1") != plain_code("def f():\n    global b\n    b = 1")


def test_code_that_is_no_python_or_too_deep_is_compared_as_it_is() -> None:
    broken = "def f(:\n" + "\n".join(f"    x{number} = (1 + 2" for number in range(40))
    deep = "x = " + "+".join(["1"] * 3000)
    for code in (broken, deep):
        found = list(same_code([entry("ann", code), entry("bob", code)]))
        assert [students for _, _, students in found] == [["ann", "bob"]]
        assert looks_at(entry("ann", code)) == []


def test_what_the_course_gave_is_nobodys_own(course: Path, tmp_path: Path) -> None:
    """A released stub, and whole functions of a lesson, also among a few lines of their own."""
    stub = f"{LOSS}\n    raise NotImplementedError"
    (tmp_path / "course" / "release" / "huber").mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(stub)])
    nbformat.write(notebook, tmp_path / "course" / "release" / "huber" / "huber.ipynb")
    (tmp_path / "notebooks").symlink_to(course / "notebooks")
    given = given_code(tmp_path / "course")
    lessons = (course / "notebooks" / "en").glob("0*.ipynb")
    cells = [
        cell.source for path in lessons for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
    ]
    assert any(list(same_code([entry("ann", code), entry("bob", code)])) for code in cells)
    for code in (stub, *cells):
        mine = f"# mine\n{code}\nmine = 1"
        assert list(same_code([entry("ann", mine), entry("bob", code)], given)) == []
    assert list(same_code([entry("ann", LOSS), entry("bob", LOSS)], given)) != []


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("import linreg_course.checking", ["linreg_course.checking"]),
        ("from linreg_course.exercises import load as mine", ["linreg_course.exercises"]),
        ("from linreg_course.exercises.huber_loss import judge", ["linreg_course.exercises"]),
        ("from linreg_course import wall, check", ["linreg_course.wall"]),
        ("def f():\n    import linreg_course.grading.seeds as s", ["linreg_course.grading"]),
        ("importlib.import_module('linreg_course.warm.kernel')", ["linreg_course.warm"]),
        ("check.huber_loss = lambda answer: None", ["check.huber_loss = …"]),
        ("check.anna_schmidt, x = 1, 2", ["check.NAME = …"]),
        ("setattr(check, name, f)", ["check.NAME = …"]),
        ("open('../gradebook.db')", ["gradebook.db"]),
        ("p = f'/proc/{pid}/mem'", ["/proc/"]),
        ("Path('../../autograded/ann/huber')", ["autograded/"]),
        ("open('course/seed.key').read()", ["seed.key"]),
        ("display({}, metadata={'linreg_verdict': {}})", ["linreg_verdict"]),
    ],
)
def test_code_that_asks_for_the_graders_parts_is_told(code: str, asked: list[str]) -> None:
    assert asked_in(code) == asked


@pytest.mark.parametrize(
    "code",
    [
        "from linreg_course import check, lessons\ncheck.begin('huber_loss')",
        "check.huber_loss(huber_loss)\nresult = check.progress()",
        "# gradebook.db\nself.check = 1\nmodel.check.x = 2",
        "import linreg_courses.checking, checking",
    ],
)
def test_ordinary_code_is_not(code: str) -> None:
    assert asked_in(code) == []


@pytest.mark.parametrize("name", EXERCISES)
def test_no_right_answer_of_the_bank_is_reported(name: str) -> None:
    sources = [
        textwrap.dedent(inspect.getsource(answer)) for answer in bank(name).RIGHT.values() if inspect.isfunction(answer)
    ]
    assert sources
    assert [asked_in(source) for source in sources if asked_in(source)] == []
    entries = [entry(str(number), source) for number, source in enumerate(dict.fromkeys(sources))]
    assert list(same_code(entries)) == []


def test_no_cell_of_the_course_is_reported(course: Path) -> None:
    for path in course.glob("notebooks/??/*.ipynb"):
        assert [found for code in code_of(path) for found in asked_in(code)] == []
