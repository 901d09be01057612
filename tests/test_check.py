"""What a student meets at a check cell: five outcomes, hints, and a process that stays as it was."""

from __future__ import annotations

import random
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from answers.convert_lr import table_of_factors

from linreg_course import check
from linreg_course.checking import deadline
from linreg_course.checking.exercise import mistakes_of
from linreg_course.checking.panel import as_text
from linreg_course.checking.panel_html import as_html
from linreg_course.checking.verdict import RECORD, Outcome
from linreg_course.exercises import load
from linreg_course.language import use_language


@pytest.fixture(autouse=True)
def _fresh_check(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_verdicts", "_hints_given"):
        monkeypatch.setattr(check, name, {})
    monkeypatch.setattr(check, "_begun", ())


def outcome_of(answer: Any) -> Outcome:
    return check.convert_lr(answer).verdict.outcome


def stub(lr: float, batch_size: int, old: str, new: str) -> float:
    raise NotImplementedError


def endless(*given: Any) -> None:
    while True:
        try:
            time.sleep(0.001)
        except Exception:  # as learners write it
            continue


def recursing(*given: Any) -> Any:
    return recursing(*given)


def shouting(lr: float, batch_size: int, old: str, new: str) -> float:
    print("x" * 10_000_000)
    sys.stderr.write("y" * 10_000)
    warnings.warn("a warning", stacklevel=1)
    return table_of_factors(lr, batch_size, old, new)


class Liar:
    """Equal to everything, larger than everything, and raises when it is printed."""

    def __eq__(self, other: object) -> bool:
        return True

    def __float__(self) -> float:
        raise RuntimeError

    def __repr__(self) -> str:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


class LyingTensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return True


def loop_of_lists() -> list[Any]:
    entries: list[Any] = []
    entries.append(entries)
    return entries


def test_a_stub_is_not_written_yet_and_scores_nothing() -> None:
    shown = check.convert_lr(stub)
    assert (shown.verdict.outcome, repr(shown)) == (Outcome.UNWRITTEN, "0.0")


def test_a_right_answer_gets_all_points_as_its_text() -> None:
    shown = check.convert_lr(table_of_factors)
    assert (shown.verdict.outcome, repr(shown)) == (Outcome.RIGHT, "8.0")


def test_a_mistake_is_not_yet_right_and_a_crash_is_an_error_at_the_learners_line() -> None:
    assert outcome_of(lambda lr, b, old, new: lr) is Outcome.NOT_YET

    def crashing(lr: float, batch_size: int, old: str, new: str) -> float:
        return lr / len(batch_size)  # type: ignore[arg-type]

    shown = check.convert_lr(crashing)
    assert shown.verdict.outcome is Outcome.ERROR
    assert "return lr / len(batch_size)" in str(shown)
    assert "TypeError" in str(shown)


def test_a_fault_of_the_check_is_never_told_as_the_learners(monkeypatch: pytest.MonkeyPatch) -> None:
    exercise = load("convert_lr")
    monkeypatch.setattr(exercise, "judge", lambda case, seen: 1 / 0)
    shown = check.convert_lr(table_of_factors)
    assert (shown.verdict.outcome, repr(shown)) == (Outcome.UNCHECKED, "0.0")
    assert "not your mistake" in str(shown)
    monkeypatch.undo()
    monkeypatch.setattr(exercise, "observe", lambda answer, case: 1 / 0)
    assert outcome_of(table_of_factors) is Outcome.UNCHECKED


@pytest.mark.parametrize(
    "value",
    [
        None,
        float("nan"),
        torch.zeros(10_000, 10_000),
        torch.ones(3, requires_grad=True),
        "text",
        Liar(),
        torch.ones(1).as_subclass(LyingTensor),
        loop_of_lists(),
        (n for n in range(3)),
        np.zeros(3),
        {1: {2: {3: {4: {5: 6}}}}},
        torch.zeros(2, 2).to_sparse(),
        10**400,
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_comes_back_is_judged_as_not_yet_right(value: Any) -> None:
    verdict = check.convert_lr(lambda *given: value).verdict
    assert (verdict.outcome, verdict.score) == (Outcome.NOT_YET, 0.0)


@pytest.mark.parametrize(
    "given", [3.0, None, "convert_lr", torch.zeros(2), Liar()], ids=lambda given: type(given).__name__
)
def test_what_is_no_function_is_told_so(given: Any) -> None:
    shown = check.convert_lr(given)
    assert shown.verdict.score == 0
    assert "the function itself" in str(shown)


def test_another_signature_is_told_without_a_line_that_the_learner_did_not_write() -> None:
    shown = check.convert_lr(lambda lr: lr)
    assert shown.verdict.outcome is Outcome.ERROR
    assert "compare the function's name and arguments" in str(shown)


@pytest.mark.parametrize(
    "leave", [exit, lambda *given: sys.exit(3), lambda *given: quit()], ids=["exit", "sys", "quit"]
)
def test_leaving_python_in_an_answer_ends_nothing(leave: Callable[..., Any]) -> None:
    assert outcome_of(lambda *given: leave()) is Outcome.ERROR


def test_an_answer_that_recurses_is_an_error() -> None:
    assert "RecursionError" in str(check.convert_lr(recursing))


def test_an_answer_that_never_returns_meets_its_deadline_in_words_and_leaves_no_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deadline, "CASE_SECONDS", 0.3)
    shown = check.convert_lr(endless)
    assert shown.verdict.score == 0
    assert "nothing within 0.3 seconds" in str(shown)
    assert "check" not in {thread.name for thread in threading.enumerate()}


def test_prints_and_warnings_of_an_answer_reach_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert outcome_of(shouting) is Outcome.RIGHT
    assert capfd.readouterr() == ("", "")


def test_a_check_leaves_random_states_and_settings_as_they_were() -> None:
    def meddling(lr: float, batch_size: int, old: str, new: str) -> float:
        torch.manual_seed(1)
        np.random.seed(1)
        random.seed(1)
        torch.set_default_dtype(torch.float64)
        torch.set_num_threads(2)
        torch.set_grad_enabled(False)
        sys.setrecursionlimit(50_000)
        return table_of_factors(lr, batch_size, old, new)

    before = list(_settings())
    assert outcome_of(meddling) is Outcome.RIGHT
    for ours, theirs in zip(before, _settings(), strict=True):
        assert ours == theirs


def _settings() -> Iterator[Any]:
    yield torch.get_rng_state().tolist()
    yield np.random.get_state()[1].tolist()
    yield random.getstate()
    yield torch.get_default_dtype()
    yield torch.get_num_threads()
    yield torch.is_grad_enabled()
    yield sys.getrecursionlimit()
    yield list(warnings.filters)


def test_a_learners_global_settings_do_not_mislead_a_check() -> None:
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    try:
        assert outcome_of(table_of_factors) is Outcome.RIGHT
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_grad_enabled(True)


def test_the_first_hint_stands_in_the_panel_and_the_next_ones_follow_on_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrong = next(wrong for wrong in mistakes_of(load("convert_lr")) if wrong.id.endswith("frameworks-normalise"))
    shown = check.convert_lr(wrong.answers[0])
    assert wrong.hints[0].en in str(shown)
    for number in (1, 2, 2):
        check.hint("convert_lr")
        assert wrong.hints[number].en in capsys.readouterr().out


def test_a_panel_is_in_the_notebooks_language_and_its_record_is_the_same_in_both() -> None:
    bundles = {}
    for lang in ("en", "zh"):
        use_language(lang)
        bundles[lang] = check.convert_lr(lambda lr, b, old, new: lr)._repr_mimebundle_()
    (en, en_notes), (zh, zh_notes) = bundles["en"], bundles["zh"]
    assert 'lang="zh"' in zh["text/html"]
    assert "还不正确" in zh["text/html"]
    assert "not yet right" in en["text/html"]
    assert en_notes == zh_notes
    assert en["text/plain"] == zh["text/plain"] == str(en_notes[RECORD]["score"])


def test_what_an_answer_returns_cannot_write_into_the_panel() -> None:
    page = check.convert_lr(lambda *given: "<script>alert(1)</script>")._repr_mimebundle_()[0]["text/html"]
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_grade_draws_its_own_numbers_from_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def spying(lr: float, batch_size: int, old: str, new: str) -> float:
        asked.append(lr)
        return table_of_factors(lr, batch_size, old, new)

    check.convert_lr(spying)
    mine, asked = set(asked), []
    monkeypatch.setattr(check, "CHECK_SEED", 5)
    assert check.convert_lr(spying).verdict.record()["seed"] == 5
    assert len(set(asked) - mine) >= 20


def test_progress_tells_done_open_and_next(capsys: pytest.CaptureFixture[str]) -> None:
    check.begin("convert_lr")
    check.progress()
    assert "convert_lr: → next" in capsys.readouterr().out
    check.convert_lr(table_of_factors)
    check.progress()
    assert "convert_lr: ✓ done" in capsys.readouterr().out


def test_an_unknown_name_is_told_with_those_that_there_are() -> None:
    with pytest.raises(AttributeError, match="convert_lr"):
        check.no_such_exercise  # noqa: B018
    with pytest.raises(ValueError, match="convert_lr"):
        check.begin("no_such_exercise")


def test_a_fault_that_breaks_several_rules_is_explained_once() -> None:
    verdict = check.load_array(lambda data_arrays, batch_size, is_train=True: None).verdict
    faults = [fault for _, fault in verdict.rules if fault is not None]
    assert any(fault is faults[0] for fault in faults[1:])
    assert as_text(verdict).count("call:") == 1
    assert as_html(verdict).count("<details open>") == 1
