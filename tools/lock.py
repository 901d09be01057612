"""Write the five lists of versions anew from pyproject.toml (needs uv: `pip install uv`).

requirements/default.txt and newest.txt hold all that the course is made and graded with, student.txt and
student-newest.txt the part of it, in the same versions, that a student's copy needs. book.txt holds what the
site is built with.

The locks hold for Linux, macOS and Windows. torch's CUDA packages are left out: which of them a
machine needs is for the torch wheel that it takes.
"""

import re
import subprocess
import tempfile
from pathlib import Path

COURSE = Path(__file__).resolve().parent.parent
TORCH = ["torch==2.13.0", "torchvision==0.28.0"]
# d2l 1.0.3 pins matplotlib 3.7.2, whose plots need an IPython before 9.
DEFAULT = [*TORCH, "d2l==1.0.3", "ipython<9"]
# d2l comes without its pins here (tools/environment.py): these are what it imports.
NEWEST = [*TORCH, "pandas", "requests", "scipy", "matplotlib-inline"]
BOOK = ["sphinx>=9", "myst-nb>=1.4", "sphinx-book-theme>=1.4", "sphinx-mathjax-offline>=0.0.2", "jieba>=0.42.1"]
CUDA = re.compile(r"^(nvidia-|cuda-|triton)")


def lock(name, wanted, *options):
    """Resolve `wanted` and what the options add to it, and write the list `name`."""
    with tempfile.TemporaryDirectory() as folder:
        extra = Path(folder) / "wanted.in"
        extra.write_text("\n".join(wanted))
        command = ["uv", "pip", "compile", str(extra), *options, "--universal"]
        command += [
            "--python-version",
            "3.11.5",
            "--no-annotate",
            "--no-header",
            "--no-emit-package",
            "linreg-course",
            "-q",
        ]
        lines = subprocess.run(command, cwd=COURSE, check=True, capture_output=True, text=True).stdout.splitlines()
    kept = [line for line in lines if not CUDA.match(line)]
    text = "\n".join(["# made by tools/lock.py", *kept, ""])
    (COURSE / "requirements" / f"{name}.txt").write_text(text)


if __name__ == "__main__":
    for whole, part, wanted in (("default", "student", DEFAULT), ("newest", "student-newest", NEWEST)):
        lock(whole, wanted, "pyproject.toml", "--all-extras")
        lock(part, wanted, "pyproject.toml", "--extra", "course", "--constraint", f"requirements/{whole}.txt")
    lock("book", BOOK)
