"""The panel as a page shows it: told by word and sign, readable in both themes, and safe with what a learner wrote."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from linreg_course import check
from linreg_course.checking.panel_html import as_html
from linreg_course.language import use_language

# The page behind a cell's output, in JupyterLab's light theme (and formgrader) and in its dark one.
PAGES = {"light": ("#ffffff",), "dark": ("#111111", "#212121")}


def luminance(colour: str) -> float:
    """Return the relative luminance of #rrggbb, by WCAG 2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def wrong(y_hat, y, delta=1.0):  # type: ignore[no-untyped-def]
    raise ValueError("<script>alert(1)</script> & `code`")


def test_each_accent_holds_4_5_to_1_on_the_page_of_its_theme() -> None:
    style = as_html(check.huber_loss(wrong).verdict)
    themes = re.findall(r"--good: (#\w{6}); --bad: (#\w{6}); --rest: (#\w{6})", style)
    assert len(themes) == 2
    for accents, pages in zip(themes, PAGES.values(), strict=True):
        assert min(contrast(accent, page) for accent in accents for page in pages) >= 4.5


@pytest.mark.parametrize(
    ("lang", "state", "score"), [("en", "not yet right", "0 of 8 points"), ("zh", "还不正确", "得0分")]
)
def test_head_and_rows_say_the_state_in_words(lang: str, state: str, score: str) -> None:
    use_language(lang)
    page = as_html(check.huber_loss(lambda y_hat, y, delta=1.0: 0.0).verdict)
    head, rows = re.split("<ul>", page)
    assert state in head
    assert score in head
    assert len(re.findall(r"<span>✗ ", rows)) == 4
    assert f'lang="{lang}"' in head


class Balanced(HTMLParser):
    """Fail where a tag is closed that is not open, and keep what is left open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag != "script"
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_what_a_learner_wrote_cannot_become_markup() -> None:
    page = as_html(check.huber_loss(wrong).verdict)
    assert "&lt;script&gt;" in page
    assert Balanced(page).open == []
