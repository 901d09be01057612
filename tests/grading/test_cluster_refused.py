"""Where a cluster is not fit to grade, or none, nothing is graded, and a sentence says who is not, and why."""

from __future__ import annotations

import re
import shutil
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from example_course import COURSE, copy_class, run
from local_cluster import Cluster

from linreg_course.grading import scratch
from linreg_course.grading.scratch import contents, scratch_folder
from linreg_course.grading.worker import UnfitError, described, difference
from linreg_course.grading.worker import grade as grade_there

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the workers' cage is Linux's")]

# Runs the rest of its command line on a kernel without Landlock.
NO_LANDLOCK = """
import errno, os, sys, pyseccomp as s
rules = s.SyscallFilter(s.ALLOW)
rules.add_rule(s.ERRNO(errno.ENOSYS), "landlock_create_ruleset")
rules.load()
os.execv(sys.argv[1], sys.argv[1:])
"""

# Runs the rest of its command line, a program in Python, in an environment that has not the course.
NO_COURSE = """
import importlib.metadata as metadata, runpy, sys
def version(name, there=metadata.version):
    if name == "linreg-course": raise metadata.PackageNotFoundError(name)
    return there(name)
metadata.version = version
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which submissions wait to be graded."""
    return copy_class(tmp_path_factory.mktemp("cluster") / "class")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with Cluster(tmp_path) as started:
        yield started


def test_a_worker_without_the_whole_cage_is_named_and_nothing_is_graded(course: Path, cluster: Cluster) -> None:
    cluster.start(workers=1)
    cluster.start_worker(wrapper=(sys.executable, "-c", NO_LANDLOCK))
    cluster.wait_for(2)
    done = run(course, "linreg", "grade", "huber", "--cluster", cluster.address)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: nothing was graded: the worker tcp://127.0.0.1:")
    assert "cannot confine submissions: Landlock" in done.stderr
    assert not list(course.glob("course/autograded/*"))


def test_a_worker_with_another_course_is_named_and_nothing_is_graded(
    course: Path, cluster: Cluster, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(COURSE / "linreg_course", other / "linreg_course", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "linreg_course" / "exercises" / "huber_loss.py").open("a") as rules:
        rules.write("\n# another rule\n")
    cluster.start_scheduler()
    cluster.start_worker(PYTHONPATH=str(other))
    done = run(course, "linreg", "grade", "huber", "--cluster", cluster.address)
    assert done.returncode == 1
    assert "has other files of linreg_course than the gradebook's machine" in done.stderr


def test_where_the_course_is_not_installed_it_says_where(course: Path, cluster: Cluster) -> None:
    without = (sys.executable, "-c", NO_COURSE)
    cluster.start_scheduler()
    cluster.start_worker("--no-nanny", wrapper=without)
    done = run(course, "linreg", "grade", "huber", "--cluster", cluster.address)
    assert re.search(r"the worker tcp://127.0.0.1:\d+ has no linreg-course: start it in", done.stderr)
    cluster.end_scheduler()
    cluster.start_scheduler(wrapper=without)
    cluster.start_worker()
    done = run(course, "linreg", "grade", "huber", "--cluster", cluster.address)
    assert "nothing was graded: the scheduler has no linreg-course: start it in" in done.stderr


def test_a_worker_that_joins_later_is_held_to_the_same(cluster: Cluster, tmp_path: Path) -> None:
    cluster.start(workers=1)
    here = described()
    with cluster.client() as client:
        joined = client.submit(grade_there, {}, str(tmp_path), {**here, "package": "another"})
        with pytest.raises(UnfitError, match=r"^tcp://127.0.0.1:\d+ has other files of linreg_course"):
            joined.result()


def test_what_differs_is_told() -> None:
    here = described()
    fit = {"cage": "", **here}
    assert difference(fit, here) == ""
    assert difference({**fit, "cage": "Landlock: none"}, here) == "cannot confine submissions: Landlock: none"
    older = {**fit, "versions": {**here["versions"], "torch": "1.13.0"}}
    assert difference(older, here).startswith("has torch 1.13.0, and the gradebook's machine has ")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("127.0.0.1:8786", "no scheduler answers at 127.0.0.1:8786 (Invalid url scheme. Must include protocol"),
        ("http://127.0.0.1:8786", "no scheduler answers at http://127.0.0.1:8786 (unknown address scheme 'http'"),
        ("tls://127.0.0.1:8786", "(dask's configuration names no certificates: see distributed.comm.tls there)"),
    ],
)
def test_an_address_that_is_none_is_told_at_once(course: Path, address: str, words: str) -> None:
    done = run(course, "linreg", "grade", "huber", "--cluster", address)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: nothing was graded: ")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_where_nobody_listens_it_says_what_to_start(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        done = run(course, "linreg", "grade", "huber", "--cluster", address)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: nothing was graded: no scheduler answers at {address}")
    assert "`dask scheduler` starts one" in done.stderr


def test_a_cluster_runs_nothing_unconfined(course: Path) -> None:
    done = run(course, "linreg", "grade", "--cluster", "tcp://127.0.0.1:1", "--allow-unconfined")
    assert done.returncode == 2
    assert "leave out one of the two" in done.stderr


def test_a_worker_gets_the_files_that_a_folder_on_this_machine_would_have(tmp_path: Path) -> None:
    submitted, source = tmp_path / "submitted", tmp_path / "source"
    for folder in (submitted / "deep" / ".hidden", source):
        folder.mkdir(parents=True)
    (submitted / "deep" / "data.csv").write_bytes(b"\xff\x00")
    (submitted / "deep" / ".hidden" / "x").write_text("hidden")
    (submitted / "a.ipynb").write_text("{}")
    (submitted / "link").symlink_to("/etc/passwd")
    (submitted / "both").write_text("a student's")
    (source / "both").write_text("the course's")
    packed = contents([submitted, source])
    assert packed == {"deep/data.csv": b"\xff\x00", "both": b"the course's"}
    with scratch_folder(None, [str(submitted), str(source)]) as folder:
        there = {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}
    assert there == packed


def test_of_files_beyond_what_a_kernel_may_have_no_more_is_sent_than_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "SCRATCH_BYTES", 10)
    for name in "abc":
        (tmp_path / name).write_bytes(b"12345678")
    assert sum(map(len, contents([tmp_path]).values())) == 11
