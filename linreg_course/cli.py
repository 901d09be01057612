"""The command `linreg`: declarations only; each command calls one room, imported when it runs."""

from __future__ import annotations

import os
from pathlib import Path

import click


class Commands(click.Group):
    """The commands; one whose part is not installed says so, since a student's environment cannot build or grade."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            if error.name is None or error.name.startswith("linreg_course"):
                raise
            message = f"this command needs {error.name}, which is not installed here: it is for those who make or grade"
            raise click.ClickException(
                f"{message} the course, and `make setup` in the course's repository has it"
            ) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
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


@main.command()
@click.argument("names", nargs=-1)
@click.option(
    "--language",
    type=click.Choice(["en", "zh", "both"]),
    default="both",
    show_default=True,
    help="What students get; with both, the Chinese notebook lies in zh/ beside the English one.",
)
def release(names: tuple[str, ...], language: str) -> None:
    """Release the assignments NAMES, or all, with nbgrader, and write the students' zip into course/."""
    from linreg_course.authoring import commands

    commands.release(list(names), ("en", "zh") if language == "both" else (language,))


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def validate(file: Path) -> None:
    """Run the assignment in FILE in a fresh kernel and say what would be graded."""
    from linreg_course.handin import commands

    commands.validate(file)


@main.command()
@click.argument("file")
def submit(file: str) -> None:
    """Write the file to hand in and a receipt; FILE is a notebook, or the name of an assignment in work/."""
    from linreg_course.handin import commands

    commands.submit(file)


@main.command()
@click.option("--check", "path", type=click.Path(path_type=Path), required=True, help="A receipt or its notebook.")
def receipt(path: Path) -> None:
    """Verify a receipt and the notebook beside it."""
    from linreg_course.handin import commands

    commands.receipt(path)


@main.command()
@click.argument("assignments", nargs=-1)
def grade(assignments: tuple[str, ...]) -> None:
    """Autograde the ASSIGNMENTS in course/submitted, or all, and show every score or the reason for none."""
    from linreg_course.grading import commands

    commands.grade(list(assignments))


@main.command()
@click.argument("assignments", nargs=-1)
def feedback(assignments: tuple[str, ...]) -> None:
    """Write the students' feedback on the ASSIGNMENTS, or all, into course/feedback."""
    from linreg_course.grading import commands

    commands.feedback(list(assignments))
