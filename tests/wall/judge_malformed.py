"""Judge malformed replies with 100 MB more memory than at the start; print how the verdicts came out, and the slowest.

Its time is the judge's own, in units of the longest time that it takes for an honest reply.

python tests/wall/judge_malformed.py FIRST COUNT      the seeds of the replies
"""

from __future__ import annotations

import importlib
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1]))

import torch
from wall.malformed import reply

from linreg_course.checking.judging import judge_answer
from linreg_course.checking.observing import Case, Seen, look
from linreg_course.exercises import EXERCISES, load
from linreg_course.wall.judge import seen_in

SEED, MEMORY = 5, 100 * 2**20


@cache
def answers_of(name: str) -> list[Any]:
    """Return a right answer of the bank and two wrong ones."""
    bank = importlib.import_module(f"answers.{name}")
    wrong = [listed.answers[0] for listed in bank.LISTED.values()]
    return [next(iter(bank.RIGHT.values())), wrong[0], wrong[-1]]


class Looks:
    """Looks at answers, once for the same calls."""

    def __init__(self) -> None:
        self._seen: dict[Any, list[Seen]] = {}

    def at(self, name: str, answer: Any, cases: list[Case], seed: int) -> list[Seen]:
        """Return what an answer gives."""
        key = name, answer, seed, str(cases)
        if key not in self._seen:
            self._seen[key] = look(load(name).observe, answer, cases, seed)
        return self._seen[key]


def judged(looks: Looks, number: int) -> tuple[str, str, float]:
    """Return exercise, outcome and the judge's own processor time for one seed."""
    rng = random.Random(number)
    name = rng.choice(EXERCISES)
    answer, others = rng.choice(answers_of(name)), 0.0

    def look_at(cases: list[Case], seed: int) -> list[Seen]:
        nonlocal others
        began = time.process_time()
        text = reply(looks.at(name, answer, cases, seed), rng).encode(errors="replace").decode()
        others += time.process_time() - began
        return seen_in(text, len(cases))

    began = time.process_time()
    verdict = judge_answer(load(name), look_at, SEED)
    note = f"{verdict.note}" if "alloc" in f"{verdict.note}" or "MemoryError" in f"{verdict.note}" else ""
    return name, note or verdict.outcome.value, time.process_time() - began - others


def main(first: int, count: int) -> None:
    """Judge so many replies."""
    torch.set_num_threads(1)
    looks = Looks()
    honest = [one for name in EXERCISES for answer in answers_of(name) for one in times(looks, name, answer)]
    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MEMORY, size + MEMORY))
    found = [judged(looks, number) for number in range(first, first + count)]
    name, outcome, seconds = max(found, key=lambda one: one[2])
    slowest = name, outcome, seconds / max(honest)
    print(json.dumps({"outcomes": Counter(outcome for _, outcome, _ in found), "slowest": slowest}))


def times(looks: Looks, name: str, answer: Any) -> Iterator[float]:
    """Yield the judge's processor time for an honest reply that it has judged before: what it learns is not counted."""
    for is_known in (False, True):
        began = time.process_time()
        judge_answer(load(name), lambda cases, seed: looks.at(name, answer, cases, seed), SEED)
        if is_known:
            yield time.process_time() - began


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
