"""The report of a class: its numbers are those of the scores by hand, it names nobody unasked, and it stands alone."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup, Tag
from conftest import SampleClass
from example_course import BIN
from sample_scores import SCORES

from linreg_course.grading.account import Kind, Part
from linreg_course.grading.class_report import report
from linreg_course.grading.classbook import Entry
from linreg_course.grading.lateness import Lateness
from linreg_course.grading.stamps import Said
from linreg_course.language import Text, use_language

pytestmark = pytest.mark.slow

STUDENTS = (*SCORES, "12-corrupt")
# Points of huber_loss; the rest of a score is huber_scale's. No answer in words is graded by hand.
LOSS = {"01-right": 8, "02-right-but-unusual": 8, "03-in-chinese": 8, "04-sum": 1, "05-torch-huber": 1}
LOSS |= {"06-no-half-delta": 3, "07-broadcasts": 7, "08-one-if": 0, "09-empty": 0, "10-kernel-dies": 0}
LOSS |= {"11-never-ends": 0}
MISTAKES = {
    "huber_loss/no-half-delta": ["06-no-half-delta"],
    "huber_loss/python-if": ["08-one-if"],
    "huber_loss/shapes-broadcast": ["07-broadcasts"],
    "huber_loss/sum": ["04-sum"],
    "huber_loss/torch-huber": ["05-torch-huber"],
    "huber_scale/inverse": ["07-broadcasts"],
    "huber_scale/one": ["05-torch-huber"],
}


@pytest.fixture(scope="module")
def folder(sample_class: SampleClass, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that no other test changes."""
    folder = tmp_path_factory.mktemp("report") / "class"
    shutil.copytree(sample_class.folder, folder, symlinks=True)
    return folder


def written(folder: Path, *options: str, lang: str = "en") -> str:
    command = [BIN / "linreg", "report", *options]
    environment = {**os.environ, "LANGUAGE": lang}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "huber: 12 students, without a score: 1, waiting for a person: 4" in done.stdout
    return (folder / "course" / "report" / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return written(folder)


@pytest.fixture(scope="module")
def named(folder: Path) -> str:
    return written(folder, "--names", "huber")


@pytest.fixture(scope="module")
def chinese(folder: Path) -> str:
    return written(folder, lang="zh")


def rows(page: str, region: str) -> list[list[str]]:
    """Return the rows of the table in a region, without its head."""
    found = BeautifulSoup(page, "html.parser").find("div", attrs={"aria-label": re.compile(f"^{region}")})
    assert isinstance(found, Tag)
    lines = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in found.find_all("tr")]
    return lines[1:]


