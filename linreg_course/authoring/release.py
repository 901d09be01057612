"""Release assignments: nbgrader's source and release folders from the bilingual sources, and the students' zip."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.baseapp import NbGrader

from linreg_course.authoring.build import instructor_bytes, notebook_bytes, write_beside
from linreg_course.authoring.parts import is_assignment
from linreg_course.authoring.source import Source, SourceError, read_source
from linreg_course.authoring.students import write_zip

SOURCES = Path("notebooks") / "source"

# The last line of a traceback.
_CAUSE = re.compile(r"^ *(?:\w+\.)*(\w+(?:Error|Exception): .+)", re.MULTILINE)


def release(names: list[str], languages: tuple[str, ...]) -> Path:
    """Release the named assignments, or all, the first language at the top; return the course's folder.

    Whatever fails leaves the folders of its assignment as they were; submissions, grades and the
    seeds' key are never touched.
    """
    api = NbGraderAPI(config=_config())
    course = Path(api.coursedir.root)
    try:
        sources = [read_source(path) for path in sorted(SOURCES.glob("*.py"))]
        for source in _chosen(sources, names):
            _release_one(api, course, source, languages)
            click.echo(f"released {source.path.stem} in {course / 'release' / source.path.stem}")
        archive = write_zip(course, sources, languages)
    except SourceError as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from None
    click.echo(f"wrote {archive}: give this file to the students")
    return course


def add_other_language(assignment: str, student: str, notebooks: list[str]) -> None:
    """Copy the notebooks in the second language, which nbgrader leaves out of a release (its post_convert_hook)."""
    for folder in {Path(notebook).resolve().parent for notebook in notebooks}:
        for other in folder.glob("zh/*.ipynb"):
            copy = folder.parent.parent / "release" / folder.name / "zh" / other.name
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(other, copy)


def _config() -> object:
    if not (Path("nbgrader_config.py").is_file() and SOURCES.is_dir()):
        raise click.UsageError("there is no nbgrader_config.py here: run linreg release in the course's folder")
    app = NbGrader()
    app.load_config_file()
    return app.config


def _chosen(sources: list[Source], names: list[str]) -> list[Source]:
    known = {source.path.stem: source for source in sources if is_assignment(source)}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.UsageError(f"no assignment {', '.join(unknown)}: there are {', '.join(known) or 'none'}")
    return [known[name] for name in names or known]


def _release_one(api: NbGraderAPI, course: Path, source: Source, languages: tuple[str, ...]) -> None:
    name = source.path.stem
    top, *others = languages
    contents = {Path(f"{name}.ipynb"): instructor_bytes(source, top)}
    contents |= {Path(lang) / f"{name}.ipynb": notebook_bytes(source, lang) for lang in others}
    with _kept(course / "source" / name), _kept(course / "release" / name):
        shutil.rmtree(course / "source" / name / "zh", ignore_errors=True)
        for path, content in contents.items():
            write_beside(course / "source" / name / path, content)
        result = api.generate_assignment(name)
        if not result["success"]:
            raise click.ClickException(_reason(name, result))


@contextmanager
def _kept(folder: Path) -> Iterator[None]:
    """Put the folder back as it was if what is done with it fails."""
    with tempfile.TemporaryDirectory() as aside:
        before = Path(aside) / folder.name
        if folder.exists():
            shutil.copytree(folder, before)
        try:
            yield
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            if before.exists():
                shutil.copytree(before, folder)
            raise


def _reason(name: str, result: dict[str, str]) -> str:
    log = result.get("log", "") + result["error"]
    if "there are submissions associated" in log:
        return (
            f"{name} has submissions, so none of its graded cells may come, go or get another name. Nothing was "
            "changed: undo that in the source, or release the new version under another name."
        )
    causes = [cause for cause in _CAUSE.findall(log) if not cause.startswith("NbGraderException")]
    return f"nbgrader could not release {name}, and nothing was changed. It says: {' '.join(causes[-1:]) or log}"
