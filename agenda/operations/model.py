"""How each of the worker's jobs went last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from agenda.core.database import Base


class JobState(Base):
    """One row a job, whichever worker did it; written when something changes and else now and then."""

    __tablename__ = "job_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    # The worker that did it last: its machine and process.
    worker: Mapped[str]
    # The longest that may lie between two successes while all is well.
    late_after_seconds: Mapped[int]
    ran_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    # Of the last failure; kept after a success, to be read.
    error: Mapped[str] = mapped_column(Text, default="")
    # In a row; 0 after a success.
    failures: Mapped[int] = mapped_column(default=0)
    # Of the last run: how long it took, and how many things it did.
    milliseconds: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
