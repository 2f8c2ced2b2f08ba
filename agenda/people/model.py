"""Organisations, bodies, persons, and who sits where from when until when."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from agenda.core.database import Base, Versioned


class OrganisationKind(StrEnum):
    """What sort of organisation takes part."""

    MUNICIPALITY = "municipality"
    PROVINCE = "province"
    PARTNER = "partner"


class Role(StrEnum):
    """What someone does in a body; what it permits stands in accounts/rules.py."""

    SECRETARY = "secretary"
    CLERK = "clerk"
    MEMBER = "member"
    READER = "reader"


class Organisation(Base, Versioned):
    """A municipality, the province or a partner."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind]
    name: Mapped[str] = mapped_column(unique=True)
    # TOOI: the government's own register of organisations, such as gm0638.
    tooi_id: Mapped[str | None] = mapped_column(unique=True)
    venue: Mapped[str] = mapped_column(Text, default="")
    # The mailbox of the hall, where it can be booked by invitation.
    room_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    room: Mapped[Person | None] = relationship()


class Body(Base, Versioned):
    """A standing consultation, such as the joint meeting of five colleges."""

    __tablename__ = "body"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str] = mapped_column(Text, default="")
    usual_minutes: Mapped[int] = mapped_column(default=120)
    time_zone: Mapped[str] = mapped_column(default="Europe/Amsterdam")
    # A body that nobody extends ends: that keeps the number of meetings down.
    expires_on: Mapped[date | None]
    papers_days_before: Mapped[int] = mapped_column(default=7)
    # In whose name the secretariat invites (SENT-BY); empty for its own.
    organiser: Mapped[str] = mapped_column(Text, default="")
    # Whether everyone sees in their calendar who else is invited (CALENDAR-MAIL rule 7).
    list_attendees: Mapped[bool] = mapped_column(default=False)
    seats: Mapped[list[Seat]] = relationship(
        back_populates="body", order_by="Seat.position", cascade="all, delete-orphan"
    )


class Seat(Base):
    """An organisation's place in a body: its turn as host and its quorum."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("body_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    # The order in which the members are host.
    position: Mapped[int]
    # How many voting members must be there; empty means at least half of them.
    quorum: Mapped[int | None]
    body: Mapped[Body] = relationship(back_populates="seats")
    organisation: Mapped[Organisation] = relationship()


class Person(Base, Versioned):
    """Someone who takes part or makes it possible."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    # Kept in lower case: the address is how a person is recognised.
    email: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(default="nl")
    administrator: Mapped[bool] = mapped_column(default=False)
    # The mailbox of a hall and nobody: it never signs in.
    room: Mapped[bool] = mapped_column(default=False)
    undeliverable_since: Mapped[datetime | None]
    # When everything personal was erased: what is left is a role in the history, under no address at all.
    erased_at: Mapped[datetime | None]
    memberships: Mapped[list[Membership]] = relationship(back_populates="person")


class Membership(Base, Versioned):
    """A person's place in a body for an organisation, from a day until a day (both included)."""

    __tablename__ = "membership"
    __table_args__ = (Index("ix_membership_body_person", "body_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[Role]
    # As it stands on a nameplate: "Wethouder", "Burgemeester".
    title: Mapped[str] = mapped_column(Text, default="")
    portfolio: Mapped[str] = mapped_column(Text, default="")
    voting: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date]
    until: Mapped[date | None]
    person: Mapped[Person] = relationship(back_populates="memberships")
    body: Mapped[Body] = relationship()
    organisation: Mapped[Organisation] = relationship()
