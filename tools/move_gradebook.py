"""Copy a gradebook of nbgrader's into an empty database: `python tools/move_gradebook.py OLD_URL NEW_URL`."""

from __future__ import annotations

import sys

from nbgrader.api import Base, Course, Gradebook
from sqlalchemy import Connection, Table, create_engine, select

from linreg_course.handin.gradebook import require_gradebook


def move(old_url: str, new_url: str) -> int:
    """Copy all rows, in an order in which each finds what it refers to; all or none. Return how many there are.

    Raises:
        SystemExit: there are students or assignments in the new one.
    """
    require_gradebook(old_url)
    with Gradebook(new_url) as gradebook:  # makes the tables
        if gradebook.students or gradebook.assignments:
            raise SystemExit(f"{gradebook.engine.url!r} has students or assignments: give an empty database")
    with create_engine(old_url).connect() as old, create_engine(new_url).begin() as new:
        new.execute(Course.__table__.delete())  # the one that each gradebook begins with
        return sum(_copied(old, new, table) for table in Base.metadata.sorted_tables)


def _copied(old: Connection, new: Connection, table: Table) -> int:
    rows = [dict(row) for row in old.execute(select(table)).mappings()]
    if rows:
        new.execute(table.insert(), rows)
    return len(rows)


if __name__ == "__main__":
    print(f"{move(*sys.argv[1:3])} rows copied; the old gradebook is as it was")
