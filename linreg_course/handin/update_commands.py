"""What `linreg update` says on the terminal, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import click
import nbformat

from linreg_course.handin.commands import chosen, refusing
from linreg_course.handin.finding import assignments, course_folder, find_release, releases
from linreg_course.handin.reading import as_saved
from linreg_course.handin.replacing import replace_file
from linreg_course.handin.submission import Submission, UnreadableError
from linreg_course.handin.update import Updated, updated
from linreg_course.language import LANGUAGES, Text, use_language


def update(name: str) -> None:
    """Bring the course's newer version of an assignment into a notebook, and list what changed."""
    with refusing(UNWRITABLE):
        _refuse_lesson(Path(name).expanduser())
        submission = chosen(name)
        result = updated(as_saved(submission), _newer(submission))
        if not result.is_changed:
            click.echo(_nothing_new(submission.path))
            return
        backup = replace_file(submission.path, submission.content, _bytes(result))
    for line in result.lines:
        click.echo(line.told())
    for words in _done(submission.path, backup):
        click.echo(words)


def _bytes(result: Updated) -> bytes:
    text: str = nbformat.writes(result.notebook)
    return (text.rstrip("\n") + "\n").encode(errors="replace")


def _newer(submission: Submission) -> Submission:
    """Return the course's own notebook of the assignment.

    Raises:
        UnreadableError: the course has none in the notebook's language, or this is it.
    """
    path = submission.path
    if path.resolve() in {release.path for release in releases(path)}:
        raise UnreadableError(
            Text(
                en=f"{path} is the course's own notebook; an update goes into your copy in work/.",
                zh=f"{path}是课程自带的笔记本；要更新的是work/里你自己的副本。",
            )
        )
    release = find_release(submission)
    if release is None:
        raise UnreadableError(
            Text(
                en=f"The course's notebooks are not found from {path}: run this in the folder of the new version.",
                zh=f"从{path}找不到课程的笔记本：请在新版本的课程文件夹里运行。",
            )
        )
    said = as_saved(submission).metadata.get("linreg_course")
    source, lang = (said.get("source"), said.get("language")) if isinstance(said, dict) else (None, None)
    if lang in LANGUAGES and (source, lang) != (f"{release.assignment}.py", release.lang):
        use_language(lang)
        raise UnreadableError(_not_there(path, str(source).removesuffix(".py"), lang))
    return release


def _refuse_lesson(path: Path) -> None:
    """Refuse a notebook of the course in which nothing is graded: what stands in it can be had anew.

    Raises:
        UnreadableError: it is a lesson.
    """
    course = course_folder(path if path.is_file() else Path.cwd() / "_")
    name = _source_of(path) or path.name.removesuffix(".ipynb")
    if course is None or name in assignments(course):
        return
    built = [lang for lang in LANGUAGES if (course / "notebooks" / lang / f"{name}.ipynb").is_file()]
    if not built:
        return
    if path.parent.name in LANGUAGES:
        use_language(path.parent.name)
    raise UnreadableError(
        Text(
            en=f"{name} is a lesson, and only assignments are updated: give your copy another name, and `make lab` "
            "puts the new version in its place.",
            zh=f"{name}是一节课，只有作业才能更新：把你的副本改名，再运行`make lab`，新版本就会放到原来的位置。",
        )
    )


def _source_of(path: Path) -> str:
    """Return which notebook of the course a file says that it is, or ""."""
    try:
        return str(json.loads(path.read_bytes())["metadata"]["linreg_course"]["source"]).removesuffix(".py")
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ""


UNWRITABLE = Text(
    en="Your notebook is as it was: make room or ask for the right to write there, then update again.",
    zh="你的笔记本没有变化：请腾出空间或取得写入权限，再更新一次。",
)


def _not_there(path: Path, assignment: str, lang: str) -> Text:
    return Text(
        en=f"The course has no assignment {assignment} in the language of {path.name} ({lang}): nothing was changed.",
        zh=f"课程里没有{path.name}这种语言（{lang}）的作业{assignment}，所以没有改动。",
    )


def _nothing_new(path: Path) -> Text:
    return Text(en=f"{path.name} is up to date: nothing was changed.", zh=f"{path.name}已经是最新版本：没有改动。")


def _done(path: Path, backup: Path) -> tuple[Text, ...]:
    return (
        Text(en=f"{path.name} is updated. What it was is in {backup}", zh=f"{path.name}已更新。原来的内容在{backup}里"),
        Text(
            en="If it is open in JupyterLab: choose File > Reload Notebook from Disk before you go on, or the old "
            "version is saved over it.",
            zh="如果它正在JupyterLab里打开：先选择“文件→从磁盘重新加载笔记本”（File > Reload Notebook from Disk）"
            "再继续，否则旧版本会把它覆盖。",
        ),
    )
