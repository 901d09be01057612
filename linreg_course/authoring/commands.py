"""What `linreg build`, `linreg run` and `linreg release` say on the terminal, and with which exit status they end."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click
import nbformat
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from linreg_course.authoring import build as builder
from linreg_course.authoring.findings import package_findings, source_findings
from linreg_course.authoring.glossary import read_glossary
from linreg_course.authoring.outputs import differences, pairs
from linreg_course.authoring.run import Execution, run_notebooks
from linreg_course.authoring.source import SourceError, read_source

NOTEBOOKS = Path("notebooks")


def build(sources: list[Path]) -> None:
    """Write the built notebooks that have changed."""
    built = _built(sources)
    changed = [path for path, content in built.items() if builder.write_beside(path, content)]
    for path in changed:
        click.echo(f"wrote {path}")
    click.echo(f"{len(built)} notebooks built, changed: {len(changed)}")


def check(sources: list[Path]) -> None:
    """Fail if a notebook differs from its source, or words break the rules for twins, terms and numbers."""
    built = _built(sources)
    findings = [f"{path} is not what its source builds: run `linreg build`" for path in _stale(built)]
    if not sources:
        orphans = set(NOTEBOOKS.glob("[ez][nh]/*.ipynb")) - built.keys()
        findings += [f"{path} has no source: delete it" for path in sorted(orphans)]
    terms = read_glossary(Path("GLOSSARY.md"))
    for path in _paths(sources):
        findings += source_findings(read_source(path), terms)
    if not sources:
        findings += package_findings(terms)
    for finding in findings:
        click.echo(finding, err=True)
    click.echo(f"{len(built)} notebooks checked, findings: {len(findings)}")
    if findings:
        raise SystemExit(1)


def watch(sources: list[Path]) -> None:
    """Build, and build again at every change of a source, until Ctrl-C."""
    from watchfiles import watch as changes

    folder = NOTEBOOKS / "source"
    click.echo(f"watching {folder}; Ctrl-C ends")
    # The first, empty change comes once the folder is watched: nothing saved after it is missed.
    waiting = changes(folder, yield_on_timeout=True, rust_timeout=200)
    # Suppressed here and not by watchfiles, which does not see the Ctrl-C that comes while a build goes on.
    with suppress(KeyboardInterrupt):
        for number, changed in enumerate(waiting):
            if changed or number == 0:
                try:
                    build(sources)
                except SystemExit:
                    click.echo("waiting for the next change", err=True)


def run(paths: list[Path], jobs: int, save: Path | None) -> None:
    """Execute notebooks, report each, and compare the languages."""
    paths = paths or sorted(NOTEBOOKS.glob("[ez][nh]/*.ipynb"))
    missing = [path for path in paths if not path.is_file()]
    if missing or not paths:
        names = ", ".join(map(str, missing)) or "notebooks/en and notebooks/zh are empty"
        raise click.UsageError(f"no such notebook: {names}")
    executions = _run_with_progress(paths, jobs)
    if save is not None:
        _save(executions, save)
    problems = [f"{execution.path}: {execution.failure}" for execution in executions if execution.failure]
    problems += _differing(executions)
    for problem in problems:
        click.echo(problem, err=True)
    click.echo(f"{len(executions)} notebooks run, problems: {len(problems)}")
    if problems:
        raise SystemExit(1)


def release(names: list[str], languages: tuple[str, ...]) -> None:
    """Release assignments and say where they and the students' zip are."""
    from linreg_course.authoring.release import release

    try:
        for made in release(names, languages):
            click.echo(made if isinstance(made, str) else _told(made))
    except SourceError as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from None


def _told(made: Path) -> str:
    if made.is_dir():
        return f"released {made.name} in {made}"
    return f"wrote {made}: give this file to the students"


def _paths(sources: list[Path]) -> list[Path]:
    paths = sources or sorted((NOTEBOOKS / "source").glob("*.py"))
    missing = [path for path in paths if not path.is_file()]
    if missing or not paths:
        names = ", ".join(map(str, missing)) or f"{NOTEBOOKS / 'source'} (run linreg in the course's folder)"
        raise click.UsageError(f"no such source: {names}")
    return paths


def _built(sources: list[Path]) -> dict[Path, bytes]:
    try:
        return dict(builder.build(_paths(sources)))
    except SourceError as error:
        click.echo(str(error), err=True)
        raise SystemExit(1) from None


def _stale(built: dict[Path, bytes]) -> list[Path]:
    return [path for path, content in built.items() if not path.exists() or path.read_bytes() != content]


def _run_with_progress(paths: list[Path], jobs: int) -> list[Execution]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("running", total=len(paths))

        def on_end(execution: Execution) -> None:
            mark = "failed" if execution.failure else "ok"
            progress.console.print(f"{mark:6} {execution.seconds:5.1f} s  {execution.path}", highlight=False)
            progress.advance(task)

        try:
            return run_notebooks(paths, jobs, on_end)
        except KeyboardInterrupt:
            progress.console.print("interrupted: all kernels are stopped, nothing was saved")
            raise SystemExit(130) from None


def _save(executions: list[Execution], folder: Path) -> None:
    for execution in executions:
        if execution.notebook is not None:
            content = nbformat.writes(execution.notebook).encode()
            builder.write_beside(folder / execution.path.parent.name / execution.path.name, content)


def _differing(executions: list[Execution]) -> list[str]:
    executed = {one.path: one.notebook for one in executions if one.notebook and not one.failure}
    return [f"{en}: {line}" for en, zh in pairs(list(executed)) for line in differences(executed[en], executed[zh])]
