"""The language in use, and what a learner reads in it."""

from __future__ import annotations

import pytest

from linreg_course.language import Text, language, use_language


def test_english_is_the_language_until_another_is_chosen() -> None:
    assert (language(), str(Text(en="loss", zh="损失"))) == ("en", "loss")


def test_a_text_follows_the_language_even_when_it_was_made_before() -> None:
    words = Text(en="loss", zh="损失")
    use_language("zh")
    assert (language(), f"{words}") == ("zh", "损失")


@pytest.mark.parametrize("code", ["de", "EN", "", None])
def test_another_language_is_refused_and_the_one_in_use_stays(code: str) -> None:
    use_language("zh")
    with pytest.raises(ValueError, match=r"use one of en, zh"):
        use_language(code)
    assert language() == "zh"
