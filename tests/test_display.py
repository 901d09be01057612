"""Figures and sentences as they reach the page: described, escaped, the same bytes, comparable across languages."""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import IPython
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from linreg_course.display import SAME, Picture, figure_html, is_live, say, show, to_png
from linreg_course.language import Text, use_language

WORDS = Text(en='Loss < 1 & "falls"', zh="损失<1，并且“下降”")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, str], dict[str, Any]]]:
    """Data and metadata of what was displayed."""
    outputs: list[tuple[dict[str, str], dict[str, Any]]] = []
    monkeypatch.setattr("linreg_course.display.shell", SimpleNamespace)
    monkeypatch.setattr("IPython.display.display", lambda data, raw, metadata: outputs.append((data, metadata)))
    return outputs


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.attributes: dict[str, dict[str, str | None]] = {}
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes[tag] = dict(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def drawn(height: float = 1.0) -> Figure:
    figure = Figure(figsize=(3, 2), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, height, 0])
    axes.set_title("$w_1$, loss")
    return figure


@pytest.mark.parametrize(("lang", "sentence"), [("en", WORDS.en), ("zh", WORDS.zh)])
def test_a_browser_reads_the_sentence_in_alt_text_and_caption_with_its_language(lang: str, sentence: str) -> None:
    use_language(lang)
    tags = Tags(figure_html(b"x", WORDS))
    assert tags.attributes["figure"]["lang"] == lang
    assert tags.attributes["img"]["alt"] == sentence
    assert tags.text == sentence


def test_the_image_needs_no_file_and_no_network() -> None:
    assert Tags(figure_html(b"x", WORDS)).attributes["img"]["src"] == "data:image/png;base64,eA=="


def test_the_same_drawing_gives_the_same_png_drawn_again_or_written_again() -> None:
    figure = drawn()
    first = to_png(figure)
    assert first.startswith(PNG)
    assert first == to_png(figure) == to_png(drawn())


def test_another_drawing_gives_another_png() -> None:
    assert to_png(drawn(1.0)) != to_png(drawn(-1.0))


def test_a_figure_is_shown_with_its_sentence_as_plain_text_too(shown: list[Any]) -> None:
    show(Picture(drawn(), WORDS))
    ((data, _),) = shown
    assert data["text/plain"] == WORDS.en
    assert Tags(data["text/html"]).attributes["img"]["alt"] == WORDS.en


def test_the_note_of_a_figure_does_not_depend_on_the_language_but_on_the_drawing(shown: list[Any]) -> None:
    for lang, height in (("en", 1.0), ("zh", 1.0), ("zh", 2.0)):
        use_language(lang)
        figure = drawn()
        figure.axes[0].set_ylim(0, height)
        show(Picture(figure, WORDS))
    (_, english), (_, chinese), (_, other) = shown
    assert english == chinese
    assert english[SAME] != other[SAME]


def test_a_sentence_is_said_in_the_language_in_use_with_the_note_it_was_given(shown: list[Any]) -> None:
    say(WORDS, same="17")
    use_language("zh")
    say(WORDS, same="17")
    assert shown == [({"text/plain": WORDS.en}, {SAME: "17"}), ({"text/plain": WORDS.zh}, {SAME: "17"})]


def test_in_a_plain_terminal_a_sentence_is_printed_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    say(WORDS, same="17")
    assert capsys.readouterr().out == f"{WORDS.en}\n"


def test_a_figure_made_by_pyplot_is_closed_so_that_it_is_not_shown_twice(shown: list[Any]) -> None:
    figure, other = plt.figure(), plt.figure()
    show(Picture(figure, WORDS))
    assert not plt.fignum_exists(figure.number)
    assert plt.fignum_exists(other.number)
    plt.close(other)


def test_a_figure_is_shown_where_pyplot_was_never_imported(shown: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "matplotlib.pyplot")
    show(Picture(drawn(), WORDS))
    assert len(shown) == 1


@pytest.mark.parametrize(
    ("shell", "static", "live"),
    [
        (SimpleNamespace(kernel=object()), None, True),
        (SimpleNamespace(kernel=object()), "0", True),
        (SimpleNamespace(kernel=object()), "1", False),
        (SimpleNamespace(), None, False),
        (None, None, False),
    ],
    ids=["kernel", "kernel, COURSE_STATIC=0", "kernel, COURSE_STATIC=1", "IPython in a terminal", "plain Python"],
)
def test_only_a_kernel_that_is_not_told_otherwise_is_live(
    monkeypatch: pytest.MonkeyPatch, shell: object, static: str | None, live: bool
) -> None:
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    monkeypatch.delenv("COURSE_STATIC", raising=False)
    if static is not None:
        monkeypatch.setenv("COURSE_STATIC", static)
    assert is_live() is live
