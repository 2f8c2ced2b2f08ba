"""Which documents belong to a meeting, or to one item of its agenda."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base
from agenda.documents.model import Document
from agenda.meetings.model import AgendaItem, Meeting


class MeetingPaper(Base):
    """One document with one meeting; with an item, where it belongs to that alone.

    The papers of an item's topic are the item's too, without a row here.
    """

    __tablename__ = "meeting_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    position: Mapped[int]
    attached_at: Mapped[datetime]
    # Why it came after the agenda was final (nagekomen stuk); "" for one that came in time.
    late_why: Mapped[str] = mapped_column(Text, default="")
    meeting: Mapped[Meeting] = relationship()
    item: Mapped[AgendaItem | None] = relationship()
    document: Mapped[Document] = relationship()
