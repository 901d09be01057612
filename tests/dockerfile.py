"""The steps of a Dockerfile, run in order in a root made from this machine: what Docker does, without Docker."""

from __future__ import annotations

import json
import os
import pwd
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from namespace import Namespace

# What a root has of this machine, read-only; beside them come /etc, copied, and Python.
_SYSTEM = ("usr", "bin", "sbin", "lib", "lib64", "opt")
_PYTHON = "/python"


def steps_of(dockerfile: Path) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile with their arguments; lines that go on are joined."""
    text = re.sub(r"^\s*#.*\n", "", dockerfile.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines if line.strip())]


def is_sent(path: str, dockerignore: str) -> bool:
    """Tell whether a file of the context reaches Docker: the last pattern that it matches decides."""
    sent = True
    for pattern in (line for line in dockerignore.splitlines() if line and not line.startswith("#")):
        if _matches(PurePosixPath(path), pattern.removeprefix("!")):
            sent = pattern.startswith("!")
    return sent


def _matches(path: PurePosixPath, pattern: str) -> bool:
    places = [path, *path.parents][:-1]
    if pattern.startswith("**/"):
        return any(fnmatchcase(place.name, pattern[3:]) for place in places)
    return any(fnmatchcase(str(place), pattern) for place in places)


class Image:
    """A root that grows by the steps; a step that fails raises AssertionError with what it said."""

    def __init__(self, root: Path, context: Path) -> None:
        """Make the root, with the Python that runs this in the place of the image's.

        Args:
            root: an empty folder.
            context: the folder whose files COPY takes, as far as its .dockerignore sends them.
        """
        self.root, self._context = root, context
        self._ignore = (context / ".dockerignore").read_text(encoding="utf-8")
        self._folder, self._user, self.command = "/", "root", [""]
        pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        self._variables = pip | {
            "PATH": f"{_PYTHON}/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": pwd.getpwnam("root").pw_dir,
        }
        shutil.copytree("/etc", root / "etc", symlinks=True)
        for name in ("passwd", "group"):  # a bare image has no people
            path = root / "etc" / name
            lines = [line for line in path.read_text().splitlines(keepends=True) if int(line.split(":")[2]) < 1000]
            path.write_text("".join(lines))
        settings = Path.home() / ".config" / "pip"
        if settings.is_dir():
            shutil.copytree(settings, root / "root" / ".config" / "pip")
        self._namespace = Namespace(self._mounts())
        self.does(f"{sys.base_prefix}/bin/python3 -m venv {_PYTHON}")

    def _mounts(self) -> list[str]:
        commands = []
        for name in (*_SYSTEM, "dev", "proc", sys.base_prefix.removeprefix("/")):
            inside, outside = self.root / name, Path("/", name)
            if outside.is_dir() and not inside.exists():
                inside.mkdir(parents=True)
                commands.append(f"mount --rbind '{outside}' '{inside}'")
                if name not in ("dev", "proc"):
                    commands.append(f"mount -o remount,bind,ro '{inside}'")
        (self.root / "tmp").mkdir()
        (self.root / "tmp").chmod(0o1777)
        return commands

    def does(self, command: str) -> str:
        """Run a command of the shell as a RUN step does, as the user and in the folder of the last ones."""
        inside = ["sh", "-c", f"cd '{self._folder}' && {command}"]
        user = ["chroot", f"--userspec={self._user}:{self._user}", self.root]
        variables = self._variables if self._user == "root" else self._variables | {"HOME": f"/home/{self._user}"}
        done = self._namespace.run(*user, *inside, variables=variables)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout

    def step(self, name: str, rest: str) -> None:
        """Do one instruction."""
        known = {
            "FROM": self._from, "RUN": self._run, "COPY": self._copy, "WORKDIR": self._workdir, "USER": self._become,
            "ARG": self._set, "ENV": self._set, "CMD": self._cmd,
        }  # fmt: skip
        assert name in known, f"{name} {rest}: no instruction that is tried here; there are {', '.join(known)}"
        known[name](rest)

    def _from(self, base: str) -> None:
        assert base == "python:3.11-slim"
        assert sys.version_info[:2] == (3, 11)

    def _run(self, command: str) -> None:
        if not command.startswith("apt-get "):
            self.does(command)
            return
        # The root has the machine's own packages, read-only: what the image would get must be among them.
        install = re.search(r"apt-get install ([^&|;]+)", command)
        assert install is not None, command
        for package in (word for word in install[1].split() if not word.startswith("-")):
            subprocess.run(["dpkg", "-s", package], check=True, capture_output=True)

    def _copy(self, rest: str) -> None:
        *sources, target = rest.split()
        place = self.root / os.path.normpath(f"{self._folder}/{target}").removeprefix("/")
        for source in map(self._context.joinpath, sources):
            files = [path for path in source.rglob("*") if path.is_file()] if source.is_dir() else [source]
            sent = {path for path in files if is_sent(str(path.relative_to(self._context)), self._ignore)}
            assert sent, f"COPY {rest}: .dockerignore leaves out {source.name}"
            for path in sent:
                inside = place / (path.relative_to(source) if source.is_dir() else path.name)
                inside.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, inside)

    def _workdir(self, folder: str) -> None:
        assert folder.split("/")[1] not in _SYSTEM, f"WORKDIR {folder}: the root has the machine's own folder there"
        self._folder = folder
        (self.root / folder.removeprefix("/")).mkdir(parents=True, exist_ok=True)

    def _become(self, user: str) -> None:
        self.does(f"id {user}")
        self._user = user

    def _set(self, rest: str) -> None:
        name, _, value = rest.partition("=")
        self._variables.setdefault(name, value)

    def _cmd(self, rest: str) -> None:
        self.command = json.loads(rest)

    def close(self) -> None:
        """End its mounts."""
        self._namespace.close()
