"""What other people's mail programs send us, as bytes, and the region that gets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from io import BytesIO

from sqlalchemy import select

from agenda.invitations.model import Reply
from agenda.mail.model import Incoming
from agenda.mail.receiving import receive
from agenda.meetings.model import Answer
from agenda.meetings.rules import current_answer
from agenda.steps import HANDLERS
from tests.invitations.region import ALDERMAN, Mail, Region

WRITTEN = "%Y%m%dT%H%M%SZ"


@dataclass
class Client:
    """An attendee's mail program, with the invitation that it got."""

    region: Region
    invitation: Mail
    who: str = ALDERMAN
    sent: int = field(default=0)

    @property
    def address(self) -> str:
        return self.invitation.to

    @property
    def reply_to(self) -> str:
        return str(self.invitation.message["Reply-To"].addresses[0].addr_spec)

    def reply(self, partstat: str = "ACCEPTED", **facts: object) -> Incoming:
        """Answer as Outlook does, except for what `facts` say, and give the message as we kept it."""
        return self.deliver(self.letter(self.calendar("REPLY", partstat, **facts), "REPLY", **facts))

    def calendar(
        self,
        method: str,
        partstat: str = "ACCEPTED",
        *,
        uid: str | None = None,
        sequence: int | None = None,
        at: datetime | None = None,
        attendee: str | None = "",
        extra: Sequence[str] = (),
        comment: str = "",
        starts_at: datetime | None = None,
        **_: object,
    ) -> str:
        event = self.invitation.event
        starts_at = starts_at or event["DTSTART"].dt
        lines = [
            "BEGIN:VCALENDAR",
            "PRODID:-//Program of an attendee//EN",
            "VERSION:2.0",
            f"METHOD:{method}",
            "BEGIN:VEVENT",
            f"UID:{event['UID'] if uid is None else uid}",
            f"SEQUENCE:{self.invitation.sequence if sequence is None else sequence}",
            f"DTSTAMP:{(at or self.region.clock()).strftime(WRITTEN)}",
            f"DTSTART:{starts_at.strftime(WRITTEN)}",
            f"DTEND:{(starts_at + timedelta(hours=2)).strftime(WRITTEN)}",
        ]
        if attendee is not None:
            lines.append(f"ATTENDEE;PARTSTAT={partstat}:mailto:{attendee or self.address}")
        if comment:
            lines.append(f"COMMENT:{comment}")
        lines += [*extra, "END:VEVENT", "END:VCALENDAR", ""]
        return "\r\n".join(lines)

    def letter(
        self,
        calendar: str | None,
        method: str = "REPLY",
        *,
        sender: str | None = None,
        to: str | None = None,
        text: str = "",
        subject: str = "Geaccepteerd: overleg",
        headers: dict[str, str] | None = None,
        **_: object,
    ) -> bytes:
        message = EmailMessage()
        message["From"] = sender or f"{self.who} <{self.address}>"
        message["To"] = to or self.reply_to
        message["Subject"] = subject
        self.sent += 1
        message["Message-ID"] = f"<{self.sent}.{id(self)}@leiden.example>"
        for name, value in (headers or {}).items():
            message[name] = value
        message.set_content(text)
        if calendar is not None:
            message.add_alternative(
                calendar.encode(), maintype="text", subtype="calendar", params={"method": method}
            )
        return message.as_bytes()

    def deliver(self, content: bytes) -> Incoming:
        """Let our mail server hand the message over, and give what became of it."""
        runtime = self.region.runtime
        assert receive(runtime, BytesIO(content), (), HANDLERS)
        with runtime.read() as session:
            return session.scalars(select(Incoming).order_by(Incoming.id.desc()).limit(1)).one()

    @property
    def answer(self) -> Answer:
        """What counts as this attendee's answer now."""
        with self.region.runtime.read() as session:
            attendee = self.region.attendee(session, self.who)
            return current_answer(attendee, attendee.meeting)

    @property
    def replies(self) -> list[tuple[str, bool, list[str]]]:
        """The answers by mail that are kept: what, whether it counted, and what is odd about it."""
        with self.region.runtime.read() as session:
            kept = session.scalars(select(Reply).order_by(Reply.id)).all()
            return [(one.partstat, one.counted, one.flags) for one in kept]


def client_of(region: Region, letters: Sequence[Mail], who: str = ALDERMAN) -> Client:
    """Give the mail program of one attendee."""
    with region.work() as session:
        address = region.attendee(session, who).person.email
    return Client(region, next(mail for mail in reversed(letters) if mail.to == address), who)
