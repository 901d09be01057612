"""A cluster's grades are one machine's, whatever befalls its workers; one that is not fit to grade is named."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from example_course import BIN, COURSE, Scores, copy_class, run, scores
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


class Graded(NamedTuple):
    """What a grading printed, and what the gradebook and the report have then."""

    status: int
    lines: list[str]
    scores: Scores
    report: str


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course with the sample class's submissions; one of them has files beside it, of which it reads one."""
    folder = copy_class(tmp_path_factory.mktemp("cluster") / "class", "11-never-ends")
    beside = folder / "course" / "submitted" / "01-right" / "huber"
    (beside / "data").mkdir()
    (beside / "data" / "numbers.txt").write_text("0.5")
    (beside / os.fsdecode(b"not-utf-8-\xff")).write_bytes(bytes(30 * 2**20))  # more than dask likes to send
    notebook = beside / "huber.ipynb"
    reads = "open('data/numbers.txt').read()\\n"
    notebook.write_text(notebook.read_text().replace('"def huber_loss', f'"{reads}",\n    "def huber_loss'))
    assert "numbers.txt" in notebook.read_text()
    return folder


@pytest.fixture(scope="module")
def by_threads(handed_in: Path) -> Graded:
    """The class as this machine grades it alone."""
    return grade(copied(handed_in, "threads"))


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    started = Cluster(tmp_path)
    yield started
    started.end()


def copied(handed_in: Path, name: str) -> Path:
    return Path(shutil.copytree(handed_in, handed_in.with_name(name)))


def grade(folder: Path, *options: str, after: int = 3, strike: Callable[[], None] = lambda: None) -> Graded:
    """Grade the class, and do something when so many students have their line."""
    command = [BIN / "linreg", "grade", "huber", *options]
    lines = []
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if sum(one[:2].isdigit() for one in lines) == after and line[:2].isdigit():
                strike()
    report = folder / "course" / "grading-report.csv"
    found = scores(folder / "course", "huber")
    return Graded(process.returncode, lines, found, report.read_text() if report.exists() else "")


def test_the_grades_are_one_machines(handed_in: Path, by_threads: Graded, cluster: Cluster) -> None:
    cluster.start()
    assert by_threads.scores["01-right", "huber-loss-check"] == 8
    assert grade(copied(handed_in, "cluster"), "--cluster", cluster.address) == by_threads


def test_a_worker_that_dies_costs_nobody_anything(handed_in: Path, by_threads: Graded, cluster: Cluster) -> None:
    cluster.start()
    folder = copied(handed_in, "worker dies")
    one, _ = cluster.workers()
    assert grade(folder, "--cluster", cluster.address, strike=lambda: os.kill(one, signal.SIGKILL)) == by_threads
    assert one not in cluster.workers()


@pytest.mark.long
def test_what_a_frozen_worker_has_goes_to_another_and_counts_once(
    handed_in: Path, by_threads: Graded, tmp_path: Path
) -> None:
    cluster = Cluster(tmp_path, DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL="8s")
    try:
        cluster.start(workers=1)
        frozen = cluster.start_worker("--no-nanny")  # which would start it again
        cluster.wait_for(2)
        folder = copied(handed_in, "worker frozen")
        strike = partial(os.kill, frozen, signal.SIGSTOP)
        assert grade(folder, "--cluster", cluster.address, strike=strike) == by_threads
        os.kill(frozen, signal.SIGCONT)
        assert grade(folder, "--cluster", cluster.address) == by_threads
    finally:
        cluster.end()


@pytest.mark.long
def test_a_scheduler_that_starts_again_gets_what_the_last_one_had(
    handed_in: Path, by_threads: Graded, cluster: Cluster
) -> None:
    def restart() -> None:
        cluster.end_scheduler()
        cluster.start()

    cluster.start()
    assert grade(copied(handed_in, "scheduler restarts"), "--cluster", cluster.address, strike=restart) == by_threads


