"""At the table: who was there and when, who kept out of an item, how long items took, and notes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.meetings.model import AgendaItem, Attendee, ItemOutcome


class Presence(Base, Versioned):
    """One stretch of time that an attendee was in the room; who leaves and comes back has two.

    No row at all for a meeting: nobody noted presence, and answers are all that is known.
    """

    __tablename__ = "presence"
    __table_args__ = (Index("ix_presence_meeting", "meeting_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"), index=True)
    arrived_at: Mapped[datetime]
    # None: still in the room, or there until the end.
    left_at: Mapped[datetime | None]
    attendee: Mapped[Attendee] = relationship()

    @property
    def begin(self) -> datetime:
        return self.arrived_at

    @property
    def end(self) -> datetime | None:
        return self.left_at


class Recusal(Base):
    """An attendee who takes no part in one item because of an interest in it."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("item_id", "attendee_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id"), index=True)
    why: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime]
    item: Mapped[AgendaItem] = relationship()
    attendee: Mapped[Attendee] = relationship()


class ItemTime(Base):
    """One stretch of time that an item was on the table; at most one of a meeting has no end."""

    __tablename__ = "item_time"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    item: Mapped[AgendaItem] = relationship()

    @property
    def begin(self) -> datetime:
        return self.began_at

    @property
    def end(self) -> datetime | None:
        return self.ended_at


class TableNote(Base, Versioned):
    """What the clerk writes down while an item is on the table, before it is recorded as its outcome."""

    __tablename__ = "table_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"), unique=True)
    outcome: Mapped[ItemOutcome | None]
    # The words of the decision, or of what else came out.
    decision: Mapped[str] = mapped_column(Text, default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    # The decision's words as they were recorded last from here; "" when none was.
    recorded: Mapped[str] = mapped_column(Text, default="")
    # What the browser called the last change it saved: sent once more, it is known again.
    change: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(Text)
    item: Mapped[AgendaItem] = relationship()

    @property
    def is_empty(self) -> bool:
        return not (self.outcome or self.decision or self.remarks)
