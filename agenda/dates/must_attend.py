"""Who must be there: without them a meeting does not take place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.dates.model import MustAttend
from agenda.meetings.model import Attendee, Meeting
from agenda.meetings.rules import must_be_possible, state_of
from agenda.people.model import Person

VERBS = {"must_attend_set": _l("decided who must be there")}
FIELDS = {"must_attend": _l("Must be there")}


def require(session: Session, meeting: Meeting, wanted: Iterable[str], by: Actor, now: datetime) -> None:
    """Keep who must be there, by ids such as "person:7"; who is not invited cannot be required."""
    by.must("plan", meeting.body)
    must_be_possible("set_date", state_of(meeting, now))
    asked = set(wanted)
    invited = session.execute(
        select(Person.id, Person.name)
        .join(Attendee, Attendee.person_id == Person.id)
        .where(Attendee.meeting_id == meeting.id, Attendee.removed_at.is_(None))
        .order_by(Attendee.id)
    )
    names = {key: name for key, name in invited if f"person:{key}" in asked}
    rows = session.scalars(select(MustAttend).where(MustAttend.meeting_id == meeting.id)).all()
    before = _names(session, [row.person_id for row in rows])
    for row in rows:
        if row.person_id not in names:
            session.delete(row)
    kept = {row.person_id for row in rows}
    session.add_all(MustAttend(meeting_id=meeting.id, person_id=key) for key in names if key not in kept)
    after = ", ".join(sorted(names.values()))
    if before != after:
        about = ("meeting", meeting.id)
        audit.record(
            session, by, now, "must_attend_set", about, {"must_attend": before}, {"must_attend": after}
        )


def _names(session: Session, people: list[int]) -> str:
    return ", ".join(sorted(session.scalars(select(Person.name).where(Person.id.in_(people)))))
