"""A guess before the cell and the result beside it, at a front end and headless."""

from __future__ import annotations

from typing import Any

import ipywidgets
import pytest

from linreg_course.language import Text, use_language
from linreg_course.lessons import predict as room
from linreg_course.lessons.predict import predict, reveal


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Text, str]]:
    sentences: list[tuple[Text, str]] = []
    monkeypatch.setattr(room, "say", lambda words, same: sentences.append((words, same)))
    return sentences


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[ipywidgets.RadioButtons]:
    """The widgets of a live notebook."""
    widgets: list[Any] = []
    monkeypatch.setattr(room, "is_live", lambda: True)
    monkeypatch.setattr("IPython.display.display", widgets.append)
    return widgets


def test_without_a_guess_the_result_stands_alone(said: list[tuple[Text, str]]) -> None:
    predict("01-a", "ABC")
    reveal("01-a", 101)
    assert said == [(Text(en="01-a: result 101", zh="01-a：结果101"), "101")]


def test_a_guess_stands_beside_the_result(said: list[Any], displayed: list[Any]) -> None:
    predict("01-a", "ABC")
    displayed[0].value = "B"
    reveal("01-a", 101)
    words = Text(en="01-a: your prediction B, result 101", zh="01-a：你预测B，结果101")
    assert said == [(words, "101")]


def test_the_last_choice_counts(said: list[Any], displayed: list[Any]) -> None:
    predict("01-a", "ABC")
    displayed[0].value = "B"
    displayed[0].value = "C"
    reveal("01-a", 101)
    assert "your prediction C," in said[0][0].en


@pytest.mark.parametrize(("lang", "label"), [("en", "Your prediction for 01-a:"), ("zh", "你对01-a的预测：")])
def test_the_choice_offers_each_letter_once_chooses_none_and_is_labelled(
    displayed: list[Any], lang: str, label: str
) -> None:
    use_language(lang)
    predict("01-a", "ABCD")
    (choice,) = displayed
    assert (choice.options, choice.value, choice.description) == (("A", "B", "C", "D"), None, label)


def test_asking_again_forgets_the_guess_of_this_question_only(said: list[Any], displayed: list[Any]) -> None:
    for question in ("01-a", "01-b"):
        predict(question, "AB")
        displayed[-1].value = "A"
    predict("01-a", "AB")
    reveal("01-a", 1)
    reveal("01-b", 1)
    assert [words.en for words, _ in said] == ["01-a: result 1", "01-b: your prediction A, result 1"]


def test_a_guess_does_not_change_what_the_languages_are_compared_by(said: list[Any], displayed: list[Any]) -> None:
    predict("01-a", "AB")
    reveal("01-a", 0.25)
    displayed[0].value = "A"
    reveal("01-a", 0.25)
    assert [same for _, same in said] == ["0.25", "0.25"]


@pytest.mark.parametrize("question", ["99-z", "", "预测", "a b\n", "{}"])
@pytest.mark.parametrize("result", [None, "", [1, 2], float("nan")], ids=str)
def test_reveal_never_raises_for_a_question_that_was_never_asked(
    said: list[Any], question: str, result: object
) -> None:
    reveal(question, result)
    assert str(result) in said[0][0].en


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize("options", ["", "AA", "ABCA"])
def test_no_options_or_one_twice_is_refused_headless_too(
    monkeypatch: pytest.MonkeyPatch, options: str, live: bool
) -> None:
    monkeypatch.setattr(room, "is_live", lambda: live)
    with pytest.raises(ValueError, match=r"^predict: options must be different letters"):
        predict("01-a", options)
