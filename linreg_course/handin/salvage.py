"""Rebuild a submission from the release: answers are the student's, checks, order and metadata the release's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from linreg_course.handin.conflicts import versions_of
from linreg_course.handin.loose import name_apart
from linreg_course.handin.matching import Claims, Released, claims_of, defined, is_whole, label_of, parsed
from linreg_course.handin.repairs import Repair, Repairs
from linreg_course.handin.submission import Submission, first_line, grade_id, named

_NEW = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
# What of a cell's grading metadata decides how it is graded.
_DECIDES = ("grade_id", "grade", "solution", "locked", "task", "points", "schema_version")


def rebuilt(notebook: NotebookNode, release: Submission) -> tuple[NotebookNode, Repairs]:
    """Return the notebook with each cell of the release where it belongs, and what had to be repaired.

    The student's own cells are all kept, and run, where they stand.

    Args:
        notebook: what was read in the submission's file; it is not changed.
        release: the assignment as it was released, in the submission's language.
    """
    return _Salvage(notebook, release).rebuilt()


class _Salvage:
    def __init__(self, notebook: NotebookNode, release: Submission) -> None:
        self.cells: list[NotebookNode] = nbformat.from_dict(notebook).cells
        self.release, self.known = release, Released(release.notebook.cells)
        self.repairs = Repairs()
        # The places in the submission of what is left out, and in the release of what gets another place.
        self.dropped: set[int] = set()
        self.moved: set[int] = set()

    def rebuilt(self) -> tuple[NotebookNode, Repairs]:
        claims = claims_of(self.cells, self.known)
        where = {place: number for place in sorted(claims) if (number := self._one(place, claims)) is not None}
        order = self._ordered(where)
        cells = [cell for number, place in order for cell in self._mended(number, place)]
        for cell in cells:
            if cell.cell_type == "code" and versions_of(cell.source).places:
                self.repairs.note(Repair.CONFLICT, f"`{first_line(cell)}`")
        name_apart(cells)
        notebook = new_notebook(cells=cells, metadata=nbformat.from_dict(self.release.notebook.metadata))
        return notebook, self.repairs

    # Which of several cells is the one.

    def _one(self, place: int, claims: Claims) -> int | None:
        """Return which of the cells that claim a place has it; what becomes of the others is noted."""
        match self.known.roles[place]:
            case "solution":
                return self._solution(place, claims)
            case "answer":
                return self._in_words(place, claims[place])
            case "check":
                return self._check(place, claims[place])
            case _:
                return self._preferred(place, claims[place])

    def _check(self, place: int, numbers: list[int]) -> int:
        self.dropped |= set(numbers[1:])
        if len(numbers) > 1:
            self.repairs.note(Repair.TWICE, self._released_name(place))
        return numbers[0]

    def _solution(self, place: int, claims: Claims) -> int:
        numbers = claims[place]
        written = [number for number in numbers if not self.known.is_untouched(place, self.cells[number])]
        if not written:
            self.dropped |= set(numbers[1:])
            return numbers[0]
        if len(numbers) > len(written):
            self.dropped |= set(numbers) - set(written)
            self.repairs.note(Repair.UNTOUCHED, self._name(written[0]))
        written = self._each_once(written)
        written = self._joined(written, {number for others in claims.values() for number in others})
        names = self.known.defines[place]
        defining = [number for number in written if defined(self.cells[number].source) & names] or written
        chosen = self._preferred(place, defining)
        others = [number for number in defining if number != chosen]
        if others:
            self.repairs.note(Repair.TWO_ANSWERS, self._name(chosen))
        for number in others:
            self.repairs.note(Repair.TWO_ANSWERS, self._name(number))
            self.cells[number] = new_raw_cell(self.cells[number].source, id=self.cells[number].id)
        return chosen

    def _in_words(self, place: int, numbers: list[int]) -> int:
        written = [number for number in numbers if not self.known.is_untouched(place, self.cells[number])]
        texts = self._each_once(written)
        kept = texts[0] if texts else numbers[0]
        self.dropped |= set(numbers) - {kept}
        if len(texts) > 1:
            labelled = [number for number in texts if self._has_label(number, place)]
            kind = Repair.TWO_TEXTS if len(labelled) > 1 else Repair.JOINED
            self.repairs.note(kind, self._released_name(place))
            self.cells[kept].source = "\n\n".join(self.cells[number].source for number in texts)
        return kept

    def _each_once(self, numbers: list[int]) -> list[int]:
        """Drop all but the first of cells with the same text."""
        first: dict[str, int] = {}
        for number in numbers:
            if first.setdefault(self.cells[number].source.strip(), number) != number:
                self.dropped.add(number)
                self.repairs.note(Repair.TWICE, self._name(number))
        return list(first.values())

    def _joined(self, numbers: list[int], taken: set[int]) -> list[int]:
        """Join a cell with those below that are no Python without it: parts of a cell that was split."""
        kept: list[int] = []
        for number in numbers:
            if number in self.dropped:
                continue
            kept.append(number)
            below = number + 1
            while below < len(self.cells) and (below not in taken or below in numbers):
                part, whole = self.cells[below], f"{self.cells[number].source}\n{self.cells[below].source}"
                if part.cell_type == "markdown" or is_whole(part.source) or parsed(whole) is None:
                    break
                self.cells[number].source = whole
                self.dropped.add(below)
                self.repairs.note(Repair.JOINED, self._name(number))
                below += 1
        return kept

    def _preferred(self, place: int, numbers: list[int]) -> int:
        same = [number for number in numbers if self.cells[number].get("id") == self.known.cells[place].id]
        return (same or numbers)[0]

    # In which order they stand.

    def _ordered(self, where: dict[int, int]) -> list[tuple[int | None, int | None]]:
        """Return the cells in order, each by its place in the submission and in the release, or None for either."""
        where = dict(where)
        fixed = [place for place in where if self.known.roles[place] != "check"]
        if any(where[one] > where[other] for one, other in pairwise(fixed)):
            self.repairs.note(Repair.ORDER)
            return self._in_the_releases_order(where)
        for check in self.known.places("check"):
            if check in where and any((where[place] < where[check]) is not (place < check) for place in fixed):
                self.repairs.note(Repair.ORDER)
                self.dropped.add(where.pop(check))
                self.moved.add(check)
        return self._in_their_order(where)

    def _in_their_order(self, where: dict[int, int]) -> list[tuple[int | None, int | None]]:
        places = {number: place for place, number in where.items()}
        order: list[tuple[int | None, int | None]] = [
            (number, places.get(number)) for number in range(len(self.cells)) if number not in self.dropped
        ]
        for place in self._to_put_back(where):
            at = next((k for k, (_, other) in enumerate(order) if other is not None and other > place), len(order))
            if self.known.roles[place] != "check":  # own cells may need what it makes; a check may need own cells
                before = [k for k, (_, other) in enumerate(order) if other is not None and other < place]
                at = before[-1] + 1 if before else 0
            order.insert(at, (None, place))
        return order

    def _in_the_releases_order(self, where: dict[int, int]) -> list[tuple[int | None, int | None]]:
        """Put own code after the setup, since an answer may need it, and own text where it stood."""
        placed, back = {number: place for place, number in where.items()}, set(self._to_put_back(where))
        texts: dict[int | None, list[int]] = {}
        code: list[int] = []
        above: int | None = None
        for number, cell in enumerate(self.cells):
            if number in self.dropped:
                continue
            if number in placed:
                above = placed[number]
            elif cell.cell_type == "code":
                code.append(number)
            else:
                texts.setdefault(above, []).append(number)
        order: list[tuple[int | None, int | None]] = [(number, None) for number in texts.get(None, [])]
        setup = next(iter(self.known.places("setup")), None)
        order += [(number, None) for number in code] if setup is None else []
        for place in range(len(self.known.cells)):
            if place in where or place in back:
                order.append((where.get(place), place))
                order += [(number, None) for number in texts.get(place, [])]
            if place == setup:
                order += [(number, None) for number in code]
        return order

    def _to_put_back(self, where: dict[int, int]) -> Iterator[int]:
        """Yield which cells of the release are missing and needed: all but statements and code to play with."""
        for place in self.known.places("solution", "answer", "check", "setup"):
            if place not in where:
                yield place

    # What each becomes.

    def _mended(self, number: int | None, place: int | None) -> Iterator[NotebookNode]:
        if place is None:
            assert number is not None
            yield self._own(number)
            return
        released, role = self.known.cells[place], self.known.roles[place]
        if number is None:
            yield self._put_back(place)
        elif role in ("text", "code"):
            yield self._own(number, released.id)
        elif role == "setup":
            yield from self._setup(number, released)
        else:
            yield self._graded(number, place)

    def _put_back(self, place: int) -> NotebookNode:
        if place not in self.moved:
            lost = self.known.roles[place] in ("solution", "answer")
            self.repairs.note(Repair.DELETED if lost else Repair.RESTORED, self._released_name(place))
        return nbformat.from_dict(self.known.cells[place])

    def _setup(self, number: int, released: NotebookNode) -> Iterator[NotebookNode]:
        """Yield the released cell, and the student's where it is another: what is missing or breaks in it is there."""
        cell = self.cells[number]
        same = cell.source.strip() == released.source.strip()
        if not same or cell.cell_type != "code":
            self.repairs.note(Repair.SETUP)
            yield nbformat.from_dict(released)
        yield self._own(number, released.id if same else "")

    def _graded(self, number: int, place: int) -> NotebookNode:
        cell, released = self.cells[number], self.known.cells[place]
        name = self._name(number)
        if cell.cell_type != released.cell_type:
            self.repairs.note(Repair.TYPE, name)
        if self.known.roles[place] == "check" and cell.source.strip() != released.source.strip():
            self.repairs.note(Repair.EDITED, name)
        elif not self._has_label(number, place):
            known = bool(label_of(cell)) or cell.get("id") == released.id or self.known.roles[place] == "check"
            self.repairs.note(Repair.LABELS if known else Repair.FOUND, name)
        source = released.source if self.known.roles[place] == "check" else cell.source
        mended = of_type(released.cell_type, source, cell)
        mended.id, mended.metadata = released.id, nbformat.from_dict(released.metadata)
        return mended

    def _own(self, number: int, known_as: str = "") -> NotebookNode:
        """Return a cell in which nothing is graded, without metadata; its id is the released cell's where it is one."""
        cell = self.cells[number]
        if grade_id(cell):
            self.repairs.note(Repair.UNKNOWN, self._name(number))
        own = of_type(cell.cell_type, cell.source, cell)
        own.id = known_as or ("" if cell.get("id", "") in self.known.by_id else cell.get("id", ""))
        return own

    def _has_label(self, number: int, place: int) -> bool:
        return has_label(self.cells[number], self.known.cells[place])

    def _name(self, number: int) -> str:
        return named(NotebookNode(cells=self.cells), number)

    def _released_name(self, place: int) -> str:
        return named(self.release.notebook, place)


def has_label(cell: NotebookNode, released: NotebookNode) -> bool:
    """Tell whether a cell has the metadata by which nbgrader grades the released one."""
    theirs, ours = cell.metadata.get("nbgrader"), released.metadata["nbgrader"]
    return isinstance(theirs, dict) and all(theirs.get(key) == ours.get(key) for key in _DECIDES)


def of_type(kind: str, source: str, like: NotebookNode) -> NotebookNode:
    """Return a new cell of the type, with what it showed before where both are code, and with its pictures."""
    if kind != "code":
        pictures = {"attachments": like.attachments} if "attachments" in like else {}
        return _NEW[kind](source, **pictures)
    both = like.cell_type == "code"
    return new_code_cell(
        source,
        outputs=like.get("outputs", []) if both else [],
        execution_count=like.get("execution_count") if both else None,
    )
