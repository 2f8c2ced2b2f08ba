"""Reservations (voorbehoud): what a college holds back at the table about the outcome of an item."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid
from agenda.decisions import trail
from agenda.decisions.actions import must_be_recordable
from agenda.decisions.model import Reservation
from agenda.meetings.model import AgendaItem
from agenda.people.model import Organisation


def make_reservation(
    session: Session, item: AgendaItem, organisation: Organisation, text: str, by: Actor, now: datetime
) -> Reservation:
    """Write down a college's reservation; Conflict where it has one that stands.

    One that was given up may be made anew in other words; the history keeps the earlier ones.
    """
    meeting = item.meeting
    by.must("record", meeting.body)
    must_be_recordable(session, meeting, now)
    if organisation.id not in {seat.organisation_id for seat in meeting.body.seats}:
        raise Invalid("college_unknown", field="college")
    if not text.strip():
        raise Invalid("reservation_empty", field="text")
    found = session.scalars(
        select(Reservation).where(
            Reservation.item_id == item.id, Reservation.organisation_id == organisation.id
        )
    ).one_or_none()
    if found is not None and found.withdrawn_at is None:
        raise Conflict("reservation_stands", college=organisation.name)
    if found is None:
        found = Reservation(item=item, organisation=organisation, text=text, recorded_at=now)
        session.add(found)
    else:
        found.text, found.recorded_at, found.withdrawn_at = text, now, None
    session.flush()
    _tell(session, by, now, "reservation_made", found)
    return found


def withdraw_reservation(
    session: Session, reservation: Reservation, version: int | None, by: Actor, now: datetime
) -> None:
    """Note that a college gave its reservation up, during the meeting or after it."""
    by.must("record", reservation.item.meeting.body)
    reservation.expect(version)
    if reservation.withdrawn_at is not None:
        raise Conflict("reservation_given_up")
    reservation.withdrawn_at = now
    session.flush()
    _tell(session, by, now, "reservation_withdrawn", reservation)


def restore_reservation(
    session: Session, reservation: Reservation, version: int | None, by: Actor, now: datetime
) -> None:
    """Undo the withdrawing of a reservation."""
    by.must("record", reservation.item.meeting.body)
    reservation.expect(version)
    if reservation.withdrawn_at is None:
        raise Conflict("reservation_stands", college=reservation.organisation.name)
    reservation.withdrawn_at = None
    session.flush()
    _tell(session, by, now, "reservation_restored", reservation)


def _tell(session: Session, by: Actor, now: datetime, verb: str, about: Reservation) -> None:
    after = {"college": about.organisation.name, "reservation": about.text}
    trail.tell_of_item(session, by, now, verb, about.item, None, after)
