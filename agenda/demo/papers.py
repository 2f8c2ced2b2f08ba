"""The papers of the demonstration region: small, real files that lie beside its data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from agenda.core.actor import System
from agenda.documents import actions as documents
from agenda.documents import storage
from agenda.documents.actions import Content, Facts
from agenda.documents.content_rules import kind_named
from agenda.documents.model import Document
from agenda.documents.names import extension
from agenda.meetings import paper_actions as meeting_papers
from agenda.meetings.model import Meeting
from agenda.topics import paper_actions as topic_papers
from agenda.topics.model import Topic
from config import Config

FILES = Path(__file__).resolve().parent / "data" / "papers"
# An earlier version came in so long before the next.
BETWEEN = timedelta(days=3)

Row = Mapping[str, Any]


def add_papers(
    session: Session,
    config: Config,
    rows: Iterable[Row],
    topics: Mapping[str, Topic],
    meetings: Mapping[str, Meeting],
    at: datetime,
) -> None:
    """Give topics and meetings their papers, in the folder that the settings name."""
    for row in rows:
        first, *later = row["versions"]
        content = _stored(config, first["file"], at)
        facts = Facts(row["title"], row.get("closed", False), row.get("confidential", False))
        document = _placed(session, row, content, facts, topics, meetings, at)
        for number, version in enumerate(later, start=1):
            when = at + number * BETWEEN
            content = _stored(config, version["file"], when)
            documents.add_version(session, document, content, version["remark"], System(), when)


def _placed(
    session: Session,
    row: Row,
    content: Content,
    facts: Facts,
    topics: Mapping[str, Topic],
    meetings: Mapping[str, Meeting],
    at: datetime,
) -> Document:
    if "topic" in row:
        return topic_papers.add_paper(session, topics[row["topic"]], content, facts, System(), at)
    meeting = meetings[row["meeting"]]
    item = next(item for item in meeting.items if item.title == row["item"])
    # In time, before the agenda was final.
    before = min(at, meeting.agenda_final_at or at) - timedelta(days=1)
    return meeting_papers.add_paper(session, meeting, item, content, facts, "", System(), before)


def _stored(config: Config, name: str, now: datetime) -> Content:
    kind = kind_named(extension(name))
    assert kind is not None, name  # noqa: S101 - a file of our own
    with (FILES / name).open("rb") as file:
        most = config.max_document_bytes
        with storage.received(config.documents, file, most) as content:
            storage.settle(config.documents, content, now)
            return Content(content.sha256, content.size, kind.media_type, name)
