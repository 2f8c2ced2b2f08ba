"""The demonstration's own clock, kept so that web and worker agree."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from agenda.core.database import Base


class DemoClock(Base):
    """One row: the demonstration's time at one real moment; it runs on from there."""

    __tablename__ = "demo_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    real: Mapped[datetime]
    shown: Mapped[datetime]
