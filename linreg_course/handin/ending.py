"""What became of a notebook in its fresh kernel, and how a run that ended early is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from nbformat import NotebookNode

from linreg_course.checking import deadline
from linreg_course.handin.submission import UnreadableError, named
from linreg_course.handin.verdicts import exercise_of
from linreg_course.language import Text


class Ending(Enum):
    """Why a run ended before its last cell did: its cell ignored the interrupt, its kernel died, its time was over."""

    LATE = auto()
    DIED = auto()
    OVER = auto()


@dataclass
class Run:
    """What became of a notebook.

    Attributes:
        seconds: for each code cell that ended, by its place in the notebook, its time.
        last: the place of the last code cell that began, or -1.
        late: the places of the cells that were interrupted since they took too long.
        ending: why the run ended early, or None.
        error: what the run raised, or None.
    """

    seconds: dict[int, float] = field(default_factory=dict)
    last: int = -1
    late: set[int] = field(default_factory=set)
    ending: Ending | None = None
    error: Exception | None = None


class NoKernelError(UnreadableError):
    """A kernel that does not start, so that nothing can be said of a submission."""

    def __init__(self, cause: Exception) -> None:
        first = str(cause).strip().split("\n")[0] or type(cause).__name__
        super().__init__(
            Text(
                en=f"No kernel could be started ({first}), so nothing was run. Close other programs and kernels and "
                "try again; if that does not help, set up the course anew (`make setup`).",
                zh=f"无法启动内核（{first}），所以什么都没有运行。请关闭别的程序和内核再试一次；还不行的话，"
                "请重新安装课程环境（`make setup`）。",
            )
        )


def told(run: Run, notebook: NotebookNode) -> Iterator[Text]:
    """Yield the cells that took too long, and why the run ended early."""
    limit = f"{deadline.CELL_SECONDS:g}"
    for number in sorted(run.late):
        if run.ending is Ending.LATE and number == run.last:
            continue
        name = named(notebook, number)
        yield Text(
            en=f"The cell {name} was not done after {limit} s and was interrupted, as in grading: is there a loop that "
            "does not end?",
            zh=f"单元格{name}运行了{limit}秒还没有结束，被中断了，评分时也会这样：是不是有停不下来的循环？",
        )
    if run.ending is not None:
        yield _ended(run.ending, named(notebook, run.last))


def _ended(ending: Ending, name: str) -> Text:
    limit = f"{deadline.CELL_SECONDS:g}"
    match ending:
        case Ending.LATE:
            return Text(
                en=f"The cell {name} was not done after {limit} s and went on when it was interrupted, so its kernel "
                "was ended and nothing after it was run: is there a loop that does not end, around an `except` that "
                "catches everything?",
                zh=f"单元格{name}运行了{limit}秒还没有结束，中断也不起作用，所以它的内核被强行关闭，它后面的都没有运行："
                "是不是有停不下来的循环，里面的`except`把什么都捕获了？",
            )
        case Ending.DIED:
            return Text(
                en=f"The kernel died in the cell {name}, and nothing after it was run: the cell ended Python (as "
                "`os._exit` does) or took all memory.",
                zh=f"内核在单元格{name}里意外退出了，它后面的都没有运行：这个单元格结束了Python（例如`os._exit`），"
                "或者用尽了内存。",
            )
        case Ending.OVER:
            whole = f"{deadline.SUBMISSION_SECONDS:g}"
            return Text(
                en=f"The whole notebook has {whole} s, and they were over in the cell {name}: it was stopped, and "
                "nothing after it was run. Which cells could do with less work?",
                zh=f"整个笔记本限时{whole}秒，到单元格{name}时已经用完：它被停止，它后面的都没有运行。哪些单元格可以少算一些？",
            )


def not_judged(run: Run, notebook: NotebookNode, check: NotebookNode) -> Text:
    """Return why a check that an early end has left without a verdict counts 0."""
    exercise, name = exercise_of(check), named(notebook, run.last)
    if run.ending is Ending.OVER:
        return Text(
            en=f"The check of {exercise} gave no verdict, so it counts 0: the time was over in the cell {name}.",
            zh=f"{exercise}的检查没有给出判定，所以按0分计：到单元格{name}时，时间已经用完。",
        )
    return Text(
        en=f"The check of {exercise} gave no verdict, so it counts 0: the kernel had ended because of the cell {name}.",
        zh=f"{exercise}的检查没有给出判定，所以按0分计：内核因为单元格{name}已经关闭。",
    )
