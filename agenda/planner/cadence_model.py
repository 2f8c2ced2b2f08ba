"""The cadence of a body: how often it might meet, and from when a date counts as thin."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.people.model import Body

USUAL_SHARE, USUAL_DAYS = 50, 10


class Cadence(Base, Versioned):
    """A rule that makes dates on which a body might meet; it plans no meeting by itself.

    A body has one that runs at most; those that ended stay.
    """

    __tablename__ = "cadence"
    __table_args__ = (
        Index(
            "uq_cadence_running",
            "body_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_cadence_body", "body_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    # RFC 5545 3.3.10, without "RRULE:"; see cadence_rrule.
    rule: Mapped[str] = mapped_column(Text)
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    # What the clocks of the body show when it begins, in winter and in summer.
    starts: Mapped[time]
    minutes: Mapped[int]
    venue: Mapped[str] = mapped_column(Text, default="")
    # A meeting is thin when less of its time for topics is filled, in percent.
    thin_below: Mapped[int] = mapped_column(default=USUAL_SHARE)
    # From so many days before it a meeting is judged.
    judge_days: Mapped[int] = mapped_column(default=USUAL_DAYS)
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[Body] = relationship()
