"""Which cell of a submission is which of the release: by its name for grading, its id, its text, what it defines."""

from __future__ import annotations

import ast
import re
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property, lru_cache

from nbformat import NotebookNode

from linreg_course.handin.submission import grade_id, role

# More than anybody writes into a cell; it would take the grader's time.
_MOST_CODE = 100_000
# A line for IPython or for the shell.
_MAGIC = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)
_DEF = re.compile(r"^(?:async )?def +(\w+) *\(", re.MULTILINE)

# By the place of a cell in the release, the places of those that are taken for it, in the submission's order.
Claims = dict[int, list[int]]


class Released:
    """The cells of a release, and what an answer is known by."""

    def __init__(self, cells: list[NotebookNode]) -> None:
        self.cells = cells
        self.roles = [_role(cell) for cell in cells]
        self.by_label = {grade_id(cell): place for place, cell in enumerate(cells) if grade_id(cell)}
        self.by_id = {cell.id: place for place, cell in enumerate(cells)}
        counts = Counter(_plain(cell) for cell in cells)
        self.by_text = {_plain(cell): place for place, cell in enumerate(cells) if counts[_plain(cell)] == 1}
        self.defines = {place: defined(cells[place].source) for place in self.places("solution")}

    def places(self, *roles: str) -> list[int]:
        """Return where the cells of these roles stand: solution, answer (in words), check, setup, code or text."""
        return [place for place, role in enumerate(self.roles) if role in roles]

    @cached_property
    def answered(self) -> frozenset[str]:
        """The names of all functions that are asked for."""
        return frozenset().union(*self.defines.values())

    def check_of(self, solution: int) -> int | None:
        """Return the place of the check that follows a solution."""
        return next((place for place in self.places("check") if place > solution), None)

    def is_untouched(self, place: int, cell: NotebookNode) -> bool:
        """Tell whether a cell holds nothing but what was released at this place."""
        return _plain(cell) in ("", _plain(self.cells[place])) or _bare(cell.source) == _bare(self.cells[place].source)


def claims_of(cells: list[NotebookNode], release: Released) -> Claims:
    """Return which cells of a submission may be which of the release; each is taken for one at most."""
    found: Claims = defaultdict(list)
    for number, cell in enumerate(cells):
        place = _known_place(cell, release)
        if place is not None:
            found[place].append(number)
    for place in release.places("check"):  # who calls a check in a cell of their own has no second check
        known = [number for number in found[place] if _is_named(cells[number], release.cells[place])]
        found[place] = known or found[place][:1]
    for place in release.places("solution"):
        if all(release.is_untouched(place, cells[number]) for number in found[place]):
            found[place] = sorted([*found[place], *_by_what_they_define(cells, release, place, found)])
    for place in release.places("answer"):
        if all(release.is_untouched(place, cells[number]) for number in found[place]):
            question = max((text for text in release.places("text") if text < place), default=-1)
            found[place] = sorted([*found[place], *_below_the_question(cells, place, question, found)])
    return {place: numbers for place, numbers in found.items() if numbers}


def label_of(cell: NotebookNode) -> str:
    """Return the name by which a cell says that it is graded, whatever else it says, or ""."""
    known = cell.metadata.get("nbgrader")
    label = known.get("grade_id") if isinstance(known, dict) else None
    return label if isinstance(label, str) else ""


@lru_cache(1000)
def defined(code: str) -> frozenset[str]:
    """Return the names of the functions, and of the values, that a cell's code defines at its top level."""
    tree = parsed(code)
    if tree is None:
        return frozenset(_DEF.findall(code))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
    return frozenset(found | {target.id for target in targets if isinstance(target, ast.Name)})


