"""What several tests share: where the course is, the notebooks executed once, the sample class graded once.

`make test` uses two processes. Files that share something expensive form a group, which one process runs;
groups begin first, then slow files, and the many small tests fill what is left of the time.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

# As many processes as cores: threads of their own would only wait for each other. torch reads it when it is imported.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

import pytest
from example_course import copy_course, run

from linreg_course.language import use_language

COURSE = Path(__file__).resolve().parent.parent

GROUPS = {
    "authoring/test_course_runs.py": "executed notebooks",
    "lessons/test_claims.py": "executed notebooks",
    "site/test_site.py": "executed notebooks",
    "browser/test_site.py": "executed notebooks",
    "grading/test_sample_class.py": "sample class",
    "grading/test_feedback.py": "sample class",
    "grading/test_regrade.py": "regrade",
    "grading/test_exports.py": "sample class",
    "grading/test_report.py": "sample class",
    "browser/test_formgrader.py": "sample class",
    "browser/test_feedback.py": "sample class",
    "browser/test_report.py": "sample class",
    "grading/test_teaching_page.py": "term",
    "grading/test_term.py": "class of 24",
    "grading/test_postgresql.py": "class of 24",
    "grading/test_postgresql_names.py": "names in PostgreSQL",
    "browser/test_lessons.py": "JupyterLab",
    "browser/test_start.py": "JupyterLab",
    "browser/test_assignments.py": "JupyterLab",
    "browser/test_handing_in.py": "JupyterLab",
    "attacks/test_attacks.py": "attacks",
    "grading/test_grade.py": "broken class",
    "grading/test_damaged_class.py": "damaged class",
    "grading/test_odd_submissions.py": "odd submissions",
    "grading/test_cluster.py": "cluster",
    "grading/test_cluster_refused.py": "cluster refused",
    "grading/test_two_hosts.py": "cluster refused",
    "grading/test_own_tests.py": "own tests",
    "grading/test_scores.py": "scores",
    "grading/test_grade_troubles.py": "grading troubles",
    "grading/test_stock_nbgrader.py": "stock nbgrader",
    "authoring/test_no_solution_in_release.py": "release",
    "test_check_cells.py": "check cells",
    "lessons/test_guard_kernel.py": "guard kernel",
    "warm/test_kernel.py": "warm kernel",
}


def pytest_configure(config: pytest.Config) -> None:
    # Paths in messages and commands are relative to the course.
    os.chdir(COURSE)
    # What a shell starts in the background ignores Ctrl-C, and so would the commands that tests interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_sessionstart(session: pytest.Session) -> None:
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:  # one of xdist's processes has none
        session.config.pluginmanager.register(Failures(terminal))


class Failures:
    """Says of each failure at once what it is: a run that is broken off has no summary."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            lines = report.longreprtext.splitlines()
            said = [line[1:].strip() for line in lines if line.startswith("E")] or lines[-1:]
            self._terminal.write_line(f"\n{report.nodeid} ({report.when}): {' | '.join(said)[:1000]}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if group_of(item.nodeid) is not None:
            item.add_marker("slow")
    items.sort(key=lambda item: (group_of(item.nodeid) is None, item.get_closest_marker("slow") is None))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class GroupScheduling(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return group_of(nodeid) or nodeid

    return GroupScheduling(config, log)


def group_of(nodeid: str) -> str | None:
    """Return the name of the group that a test belongs to, or None for one that shares nothing expensive."""
    return GROUPS.get(nodeid.partition("::")[0].removeprefix("tests/"))


@pytest.fixture(autouse=True)
def _english_again() -> Iterator[None]:
    yield
    use_language("en")


@pytest.fixture(scope="session")
def course() -> Path:
    return COURSE


@pytest.fixture(scope="session")
def linreg() -> Path:
    """The command `linreg` of the environment that runs the tests."""
    return Path(sys.executable).with_name("linreg")


@pytest.fixture(scope="session")
def executed(linreg: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an executed copy of every notebook, in `en/` and `zh/`."""
    folder = tmp_path_factory.mktemp("executed")
    done = subprocess.run([linreg, "run", "--save", folder], capture_output=True, text=True, cwd=COURSE)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def build_site(executed: Path, out: Path) -> Path:
    """Build the site from run notebooks, as `make book` does, in the environment that it has for it."""
    python = COURSE / ".venv-book" / "bin" / "python"
    assert python.exists(), "the site needs its environment: make setup-book"
    command = [python, COURSE / "docs" / "site" / "build.py", executed, out]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="session")
def site(executed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site to read, made of the notebooks that the tests have run."""
    return build_site(executed, tmp_path_factory.mktemp("site") / "book")


@pytest.fixture(scope="session")
def jupyter_variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a JupyterLab that opens no browser, and ends by itself where a killed run has left it."""
    folder = tmp_path_factory.mktemp("jupyter")
    kernels = {"cull_idle_timeout": 300, "cull_interval": 60, "cull_connected": True}
    settings = {"ServerApp": {"shutdown_no_activity_timeout": 300}, "MappingKernelManager": kernels}
    (folder / "jupyter_server_config.json").write_text(json.dumps(settings))
    return {**os.environ, "BROWSER": "none", "JUPYTER_CONFIG_DIR": str(folder)}


class SampleClass(NamedTuple):
    """The folder of a course whose sample class was graded, and what `linreg grade` printed."""

    folder: Path
    printed: str


@pytest.fixture(scope="session")
def sample_class(tmp_path_factory: pytest.TempPathFactory) -> SampleClass:
    """The sample class as `make grade` grades it."""
    folder = copy_course(tmp_path_factory.mktemp("sample"), "huber")
    commands = ["linreg", "release", "huber"], ["python", "tools/sample_class.py"], ["linreg", "grade", "huber"]
    for command in commands:
        done = run(folder, *command)
        # Two of the class have no score, and say so by the status.
        assert done.returncode == (1 if "grade" in command else 0), done.stdout + done.stderr
    return SampleClass(folder, done.stdout)


@pytest.fixture(scope="session")
def term(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The term of the class of 24, until the students have their pages and the teacher the tables."""
    from term_of_24 import graded_term  # nbgrader is a second, which only tests of grading have to spend

    return graded_term(tmp_path_factory.mktemp("term") / "class")
