"""A control for a learner who moves it, and small multiples where nobody can."""

from __future__ import annotations

import base64
import re
from typing import Any

import ipywidgets
import pytest
from matplotlib.figure import Figure, FigureBase, SubFigure

from linreg_course.display import Picture
from linreg_course.language import Text, use_language
from linreg_course.lessons import explore as room
from linreg_course.lessons.explore import explore, small_multiples

CONTROLS: dict[str, Any] = {"n": [10, 20, 30], "loss": ["mse", "mae"], "noise": [0.0, 0.5], "shuffle": [True, False]}
FIRST = {"n": 20, "loss": "mae", "noise": 0.5, "shuffle": False}
SECOND = {"n": 10, "loss": "mse", "noise": 0.0, "shuffle": True}


class Draw:
    """Draws a line that `n` moves, and remembers how it was called."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []

    def __call__(self, figure: FigureBase, **values: Any) -> Text:
        self.calls.append(values)
        figure.subplots().plot([0, values["n"]])
        return Text(en=f"A line to {values['n']}.", zh=f"一条到{values['n']}的线。")


@pytest.fixture
def pictures(monkeypatch: pytest.MonkeyPatch) -> list[Picture]:
    """What is shown headless."""
    shown: list[Picture] = []
    monkeypatch.setattr(room, "is_live", lambda: False)
    monkeypatch.setattr(room, "show", shown.append)
    return shown


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> list[ipywidgets.VBox]:
    """What is displayed at a front end."""
    displayed: list[ipywidgets.VBox] = []
    monkeypatch.setattr(room, "is_live", lambda: True)
    monkeypatch.setattr("IPython.display.display", displayed.append)
    return displayed


def as_read(figure: Figure) -> list[SubFigure]:
    """Return the parts that hold something, from left to right and then downward."""
    return sorted((part for part in figure.subfigs if part.axes), key=lambda part: (-part.bbox.y0, part.bbox.x0))


def alt_and_png(output: ipywidgets.HTML) -> tuple[str, bytes]:
    return re.findall('alt="([^"]*)"', output.value)[0], base64.b64decode(
        re.findall('base64,([^"]*)"', output.value)[0]
    )


def test_headless_each_fallback_is_drawn_once_into_one_figure(pictures: list[Picture]) -> None:
    draw = Draw()
    explore(draw, fallback=[FIRST, SECOND, FIRST], **CONTROLS)
    (picture,) = pictures
    assert draw.calls == [FIRST, SECOND, FIRST]
    assert [part.axes[0].lines[0].get_ydata()[1] for part in as_read(picture.figure)] == [20, 10, 20]


def test_the_sentences_of_the_panels_are_joined_in_both_languages() -> None:
    words = small_multiples(Draw(), [{"n": 1}, {"n": 2}]).words
    assert words == Text(en="n = 1: A line to 1. n = 2: A line to 2.", zh="n = 1：一条到1的线。n = 2：一条到2的线。")


@pytest.mark.parametrize(("panels", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (3, 2, 2), (4, 2, 2)])
def test_panels_stand_two_in_a_row_each_under_its_values(panels: int, columns: int, rows: int) -> None:
    figure = small_multiples(Draw(), [{"n": n} for n in range(panels)]).figure
    parts = as_read(figure)
    assert [part._suptitle.get_text() for part in parts] == [f"n = {n}" for n in range(panels)]
    assert len({part.bbox.x0 for part in parts}) == columns
    assert len({part.bbox.y0 for part in parts}) == rows


def test_headless_the_caption_says_what_can_be_changed_where(pictures: list[Picture]) -> None:
    explore(Draw(), fallback=[FIRST], **CONTROLS)
    assert "in JupyterLab you change n and loss and noise and shuffle here." in pictures[0].words.en


def test_at_a_front_end_every_control_is_labelled_and_starts_at_the_first_fallback(boxes: list[Any]) -> None:
    explore(Draw(), fallback=[FIRST, SECOND], **CONTROLS)
    *widgets, _ = boxes[0].children
    assert {widget.description: widget.value for widget in widgets} == FIRST
    assert {widget.description: [value for _, value in widget.options] for widget in widgets} == CONTROLS


def test_numbers_get_a_slider_that_waits_for_its_release_and_the_rest_a_list(boxes: list[Any]) -> None:
    explore(Draw(), fallback=[FIRST], **CONTROLS)
    n, loss, noise, shuffle, _ = boxes[0].children
    for slider in (n, noise):
        assert isinstance(slider, ipywidgets.SelectionSlider)
        assert not slider.continuous_update
    for choice in (loss, shuffle):
        assert isinstance(choice, ipywidgets.Dropdown)


def test_a_move_redraws_once_and_changes_picture_and_alt_text(boxes: list[Any]) -> None:
    draw = Draw()
    explore(draw, fallback=[FIRST], **CONTROLS)
    n, *_, output = boxes[0].children
    before = alt_and_png(output)
    n.value = 30
    after = alt_and_png(output)
    assert draw.calls == [FIRST, {**FIRST, "n": 30}]
    assert (before[0], after[0]) == ("A line to 20.", "A line to 30.")
    assert before[1] != after[1]


def test_moving_back_shows_the_same_picture_again(boxes: list[Any]) -> None:
    explore(Draw(), fallback=[FIRST], **CONTROLS)
    n, *_, output = boxes[0].children
    before = output.value
    n.value = 10
    n.value = 20
    assert output.value == before


def test_a_redraw_speaks_the_language_in_use(boxes: list[Any]) -> None:
    explore(Draw(), fallback=[FIRST], **CONTROLS)
    use_language("zh")
    boxes[0].children[0].value = 10
    assert alt_and_png(boxes[0].children[-1])[0] == "一条到10的线。"


@pytest.mark.parametrize("live", [True, False])
@pytest.mark.parametrize(
    ("fallback", "message"),
    [
        ([], "at least one set of values"),
        ([{"n": 20}, {}], "must give exactly n"),
        ([{"n": 20, "lr": 1}], "must give exactly n"),
        ([{"n": 20}, {"n": 21}], "n = 21 of a fallback is not among"),
    ],
)
def test_a_fallback_that_the_controls_cannot_show_is_refused_before_anything_is_drawn(
    monkeypatch: pytest.MonkeyPatch, live: bool, fallback: list[dict[str, int]], message: str
) -> None:
    monkeypatch.setattr(room, "is_live", lambda: live)
    draw = Draw()
    with pytest.raises(ValueError, match=f"^explore: .*{message}"):
        explore(draw, fallback=fallback, n=[10, 20])
    assert draw.calls == []
