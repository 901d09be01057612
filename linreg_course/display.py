"""Show figures and sentences in a notebook, so that they can be seen, heard and compared.

What differs by language carries a note of what must not differ (`SAME` in the output's
metadata): `linreg run` compares that note between the two languages.
"""

from __future__ import annotations

import base64
import html
import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np

from linreg_course.language import Text, language

if TYPE_CHECKING:  # guard and predict show sentences only, and need not wait for matplotlib
    from matplotlib.figure import Figure

SAME = "linreg_same"


@dataclass(frozen=True)
class Picture:
    """A figure and the sentence that says what is to be seen in it."""

    figure: Figure
    words: Text


def is_live() -> bool:
    """Tell whether a learner sits at a front end: a Jupyter kernel, and not `COURSE_STATIC=1`."""
    if os.environ.get("COURSE_STATIC", "0") != "0":
        return False
    return hasattr(shell(), "kernel")


def shell() -> Any:
    """Return the IPython shell that this runs in, or None."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def show(picture: Picture) -> None:
    """Show the figure with its sentence as caption and as alt text."""
    png = to_png(picture.figure)
    _close(picture.figure)
    _publish({"text/html": figure_html(png, picture.words)}, str(picture.words), drawn(picture.figure))


def say(words: Text, same: str, markdown: Text | None = None) -> None:
    """Show a sentence in the language in use, and where markdown can be shown, that in its place.

    Args:
        words: the sentence.
        same: the part that both languages share.
        markdown: the same with links or as a table.
    """
    _publish({} if markdown is None else {"text/markdown": str(markdown)}, str(words), same)


def drawn(figure: Figure) -> str:
    """Return a hash of the data that a figure shows, with their marks and colours; words do not enter.

    Words take room, so in another language the same data lie on other pixels.
    """
    found = sha256()
    for axes in figure.axes:
        limits = (not axes.get_autoscalex_on() and axes.get_xlim(), not axes.get_autoscaley_on() and axes.get_ylim())
        found.update(f"{axes.get_xscale()} {axes.get_yscale()} {limits}".encode())
        for artist in (*axes.lines, *axes.patches, *axes.collections, *axes.images):
            for array in _data(artist):
                numbers = np.ma.asarray(array, dtype=float).filled(np.nan)
                found.update(f"{type(artist).__name__} {numbers.round(9).tolist()}".encode())
    return found.hexdigest()


def _data(artist: Any) -> Iterator[Any]:
    """Yield the arrays behind a line, a patch, a collection or an image."""
    if hasattr(artist, "get_xydata"):
        yield artist.get_xydata()
        yield [ord(sign) for sign in f"{artist.get_color()}{artist.get_linestyle()}{artist.get_marker()}"]
    elif hasattr(artist, "U"):  # arrows, whose outline depends on the size of the axes
        yield from (artist.XY, artist.U, artist.V)
    elif hasattr(artist, "get_offsets"):
        yield from (artist.get_offsets(), artist.get_facecolor(), *(path.vertices for path in artist.get_paths()))
    elif hasattr(artist, "get_patch_transform"):
        yield from (artist.get_path().vertices, artist.get_patch_transform().get_matrix(), artist.get_facecolor())
    else:
        yield artist.get_array()


def to_png(figure: Figure) -> bytes:
    """Return the figure as PNG; the same drawing gives the same bytes."""
    buffer = io.BytesIO()
    # Cropping draws twice; a figure that lays itself out (constrained) does without.
    crop = "tight" if figure.get_layout_engine() is None else None
    figure.savefig(buffer, format="png", dpi=100, bbox_inches=crop, facecolor="white")
    return buffer.getvalue()


def figure_html(png: bytes, words: Text) -> str:
    """Return a `<figure>` with the image inline, so that it needs no file and no network."""
    text = html.escape(str(words))
    image = base64.b64encode(png).decode()
    return (
        f'<figure lang="{language()}" style="margin:0">'
        f'<img alt="{text}" src="data:image/png;base64,{image}" style="max-width:100%">'
        f"<figcaption>{text}</figcaption></figure>"
    )


def _publish(extra: dict[str, str], text: str, same: str) -> None:
    from IPython.display import display

    if shell() is None:  # a plain Python terminal, where IPython would print the whole dict
        print(text)
        return
    display({"text/plain": text, **extra}, raw=True, metadata={SAME: same})


def _close(figure: Figure) -> None:
    # A figure made through pyplot (by d2l's plots) would be shown once more at the end of the cell.
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)
