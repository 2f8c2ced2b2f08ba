"""What the tests of this room do to the region, and how they read its letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from functools import cached_property

from icalendar import Calendar, Event
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.core.runtime import Runtime
from agenda.invitations import proposals
from agenda.invitations.actions import invite, tell_everyone
from agenda.invitations.rules import answer_token
from agenda.mail.actions import deliver_one
from agenda.mail.model import Letter
from agenda.meetings import actions, agenda_actions, agenda_final, agenda_late, agenda_moves, attendance
from agenda.meetings.agenda_late import Late
from agenda.meetings.model import Answer, Attendee, Meeting
from tests.meetings.agenda_world import planned_meeting, topic
from tests.support.smtp import MailServer
from tests.world import StandingClock, World

ALDERMAN = "Wethouder Leiden 1"
GUEST = "Gedeputeerde"
EVERYONE = 17  # five colleges of three, the secretary and the clerk


@dataclass
class Mail:
    """A letter as its reader's programs take it apart: once somebody opens it."""

    content: bytes

    @cached_property
    def message(self) -> EmailMessage:
        message = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    @cached_property
    def _head(self) -> Message:
        return BytesHeaderParser(policy=policy.default).parsebytes(self.content)

    @property
    def subject(self) -> str:
        return str(self._head["Subject"])

    @property
    def to(self) -> str:
        return str(self._head["To"].addresses[0].addr_spec)

    @property
    def text(self) -> str:
        return self._part("text/plain").get_content()

    @property
    def html(self) -> str:
        return self._part("text/html").get_content()

    @property
    def ics(self) -> bytes:
        return self._part("text/calendar").get_payload(decode=True)

    @property
    def attachment(self) -> bytes:
        return self._part("application/ics").get_payload(decode=True)

    @property
    def calendar(self) -> Calendar:
        return Calendar.from_ical(self.ics)

    @property
    def method(self) -> str:
        return str(self.calendar["METHOD"])

    @property
    def event(self) -> Event:
        (event,) = self.calendar.walk("VEVENT")
        return event

    @property
    def sequence(self) -> int:
        return int(self.event["SEQUENCE"])

    @property
    def partstat(self) -> str:
        return str(self.event["ATTENDEE"].params["PARTSTAT"])

    @property
    def window(self) -> tuple[datetime, datetime]:
        return self.event["DTSTART"].dt, self.event["DTEND"].dt

    def _part(self, kind: str) -> EmailMessage:
        (part,) = [part for part in self.message.walk() if part.get_content_type() == kind]
        assert isinstance(part, EmailMessage)
        return part


