"""A search for fewer meetings: what was asked, how far it is, and what came out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Text
from sqlalchemy.orm import Mapped, mapped_column

from agenda.core.database import Base, Versioned


class PlanningRun(Base, Versioned):
    """One search; the worker takes it when it is asked, and writes how far it is."""

    __tablename__ = "planning_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(index=True)
    asked_by: Mapped[str] = mapped_column(Text)
    bodies: Mapped[list[int]] = mapped_column(JSON)
    # The local days that it looks at, both included.
    first_day: Mapped[date]
    last_day: Mapped[date]
    # Dates that may be planned besides: each as new_meetings.NewDate writes itself.
    new_dates: Mapped[list[list[Any]]] = mapped_column(JSON, default=list)
    # Whether topics that stand on no agenda take part.
    open_topics: Mapped[bool] = mapped_column(default=False)
    seconds: Mapped[int]
    started_at: Mapped[datetime | None]
    # How often a worker began it: one that ends its worker is given up after a few times.
    attempts: Mapped[int] = mapped_column(default=0)
    # When the worker last wrote how far it is; after a while without that another one begins anew.
    heard_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    # A code of what went wrong; "" when nothing did.
    failed: Mapped[str] = mapped_column(Text, default="")
    # run_result.Standing and run_result.Result as JSON.
    progress: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
