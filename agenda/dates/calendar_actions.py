"""What people do with their own calendars: give one, let it be read, take it away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.network_guard import web_address
from agenda.core.problems import Conflict, NotFound
from agenda.core.text import one_line
from agenda.core.vault import Secret, SecretLost, opened, sealed
from agenda.dates.busy import Busy
from agenda.dates.calendar_rules import Window
from agenda.dates.known import packed
from agenda.dates.model import BusyCalendar, CalendarKind
from agenda.people.model import Person

MOST_CALENDARS = 10
LONGEST_NAME = 100
# Whoever presses the button again and again asks the other server no more often than this.
PAUSE = timedelta(minutes=1)


@dataclass(frozen=True)
class Upload:
    """A file that was read: its name, and the busy times in a window."""

    name: str
    busy: Busy
    window: Window


def add_address(session: Session, key: bytes, by: Actor, secret: Secret, now: datetime) -> BusyCalendar:
    """Let the calendar at an address be read from now on; `key` is the settings' secret.

    With a user name it is a CalDAV server. What was given before is given anew, maybe with another password.
    Raises Invalid for what is no web address.
    """
    secret = Secret(web_address(secret.address), secret.user.strip(), secret.password)
    _one_at_a_time(session, by)
    given = _given_before(session, key, by, secret)
    calendar = given or _new(session, by, _kind(secret), _host(secret), now)
    calendar.secret, calendar.next_read_at, calendar.tried_at = sealed(key, secret), now, None
    calendar.failure, calendar.failures, calendar.etag, calendar.modified = "", 0, "", ""
    if given is not None:
        _record(session, given, by, now, "calendar_renewed")
        return given
    return _added(session, calendar, by, now)


def add_file(session: Session, by: Actor, upload: Upload, now: datetime) -> BusyCalendar:
    """Keep the busy times of a file; a file with the same name takes the place of the one before."""
    name = one_line(upload.name)[-LONGEST_NAME:] or "agenda.ics"
    _one_at_a_time(session, by)
    query = select(BusyCalendar).where(
        BusyCalendar.person_id == by.person_id,
        BusyCalendar.kind == CalendarKind.FILE,
        BusyCalendar.name == name,
    )
    calendar = session.scalars(query).first()
    known = calendar is not None
    if calendar is None:
        calendar = _new(session, by, CalendarKind.FILE, name, now)
    take_over(calendar, upload.busy, upload.window, now)
    if known:
        _record(session, calendar, by, now, "calendar_renewed")
        return calendar
    return _added(session, calendar, by, now)


def take_over(calendar: BusyCalendar, busy: Busy, window: Window, now: datetime) -> None:
    """Let what was read just now be the good copy."""
    calendar.blocks = packed(busy.blocks)
    calendar.flags = [{"code": flag.code, "detail": flag.detail} for flag in busy.flags]
    calendar.covers_from, calendar.covers_until = window
    calendar.tried_at = calendar.read_at = now
    calendar.failure, calendar.failures = "", 0


def remove(session: Session, calendar_id: int, by: Actor, now: datetime) -> str:
    """Forget one of one's own calendars and all its busy times; gives its name."""
    calendar = own(session, calendar_id, by)
    _record(session, calendar, by, now, "calendar_removed")
    session.delete(calendar)
    return calendar.name


def read_soon(session: Session, calendar_id: int, by: Actor, now: datetime) -> None:
    """Let the worker read one of one's own calendars as soon as it can."""
    calendar = own(session, calendar_id, by)
    if calendar.kind is CalendarKind.FILE:
        raise Conflict("file_is_not_read_again")
    if calendar.tried_at is None or calendar.tried_at <= now - PAUSE:
        calendar.next_read_at = now


def own(session: Session, calendar_id: int, by: Actor) -> BusyCalendar:
    """Give one of one's own calendars; NotFound for another's, as for none."""
    calendar = session.get(BusyCalendar, calendar_id)
    if calendar is None or calendar.person_id != by.person_id:
        raise NotFound("not_found")
    return calendar


def _kind(secret: Secret) -> CalendarKind:
    return CalendarKind.CALDAV if secret.user else CalendarKind.ADDRESS


def _host(secret: Secret) -> str:
    return (urlsplit(secret.address).hostname or "")[:LONGEST_NAME]


def _one_at_a_time(session: Session, by: Actor) -> None:
    # On PostgreSQL the second of two requests waits here, and then sees what the first one gave.
    session.execute(select(Person.id).where(Person.id == by.person_id).with_for_update())


def _given_before(session: Session, key: bytes, by: Actor, secret: Secret) -> BusyCalendar | None:
    """Find the calendar at this address; one on the same host that cannot be opened any more will do."""
    query = select(BusyCalendar).where(
        BusyCalendar.person_id == by.person_id,
        BusyCalendar.kind == _kind(secret),
        BusyCalendar.name == _host(secret),
    )
    lost: BusyCalendar | None = None
    for one in session.scalars(query):
        try:
            before = opened(key, one.secret or b"")
        except SecretLost:
            lost = one
            continue
        if (before.address, before.user) == (secret.address, secret.user):
            return one
    return lost


def _new(session: Session, by: Actor, kind: CalendarKind, name: str, now: datetime) -> BusyCalendar:
    number = session.scalar(
        select(func.count()).select_from(BusyCalendar).where(BusyCalendar.person_id == by.person_id)
    )
    if (number or 0) >= MOST_CALENDARS:
        raise Conflict("too_many_calendars", most=MOST_CALENDARS)
    return BusyCalendar(person_id=by.person_id, kind=kind, name=name, added_at=now, flags=[])


def _added(session: Session, calendar: BusyCalendar, by: Actor, now: datetime) -> BusyCalendar:
    session.add(calendar)
    session.flush()
    _record(session, calendar, by, now, "calendar_added")
    return calendar


def _record(session: Session, calendar: BusyCalendar, by: Actor, now: datetime, verb: str) -> None:
    after = {"calendar": calendar.name}
    audit.record(session, by, now, verb, ("person", calendar.person_id), after=after)
