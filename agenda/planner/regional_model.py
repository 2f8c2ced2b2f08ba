"""A regional day: which meetings are to be held together on one day in one place, and what came of it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.people.model import Organisation
from agenda.planner.accepting_model import AcceptedChange


class RegionalDay(Base, Versioned):
    """A day that a secretary lays out; the meetings move only when it is accepted."""

    __tablename__ = "regional_day"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(Text)
    # The bodies whose meetings these are: who plans all of them sees the day.
    bodies: Mapped[list[int]] = mapped_column(JSON)
    day: Mapped[date]
    time_zone: Mapped[str] = mapped_column(Text)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    place: Mapped[str] = mapped_column(Text)
    # Each [name, seats or null].
    rooms: Mapped[list[list[Any]]] = mapped_column(JSON)
    # Civil hours of that day.
    opens: Mapped[time]
    closes: Mapped[time]
    pause_begins: Mapped[time | None]
    pause_ends: Mapped[time | None]
    change_over: Mapped[int]
    # By number of the meeting: {"fixed": "10:00", "after": number}; what is not said is left out.
    meetings: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON)
    # By number of the person: {"begins": "09:30", "ends": "15:00", "may_miss": true, "comes_anyway": true}.
    people: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON)
    # regional_result.Result as JSON; None until it was reckoned.
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    reckoned_at: Mapped[datetime | None]
    accepted_id: Mapped[int | None] = mapped_column(
        ForeignKey("accepted_change.id", ondelete="SET NULL"), index=True
    )

    host: Mapped[Organisation | None] = relationship()
    accepted: Mapped[AcceptedChange | None] = relationship()

    @property
    def is_accepted(self) -> bool:
        """Tell whether its meetings moved, and were not moved back at once."""
        return self.accepted is not None and self.accepted.undone_at is None
