"""The letters of a poll and its tentative calendar entries. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from agenda.dates.poll_rules import Ending, Owed, vote_token
from agenda.mail import itip
from agenda.mail.compose import LETTERS, CalendarPart, LetterText, Mailbox, letter_templates, render_letter
from agenda.mail.itip import CalendarAttendee, CalendarEvent, uid_for
from agenda.meetings.rules import ends_at
from config import Config

TEMPLATES = {"ask": "poll", "changed": "poll_changed", "ended": "poll_ended"}
HOLD, NO_HOLD = "poll_hold", "poll_hold_cancelled"


@dataclass(frozen=True)
class About:
    """What the letters of one poll tell its reader of it."""

    meeting: str
    minutes: int
    moments: tuple[datetime, ...]
    deadline: datetime
    note: str
    holds: bool
    zone: str
    link: str


@dataclass(frozen=True)
class End:
    """How a poll ended for its reader; `starts_at` is the date that the meeting got instead."""

    ending: Ending | None
    removed: bool = False
    reason: str = ""
    starts_at: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """One moment as it stands, or stood, in one voter's calendar."""

    uid: str
    sequence: int
    cancelled: bool
    starts_at: datetime
    summary: str
    reader: Mailbox
    language: str
    at: datetime
    # Where the answer of its reader arrives.
    reply_to: str


def vote_path(config: Config, voter_id: int, serial: int) -> str:
    """Give the path of the page on which one voter answers, without signing in."""
    return f"/poll/{vote_token(config.secret, voter_id, serial)}"


def hold_uid(config: Config, opened_at: datetime, poll_id: int, slot_id: int, voter_id: int) -> str:
    """Give the UID of one moment in one voter's calendar."""
    return uid_for(f"poll-{poll_id}-{slot_id}-{voter_id}-{opened_at:%Y%m%d%H%M%S}", config.mail_domain)


def text(config: Config, about: About, language: str, owed: Owed, end: End) -> LetterText:
    """Write the letter that a voter is owed."""
    if owed.kind == "ended":
        return render_letter("poll_ended", language, end=end, **_said(config, about))
    if owed.kind == "ask":
        return render_letter("poll", language, reminder=False, **_said(config, about))
    return render_letter("poll_changed", language, owed=owed, **_said(config, about))


def reminder(config: Config, about: About, language: str, unanswered: Sequence[datetime]) -> LetterText:
    """Write the letter by which a secretary reminds someone of what is still open."""
    left = replace(about, moments=tuple(unanswered))
    return render_letter("poll", language, reminder=True, **_said(config, left))


def hold_text(config: Config, about: About, entry: Entry) -> LetterText:
    """Write the letter that carries one tentative entry, or takes it away."""
    kind = NO_HOLD if entry.cancelled else HOLD
    return render_letter(kind, entry.language, starts_at=entry.starts_at, **_said(config, about))


def hold_calendar(config: Config, about: About, entry: Entry) -> CalendarPart:
    """Write the entry itself: one VEVENT with a UID of its own (rules 4 and 9)."""
    template = letter_templates(LETTERS).get_template(f"_hold/{entry.language}.txt")
    event = CalendarEvent(
        uid=entry.uid,
        sequence=entry.sequence,
        starts_at=entry.starts_at,
        ends_at=ends_at(entry.starts_at, about.minutes),
        dtstamp=entry.at,
        last_modified=entry.at,
        summary=entry.summary,
        description=template.render(
            language=entry.language, cancelled=entry.cancelled, **_said(config, about)
        ),
        location="",
        organizer=Mailbox(config.mail_name, entry.reply_to),
        attendees=(CalendarAttendee(entry.reader.name, entry.reader.address),),
        status="tentative",
        url=about.link,
    )
    if entry.cancelled:
        return CalendarPart("CANCEL", itip.cancel(event, entry.reader.address))
    return CalendarPart("REQUEST", itip.request(event))


def _said(config: Config, about: About) -> dict[str, object]:
    return {
        "zone": ZoneInfo(about.zone),
        "dutch_time": about.zone == "Europe/Amsterdam",
        "zone_name": about.zone,
        "sender": config.mail_name,
        "meeting": about.meeting,
        "minutes": about.minutes,
        "moments": about.moments,
        "deadline": about.deadline,
        "note": about.note,
        "holds": about.holds,
        "link": about.link,
    }
