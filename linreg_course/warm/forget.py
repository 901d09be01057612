"""Imported first by the fork server: its environment keeps what kernels may know, also where the system shows it.

What a process was started with stands in its memory, and so in that of its children, for /proc to show.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from linreg_course.warm.processes import OWNER, clean_environment, is_server


def _forget() -> None:
    environment = clean_environment()
    os.environ.clear()
    os.environ.update(environment)
    # torch would make a folder of a known name in /tmp, where another user may have laid something in its way.
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = os.sep
    fields = Path("/proc/self/stat").read_text(errors="replace").rpartition(")")[2].split()
    start, end = (int(field) for field in fields[47:49])  # env_start and env_end, 50 and 51 in proc_pid_stat(5)
    ctypes.memset(start, 0, end - start)


OWNER_PROGRAM = os.environ.get(OWNER)
if is_server():
    _forget()
