"""The page on clusters starts one in three commands: here they run on two hosts, each with its own network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from example_course import BIN, COURSE, copy_class, run, scores

HOSTS = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


def can_make_hosts() -> bool:
    """Tell whether this process may make networks, file systems and processes of its own."""
    tools = all(map(shutil.which, ("unshare", "ip")))
    return tools and os.getuid() == 0 and subprocess.run([*HOSTS, "ip", "link"], capture_output=True).returncode == 0


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform != "linux" or not can_make_hosts(),
        reason="two hosts are two network namespaces: they need root, and the programs unshare and ip",
    ),
]

# Arguments: the folder of the class, and the three commands. On the second host the folder is not there.
SCRIPT = """
set -e
mount --make-rprivate /
mount -t tmpfs none /run
for host in head far; do ip netns add $host; done
ip link add eth0 netns head type veth peer name eth0 netns far
ip -n head addr add 192.0.2.1/24 dev eth0
ip -n far addr add 192.0.2.2/24 dev eth0
for host in head far; do ip -n $host link set eth0 up; ip -n $host link set lo up; done
cd "$1"
ip netns exec head sh -c "exec $2" >/dev/null 2>&1 &
(cd / && ip netns exec far unshare --mount sh -c "mount -t tmpfs none '$1' && exec $3") >far.log 2>&1 &
ip netns exec head sh -c "exec $4"
"""


def three_commands(page: Path) -> list[str]:
    """Return the commands of the page's first block that has `dask` in it."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return next(block for block in blocks if "dask" in block).splitlines()


def test_the_pages_three_commands_grade_a_class_on_another_host(tmp_path: Path) -> None:
    page = COURSE / "docs" / "servers.md"
    folder = copy_class(tmp_path / "class", "11-never-ends")
    alone = Path(shutil.copytree(folder, tmp_path / "alone"))
    assert run(alone, "linreg", "grade", "huber").returncode == 1  # one has no score
    commands = three_commands(page)
    assert [command.split()[0] for command in commands] == ["dask", "dask", "linreg"]
    variables = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    hosts = [*HOSTS, "sh", "-c", SCRIPT, "sh", str(folder), *commands]
    done = subprocess.run(hosts, env=variables, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr + (folder / "far.log").read_text()
    assert "Registered to:" in (folder / "far.log").read_text()
    found = scores(folder / "course", "huber")
    assert found == scores(alone / "course", "huber")
    assert found
    assert three_commands(page.with_name("servers.zh.md")) == commands
