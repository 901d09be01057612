"""A namespace of mounts: what is mounted in it nobody else sees, and it is gone when it is closed or its maker ends."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

TOOLS = ("unshare", "nsenter", "setpriv", "chroot", "mount")


def refusal() -> str:
    """Return why there can be none here, or ""."""
    if os.geteuid() != 0:
        return "mounts and users of their own need root rights: run as root, for example in a container"
    if lacking := [name for name in TOOLS if shutil.which(name) is None]:
        return f"mounts and users of their own need {', '.join(lacking)}, of util-linux and coreutils"
    command = ["unshare", "--mount", "--propagation", "private", "true"]
    tried = subprocess.run(command, capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"this machine allows no namespace of mounts: {tried.stderr.strip()}"


def first_closed(path: Path) -> Path | None:
    """Return the outermost folder above a path through which only its owner may go, or None."""
    return next((folder for folder in reversed(path.parents) if not folder.stat().st_mode & 0o001), None)


class Namespace:
    """Runs commands among mounts of its own."""

    def __init__(self, mounts: list[str]) -> None:
        """Make the mounts.

        Args:
            mounts: commands of the shell.
        """
        # It ends with its input, and the mounts with it.
        script = "\n".join(["set -e", *mounts, "echo ready", "read -r end || true"])
        command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]
        self._holder = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != "ready\n":
            raise OSError(f"the mounts failed: {self._holder.communicate()[1].strip()}")

    def run(self, *command: str | Path, variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a command as root, with these variables alone."""
        enter = ["nsenter", f"--mount=/proc/{self._holder.pid}/ns/mnt", *command]
        return subprocess.run(enter, capture_output=True, text=True, env=dict(variables), stdin=subprocess.DEVNULL)

    def close(self) -> None:
        """End it."""
        self._holder.communicate()
