"""Notebooks run on the workers of a dask cluster, which looks after them; this process alone writes the gradebook."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import dask
from distributed import CancelledError, Client, KilledWorker
from distributed import Future as Remote
from distributed.comm.addressing import get_address_host_port
from distributed.security import Security

from linreg_course.grading import worker
from linreg_course.grading.pools import Pool, PoolError, Run
from linreg_course.grading.scratch import contents

# How long the first worker is waited for, as long as dask waits for a scheduler; and what a worker says of its cage.
_SECONDS, _LONGEST = 30, 300
_PACKAGE = "linreg-course"
_GOES_ON = "what was graded stays, and the same command goes on with the others"

# Files beside a notebook may be large; there is no more to say of it.
_ANY_SIZE = {"distributed.admin.large-graph-warning-threshold": "1 TB"}

# What happens to a cluster is said in sentences: dask's own lines would stand among those of the table.
for _name in ("distributed", "distributed.client"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


@contextmanager
def workers(address: str, course: Path) -> Iterator[Pool]:
    """Give the workers of a cluster, each of which has shown that it confines submissions and judges as this machine.

    Args:
        address: the scheduler's, as in tcp://192.0.2.7:8786.
        course: the folder of the course, away from which submissions are confined.

    Raises:
        PoolError: there is no such cluster, it has no worker, or one of them is not fit.
    """
    try:
        _require_address(address)
        client = Client(address, set_as_default=False)
    except (OSError, ValueError) as error:
        raise PoolError(
            f"nothing was graded: no scheduler answers at {address} ({error}); `dask scheduler` starts one, and says "
            "its address"
        ) from None
    with client, dask.config.set(_ANY_SIZE):
        here = worker.described()
        _require_fit(client, str(course), here)
        yield Pool(_runner(client, str(course), here), lambda: _threads(client))


def _require_address(address: str) -> None:
    get_address_host_port(address, strict=True)
    if address.startswith("tls:") and not Security().get_connection_args("client")["ssl_context"]:
        raise ValueError("dask's configuration names no certificates: see distributed.comm.tls there")


def _require_fit(client: Client, course: str, here: worker.Findings) -> None:
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError:
        raise PoolError("nothing was graded: the cluster has no workers; `dask worker ADDRESS` starts one") from None
    _require_package(client)
    asked = {one: client.submit(worker.findings, course, workers=[one], pure=False) for one in client.nthreads()}
    for one, found in asked.items():
        try:
            why = worker.difference(found.result(timeout=_LONGEST), here)
        except TimeoutError:
            why = f"did not say within {_LONGEST} s whether it can confine submissions"
        if why:
            raise PoolError(f"nothing was graded: the worker {one} {why}")


def _require_package(client: Client) -> None:
    """See that the course is installed everywhere: without it, a worker ends where anything of it is sent there."""
    try:
        client.run_on_scheduler(version, _PACKAGE)
        found = client.run(version, _PACKAGE, on_error="return")
        without = [f"the worker {one}" for one, said in found.items() if isinstance(said, PackageNotFoundError)]
    except PackageNotFoundError:
        without = ["the scheduler"]
    if without:
        raise PoolError(
            f"nothing was graded: {without[0]} has no {_PACKAGE}: start it in the same environment as is used here"
        )


def _threads(client: Client) -> int:
    """Return how many notebooks the cluster runs at a time: now, and none without its scheduler."""
    return int(client.scheduler_info(n_workers=0).get("total_threads", 0))


def _runner(client: Client, course: str, here: worker.Findings) -> Run:
    """Return what hands a task to the cluster, and again to its next scheduler where the last one is lost."""

    def run(task: dict[str, Any]) -> Future[str]:
        packed = {**task, "files": contents(map(Path, task["folders"]))}
        ended: Future[str] = Future()

        def begin() -> None:
            if client.status in ("running", "connecting"):
                client.submit(worker.grade, packed, course, here, pure=False).add_done_callback(end)
            else:
                ended.set_exception(PoolError(f"the cluster's scheduler is gone: {_GOES_ON}"))

        def end(remote: Remote) -> None:
            try:
                ended.set_result(remote.result())
            except CancelledError:  # the scheduler was lost with all that it knew
                begin()
            except Exception as error:
                ended.set_exception(_failure(error))

        begin()
        return ended

    return run


def _failure(error: Exception) -> Exception:
    if isinstance(error, worker.UnfitError):
        return PoolError(f"the worker {error}: {_GOES_ON}")
    if isinstance(error, KilledWorker):
        return RuntimeError("workers of the cluster ended again and again while it ran: grade it again")
    return error
