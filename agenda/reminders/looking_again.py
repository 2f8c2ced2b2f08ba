"""The last look at a day's letter, right before it leaves: is what it says still so?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.core.audit import AuditEntry
from agenda.core.clock import local_day
from agenda.mail.model import Letter
from agenda.reminders import gathering, queries
from agenda.reminders.model import Reminder
from agenda.reminders.moments import may_write
from agenda.reminders.wishes import Why, Wishes
from config import Config

# Every change is written into the trail; what only time changes is looked at anew this soon.
FRESH = timedelta(seconds=10)


@dataclass(frozen=True)
class Seen:
    """What was so at a moment: the keys of reminders with a cause, what is off, what people asked for."""

    newest: int
    at: datetime
    keys: frozenset[str]
    off: frozenset[tuple[str, str, int]]
    wishes: Wishes


class LookAgain:
    """Judges one turn's letters; for a hundred letters it looks once, unless something changed meanwhile."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._seen: Seen | None = None

    def __call__(self, session: Session, letter: Letter, now: datetime) -> str | None:
        """Tell why a letter must not leave as it is, and note that in the ledger; None where it may.

        What is left of it is gathered anew, under another key. A letter that may have arrived already is
        only stopped when nothing of it is left: else its reader would get two.
        """
        mine = select(Reminder).where(Reminder.letter_key == letter.key, Reminder.withdrawn_at.is_(None))
        rows = session.scalars(mine).all()
        if not rows:
            return None
        seen, zone = self._look(session, now), self.config.time_zone
        reasons = [_why(row, seen, now, zone) for row in rows]
        nothing_left = all(reasons)
        if not nothing_left and letter.handed_over_at is not None:
            return None
        late = local_day(letter.queued_at, zone) != local_day(now, zone)
        late = late or not may_write(now, seen.wishes.wish_of(rows[0].person_id), zone)
        if not (late or any(reasons)):
            return None
        for row, why in zip(rows, reasons, strict=True):
            row.withdrawn_at, row.why = now, why or Why.GATHERED_ANEW
        return Why.CAUSE_GONE if nothing_left else Why.GATHERED_ANEW

    def _look(self, session: Session, now: datetime) -> Seen:
        newest = session.scalar(select(func.max(AuditEntry.id))) or 0
        seen = self._seen
        if seen is None or seen.newest != newest or not seen.at <= now < seen.at + FRESH:
            look = gathering.look_at_what_is_due(session, now)
            keys = frozenset(reminder.key for reminder in look.planned)
            off = frozenset(queries.switched_off(session))
            seen = self._seen = Seen(newest, now, keys, off, look.wishes)
        return seen


def _why(row: Reminder, seen: Seen, now: datetime, zone: str) -> Why | None:
    if (row.kind, row.subject_kind, row.subject_id) in seen.off:
        return Why.OFF_BY_SECRETARY
    place = (row.person_id, row.kind, row.subject_kind, row.subject_id)
    why = seen.wishes.why_not_about(place, local_day(now, zone))
    if why is None and row.key not in seen.keys:
        return Why.CAUSE_GONE
    return why
