"""A warm kernel as nbclient and nbgrader know kernels: a manager, put in by `kernel_manager_class`, and a client."""

# The base class says what its own methods show to be otherwise: nbclient awaits each of these.
# mypy: disable-error-code="override"

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess
from queue import Empty
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session
from nbclient.exceptions import DeadKernelError

from linreg_course.checking import deadline
from linreg_course.warm.messages import message_of
from linreg_course.warm.processes import end, start_kernel

# What a kernel may send in all; whoever does not keep what came takes it off a client's `heard`.
ALL_BYTES = 2**26
ALL_MESSAGES = 20_000

_REPLY = "_reply"


class WarmKernelManager(AsyncKernelManager):
    """Starts a kernel from the fork server; a subclass may confine it."""

    ipykernel = False
    confine: Callable[[str], None] | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.process: BaseProcess | None = None
        self._socket: socket.socket | None = None
        self._client: WarmKernelClient | None = None

    @property
    def has_kernel(self) -> bool:
        """Tell whether a kernel has been started."""
        return self.process is not None

    async def start_kernel(self, *, cwd: str | None = None, env: dict[str, str] | None = None, **_: Any) -> None:
        """Start the kernel in the folder `cwd`, with the environment `env` or this process's own."""
        env = dict(os.environ) if env is None else env
        self.process, self._socket = start_kernel(env, str(cwd or os.getcwd()), self.confine)

    def client(self, **_: Any) -> WarmKernelClient:
        """Return the kernel's client; it has one."""
        assert self.process is not None
        assert self._socket is not None
        self._client = WarmKernelClient(self.process, self._socket)
        return self._client

    async def is_alive(self) -> bool:
        """Tell whether the kernel runs."""
        return self.process is not None and self.process.is_alive()

    async def interrupt_kernel(self) -> None:
        """Interrupt the running cell.

        Raises:
            DeadKernelError: it went on with the cell, and was ended.
        """
        if self.process is None or self._client is None or self.process.pid is None:
            return
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGINT)
        try:
            await asyncio.wait_for(self._client.idle.wait(), deadline.INTERRUPT_SECONDS)
        except TimeoutError:
            await self.shutdown_kernel()
            raise DeadKernelError("Kernel died") from None  # nbclient would wait for its last words

    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """End the kernel at once, with all that it has started: it has nothing to save."""
        if self.process is not None:
            await asyncio.to_thread(end, self.process)

    async def cleanup_resources(self, restart: bool = False) -> None:
        """Forget the kernel."""
        self.process, self._socket, self._client = None, None, None


def kernel_manager_class() -> type[AsyncKernelManager]:
    """Return the manager of warm kernels, or Jupyter's own where a process cannot safely be forked."""
    return WarmKernelManager if sys.platform == "linux" else AsyncKernelManager


class _Channel:
    """Messages that wait to be taken."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def put(self, message: dict[str, Any] | None) -> None:
        """Add a message, or None where no more will come."""
        self._queue.put_nowait(message)

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message; raise `queue.Empty` after `timeout` seconds, or at once where none will come."""
        try:
            message = await asyncio.wait_for(self._queue.get(), timeout)
        except TimeoutError:
            raise Empty from None
        if message is None:
            self.put(None)
            raise Empty
        return message


class WarmKernelClient:
    """The other end of a kernel's socket."""

    def __init__(self, process: BaseProcess, connection: socket.socket) -> None:
        self.allow_stdin = False
        self.session = Session()
        self.shell_channel, self.iopub_channel = _Channel(), _Channel()
        self.idle = asyncio.Event()
        self.heard = 0  # bytes so far
        self._process, self._socket = process, connection
        self._asked = ""

    async def start_channels(self, **_: Any) -> None:
        """Begin to listen."""
        self._reader, self._writer = await asyncio.open_connection(sock=self._socket, limit=ALL_BYTES)
        self._listening = asyncio.ensure_future(self._listen())

    async def stop_channels(self) -> None:
        """Stop listening."""
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening
        self._writer.close()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Return: a child of the fork server is ready, and requests wait for it in the socket."""

    async def is_alive(self) -> bool:
        """Tell whether the kernel runs."""
        return self._process.is_alive()

    def execute(
        self, code: str, *, silent: bool = False, store_history: bool = True, stop_on_error: bool = True, **_: Any
    ) -> str:
        """Ask for a cell's execution; return the number of the request, under which its messages come."""
        content = {"code": code, "silent": silent, "store_history": store_history, "stop_on_error": stop_on_error}
        return self._ask("execute_request", {**content, "allow_stdin": False, "user_expressions": {}})

    def kernel_info(self) -> str:
        """Ask what the kernel is; return the number of the request."""
        return self._ask("kernel_info_request", {})

    def _ask(self, kind: str, content: dict[str, Any]) -> str:
        request = self.session.msg(kind, content)
        self._asked = str(request["header"]["msg_id"])
        self.idle.clear()
        self._writer.write(self.session.pack(request) + b"\n")
        return self._asked

    async def _listen(self) -> None:
        """Take messages until the kernel ends; one that sends what is no message, or too much, is ended."""
        with suppress(ValueError, ConnectionError):
            for _ in range(ALL_MESSAGES):
                line = await self._reader.readline()
                self.heard += len(line)
                if not line or self.heard > ALL_BYTES:
                    break
                self._take(message_of(line))
        await asyncio.to_thread(end, self._process)
        self.shell_channel.put(None)

    def _take(self, message: dict[str, Any]) -> None:
        kind = message["msg_type"]
        if kind == "status" and message["content"]["execution_state"] == "idle" and self._is_answer(message):
            self.idle.set()
        (self.shell_channel if kind.endswith(_REPLY) else self.iopub_channel).put(message)

    def _is_answer(self, message: dict[str, Any]) -> bool:
        return bool(message["parent_header"].get("msg_id") == self._asked)
