"""Houses to back up and to restore into, and the comparison of everything in two of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Text, cast, select
from sqlalchemy.orm import Session

from agenda.backup.manifest import Manifest
from agenda.backup.restoring import Restored, examine, put_back
from agenda.backup.writing import DERIVED, Written, back_up
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.transports import FolderTransport
from agenda.tables import Base
from tests.conftest import make_config
from tests.world import StandingClock

# When backups are made, and when they are put back.
MADE = datetime(2018, 12, 20, 3, 0, tzinfo=UTC)
PUT_BACK = datetime(2018, 12, 21, 9, 0, tzinfo=UTC)


@dataclass
class Place:
    """One house: a database, a folder of documents, a way out for letters."""

    runtime: Runtime
    folder: Path

    @property
    def sessions(self) -> Sessions:
        return self.runtime.sessions

    @property
    def documents(self) -> Path:
        return self.runtime.config.documents

    def back_up(self, path: Path, passphrase: str | None = None, replace: bool = False) -> Written:
        return back_up(self.sessions, self.runtime.config, path, MADE, passphrase, replace)

    def restore(self, path: Path, passphrase: str | None = None, replace: bool = False) -> Restored:
        return self.fill(path, examine(path, passphrase), passphrase, replace)

    def fill(
        self, path: Path, manifest: Manifest, passphrase: str | None = None, replace: bool = False
    ) -> Restored:
        return put_back(
            self.runtime,
            path,
            manifest,
            passphrase=passphrase,
            replace=replace,
            real_now=PUT_BACK,
            now_in=at_put_back,
        )

    def at_documents(self, folder: Path) -> None:
        """Keep the contents of documents somewhere else from now on."""
        config = replace(self.runtime.config, documents=folder)
        self.runtime = replace(self.runtime, config=config)


def at_put_back(_session: Session) -> datetime:
    return PUT_BACK


def place_at(url: str, folder: Path, **settings: str) -> Place:
    """Make a house of a database that is there already, or of none yet."""
    config = make_config(folder, url, **settings)
    clock: Callable[[], datetime] = StandingClock(PUT_BACK)
    runtime = Runtime(Sessions(url), clock, FolderTransport(folder / "mail"), config)
    return Place(runtime, folder)


def everything(sessions: Sessions) -> dict[str, list[dict[str, Any]]]:
    """Give every row of every table, in the database's own types; JSON as the text that is kept."""
    found = {}
    with sessions.read() as session:
        for name, one in Base.metadata.tables.items():
            if name in DERIVED:
                continue
            columns = [
                cast(column, Text).label(column.name) if isinstance(column.type, JSON) else column
                for column in one.columns
            ]
            query = select(*columns).order_by(*one.primary_key)
            found[name] = [dict(row) for row in session.execute(query).mappings()]
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """Give every content that is in its place."""
    return {path.name: path.read_bytes() for path in sorted(folder.glob("??/*"))}
