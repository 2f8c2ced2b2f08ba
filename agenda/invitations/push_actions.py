"""What people do with the calendar into which their meetings are written: connect it, end it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, NotFound
from agenda.core.vault import Secret, SecretLost, opened, sealed
from agenda.invitations.model import CalendarPush, PushedEvent
from agenda.invitations.push_rules import works
from agenda.people.model import Person

LONGEST_NAME = 200
# Whoever presses the button again and again asks the other server no more often than this.
PAUSE = timedelta(minutes=1)


def connect(
    session: Session, key: bytes, by: Actor, secret: Secret, name: str, now: datetime
) -> CalendarPush:
    """Let one's meetings be written into this calendar from now on; `key` is the settings' secret.

    The same calendar again is given anew, maybe with another password. Raises Conflict while they stand in
    another one, or are being taken out of one.
    """
    # On PostgreSQL the second of two requests waits here, and then sees what the first one gave.
    session.execute(select(Person.id).where(Person.id == by.person_id).with_for_update())
    query = select(CalendarPush).where(CalendarPush.person_id == by.person_id).with_for_update()
    push = session.scalars(query).one_or_none()
    if push is None:
        push = CalendarPush(person_id=by.person_id, added_at=now)
        session.add(push)
    elif not _may_take_its_place(key, push, secret):
        raise Conflict("calendar_push_elsewhere", name=push.name)
    push.name, push.secret = name[:LONGEST_NAME], sealed(key, secret)
    push.next_at, push.tried_at, push.failure, push.failures = now, None, "", 0
    session.flush()
    _record(session, push, by, now, "calendar_push_connected")
    return push


def end(session: Session, by: Actor, now: datetime, *, take_out: bool) -> str:
    """End one's own; gives the name of the calendar.

    What stands there stays there, or is taken out by the worker, which forgets the calendar after that.
    """
    push = own(session, by)
    _end(session, push, by, now, take_out=take_out)
    return push.name


def end_for(session: Session, person_id: int, by: Actor, now: datetime, *, take_out: bool) -> None:
    """End somebody else's, as `end` does one's own; for administrators. Harmless where there is none."""
    by.must("administer")
    query = select(CalendarPush).where(CalendarPush.person_id == person_id).with_for_update()
    push = session.scalars(query).one_or_none()
    if push is not None:
        _end(session, push, by, now, take_out=take_out)


def _end(session: Session, push: CalendarPush, by: Actor, now: datetime, *, take_out: bool) -> None:
    _record(session, push, by, now, "calendar_push_ended")
    if take_out:
        push.ended_at, push.next_at, push.failures, push.failure = push.ended_at or now, now, 0, ""
    else:
        forget(session, push)


def forget(session: Session, push: CalendarPush) -> None:
    """Forget a calendar and what was written there."""
    session.execute(delete(PushedEvent).where(PushedEvent.push_id == push.id))
    session.delete(push)


def write_soon(session: Session, by: Actor, now: datetime) -> None:
    """Let the worker write one's own calendar as soon as it can."""
    push = own(session, by)
    if push.tried_at is None or push.tried_at <= now - PAUSE:
        push.next_at = now


def own(session: Session, by: Actor) -> CalendarPush:
    """Give one's own, to change it; NotFound for none."""
    # The worker may write it down at this very moment.
    query = select(CalendarPush).where(CalendarPush.person_id == by.person_id).with_for_update()
    push = session.scalars(query).one_or_none()
    if push is None:
        raise NotFound("not_found")
    return push


def of_person(session: Session, person_id: int | None) -> CalendarPush | None:
    """Give the calendar into which this person's meetings are written, if there is one."""
    return session.scalars(select(CalendarPush).where(CalendarPush.person_id == person_id)).one_or_none()


def reaches(session: Session, person_id: int, now: datetime) -> bool:
    """Tell whether what somebody is told now reaches their calendar without mail; it is written soon."""
    push = of_person(session, person_id)
    if push is None or push.ended_at is not None:
        return False
    # Not through the row that we read: the worker may write it down at this very moment.
    soon = update(CalendarPush).where(CalendarPush.id == push.id, CalendarPush.failures == 0)
    session.execute(soon.values(next_at=now).execution_options(synchronize_session=False))
    return works(push.done_at, push.failures, now)


def _may_take_its_place(key: bytes, push: CalendarPush, secret: Secret) -> bool:
    """Tell whether it is the same calendar; one of which the address was lost may be any."""
    if push.ended_at is not None:
        return False
    try:
        return opened(key, push.secret).address == secret.address
    except SecretLost:
        return True


def _record(session: Session, push: CalendarPush, by: Actor, now: datetime, verb: str) -> None:
    audit.record(session, by, now, verb, ("person", push.person_id), after={"calendar": push.name})
