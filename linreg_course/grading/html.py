"""Pages of HTML that stand alone: no network, no script, in the language in use."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from linreg_course.checking.panel import points_told
from linreg_course.grading.points import number
from linreg_course.language import Text, language

# The colours of a terminal, in what Python says of an error.
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_UNSHOWN = re.compile(r"[^\S\n\t ]|[\x00-\x08\x0b-\x1f\x7f]")


def page(template: str, **values: Any) -> str:
    """Return the page of a template in `templates/`; what the values hold stands there as text.

    A template writes its words as `say("English", "中文")`.
    """
    return _environment().get_template(template).render(lang=language(), **values)


def code_in(words: object) -> Markup:
    """Return a sentence in which what stands between backticks is set as code."""
    parts = str(escape(str(words))).split("`")
    return Markup("".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts)))


def plain(text: str) -> str:
    """Return text without what is no character to read."""
    return _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", _COLOURS.sub("", text))


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("linreg_course.grading"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"say": Text, "points_told": points_told}
    environment.filters |= {"code": code_in, "plain": plain, "number": number, "twin": _twin}
    return environment


def _twin(words: list[str]) -> Text:
    """Return words of a record, which has them in each language."""
    return Text(*words)
