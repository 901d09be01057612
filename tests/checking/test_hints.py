"""A mistake that nobody has listed gets a hint on what was seen, or the plain word that there is none."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from linreg_course import check
from linreg_course.checking import deadline
from linreg_course.exercises import EXERCISES, load
from linreg_course.language import LANGUAGES, use_language


@pytest.fixture(autouse=True)
def _fresh_check(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_verdicts", "_hints_given"):
        monkeypatch.setattr(check, name, {})


def checked(name: str, answer: Callable[..., Any]) -> str:
    return str(getattr(check, name)(answer))


def hinted(name: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        check.hint(name)
    return out.getvalue()


def endless(*given: Any) -> Iterator[int]:
    while True:
        pass


def misspelled(y_hat: Tensor, y: Tensor, delta: float = 1.0) -> Tensor:
    return (yhat - y).abs().mean()  # type: ignore[name-defined]  # noqa: F821


def through_none(X: Tensor, y: Tensor) -> tuple[Tensor, float]:
    fit = print("fitting")  # type: ignore[func-returns-value]
    return fit.weight, fit.bias  # type: ignore[attr-defined]


def shapes_meet(X: Tensor, y: Tensor) -> tuple[Tensor, float]:
    return X @ torch.ones(len(X) + 1), 0.0


def unfinished(old_lr: float, batch_size: int, old: str, new: str) -> float:
    return {}["factor"]  # type: ignore[no-any-return]


def half(y_hat: Tensor, y: Tensor, delta: float = 1.0) -> Tensor:
    r = y_hat - y
    return torch.where(r.abs() <= delta, r**2 / (2 * delta), r.abs() - delta / 2).mean().half()


def for_two_kinds(y_hat: Tensor, y: Tensor, delta: float = 1.0) -> Tensor:
    if y_hat.shape != y.shape:
        raise ValueError
    r = y_hat - y
    return torch.where(r.abs() <= delta, r**2 / (2 * delta), r.abs() - delta / 2).mean() * (1 if y.numel() < 9 else 3)


SEEN = {
    "nothing returned": ("huber_loss", lambda *given: None, "Your function returned None"),
    "nothing returned, to be iterated": ("load_array", lambda *given: None, "Your function returned None"),
    "nothing returned, two expected": ("synthetic_data", lambda *given: None, "Your function returned None"),
    "no catalogue": ("loss_catalogue", lambda: None, "Your function returned None"),
    "an unknown name": ("huber_loss", misspelled, "is every name spelled as where it was given a value"),
    "None in a line": ("robust_fit", through_none, "something is None: which call in it"),
    "shapes": ("robust_fit", shapes_meet, "Which shapes meet in your line `return X @ torch.ones"),
    "another error": ("convert_lr", unfinished, "Python stopped at your line `return {}["),
    "another signature": ("convert_lr", lambda lr: lr, "compare the function's name and arguments"),
    "another dtype": ("huber_loss", half, "The call ends with float16, and it began with float32"),
    "right for some": ("huber_loss", for_two_kinds, "calls that it looks at, as with `huber_loss("),
}


@pytest.mark.parametrize("kind", SEEN)
def test_the_panel_hints_at_what_was_seen_and_the_next_hint_says_how_to_look(kind: str) -> None:
    name, answer, words = SEEN[kind]
    assert words in checked(name, answer)
    assert f'`given = check.example("{name}")` gives the arguments of the call shown' in hinted(name)
    assert "This was the last hint" in hinted(name)


def test_what_does_not_end_is_asked_for_its_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "CASE_SECONDS", 0.3)
    assert "Is there a loop that has no end" in checked("huber_scale", endless)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_nothing_can_be_said_that_is_said(lang: str) -> None:
    use_language(lang)
    words = {"en": "There is no hint for this mistake", "zh": "这个错误没有专门的提示"}
    assert words[lang] in checked("huber_scale", lambda delta: -1.0)
    assert {"en": "This was the last hint", "zh": "这是最后一条提示"}[lang] in hinted("huber_scale")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_name_that_is_no_exercise_is_told_with_those_that_are(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_language(lang)
    monkeypatch.setattr(check, "_begun", ("huber_loss", "huber_scale"))
    assert {"en": "There is no exercise 'huber'", "zh": "没有名为'huber'的练习"}[lang] in hinted("huber")
    assert "huber_loss, huber_scale" in hinted("huber")
    assert "convert_lr" not in hinted("huber")
    assert check.example("huber") is None


@pytest.mark.parametrize("name", EXERCISES)
def test_an_example_is_the_arguments_of_the_failing_call_made_anew(name: str) -> None:
    checked(name, lambda *given: 0)
    case = check._verdicts[name].case
    assert case is not None
    first, again = check.example(name), check.example(name)
    assert first is not None
    assert again is not None
    assert len(first) == len(again) == len(load(name).arguments(case))
    for one, other in zip(first, again, strict=True):
        assert type(one) is type(other)
        if isinstance(one, Tensor):
            assert one is not other
            assert torch.equal(one, other)


def test_an_example_fails_as_the_panel_says() -> None:
    def wrong(y_hat: Tensor, y: Tensor, delta: float = 1.0) -> Tensor:
        return for_two_kinds(y_hat, y, delta)

    checked("huber_loss", wrong)
    given = check.example("huber_loss")
    assert given is not None
    y_hat, y, *delta = given
    assert y.numel() >= 9
    true = nn.functional.smooth_l1_loss(y_hat, y, beta=delta[0] if delta else 1.0)
    assert not torch.allclose(wrong(*given), true)


def test_an_example_without_a_failure_is_the_first_call() -> None:
    case = load("huber_scale").cases(np.random.default_rng(check.CHECK_SEED))[0]
    assert check.example("huber_scale") == (case["delta"],)


def test_a_panel_with_a_shortened_input_points_to_the_example() -> None:
    assert 'its arguments, as objects: check.example("robust_fit")' in checked("robust_fit", lambda X, y: (0, 0))
    assert "check.example" not in checked("convert_lr", lambda lr, n, old, new: -lr).partition("hint")[0]
