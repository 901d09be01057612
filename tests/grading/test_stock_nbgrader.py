"""The real nbgrader on the course, without flags: one class in two languages, from the release to the export."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from example_course import COURSE, copy_course, run, solved, submit
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute
from traitlets import import_item
from traitlets.config import PyFileConfigLoader

from linreg_course.authoring.build import instructor_bytes, notebook_bytes
from linreg_course.authoring.source import read_source
from linreg_course.checking.verdict import RECORD
from linreg_course.grading.execute import WarmExecute
from linreg_course.grading.scores import Scores
from linreg_course.grading.seeds import Seeds, seed_of
from linreg_course.handin.course_key import read_key
from linreg_course.language import LANGUAGES

NAME, EXERCISE = "lr-vs-reduction", "convert_lr"
SOLUTION, CHECK, ANSWERED, EMPTY = "convert-lr", "convert-lr-check", "l1", "l2"
MAXIMA = {CHECK: 8, ANSWERED: 3, EMPTY: 3}
STUDENTS = {"ann": "en", "liu": "zh", "idle": "zh"}
SPY = "import os\nprint(dict(os.environ), globals())"
HARD_CODED = "def convert_lr(*given, **named):\n    return 0.0"


def nbgrader(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = run(folder, "nbgrader", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the assignment released in both languages."""
    folder = copy_course(tmp_path_factory.mktemp("class"), NAME)
    done = run(folder, "linreg", "release")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def graded(released: Path) -> Path:
    """The course after two students solved the code and one question, each in a language, and one did nothing."""
    course = released / "course"
    release = course / "release" / NAME
    for student, lang in STUDENTS.items():
        notebook = release / (f"{NAME}.ipynb" if lang == "en" else f"zh/{NAME}.ipynb")
        mine = solved(notebook, lang, *(() if student == "idle" else (SOLUTION, ANSWERED)))
        mine.cells.append(nbformat.v4.new_code_cell(SPY, id="spy"))
        submit(course, student, NAME, mine)
    for command in ("autograde", "generate_feedback"):
        nbgrader(released, command, NAME)
    nbgrader(released, "export")
    return course


@pytest.fixture(scope="module")
def autograded(graded: Path) -> dict[str, Any]:
    return {
        student: nbformat.read(graded / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)
        for student in STUDENTS
    }


