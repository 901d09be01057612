"""Judge observations by an exercise's rules, and name the mistake behind them.

Nothing here runs a student's code: answers are looked at through a function `look` that turns
cases into observations (see `observing`), here or in another process.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from linreg_course.checking import deadline
from linreg_course.checking.exercise import Exercise, mistakes_of, name_of, rules_of
from linreg_course.checking.hints import Looked, generic_hints
from linreg_course.checking.observing import AbsentError, Case, Seen, look
from linreg_course.checking.quiet import undisturbed
from linreg_course.checking.reading import agree, has_raised
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Mistake, Outcome, Verdict
from linreg_course.language import Text

# Naming compares with fixed wrong answers: it needs no fresh numbers.
BATTERY_SEED = 0

Look = Callable[[list[Case], int], list[Seen]]


class UnseenError(Exception):
    """Raised by a `look_at` to which no observation came; it says why."""


def unjudged(exercise: Exercise, outcome: Outcome, note: Text | None = None) -> Verdict:
    """Return the verdict on an answer that no rule was tried on."""
    return Verdict(name_of(exercise), outcome, tuple((rule, None) for rule in rules_of(exercise)), note=note)


def judge_answer(exercise: Exercise, look_at: Look, seed: int) -> Verdict:
    """Return the verdict on the answer behind `look_at`, on cases drawn from `seed`."""
    try:
        with undisturbed(seed):  # nor is our own part misled by what the student has set
            try:
                return _judge_answer(exercise, look_at, seed)
            except AbsentError as error:
                return _judge_absence(exercise, error.found)
    except UnseenError as error:
        words = Text(
            en=f"The notebook's process sent no observation that can be read: {error}. So the check counts 0.",
            zh="笔记本的进程没有送出可以读取的观测，所以这个检查按0分计。",
        )
        return unjudged(exercise, Outcome.NOT_YET, words)
    except Exception as error:  # a fault of ours is reported, and never told as the student's
        logging.getLogger(__name__).debug("%s could not be checked", name_of(exercise), exc_info=True)
        note = f"{type(error).__name__}: {error}"
        return unjudged(exercise, Outcome.UNCHECKED, Text(en=note, zh=note))


def _judge_absence(exercise: Exercise, found: Seen | None) -> Verdict:
    """Return the verdict on what is no function."""
    name = name_of(exercise)
    if found is None:
        words = Text(
            en=f"There is no `{name}`: the cell that defines it has not been run, ended with an error, or gives it "
            "another name. Run or mend it, then run this one.",
            zh=f"还没有`{name}`：定义它的单元格没有运行，运行出错，或者写成了别的名字。先运行或改好它，再运行这一个。",
        )
        return unjudged(exercise, Outcome.UNWRITTEN, words)
    came = shown(found["value"])
    words = Text(
        en=f"The check needs the function itself, `check.{name}({name})`; it got {came}.",
        zh=f"检查需要函数本身：`check.{name}({name})`；得到的却是{came}。",
    )
    return unjudged(exercise, Outcome.NOT_YET, words)


def _seed_of_draws(seed: int) -> int:
    """Return what the answer's own draws start from: nobody finds the seed of the cases in it."""
    return int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:6], "big")


def _judge_answer(exercise: Exercise, look_at: Look, seed: int) -> Verdict:
    cases, draws = exercise.cases(np.random.default_rng(seed)), _seed_of_draws(seed)
    seen = look_at(cases, draws)
    if all(_unwritten(one) for one in seen):
        return unjudged(exercise, Outcome.UNWRITTEN)
    found = _judged(exercise, cases, seen)
    rules = tuple((rule, _first(rule.name, found)) for rule in rules_of(exercise))
    first = next((rule for rule, fault in rules if fault is not None), None)
    if first is None:
        return Verdict(name_of(exercise), Outcome.RIGHT, rules, seed=seed)
    is_late = any("late" in one for one in seen)
    mistake = None if is_late else name_mistake(exercise, look_at)
    case, one, faults = next(entry for entry in found if first.name in entry[2])
    hints = mistake.hints if mistake else generic_hints(exercise, case, one, _looked(first.name, found, look_at, draws))
    outcome = Outcome.ERROR if faults[first.name].error is not None else Outcome.NOT_YET
    return Verdict(name_of(exercise), outcome, rules, mistake, hints, case, seed=seed, is_late=is_late)


Found = list[tuple[Case, Seen, Mapping[str, Fault]]]


def _judged(exercise: Exercise, cases: list[Case], seen: list[Seen]) -> Found:
    """Return the faults case by case; an error that is due counts only where some other call returns something."""
    found: Found = [(case, one, faults_of(exercise, case, one)) for case, one in zip(cases, seen, strict=True)]
    if any("raises" not in case and _returned(one) for case, one, _ in found):
        return found
    return [(case, one, faults or _refused_too(exercise, case, one)) for case, one, faults in found]


