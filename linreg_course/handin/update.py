"""Bring a newer version of an assignment into a notebook that was worked on; what a student wrote stays as it is."""

from __future__ import annotations

import ast
import copy
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from linreg_course.exercises import check_in
from linreg_course.handin import update_words as words
from linreg_course.handin.loose import name_apart
from linreg_course.handin.matching import Released, claims_of, defined, label_of, parsed
from linreg_course.handin.origin import digest, recorded
from linreg_course.handin.salvage import has_label, of_type
from linreg_course.handin.submission import Submission, grade_id, role
from linreg_course.handin.update_words import Line, What
from linreg_course.language import Text

_ANSWERS = ("solution", "answer")
# What nbgrader writes into the metadata of a cell that it grades.
_LABEL = ("nbgrader", "deletable", "editable")
# What holds no text of a student, and defines names for the cells below it.
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


class Updated(NamedTuple):
    """The notebook in its new version, and what became of its cells."""

    notebook: NotebookNode
    lines: tuple[Line, ...]

    @property
    def is_changed(self) -> bool:
        """Tell whether there was anything to bring in."""
        return any(line.what is not What.KEPT for line in self.lines)


def updated(notebook: NotebookNode, release: Submission) -> Updated:
    """Return the notebook with the statements, checks, setup and new cells of a release.

    Args:
        notebook: what a student saved; it is not changed.
        release: the newer version of the assignment, in the notebook's language.
    """
    return _Update(notebook, release).updated()