def text_of(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def test_the_numbers_of_a_class_are_those_of_its_scores(page: str) -> None:
    text = text_of(page)
    mean, median = statistics.fmean(SCORES.values()), statistics.median(SCORES.values())
    assert f"Handed in: 12 · with a score: {len(SCORES)} · waiting for a person: 4 · points: 17" in text
    assert f"Mean {mean:.2f}, median {median:g}, lowest 0, highest 12." in text


def test_the_counts_of_an_exercise_are_those_of_its_points(page: str) -> None:
    scale = {student: SCORES[student] - points for student, points in LOSS.items()}
    for row, most, points in zip(rows(page, "By exercise"), (8, 4), (LOSS, scale), strict=False):
        given = list(points.values())
        full, none = given.count(most), given.count(0)
        assert row[:3] == [row[0], str(most), f"{100 * statistics.fmean(given) / most:.0f}%"]
        assert row[4:] == [str(full), str(len(given) - full - none), str(none), "0"]
    assert [row[0] for row in rows(page, "By exercise")] == [
        *("huber_loss", "huber_scale"),
        *("h1 3. Three that agree", "h2 4. Choose a threshold"),
    ]
    assert [row[7] for row in rows(page, "By exercise")] == ["0", "0", "3", "2"]
    correlation = statistics.correlation(list(LOSS.values()), list(scale.values()))
    assert [row[3] for row in rows(page, "By exercise")] == [f"{correlation:.2f}"] * 2 + ["–"] * 2


def test_a_rule_counts_the_answers_that_were_tried(page: str) -> None:
    """Nothing was tried of who wrote nothing, nor of huber_loss where its kernel died."""
    found = {(row[0], row[1]): row[3:5] for row in rows(page, "By rule")}
    assert found == {
        ("huber_loss", "quadratic"): ["5", "9"],
        ("huber_loss", "linear"): ["4", "9"],
        ("huber_loss", "gradient"): ["4", "9"],
        ("huber_loss", "shapes"): ["6", "9"],
        ("huber_scale", "value"): ["8", "10"],
        ("huber_scale", "identity"): ["8", "10"],
    }


def test_the_mistakes_are_named_with_how_many_made_them(page: str, named: str) -> None:
    assert [row[:2] for row in rows(page, "Mistakes")] == [[name, str(len(who))] for name, who in MISTAKES.items()]
    assert {row[0]: row[3].split(", ") for row in rows(named, "Mistakes")} == MISTAKES


def test_nobody_is_named_unasked(page: str, chinese: str, named: str) -> None:
    for student in STUDENTS:
        assert student not in page + chinese
        assert student in named
    scores = {row[0]: row[1].removesuffix(" (waits)") for row in rows(named, "Students")}
    assert scores == {**{student: str(score) for student, score in SCORES.items()}, "12-corrupt": "–"}


def test_the_same_code_is_told(page: str, named: str) -> None:
    assert "The same code for huber_loss" in text_of(page)
    assert re.search(r"The same code for huber_loss \(\d+ tokens, .*\): 01-right, 03-in-chinese", text_of(named))


@pytest.mark.parametrize("options", [(), ("--names",)])
def test_a_chinese_page_has_no_english_sentence(folder: Path, options: tuple[str, ...]) -> None:
    page = BeautifulSoup(written(folder, *options, lang="zh"), "html.parser")
    assert page.html is not None
    assert page.html["lang"] == "zh"
    told = " ".join(str(one.get("alt", one.get("aria-label", ""))) for one in page.find_all(["img", "div", "nav"]))
    for code in page.find_all(["code", "style"]):
        code.decompose()
    text = page.get_text(" ") + told
    for student in STUDENTS:
        text = text.replace(student, "")
    english = set(re.findall(r"[A-Za-z][\w.]*", text, re.ASCII))
    names = {"huber", "huber_loss", "huber_scale", "nn.HuberLoss", "HuberLoss", "torch", "c", "delta", "ValueError"}
    assert english - names <= {"huber.ipynb", "ipynb_checkpoints", "Python", "recovered.ipynb"}
    assert not re.search(r"[\u4e00-\u9fff][,.:;]|[,;:] *[\u4e00-\u9fff]|\d ?%.*\d %", text)


@pytest.mark.parametrize("language", ["page", "chinese", "named"])
def test_the_page_stands_alone(language: str, request: pytest.FixtureRequest) -> None:
    page = BeautifulSoup(request.getfixturevalue(language), "html.parser")
    assert page.find_all(["script", "link", "iframe", "object", "embed", "form"]) == []
    loads = ("src", "href", "srcset", "action")
    places = [tag[name] for tag in page.find_all(True) for name in loads if tag.has_attr(name)]
    assert len(places) == 3
    assert all(str(place).startswith(("#", "data:image/svg+xml;base64,")) for place in places)
    assert not [name for tag in page.find_all(True) for name in tag.attrs if name.startswith("on")]
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert {str(place)[1:] for place in places if str(place).startswith("#")} <= set(ids)
    assert not re.search(r"@import|url\(", str(page.style))


def test_it_is_the_same_page_when_it_is_made_again(folder: Path, page: str) -> None:
    assert written(folder) == page


EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def evil_class() -> dict[str, list[Entry]]:
    """A class whose every word is HTML, and names a student where it can."""
    code = f"x = '{EVIL} gradebook.db'\nfrom linreg_course.exercises.anna import Anna\ncheck.anna = 1"
    part = Part(EVIL, EVIL, Kind.TEST, 1.0, 2.0, "", None, "", (), f"{EVIL} Anna", False, None, False)
    said = Text(f"{EVIL} Anna wrote `{EVIL}`: the file anna.ipynb.\x1b[2J", f"{EVIL} Anna写的")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    remarks = Said((said,), (said, Text("The notebook anna.ipynb was taken", "采用了anna.ipynb")), (said,))
    good = Entry(f"Anna {EVIL}\x1b[2J", EVIL, (part,), Lateness(penalty=0.5), remarks, None, notebook)
    return {EVIL: [good, Entry("Anna 2", EVIL, reason=said)]}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("named", [False, True])
def test_what_students_wrote_is_text_and_names_nobody(lang: str, named: bool) -> None:
    use_language(lang)
    text = report(evil_class(), named)
    page = BeautifulSoup(text, "html.parser")
    assert page.find("script") is None
    assert [tag for tag in page.find_all("img") if not str(tag["src"]).startswith("data:")] == []
    assert "\x1b" not in text
    assert ("anna" in text.lower()) is named
    assert text == report(evil_class(), named)


def test_a_class_of_which_nothing_is_graded_has_a_page() -> None:
    page = report({"huber": [Entry("ann", "huber", reason=Text("not yet", "还没有"))], "none": []}, named=True)
    assert "Handed in: 1 · with a score: 0" in text_of(page)
    assert "<img" not in page
