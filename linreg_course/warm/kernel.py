"""The kernel in a child of the fork server: ipykernel's own, with a socketpair in place of ZMQ.

Requests and answers are Jupyter's messages, a line of JSON each. `preload` makes the kernel before the fork.

What a cell shows is what it shows in ipykernel, but for this: `exit()` ends nothing, the history is not kept in a
file, nothing can be debugged, binary buffers of live widgets are left out, and the user's own configuration and
start-up files of IPython are not read.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
import tempfile
import threading
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait
from traitlets import Instance, Type

# Characters that a stream keeps before it sends them, and bytes that are taken at a time of what C code has written.
MUCH, MUCH_FROM_C = 2**13, 2**20


class SocketSession(Session):
    """Writes each message as a line to `socket`; before there is one, nobody listens."""

    socket = AnyTrait(None, allow_none=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._lock = threading.Lock()

    def send(
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> Any:
        """Send a message; binary buffers, which only live widgets have, are left out."""
        message = msg_or_type
        if not isinstance(message, dict):
            message = self.msg(msg_or_type, content=content, parent=parent, header=header, metadata=metadata)
        if self.socket is not None:
            with self._lock:
                self.socket.sendall(self.pack(message) + b"\n")
        return message


class WarmShell(ZMQInteractiveShell):
    """ipykernel's shell, which `exit()` does not end: a notebook is run as a whole."""

    def _update_exit_now(self, change: object) -> None:
        self.exit_now = False

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: figures are inline, and nobody sits at a window."""


class WarmKernel(IPythonKernel):
    """ipykernel's kernel at a socket."""

    shell = Instance(WarmShell)
    session = Instance(SocketSession)
    shell_class = Type(WarmShell)

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Do nothing: requests come one at a time."""

    async def serve(self, connection: Any) -> None:
        """Answer requests until the other end closes."""
        self.io_loop = IOLoop.current()
        # Where ipykernel 7 looks for the thread in which cells may be interrupted.
        self.shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
        self.session.socket = connection
        sys.stdout, sys.stderr = Stream("stdout", 1, self), Stream("stderr", 2, self)
        async for request in _lines(connection):
            await self.answer(request)

    async def answer(self, request: dict[str, Any]) -> None:
        """Do what is asked; the reply goes before the word that the kernel is idle, as in ipykernel."""
        self.set_parent([], request)
        self._publish_status("busy", "shell")
        self.pre_handler_hook()
        try:
            await self.shell_handlers[request["header"]["msg_type"]](None, [], request)
        finally:
            self.post_handler_hook()
            self._publish_status("idle", "shell")


class Stream(io.TextIOBase):
    """A standard stream that becomes messages, also what C code writes to its file descriptor."""

    encoding = "utf-8"

    def __init__(self, name: str, number: int, kernel: WarmKernel) -> None:
        self.name = name
        self._number, self._kernel, self._pid = number, kernel, os.getpid()
        self._waiting: list[str] = []
        self._size = 0
        self._written = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the process
        self._read = 0
        os.dup2(self._written.fileno(), number)

    def fileno(self) -> int:
        """Return the descriptor to which C code and other processes write."""
        return self._number

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep the text until there is much of it, or a message that must come after it."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._pid:  # a process that the notebook has forked
            return os.write(self._number, text.encode(errors="replace"))
        self._waiting.append(text)
        self._size += len(text)
        if self._size > MUCH:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what waits, and then what C code has written since."""
        if os.getpid() != self._pid:
            return
        waiting, self._waiting, self._size = self._waiting, [], 0
        text = "".join(waiting) + self._from_c()
        if text:
            kernel = self._kernel
            kernel.session.send(None, "stream", {"name": self.name, "text": text}, parent=kernel.get_parent())

    def _from_c(self) -> str:
        size = os.fstat(self._written.fileno()).st_size
        if size == self._read:
            return ""
        start, self._read = self._read, size
        return os.pread(self._written.fileno(), min(size - start, MUCH_FROM_C), start).decode(errors="replace")


async def _lines(connection: Any) -> AsyncIterator[dict[str, Any]]:
    """Yield the requests; while none comes, what the notebook left to the event loop goes on."""
    loop, lines = asyncio.get_running_loop(), connection.makefile("rb")
    while True:
        came: asyncio.Future[None] = loop.create_future()
        loop.add_reader(connection.fileno(), came.set_result, None)
        await came
        loop.remove_reader(connection.fileno())
        line = lines.readline()
        if not line:
            return
        yield json.loads(line)
