"""What bodies ask of a day in the demonstration, and when its people are busy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vRecur
from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.dates.calendar_actions import Upload, add_file
from agenda.dates.calendar_reading import read_file
from agenda.dates.day_rules import kept_hours, read_hours
from agenda.dates.model import Closure, ClosureKind, DateRules, Journey
from agenda.demo.clock import START
from agenda.people.model import Body, Organisation, Person
from agenda.planner.cadence_model import Cadence

ZONE = "Europe/Amsterdam"
# Everyone gave their calendar on the evening before the demonstration begins.
GIVEN = START - timedelta(hours=13)
# The rhythms were agreed when the visit of the colleges was prepared.
SET, SETTLER = START - timedelta(days=21), "Secretaris Zoeterwoude"

Row = Mapping[str, Any]
Organisations = Mapping[str, Organisation]
Bodies = Mapping[str, Body]


def add_date_rules(session: Session, rows: Iterable[Row], _of: Organisations, bodies: Bodies) -> None:
    """Let each body have its days and hours."""
    for row in rows:
        hours = kept_hours(read_hours(row["hours"]))
        session.add(DateRules(body=bodies[row["body"]], hours=hours, travel_minutes=row["travel_minutes"]))


def add_cadences(session: Session, rows: Iterable[Row], _of: Organisations, bodies: Bodies) -> None:
    """Let bodies have the rhythm in which they are used to meet."""
    for row in rows:
        facts = {name: value for name, value in row.items() if name != "body"}
        session.add(Cadence(body=bodies[row["body"]], set_at=SET, set_by=SETTLER, **facts))


def add_closures(session: Session, rows: Iterable[Row], of: Organisations, _bodies: Bodies) -> None:
    """Keep free what colleges and councils need for themselves."""
    for row in rows:
        facts = {name: value for name, value in row.items() if name not in {"organisation", "kind"}}
        session.add(Closure(organisation=of[row["organisation"]], kind=ClosureKind(row["kind"]), **facts))


def add_journeys(session: Session, rows: Iterable[Row], of: Organisations, _bodies: Bodies) -> None:
    """Tell how long it takes from one town hall to another."""
    for row in rows:
        one, other = sorted(of[key].id for key in row["between"])
        session.add(Journey(one_id=one, other_id=other, minutes=row["minutes"]))


def add_calendars(session: Session, rows: Iterable[Row], people: Mapping[str, Person]) -> None:
    """Let people give their calendars as files, as they would on their own page."""
    known = list(rows)
    for key, person in people.items():
        entries = [row for row in known if any(fnmatch(key, pattern) for pattern in row["who"])]
        if entries:
            busy, window = read_file(calendar_of(key, entries), ZONE, GIVEN)
            by = By(person_id=person.id, name=person.name)
            add_file(session, by, Upload("agenda.ics", busy, window), GIVEN)


def calendar_of(key: str, rows: Iterable[Row]) -> bytes:
    """Write a calendar as a mail program would, without a word about what its owner does."""
    calendar = Calendar()
    calendar.add("prodid", "-//Leidse regio//Demonstratie//NL")
    calendar.add("version", "2.0")
    for event in _events(key, rows):
        calendar.add_component(event)
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _events(key: str, rows: Iterable[Row]) -> Iterator[Event]:
    for number, row in enumerate(rows):
        begins: datetime = row["begins"].replace(tzinfo=ZoneInfo(ZONE))
        event = Event()
        event.add("uid", f"{key}-{number}@leidseregio.example")
        event.add("dtstamp", GIVEN.astimezone(UTC))
        event.add("dtstart", begins)
        # Civil time: what begins at nine and takes two hours ends at eleven, whatever the clock does.
        event.add("dtend", begins + timedelta(minutes=row["minutes"]))
        if row["rule"]:
            event.add("rrule", vRecur.from_ical(row["rule"]))
        yield event
