"""By what a grade was given: versions, and a digest of the rules of each exercise."""

from __future__ import annotations

import ast
import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1]
_NAME = PACKAGE.name
# What a verdict may depend on, beside the rules.
_VERSIONS = ("linreg-course", "torch", "numpy", "nbgrader")


@cache
def rules_digest(exercise: str) -> str:
    """Return a digest of all that judges an exercise, its words too, or "" where there is no such exercise."""
    start = PACKAGE / "exercises" / f"{exercise}.py"
    if not start.is_file():  # a grade may be older than the course
        return ""
    files = sorted(_closure([start, PACKAGE / "checking" / "judging.py"]) | {start.with_suffix(".toml")})
    found = hashlib.sha256()
    for path in files:
        _add(found, path)
    return found.hexdigest()[:16]


def package_digest() -> str:
    """Return a digest of the package's code and words, whether a grade depends on them or not."""
    found = hashlib.sha256()
    for path in sorted(path for path in PACKAGE.rglob("*") if path.suffix in (".py", ".toml")):
        _add(found, path)
    return found.hexdigest()[:16]


def versions() -> dict[str, str]:
    """Return the versions by which a grade is given here."""
    return {"python": platform.python_version(), **{name: version(name) for name in _VERSIONS}}


def _add(digest: Any, path: Path) -> None:
    digest.update(f"{path.relative_to(PACKAGE).as_posix()} ".encode() + hashlib.sha256(path.read_bytes()).digest())


def _closure(paths: list[Path]) -> set[Path]:
    """Return the files of the package that these import, directly or not, and they themselves."""
    found: set[Path] = set()
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imports(path)
    return found


def _imports(path: Path) -> list[Path]:
    names = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{_NAME}."):
            names += [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
    files = [PACKAGE.parent.joinpath(*name.split(".")).with_suffix(".py") for name in names]
    return [file for file in files if file.is_file()]
