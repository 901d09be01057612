"""Open JupyterLab on a student's own copies, and never write over them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from linreg_course.handin.finding import COURSE_VARIABLE
from linreg_course.language import LANGUAGES, Text, locale_language, use_language


def open_lab(course: Path, language: str | None) -> None:
    """Copy what is not in `work/` yet, then run JupyterLab there until it is stopped."""
    if language is not None:
        use_language(language)
    here = _languages(course, language)
    copy_new(course / "notebooks", course / "work")
    wanted = language or locale_language()
    command = _command(course / "work", f"{wanted if wanted in here else here[0]}/00_start.ipynb")
    if not _has_display():
        words = Text(
            en="No browser here: open the address below that begins with http://localhost.",
            zh="这里没有浏览器：请打开下面以http://localhost开头的地址。",
        )
        click.echo(words)
        command += ["--no-browser"]
    where = course / "work"
    words = Text(
        en=f"JupyterLab works on the copies in {where}; Ctrl-C ends it.",
        zh=f"JupyterLab使用{where}里的副本；按Ctrl-C结束。",
    )
    click.echo(words)
    only = here[0] if len(here) == 1 else None
    raise SystemExit(subprocess.call(command, env=environment(course, language or only)))


def _languages(course: Path, language: str | None) -> list[str]:
    """Return the languages that this copy of the course has; the one that is asked for must be among them."""
    here = [lang for lang in LANGUAGES if (course / "notebooks" / lang).is_dir()]
    if not here:
        words = Text(
            en=f"there is no folder notebooks/en in {course}: run linreg in the course's folder",
            zh=f"{course}里没有文件夹notebooks/en：请在课程的文件夹里运行linreg",
        )
        raise click.UsageError(str(words))
    if language is not None and language not in here:
        words = Text(
            en=f"this copy of the course has no notebooks in {language}: it has {', '.join(here)}",
            zh=f"这份课程没有{language}的笔记本，只有{'、'.join(here)}的",
        )
        raise click.UsageError(str(words))
    return here


def _command(work: Path, start: str) -> list[str]:
    command = [sys.executable, "-m", "jupyterlab", "--log-level=WARN", f"--ServerApp.root_dir={work}"]
    command += [f"--LabApp.default_url=/lab/tree/{start}"]
    # Where nbgrader is installed: formgrader would report that the course lies outside of a student's folder.
    command += ["--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=False"]
    if os.name != "nt":  # a login shell, which Jupyter takes where no terminal started it, may set PATH anew
        shell = json.dumps([os.environ.get("SHELL") or "sh"])
        command += [f"--ServerApp.terminado_settings={{'shell_command': {shell}}}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:  # in a container; JupyterLab asks for a word on it
        command += ["--allow-root"]
    return command


def environment(course: Path, language: str | None) -> dict[str, str]:
    """Return the variables for JupyterLab, by which its terminals and kernels find `linreg`, and `linreg` the course.

    Args:
        course: the course's folder.
        language: what `linreg` speaks there; None for the system's own.
    """
    programs = str(Path(sys.executable).parent)
    path = os.pathsep.join([programs, *filter(None, [os.environ.get("PATH")])])
    return {**os.environ, "PATH": path, COURSE_VARIABLE: str(course), **({"LANGUAGE": language} if language else {})}


def copy_new(notebooks: Path, work: Path) -> list[Path]:
    """Copy each built notebook that `work` lacks; return the copies made."""
    copies = []
    for lang in LANGUAGES:
        (work / lang).mkdir(parents=True, exist_ok=True)
        for built in sorted((notebooks / lang).glob("*.ipynb")):
            copy = work / lang / built.name
            if not copy.exists():
                beside = copy.with_name(f".{copy.name}.part")
                shutil.copyfile(built, beside)
                os.replace(beside, copy)
                copies.append(copy)
    return copies


def _has_display() -> bool:
    if os.environ.get("BROWSER") == "none":
        return False
    return sys.platform in ("darwin", "win32") or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
