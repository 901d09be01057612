"""`validate()` and `submit()` as a cell of a notebook calls them: without a terminal, and without a question."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from linreg_course.checking.quiet import shell
from linreg_course.exercises import EXERCISES
from linreg_course.handin.afresh import NESTED
from linreg_course.handin.finding import meant, own_notebook, read_own
from linreg_course.handin.preflight import RUN_AFRESH, Preflight, preflight
from linreg_course.handin.receipt import write_handin
from linreg_course.handin.report import WHICH, handed_in, refused, running, unwritable
from linreg_course.handin.submission import Submission, UnreadableError
from linreg_course.language import Text


def validate(name: str | Path | None = None) -> Preflight | None:
    """Return what would be graded in a saved notebook, run in a fresh kernel; where there is none, say so.

    Args:
        name: an assignment's name, or a path; without it, this notebook.
    """
    try:
        return _told(_chosen(name))
    except UnreadableError as error:
        print(*refused(error), sep="\n")
        return None


def submit(name: str | Path | None = None, *, yes: bool = False) -> None:
    """Write the file to hand in and its receipt; what is not finished is listed and waits for `yes=True`.

    Args:
        name: an assignment's name, or a path; without it, this notebook.
        yes: hand it in as it is.
    """
    if os.environ.get(NESTED):
        print(RUN_AFRESH)
        return
    try:
        submission = _chosen(name)
        result = _told(submission)
        print(result)
        if not result.is_finished and not yes:
            print(NOT_YET)
            return
        for words in handed_in(*write_handin(submission, datetime.now(UTC))):
            print(words)
    except UnreadableError as error:
        print(*refused(error), sep="\n")
    except OSError as error:
        print(unwritable(error))


NOT_YET = Text(
    en="Nothing was handed in: mend what is listed above, or hand it in as it is with `submit(yes=True)`.",
    zh="还没有上交：请先改好上面列出的问题；要按现在的样子上交，请用`submit(yes=True)`。",
)


def _told(submission: Submission) -> Preflight:
    print(running(submission), flush=True)
    result = preflight(submission)
    if submission.path == own_notebook():
        result.findings += _unsaved(submission)
    return result


def _chosen(name: str | Path | None) -> Submission:
    if name is not None:
        found = meant(str(name))
        if len(found) == 1:
            return found[0]
        paths = ", ".join(repr(str(one.path)) for one in found)
        raise UnreadableError(Text(en=f"{WHICH.en} {paths}", zh=f"{WHICH.zh}{paths}"))
    path = own_notebook()
    if path is None:
        words = Text(
            en='It is not known here which notebook this is: name the assignment, as in `submit("huber")`.',
            zh='这里无法知道当前是哪个笔记本：请写出作业的名字，例如`submit("huber")`。',
        )
        raise UnreadableError(words)
    return read_own(path)


def _unsaved(submission: Submission) -> Iterator[Text]:
    """Yield the exercises whose latest definition was run here but is not in the file."""
    saved = {cell.source.strip() for cell in submission.notebook.cells}
    run: dict[str, str] = {}
    for code in _history():
        run |= dict.fromkeys(_defined(code), code.strip())
    names = [name for name, code in run.items() if name in EXERCISES and code not in saved]
    if names:
        yield Text(
            en=f"What you ran last of {', '.join(names)} is not in the file: save the notebook (Ctrl+S), then run this "
            "cell again.",
            zh=f"你最后运行的{'、'.join(names)}不在文件里：请先保存笔记本（Ctrl+S），再运行这个单元格。",
        )


def _history() -> list[str]:
    running = shell()
    return [] if running is None else list(running.user_ns.get("In", []))


def _defined(code: str) -> list[str]:
    try:
        return [node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]
    except SyntaxError:  # a magic or a line for the shell
        return []
