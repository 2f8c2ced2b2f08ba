"""What is to be said now and to whom: causes, wishes and the ledger put together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.clock import at_local, local_day
from agenda.mail.leases import withdraw
from agenda.mail.model import Letter
from agenda.reminders import queries, rules
from agenda.reminders.escalations import of_escalations
from agenda.reminders.model import Reminder
from agenda.reminders.moments import FIRST_HOUR, USUAL_HOUR, Wish, may_write, next_moment
from agenda.reminders.rules import Planned
from agenda.reminders.wishes import Why, Wishes, woken
from agenda.reminders.wishes_queries import wishes_of_all
from config import Config

LETTER_KIND = "reminders"
ANYBODY = Wish(hour=FIRST_HOUR)


@dataclass(frozen=True)
class Look:
    """Everything with a cause at one moment, past and to come, and what people asked for."""

    planned: list[Planned]
    wishes: Wishes

    def wanted(self, now: datetime, zone: str) -> list[Planned]:
        """Leave out what its reader asked not to hear today."""
        today = local_day(now, zone)
        return [r for r in self.planned if self.wishes.why_not(r, today) is None]


def look(
    session: Session, now: datetime, meeting_id: int | None = None, until: datetime | None = None
) -> Look:
    """Look at every reminder that has a cause now; of one meeting where one is given.

    With `until` only of meetings that begin before it.
    """
    found = queries.planned(session, now, meeting_id, until)
    off = queries.switched_off(session)
    escalated = [
        o for o in of_escalations(session, found, now) if (o.kind, o.subject_kind, o.subject_id) not in off
    ]
    found += rules.plan(escalated, queries.days_by_body(session))
    wishes = wishes_of_all(session)
    return Look([*found, *woken(found, wishes)], wishes)


def look_at_what_is_due(session: Session, now: datetime) -> Look:
    """Look no further ahead than what can be due now."""
    return look(session, now, until=now + queries.furthest(session))


def due(session: Session, seen: Look, now: datetime, zone: str) -> list[Planned]:
    """List what is due, wanted by its reader, and did not go."""
    # Reminders are due at the usual hour; who chose an earlier one hears of them by then.
    soon = rules.due(seen.wanted(now, zone), now + timedelta(hours=USUAL_HOUR - FIRST_HOUR), ())
    return queries.not_gone(session, [r for r in soon if r.due_at <= now + _early(r.person_id, seen)])


def _early(person_id: int, seen: Look) -> timedelta:
    return timedelta(hours=max(0, USUAL_HOUR - seen.wishes.wish_of(person_id).hour))


def start_of_day(now: datetime, zone: str) -> datetime:
    """Give the moment at which the civil day began."""
    return at_local(local_day(now, zone), time(), zone)


def gather(session: Session, config: Config, now: datetime) -> dict[int, list[Planned]]:
    """Give by person what goes in a letter now; nobody who had one today, or may not be written to now.

    A letter of an earlier day that still waits is withdrawn, and what it said is gathered with the rest.
    """
    zone = config.time_zone
    if not may_write(now, ANYBODY, zone):
        return {}
    seen = look_at_what_is_due(session, now)
    gathered = _by_person(session, seen, now, zone)
    busy, folded = _fold(session, gathered, now)
    if folded:
        gathered = _by_person(session, seen, now, zone)
    return {person: found for person, found in gathered.items() if person not in busy}


def _by_person(session: Session, seen: Look, now: datetime, zone: str) -> dict[int, list[Planned]]:
    written_to = queries.written_to_since(session, start_of_day(now, zone))
    gathered: defaultdict[int, list[Planned]] = defaultdict(list)
    for reminder in due(session, seen, now, zone):
        person = reminder.person_id
        if person not in written_to and may_write(now, seen.wishes.wish_of(person), zone):
            gathered[person].append(reminder)
    return gathered


def _fold(session: Session, gathered: dict[int, list[Planned]], now: datetime) -> tuple[set[int], bool]:
    """Withdraw the letters that still wait; name whose letter is leaving, and tell whether any was withdrawn.

    What may have arrived is no longer ours to take back: its reader hears the rest another day.
    """
    waits = (Letter.kind == LETTER_KIND, Letter.settled_at.is_(None))
    waiting = set(session.scalars(select(Letter.person_id).where(*waits))) & gathered.keys()
    if not waiting:
        return set(), False
    free = session.scalars(
        select(Letter)
        .where(*waits, Letter.person_id.in_(waiting), Letter.handed_over_at.is_(None))
        .with_for_update(skip_locked=True)
    ).all()
    taken = [one for one in free if one.leased_until is None or one.leased_until <= now]
    for letter in taken:
        withdraw(letter, Why.GATHERED_ANEW, now)
    if taken:
        keys = [letter.key for letter in taken]
        rows = select(Reminder).where(Reminder.letter_key.in_(keys), Reminder.withdrawn_at.is_(None))
        for row in session.scalars(rows):
            row.withdrawn_at, row.why = now, Why.GATHERED_ANEW
        session.flush()
    done = {letter.person_id for letter in taken}
    return {person for person in waiting if person is not None and person not in done}, bool(taken)


def next_reminder(session: Session, config: Config, now: datetime) -> datetime | None:
    """Tell when the next letter goes; None when nothing is planned."""
    zone, seen = config.time_zone, look(session, now)
    coming = [(r.due_at, r.person_id) for r in seen.wanted(now, zone) if r.due_at > now]
    # Who had a letter today hears the rest on another day.
    had_theirs = queries.written_to_since(session, start_of_day(now, zone))
    tomorrow = at_local(local_day(now, zone) + timedelta(days=1), time(), zone)
    for reminder in due(session, seen, now, zone):
        person = reminder.person_id
        coming.append((tomorrow if person in had_theirs else now, person))
    moments = (next_moment(at, seen.wishes.wish_of(person), zone) for at, person in set(coming))
    return min((moment for moment in moments if moment is not None), default=None)
