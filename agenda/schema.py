"""Bring the database to this version of the product."""

from __future__ import annotations

from alembic import command
from alembic.config import Config as AlembicConfig

from config import ROOT


def upgrade(url: str, to: str = "head") -> None:
    """Run every migration that this database has not had yet."""
    command.upgrade(alembic_config(url), to)


def downgrade(url: str, to: str) -> None:
    """Undo migrations down to a revision; for tests and for going back a version."""
    command.downgrade(alembic_config(url), to)


def alembic_config(url: str) -> AlembicConfig:
    """Make Alembic's settings for one database address."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    return config
