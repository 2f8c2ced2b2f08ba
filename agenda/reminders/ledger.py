"""What will go, what went and what did not, to whom and why: of one meeting, or of one person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.clock import at_local, local_day
from agenda.mail.model import Letter
from agenda.mail.queries import open_hold
from agenda.mail.rules import State, state_of
from agenda.people.model import Person
from agenda.reminders import gathering, queries, rules
from agenda.reminders.gathering import Look
from agenda.reminders.model import Reminder
from agenda.reminders.moments import next_moment
from agenda.reminders.rules import Planned
from agenda.reminders.wishes import Why
from config import Config

# What was said longer ago is no longer of use on a screen.
SHOWN = timedelta(days=366)
NAMES = ("meeting", "topic", "action", "promise", "decision", "body")


class Part(StrEnum):
    """The parts of the ledger."""

    COMING = "coming"
    WENT = "went"
    NOT = "not"


@dataclass(frozen=True)
class Entry:
    """One reminder to one person: `at` is when it goes, went, or would have gone.

    `why`: why it does not go, `until` on which day it is said again. `waits`: it is due on a day on which
    its reader gets no letters. `about`: what it is about, "" where that may not be said or is not known;
    `path`: its page, as long as the cause is there.
    """

    part: Part
    kind: str
    person_id: int
    name: str
    at: datetime
    about: str = ""
    path: str = ""
    why: str = ""
    until: date | None = None
    waits: bool = False
    no_address: bool = False
    letter_id: int | None = None
    fate: State | None = None


def of_meeting(session: Session, config: Config, meeting_id: int, now: datetime) -> list[Entry]:
    """List a meeting's reminders: what comes first on top, then what went, the newest first."""
    rows = select(Reminder).where(Reminder.subject_kind == "meeting", Reminder.subject_id == meeting_id)
    seen = gathering.look(session, now, meeting_id)
    mine = [
        r for r in seen.planned if (r.occasion.subject_kind, r.occasion.subject_id) == ("meeting", meeting_id)
    ]
    return _entries(session, config, Look(mine, seen.wishes), session.scalars(rows).all(), now)


def of_person(session: Session, config: Config, person_id: int, now: datetime) -> list[Entry]:
    """List one person's reminders over all meetings, in the same order."""
    since = now - SHOWN
    rows = select(Reminder).where(Reminder.person_id == person_id, Reminder.sent_at >= since)
    seen = gathering.look(session, now)
    mine = [r for r in seen.planned if r.person_id == person_id]
    return _entries(session, config, Look(mine, seen.wishes), session.scalars(rows).all(), now)


def _entries(
    session: Session, config: Config, seen: Look, rows: Sequence[Reminder], now: datetime
) -> list[Entry]:
    ids = {r.person_id for r in seen.planned} | {row.person_id for row in rows}
    people = {p.id: p for p in session.scalars(select(Person).where(Person.id.in_(ids)))}
    coming = sorted(_coming(session, config, seen, people, now), key=lambda one: (one.at, one.name))
    went = sorted(_went(session, seen, rows, people, now), key=lambda one: one.name)
    went.sort(key=lambda one: one.at, reverse=True)
    return [*coming, *went]


def _coming(
    session: Session, config: Config, seen: Look, people: dict[int, Person], now: datetime
) -> Iterable[Entry]:
    zone = config.time_zone
    today = local_day(now, zone)
    had_theirs = queries.written_to_since(session, gathering.start_of_day(now, zone))
    tomorrow = at_local(today + timedelta(days=1), time(), zone)
    waiting = queries.not_gone(session, rules.due(seen.planned, now, ()))
    later = [r for r in seen.planned if r.due_at > now]
    for reminder in {r.key: r for r in [*later, *waiting]}.values():
        person, wish = people[reminder.person_id], seen.wishes.wish_of(reminder.person_id)
        first = max(reminder.due_at, tomorrow if person.id in had_theirs else now)
        at = next_moment(first, wish, zone)
        if at is None:
            continue
        o, day = reminder.occasion, local_day(at, zone)
        why = seen.wishes.why_not(reminder, day)
        yield Entry(
            part=Part.COMING if why is None else Part.NOT,
            kind=o.kind,
            person_id=person.id,
            name=person.name,
            at=at,
            about=_about(reminder),
            path=o.path,
            why=why or "",
            until=seen.wishes.resting.get((person.id, o.kind, o.subject_kind, o.subject_id)),
            waits=reminder.due_at > now and day > local_day(first, zone),
            no_address=person.undeliverable_since is not None,
        )


def _went(
    session: Session, seen: Look, rows: Sequence[Reminder], people: dict[int, Person], now: datetime
) -> Iterable[Entry]:
    held = open_hold(session) is not None
    keys = {row.letter_key for row in rows}
    columns = select(Letter.id, Letter.key, Letter.fate, Letter.leased_until, Letter.attempts)
    found = session.execute(columns.add_columns(Letter.expires_at).where(Letter.key.in_(keys)))
    letters = {letter.key: (letter.id, state_of(letter, now, held)) for letter in found}
    about = {_subject(r): (_about(r), r.occasion.path) for r in seen.planned}
    for row in rows:
        # It goes in another letter, or it did already: then that letter tells.
        if row.withdrawn_at is not None and row.why == Why.GATHERED_ANEW:
            continue
        letter_id, fate = letters.get(row.letter_key, (None, None))
        name, path = about.get((row.kind, row.subject_kind, row.subject_id), ("", ""))
        yield Entry(
            part=Part.WENT if row.withdrawn_at is None else Part.NOT,
            kind=row.kind,
            person_id=row.person_id,
            name=people[row.person_id].name,
            at=row.withdrawn_at or row.sent_at,
            about=name,
            path=path,
            why=row.why,
            letter_id=letter_id,
            fate=fate,
        )


def _subject(reminder: Planned) -> tuple[str, str, int]:
    o = reminder.occasion
    return o.kind, o.subject_kind, o.subject_id


def _about(reminder: Planned) -> str:
    facts = reminder.occasion.facts
    return str(next((facts[name] for name in NAMES if name in facts), ""))
