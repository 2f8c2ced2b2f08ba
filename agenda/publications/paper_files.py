"""Where the PDFs of papers lie: beside the contents of documents, each once and by its hash."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agenda.documents.model import Reading, StoredFile
from agenda.documents.storage import Received, place_of, received, settle
from config import Config

PDF = "application/pdf"
# A pack of more than this nobody carries along.
MOST_OCTETS = 1_000_000_000


def keep(config: Config, content: bytes, now: datetime) -> Received:
    """Write a PDF to its place, before the database speaks of it."""
    with received(config.documents, BytesIO(content), len(content)) as found:
        settle(config.documents, found, now)
    return found


def keep_file(config: Config, path: Path, now: datetime) -> Received:
    """Write a PDF that lies in a file to its place, without reading it whole; NotTaken for one too large."""
    with path.open("rb") as source, received(config.documents, source, MOST_OCTETS) as found:
        settle(config.documents, found, now)
    return found


def stored(session: Session, found: Received, now: datetime, read: bool = True) -> StoredFile:
    """Give the row of a content that lies in its place: the one that is there, or a new one.

    The text of one that is not to be read does not come into the search.
    """
    same = select(StoredFile).where(StoredFile.sha256 == found.sha256)
    known = session.scalar(same)
    if known is not None:
        return known
    made = StoredFile(sha256=found.sha256, size=found.size, media_type=PDF, stored_at=now)
    if not read:
        made.reading = Reading.WITHOUT_TEXT
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError:
        # Somebody else keeps the same at the same moment.
        return session.scalars(same).one()
    return made


def path_of(config: Config, file: StoredFile) -> Path:
    """Give the path of a PDF."""
    return place_of(config.documents, file.sha256)
