"""The course as nbgrader knows it, for the rooms that release and grade: students have no nbgrader."""

from __future__ import annotations

import re
from pathlib import Path

import click
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.baseapp import NbGrader

# The last line of a traceback.
_CAUSE = re.compile(r"^ *(?:\w+\.)*(\w+(?:Error|Exception|Died)\b.*)", re.MULTILINE)


def nbgrader_api() -> NbGraderAPI:
    """Return nbgrader's interface to the course in this folder.

    Raises:
        UsageError: this is not the course's folder.
    """
    if not Path("nbgrader_config.py").is_file():
        raise click.UsageError("there is no nbgrader_config.py here: run linreg in the course's folder")
    app = NbGrader()
    app.load_config_file()
    app.config.NbGrader.log_level = "ERROR"
    return NbGraderAPI(config=app.config)


def cause_of(log: str) -> str:
    """Return the error behind a failure in nbgrader's log, or the log's end where it names none."""
    causes = [cause for cause in _CAUSE.findall(log) if not cause.startswith("NbGraderException")]
    return causes[-1] if causes else log.strip()[-200:]
