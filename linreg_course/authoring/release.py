"""Release assignments: nbgrader's source and release folders from the bilingual sources, and the students' zip."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import click
from nbgrader.apps import NbGraderAPI

from linreg_course.authoring.build import instructor_bytes, notebook_bytes, write_beside
from linreg_course.authoring.changes import changes, has_submissions
from linreg_course.authoring.parts import is_assignment
from linreg_course.authoring.source import Source, read_source
from linreg_course.authoring.students import write_zip
from linreg_course.handin.course_key import make_key
from linreg_course.handin.gradebook import SETTING, gone
from linreg_course.handin.nbgrader_course import RUBRICS, cause_of, kept, nbgrader_api

SOURCES = Path("notebooks") / "source"


def release(names: list[str], languages: tuple[str, ...]) -> Iterator[Path | str]:
    """Release the named assignments, or all, the first language at the top; yield each folder, then the students' zip.

    After the folder of an assignment that has submissions come the lines that say what changed for them.

    Whatever fails leaves the folders of its assignment as they were; submissions, grades and the
    course's key are never touched.

    Raises:
        SourceError: a source is not in the format; it names file and line.
    """
    api = nbgrader_api()
    if not SOURCES.is_dir():
        raise click.UsageError(f"there is no folder {SOURCES} here: run linreg release in the course's folder")
    course = Path(api.coursedir.root)
    sources = [read_source(path) for path in sorted(SOURCES.glob("*.py"))]
    chosen = _chosen(sources, names)
    # Solutions, submissions and grades will lie there; one that is shared with colleagues keeps the mode it was given.
    course.mkdir(mode=0o700, exist_ok=True)
    for source in chosen:
        changed = _release_one(api, course, source, languages)
        yield course / "release" / source.path.stem
        yield from changed
    yield write_zip(course, sources, languages)
    make_key(course)


def add_other_language(assignment: str, student: str, notebooks: list[str]) -> None:
    """Copy the notebooks in the second language, which nbgrader leaves out of a release (its post_convert_hook)."""
    for folder in {Path(notebook).resolve().parent for notebook in notebooks}:
        for other in folder.glob("zh/*.ipynb"):
            copy = folder.parent.parent / "release" / folder.name / "zh" / other.name
            copy.parent.mkdir(exist_ok=True)
            shutil.copyfile(other, copy)


def _chosen(sources: list[Source], names: list[str]) -> list[Source]:
    known = {source.path.stem: source for source in sources if is_assignment(source)}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.UsageError(f"no assignment {', '.join(unknown)}: there are {', '.join(known) or 'none'}")
    return [known[name] for name in names or known]


def _release_one(api: NbGraderAPI, course: Path, source: Source, languages: tuple[str, ...]) -> list[str]:
    """Release one assignment; return what changed for those who have handed in."""
    name = source.path.stem
    top, *others = languages
    top_folder, rubrics = course / "source" / name, course / RUBRICS / name
    place = top_folder / f"{name}.ipynb"
    before = place.read_bytes() if place.is_file() and has_submissions(course, name) else None
    contents = {place: instructor_bytes(source, top)}
    contents |= {top_folder / lang / f"{name}.ipynb": notebook_bytes(source, lang) for lang in others}
    contents |= {rubrics / lang / f"{name}.ipynb": instructor_bytes(source, lang) for lang in others}
    with kept(top_folder), kept(rubrics), kept(course / "release" / name):
        for folder in (top_folder / "zh", rubrics):
            shutil.rmtree(folder, ignore_errors=True)
        for path, content in contents.items():
            write_beside(path, content)
        result = api.generate_assignment(name)
        if not result["success"]:
            raise click.ClickException(_reason(name, result))
    return list(changes(name, before, contents[place])) if before is not None else []


def _reason(name: str, result: dict[str, str]) -> str:
    log = result.get("log", "") + result["error"]
    if "there are submissions associated" in log:
        return (
            f"{name} has submissions, so none of its graded cells may come, go or get another name. Nothing was "
            "changed: undo that in the source, or release the new version under another name."
        )
    why = gone(log)
    if why:
        return (
            f"nbgrader could not release {name}, and nothing was changed: the gradebook's server is out of reach "
            f"({why}); start it, or mend {SETTING}"
        )
    return f"nbgrader could not release {name}, and nothing was changed. It says: {cause_of(log)}"
