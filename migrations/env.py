"""Alembic's way in: the same tables, on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, text

from agenda.core.database import UtcDateTime, engine_for_migrations, hold_references, must_hold_together
from agenda.schema import epoch
from agenda.tables import Base

MIGRATION_KEY = 582_0617  # any number of our own, the same wherever it is migrated


WORDS_ON_POSTGRESQL = {
    ("search_entry", "title"),
    ("search_entry", "words"),
    ("search_entry", "ix_search_entry_words"),
}


def plain_type(kind: str, column: Any, _context: Any) -> str | Literal[False]:
    """Write our own types as what the database sees: a migration must not change with the code."""
    if kind == "type" and isinstance(column, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def is_mapped(name: str | None, kind: str, parents: Any) -> bool:
    """Leave out the words of the search: each database keeps them in its own way (0023, 0034)."""
    if kind == "table":
        return name is None or not name.startswith("search_words")
    return (parents.get("table_name"), name) not in WORDS_ON_POSTGRESQL


def migrate() -> None:
    """Run the asked migrations in one transaction: on the connection handed in, or on the address."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate_on(given)
        return
    url = context.config.attributes.get("url") or context.config.get_main_option("sqlalchemy.url")
    engine = engine_for_migrations(url)
    with engine.connect().execution_options(writes=True) as connection:
        hold_references(connection)
        _migrate_on(connection)
    engine.dispose()


def _migrate_on(connection: Connection) -> None:
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
        _alone_where_older_code_ends(connection)
        context.run_migrations()
        must_hold_together(connection)


def _one_at_a_time(connection: Connection) -> None:
    """Let two machines that start at once not both migrate: the second waits, and finds it done."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_KEY})


def _alone_where_older_code_ends(connection: Connection) -> None:
    """Let whoever is at work finish before another epoch begins, and let others look only after it.

    Each transaction of the product begins by reading this table (`schema.fits`). On SQLite one writes
    at a time.
    """
    if connection.dialect.name != "postgresql":
        return
    before = context.get_context().get_current_revision()
    if before and epoch(before) != epoch(str(context.get_head_revision())):
        connection.execute(text("LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE"))


migrate()
