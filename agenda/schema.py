"""Bring the database to this version of the product, and tell whether the two go together."""

from __future__ import annotations

from collections.abc import Set
from enum import Enum, auto
from functools import lru_cache

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text

from agenda.core.database import Sessions, engine_for_migrations
from config import ROOT

BEHIND = "The database is not up to date: run `python -m agenda db upgrade` first."
BEYOND = (
    "The database is of a newer version of the product, which does not go with this one: start the newer one."
)
REVISION = text("SELECT version_num FROM alembic_version")


class Standing(Enum):
    """How a database stands to this code."""

    CURRENT = auto()
    BEHIND = auto()
    # A newer version has only added to it: this one goes on beside it.
    AHEAD = auto()
    # A newer version has taken something away, or made it stricter.
    BEYOND = auto()


def upgrade(url: str, to: str = "head") -> None:
    """Run every migration that this database has not had yet; none where it is of a newer version."""
    if to == "head" and standing_at(url) in {Standing.AHEAD, Standing.BEYOND}:
        return
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


def standing(sessions: Sessions) -> Standing:
    """Tell how this database stands to this code."""
    # Not as a session, which would refuse where the answer is that it does not fit.
    with sessions.engine.connect() as connection:
        return _standing(connection)


def standing_at(url: str) -> Standing:
    """Tell how the database at this address stands to this code."""
    engine = engine_for_migrations(url)
    try:
        with engine.connect() as connection:
            return _standing(connection)
    finally:
        engine.dispose()


def fits(connection: Connection) -> bool:
    """Tell whether this code may work in this transaction; the answer holds until it ends.

    A migration that begins another epoch waits for whoever has asked, and who asks waits for it
    (migrations/env.py). One row of one table: this is asked in every transaction.
    """
    found = connection.execute(REVISION).scalar()
    return judge(found, _known(), newest()) in {Standing.CURRENT, Standing.AHEAD}


def refusal(sessions: Sessions) -> str | None:
    """Say in one sentence why this code cannot work on this database; None where it can."""
    return {Standing.BEHIND: BEHIND, Standing.BEYOND: BEYOND}.get(standing(sessions))


@lru_cache
def newest() -> str:
    """Give the revision that this code brings a database to."""
    return ScriptDirectory.from_config(alembic_config("")).get_current_head() or ""


def epoch(revision: str) -> str:
    """Give the part of a revision's name that changes when older code cannot go on: "b" of "b_0042".

    Code meets revisions that it knows nothing of but their names, so the name has to say it.
    """
    return revision.rpartition("_")[0]


def judge(revision: str | None, known: Set[str], head: str) -> Standing:
    """Tell how a database at this revision stands to code that knows these, the last of them `head`."""
    if revision == head:
        return Standing.CURRENT
    if revision is None or revision in known:
        return Standing.BEHIND
    return Standing.AHEAD if epoch(revision) == epoch(head) else Standing.BEYOND


def alembic_config(url: str) -> AlembicConfig:
    """Make Alembic's settings for one database address."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config


def _standing(connection: Connection) -> Standing:
    return judge(MigrationContext.configure(connection).get_current_revision(), _known(), newest())


@lru_cache
def _known() -> frozenset[str]:
    """Name the revisions of this code; read once, for whoever watches asks every few seconds."""
    scripts = ScriptDirectory.from_config(alembic_config(""))
    return frozenset(script.revision for script in scripts.walk_revisions())
