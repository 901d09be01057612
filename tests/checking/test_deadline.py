"""How long an answer may take: a call, and all calls of a check together."""

from __future__ import annotations

import time
from typing import Any

import pytest
from answers.convert_lr import table_of_factors

from linreg_course import check
from linreg_course.checking import deadline
from linreg_course.checking.deadline import CELL_SECONDS, CHECK_SECONDS, run_each
from linreg_course.language import LANGUAGES, use_language

TOGETHER = {"en": "all calls of this check together took more than", "zh": "这次检查的所有调用合计超过了"}


def test_a_check_is_over_before_the_cell_that_holds_it() -> None:
    assert CHECK_SECONDS <= CELL_SECONDS / 2


def test_tasks_in_time_give_their_results_and_those_after_the_common_deadline_none() -> None:
    def nap() -> str:
        time.sleep(0.05)
        return "slept"

    assert run_each([nap] * 3, 0, 60) == ["slept"] * 3
    assert run_each([nap] * 3, 0, 60, time.monotonic()) == []
    few = run_each([nap] * 1000, 0, 60, time.monotonic() + 0.3)
    assert set(few) <= {"slept"}
    assert len(few) < 1000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_answer_whose_calls_are_in_time_but_too_slow_together_is_told_so(
    lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*given: Any) -> float:
        time.sleep(0.05)
        return table_of_factors(*given)

    use_language(lang)
    monkeypatch.setattr(deadline, "CHECK_SECONDS", 0.5)
    shown = check.convert_lr(slow)
    assert shown.verdict.score < shown.verdict.points
    assert f"{TOGETHER[lang]}{' 0.5 seconds' if lang == 'en' else '0.5秒'}" in str(shown)