def _returned(seen: Seen) -> bool:
    return "raised" not in seen and "late" not in seen and seen.get("value", seen) is not None


def _refused_too(exercise: Exercise, case: Case, seen: Seen) -> Mapping[str, Fault]:
    return dict.fromkeys(case["rules"], Fault(exercise.spell(case), shown(seen), _must_raise_alone(case["raises"])))


def _first(rule: str, found: Found) -> Fault | None:
    return next((faults[rule] for _, _, faults in found if rule in faults), None)


def _looked(rule: str, found: Found, look_at: Look, seed: int) -> Looked:
    """Return in which of the cases that look at a rule it holds, and in which not."""
    cases = [(case, rule in faults) for case, _, faults in found if rule in case["rules"]]
    held, broken = ([case for case, is_broken in cases if is_broken is wanted] for wanted in (False, True))
    return Looked(held, broken, lambda others: look_at(others, seed))


def name_mistake(exercise: Exercise, look_at: Look) -> Mistake | None:
    """Return the one known mistake whose first differing aspect is the answer's, or None."""
    battery = exercise.battery(np.random.default_rng(BATTERY_SEED))
    seen = look_at(battery, BATTERY_SEED)
    if any("late" in one for one in seen):
        return None
    found = exercise.aspects(battery, seen)
    aspect = next((name for name, value in found.items() if value is not None), None)
    if aspect is None or found[aspect] == "other":
        return None
    hits = [mistake for mistake in mistakes_of(exercise) if _shows(exercise, mistake, aspect, found[aspect])]
    return hits[0] if len(hits) == 1 else None


def _shows(exercise: Exercise, mistake: Mistake, aspect: str, value: Any) -> bool:
    if aspect not in mistake.shows_in:
        return False
    known = (_known_aspects(exercise, answer).get(aspect) for answer in mistake.answers)
    return any(one is not None and agree(one, value) for one in known)


@cache
def _known_aspects(exercise: Exercise, answer: Callable[..., Any]) -> dict[str, Any]:
    battery = exercise.battery(np.random.default_rng(BATTERY_SEED))
    return exercise.aspects(battery, look(exercise.observe, answer, battery, BATTERY_SEED))


def faults_of(exercise: Exercise, case: Case, seen: Seen) -> Mapping[str, Fault]:
    """Return the faults of one observation by rule; where the answer raised or was late, all of the case's rules."""
    if "broken" in seen:
        raise RuntimeError(seen["broken"])
    if _raised_as_due(case, seen):
        return {}
    if "late" in seen:
        fault = Fault(exercise.spell(case), _late(seen["late"]), IN_TIME)
    elif "raises" in case:
        came = shown(seen if "raised" in seen else seen["value"])
        fault = Fault(exercise.spell(case), came, _must_raise(case["raises"]))
    elif "raised" in seen:
        came = f"{seen['raised']['type']}: {seen['raised']['message']}"
        fault = Fault(exercise.spell(case), came, NO_ERROR, seen["raised"])
    else:
        return exercise.judge(case, seen)
    return dict.fromkeys(case["rules"], fault)


def is_well(judge: Callable[[Case, Seen], Mapping[str, Fault]], case: Case, seen: Seen) -> bool:
    """Tell whether an observation keeps all rules of its case, by the exercise's own `judge`."""
    if "raises" in case:
        return _raised_as_due(case, seen)
    return "raised" not in seen and "late" not in seen and not judge(case, seen)


def _raised_as_due(case: Case, seen: Seen) -> bool:
    """Tell whether an exception was due in this case and came."""
    return "raises" in case and has_raised(seen, case["raises"])


def _must_raise(exception: str) -> Text:
    return Text(en=f"The call raises {exception}.", zh=f"这个调用应当引发{exception}。")


def _must_raise_alone(exception: str) -> Text:
    return Text(
        en=f"The call raises {exception}, and of the calls that should not raise at least one returns something.",
        zh=f"这个调用应当引发{exception}；同时，不该报错的调用里至少要有一个返回结果。",
    )


def _late(what: str) -> Text:
    if what == "check":
        seconds = deadline.CHECK_SECONDS
        return Text(
            en=f"nothing: all calls of this check together took more than {seconds:g} seconds",
            zh=f"没有返回：这次检查的所有调用合计超过了{seconds:g}秒",
        )
    seconds = deadline.CASE_SECONDS
    return Text(en=f"nothing within {seconds:g} seconds", zh=f"{seconds:g}秒内没有返回")


IN_TIME = Text(en="The call returns in time.", zh="这个调用应当及时返回。")
NO_ERROR = Text(en="The call ends without an error.", zh="这个调用不应当报错。")


def _unwritten(seen: Any) -> bool:
    """Tell whether an observation holds the stub's exception, at the top or in one of its calls."""
    if not isinstance(seen, dict):
        return False
    if "raised" in seen:
        return has_raised(seen, "NotImplementedError")
    return any(_unwritten(part) for part in seen.values())
