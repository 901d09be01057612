"""The command `linreg`: declarations only; each command calls one room, imported when it runs."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="linreg-course")
def main() -> None:
    """Linear regression in PyTorch, the concise way: build, run and open the course."""


@main.command()
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; fail if a notebook differs from its source.")
@click.option("--watch", is_flag=True, help="Build again whenever a source is saved.")
def build(sources: tuple[Path, ...], check: bool, watch: bool) -> None:
    """Build notebooks/en and notebooks/zh from SOURCES; without arguments, from all."""
    from linreg_course.authoring import commands

    if watch:
        commands.watch(list(sources))
    elif check:
        commands.check(list(sources))
    else:
        commands.build(list(sources))


@main.command()
@click.argument("notebooks", nargs=-1, type=click.Path(path_type=Path))
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Kernels at a time.")
@click.option("--save", type=click.Path(path_type=Path), help="Keep executed copies in this folder.")
def run(notebooks: tuple[Path, ...], jobs: int, save: Path | None) -> None:
    """Run notebooks headless; without arguments, all of both languages."""
    from linreg_course.authoring import commands

    commands.run(list(notebooks), jobs, save)


@main.command()
@click.option("--language", type=click.Choice(["en", "zh"]), help="Which start page to open.")
def lab(language: str | None) -> None:
    """Copy the notebooks that are not in work/ yet and open JupyterLab there."""
    from linreg_course import lab

    lab.open_lab(Path.cwd(), language)
