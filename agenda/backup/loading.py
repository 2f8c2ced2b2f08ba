"""Fill a database with the tables of a backup, within one transaction, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import JSON, Connection, Insert, bindparam, cast, func, inspect, select, table, text
from sqlalchemy.exc import DataError, IntegrityError, StatementError
from sqlalchemy.types import Text

from agenda.backup.values import Shape, row
from agenda.core import database

# As much as is handed to the database at once; a larger row goes alone.
ROWS, BYTES = 500, 4 << 20
SECONDS_FOR_LOCKS = 10
REVISIONS = "alembic_version"
SEARCH_WORDS = "search_words"
# What migrations put into an empty database themselves.
FILLED_BY_MIGRATIONS = frozenset({REVISIONS, "focus_area"})


class NotLoaded(Exception):
    """The database does not take these rows; the text says, for a person, why."""


def filled_tables(connection: Connection) -> list[str]:
    """List the tables in which people's own rows stand."""
    return [
        name
        for name in _names(connection)
        if name not in FILLED_BY_MIGRATIONS
        and not name.startswith(SEARCH_WORDS)
        and connection.execute(select(text("1")).select_from(table(name)).limit(1)).first() is not None
    ]


def is_another(connection: Connection) -> bool:
    """Tell whether the database has tables of something else than this product."""
    names = _names(connection)
    return bool(names) and REVISIONS not in names


def empty(connection: Connection) -> None:
    """Drop every table; needs `hold_references` before the transaction on SQLite."""
    quoted = connection.dialect.identifier_preparer.quote
    if connection.dialect.name == "sqlite":
        # Its words take the tables that they are made of along.
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {SEARCH_WORDS}")
        for name in _names(connection):
            connection.exec_driver_sql(f"DROP TABLE {quoted(name)}")
        return
    # A page or a worker that is in the middle of something: better to say so than to wait for ever.
    connection.execute(text(f"SET LOCAL lock_timeout = '{SECONDS_FOR_LOCKS}s'"))
    for name in _names(connection):
        connection.exec_driver_sql(f"DROP TABLE {quoted(name)} CASCADE")


@contextmanager
def references_at_the_end(connection: Connection) -> Iterator[None]:
    """Compare references once all rows are there: rows of one table point at each other in any order."""
    if connection.dialect.name == "sqlite":
        yield
        must_hold_together(connection)
        return
    found = connection.execute(
        text(
            "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint"
            " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for name, constraint in found:
        connection.exec_driver_sql(
            f"ALTER TABLE {name} ALTER CONSTRAINT {constraint} DEFERRABLE INITIALLY DEFERRED"
        )
    yield
    try:
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    except IntegrityError as error:
        raise NotLoaded(str(error.orig).splitlines()[0]) from error
    for name, constraint in found:
        connection.exec_driver_sql(f"ALTER TABLE {name} ALTER CONSTRAINT {constraint} NOT DEFERRABLE")


def must_hold_together(connection: Connection) -> None:
    """Raise NotLoaded where a row points at nothing; PostgreSQL sees to that by itself."""
    try:
        database.must_hold_together(connection)
    except RuntimeError as error:
        raise NotLoaded(str(error)) from error


def clear(connection: Connection, shapes: Iterable[Shape]) -> None:
    """Take out what migrations put into these tables."""
    for shape in shapes:
        connection.execute(shape.clause.delete())


def load(connection: Connection, shape: Shape, lines: Iterable[bytes]) -> None:
    """Put rows into their table; raises NotLoaded, naming the table."""
    statement = _insert(connection, shape)
    waiting: list[dict[str, Any]] = []
    size = 0
    for line in lines:
        waiting.append(row(shape, line))
        size += len(line)
        if len(waiting) >= ROWS or size >= BYTES:
            _put(connection, statement, shape, waiting)
            waiting, size = [], 0
    if waiting:
        _put(connection, statement, shape, waiting)


def count(connection: Connection, shape: Shape) -> int:
    """Count the rows that stand in a table."""
    return connection.scalar(select(func.count()).select_from(shape.clause)) or 0


def number_on(connection: Connection, shapes: Iterable[Shape]) -> None:
    """Let PostgreSQL number new rows after those that were loaded; SQLite does by itself."""
    if connection.dialect.name == "sqlite":
        return
    for shape in shapes:
        for name in shape.key:
            if shape.columns[name] == "integer":
                _number_on(connection, shape, name)


def _number_on(connection: Connection, shape: Shape, name: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote
    of = {"of_table": quoted(shape.name), "of_column": name}
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:of_table, :of_column)"), of)
    if sequence is not None:
        highest = connection.scalar(select(func.max(shape.clause.c[name]))) or 0
        connection.execute(
            text("SELECT setval(CAST(:sequence AS regclass), :next, false)"),
            {"sequence": sequence, "next": max(highest, 0) + 1},
        )


def _put(
    connection: Connection,
    statement: Insert,
    shape: Shape,
    rows: list[dict[str, Any]],
) -> None:
    try:
        connection.execute(statement, rows)
    except (DataError, IntegrityError, StatementError) as error:
        first = ", ".join(str(rows[0][name]) for name in shape.key)
        # The driver's own words may hold what people wrote; its first line does not.
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise NotLoaded(f"the table {shape.name!r}, from row {first} on, is not taken: {why}") from error


def _insert(connection: Connection, shape: Shape) -> Insert:
    statement = shape.clause.insert()
    if connection.dialect.name == "sqlite":
        return statement
    # PostgreSQL keeps such text as it is, and checks it; it wants to be told that it is JSON.
    return statement.values(
        {
            name: cast(bindparam(name, type_=Text()), JSON) if kind == "json" else bindparam(name)
            for name, kind in shape.columns.items()
        }
    )


def _names(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()
