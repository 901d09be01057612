"""The marks that git and nbdime leave where two versions of a text could not be merged."""

from __future__ import annotations

from typing import NamedTuple

_OURS, _BASE, _MIDDLE, _THEIRS = "<" * 7, "|" * 7, "=" * 7, ">" * 7


class Versions(NamedTuple):
    """Both versions of a text, and in how many places they differ."""

    ours: str
    theirs: str
    places: int


def versions_of(text: str) -> Versions:
    """Return both versions of a text; what an unfinished conflict holds is part of ours."""
    ours: list[str] = []
    theirs: list[str] = []
    places, side = 0, ""
    for line in text.splitlines(keepends=True):
        mark = line[:7] if line[7:8] in ("", " ", "\n", "\r") else ""
        if mark == _OURS or (side and mark in (_BASE, _MIDDLE)):
            side = mark
        elif side == _MIDDLE and mark == _THEIRS:
            places, side = places + 1, ""
        else:
            ours += [line] if side in ("", _OURS) else []
            theirs += [line] if side in ("", _MIDDLE) else []
    return Versions("".join(ours), "".join(theirs), places)
