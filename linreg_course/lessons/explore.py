"""One control for all lessons: move it and see what changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from matplotlib.figure import Figure

from linreg_course.display import Picture, figure_html, is_live, show, to_png
from linreg_course.language import Text

PANEL_INCHES = (6.0, 3.2)

Draw = Callable[..., Text]


def explore(draw: Draw, *, fallback: Sequence[dict[str, Any]], **controls: Sequence[Any]) -> None:
    """Let the learner move the arguments of `draw` and see the figure and its sentence change.

    In a live notebook every control is a slider (numbers) or a list (anything else) that starts at
    the first fallback. Run headless, or with `COURSE_STATIC=1`, the fallbacks are drawn as small
    multiples in one figure, whose caption says what a learner can change.

    Args:
        draw: `draw(figure, **values)` draws into an empty figure (or a part of one) and returns a
            `Text` that says what is to be seen. It seeds what it draws at random.
        fallback: the values to show without a front end, one dict a panel; the names are those of
            the controls.
        controls: the values that each argument of `draw` can take, in order.

    Raises:
        ValueError: no fallback, or a fallback that misses a control or names a value not offered.
    """
    _check(fallback, controls)
    if is_live():
        _show_controls(draw, fallback[0], controls)
    else:
        picture = small_multiples(draw, fallback)
        show(replace(picture, words=_with_controls(picture.words, list(controls))))


def _with_controls(words: Text, names: list[str]) -> Text:
    return Text(
        en=f"{words.en} These are fixed settings: in JupyterLab you change {' and '.join(names)} here.",
        zh=f"{words.zh}这里只画了几种固定的设置：在JupyterLab里，可以在这里改变{'和'.join(names)}。",
    )


def small_multiples(draw: Draw, panels: Sequence[dict[str, Any]]) -> Picture:
    """Draw every panel into one figure, two in a row, each under its values."""
    columns = min(2, len(panels))
    rows = math.ceil(len(panels) / columns)
    figure = Figure(figsize=(PANEL_INCHES[0] * columns, (PANEL_INCHES[1] + 0.3) * rows), layout="constrained")
    parts = figure.subfigures(rows, columns, squeeze=False).flatten()
    sentences = []
    for part, values in zip(parts, panels, strict=False):
        title = ", ".join(f"{name} = {value}" for name, value in values.items())
        part.suptitle(title)
        sentence = draw(part, **values)
        sentences.append(Text(en=f"{title}: {sentence.en}", zh=f"{title}：{sentence.zh}"))
    words = Text(en=" ".join(text.en for text in sentences), zh="".join(text.zh for text in sentences))
    return Picture(figure, words)


def _check(fallback: Sequence[dict[str, Any]], controls: dict[str, Sequence[Any]]) -> None:
    if not fallback:
        raise ValueError("explore: fallback needs at least one set of values")
    for values in fallback:
        if values.keys() != controls.keys():
            raise ValueError(f"explore: the fallback {values} must give exactly {', '.join(controls)}")
        for name, value in values.items():
            if value not in controls[name]:
                raise ValueError(f"explore: {name} = {value} of a fallback is not among the control's values")


def _show_controls(draw: Draw, start: dict[str, Any], controls: dict[str, Sequence[Any]]) -> None:
    import ipywidgets
    from IPython.display import display

    widgets = {name: _widget(name, options, start[name]) for name, options in controls.items()}
    output = ipywidgets.HTML()

    def redraw(_: object = None) -> None:
        figure = Figure(figsize=PANEL_INCHES, layout="constrained")
        words = draw(figure, **{name: widget.value for name, widget in widgets.items()})
        output.value = figure_html(to_png(figure), words)

    for widget in widgets.values():
        widget.observe(redraw, names="value")
    redraw()
    display(ipywidgets.VBox([*widgets.values(), output]))


def _widget(name: str, options: Sequence[Any], value: Any) -> Any:
    import ipywidgets

    is_number = all(isinstance(option, (int, float)) and not isinstance(option, bool) for option in options)
    kind = ipywidgets.SelectionSlider if is_number else ipywidgets.Dropdown
    widget = kind(options=[(str(option), option) for option in options], value=value, description=name)
    if is_number:
        widget.continuous_update = False
    widget.style.description_width = "initial"
    return widget
