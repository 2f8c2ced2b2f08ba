"""From what is owed to a letter with its calendar entry. Values in, values out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from agenda.invitations.facts import Facts
from agenda.invitations.model import Told
from agenda.invitations.rules import Owed, answer_token
from agenda.mail import itip
from agenda.mail.compose import LETTERS, CalendarPart, LetterText, Mailbox, letter_templates, render_letter
from agenda.mail.itip import CalendarAttendee, CalendarEvent, Partstat
from agenda.mail.tokens import reply_address
from config import Config

TEMPLATES = {"invitation": "invitation", "repeat": "invitation", "update": "update", "agenda": "update"}


@dataclass(frozen=True)
class Sent:
    """When and as which version something is told, and to which meeting and answer link it points.

    `in_own_calendar`: we write it into the reader's own calendar, so that the letter carries no entry.
    """

    meeting_id: int
    sequence: int
    at: datetime
    token: str
    cancelled: bool = False
    removed: bool = False
    in_own_calendar: bool = False


def as_sent(config: Config, told: Told, serial: int) -> Sent:
    """Give as which version an attendee was told, and with which of the attendee's answer links."""
    return Sent(
        meeting_id=told.attendee.meeting_id,
        sequence=told.sequence,
        at=told.told_at,
        token=answer_token(config.secret, told.attendee_id, serial),
        cancelled=told.cancelled,
        removed=bool(told.facts.get("removed")),
    )


def text(config: Config, facts: Facts, owed: Owed, sent: Sent) -> LetterText:
    """Write the letter in its reader's language."""
    return render_letter(
        TEMPLATES.get(owed.kind, owed.kind),
        facts.language,
        changes=owed.changes,
        asks_again=owed.asks_again,
        agenda_only=owed.agenda_only,
        agenda_added=owed.agenda_added,
        repeated=owed.kind == "repeat",
        in_own_calendar=sent.in_own_calendar,
        **_said(config, facts, sent),
    )


def calendar(config: Config, facts: Facts, sent: Sent) -> CalendarPart:
    """Write the calendar entry: the same bytes for the same facts, also long after the letter left."""
    event = _event(config, facts, sent)
    if sent.cancelled:
        content = itip.cancel(replace(event, status="cancelled"), facts.address)
        return CalendarPart("CANCEL", content)
    return CalendarPart("REQUEST", itip.request(event))


def stored(config: Config, facts: Facts, sent: Sent, partstat: Partstat) -> bytes:
    """Write the same entry as it stands on its owner's calendar server, with what they answered."""
    event = _event(config, replace(facts, partstat=partstat), sent)
    return itip.stored(replace(event, status="cancelled") if sent.cancelled else event)


def counter_declined(
    config: Config, facts: Facts, sent: Sent, proposed: tuple[datetime, datetime], why: str
) -> LetterText:
    """Write that the meeting stays at its own time, and not at the one that the reader proposed."""
    starts_at, ends_at = proposed
    said = _said(config, facts, sent) | {"proposed_from": starts_at, "proposed_until": ends_at, "why": why}
    return render_letter("counter_declined", facts.language, **said)


def counter_declined_calendar(config: Config, facts: Facts, sent: Sent, why: str) -> CalendarPart:
    """Write the entry as it stands, in answer to a proposal (CALENDAR-MAIL rule 23)."""
    return CalendarPart("DECLINECOUNTER", itip.decline_counter(_event(config, facts, sent), why))


def _event(config: Config, facts: Facts, sent: Sent) -> CalendarEvent:
    appointment = facts.appointment
    return CalendarEvent(
        uid=facts.uid,
        sequence=sent.sequence,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        dtstamp=sent.at,
        last_modified=sent.at,
        summary=facts.summary,
        description=_description(config, facts, sent),
        location=appointment.venue,
        organizer=replace(reply_to(config, sent.token), name=facts.organiser or config.mail_name),
        attendees=_attendees(facts, sent),
        status="tentative" if appointment.tentative else "confirmed",
        url=agenda_url(config, sent.meeting_id),
        # Rule 8: who acts for somebody else says so.
        sent_by=config.mail_from if facts.organiser else None,
        alarm=facts.alarm,
    )


def _attendees(facts: Facts, sent: Sent) -> tuple[CalendarAttendee, ...]:
    """List the recipient first, and who else stands in the entry; a farewell names the recipient alone."""
    hall = facts.role == "non_participant"
    own = CalendarAttendee(
        facts.name,
        facts.address,
        role=facts.role,
        kind="room" if hall else "individual",
        partstat=facts.partstat,
    )
    return (own,) if sent.cancelled else (own, *facts.listed)


def reply_to(config: Config, token: str) -> Mailbox:
    """Give the address on which one attendee's answers arrive (rule 8)."""
    return Mailbox(config.mail_name, reply_address(token, config.mail_from))


def answer_url(config: Config, token: str) -> str:
    """Give the link on which one attendee answers."""
    return f"{config.base_url}/answer/{token}"


def agenda_url(config: Config, meeting_id: int) -> str:
    """Give the link to the meeting's page."""
    return f"{config.base_url}/meetings/{meeting_id}"


def _description(config: Config, facts: Facts, sent: Sent) -> str:
    template = letter_templates(LETTERS).get_template(f"_description/{facts.language}.txt")
    return template.render(language=facts.language, **_said(config, facts, sent))


def _said(config: Config, facts: Facts, sent: Sent) -> dict[str, object]:
    appointment = facts.appointment
    return {
        "zone": ZoneInfo(config.time_zone),
        "sender": config.mail_name,
        "meeting": appointment.title,
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
        "place": appointment.venue,
        "host": facts.host,
        "items": appointment.items,
        "agenda_known": appointment.agenda is not None,
        "guest": facts.guest,
        "tentative": appointment.tentative,
        "reason": facts.reason,
        "successor": facts.successor,
        "organiser": facts.organiser,
        "replaces": facts.replaces,
        "substitute_for": facts.substitute_for,
        "removed": sent.removed,
        "cancelled": sent.cancelled,
        "answer_url": answer_url(config, sent.token),
        "agenda_url": agenda_url(config, sent.meeting_id),
    }