@dataclass
class Region:
    """Five colleges, a mail server, and one meeting at a time."""

    runtime: Runtime
    world: World
    clock: StandingClock
    server: MailServer
    meeting_id: int = 0
    seen: int = 0

    @contextmanager
    def work(self) -> Iterator[Session]:
        with self.runtime.work() as session:
            yield session

    def secretary(self, session: Session) -> By:
        return self.world.by(session, "secretary")

    def meeting(self, session: Session) -> Meeting:
        return session.get_one(Meeting, self.meeting_id)

    def plan(self, **facts: object) -> int:
        """Plan the meeting on 14 February 2019, half past three; nobody hears of it."""
        with self.work() as session:
            self.meeting_id = planned_meeting(session, self.world, **facts).id
        return self.meeting_id

    def confirm(self) -> None:
        """Confirm without telling: as if the process was killed right after."""
        with self.work() as session:
            actions.confirm(session, self.meeting(session), self.secretary(session), self.clock())

    def invite(self, **facts: object) -> list[Mail]:
        """Plan the meeting, send the invitations, and give the letters."""
        self.plan(**facts)
        return self.invite_planned()

    def invite_planned(self) -> list[Mail]:
        """Send the invitations to the meeting that is planned, and give the letters."""
        with self.work() as session:
            invite(
                session,
                self.runtime.config,
                self.meeting(session),
                self.secretary(session),
                self.clock(),
            )
        return self.arrived()

    def tell(self) -> list[Mail]:
        """Let the worker look once, and give the letters it queued."""
        with self.work() as session:
            tell_everyone(session, self.runtime.config, self.clock())
        return self.arrived()

    def arrived(self) -> list[Mail]:
        """Give what was queued since the last look: a letter's bytes are frozen by then (RELIABILITY I3)."""
        with self.work() as session:
            query = select(Letter).where(Letter.id > self.seen).order_by(Letter.id)
            letters = session.scalars(query).all()
            self.seen = max((letter.id for letter in letters), default=self.seen)
            return [Mail(letter.content) for letter in letters]

    def delivered(self) -> list[Mail]:
        """Let everything leave through the mail server, and give what it took in."""
        before = len(self.server.accepted)
        while deliver_one(self.runtime):
            pass
        return [Mail(received.raw) for received in self.server.accepted[before:]]

    def move(self, starts_at: datetime, minutes: int = 120) -> None:
        with self.work() as session:
            by, now = self.secretary(session), self.clock()
            actions.set_date(session, self.meeting(session), starts_at, minutes, by, now)

    def cancel(self, why: str = "Twee colleges kunnen niet.", successor: int | None = None) -> None:
        with self.work() as session:
            by, now = self.secretary(session), self.clock()
            actions.cancel(session, self.meeting(session), why, successor, by, now)

    def decline_proposal(self, why: str = "Dan is er raad.") -> list[Mail]:
        """Decline the first proposal that waits, and give the letter."""
        with self.work() as session:
            meeting, now = self.meeting(session), self.clock()
            waiting = proposals.open_proposals(session, meeting, now)[0]
            by, config = self.secretary(session), self.runtime.config
            proposals.decline(session, config, meeting, waiting.proposal.id, why, by, now)
        return self.arrived()

    def put_on_agenda(self, title: str, **facts: object) -> None:
        with self.work() as session:
            subject = topic(
                session, self.world, title, lead=ALDERMAN, requested_decision="Instemmen", **facts
            )
            clerk = self.world.by(session, "clerk")
            agenda_actions.add_topic(session, self.meeting(session), subject, clerk, self.clock())

    def make_final(self) -> None:
        with self.work() as session:
            clerk = self.world.by(session, "clerk")
            agenda_final.finalise(session, self.meeting(session), clerk, self.clock())

    def put_late_on_agenda(self, title: str, **facts: object) -> None:
        with self.work() as session:
            subject = topic(
                session, self.world, title, lead=ALDERMAN, requested_decision="Instemmen", **facts
            )
            clerk = self.world.by(session, "clerk")
            late = Late("Spoed", "De voorzitter")
            agenda_late.add_late_topic(session, self.meeting(session), subject, late, clerk, self.clock())

    def withdraw(self, title: str) -> None:
        with self.work() as session:
            item = next(one for one in self.meeting(session).items if one.title == title)
            clerk = self.world.by(session, "clerk")
            agenda_late.withdraw_item(session, item, "De cijfers kloppen niet.", clerk, self.clock())

    def swap(self, title: str) -> None:
        """Treat this item before all other topics."""
        with self.work() as session:
            item = next(one for one in self.meeting(session).items if one.title == title)
            clerk = self.world.by(session, "clerk")
            agenda_moves.move_item(session, item, 2, clerk, self.clock())

    def reopen_agenda(self) -> None:
        """Leave a sent agenda a draft, as an earlier version of the product let secretaries do."""
        with self.work() as session:
            self.meeting(session).agenda_final_at = None

    def add(self, who: str) -> None:
        with self.work() as session:
            by, person = self.secretary(session), self.world.person(session, who)
            attendance.add_attendee(session, self.meeting(session), person, by, self.clock())

    def remove(self, who: str) -> None:
        with self.work() as session:
            attendance.remove_attendee(
                session, self.attendee(session, who), self.secretary(session), self.clock()
            )

    def attendee(self, session: Session, who: str) -> Attendee:
        query = select(Attendee).where(
            Attendee.meeting_id == self.meeting_id, Attendee.person_id == self.world.people[who]
        )
        return session.scalars(query).one()

    def answer(self, who: str, said: Answer = Answer.ACCEPTED, remark: str = "") -> None:
        with self.work() as session:
            attendance.answer(session, self.attendee(session, who), said, remark, self.clock())

    def token(self, who: str, serial: int = 1) -> str:
        with self.work() as session:
            attendee_id = self.attendee(session, who).id
        return answer_token(self.runtime.config.secret, attendee_id, serial)


def address(who: str) -> str:
    return who.lower().replace(" ", ".") + "@leidseregio.example"


def to(mails: list[Mail], who: str) -> Mail:
    """The one letter to this person."""
    (mail,) = [mail for mail in mails if mail.to == address(who)]
    return mail


def kinds(mails: list[Mail]) -> Counter[tuple[str, int]]:
    """How many letters there are of each method and sequence."""
    return Counter((mail.method, mail.sequence) for mail in mails)
