"""How each of the worker's jobs went last, and which failures somebody lets be."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Text, UniqueConstraint
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

    @property
    def late_after(self) -> timedelta:
        """The longest that may lie between two successes."""
        return timedelta(seconds=self.late_after_seconds)


class Dismissed(Base):
    """A failure that an administrator lets be, with the reason; a later one of the same is shown."""

    __tablename__ = "dismissed_failure"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # One of failures.Kind, and the number of the row that failed.
    kind: Mapped[str]
    key: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
