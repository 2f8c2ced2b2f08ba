"""Every agenda that was made final, kept whole."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base
from agenda.meetings.model import Meeting


class AgendaVersion(Base):
    """An agenda as it was published: never altered, followed by the next one."""

    __tablename__ = "agenda_version"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    # 1 for the first final agenda, one more with each change after that.
    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(Text)
    # What made a change necessary, and who as chair agreed; "" for the first one.
    why: Mapped[str] = mapped_column(Text, default="")
    consent: Mapped[str] = mapped_column(Text, default="")
    # Place and time, and each item with all that is printed of it.
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    meeting: Mapped[Meeting] = relationship()
