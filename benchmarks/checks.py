"""What the check of a right answer costs, how much of it is the check's own, and what the slowest wrong one costs.

The check's own part is all but the answer's runs.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from linreg_course import check
from linreg_course.checking import deadline
from linreg_course.exercises import EXERCISES

RUNS = 7
COLD = (
    "import time, torch; start = time.perf_counter(); from linreg_course import check; "
    "check.huber_scale(lambda delta: delta)._repr_mimebundle_(); print(time.perf_counter() - start)"
)


class Clock:
    """Adds up the time in the code of an answer, and in what it returned."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.running = False

    def timed(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return the same function, whose time counts unless it was called from a function that counts."""

        def counted(*given: Any, **named: Any) -> Any:
            if self.running:
                return work(*given, **named)
            self.running, start = True, time.perf_counter()
            try:
                return self.followed(work(*given, **named))
            finally:
                self.running = False
                self.seconds += time.perf_counter() - start

        return counted

    def followed(self, value: Any) -> Any:
        """Return a result of the answer so that running it counts too: functions in a dict, a loader's batches."""
        if isinstance(value, dict) and all(map(callable, value.values())):
            return {key: self.timed(one) for key, one in value.items()}
        return Batches(value, self) if type(value).__name__ == "DataLoader" else value


class Batches:
    """A loader whose batches are the answer's time."""

    def __init__(self, loader: Any, clock: Clock) -> None:
        self.loader, self.clock = loader, clock

    def __iter__(self) -> Iterator[Any]:
        iterator = self.clock.timed(iter)(self.loader)
        step = self.clock.timed(lambda: next(iterator, None))
        return iter(step, None)


def measured(name: str, answer: Callable[..., Any]) -> tuple[float, float]:
    """Return the seconds of a check with its panel, and of its own part."""
    clock = Clock()
    start = time.perf_counter()
    shown = getattr(check, name)(clock.timed(answer))
    shown._repr_mimebundle_()
    whole = time.perf_counter() - start
    assert shown.verdict.score == shown.verdict.points, f"{name}: {shown}"
    return whole, whole - clock.seconds


def seconds_of(name: str, answer: Callable[..., Any]) -> float:
    """Return how long the check of an answer takes, with its panel."""
    start = time.perf_counter()
    getattr(check, name)(answer)._repr_mimebundle_()
    return time.perf_counter() - start


def waiting(*given: Any, **named: Any) -> None:
    """Be an answer that takes almost as long as a call may."""
    time.sleep(0.9 * deadline.CASE_SECONDS)


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
    answers = importlib.import_module("answers")
    print(f"{'check of a right answer':28} {'whole':>8} {'own part':>9}   whole / answer's runs   slowest wrong answer")
    for name in EXERCISES:
        answer = next(iter(answers.bank(name).RIGHT.values()))
        runs = [measured(name, answer) for _ in range(RUNS)]
        whole, own = (median(run[column] for run in runs) for column in (0, 1))
        slowest = max(seconds_of(name, wrong.answer) for wrong in answers.wrong_answers(name))
        ratio = whole / (whole - own)
        print(f"{name:28} {1000 * whole:5.0f} ms {1000 * own:6.0f} ms   {ratio:21.1f}   {slowest:18.1f} s", flush=True)
    print(f"check of an answer that waits in every call              {seconds_of('convert_lr', waiting):6.0f} s")
    cold = min(float(subprocess.check_output([sys.executable, "-c", COLD], text=True)) for _ in range(3))
    print(f"first check of a session, with its imports beyond torch {1000 * cold:6.0f} ms")


if __name__ == "__main__":
    main()
