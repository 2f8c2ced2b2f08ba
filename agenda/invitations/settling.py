"""Changes leave once they stand still: five changes in a minute of editing make one letter, not five."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from agenda.invitations.model import Settling
from agenda.invitations.rules import has_settled
from agenda.invitations.standing import Standing
from agenda.meetings.model import Meeting
from config import Config


def settled(session: Session, config: Config, owing: Sequence[Standing], now: datetime) -> list[Standing]:
    """Give of what is owed that which may leave now; the rest is noted and waits.

    What is owed is itself compared: whatever changes it starts the wait anew, and no caller can forget.
    """
    wait = timedelta(seconds=config.settle_seconds)
    if not wait:
        return list(owing)
    by_meeting: defaultdict[int, list[Standing]] = defaultdict(list)
    for one in owing:
        by_meeting[one.meeting.id].append(one)
    noted = {row.meeting_id: row for row in session.scalars(select(Settling))}
    leaving: list[Standing] = []
    for meeting_id, found in by_meeting.items():
        row = _noted(session, noted.pop(meeting_id, None), meeting_id, _fingerprint(found), now)
        if has_settled(row.since, row.first_at, now, wait):
            session.delete(row)
            leaving += found
    for row in noted.values():
        # The change was taken back before anyone heard of it.
        session.delete(row)
    return leaving


def forget(session: Session, meeting: Meeting) -> None:
    """Stop waiting for a meeting of which everything was told."""
    session.execute(delete(Settling).where(Settling.meeting_id == meeting.id))


def leaves_at(session: Session, config: Config, meeting: Meeting, now: datetime) -> datetime:
    """Tell about when what is owed of this meeting leaves, if nothing more changes."""
    row = session.scalars(select(Settling).where(Settling.meeting_id == meeting.id)).one_or_none()
    since = min(row.since, now) if row else now
    return since + timedelta(seconds=config.settle_seconds)


def _noted(session: Session, row: Settling | None, meeting_id: int, found: str, now: datetime) -> Settling:
    if row is None:
        row = Settling(meeting_id=meeting_id, fingerprint=found, since=now, first_at=now)
        session.add(row)
    elif row.fingerprint != found or row.since > now:
        # A clock that was set back must not keep letters waiting until it is then again.
        row.fingerprint, row.since, row.first_at = found, now, min(row.first_at, now)
    return row


def _fingerprint(owing: Sequence[Standing]) -> str:
    """Name what is owed to all attendees of one meeting: another name means that someone still edits."""
    said = sorted((one.attendee.id, repr(one.owed), one.reason, one.successor) for one in owing)
    return hashlib.sha256(repr(said).encode()).hexdigest()