@pytest.mark.long
def test_without_its_scheduler_it_stops_and_goes_on_later(
    handed_in: Path, by_threads: Graded, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.start()
    folder = copied(handed_in, "scheduler ends")
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "3s")
    stopped = grade(folder, "--cluster", cluster.address, strike=cluster.end_scheduler)
    assert stopped.status == 1
    assert stopped.lines[-1].startswith("Error: the cluster's scheduler is gone: what was graded stays")
    assert not any("Traceback" in line for line in stopped.lines)
    monkeypatch.delenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT")
    done = {path: path.stat().st_mtime_ns for path in folder.glob("course/autograded/*/huber/huber.ipynb")}
    assert 3 <= len(done) < len(by_threads.lines)
    cluster.start()
    assert grade(folder, "--cluster", cluster.address) == by_threads
    assert {path: path.stat().st_mtime_ns for path in done} == done


@pytest.mark.long
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate: install it")
def test_the_pages_certificate_lets_in_who_has_it_alone(
    handed_in: Path, by_threads: Graded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (COURSE / "docs" / "servers.md").read_text()
    openssl = re.search(r"^openssl.*\ncat .*$", page, re.MULTILINE)
    settings = re.search(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert openssl is not None
    assert settings is not None
    subprocess.run(["sh", "-ec", openssl.group()], cwd=tmp_path, check=True, capture_output=True)
    configured = tmp_path / "graders.yaml"
    configured.write_text(settings.group(1).replace("/home/grader", str(tmp_path)))
    cluster = Cluster(tmp_path, protocol="tls", DASK_CONFIG=str(configured))
    try:
        with monkeypatch.context() as member:
            member.setenv("DASK_CONFIG", str(configured))
            cluster.start_scheduler()
            cluster.start_worker()
            assert grade(copied(handed_in, "encrypted"), "--cluster", cluster.address) == by_threads
        monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "3s")
        for address in (cluster.address, cluster.address.replace("tls", "tcp")):
            done = run(handed_in, "linreg", "grade", "huber", "--cluster", address)
            assert "no scheduler answers" in done.stderr
    finally:
        cluster.end()


def test_a_worker_without_the_whole_cage_is_named_and_nothing_is_graded(handed_in: Path, cluster: Cluster) -> None:
    cluster.start(workers=1)
    cluster.start_worker(wrapper=(sys.executable, "-c", NO_LANDLOCK))
    cluster.wait_for(2)
    done = run(handed_in, "linreg", "grade", "huber", "--cluster", cluster.address)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: nothing was graded: the worker tcp://127.0.0.1:")
    assert "cannot confine submissions: Landlock" in done.stderr
    assert not list(handed_in.glob("course/autograded/*"))


def test_a_worker_with_another_course_is_named_and_nothing_is_graded(
    handed_in: Path, cluster: Cluster, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(COURSE / "linreg_course", other / "linreg_course", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "linreg_course" / "exercises" / "huber_loss.py").open("a") as rules:
        rules.write("\n# another rule\n")
    cluster.start_scheduler()
    cluster.start_worker(PYTHONPATH=str(other))
    done = run(handed_in, "linreg", "grade", "huber", "--cluster", cluster.address)
    assert done.returncode == 1
    assert "has other files of linreg_course than the gradebook's machine" in done.stderr


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
def test_an_address_that_is_none_is_told_at_once(handed_in: Path, address: str, words: str) -> None:
    done = run(handed_in, "linreg", "grade", "huber", "--cluster", address)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: nothing was graded: ")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_where_nobody_listens_it_says_what_to_start(handed_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        done = run(handed_in, "linreg", "grade", "huber", "--cluster", address)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: nothing was graded: no scheduler answers at {address}")
    assert "`dask scheduler` starts one" in done.stderr


def test_a_cluster_runs_nothing_unconfined(handed_in: Path) -> None:
    done = run(handed_in, "linreg", "grade", "--cluster", "tcp://127.0.0.1:1", "--allow-unconfined")
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
