"""What is the matter with a gradebook: SQLite's file, or a database on a server; in a sentence, with what to do."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

# How SQLAlchemy, also in nbgrader's log, names a server that is gone; where SQLite's file is locked, it is free later.
_GONE = re.compile(r"\b(?:OperationalError|InterfaceError): \((?!sqlite3)[\w.]+\) (.*)", re.DOTALL)
# What SQLAlchemy adds to it.
_ADDED = re.compile(r"\s*(?:\[SQL: |\(Background on).*", re.DOTALL)
_TABLE = "assignment"
SETTING = "c.CourseDirectory.db_url in nbgrader_config.py"


def require_gradebook(db_url: str) -> None:
    """See that the gradebook is there and can be read; nbgrader would make an empty one.

    Raises:
        ClickException: it is missing, damaged or out of reach.
    """
    try:
        url = make_url(db_url)
        if url.get_backend_name() != "sqlite":
            _require_server(url)
        elif url.database:
            _require_file(Path(url.database))
    except ArgumentError as error:  # it may hold a password, and the error names none
        raise click.ClickException(f"nothing was graded: {SETTING} is no database's URL ({said_by(error)})") from None


def said_by(error: Exception) -> str:
    """Return what a database said, on one line."""
    said = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return " ".join(str(said).split())


def gone(said: str) -> str:
    """Return why the database's server is out of reach, by an error's words or nbgrader's log; "" where it is not."""
    found = _GONE.search(said)
    return " ".join(_ADDED.sub("", found[1]).split()) if found else ""


def _require_server(url: URL) -> None:
    shown = url.difference_update_query(["password"]).render_as_string(hide_password=True)
    engine = create_engine(url)
    try:
        has_table = inspect(engine).has_table(_TABLE)
    except DBAPIError as error:
        raise click.ClickException(
            f"nothing was graded: the gradebook {shown} cannot be opened ({said_by(error)}); see that its server runs, "
            f"and that {SETTING} has its database, user and password"
        ) from None
    finally:
        engine.dispose()
    if not has_table:
        raise click.ClickException(
            f"nothing was graded: the gradebook {shown} has no table of assignments; take it from a backup, or let "
            "`linreg release` make it, with nothing in it of what was graded by hand"
        )


def _require_file(path: Path) -> None:
    if not path.is_file():
        raise click.ClickException(
            f"nothing was graded: there is no gradebook {path}; take it from a backup, or let `linreg release` make it "
            "anew, with nothing in it of what was graded by hand"
        )
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            (found,) = database.execute("PRAGMA quick_check(1)").fetchone()
            tables = {table for (table,) in database.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError as error:
        found, tables = str(error), set()
    if found == "ok" and _TABLE not in tables:
        found = "it has no table of assignments"
    if found != "ok":
        raise click.ClickException(
            f"nothing was graded: the gradebook {path} is damaged ({found}); take it from a backup"
        )
