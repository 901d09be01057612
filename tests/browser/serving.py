"""JupyterLab as a command of the course opens it, until the test is done."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def serving(command: list[str], folder: Path, variables: dict[str, str]) -> Iterator[str]:
    """Run what opens JupyterLab; give the address that it prints."""
    process = subprocess.Popen(
        command, cwd=folder, env=variables, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    try:
        yield _address(process.stderr)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()


def _address(lines: Iterator[str]) -> str:
    printed = []
    for line in lines:
        printed.append(line)
        match = re.search(r"http://localhost:\d+/lab/tree/\w\w/00_start\.ipynb\?token=\w+", line)
        if match is not None:
            return match[0]
    raise AssertionError("no address was printed:\n" + "".join(printed))
