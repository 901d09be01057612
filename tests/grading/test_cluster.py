"""A cluster's grades are one machine's, whatever befalls its scheduler and its workers."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from example_course import BIN, COURSE, Scores, copy_class, run, scores
from local_cluster import Cluster

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the workers' cage is Linux's")]

# As many have their line when something befalls the cluster.
SOME = 3


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
    with Cluster(tmp_path) as started:
        yield started


def copied(handed_in: Path, name: str) -> Path:
    return Path(shutil.copytree(handed_in, handed_in.with_name(name)))


def grade(folder: Path, *options: str, strike: Callable[[], None] = lambda: None, stop: bool = False) -> Graded:
    """Grade the class, and when some students have their line, do something, and press Ctrl-C."""
    command = [BIN / "linreg", "grade", "huber", *options]
    lines: list[str] = []
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if line[:2].isdigit() and sum(one[:2].isdigit() for one in lines) == SOME:
                strike()
                if stop:
                    process.send_signal(signal.SIGINT)
    report = folder / "course" / "grading-report.csv"
    found = scores(folder / "course", "huber")
    return Graded(process.returncode, lines, found, report.read_text() if report.exists() else "")


def test_the_grades_are_one_machines(handed_in: Path, by_threads: Graded, cluster: Cluster) -> None:
    cluster.start()
    assert by_threads.scores["01-right", "huber-loss-check"] == 8
    folder = copied(handed_in, "cluster")
    assert grade(folder, "--cluster", cluster.address) == by_threads
    again = run(folder, "linreg", "regrade", "--exercise", "huber_loss", "--cluster", cluster.address)
    assert "10 verdicts judged again: 0 fall, 0 rise, 10 stay" in again.stdout, again.stderr


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
    with Cluster(tmp_path, DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL="8s") as cluster:
        cluster.start(workers=1)
        frozen = cluster.start_worker("--no-nanny")  # which would start it again
        cluster.wait_for(2)
        folder = copied(handed_in, "worker frozen")
        strike = partial(os.kill, frozen, signal.SIGSTOP)
        assert grade(folder, "--cluster", cluster.address, strike=strike) == by_threads
        os.kill(frozen, signal.SIGCONT)
        assert grade(folder, "--cluster", cluster.address) == by_threads


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
def test_whose_workers_keep_dying_has_a_reason_and_is_graded_later(
    handed_in: Path, by_threads: Graded, tmp_path: Path
) -> None:
    with Cluster(tmp_path, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as cluster:
        cluster.start()
        one, _ = cluster.workers()
        folder = copied(handed_in, "workers die")
        graded = grade(folder, "--cluster", cluster.address, strike=partial(os.kill, one, signal.SIGKILL))
        without = {line.split()[0] for line in graded.lines if " none " in line}
        assert "workers of the cluster ended again and again while it ran: grade it again" in graded.report
        assert len(without) >= 2  # one of them cannot be read
        again = grade(folder, "--cluster", cluster.address)
        assert (again.scores, again.lines) == (by_threads.scores, by_threads.lines)


@pytest.mark.long
def test_who_waits_for_workers_in_vain_can_stop_and_go_on(
    handed_in: Path, by_threads: Graded, cluster: Cluster
) -> None:
    cluster.start_scheduler()
    workers = [cluster.start_worker() for _ in range(2)]
    folder = copied(handed_in, "no workers")

    def end_workers() -> None:
        for worker in workers:
            os.killpg(worker, signal.SIGKILL)

    stopped = grade(folder, "--cluster", cluster.address, strike=end_workers, stop=True)
    assert stopped.status == 130
    assert re.fullmatch(
        r"huber: stopped\. \d+ of 11 are graded; the same command goes on with the others\.", stopped.lines[-1]
    )
    assert grade(folder) == by_threads


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
    with Cluster(tmp_path, protocol="tls", DASK_CONFIG=str(configured)) as cluster:
        with monkeypatch.context() as member:
            member.setenv("DASK_CONFIG", str(configured))
            cluster.start_scheduler()
            cluster.start_worker()
            assert grade(copied(handed_in, "encrypted"), "--cluster", cluster.address) == by_threads
        monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "3s")
        for address in (cluster.address, cluster.address.replace("tls", "tcp")):
            done = run(handed_in, "linreg", "grade", "huber", "--cluster", address)
            assert "no scheduler answers" in done.stderr