class _Update:
    def __init__(self, notebook: NotebookNode, release: Submission) -> None:
        self.notebook: NotebookNode = copy.deepcopy(notebook)
        self.cells: list[NotebookNode] = self.notebook.cells
        self.release, self.known = release.notebook, Released(release.notebook.cells)
        self.before = recorded(notebook)
        self.lines: dict[Line, None] = {}
        self.where: dict[int, int] = {}

    def updated(self) -> Updated:
        self._find()
        follow = self._own_by_place()
        cells = [cell for number in follow[None] for cell in self._own(number)]
        for place, released in enumerate(self.known.cells):
            if place in self.where:
                cells += self._brought(self.where[place], place)
            elif self._is_wanted(place):
                cells.append(copy.deepcopy(released))
                self._note_missing(place)
            cells += [cell for number in follow[place] for cell in self._own(number)]
        name_apart(cells)
        self.notebook.cells = cells
        self.notebook.metadata["linreg_course"] = nbformat.from_dict(self.release.metadata["linreg_course"])
        return Updated(self.notebook, tuple(self.lines))

    def _note(self, called: Text, what: What) -> None:
        self.lines[Line(called, what)] = None

    # Which cell is which.

    def _find(self) -> None:
        for place, numbers in claims_of(self.cells, self.known).items():
            belonging = [number for number in numbers if self._belongs(number, place)]
            if belonging:
                self.where[place] = min(belonging, key=partial(self._rank, place))

    def _belongs(self, number: int, place: int) -> bool:
        """Tell whether a cell is not only like one of the release: what that brings anew, nobody can have yet."""
        return self._is_named(number, place) or not self.before or self.known.cells[place].id in self.before

    def _is_named(self, number: int, place: int) -> bool:
        cell, released = self.cells[number], self.known.cells[place]
        return cell.id == released.id or label_of(cell) == grade_id(released) != ""

    def _rank(self, place: int, number: int) -> tuple[bool, bool, int]:
        empty = self.known.roles[place] in _ANSWERS and self._is_empty(number, place)
        return empty, self.cells[number].id != self.known.cells[place].id, number

    def _is_empty(self, number: int, place: int) -> bool:
        return self._is_old(place, self.cells[number]) or self.known.is_untouched(place, self.cells[number])

    def _is_old(self, place: int, cell: NotebookNode) -> bool:
        """Tell whether a cell is as the version that it came from had it."""
        return self.before.get(self.known.cells[place].id) == digest(cell.source)

    # In which order they stand.

    def _own_by_place(self) -> defaultdict[int | None, list[int]]:
        """Return the cells that have no place in the release, by the place of the cell that they stand below."""
        places = {number: place for place, number in self.where.items()}
        order = [places[number] for number in sorted(places)]
        is_moved = any(one > other for one, other in pairwise(order))
        setup = next(iter(self.known.places("setup")), None)
        follow: defaultdict[int | None, list[int]] = defaultdict(list)
        above: int | None = None
        for number, cell in enumerate(self.cells):
            above = places.get(number, above)
            if number not in places:  # an exercise that moves up still needs the helpers that stand below another
                follow[setup if is_moved and _only_defines(cell) else above].append(number)
        if is_moved:
            self._note(words.ORDER, What.ORDER)
        return follow

    def _is_wanted(self, place: int) -> bool:
        """Tell whether a missing cell comes in: all but a text that a student deleted and that is not new."""
        released = self.known.cells[place]
        return self.known.roles[place] not in ("text", "code") or not self._is_old(place, released)

    def _note_missing(self, place: int) -> None:
        following = place + (self.known.roles[place] == "text")
        owner = following - (following < len(self.known.cells) and self.known.roles[following] == "check")
        if owner < len(self.known.cells) and self.known.roles[owner] in _ANSWERS and self._is_new(owner):
            self._note(words.exercise(self.known, owner), What.NEW)
        else:
            what = What.BACK if self.known.cells[place].id in self.before else What.NEW
            self._note(words.of_release(self.known, place), what)

    def _is_new(self, place: int) -> bool:
        return place not in self.where and self.known.cells[place].id not in self.before

    # What each becomes.

    def _brought(self, number: int, place: int) -> Iterator[NotebookNode]:
        released_role = self.known.roles[place]
        if released_role in _ANSWERS:
            yield self._answer(number, place)
        elif released_role == "check":
            yield from self._check(number, place)
        else:
            yield from self._text(number, place)

    def _answer(self, number: int, place: int) -> NotebookNode:
        cell, released = self.cells[number], self.known.cells[place]
        called = words.of_release(self.known, place)
        is_new = self._is_old(place, cell) and digest(cell.source) != digest(released.source)
        if is_new:
            self._note(called, What.EMPTY)
        elif cell.source.strip() and digest(cell.source) != digest(released.source):
            self._note(called, What.KEPT)
        return self._labelled(cell, released.source if is_new else cell.source, place)

    def _check(self, number: int, place: int) -> Iterator[NotebookNode]:
        cell, released = self.cells[number], self.known.cells[place]
        is_same = digest(cell.source) == digest(released.source)
        if not is_same:
            self._note(words.of_release(self.known, place), What.RENEWED)
        yield self._labelled(cell, cell.source if is_same else released.source, place)
        if not is_same and not self._is_old(place, cell) and not check_in(cell.source):
            yield self._freed(cell)

    def _text(self, number: int, place: int) -> Iterator[NotebookNode]:
        """Yield a statement, the setup or code to play with; where a student changed it, theirs below the new one."""
        cell, released = self.cells[number], self.known.cells[place]
        if digest(cell.source) == digest(released.source) or self._is_old(place, released):
            cell.id = released.id
            yield cell
            return
        is_edited = self._is_edited(cell, place)
        what = What.BESIDE if is_edited else What.TEXT if self.before else What.UNSURE
        self._note(words.of_release(self.known, place), what)
        yield copy.deepcopy(released)
        if is_edited:
            yield self._freed(cell)

    def _is_edited(self, cell: NotebookNode, place: int) -> bool:
        """Tell whether a student changed a cell; without a record, code is thought to be theirs and text is not."""
        released = self.known.cells[place]
        if self.before or cell.id != released.id:
            return not self._is_old(place, cell)
        lines = {line.strip() for line in cell.source.splitlines() if "check.begin(" not in line}
        return cell.cell_type == "code" and not lines <= {"", *map(str.strip, released.source.splitlines())}

    def _labelled(self, cell: NotebookNode, source: str, place: int) -> NotebookNode:
        """Return a graded cell with this text, and with the release's type and label."""
        released = self.known.cells[place]
        if cell.cell_type != released.cell_type or not has_label(cell, released):
            what = What.RENEWED if self.known.roles[place] == "check" else What.LABEL
            self._note(words.of_release(self.known, place), what)
        made = of_type(released.cell_type, source, cell if source == cell.source else NotebookNode(cell_type="raw"))
        made.id = released.id
        made.metadata = nbformat.from_dict({**cell.metadata, **released.metadata})
        return made

    def _own(self, number: int) -> Iterator[NotebookNode]:
        """Yield a cell that has no place in the release, unless it is the course's own and no longer in it."""
        cell, label = self.cells[number], label_of(self.cells[number])
        twin = self.known.by_label.get(label, self.known.by_id.get(cell.id) if label else None)
        kind = role(cell) if grade_id(cell) else ""
        if twin is not None:
            if self._is_spare(number, twin):
                return
            self._note(words.of_cell(cell, kind), What.SECOND)
            if defined(cell.source) & self.known.defines.get(twin, frozenset()):
                cell = of_type("raw", cell.source, cell)  # run, it would take the place of the answer
        elif cell.id not in self.known.by_id and (self.before.get(cell.id) == digest(cell.source) or _is_check(cell)):
            self._note(words.of_cell(cell, kind), What.GONE)
            return
        elif label or cell.id in self.before:
            self._note(words.of_cell(cell, kind), What.OWN)
        yield self._freed(cell) if label or cell.id in self.known.by_id else cell

    def _is_spare(self, number: int, place: int) -> bool:
        """Tell whether a second cell for the same place holds nothing that the first does not."""
        texts = [self.known.cells[place].source]
        texts += [self.cells[self.where[place]].source] if place in self.where else []
        source = self.cells[number].source
        return self._is_old(place, self.cells[number]) or digest(source) in {digest(text) for text in texts}

    def _freed(self, cell: NotebookNode) -> NotebookNode:
        """Return a cell of the student's own: without a label for grading, and with no released cell's id."""
        own = copy.deepcopy(cell)
        for key in _LABEL:
            own.metadata.pop(key, None)
        if own.id in self.known.by_id:
            own.id = ""
        return own


def _is_check(cell: NotebookNode) -> bool:
    return bool(label_of(cell) and check_in(cell.source))


def _only_defines(cell: NotebookNode) -> bool:
    tree = parsed(cell.source) if cell.cell_type == "code" else None
    return tree is not None and bool(tree.body) and all(isinstance(node, _DEFINITIONS) for node in tree.body)
