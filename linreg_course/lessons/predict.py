"""Predict first, then run: a guess before a cell, set beside its result after it."""

from __future__ import annotations

from linreg_course.display import is_live, say
from linreg_course.language import Text

_guesses: dict[str, str] = {}


def predict(question: str, options: str) -> None:
    """Offer the options of a question as a choice; headless, do nothing.

    Args:
        question: the question's id, such as "03-a".
        options: one letter an option, such as "ABC".

    Raises:
        ValueError: no options, or one that comes twice.
    """
    if not options or len(set(options)) != len(options):
        raise ValueError(f"predict: options must be different letters such as 'ABC', not {options!r}")
    _guesses.pop(question, None)
    if is_live():
        _show_choice(question, options)


def reveal(question: str, result: object) -> None:
    """Print the learner's guess beside the result; without a guess, the result alone.

    Args:
        question: the id that `predict` was given.
        result: what the cell found; it is shown by `str()`, and a boolean as yes or no.
    """
    guess = _guesses.get(question)
    told = _YES_NO[result] if isinstance(result, bool) else Text(en=str(result), zh=str(result))
    words = Text(en=f"{question}: result {told.en}", zh=f"{question}：结果{told.zh}")
    if guess is not None:
        words = Text(
            en=f"{question}: your prediction {guess}, result {told.en}",
            zh=f"{question}：你预测{guess}，结果{told.zh}",
        )
    say(words, same=str(result))


_YES_NO = {True: Text(en="yes", zh="是"), False: Text(en="no", zh="否")}


def _show_choice(question: str, options: str) -> None:
    import ipywidgets
    from IPython.display import display

    label = Text(en=f"Your prediction for {question}:", zh=f"你对{question}的预测：")
    choice = ipywidgets.RadioButtons(options=list(options), value=None, description=str(label))
    choice.style.description_width = "initial"
    choice.observe(lambda change: _guesses.__setitem__(question, change["new"]), names="value")
    display(choice)
