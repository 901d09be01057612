"""Twins say the same: the same formulas, code spans, links and digits, as multisets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

# In this order: what one pattern takes is gone before the next one looks.
_PATTERNS = {
    "code block": re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL),
    "code span": re.compile(r"`[^`]+`"),
    "formula": re.compile(r"\$\$.+?\$\$|\$[^$]+\$", re.DOTALL),
    "link": re.compile(r"\]\([^)]+\)|<https?://[^>]+>"),
    # The digits of a name (D2L) count no things.
    "number": re.compile(r"(?<![A-Za-z\d])\d+(?:[.,]\d+)*"),
}


def pieces(text: str) -> dict[str, Counter[str]]:
    """Return what must be equal in both languages, by kind."""
    found = {}
    for kind, pattern in _PATTERNS.items():
        found[kind] = Counter(" ".join(piece.split()) for piece in pattern.findall(text))
        text = pattern.sub(" ", text)
    return found


def differences(en: str, zh: str) -> Iterator[str]:
    """Yield a line for each kind of piece in which two twins differ."""
    ours, theirs = pieces(en), pieces(zh)
    for kind in _PATTERNS:
        only_en, only_zh = ours[kind] - theirs[kind], theirs[kind] - ours[kind]
        if only_en or only_zh:
            yield (
                f"the twins differ in a {kind}: only in English {_listed(only_en)}, only in Chinese {_listed(only_zh)}"
            )


def _listed(pieces: Counter[str]) -> str:
    return ", ".join(sorted(pieces.elements())) or "none"
