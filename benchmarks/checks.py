"""What the check of a right answer costs, and how much of it is the check's own: all but the answer's runs."""

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


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
    print(f"{'check of a right answer':28} {'whole':>8} {'own part':>9}   whole / answer's runs")
    for name in EXERCISES:
        answer = next(iter(importlib.import_module(f"answers.{name}").RIGHT.values()))
        runs = [measured(name, answer) for _ in range(RUNS)]
        whole, own = (median(run[column] for run in runs) for column in (0, 1))
        print(f"{name:28} {1000 * whole:5.0f} ms {1000 * own:6.0f} ms   {whole / (whole - own):6.1f}")
    cold = min(float(subprocess.check_output([sys.executable, "-c", COLD], text=True)) for _ in range(3))
    print(f"first check of a session, with its imports beyond torch {1000 * cold:6.0f} ms")


if __name__ == "__main__":
    main()
