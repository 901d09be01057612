"""What a student's check cell calls: `check.huber_loss(huber_loss)`, `check.hint("huber_loss")`, `check.progress()`.

Each exercise's name is a function here. Its value shows the panel in a notebook, the same as text
when printed, and the score as its `text/plain`, which nbgrader reads as partial credit.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from linreg_course.checking import deadline
from linreg_course.checking.judging import judge_answer
from linreg_course.checking.observing import Unanswered, look
from linreg_course.checking.panel import as_text
from linreg_course.checking.panel_html import as_html
from linreg_course.checking.verdict import RECORD, Outcome, Verdict
from linreg_course.display import SAME, say, shell
from linreg_course.exercises import EXERCISES, load
from linreg_course.language import Text
from linreg_course.start.progress import checked
from linreg_course.start.states import DONE, NEXT, OPEN

# The numbers of the check in a notebook; a grade is given on others.
CHECK_SEED = 20200229

_begun: tuple[str, ...] = ()
_verdicts: dict[str, Verdict] = {}
_hints_given: dict[str, int] = {}
_judged_elsewhere: set[str] = set()


class Shown:
    """A verdict as a cell's value."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def __repr__(self) -> str:
        return str(self.verdict.score)

    def __str__(self) -> str:
        return as_text(self.verdict)

    def _repr_mimebundle_(self, **kwargs: object) -> tuple[dict[str, str], dict[str, Any]]:
        record = self.verdict.record()
        same = " ".join(str(record[key]) for key in ("outcome", "score", "rules", "mistake"))
        return {"text/plain": repr(self), "text/html": as_html(self.verdict)}, {SAME: same, RECORD: record}


def begin(*names: str) -> None:
    """Name the exercises of this notebook in their order.

    Where an answer's cell has not been run yet, its name stands for that.

    Raises:
        ValueError: a name is that of no exercise.
    """
    global _begun
    for name in names:
        load(name)
    _begun = names
    if (running := shell()) is not None:
        for name in names:
            running.user_ns.setdefault(name, Unanswered(name))


def hint(name: str) -> None:
    """Show the next hint on what the last check of the exercise `name` found."""
    if not _is_known(name):
        return
    verdict = _verdicts.get(name)
    given = _hints_given.get(name, 0) + 1
    _hints_given[name] = given
    say(_hint(name, verdict, given), same=f"hint {name} {given}")


def _hint(name: str, verdict: Verdict | None, given: int) -> Text:
    if name in _judged_elsewhere:
        return SEE_PANEL
    if verdict is None or verdict.outcome is Outcome.UNWRITTEN:
        return Text(en=f"Write {name} and run its check first.", zh=f"先写出{name}，并运行它的检查。")
    if verdict.outcome is Outcome.RIGHT:
        return Text(en=f"{name} is right: there is nothing to hint at.", zh=f"{name}已经正确，没有什么要提示的。")
    if not verdict.hints:  # nothing was judged, and the panel says why
        return SEE_PANEL
    if given < len(verdict.hints):
        return verdict.hints[given]
    last = verdict.hints[-1]
    return Text(en=f"{last.en} (This was the last hint.)", zh=f"{last.zh}（这是最后一条提示。）")


def example(name: str) -> tuple[Any, ...] | None:
    """Return the arguments of the call that the last check of `name` shows, made anew, to call the function with.

    Where all is right or nothing was checked yet, they are those of the check's first call; in a catalogue,
    those of the entry's call. Of a name that is no exercise's it says so and returns None.
    """
    if not _is_known(name):
        return None
    exercise, verdict = load(name), _verdicts.get(name)
    shown = verdict.case if verdict is not None else None
    return exercise.arguments(shown or exercise.cases(np.random.default_rng(CHECK_SEED))[0])


def _is_known(name: str) -> bool:
    """Tell whether a name is that of an exercise, and say so where it is not."""
    names = ", ".join(_begun or EXERCISES)
    if name not in EXERCISES:
        say(
            Text(
                en=f"There is no exercise {name!r}: the exercises are {names}.",
                zh=f"没有名为{name!r}的练习：这里的练习有{names}。",
            ),
            same=f"unknown {name}",
        )
    return name in EXERCISES


def judged_elsewhere(name: str) -> None:
    """Remember that the exercise `name` is judged in another process: here nobody knows how far it is."""
    _judged_elsewhere.add(name)


def progress() -> None:
    """Show which exercises of this notebook are done, which are open, which comes next, and what is still unwritten.

    Answers in words are read in the notebook's file, so as they were saved last.
    """
    done = {name for name in _begun if name in _verdicts and _verdicts[name].outcome is Outcome.RIGHT}
    following = next((name for name in _begun if name not in done), None)
    states = [(name, DONE if name in done else NEXT if name == following else OPEN) for name in _begun]
    states = [(name, ELSEWHERE if name in _judged_elsewhere else state) for name, state in states]
    states += _in_words()
    words = Text(
        en="\n".join(f"{name}: {state.en}" for name, state in states),
        zh="\n".join(f"{name}：{state.zh}" for name, state in states),
    )
    say(words, same=f"progress {sorted(done)}")


def _in_words() -> list[tuple[str, Text]]:
    """Return how far each answer in words is, where a front end says which notebook this is."""
    from linreg_course.handin.answers import in_words, told
    from linreg_course.handin.finding import find_release, own_notebook, read_own
    from linreg_course.handin.submission import UnreadableError

    path = own_notebook()
    try:
        submission = read_own(path) if path else None
    except UnreadableError:  # `linreg validate` says why
        submission = None
    if submission is None:
        return []
    return [(title, told(state)) for title, state in in_words(submission, find_release(submission))]


SEE_PANEL = Text(en="See what the panel of the check says.", zh="请看检查的面板里写了什么。")
ELSEWHERE = Text(en="see its check", zh="见它的检查")


def __getattr__(name: str) -> Callable[[Any], Shown]:
    if name not in EXERCISES:
        raise AttributeError(f"check has no {name!r}; the exercises are {', '.join(EXERCISES)}")

    def check(answer: Any) -> Shown:
        return _check(name, answer)

    check.__name__ = name
    check.__doc__ = f"Check your `{name}`: check.{name}({name})."
    return check


def __dir__() -> list[str]:
    return ["begin", "example", "hint", "progress", *EXERCISES]


def _check(name: str, answer: Any) -> Shown:
    exercise = load(name)
    until = time.monotonic() + deadline.CHECK_SECONDS
    verdict = judge_answer(exercise, partial(look, exercise.observe, answer, until=until), CHECK_SEED)
    before = _verdicts.get(name)
    if before is None or before.hints != verdict.hints:
        _hints_given[name] = 0
    _verdicts[name] = verdict
    checked(name, verdict.score)
    return Shown(verdict)
