"""For how long each kind of data is kept, by whom that was settled, and how much went on which day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from agenda.core.database import Base, Versioned
from agenda.retention.rules import Period, Unit


class RetentionRule(Base, Versioned):
    """One kind for which an administrator settled the period: without such a row nothing of it goes."""

    __tablename__ = "retention_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    # One of register.KINDS.
    kind: Mapped[str] = mapped_column(unique=True)
    # None: it is kept until an administrator says otherwise.
    amount: Mapped[int | None]
    unit: Mapped[Unit]
    settled_at: Mapped[datetime]
    settled_by: Mapped[str] = mapped_column(Text)

    @property
    def period(self) -> Period | None:
        """How long it is kept; None for as long as nobody says otherwise."""
        return Period(self.amount, self.unit) if self.amount is not None else None


class Removal(Base):
    """How much of one kind went on one civil day: the protocol, in which nobody is named."""

    __tablename__ = "retention_removal"
    __table_args__ = (UniqueConstraint("kind", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    day: Mapped[date]
    number: Mapped[int]
