"""A warm kernel in a cage, as nbclient and nbgrader know kernels."""

# The base class says what its own methods show to be otherwise: nbclient awaits each of these.
# mypy: disable-error-code="override"

from __future__ import annotations

import json
import sys
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from linreg_course.wall import cage
from linreg_course.wall.watch import Watch
from linreg_course.warm.manager import WarmKernelManager, kernel_manager_class

# How long it may take until a child of the fork server is confined, on a crowded machine.
_SECONDS = 60.0


class CagedKernelManager(WarmKernelManager):
    """Starts a kernel that is confined to its folder, and sees that it keeps to its share."""

    confine = staticmethod(cage.enter)
    _watch: Watch | None = None

    async def start_kernel(self, *, cwd: str | None = None, env: dict[str, str] | None = None, **given: Any) -> None:
        """Start the kernel in the folder `cwd`.

        Raises:
            CageError: it could not be confined; it has ended.
        """
        if sys.platform != "linux":
            raise cage.CageError(f"a cage needs Linux, and this is {sys.platform}")
        await super().start_kernel(cwd=cwd, env=env, **given)
        assert self.process is not None
        failed = self._what_failed()
        if failed:
            await self.shutdown_kernel()
            raise cage.CageError(failed)
        self._watch = Watch(self.process, str(cwd))

    @property
    def excess(self) -> str:
        """What the kernel was ended for, in words, or ""."""
        return "" if self._watch is None else self._watch.why

    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """End the kernel."""
        if self._watch is not None:
            self._watch.end()
        await super().shutdown_kernel(now, restart)

    def _what_failed(self) -> str:
        """Return what the child says of its cage: nothing where it is in it."""
        assert self._socket is not None
        self._socket.settimeout(_SECONDS)
        try:
            line = b""
            while not line.endswith(b"\n"):  # nobody else writes before it is confined, and it waits for requests then
                part = self._socket.recv(1)
                if not part:
                    return "the process ended while it was confined"
                line += part
        except TimeoutError:
            return f"the process was not confined within {_SECONDS:g} s"
        self._socket.settimeout(None)
        return str(json.loads(line)["failed"])


def manager_class(confined: bool) -> type[AsyncKernelManager]:
    """Return the manager of kernels for strangers' notebooks, or, if they need not be confined, for any."""
    return CagedKernelManager if confined else kernel_manager_class()
