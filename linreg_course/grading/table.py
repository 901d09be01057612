"""The table of a class: numbered columns in the order of the assignment's cells, and a line a student."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from linreg_course.grading.grade import Result
from linreg_course.grading.points import number
from linreg_course.grading.remarks import short_remark

BY_HAND = "·"
WIDTH = 80
# Cells of the terminal: a student's name may have so many, a penalty needs and a remark has in any case.
_NAME, _LATE, _REMARK = 40, 4, 12


@dataclass(frozen=True)
class Table:
    """The table of an assignment, whose lines can be shown before the next student is graded.

    Attributes:
        name: the assignment's.
        maxima: by graded cell, in the order of the columns: the most points there are.
        students: those who will have a line.
        late: whether there is a column for penalties.
    """

    name: str
    maxima: dict[str, float]
    students: list[str]
    late: bool

    def head(self) -> Iterator[str]:
        """Yield the legend of the columns, their numbers, and the most points there are."""
        cells = [f"{number} {cell.removesuffix('-check')}" for number, cell in enumerate(self.maxima, start=1)]
        # A number stays with its cell where the line breaks.
        legend = f"{self.name}: " + ", ".join(cell.replace(" ", "\0") for cell in cells)
        for line in textwrap.wrap(legend, WIDTH, subsequent_indent="  ", break_on_hyphens=False):
            yield line.replace("\0", " ")
        numbers = [str(number) for number in range(1, len(cells) + 1)]
        yield self._line("student", numbers, "late", "sum", "remark")
        most = [number(points) for points in self.maxima.values()]
        yield self._line("most", most, "", number(sum(self.maxima.values())), "")

    def row(self, result: Result) -> str:
        """Return a student's line: points by cell, the penalty, the sum, and a remark of a few words."""
        points = [_points(result, cell) for cell in self.maxima]
        late = f"-{number(result.penalty)}" if result.penalty else ""
        total = "none" if result.score is None else number(result.score)
        said = short_remark(result)
        if late and not self.late:  # no column of its own
            first, mark, others = said.partition("; ")
            said = f"{first} {late}{mark}{others}"
        return self._line(shown(result.student), points, late, total, said)

    def foot(self, results: list[Result]) -> Iterator[str]:
        """Yield what the mark means, where it stands, and how many there are of whom."""
        waiting = sum(any(given is None for given, _ in result.scores.values()) for result in results)
        without = sum(result.score is None for result in results)
        if waiting:
            yield f"{BY_HAND} waits for a person, in formgrader"
        yield f"{self.name}: {len(results)} students, without a score: {without}, waiting for a person: {waiting}"

    def _line(self, student: str, points: list[str], late: str, total: str, said: str) -> str:
        name = min(_NAME, max(cell_len(shown(one)) for one in [*self.students, "student"]))
        columns = [text.rjust(_wide(most)) for text, most in zip(points, self.maxima.values(), strict=True)]
        columns += [late.rjust(_LATE)] if self.late else []
        columns += [f" {total.rjust(_wide(sum(self.maxima.values())))}"]
        line = student + " " * (name - cell_len(student)) + " " + " ".join(columns)
        return f"{line}  {cut(said, max(_REMARK, WIDTH - cell_len(line) - 2))}".rstrip()


def shown(name: str) -> str:
    """Return a name without what would break a line or cannot be printed."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)


def cut(text: str, cells: int) -> str:
    """Return the text, or as much of it as fits into so many cells of the terminal; a Chinese character takes two."""
    return text if cell_len(text) <= cells else f"{set_cell_size(text, cells - 1).rstrip()}…"


def _wide(most: float) -> int:
    return len(f"{most:.2f}")


def _points(result: Result, cell: str) -> str:
    if cell not in result.scores:
        return ""
    given, _ = result.scores[cell]
    return BY_HAND if given is None else number(given)
