"""The process that judges: it draws the cases, and gives a verdict on what is said to have come of them.

It never runs a student's code, and reads nothing of theirs but text (see `wire`). The grading process hands
that text on unread.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from linreg_course.check import Shown
from linreg_course.checking import deadline
from linreg_course.checking.judging import UnseenError, judge_answer
from linreg_course.checking.observing import AbsentError, Case, Seen
from linreg_course.exercises import load
from linreg_course.language import use_language
from linreg_course.wall.cage import limit_memory
from linreg_course.wall.observer import request_of
from linreg_course.wall.wire import MAX_TEXT, WireError, decode, require_descriptions
from linreg_course.warm.processes import leave_server, start_server

# How long it may think between two answers, in the worst case on a crowded machine, and how much memory it may take.
SECONDS = 60.0
MEMORY = 2**30

_own = threading.local()


class JudgeError(Exception):
    """The judge itself failed: a fault of the grader, and no student's."""


class Judge:
    """A process that judges one check after the other."""

    def __init__(self) -> None:
        start_server()
        context: Any = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
        self._connection, theirs = context.Pipe()
        with theirs:
            self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
            self._process.start()

    def verdict(self, exercise: str, seed: int, lang: str, observe: Callable[[str], str]) -> NotebookNode:
        """Return the verdict on an answer, as a check cell's output.

        Args:
            exercise: its name.
            seed: what the cases are drawn from.
            lang: the language of the panel.
            observe: takes a request (see `observer`) to the student's process and returns the text that came, or "".

        Raises:
            JudgeError: it failed, or took too long; it has ended.
        """
        try:
            said = self._asked(json.dumps({"exercise": exercise, "seed": seed, "lang": lang}))
            while "look" in said:
                said = self._asked(observe(said["look"])[: MAX_TEXT + 1])
        except BaseException:
            self.end()  # what it would say next belongs to this check
            raise
        return new_output("execute_result", said["data"], metadata=said["metadata"])

    def end(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.kill()
        self._process.join()

    @property
    def has_ended(self) -> bool:
        """Tell whether it takes no more checks."""
        return self._connection.closed

    def _asked(self, text: str) -> Any:
        """Tell the judge something, and return what it says to it."""
        try:
            self._connection.send_bytes(text.encode(errors="replace"))
            if not self._connection.poll(SECONDS):
                raise JudgeError(f"the judge said nothing for {SECONDS:g} s")
            return json.loads(self._connection.recv_bytes())
        except (EOFError, OSError):
            raise JudgeError("the judge has ended") from None


def own_judge() -> Judge:
    """Return this thread's judge; what it has learned about the known mistakes serves all submissions."""
    judge: Judge | None = getattr(_own, "judge", None)
    if judge is None or judge.has_ended:
        judge = _own.judge = Judge()
    return judge


def _serve(connection: Connection) -> None:
    """Judge until the other end closes."""
    if sys.platform == "linux":
        leave_server(connection.fileno())
        limit_memory(MEMORY)
    with suppress(EOFError, ConnectionError):
        while True:
            _judge(connection, json.loads(connection.recv_bytes()))


def _judge(connection: Connection, asked: dict[str, Any]) -> None:
    use_language(asked["lang"])
    until = time.monotonic() + deadline.CHECK_SECONDS

    def look_at(cases: list[Case], seed: int) -> list[Seen]:
        left = max(until - time.monotonic(), 0.001)
        request = request_of(asked["exercise"], cases, seed, left)
        connection.send_bytes(json.dumps({"look": request}).encode())
        return seen_in(connection.recv_bytes().decode(), len(cases))

    verdict = judge_answer(load(asked["exercise"]), look_at, asked["seed"])
    data, metadata = Shown(verdict)._repr_mimebundle_()
    connection.send_bytes(json.dumps({"data": data, "metadata": metadata}).encode())


def seen_in(text: str, cases: int) -> list[Seen]:
    """Return the observations in a text from the student's process, one for each of so many cases.

    Raises:
        AbsentError: there was no function to look at.
        UnseenError: the text holds no such observations.
    """
    try:
        told = decode(text)
        require_descriptions(told)
    except WireError as error:
        raise UnseenError(str(error)) from None
    if isinstance(told, dict) and "absent" in told:
        found = told["absent"]
        raise AbsentError(found if isinstance(found, dict) and "value" in found else None)
    seen = told.get("seen") if isinstance(told, dict) else None
    if not isinstance(seen, list) or len(seen) != cases or not all(isinstance(one, dict) for one in seen):
        raise UnseenError("it is no list of observations")
    return seen
