"""A table's lines as they come, and below them, where stderr is a terminal, a bar with the time that is left."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

# To the first column, and the rest of the line away.
_CLEAR = "\r\x1b[K"


@contextmanager
def lines_above_a_bar(name: str, length: int) -> Iterator[Callable[[str], None]]:
    """Give the function that prints the next of so many lines, at once also on a pipe."""
    if not sys.stderr.isatty():
        yield click.echo
        return
    with click.progressbar(length=length, label=name, show_pos=True, file=sys.stderr) as bar:

        def line(text: str) -> None:
            click.echo(_CLEAR, nl=False, err=True)
            click.echo(text)
            bar.update(1)

        yield line
        click.echo(_CLEAR, nl=False, err=True)
