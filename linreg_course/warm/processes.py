"""The fork server, which is the standard library's, and its children, each of them a kernel.

Linux only: elsewhere a fork of a process that has used its libraries is not safe.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import random
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess

# Where the server finds the program of the process that owns it.
OWNER = "LINREG_WARM_OWNER"
PRELOAD = "linreg_course.warm.preload"

# One thread in each: a fork of a process with a pool of threads hangs in its first parallel operation,
# and as many kernels run as there are cores.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

# What of this process's environment the server and its children may know.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "MPLCONFIGDIR")
_PR_SET_PDEATHSIG = 1

_lock = threading.Lock()


def clean_environment() -> dict[str, str]:
    """Return what a kernel needs of this process's environment, and no more: no keys, no tokens."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, "MPLBACKEND": "module://matplotlib_inline.backend_inline", **ONE_THREAD}


def start_kernel(env: Mapping[str, str], folder: str) -> tuple[BaseProcess, socket.socket]:
    """Start a kernel that works in `folder` with the environment `env`; return it and the socket to talk to it.

    The first call starts the server, which takes some seconds; so does the first one after it has died.
    """
    ours, theirs = socket.socketpair()
    context = multiprocessing.get_context("forkserver")
    env = {**env, **ONE_THREAD}
    with theirs, _lock, _environment({**clean_environment(), OWNER: _program()}):
        context.set_forkserver_preload([PRELOAD])
        process = context.Process(target=_run, args=(theirs, env, folder), daemon=True)
        process.start()
    return process, ours


def _program() -> str:
    return os.path.normpath(os.path.abspath(getattr(sys.modules["__main__"], "__file__", None) or ""))


@contextmanager
def _environment(only: dict[str, str]) -> Iterator[None]:
    """Show only this environment to a process that is started meanwhile: multiprocessing has no argument for it."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(only)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _run(connection: socket.socket, env: dict[str, str], folder: str) -> None:
    """Be a kernel, until the other end closes."""
    from linreg_course.warm.preload import KERNEL, PATH

    _leave_server(connection.fileno())
    os.environ.clear()
    os.environ.update(env)
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    KERNEL.shell.init_environment()
    os.chdir(folder)
    sys.argv[:], sys.path[:] = [""], ["", *(path for path in PATH if path)]
    sys.modules["__main__"] = KERNEL.shell.user_module
    _reseed()
    asyncio.new_event_loop().run_until_complete(KERNEL.serve(connection))


def _leave_server(own: int) -> None:
    """Keep nothing of the server's: it lives as long as somebody holds its pipe, and its children with it."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # until a cell runs
    os.closerange(3, own)
    os.closerange(own + 1, os.sysconf("SC_OPEN_MAX"))
    resource_tracker._resource_tracker._fd = None  # type: ignore[attr-defined]
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]  # it may have workers
    tempfile.tempdir = None


def _reseed() -> None:
    """Draw other numbers than the siblings."""
    import numpy as np
    import torch

    torch.seed()
    np.random.seed()
    random.seed()
