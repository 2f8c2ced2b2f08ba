"""What was decided about two topics that are alike."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.topics.model import Topic


class Verdict(StrEnum):
    """What two topics are to each other."""

    DIFFERENT = "different"
    LINKED = "linked"
    MERGED = "merged"


class TopicPair(Base, Versioned):
    """Two topics and what stands about them now; who decided what before is in the audit trail."""

    __tablename__ = "topic_pair"
    # Two clerks at once: one row a pair.
    __table_args__ = (UniqueConstraint("low_id", "high_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # The lower number of the two first.
    low_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    high_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    # None once a decision was undone.
    verdict: Mapped[Verdict | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None]
    # The words of both when they were judged, by number: other words are judged anew.
    wording: Mapped[dict[str, Any]] = mapped_column(JSON)
    # Of two that were merged: which goes on, what stood about it before, and how both were left.
    kept_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    left: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    low: Mapped[Topic] = relationship(foreign_keys=[low_id])
    high: Mapped[Topic] = relationship(foreign_keys=[high_id])
