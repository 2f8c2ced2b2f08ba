"""Topics beside each other, field by field, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import words as spoken
from agenda.people.model import Organisation, Person
from agenda.topics import words
from agenda.topics.model import FocusArea
from agenda.topics.rules import Particulars
from agenda.web import here
from agenda.web.language import language


@dataclass(frozen=True)
class Names:
    """The names behind numbers."""

    people: dict[int, str]
    areas: dict[int, str]
    organisations: dict[int, str]


@dataclass(frozen=True)
class Field:
    """One field: its label, and what each topic holds."""

    label: str
    texts: Sequence[str]


def beside(session: Session, columns: Sequence[Particulars]) -> list[Field]:
    """Give each field in which any of these holds something."""
    names = _names(session, columns)
    written = [_written(column, names) for column in columns]
    return [
        Field(str(words.FIELDS[name]), [texts[name] for texts in written])
        for name in written[0]
        if any(texts[name] for texts in written)
    ]


def _written(topic: Particulars, names: Names) -> dict[str, str]:
    return {
        "title": topic.title,
        "summary": topic.summary,
        "lead": names.people.get(topic.lead_id or 0, ""),
        "official_lead": names.people.get(topic.official_lead_id or 0, ""),
        "needs": "; ".join([*_named(topic.needed_people, names), *topic.needed_portfolios]),
        "guests": "; ".join(_named(topic.guests, names)),
        "deadline": _day(topic.deadline),
        "earliest": _day(topic.earliest),
        "focus_area": names.areas.get(topic.focus_area_id or 0, ""),
        "organisation": names.organisations.get(topic.organisation_id or 0, ""),
        "purpose": str(words.PURPOSES[topic.purpose]),
        "treatment": str(words.TREATMENTS[topic.treatment]),
        "minutes": spoken.duration(topic.minutes, language()),
        "priority": str(words.PRIORITIES[topic.priority]),
        "intensified": str(_("yes")) if topic.intensified else "",
        "closed": str(_("yes")) if topic.closed else "",
        "confidential": str(_("yes")) if topic.confidential else "",
        "neutral_title": topic.neutral_title,
        "desired_result": topic.desired_result,
        "requested_decision": topic.requested_decision,
        "links": "\n".join(link.label for link in topic.links),
    }


def _named(people: Iterable[int], names: Names) -> list[str]:
    return sorted(names.people.get(person, "") for person in people)


def _day(day: date | None) -> str:
    zone = ZoneInfo(here.runtime().config.time_zone)
    return spoken.date_only(day, zone, language()) if day else ""


def _names(session: Session, columns: Iterable[Particulars]) -> Names:
    people = {
        person
        for each in columns
        for person in (each.lead_id, each.official_lead_id, *each.needed_people, *each.guests)
        if person is not None
    }
    named = select(Person.id, Person.name).where(Person.id.in_(people))
    areas = select(FocusArea.id, FocusArea.short_name)
    organisations = select(Organisation.id, Organisation.name)
    return Names(
        {row.id: row.name for row in session.execute(named)},
        {row.id: row.short_name for row in session.execute(areas)},
        {row.id: row.name for row in session.execute(organisations)},
    )
