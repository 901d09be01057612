"""Print what the headless run, the imports and the build cost, as ratios within one run.

make bench
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from linreg_course.authoring.outputs import differences

COURSE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
STATIC = {**os.environ, "COURSE_STATIC": "1"}
IMPORTS = (
    "import time, torch; start = time.perf_counter(); import linreg_course; middle = time.perf_counter(); "
    "from linreg_course import data, guard, language, predict, training; "
    "print(middle - start, time.perf_counter() - start)"
)


def seconds(*command: object) -> float:
    start = time.perf_counter()
    subprocess.run([str(part) for part in command], cwd=COURSE, env=STATIC, check=True, capture_output=True)
    return time.perf_counter() - start


def headless() -> None:
    notebooks = sorted(COURSE.glob("notebooks/[ez][nh]/*.ipynb"))
    with tempfile.TemporaryDirectory() as folder:
        ours = seconds(BIN / "linreg", "run", "--save", Path(folder) / "ours")
        theirs = 0.0
        for path in notebooks:
            copy = Path(folder) / "theirs" / path.parent.name / path.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
            theirs += seconds(BIN / "jupyter", "execute", "--inplace", copy)
        differing = [path for path in notebooks if _differ(Path(folder), path)]
        nbmake = seconds(BIN / "pytest", "--nbmake", "-q", "-p", "no:cacheprovider", "--rootdir", folder, *notebooks)
    print(f"{len(notebooks)} notebooks on {os.cpu_count()} cores")
    print(f"linreg run                     {ours:7.1f} s")
    print(f"jupyter execute, one by one    {theirs:7.1f} s   ratio {theirs / ours:.2f}")
    print(f"pytest --nbmake                {nbmake:7.1f} s   ratio {nbmake / ours:.2f}")
    print(f"outputs that differ from jupyter execute: {len(differing)}", *differing)


def imports() -> None:
    runs = [subprocess.check_output([sys.executable, "-c", IMPORTS], text=True).split() for _ in range(5)]
    package, modules = (min(float(run[column]) for run in runs) for column in (0, 1))
    print(f"import linreg_course beyond torch                  {1000 * package:6.1f} ms")
    print(f"and data, guard, language, predict, training       {1000 * modules:6.1f} ms")


def build() -> None:
    sources = len(list(COURSE.glob("notebooks/source/*.py")))
    print(f"linreg build, {sources} sources in two languages     {seconds(BIN / 'linreg', 'build'):6.1f} s")


def _differ(folder: Path, path: Path) -> bool:
    tail = Path(path.parent.name) / path.name
    ours, theirs = (nbformat.read(folder / side / tail, as_version=4) for side in ("ours", "theirs"))
    names = {cell.id for cell in theirs.cells}
    ours.cells = [cell for cell in ours.cells if cell.id in names]  # `linreg run` runs the source's proofs too
    return any(differences(ours, theirs))


if __name__ == "__main__":
    headless()
    imports()
    build()
