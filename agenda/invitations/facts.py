"""What one attendee was told, whole: enough to write the same calendar entry again. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any, cast

from agenda.invitations.rules import Appointment, PersonalItem
from agenda.mail.itip import CalendarAttendee, Partstat, Role


@dataclass(frozen=True)
class Facts:
    """A meeting as it was told to one attendee, and how that attendee was addressed.

    `summary` is the neutral name that stands in calendars (rule 5); `revision` is the meeting's when this was
    told, and `span` its start and end, which are wider than a guest's; `thread` holds the keys of the first
    and the last letter about this meeting. `organiser` is in whose name is invited, `replaces` which meetings
    this one takes the place of, `substitute_for` whom the attendee represents, `listed` who else is named,
    `alarm` how many minutes before the start their calendar warns them (0: not by us).
    """

    uid: str
    revision: int
    span: str
    summary: str
    name: str
    address: str
    language: str
    role: Role
    partstat: Partstat
    guest: bool
    host: str
    appointment: Appointment
    reason: str = ""
    successor: str = ""
    thread: tuple[str, ...] = ()
    organiser: str = ""
    replaces: str = ""
    substitute_for: str = ""
    listed: tuple[CalendarAttendee, ...] = ()
    alarm: int = 0


def as_json(facts: Facts) -> dict[str, Any]:
    """Turn the facts into what the database keeps."""
    kept = {field.name: getattr(facts, field.name) for field in fields(facts)}
    kept["appointment"] = _appointment_as_json(facts.appointment)
    kept["thread"] = list(facts.thread)
    kept["listed"] = [asdict(one) for one in facts.listed]
    return kept


def from_json(kept: Mapping[str, Any]) -> Facts:
    """Read the facts back as they were told."""
    # What an earlier version of the product did not tell was not told.
    known = {field.name: kept[field.name] for field in fields(Facts) if field.name in kept}
    known["appointment"] = _appointment_from_json(kept["appointment"])
    known["thread"] = tuple(kept["thread"])
    known["listed"] = tuple(CalendarAttendee(**one) for one in kept.get("listed", ()))
    return Facts(**known)


def _appointment_as_json(appointment: Appointment) -> dict[str, Any]:
    return {
        "starts_at": _written(appointment.starts_at),
        "ends_at": _written(appointment.ends_at),
        "venue": appointment.venue,
        "title": appointment.title,
        "items": [[item.title, _written(item.starts_at), item.minutes] for item in appointment.items],
        "tentative": appointment.tentative,
        "agenda_known": appointment.agenda_known,
    }


def _appointment_from_json(kept: Mapping[str, Any]) -> Appointment:
    return Appointment(
        starts_at=datetime.fromisoformat(kept["starts_at"]),
        ends_at=datetime.fromisoformat(kept["ends_at"]),
        venue=cast(str, kept["venue"]),
        title=cast(str, kept["title"]),
        items=tuple(
            PersonalItem(title, datetime.fromisoformat(starts_at), minutes)
            for title, starts_at, minutes in kept["items"]
        ),
        tentative=cast(bool, kept["tentative"]),
        agenda_known=cast(bool, kept["agenda_known"]),
    )


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
