"""Who was reminded twice without effect: the secretaries of the body hear of it, once a week a thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core.clock import local_day
from agenda.mail.model import Letter
from agenda.people.model import Membership, Person, Role
from agenda.people.rules import is_active
from agenda.reminders import rules
from agenda.reminders.model import Reminder
from agenda.reminders.rules import Occasion, Planned

# What is asked of somebody in person; what is asked of the staff itself goes no higher.
ESCALATING = frozenset(
    {
        rules.NO_ANSWER,
        rules.POLL_UNANSWERED,
        rules.ROUND_UNANSWERED,
        rules.PAPERS_DUE,
        rules.LEAD_UNPREPARED,
        rules.ACTION_DUE,
    }
)
ENOUGH = 2
WEEK = 7
# What one thing is called in the facts of its occasions.
NAMES = ("meeting", "topic", "action")

Thing = tuple[str, int]


def of_escalations(session: Session, planned: Sequence[Planned], now: datetime) -> list[Occasion]:
    """Give an occasion for each thing of which somebody had two letters, as long as its cause is there."""
    asked = [r for r in planned if r.occasion.kind in ESCALATING and r.due_at <= now]
    if not asked:
        return []
    second = _second_letters(session, asked)
    silent: defaultdict[Thing, dict[int, datetime]] = defaultdict(dict)
    about: dict[Thing, Occasion] = {}
    for reminder in asked:
        o = reminder.occasion
        at = second.get(_place(reminder))
        if at is not None:
            thing = (o.subject_kind, o.subject_id)
            about[thing] = o
            silent[thing][reminder.person_id] = min(at, silent[thing].get(reminder.person_id, at))
    if not silent:
        return []
    secretaries = _secretaries(session, now)
    names = _names(session, {person for people in silent.values() for person in people})
    found = (
        _occasion(about[thing], people, secretaries.get(about[thing].body_id, frozenset()), names, now)
        for thing, people in silent.items()
    )
    return [one for one in found if one is not None]


def _occasion(
    o: Occasion,
    silent: dict[int, datetime],
    secretaries: frozenset[int],
    names: dict[int, str],
    now: datetime,
) -> Occasion | None:
    others = {person: at for person, at in silent.items() if person not in secretaries}
    if not others:
        return None
    first = min(others.values())
    day = local_day(first, o.zone)
    weeks = max(0, (local_day(now, o.zone) - day).days - 1) // WEEK
    return Occasion(
        kind=rules.ESCALATED,
        subject_kind=o.subject_kind,
        subject_id=o.subject_id,
        body_id=o.body_id,
        zone=o.zone,
        day=day + timedelta(days=WEEK * weeks),
        since=first,
        people=secretaries,
        path=o.path,
        facts={
            # What is closed keeps its silence: "" is said as something that is not public.
            "promise": next((o.facts[name] for name in NAMES if name in o.facts), ""),
            "people": ", ".join(sorted(names[person] for person in others)),
        },
    )


def _place(reminder: Planned) -> tuple[str, int]:
    """Name an occasion and a person, as the ledger's keys begin and end."""
    return reminder.key.rsplit("|", 2)[0], reminder.person_id


def _second_letters(session: Session, asked: Iterable[Planned]) -> dict[tuple[str, int], datetime]:
    """Tell when the second letter about an occasion went to a person; who had fewer is left out."""
    places = {_place(reminder) for reminder in asked}
    since = min(reminder.due_at for reminder in asked)
    query = (
        select(Reminder.key, Reminder.person_id, Reminder.sent_at)
        .join(Letter, Letter.key == Reminder.letter_key)
        .where(
            Reminder.due_at >= since,
            Reminder.kind.in_(ESCALATING),
            Reminder.withdrawn_at.is_(None),
            Letter.fate == "sent",
        )
    )
    sent: defaultdict[tuple[str, int], list[datetime]] = defaultdict(list)
    for row in session.execute(query):
        place = (row.key.rsplit("|", 2)[0], row.person_id)
        if place in places:
            sent[place].append(row.sent_at)
    return {place: sorted(times)[ENOUGH - 1] for place, times in sent.items() if len(times) >= ENOUGH}


def _secretaries(session: Session, now: datetime) -> dict[int, frozenset[int]]:
    """Give each body's secretaries of today."""
    query = select(Membership).options(joinedload(Membership.body)).where(Membership.role == Role.SECRETARY)
    found: defaultdict[int, set[int]] = defaultdict(set)
    for seat in session.scalars(query):
        if is_active(seat.since, seat.until, local_day(now, seat.body.time_zone)):
            found[seat.body_id].add(seat.person_id)
    return {body: frozenset(people) for body, people in found.items()}


def _names(session: Session, people: Iterable[int]) -> dict[int, str]:
    query = select(Person.id, Person.name).where(Person.id.in_(people))
    return {row.id: row.name for row in session.execute(query)}
