"""Templates for agendas: what a body's agendas begin with, before any topic is on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned
from agenda.people.model import Body


class AgendaTemplate(Base, Versioned):
    """A named frame of a body's agendas; a body without a usual one has the frame of the house."""

    __tablename__ = "agenda_template"

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    # As template_rules.as_rows writes them, in their order.
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # Every new agenda of the body begins with this one.
    is_usual: Mapped[bool] = mapped_column(default=False)
    # Thrown away, and to be brought back.
    removed_at: Mapped[datetime | None]

    body: Mapped[Body] = relationship()
