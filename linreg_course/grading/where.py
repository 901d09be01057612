"""Where submissions run, as the command line has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from linreg_course.grading.before import require_cage
from linreg_course.grading.pools import Pool, threads


@dataclass(frozen=True)
class Where:
    """On this machine, or on a cluster.

    Attributes:
        jobs: how many notebooks run at a time on this machine.
        confined: whether they run in the cage.
        cluster: the address of a dask scheduler, or None for this machine.

    Raises:
        UsageError: a cluster was asked for without the cage.
    """

    jobs: int
    confined: bool = True
    cluster: str | None = None

    def __post_init__(self) -> None:
        """See that no other machine is asked to run submissions unconfined."""
        if self.cluster is not None and not self.confined:
            raise click.UsageError("a cluster's workers have the whole cage, or run nothing: leave out one of the two")

    def require_cage(self, course: Path) -> None:
        """See that submissions can be confined; what runs them on a cluster sees to it there.

        Raises:
            ClickException: they cannot.
        """
        if self.confined and self.cluster is None:
            require_cage(course)

    @contextmanager
    def pool(self, course: Path) -> Iterator[Pool]:
        """Give what runs the course's submissions.

        Raises:
            PoolError: the cluster cannot.
        """
        if self.cluster is None:
            with threads(self.jobs) as pool:
                yield pool
        else:
            from linreg_course.grading.cluster import workers  # not every installation has dask

            with workers(self.cluster, course) as pool:
                yield pool
