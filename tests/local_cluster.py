"""A dask cluster of this machine's own processes, started as its users start one, and what can befall it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from distributed import Client
from example_course import BIN


class Cluster:
    """A scheduler and workers with a thread each; what they say stands in a file of the folder."""

    def __init__(self, folder: Path, protocol: str = "tcp", **variables: str) -> None:
        self._log = (folder / "cluster.log").open("a")
        self._variables = {**os.environ, "DASK_TEMPORARY_DIRECTORY": str(folder), **variables}
        self._processes: list[subprocess.Popen[bytes]] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"{protocol}://127.0.0.1:{free.getsockname()[1]}"

    def start(self, workers: int = 2) -> None:
        """Start the scheduler and so many workers, and wait until they are there."""
        self.start_scheduler()
        for _ in range(workers):
            self.start_worker()
        self.wait_for(workers)

    def start_scheduler(self, wrapper: tuple[str, ...] = ()) -> None:
        protocol, host, port = self.address.replace("//", "").split(":")
        self._start("scheduler", "--protocol", protocol, "--host", host, "--port", port, wrapper=wrapper)

    def start_worker(self, *options: str, wrapper: tuple[str, ...] = (), **variables: str) -> int:
        """Start a worker, by a program that runs the rest of its command line where one is given."""
        command = ["worker", self.address, "--nthreads", "1", "--host", "127.0.0.1", *options]
        return self._start(*command, wrapper=wrapper, **variables)

    def wait_for(self, workers: int) -> None:
        with self.client() as client:
            client.wait_for_workers(workers, timeout=120)

    @contextmanager
    def client(self) -> Iterator[Client]:
        with Client(self.address, set_as_default=False, timeout=120) as client:
            yield client

    def workers(self) -> list[int]:
        """Return the processes of the workers; each has another above it, which starts it again."""
        with self.client() as client:
            return sorted(client.run(os.getpid).values())

    def end_scheduler(self) -> None:
        """End the scheduler at once; the workers then end by themselves."""
        for process in self._processes:
            if "scheduler" in process.args:  # type: ignore[operator]
                os.killpg(process.pid, signal.SIGKILL)
        for process in self._processes:
            process.wait(120)
        self._processes.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End all processes."""
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._log.close()

    def _start(self, *command: str, wrapper: tuple[str, ...] = (), **variables: str) -> int:
        run = [*wrapper, str(BIN / "dask"), *command, "--no-dashboard"]
        one = subprocess.Popen(
            run, stdout=self._log, stderr=self._log, start_new_session=True, env={**self._variables, **variables}
        )
        self._processes.append(one)
        return one.pid
