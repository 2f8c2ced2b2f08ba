"""What was accepted at once: which topics moved, which meetings were cancelled, and how it was before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from agenda.core.database import Base, Versioned


class AcceptedChange(Base, Versioned):
    """Some meetings became fewer or other ones, in one step that can be undone for a day."""

    __tablename__ = "accepted_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    # The run whose advice it was; None when a person merged or split by hand.
    run_id: Mapped[int | None] = mapped_column(ForeignKey("planning_run.id", ondelete="SET NULL"), index=True)
    accepted_at: Mapped[datetime] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    # Each [topic, from meeting or null where it stood on no agenda, to meeting], by number.
    moves: Mapped[list[list[int | None]]] = mapped_column(JSON)
    # Each [cancelled meeting, its successor or null].
    cancelled: Mapped[list[list[int | None]]] = mapped_column(JSON)
    # The meetings that were planned for it.
    made: Mapped[list[int]] = mapped_column(JSON, default=list)
    # Each meeting that got another time or place, and how it was before (moving.Before as JSON).
    moved: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # Topics that went back to the backlog: what stood on the agenda of each, with "topic" and "meeting".
    freed: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # In which order the items of each meeting stood before, by the meeting's number.
    orders: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Every meeting it touched as it was left, by number: its version, and its agenda as a fingerprint.
    left: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(Text, default="")
