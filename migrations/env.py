"""Alembic's way in: the same tables, on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, text

from agenda.core.database import UtcDateTime, engine_for_migrations
from agenda.tables import Base

MIGRATION_KEY = 582_0617  # any number of our own, the same wherever it is migrated


def plain_type(kind: str, column: Any, _context: Any) -> str | Literal[False]:
    """Write our own types as what the database sees: a migration must not change with the code."""
    if kind == "type" and isinstance(column, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def is_mapped(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave out the words of the search: each database keeps them in tables of its own kind (0018)."""
    return not (kind == "table" and name is not None and name.startswith("search_words"))


def migrate() -> None:
    """Run the asked migrations in one transaction on the address handed in."""
    url = context.config.attributes.get("url") or context.config.get_main_option("sqlalchemy.url")
    engine = engine_for_migrations(url)
    with engine.connect().execution_options(writes=True) as connection:
        _hold_references(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            # SQLite cannot alter most things in place; Alembic copies the table instead.
            render_as_batch=connection.dialect.name == "sqlite",
            render_item=plain_type,
            include_name=is_mapped,
            compare_type=True,
        )
        with context.begin_transaction():
            _one_at_a_time(connection)
            context.run_migrations()
            _must_hold_together(connection)
    engine.dispose()


def _hold_references(connection: Connection) -> None:
    """Let SQLite copy a table that others point at: it would not drop the old one, whose rows they name."""
    if connection.dialect.name == "sqlite":
        # On the driver's own connection: inside a transaction the setting is passed over in silence.
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - an open connection has one
        driver.execute("PRAGMA foreign_keys=OFF")


def _one_at_a_time(connection: Connection) -> None:
    """Let two machines that start at once not both migrate: the second waits, and finds it done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_KEY})


def _must_hold_together(connection: Connection) -> None:
    """Undo everything where a row points at nothing any more."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise RuntimeError(f"rows point at nothing after the migration: {broken[:5]}")


migrate()
