"""The students' zip: notebooks without solutions, the package as a wheel, exact versions and a start script."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import click

from linreg_course.authoring.build import notebook_bytes, write_beside
from linreg_course.authoring.parts import is_assignment
from linreg_course.authoring.source import Source

ARCHIVE = "linreg-course-students.zip"
FOLDER = "linreg-course"

# Where each file of the zip comes from; the environment's script looks for these names.
_FILES = {
    "README.md": "tools/students.md",
    "LICENSE": "LICENSE",
    "start.py": "tools/start.py",
    "tools/environment.py": "tools/environment.py",
    "requirements/default.txt": "requirements/student.txt",
    "requirements/newest.txt": "requirements/student-newest.txt",
}


def write_zip(course: Path, sources: list[Source], languages: tuple[str, ...]) -> Path:
    """Write the zip with the lessons and with all assignments that are released, in these languages."""
    contents = {name: Path(path).read_bytes() for name, path in _FILES.items()}
    contents |= _notebooks(course, sources, languages)
    wheel, content = _wheel()
    contents[wheel] = content
    write_beside(course / ARCHIVE, _zipped(contents))
    return course / ARCHIVE


def _notebooks(course: Path, sources: list[Source], languages: tuple[str, ...]) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    for source in sources:
        name = source.path.stem
        if is_assignment(source):
            released = [path.read_bytes() for path in sorted((course / "release" / name).glob(f"**/{name}.ipynb"))]
            found = {json.loads(content)["metadata"]["linreg_course"]["language"]: content for content in released}
        else:
            found = {lang: notebook_bytes(source, lang, languages) for lang in languages}
        contents |= {f"notebooks/{lang}/{name}.ipynb": found[lang] for lang in languages if lang in found}
    return contents


def _wheel() -> tuple[str, bytes]:
    """Return the package's wheel as file name and content."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
        command += ["--no-deps", "--no-build-isolation", "--wheel-dir", folder, "."]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise click.ClickException(
                f"the wheel could not be built (is hatchling installed?):\n{done.stderr.strip()}"
            )
        (wheel,) = Path(folder).iterdir()
        return wheel.name, wheel.read_bytes()


def _zipped(contents: dict[str, bytes]) -> bytes:
    """Return the zip's bytes, the same for the same contents."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in sorted(contents.items()):
            member = zipfile.ZipInfo(f"{FOLDER}/{name}")
            member.external_attr = 0o644 << 16
            file.writestr(member, content, zipfile.ZIP_DEFLATED)
    return archive.getvalue()
