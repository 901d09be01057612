"""What a notebook records of the version that it came from: of each released cell, by its id, a digest of its text.

By it an update knows what a student has changed, without the old version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

# Where the digests stand, beside the language and the source in the notebook's metadata.
RECORD = "released"


def digest(text: str) -> str:
    """Return what a cell's text is known by: space at its ends, which programs add and cut, does not count."""
    return hashlib.sha256(text.strip().encode(errors="replace")).hexdigest()[:16]


def recorded(notebook: Mapping[str, Any]) -> dict[str, str]:
    """Return the digests of the released cells by their ids; none for a notebook that was built without them."""
    course = notebook["metadata"].get("linreg_course")
    found = course.get(RECORD) if isinstance(course, Mapping) else None
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, Mapping) else {}
