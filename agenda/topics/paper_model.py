"""Which documents belong to a topic: they go along with it from meeting to meeting."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base
from agenda.documents.model import Document
from agenda.topics.model import Topic


class TopicPaper(Base):
    """One document with one topic."""

    __tablename__ = "topic_paper"
    __table_args__ = (UniqueConstraint("topic_id", "document_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    position: Mapped[int]
    attached_at: Mapped[datetime]
    topic: Mapped[Topic] = relationship()
    document: Mapped[Document] = relationship()
