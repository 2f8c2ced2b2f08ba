"""Bring the database to this version of the product."""

from __future__ import annotations

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from agenda.core.database import Sessions
from config import ROOT

BEHIND = "The database is not up to date: run `python -m agenda db upgrade` first."


def upgrade(url: str, to: str = "head") -> None:
    """Run every migration that this database has not had yet."""
    command.upgrade(alembic_config(url), to)


def upgrade_within(connection: Connection, to: str = "head") -> None:
    """Run the migrations that this database has not had yet, in the transaction of the connection.

    On SQLite it must have been begun after `hold_references`.
    """
    config = alembic_config("")
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def is_known(revision: str) -> bool:
    """Tell whether this version of the product knows a revision of the database."""
    try:
        return ScriptDirectory.from_config(alembic_config("")).get_revision(revision) is not None
    except CommandError:
        return False


def downgrade(url: str, to: str) -> None:
    """Undo migrations down to a revision; for tests and for going back a version."""
    command.downgrade(alembic_config(url), to)


def is_current(sessions: Sessions) -> bool:
    """Tell whether the database is at this version of the product."""
    newest = ScriptDirectory.from_config(alembic_config("")).get_current_head()
    with sessions.read() as session:
        return MigrationContext.configure(session.connection()).get_current_revision() == newest


def alembic_config(url: str) -> AlembicConfig:
    """Make Alembic's settings for one database address."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config
