"""What of the cage holds on this machine: each part is tried in a process that is in it, none is assumed."""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from linreg_course.language import Text
from linreg_course.wall import cage, watch
from linreg_course.wall.cage import CageError
from linreg_course.warm.processes import leave_server, start_server

# How long a try may take, on a crowded machine.
_SECONDS = 60.0

PARTS = {
    "read": Text(
        en="reading: nothing but Python, its packages, the system's libraries and its own folder",
        zh="读：只有Python、它的包、系统库和自己的文件夹",
    ),
    "write": Text(en="writing: in its own folder alone", zh="写：只在自己的文件夹里"),
    "network": Text(en="no network and no sockets", zh="没有网络，没有套接字"),
    "processes": Text(en="no processes, only threads", zh="没有进程，只有线程"),
    "others": Text(
        en="no signals to other processes, nothing of their memory", zh="不能向别的进程发信号，读不到它们的内存"
    ),
    "privileges": Text(en="no privileges, also of root", zh="没有特权，root也没有"),
    "memory": Text(
        en=f"{cage.MEMORY // 2**30} GB of memory, none of it shared with others",
        zh=f"{cage.MEMORY // 2**30} GB内存，不与别的进程共享",
    ),
    "limits": Text(
        en=f"{cage.PROCESSOR_SECONDS} s of processor, files of {cage.FILE_SIZE // 2**20} MB, {cage.OPEN_FILES} open",
        zh=f"{cage.PROCESSOR_SECONDS}秒处理器时间，文件最大{cage.FILE_SIZE // 2**20} MB，最多打开{cage.OPEN_FILES}个",
    ),
    "threads": Text(en=f"{watch.THREADS} threads", zh=f"{watch.THREADS}个线程"),
    "folder": Text(
        en=f"{watch.SCRATCH_BYTES // 2**20} MB and {watch.SCRATCH_FILES} files in its folder",
        zh=f"自己的文件夹里{watch.SCRATCH_BYTES // 2**20} MB、{watch.SCRATCH_FILES}个文件",
    ),
}


class Found(NamedTuple):
    """Whether a part of the cage holds, and if not, what was possible or missing."""

    part: str
    holds: bool
    why: str


def examine() -> list[Found]:
    """Try every part."""
    if sys.platform != "linux":
        return [Found(part, False, f"a cage needs Linux, and this is {sys.platform}") for part in PARTS]
    start_server()
    with tempfile.TemporaryDirectory(prefix="linreg-") as folder:
        secret = Path(folder) / "secret"
        secret.write_text("secret")
        scratch = {name: Path(folder) / name for name in ("tries", "threads", "folder")}
        for path in scratch.values():
            path.mkdir()
        with ThreadPoolExecutor() as pool:
            threads = pool.submit(_watched, "threads", _take_threads, str(scratch["threads"]))
            files = pool.submit(_watched, "folder", _take_files, str(scratch["folder"]))
            found = _tried(str(scratch["tries"]), str(secret))
    if not any(one.holds for one in found):  # there is no cage
        return [Found(part, False, found[0].why) for part in PARTS]
    return [*found, threads.result(), files.result()]


def _tried(folder: str, secret: str) -> list[Found]:
    context: Any = multiprocessing.get_context("forkserver")
    ours, theirs = context.Pipe()
    with ours, theirs:
        process = context.Process(target=_try_all, args=(theirs, folder, secret, os.getpid()), daemon=True)
        process.start()
        theirs.close()
        try:
            told = json.loads(ours.recv_bytes()) if ours.poll(_SECONDS) else {"": "it took too long"}
        except EOFError:
            told = {"": "the process that tried it has ended"}
        process.kill()
        process.join()
    parts = [part for part in PARTS if part not in ("threads", "folder")]
    return [Found(part, not why, why) for part, why in ((part, told.get("", told.get(part, ""))) for part in parts)]


def _watched(part: str, take: Callable[[str], None], folder: str) -> Found:
    context: Any = multiprocessing.get_context("forkserver")
    process = context.Process(target=take, args=(folder,), daemon=True)
    process.start()
    watching = watch.Watch(process, folder)
    process.join(_SECONDS)
    watching.end()
    holds = bool(watching.why) and process.exitcode == -signal.SIGKILL
    process.kill()
    return Found(part, holds, "" if holds else "it was not stopped")


