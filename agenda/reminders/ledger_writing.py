"""The ledger of what goes: one row a reminder, also when it is withdrawn and goes another time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.clock import local_day
from agenda.mail.tokens import token_hash
from agenda.reminders.digest import rest_token
from agenda.reminders.gathering import start_of_day
from agenda.reminders.model import Reminder
from agenda.reminders.rules import Planned
from config import Config


class Ledger:
    """Writes down what goes in the letters of one turn, and names those letters."""

    def __init__(
        self, session: Session, config: Config, gathered: Mapping[int, Sequence[Planned]], now: datetime
    ) -> None:
        self.session, self.config, self.now = session, config, now
        self.today = local_day(now, config.time_zone)
        since = min(reminder.due_at for found in gathered.values() for reminder in found)
        withdrawn = Reminder.withdrawn_at.is_not(None)
        rows = session.scalars(select(Reminder).where(withdrawn, Reminder.due_at >= since))
        self.withdrawn = {row.key: row for row in rows}
        lately = withdrawn, Reminder.sent_at >= start_of_day(now, config.time_zone)
        self.taken = set(session.scalars(select(Reminder.letter_key).where(*lately)))

    def note(self, person_id: int, found: Sequence[Planned]) -> str:
        """Write down what one person is told now, and give the key of the letter in which it goes."""
        key = self._letter_key(person_id)
        for reminder in found:
            row = self.withdrawn.get(reminder.key)
            if row is None:
                self.session.add(self._row(reminder, key))
            else:
                row.letter_key, row.sent_at, row.withdrawn_at, row.why = key, self.now, None, ""
        return key

    def _letter_key(self, person_id: int) -> str:
        """Name the letter of today; a letter that was withdrawn today keeps its name to itself."""
        key = first = f"reminders:{person_id}:{self.today.isoformat()}"
        again = 1
        while key in self.taken:
            again += 1
            key = f"{first}:{again}"
        return key

    def _row(self, reminder: Planned, key: str) -> Reminder:
        o = reminder.occasion
        return Reminder(
            key=reminder.key,
            kind=o.kind,
            person_id=reminder.person_id,
            subject_kind=o.subject_kind,
            subject_id=o.subject_id,
            due_at=reminder.due_at,
            sent_at=self.now,
            letter_key=key,
            withdrawn_at=None,
            why="",
            token_hash=token_hash(rest_token(self.config, reminder.key, reminder.person_id)),
        )
