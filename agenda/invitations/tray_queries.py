"""What came in, for the secretary's eyes: what waits, and what was done with the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session, defer

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.core.text import one_line
from agenda.mail.model import Incoming
from agenda.mail.queries import A_PAGE, LONGEST_QUESTION
from agenda.mail.understood import Understood
from agenda.meetings.model import Attendee, Meeting
from agenda.people.model import Person


class Fate(StrEnum):
    """Where a message stands, as the filter of the tray names it."""

    WAITING = "set_aside"
    HANDLED = "handled"
    DONE = "done"


@dataclass(frozen=True)
class Page:
    """Some messages of a longer list, newest first."""

    messages: Sequence[Incoming]
    page: int
    pages: int
    total: int


@dataclass(frozen=True)
class Message:
    """One message with what is known around it."""

    incoming: Incoming
    said: Understood
    meeting: Meeting | None
    attendee: Attendee | None
    sender: Person | None
    # Who is to come instead, as the message names them.
    delegate: Person | None

    @property
    def newcomer(self) -> Person | None:
        """Whom the message brings up and the meeting does not know: the delegate, or who sent it."""
        person = self.delegate or self.sender
        known = person is None or any(one.person_id == person.id for one in self.people)
        return None if known else person

    @property
    def text(self) -> str:
        """What a person wrote: beside the calendar, or in it."""
        comments = [answer.comment for answer in self.said.answers if answer.comment]
        return "\n\n".join(dict.fromkeys([self.said.text, *comments, self.said.comment])).strip()

    @property
    def people(self) -> list[Attendee]:
        """Whose answer it can be: everyone who is invited, by name."""
        invited = self.meeting.people if self.meeting else []
        return sorted(invited, key=lambda one: one.person.name)


def messages(
    session: Session, by: Actor, fate: Fate | None, search: str = "", page: int = 1, most: int = A_PAGE
) -> Page:
    """List what came in and this person may see, without its content; `fate` None for all."""
    by.must("see_letters")
    wanted = [_seen_by(by)]
    if fate is not None:
        wanted.append(Incoming.fate == fate.value)
    for word in one_line(search)[:LONGEST_QUESTION].split():
        fields = (Incoming.sender, Incoming.sender_name, Incoming.subject)
        wanted.append(or_(*(field.icontains(word, autoescape=True) for field in fields)))
    total = session.scalar(select(func.count()).select_from(Incoming).where(*wanted)) or 0
    pages = max(1, -(-total // most))
    page = min(max(page, 1), pages)
    newest = select(Incoming).where(*wanted).order_by(Incoming.id.desc()).options(defer(Incoming.content))
    return Page(session.scalars(newest.limit(most).offset((page - 1) * most)).all(), page, pages, total)


def waiting(session: Session, by: Actor) -> int:
    """Count the messages that wait for this person."""
    wanted = and_(_seen_by(by), Incoming.fate == Fate.WAITING.value)
    return session.scalar(select(func.count()).select_from(Incoming).where(wanted)) or 0


def incoming_for(session: Session, incoming_id: int, by: Actor, to_change: bool = False) -> Incoming:
    """Give a message to someone who may see it; NotFound to anyone else.

    `to_change`: to a secretary, who alone deals with it, and to nobody else at the same moment.
    """
    wanted = and_(Incoming.id == incoming_id, Incoming.fate.is_not(None), _seen_by(by))
    query = select(Incoming).where(wanted)
    found = session.scalars(query.with_for_update() if to_change else query).one_or_none()
    if found is None:
        raise NotFound("not_found")
    if to_change:
        by.must("invite")
    return found


def message(session: Session, incoming: Incoming) -> Message:
    """Give one message with the meeting and the attendee that it is about, where that is known."""
    meeting = session.get(Meeting, incoming.subject_id) if incoming.subject_kind == "meeting" else None
    attendee = None
    if meeting is not None and incoming.person_id is not None:
        attendee = next((one for one in meeting.attendees if one.person_id == incoming.person_id), None)
    said = Understood.from_json(incoming.understood)
    named = next((address for answer in said.answers for address in answer.delegated_to), "")
    return Message(
        incoming, said, meeting, attendee, _by_address(session, incoming.sender), _by_address(session, named)
    )


def _by_address(session: Session, address: str) -> Person | None:
    return session.scalars(select(Person).where(Person.email == address)).one_or_none()


def _seen_by(by: Actor) -> ColumnElement[bool]:
    """Keep to the bodies whose letters this person may see; what is nobody's is for each secretary."""
    bodies = by.bodies("see_letters")
    if bodies is None:
        return Incoming.id > 0
    if not bodies:
        return false()
    return or_(Incoming.body_id.is_(None), Incoming.body_id.in_(bodies))