def _try_all(connection: Connection, folder: str, secret: str, parent: int) -> None:
    """Be in the cage, try what it forbids, and tell what was possible."""
    leave_server(connection.fileno())
    try:
        cage.enter(folder)
        told = {part: _possible(tries) for part, tries in _tries(folder, secret, parent).items()}
    except CageError as error:
        told = {"": str(error)}
    connection.send_bytes(json.dumps(told).encode())


def _possible(tries: dict[str, Callable[[], object]]) -> str:
    """Return the names of the tries that did not fail, or ""."""
    done = []
    for name, attempt in tries.items():
        try:
            attempt()
        except (OSError, ValueError, MemoryError):
            continue
        done.append(name)
    return f"possible: {', '.join(done)}" if done else ""


def _tries(folder: str, secret: str, parent: int) -> dict[str, dict[str, Callable[[], object]]]:
    """Return what the cage forbids: each fails in it."""
    home, big = Path(secret).parent, Path(folder) / "big"
    return {
        "read": {
            "a file": lambda: Path(secret).read_text(),
            "a folder": lambda: os.listdir(home),
            "the users": lambda: Path("/etc/passwd").read_text(),
            "another's environment": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        },
        "write": {
            "a file": lambda: Path(secret).write_text(""),
            "a new file": lambda: (home / "new").write_text(""),
            "a mode": lambda: _changes_mode(secret),
            "removal": lambda: os.rename(secret, f"{secret}.old"),
            "a link": lambda: os.symlink(secret, Path(folder) / "link"),
        },
        "network": {
            "internet": lambda: socket.socket(socket.AF_INET).close(),
            "UDP": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
            "local": lambda: socket.socket(socket.AF_UNIX).close(),
            "datagrams": lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM),
        },
        "processes": {"fork": _fork, "a program": lambda: subprocess.run([sys.executable, "-c", ""], check=True)},
        "others": {
            "a signal": lambda: os.kill(parent, 0),
            "memory": lambda: _fails(ctypes.CDLL(None).process_vm_readv(parent, None, 0, None, 0, 0)),
            "tracing": lambda: _fails(ctypes.CDLL(None).ptrace(16, parent, None, None)),  # PTRACE_ATTACH
        },
        "privileges": {"capabilities": _has_privileges, "an own namespace": lambda: _fails(_unshare())},
        "memory": {
            "more of it": lambda: bytearray(cage.MEMORY + 2**30),
            "without a name": lambda: os.memfd_create("more"),
        },
        "limits": {
            "more processor": _raise_limit,
            "a larger file": lambda: _allocate(big, cage.FILE_SIZE + 1),
            "more open files": lambda: [os.open(os.devnull, os.O_RDONLY) for _ in range(cage.OPEN_FILES + 1)],
        },
    }


def _raise_limit() -> None:
    import resource  # Windows has none

    resource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6))


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _fails(result: int) -> None:
    if result == -1:
        raise PermissionError


def _unshare() -> int:
    new_user = 0x10000000
    return int(ctypes.CDLL(None).unshare(new_user))


def _changes_mode(path: str) -> None:
    os.chmod(path, 0o777)
    if os.stat(path).st_mode & 0o777 != 0o777:
        raise PermissionError


def _allocate(path: Path, size: int) -> None:
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, size)


def _has_privileges() -> None:
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":\t" in line)
    if int(status["CapEff"], 16) == 0 and status["NoNewPrivs"].strip() == "1":
        raise PermissionError


def _take_threads(folder: str) -> None:
    cage.enter(folder)
    over = threading.Event()
    for _ in range(watch.THREADS + 1):
        threading.Thread(target=over.wait, args=(_SECONDS,), daemon=True).start()
    over.wait(_SECONDS)


def _take_files(folder: str) -> None:
    cage.enter(folder)
    for number in range(watch.SCRATCH_FILES + 1):
        (Path(folder) / str(number)).touch()
    threading.Event().wait(_SECONDS)
