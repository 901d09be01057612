"""What runs on a cluster's worker: it says what it is, and runs a notebook of which it gets all but the environment."""

from __future__ import annotations

import multiprocessing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from distributed import get_worker

from linreg_course.grading import execute
from linreg_course.grading.before import cage_fault, course_in_reach
from linreg_course.grading.provenance import package_digest, versions

# What a worker says of itself: `cage`, what is missing of it in words or ""; `package`, a digest; `versions`.
Findings = dict[str, Any]


class UnfitError(Exception):
    """A worker is not to run submissions; it says why."""


def grade(task: dict[str, Any], course: str, here: Findings) -> str:
    """Run a notebook: `execute.grade`, with the files themselves in the place of their folders.

    Args:
        task: as for `execute.grade`, but "files", by place the content, for "folders" and "scratch".
        course: the course's folder on the machine of the gradebook, which this one may be.
        here: what that machine says of itself.

    Raises:
        UnfitError: this worker has joined since the others were asked, and differs from that machine.
    """
    why = difference(findings(course), here)
    if why:
        raise UnfitError(f"{get_worker().address} {why}")
    # The cluster removes this folder of a worker that was killed.
    place_of_worker = get_worker().local_directory
    with TemporaryDirectory(prefix="linreg-", dir=place_of_worker, ignore_cleanup_errors=True) as scratch:
        beside = Path(scratch) / "beside"
        for place, content in task["files"].items():
            path = beside / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return execute.grade({**task, "folders": [str(beside)], "scratch": scratch})


@cache
def findings(course: str) -> Findings:
    """Return what this process's machine is, after a try of its cage."""
    # Processes below a nanny are daemons, which may have no children; ours end with their fork server.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    return {"cage": cage_fault() or course_in_reach(Path(course)), **described()}


def described() -> Findings:
    """Return what must be the same on all machines, for the same submission to get the same grade."""
    return {"package": package_digest(), "versions": versions()}


def difference(found: Findings, here: Findings) -> str:
    """Return why a worker is not fit, as the end of a sentence of which its address is the beginning, or ""."""
    if found["cage"]:
        return f"cannot confine submissions: {found['cage']}"
    for name, version in here["versions"].items():
        if found["versions"].get(name) != version:
            return f"has {name} {found['versions'].get(name)}, and the gradebook's machine has {version}"
    if found["package"] != here["package"]:
        return "has other files of linreg_course than the gradebook's machine"
    return ""