def parsed(code: str) -> ast.Module | None:
    """Return the tree of a cell's code, IPython's magics among it, or None where it is no Python."""
    if len(code) > _MOST_CODE or code.startswith("%%"):
        return None
    try:
        return ast.parse(_MAGIC.sub(r"\1pass", textwrap.dedent(code)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(1000)
def _bare(code: str) -> str:
    """Return what code does, without its comments and docstrings; a text that is no Python as it is."""
    tree = parsed(code)
    if tree is None:
        return code.strip()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and len(node.body) > 1 and ast.get_docstring(node) is not None:
            del node.body[0]
    try:
        return ast.dump(tree)
    except RecursionError:
        return code.strip()


def is_whole(code: str) -> bool:
    """Tell whether code is Python by itself: no part of a function that was cut off above it."""
    return not code.lstrip("\n")[:1].isspace() and parsed(code) is not None


def _role(cell: NotebookNode) -> str:
    if grade_id(cell):
        return role(cell)
    if cell.cell_type != "code":
        return "text"
    return "setup" if "check.begin(" in cell.source else "code"


def _plain(cell: NotebookNode) -> str:
    return " ".join(cell.source.split())


def _known_place(cell: NotebookNode, release: Released) -> int | None:
    named = release.by_label.get(label_of(cell)), release.by_id.get(cell.get("id", ""))
    if all(place is not None and release.roles[place] == "answer" for place in named):
        named = named[::-1]  # words do not show whose they are; programs lose ids, and do not exchange them
    places = (
        *named,
        release.by_text.get(_plain(cell)) if _plain(cell) else None,
        _by_heading(cell, release),
    )
    return next((place for place in places if place is not None and _can_be(cell, place, release)), None)


def _is_named(cell: NotebookNode, released: NotebookNode) -> bool:
    return label_of(cell) == grade_id(released) or cell.get("id") == released.id


def _by_heading(cell: NotebookNode, release: Released) -> int | None:
    first = cell.source.partition("\n")[0]
    if cell.cell_type != "markdown" or not first.startswith("#"):
        return None
    return next((k for k in release.places("text") if release.cells[k].source.partition("\n")[0] == first), None)


def _can_be(cell: NotebookNode, place: int, release: Released) -> bool:
    """Tell whether a cell does not show by what it defines, or calls, that it is another."""
    role = release.roles[place]
    if role == "text" and release.cells[place].cell_type == "markdown" and cell.cell_type != "markdown":
        return not _answers(cell, release)
    if role in ("answer", "text") and cell.cell_type != "code":
        return True
    if role == "solution":
        theirs = _answers(cell, release)
        other = release.by_text.get(_plain(cell))
        is_check = other is not None and release.roles[other] == "check"
        return not is_check and (not theirs or bool(theirs & release.defines[place]))
    return not _answers(cell, release)


def _answers(cell: NotebookNode, release: Released) -> frozenset[str]:
    """Return which of the functions asked for a cell defines; of a text only where it is all Python."""
    if cell.cell_type != "code" and parsed(cell.source) is None:
        return frozenset()
    return defined(cell.source) & release.answered


def _by_what_they_define(cells: list[NotebookNode], release: Released, place: int, found: Claims) -> Iterator[int]:
    """Yield the cells that define the function, or else the one that stands where its check follows."""
    taken = {number for numbers in found.values() for number in numbers}
    free = [number for number in range(len(cells)) if number not in taken]
    theirs = [
        number
        for number in free
        if _answers(cells[number], release) & release.defines[place] and not release.is_untouched(place, cells[number])
    ]
    if theirs:
        yield from theirs
        return
    check = release.check_of(place)
    above = min(found.get(check, []), default=0) - 1 if check is not None and not found[place] else -1
    if above in free and cells[above].cell_type == "code" and parsed(cells[above].source) is None:
        yield above


def _below_the_question(cells: list[NotebookNode], place: int, question: int, found: Claims) -> Iterator[int]:
    """Yield the texts that stand between a question and the next cell that is known to come after its answer."""
    if not found.get(question):
        return
    later = {number for other, numbers in found.items() if other > place or other < question for number in numbers}
    taken = {number for numbers in found.values() for number in numbers}
    for number in range(found[question][-1] + 1, len(cells)):
        if number in later:
            return
        if number in taken:
            continue
        if cells[number].cell_type != "code" and cells[number].source.strip():
            yield number
