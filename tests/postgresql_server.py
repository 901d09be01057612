"""A PostgreSQL server of the tests' own, in a temporary folder and on a Unix socket there: it has no port."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

USER, PASSWORD = "teacher", "corr:ct/h@rse"
# Durable, as by default; only what a temporary folder needs.
_SETTINGS = "-c listen_addresses= -c log_min_messages=fatal"
# The socket's name has it; nothing listens there.
_PORT = 5432


class Server:
    """A server that lives until `stop`; databases are made and found by their names."""

    def __init__(self, folder: Path, user: str | None) -> None:
        self.folder = folder
        self._data, self._user = folder / "data", user

    def start(self) -> None:
        """Start it, and return when it takes connections, also after it was killed."""
        self._run("pg_ctl", "start", "-w", "-D", self._data, "-l", self.folder / "log",
                  "-o", f"-k {self.folder} -p {_PORT} {_SETTINGS}")  # fmt: skip

    def kill(self) -> None:
        """End it and all connections at once; nothing is written and no client is told."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self._data)

    def stop(self) -> None:
        """End it if it runs."""
        if (self._data / "postmaster.pid").exists():
            self.kill()

    def make(self, database: str) -> str:
        """Make an empty database, and return its URL as nbgrader takes it."""
        with self.connected("postgres") as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return self.url(database)

    def url(self, database: str, password: str = PASSWORD) -> str:
        """Return the URL of a database, with the password in it."""
        place = {"host": str(self.folder), "port": str(_PORT)}
        url = URL.create("postgresql+psycopg", USER, password, database=database, query=place)
        return url.render_as_string(hide_password=False)

    def connected(self, database: str) -> psycopg.Connection:
        """Return a connection that commits each statement."""
        known = {"dbname": database, "user": USER, "password": PASSWORD, "host": str(self.folder), "port": _PORT}
        return psycopg.connect(**known, autocommit=True)

    def initialise(self) -> None:
        """Make the server's files, with one user who needs a password."""
        (self.folder / "password").write_text(PASSWORD)
        self._run("initdb", "-D", self._data, "-U", USER, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8",
                  "--pwfile", self.folder / "password")  # fmt: skip

    def _run(self, program: str, *arguments: str | Path) -> None:
        # What pg_ctl starts would hold a pipe open: what they say goes to a file.
        command, user = [program_of(program), *arguments], self._user
        groups = None if user is None else []
        with (self.folder / "said").open("wb") as said:
            done = subprocess.run(
                command, stdout=said, stderr=said, cwd=self.folder, user=user, group=user, extra_groups=groups
            )
        assert done.returncode == 0, (self.folder / "said").read_text()


def program_of(name: str) -> Path:
    """Return where a program of the newest PostgreSQL is: Debian puts few of them into PATH."""
    found = [*sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))]
    in_path = shutil.which(name)
    assert found or in_path, f"there is no {name}: `apt-get install postgresql` has it"
    return found[-1] if found else Path(str(in_path))


def is_installed() -> bool:
    """Tell whether there is a server to run; CI installs one."""
    return "CI" in os.environ or bool(shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


@contextmanager
def running() -> Iterator[Server]:
    """Run a server of its own, and stop it however this ends."""
    # PostgreSQL refuses root, whose temporary folders of pytest no other user can enter.
    user = "postgres" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as temporary:
        folder = Path(temporary)
        if user is not None:
            shutil.chown(folder, user, user)
        server = Server(folder, user)
        server.initialise()
        try:
            server.start()
            yield server
        finally:
            server.stop()
