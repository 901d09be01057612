"""The rubric stands on formgrader's page, once below each answer in words, and on nothing that a student gets."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from example_course import COURSE
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from linreg_course.authoring.build import instructor_bytes, notebook_bytes
from linreg_course.authoring.source import read_source

NAME = "huber"
FORMGRADERS = {"assignment_id": NAME, "notebook_id": NAME, "submission_id": "a1", "index": 0, "total": 1}
FEEDBACKS = {"nbgrader": {"assignment": NAME, "notebook": NAME, "student": "ann", "db_url": ""}}
SCRIPT = "<script>alert('ran')</script>"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one assignment as it is released, and a submission in each language."""
    source = read_source(COURSE / "notebooks" / "source" / f"{NAME}.py")
    course = tmp_path / "course"
    handed_out = {lang: notebook_bytes(source, lang) for lang in ("en", "zh")}
    contents = {
        f"source/{NAME}": instructor_bytes(source, "en"),
        f"source/{NAME}/zh": handed_out["zh"],
        f"rubrics/{NAME}/zh": instructor_bytes(source, "zh"),
        f"autograded/en/{NAME}": handed_out["en"],
        f"autograded/zh/{NAME}": handed_out["zh"],
    }
    for folder, content in contents.items():
        (course / folder).mkdir(parents=True, exist_ok=True)
        (course / folder / f"{NAME}.ipynb").write_bytes(content)
    for path in course.glob(f"autograded/*/{NAME}/{NAME}.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        next(cell for cell in notebook.cells if cell.id == "h1").source = f"My own words. {SCRIPT}"
        nbformat.write(notebook, path)
    shutil.copy(COURSE / "nbgrader_config.py", tmp_path)
    return course


def page(course: Path, student: str, resources: dict[str, Any]) -> BeautifulSoup:
    """Return the page of a submission, made by the course's configuration as formgrader and feedback make it."""
    config, file = Config(), course.parent / "nbgrader_config.py"
    exec(file.read_text(), {"get_config": lambda: config, "__file__": str(file)})
    exporter = HTMLExporter(config=config)
    html, _ = exporter.from_filename(str(course / "autograded" / student / NAME / f"{NAME}.ipynb"), resources=resources)
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize(
    ("lang", "title", "said"),
    [
        ("en", "Rubric and model answer", ("Rubric. Three points", "Model answer. With the threshold $\\delta$")),
        ("zh", "评分标准和参考答案", ("评分标准。 共三分", "参考答案。 阈值为$\\delta$时")),
    ],
)
def test_formgraders_page_has_it_below_each_answer_in_the_submissions_language(
    course: Path, lang: str, title: str, said: tuple[str, str]
) -> None:
    path = course / "autograded" / lang / NAME / f"{NAME}.ipynb"
    before = path.read_bytes()
    found = page(course, lang, FORMGRADERS)
    rubrics = found.select("details.rubric")
    assert len(rubrics) == 2
    for rubric in rubrics:
        assert rubric.has_attr("open")
        assert rubric["lang"] == lang
        assert rubric.select_one("summary").get_text() == title
        assert "SOLUTION" not in rubric.get_text()
    assert all(words in rubrics[0].get_text() for words in said)
    text = found.get_text()
    assert text.index("My own words.") < text.index(said[0])
    assert len(rubrics[0].select("li")) == 3
    assert not [tag for tag in found.find_all("script") if tag.get_text() == "alert('ran')"]
    assert path.read_bytes() == before


@pytest.mark.parametrize("resources", [FEEDBACKS, FEEDBACKS | FORMGRADERS, {}])
def test_feedback_and_any_other_page_have_none(course: Path, resources: dict[str, Any]) -> None:
    found = page(course, "en", resources)
    assert not found.select("details.rubric")
    assert "Model answer" not in found.get_text()


def test_without_a_chinese_rubric_a_chinese_submission_has_the_english_one(course: Path) -> None:
    shutil.rmtree(course / "rubrics")
    assert {rubric["lang"] for rubric in page(course, "zh", FORMGRADERS).select("details.rubric")} == {"en"}


def test_where_only_chinese_is_released_it_has_the_chinese_one(course: Path) -> None:
    (course / "rubrics" / NAME / "zh" / f"{NAME}.ipynb").replace(course / "source" / NAME / f"{NAME}.ipynb")
    for student in ("en", "zh"):
        assert {rubric["lang"] for rubric in page(course, student, FORMGRADERS).select("details.rubric")} == {"zh"}


def test_without_a_source_the_page_is_there_without_a_rubric(course: Path) -> None:
    shutil.rmtree(course / "source")
    found = page(course, "en", FORMGRADERS)
    assert not found.select("details.rubric")
    assert "My own words." in found.get_text()


@pytest.mark.parametrize("metadata", [{}, {"linreg_course": 3}, {"linreg_course": {"language": "../../en"}}])
def test_whatever_a_submission_says_of_its_language_its_page_is_there(course: Path, metadata: dict[str, Any]) -> None:
    path = course / "autograded" / "en" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = nbformat.from_dict(metadata)
    nbformat.write(notebook, path)
    assert len(page(course, "en", FORMGRADERS).select("details.rubric")) == 2
