"""A calendar that programs follow: the meetings of one person, or of a body, as they were told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agenda.invitations.facts import Facts
from agenda.invitations.letters import agenda_url
from agenda.invitations.rules import Appointment
from agenda.mail.compose import LETTERS, letter_templates
from agenda.mail.itip import FeedEvent, Status, publish
from config import Config

# A cancelled meeting stays a while, so that every program that fetches rarely sees it (rule 26).
CANCELLED_STAYS = timedelta(days=60)
PAST_STAYS = timedelta(days=365)


@dataclass(frozen=True)
class Entry:
    """One meeting in a feed.

    `answer` is that of the feed's owner, "" in that of a body; `own` tells that the items are the owner's.
    `alarm`: how many minutes before the start it warns; 0 for not.
    """

    meeting_id: int
    facts: Facts
    sequence: int
    told_at: datetime
    cancelled: bool
    removed: bool
    answer: str = ""
    own: bool = True
    alarm: int = 0

    @property
    def appointment(self) -> Appointment:
        """When and where, as it was told."""
        return self.facts.appointment


def content(config: Config, name: str, entries: Iterable[Entry], now: datetime) -> bytes:
    """Write the feed: the same bytes for the same facts, oldest meeting first."""
    kept = [entry for entry in entries if _belongs(entry, now)]
    kept.sort(key=lambda entry: (entry.appointment.starts_at, entry.facts.uid))
    return publish(name, (_event(config, entry) for entry in kept))


def etag_of(text: bytes) -> str:
    """Name a version of a feed (a strong ETag, without its quotes)."""
    return hashlib.sha256(text).hexdigest()[:32]


def in_name_of_body(entry: Entry, appointment: Appointment) -> Entry:
    """Tell a meeting as everyone in the body may know it, instead of as one attendee was told."""
    return replace(entry, facts=replace(entry.facts, appointment=appointment), answer="", own=False)


def _belongs(entry: Entry, now: datetime) -> bool:
    stays = CANCELLED_STAYS if entry.cancelled else PAST_STAYS
    return entry.appointment.starts_at + stays > now


def _event(config: Config, entry: Entry) -> FeedEvent:
    appointment = entry.appointment
    live: Status = "tentative" if appointment.tentative else "confirmed"
    return FeedEvent(
        uid=entry.facts.uid,
        sequence=entry.sequence,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        told_at=entry.told_at,
        summary=entry.facts.summary,
        description=_description(config, entry),
        location=appointment.venue,
        status="cancelled" if entry.cancelled else live,
        url=agenda_url(config, entry.meeting_id),
        alarm=entry.alarm,
    )


def _description(config: Config, entry: Entry) -> str:
    appointment, language = entry.appointment, entry.facts.language
    template = letter_templates(LETTERS).get_template(f"_feed/{language}.txt")
    return template.render(
        language=language,
        zone=ZoneInfo(config.time_zone),
        meeting=appointment.title,
        place=appointment.venue,
        items=appointment.items,
        agenda_known=appointment.agenda is not None,
        own=entry.own,
        answer=entry.answer,
        cancelled=entry.cancelled,
        removed=entry.removed,
        reason=entry.facts.reason,
        successor=entry.facts.successor,
        agenda_url=agenda_url(config, entry.meeting_id),
    )
