"""A quick check: what is read from the markdown, what a browser gets, and what is refused."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from linreg_course.authoring.quiz import Option, QuizError, parse_quiz, quiz_markdown

QUIZ = """\
**Quick check.** Which shape has `y`?

- [ ] `(n,)`
  A row of labels has
  no second axis.
- [x] $(n, 1)$, a *column*
  One label an example.
"""

FAULTS = {
    "no option": "Which?\n",
    "one option": "Which?\n\n- [x] a\n  yes\n",
    "none is right": "Which?\n\n- [ ] a\n  no\n- [ ] b\n  no\n",
    "no feedback": "Which?\n\n- [x] a\n- [ ] b\n  no\n",
    "no feedback of the last": "Which?\n\n- [x] a\n  yes\n- [ ] b\n",
    "another mark": "Which?\n\n- [x] a\n  yes\n- [o] b\n  no\n",
    "an option without text": "Which?\n\n- [x] \n  yes\n- [ ] b\n  no\n",
    "no question": "- [x] a\n  yes\n- [ ] b\n  no\n",
    "text after the options": "Which?\n\n- [x] a\n  yes\n- [ ] b\n  no\n\nMore text.\n",
    "nine options": "Which?\n\n" + "- [x] a\n  yes\n" * 9,
}


def test_question_options_and_feedback_are_read_as_written() -> None:
    question, options = parse_quiz(QUIZ)
    assert question == "**Quick check.** Which shape has `y`?"
    assert options == [
        Option("`(n,)`", False, "A row of labels has\nno second axis."),
        Option("$(n, 1)$, a *column*", True, "One label an example."),
    ]


@pytest.mark.parametrize("text", FAULTS.values(), ids=FAULTS)
def test_a_quiz_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(QuizError):
        parse_quiz(text)


@pytest.mark.parametrize(("lang", "wrong", "right"), [("en", "Not quite", "Right"), ("zh", "还不对", "对")])
def test_each_option_becomes_one_details_with_its_verdict_in_bold_and_its_feedback(
    lang: str, wrong: str, right: str
) -> None:
    # Rendered, since a closing ** before a letter and after punctuation would stay two stars.
    _, first, second = MarkdownIt().render(quiz_markdown(QUIZ, lang)).split("<details>")
    assert re.search(f"✗ <strong>{wrong}[.。]?</strong>[.。]? ?A row of labels has\nno second axis", first)
    assert re.search(f"✓ <strong>{right}[.。]?</strong>[.。]? ?One label an example", second)


def test_a_summary_holds_html_since_markdown_is_not_read_there_but_formulas_stay() -> None:
    built = quiz_markdown(QUIZ, "en")
    assert "<summary>A. <code>(n,)</code></summary>" in built
    assert "<summary>B. $(n, 1)$, a <em>column</em></summary>" in built


def test_a_smaller_sign_in_code_does_not_open_a_tag() -> None:
    built = quiz_markdown(QUIZ.replace("`(n,)`", "`a<b`"), "en")
    assert "<summary>A. <code>a&lt;b</code></summary>" in built


def test_feedback_is_still_read_as_markdown_by_a_renderer() -> None:
    rendered = MarkdownIt().render(quiz_markdown(QUIZ.replace("no second axis", "*no* second axis"), "en"))
    assert "<em>no</em>" in rendered
    assert rendered.count("<details>") == rendered.count("</details>") == 2


def test_eight_options_are_all_shown_with_their_letters() -> None:
    built = quiz_markdown("Which?\n\n" + "- [x] a\n  yes\n" * 8, "en")
    assert [letter for letter in "ABCDEFGHI" if f"<summary>{letter}. a" in built] == list("ABCDEFGH")
