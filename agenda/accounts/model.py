"""Sign-in links and sessions; of both only a hash is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base
from agenda.people.model import Person


class SignInLink(Base):
    """A mailed link: works once, for a quarter of an hour, in the browser that asked."""

    __tablename__ = "sign_in_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Empty where nobody has the address: the row is written all the same, so that asking
    # takes as long and counts as much, and tells nothing.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    address_hash: Mapped[str] = mapped_column(index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    browser_hash: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """One browser in which a person is signed in."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(Text, default="")
    person: Mapped[Person] = relationship()
