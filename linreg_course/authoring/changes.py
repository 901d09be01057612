"""What a new release of an assignment changes for those who have handed in already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from linreg_course.handin.origin import digest
from linreg_course.handin.submission import grade_id, points


def has_submissions(course: Path, name: str) -> bool:
    """Tell whether somebody has handed in the assignment."""
    return any(next(course.glob(f"{folder}/*/{name}"), None) for folder in ("submitted", "set_aside", "autograded"))


def changes(name: str, before: bytes, after: bytes) -> Iterator[str]:
    """Yield the points and texts that differ between two releases of an assignment, and what to do then.

    Args:
        name: the assignment's.
        before: the instructor's notebook of the earlier release.
        after: that of the new one.
    """
    old, new = ({cell.id: cell for cell in nbformat.reads(text.decode(), 4).cells} for text in (before, after))
    graded = [cell for cell in new.values() if grade_id(cell) and cell.id in old]
    rated = [cell for cell in graded if points(cell) != points(old[cell.id])]
    texts = [one for one in {**new, **old} if _text(old.get(one)) != _text(new.get(one))]
    if not rated and not texts:
        return
    yield f"{name} has submissions already; for them this release changes:"
    yield from (f"  points of {cell.id}: {points(old[cell.id]):g} before, {points(cell):g} now" for cell in rated)
    if texts:
        yield f"  text of {', '.join(texts)}"
    if rated:
        yield "  The gradebook counts the new points as the most from now on; its scores are those of the old ones."
    yield f"  Run `linreg grade {name}`: it grades all of them again, by the new release."


def _text(cell: NotebookNode | None) -> str | None:
    return None if cell is None else digest(cell.source)
