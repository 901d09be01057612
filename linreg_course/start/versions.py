"""Whether this Python and its packages are those that the course needs: asked of what is installed, then tried."""

from __future__ import annotations

import importlib
import platform
from collections.abc import Iterator
from importlib import metadata

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from linreg_course.language import Text

COURSE = "linreg-course"
# What pages load when they run; nbformat reads the notebooks for the start page.
_IMPORTED = ("torch", "matplotlib", "ipywidgets", "nbformat")

# The start page says the same where the course itself cannot be imported.
FIX = Text(
    en="Menu Kernel, Change Kernel…: choose Python 3 (ipykernel), and run this cell again.\n"
    "If that is the kernel already: close JupyterLab, delete the folder .venv in the course's folder,\n"
    "and start the course again as you did before.",
    zh="打开菜单Kernel（内核），点Change Kernel…（更换内核），选Python 3 (ipykernel)，再运行一次这个单元格。\n"
    "如果内核本来就是它：关掉JupyterLab，删除课程文件夹里的文件夹.venv，\n再像之前那样启动课程。",
)


def faults() -> list[Text]:
    """Return what is wrong with the environment, a sentence each; nothing where all is well."""
    return list(_by_version()) or list(_by_trial())


def well() -> Text:
    """Return the line that says that all is well, with the versions that matter most."""
    python, torch = f"Python {platform.python_version()}", f"torch {metadata.version('torch')}"
    return Text(en=f"The environment is ready: {python}, {torch}.", zh=f"环境已就绪：{python}，{torch}。")


def _by_version() -> Iterator[Text]:
    try:
        course = metadata.metadata(COURSE)
    except metadata.PackageNotFoundError:
        yield _missing(COURSE)
        return
    found, needed = platform.python_version(), course["Requires-Python"] or ""
    if not SpecifierSet(needed).contains(found, prereleases=True):
        yield _unfit("Python", found, needed)
    for requirement in map(Requirement, metadata.requires(COURSE) or ()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield from _unmet(requirement)


def _unmet(requirement: Requirement) -> Iterator[Text]:
    try:
        found = metadata.version(requirement.name)
    except metadata.PackageNotFoundError:
        yield _missing(requirement.name)
        return
    if not requirement.specifier.contains(found, prereleases=True):
        yield _unfit(requirement.name, found, str(requirement.specifier))


def _by_trial() -> Iterator[Text]:
    for name in _IMPORTED:
        try:
            module = importlib.import_module(name)
            if name == "torch" and module.ones(2).sum().item() != 2:
                raise ArithmeticError("1 + 1")
        except Exception as error:  # whatever a damaged package raises
            said = f"{type(error).__name__}: {error}"
            yield Text(en=f"{name} is installed but does not work ({said}).", zh=f"{name}已安装，但不能用（{said}）。")


def _missing(name: str) -> Text:
    return Text(en=f"{name} is missing; the course needs it.", zh=f"缺少{name}，本课程需要它。")


def _unfit(name: str, found: str, needed: str) -> Text:
    return Text(
        en=f"{name} has the version {found}; the course needs {needed}.",
        zh=f"{name}的版本是{found}，本课程需要{needed}。",
    )
