"""A server with users, homes and folders of its own, of which nothing stays but what lies in its folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from example_course import BIN
from namespace import Namespace, first_closed

FIRST_ID = 20001
# What the server has of its own; below these, nothing of the machine is seen but Python.
OWN = ("home", "srv", "tmp")


class Server:
    """Runs commands as its users.

    Attributes:
        folder: has the server's `home`, `srv` and `tmp`, as root sees them.
    """

    def __init__(self, folder: Path, *users: str) -> None:
        """Make the users, each with a home that the others cannot open.

        Args:
            folder: an empty folder.
            users: their names.
        """
        self.folder = folder
        self._ids = {user: FIRST_ID + number for number, user in enumerate(users)}
        for name in OWN:
            (folder / name).mkdir()
        (folder / "tmp").chmod(0o1777)
        for user, number in self._ids.items():
            home = folder / "home" / user
            home.mkdir(0o700)
            os.chown(home, number, number)
        people = {"root": 0, **self._ids}.items()
        (folder / "passwd").write_text("".join(f"{user}:x:{n}:{n}::/home/{user}:/bin/sh\n" for user, n in people))
        (folder / "group").write_text("".join(f"{user}:x:{n}:\n" for user, n in people))
        self._namespace = Namespace(list(self._mounts()))

    def _mounts(self) -> Iterator[str]:
        """Yield the commands that give the server its folders and users, with Python where it lies on the machine."""
        code = {path: f"srv/.python/{number}" for number, path in enumerate((sys.prefix, sys.base_prefix))}
        for path, kept in code.items():
            (self.folder / kept).mkdir(parents=True)
            yield f"mount --rbind '{path}' '{self.folder / kept}'"
        for name in ("passwd", "group"):
            yield f"mount --bind '{self.folder / name}' /etc/{name}"
        for name in OWN:
            yield f"mount --rbind '{self.folder / name}' /{name}"
        hidden = {Path("/", name) for name in OWN}
        for path, kept in code.items():
            closed = first_closed(Path(path))
            if closed is not None and not hidden & {closed, *closed.parents}:
                hidden.add(closed)
                yield f"mount -t tmpfs -o mode=755 none '{closed}'"
            if hidden & {*Path(path).parents}:
                yield f"mkdir -p '{path}' && mount --rbind '/{kept}' '{path}'"

    def run(self, user: str, *command: str, cwd: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment, or the system, as a user: in their home, or in `cwd`."""
        number, home = self._ids[user], f"/home/{user}"
        variables = {
            "HOME": home,
            "USER": user,
            "PATH": f"{BIN}:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": "/srv/package",
            "JUPYTER_CONFIG_PATH": "/srv/jupyter",
        }
        as_user = ["setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups", "--no-new-privs"]
        there = ["sh", "-c", 'cd "$0" && exec "$@"', cwd or home]
        return self._namespace.run(*as_user, *there, *command, variables=variables)

    def close(self) -> None:
        """End the server."""
        self._namespace.close()