def grades(course: Path, student: str) -> dict[str, tuple[float | None, float, bool]]:
    """Return what the gradebook says of each graded cell: automatic score, maximum, whether a person has to look."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        notebook = gradebook.find_submission_notebook(NAME, NAME, student)
        return {grade.name: (grade.auto_score, grade.max_score, grade.needs_manual_grade) for grade in notebook.grades}


def words(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def test_the_built_notebooks_are_what_nbgrader_itself_releases(tmp_path: Path) -> None:
    source = read_source(COURSE / "notebooks" / "source" / f"{NAME}.py")
    shutil.copy(COURSE / "nbgrader_config.py", tmp_path)
    for lang in ("en", "zh"):
        folder = tmp_path / "course" / "source" / f"{NAME}-{lang}"
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_bytes(instructor_bytes(source, lang))
        nbgrader(tmp_path, "generate_assignment", f"{NAME}-{lang}")
        built = tmp_path / "course" / "release" / f"{NAME}-{lang}" / f"{NAME}.ipynb"
        assert built.read_bytes() == notebook_bytes(source, lang)


def test_but_for_seeds_and_verdicts_grading_takes_nbgraders_own_steps() -> None:
    config = PyFileConfigLoader("nbgrader_config.py", str(COURSE)).load_config().Autograde
    before = [import_item(step) for step in config.sanitize_preprocessors]
    after = [import_item(step) for step in config.autograde_preprocessors]
    assert before == [*Autograde().sanitize_preprocessors, Seeds]
    assert after[:2] == [WarmExecute, Scores]
    assert [Execute, *after[2:]] == Autograde().autograde_preprocessors


def test_nbgraders_own_command_releases_both_languages_again(released: Path) -> None:
    release = released / "course" / "release" / NAME
    before = {path: path.read_bytes() for path in release.rglob("*.ipynb")}
    assert {str(path.relative_to(release)) for path in before} == {f"{NAME}.ipynb", f"zh/{NAME}.ipynb"}
    nbgrader(released, "generate_assignment", NAME, "--force")
    assert {path: path.read_bytes() for path in release.rglob("*.ipynb")} == before


@pytest.mark.parametrize(
    ("solution", "said"),
    [("", "Success! Your notebook passes all the tests."), (HARD_CODED, "VALIDATION FAILED ON 1 CELL(S)")],
    ids=["right", "wrong"],
)
def test_validate_tells_a_right_answer_from_a_wrong_one(
    released: Path, tmp_path: Path, solution: str, said: str
) -> None:
    notebook = solved(released / "course" / "release" / NAME / f"{NAME}.ipynb", "en", SOLUTION, ANSWERED, EMPTY)
    if solution:
        next(cell for cell in notebook.cells if cell.id == SOLUTION).source = solution
    nbformat.write(notebook, tmp_path / "mine.ipynb")
    done = nbgrader(released, "validate", str(tmp_path / "mine.ipynb"))
    assert said in done.stdout


def test_a_right_answer_gets_all_points_in_both_languages(graded: Path) -> None:
    for student in ("ann", "liu"):
        assert grades(graded, student)[CHECK] == (MAXIMA[CHECK], MAXIMA[CHECK], False)


def test_an_unwritten_answer_gets_zero(graded: Path) -> None:
    assert grades(graded, "idle")[CHECK] == (0, MAXIMA[CHECK], False)


def test_an_untouched_answer_in_words_counts_as_empty_and_a_touched_one_waits_for_a_person(graded: Path) -> None:
    for student in ("ann", "liu"):
        found = grades(graded, student)
        assert found[EMPTY] == (0, MAXIMA[EMPTY], False)
        assert found[ANSWERED] == (None, MAXIMA[ANSWERED], True)
    assert grades(graded, "idle")[ANSWERED] == (0, MAXIMA[ANSWERED], False)


def test_the_export_has_the_same_maximum_for_both_languages(graded: Path) -> None:
    with (graded / "grades.csv").open(newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {student: float(row["max_score"]) for student, row in rows.items()} == dict.fromkeys(STUDENTS, 14.0)
    assert [float(rows[student]["score"]) for student in STUDENTS] == [8.0, 8.0, 0.0]


def test_a_chinese_submission_stays_chinese(graded: Path, autograded: dict[str, Any]) -> None:
    source = read_source(COURSE / "notebooks" / "source" / f"{NAME}.py")
    handed_out = nbformat.reads(notebook_bytes(source, "zh").decode(), as_version=4)
    ours = {cell.id: cell.source for cell in handed_out.cells if cell.id not in (SOLUTION, ANSWERED)}
    assert {cell.id: cell.source for cell in autograded["liu"].cells if cell.id in ours} == ours
    feedback = (graded / "feedback" / "liu" / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    title = handed_out.cells[0].source.splitlines()[0].removeprefix("# 作业：")
    assert title in feedback


def test_panels_are_in_the_language_of_the_submission_and_reach_the_feedback(
    graded: Path, autograded: dict[str, Any]
) -> None:
    panels, records = {}, {}
    for student, notebook in autograded.items():
        (check,) = (cell for cell in notebook.cells if cell.id == CHECK)
        (output,) = check.outputs
        panels[student], records[student] = output.data["text/html"], output.metadata[RECORD]
        assert output.data["text/plain"] == str(grades(graded, student)[CHECK][0])
    is_chinese = {student: any("一" <= sign <= "鿿" for sign in panel) for student, panel in panels.items()}
    assert is_chinese == {student: lang == "zh" for student, lang in STUDENTS.items()}
    for student, record in records.items():
        feedback = (graded / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")
        place = LANGUAGES.index(STUDENTS[student])
        told = [detail[key][place] for detail in record["details"] for key in ("title", "text")]
        told += [hint[place] for hint in record["hints"]]
        page = words(feedback).replace(" ", "")
        assert [one for one in told if one.replace("`", "").replace(" ", "") not in page] == []


def test_each_student_gets_a_seed_of_the_courses_key_on_record_and_none_in_the_kernel(
    graded: Path, autograded: dict[str, Any]
) -> None:
    key = read_key(graded)
    found = {student: notebook.metadata["linreg_course"]["seeds"] for student, notebook in autograded.items()}
    assert found == {student: {EXERCISE: seed_of(key, NAME, student, EXERCISE)} for student in STUDENTS}
    for student, notebook in autograded.items():
        said = notebook.cells[-1].outputs[0].text
        assert "COURSE_STATIC" in said
        assert str(found[student][EXERCISE]) not in said
    assert len({json.dumps(seeds) for seeds in found.values()}) == len(STUDENTS)
