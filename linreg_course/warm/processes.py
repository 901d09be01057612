"""The fork server, which is the standard library's, and its children, each of them a kernel.

Linux only: elsewhere a fork of a process that has used its libraries is not safe.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import multiprocessing
import os
import random
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from multiprocessing import forkserver, resource_tracker
from multiprocessing.process import BaseProcess

from linreg_course.checking.processes import end_all, in_session

# Where the server finds the program of the process that owns it.
OWNER = "LINREG_WARM_OWNER"
# The first goes before anything reads the environment; the last is passed over where its libraries are not installed.
PRELOAD = ["linreg_course.warm.forget", "linreg_course.warm.preload", "linreg_course.wall.judge"]

# One thread in each: a fork of a process with a pool of threads hangs in its first parallel operation,
# and as many kernels run as there are cores.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

# What of this process's environment the server and its children may know.
_PASSED_ON = ("PATH", "HOME", "TMPDIR", "PYTHONPATH", "LD_LIBRARY_PATH", "MPLCONFIGDIR")
_OF_LANGUAGE = ("TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES")
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def clean_environment() -> dict[str, str]:
    """Return what a kernel needs of this process's environment, and no more: no keys, no tokens."""
    passed = {name: os.environ[name] for name in (*_PASSED_ON, *_OF_LANGUAGE) if name in os.environ}
    return {**passed, "MPLBACKEND": "module://matplotlib_inline.backend_inline", **ONE_THREAD}


def start_server() -> None:
    """Let the server begin, unless it runs: it takes some seconds, in which the caller may do something else.

    On other systems than Linux there is none.
    """
    if sys.platform != "linux":
        return
    os.environ[OWNER] = _program()
    forkserver.set_forkserver_preload(PRELOAD)
    forkserver.ensure_running()


def is_server() -> bool:
    """Tell whether this process is the fork server: what it imports to be warm is for it alone."""
    return "multiprocessing.forkserver" in sys.orig_argv[-1]


def start_kernel(
    env: Mapping[str, str], folder: str, confine: Callable[[str], None] | None = None
) -> tuple[BaseProcess, socket.socket]:
    """Start a kernel that works in `folder` with the environment `env`; return it and the socket to talk to it.

    It is there at once, but for the first call, and the first one after the server has died.

    Args:
        env: the kernel's environment.
        folder: its working directory.
        confine: called in the new process with the folder, before all else; what it raises, or "", is the first line
            that comes from the socket.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            return _start(theirs, env, folder, confine), ours
        except (OSError, EOFError):  # the server has died just now
            return _start(theirs, env, folder, confine), ours


def _start(
    connection: socket.socket, env: Mapping[str, str], folder: str, confine: Callable[[str], None] | None
) -> BaseProcess:
    start_server()
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=_run, args=(connection, {**env, **ONE_THREAD}, folder, confine), daemon=True)
    process.start()
    return process


def end(kernel: BaseProcess) -> None:
    """End a kernel with all that it has started: its session, and its descendants while it lives to be their parent."""
    if kernel.pid is not None:
        end_all(in_session(kernel.pid))
        kernel.join()


def _program() -> str:
    return os.path.normpath(os.path.abspath(getattr(sys.modules["__main__"], "__file__", None) or ""))


def _run(connection: socket.socket, env: dict[str, str], folder: str, confine: Callable[[str], None] | None) -> None:
    """Be a kernel, until the other end closes."""
    from linreg_course.warm.preload import KERNEL, PATH

    assert KERNEL is not None
    leave_server(connection.fileno())
    os.environ.clear()
    os.environ.update(env)
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    KERNEL.shell.init_environment()
    os.chdir(folder)
    sys.argv[:], sys.path[:] = [""], ["", *(path for path in PATH if path)]
    sys.modules["__main__"] = KERNEL.shell.user_module
    _reseed()
    if confine is not None:
        _confine(connection, confine, folder)
    asyncio.new_event_loop().run_until_complete(KERNEL.serve(connection))


def _confine(connection: socket.socket, confine: Callable[[str], None], folder: str) -> None:
    try:
        confine(folder)
        failed = ""
    except Exception as error:
        failed = str(error)
    connection.sendall(json.dumps({"failed": failed}).encode() + b"\n")
    if failed:
        sys.exit(1)


def leave_server(own: int) -> None:
    """Keep nothing of the server's: it lives as long as somebody holds its pipe, and its children with it."""
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)  # whoever loses its parent becomes its child
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # until a cell runs
    os.closerange(3, own)
    os.closerange(own + 1, os.sysconf("SC_OPEN_MAX"))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # no terminal to read from, or to write into
    os.close(nothing)
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
