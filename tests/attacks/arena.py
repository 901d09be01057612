"""Grade submissions inside bubblewrap, and tell what they have left behind there; a hole harms nothing outside.

    python arena.py FOLDER SECONDS COMMAND...     in the sandbox, by `in_arena`

`FOLDER` is copied into the sandbox's own /tmp and the command is run there. What is told is JSON: the scores and what
the outputs show of `needles.json`, files changed, files left, processes left, and what services have heard.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

# Where the copy of the folder lies in the sandbox.
ARENA = Path("/tmp/arena")
COURSE, HOME = ARENA / "course", ARENA / "home"
PORT, ABSTRACT = 47111, "\0linreg-attacks"

# What grading itself writes: names that begin so, folders that it makes, and in /tmp.
OWN = (
    *("course/gradebook.db", "course/autograded", "course/graded", "course/set_aside", "course/repaired"),
    *("course/.grade.lock", "course/grading-report.csv"),
    *("home/.cache", "home/.config/matplotlib", "home/.local/share/jupyter", "home/.local/state", "home/.jupyter"),
    *(
        f"home/.ipython/profile_default/{name}"
        for name in ("db", "log", "pid", "security", "history", "startup/README")
    ),
)
OWN_FOLDERS = {
    *("home/.config", "home/.local", "home/.local/share", "home/.ipython", "home/.ipython/profile_default"),
    *("home/.ipython/profile_default/startup", "home/.ipython/extensions", "home/.ipython/nbextensions"),
}
OWN_TEMPORARY = "torchinductor_"

# Of the whole sandbox; of one process: address space, file size; in all: processes.
TMP_BYTES, MEMORY, FILE_BYTES, PROCESSES = 2**30, 8 * 2**30, 2**29, 1000
OWN_PID_MAX = (6, 14)  # since this Linux each namespace of processes has its own


def in_arena(folder: Path, seconds: float, *command: str) -> dict[str, Any]:
    """Run a command on a copy of a folder, in bubblewrap and with limits; return what it left behind."""
    limits = ["prlimit", f"--as={MEMORY}", f"--fsize={FILE_BYTES}", f"--nproc={PROCESSES}"]
    wrap = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--ro-bind", "/", "/"]
    wrap += ["--dev", "/dev", "--proc", "/proc", "--size", str(TMP_BYTES), "--tmpfs", "/tmp", "--chdir", "/tmp"]
    wrap += ["--ro-bind", str(folder), "/tmp/given", "--ro-bind", str(Path(__file__)), "/tmp/arena.py"]
    inner = [sys.executable, "/tmp/arena.py", "/tmp/given", str(seconds), *command]
    keep = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "SECRET_OF_THE_GRADER": "hunter2"}
    done = subprocess.run([*limits, *wrap, *inner], capture_output=True, timeout=seconds + 60, env=keep, check=False)
    try:
        return dict(json.loads(done.stdout))
    except ValueError:
        raise RuntimeError(f"the arena ended with {done.returncode}: {done.stderr.decode()[-2000:]}") from None


def main(folder: str, seconds: str, *command: str) -> None:
    """Be the arena."""
    _bound_processes()
    shutil.copytree(folder, ARENA, symlinks=True)
    HOME.mkdir(exist_ok=True)
    heard = _listen()
    before, left = _snapshot(), _temporary()
    status, said = _run(list(command), float(seconds))
    processes = _processes_left()
    after = _snapshot()
    changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    told = {
        "status": status,
        "said": said[-20_000:],
        "changed": changed,
        "left": sorted(_temporary() - left),
        "processes": processes,
        "heard": heard,
        "scores": _scores(),
        "shown": _shown(),
    }
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)  # whatever else runs here ends with the sandbox


def _bound_processes() -> None:
    if tuple(map(int, platform.release().split(".")[:2])) >= OWN_PID_MAX:
        with suppress(PermissionError):  # an ordinary user's, whom prlimit bounds
            Path("/proc/sys/kernel/pid_max").write_text(str(PROCESSES))


def _run(command: list[str], seconds: float) -> tuple[int | None, str]:
    env = {**os.environ, "HOME": str(HOME), "PYTHONPATH": str(ARENA), "PYTHONDONTWRITEBYTECODE": "1"}
    with open("/tmp/said", "w+b") as out:
        process = subprocess.Popen(command, cwd=ARENA, env=env, stdout=out, stderr=subprocess.STDOUT)
        try:
            status: int | None = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            status = None
        out.seek(0)
        return status, out.read().decode(errors="replace")


def _listen() -> list[str]:
    """Start the services that attacks talk to; return the list of what they have heard."""
    heard: list[str] = []
    tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
    tcp.bind(("127.0.0.1", PORT))
    udp.bind(("127.0.0.1", PORT))
    local, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    datagrams = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    local.bind(str(HOME / "service"))
    abstract.bind(ABSTRACT)
    datagrams.bind(str(HOME / "datagrams"))
    for service in (tcp, local, abstract):
        service.listen()
        threading.Thread(target=_accept, args=(service, heard), daemon=True).start()
    for service in (udp, datagrams):
        threading.Thread(target=_receive, args=(service, heard), daemon=True).start()
    return heard


def _accept(service: socket.socket, heard: list[str]) -> None:
    while True:
        connection, _ = service.accept()
        heard.append(connection.recv(100).decode(errors="replace"))
        connection.close()


def _receive(service: socket.socket, heard: list[str]) -> None:
    while True:
        heard.append(service.recv(100).decode(errors="replace"))


def _snapshot() -> dict[str, str]:
    """Return what there is of each file of the arena: kind, mode, time, and what it holds."""
    found = {}
    for path in _paths(ARENA):
        name = str(path.relative_to(ARENA))
        if name.startswith(OWN) or name in OWN_FOLDERS or "__pycache__" in name:
            continue
        try:
            known = path.lstat()
            is_file = stat.S_ISREG(known.st_mode)
            content = hashlib.md5(path.read_bytes()).hexdigest() if is_file else ""
        except OSError as error:
            found[name] = f"{error}"
            continue
        time_of = known.st_mtime_ns if is_file else 0
        found[name] = f"{known.st_mode:o} {time_of} {content}"
    return found


def _paths(folder: Path) -> Iterator[Path]:
    """Yield what lies below a folder, as deep as names can say."""
    folders = [str(folder)]
    while folders:
        try:
            entries = sorted(os.scandir(folders.pop()), key=lambda entry: entry.name)
        except OSError:  # too long a name, or gone
            continue
        yield from (Path(entry.path) for entry in entries)
        folders += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]


def _temporary() -> set[str]:
    """Return the names in /tmp and /dev/shm."""
    found = {f"{folder}/{name}" for folder in ("/tmp", "/dev/shm") for name in os.listdir(folder)}
    return {path for path in found if path != "/tmp/said" and not path.startswith(f"/tmp/{OWN_TEMPORARY}")}


def _processes_left() -> list[str]:
    """Return what still runs when the command has ended; what ends with it has some seconds to do so."""
    until = time.monotonic() + 10
    while (found := _others()) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def _others() -> list[str]:
    found = []
    for name in filter(str.isdecimal, os.listdir("/proc")):
        try:
            state = Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[0]
            command = Path(f"/proc/{name}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if int(name) not in (1, os.getpid()) and state != "Z" and "arena.py" not in command:
            found.append(f"{name} {command[:80]}")
    return found


def _scores() -> dict[str, float | None]:
    """Return each student's points for the check; without a gradebook there are none."""
    from nbgrader.api import Gradebook

    try:
        with Gradebook(f"sqlite:///{COURSE / 'gradebook.db'}") as gradebook:
            submissions = gradebook.assignment_submissions("lr-vs-reduction")
            grades = {one.student_id: [grade for book in one.notebooks for grade in book.grades] for one in submissions}
            return {student: _score(found) for student, found in grades.items()}
    except Exception as error:  # an attack may have changed it
        return {f"{type(error).__name__}: {error}": None}


def _score(grades: list[Any]) -> float | None:
    return next((grade.score for grade in grades if grade.name == "convert-lr-check"), None)


def _shown() -> dict[str, list[str]]:
    """Return of each student which of the needles stand in the executed notebook."""
    needles = json.loads((ARENA / "needles.json").read_text())
    found = {}
    for path in COURSE.glob("autograded/*/*/*.ipynb"):
        student = path.parents[1].name
        cells = json.loads(path.read_text(errors="replace"))["cells"]
        outputs = [{**output, "metadata": {}} for cell in cells for output in cell.get("outputs", [])]
        text = json.dumps(outputs, ensure_ascii=False)
        secrets = [*needles["all"], needles["seeds"].get(student, "")]
        found[student] = [secret for secret in secrets if secret and secret in text]
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
