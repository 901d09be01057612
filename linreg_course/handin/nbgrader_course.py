"""The course as nbgrader knows it, for the rooms that release and grade: students have no nbgrader."""

from __future__ import annotations

import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import click
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.baseapp import NbGrader
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SAWarning

# The instructor's notebooks in a release's other languages: nbgrader would ship what lies in `source`.
RUBRICS = "rubrics"
# The last line of a traceback.
_CAUSE = re.compile(r"^ *(?:\w+\.)*(\w+(?:Error|Exception|Died)\b.*)", re.MULTILINE)


def nbgrader_api() -> NbGraderAPI:
    """Return nbgrader's interface to the course in this folder.

    Raises:
        UsageError: this is not the course's folder.
    """
    if not Path("nbgrader_config.py").is_file():
        raise click.UsageError("there is no nbgrader_config.py here: run linreg in the course's folder")
    # nbgrader's queries, not the course's: nothing that an instructor could mend.
    warnings.filterwarnings("ignore", category=SAWarning)
    app = NbGrader()
    app.load_config_file()
    app.config.NbGrader.log_level = "ERROR"
    return NbGraderAPI(config=app.config)


def cause_of(log: str) -> str:
    """Return the error behind a failure in nbgrader's log, or the log's end where it names none."""
    causes = [cause for cause in _CAUSE.findall(log) if not cause.startswith("NbGraderException")]
    return causes[-1] if causes else log.strip()[-200:]


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """Put the folder back as it was if what is done with it fails."""
    with tempfile.TemporaryDirectory() as aside:
        before = Path(aside) / folder.name
        if folder.exists():
            shutil.copytree(folder, before)
        try:
            yield
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            if before.exists():
                shutil.copytree(before, folder)
            raise


@contextmanager
def one_engine() -> Iterator[None]:
    """Let nbgrader's gradebooks share SQLAlchemy's engine of their database, and a server's connections.

    nbgrader opens the gradebook ten times a submission, each with an engine of its own that compiles its
    queries anew: a third of its time, and it has no setting for it. It closes what it opened: beside a server's
    connection, what it writes is little.
    """
    with ExitStack() as stack:

        @cache
        def shared(db_url: str, **settings: Any) -> Engine:
            if make_url(db_url).get_backend_name() == "sqlite":
                return create_engine(db_url, **settings)
            engine = create_engine(db_url, **settings, pool_pre_ping=True)
            stack.callback(engine.dispose)
            stack.enter_context(mock.patch.object(engine, "dispose"))
            return engine

        stack.enter_context(mock.patch("nbgrader.api.create_engine", shared))
        yield
