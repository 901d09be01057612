"""A table's lines as they come, and below them, where stderr is a terminal, a bar with the time that is left."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def lines_above_a_bar(name: str, length: int) -> Iterator[Callable[[str], None]]:
    """Give the function that prints the next of so many lines, at once also on a pipe."""
    if not sys.stderr.isatty():
        yield click.echo
        return
    with click.progressbar(length=length, label=name, show_pos=True, file=sys.stderr) as bar:

        def line(text: str) -> None:
            _clear()
            click.echo(text)
            bar.update(1)

        yield line
        _clear()


def _clear() -> None:
    """Write spaces over the bar; not every terminal obeys a code that clears the line."""
    click.echo(f"\r{' ' * (shutil.get_terminal_size().columns - 1)}\r", nl=False, err=True)
