"""Where notebooks run: in threads of this process, or (`cluster`) on other machines."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeVar

from linreg_course.grading import execute

Ended = TypeVar("Ended")
# Runs a notebook: see `execute.grade`.
Run = Callable[[dict[str, Any]], Future[str]]


class Pool(NamedTuple):
    """What runs notebooks.

    Attributes:
        run: begins a task of `execute.grade`.
        size: returns how many run at a time, which may change.
    """

    run: Run
    size: Callable[[], int]


class PoolError(Exception):
    """No notebook can be run any more; it says why, and what to do."""


@contextmanager
def threads(jobs: int) -> Iterator[Pool]:
    """Give so many threads, each of which runs a notebook in a folder below one that is removed in the end."""
    executor = ThreadPoolExecutor(jobs)
    with TemporaryDirectory(prefix="linreg-", ignore_cleanup_errors=True) as scratch:
        try:
            yield Pool(lambda task: executor.submit(execute.grade, {**task, "scratch": scratch}), lambda: jobs)
        finally:
            executor.shutdown(wait=False, cancel_futures=True)


def in_order(begun: Iterable[Callable[[], Ended]], pool: Pool) -> Iterator[Ended]:
    """Yield what each of these ends with, in their order; so many are begun ahead that the pool never waits."""
    waiting: deque[Callable[[], Ended]] = deque()
    for one in begun:
        waiting.append(one)
        if len(waiting) > 2 * pool.size():
            yield waiting.popleft()()
    while waiting:
        yield waiting.popleft()()
