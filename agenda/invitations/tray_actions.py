"""What a secretary does with a message that could not be dealt with by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, NotFound
from agenda.core.text import clean
from agenda.invitations.tray_queries import Fate, incoming_for, message
from agenda.mail.model import Incoming
from agenda.meetings.attendance import add_attendee
from agenda.meetings.attendance import answer as keep_answer
from agenda.meetings.model import Answer, Attendee
from agenda.meetings.substitutes import name_substitute
from agenda.people.model import Person

LONGEST_NOTE = 2_000


def record_answer(
    session: Session, incoming_id: int, attendee_id: int, said: Answer, by: Actor, now: datetime
) -> Attendee:
    """Keep what a message says as the answer of an attendee of its meeting, in the secretary's name.

    Raises NotFound for someone who is not invited there, and what meetings.attendance.answer raises.
    """
    incoming = _waiting(session, incoming_id, by)
    found = message(session, incoming)
    attendee = next((one for one in found.people if one.id == attendee_id), None)
    if attendee is None:
        raise NotFound("not_found")
    by.must("invite", attendee.meeting.body)
    keep_answer(session, attendee, said, found.text, now)
    _done(session, incoming, "answer_recorded", by, now, {"person": attendee.person.name, "answer": said})
    return attendee


def invite_newcomer(
    session: Session, incoming_id: int, by: Actor, now: datetime, *, instead: bool = False
) -> Person:
    """Invite whom a message brings up: beside the others, or `instead` of whose invitation it answers.

    The letter follows by itself. Raises Conflict where nobody is known by the address, and what
    meetings.attendance.add_attendee and meetings.substitutes.name_substitute raise.
    """
    incoming = _waiting(session, incoming_id, by)
    found = message(session, incoming)
    if found.meeting is None or (instead and found.attendee is None):
        raise NotFound("not_found")
    by.must("plan", found.meeting.body)
    # Once invited this person is no newcomer any more.
    newcomer = found.newcomer
    if newcomer is None:
        raise Conflict("sender_unknown", address=incoming.sender)
    after: dict[str, object] = {"person": newcomer.name}
    if instead and found.attendee is not None:
        name_substitute(session, found.attendee, newcomer.id, by, now)
        after["instead_of"] = found.attendee.person.name
    else:
        add_attendee(session, found.meeting, newcomer, by, now)
    _done(session, incoming, "newcomer_invited", by, now, after)
    return newcomer


def set_done(session: Session, incoming_id: int, note: str, by: Actor, now: datetime) -> None:
    """Put a message away; what was done with it is kept."""
    incoming = _waiting(session, incoming_id, by)
    incoming.note = clean(note).strip()[:LONGEST_NOTE]
    _done(session, incoming, "put_away", by, now, {"note": incoming.note})


def put_back(session: Session, incoming_id: int, by: Actor, now: datetime) -> None:
    """Let a message wait again; an answer that was recorded stays until another one is given."""
    incoming = incoming_for(session, incoming_id, by, to_change=True)
    if incoming.fate == Fate.WAITING:
        return
    before = {"fate": incoming.fate}
    incoming.fate = Fate.WAITING.value
    audit.record(session, by, now, "put_back", ("incoming", incoming.id), before, {"fate": incoming.fate})


def _waiting(session: Session, incoming_id: int, by: Actor) -> Incoming:
    incoming = incoming_for(session, incoming_id, by, to_change=True)
    if incoming.fate != Fate.WAITING:
        raise Conflict("message_dealt_with")
    return incoming


def _done(
    session: Session, incoming: Incoming, verb: str, by: Actor, now: datetime, after: dict[str, object]
) -> None:
    incoming.fate = Fate.DONE.value
    audit.record(session, by, now, verb, ("incoming", incoming.id), after=after)
