"""Attendees who answer: some by the link in their letter, some by a calendar reply through the mail."""

from __future__ import annotations

import random
import re
import smtplib
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from icalendar import Calendar

from tests.faults.browsing import Away, Browser, became, form_with
from tests.faults.house import House
from tests.faults.journal import Journal, lines

_LINK = re.compile(r"/answer/([a-z2-7]+)")
WRITTEN = "%Y%m%dT%H%M%SZ"
# The latest letters are those that people answer.
LATEST = 60
LINK, MAIL = "link", "mail"


@dataclass(frozen=True)
class Invitation:
    """What somebody needs from a letter to answer it."""

    address: str
    token: str
    reply_to: str
    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime


class Attendees(threading.Thread):
    """Several people in turn; who answers by link never answers by mail, so that the last answer is known."""

    def __init__(
        self, house: House, journal: Journal, way: str, number: int, seed: int, stop: threading.Event
    ) -> None:
        super().__init__(daemon=True)
        self.house, self.journal, self.way, self.number, self.stopping = house, journal, way, number, stop
        self.dice = random.Random(seed * 1_000 + 500 + number)
        self.done = 0

    def run(self) -> None:
        """Answer one letter after another."""
        while not self.stopping.is_set():
            with suppress(Away):
                self._answer()
            self.stopping.wait(self.dice.uniform(0.2, 0.8))

    def _answer(self) -> None:
        found = list(lines(self.house.folder / "smtp.jsonl"))[-LATEST:]
        mine = [line for line in found if (sum(line["to"].encode()) % 2 == 0) == (self.way == LINK)]
        if not mine:
            return
        name = self.dice.choice(mine)["sha256"]
        invitation = read((self.house.folder / "letters" / f"{name}.eml").read_bytes())
        if invitation is None:
            return
        self.done += 1
        remark = f"{self.way} {self.number}.{self.done}"
        if self.way == LINK:
            self._by_link(invitation, remark)
        else:
            self._by_mail(invitation, remark)

    def _by_link(self, invitation: Invitation, remark: str) -> None:
        path = f"/answer/{invitation.token}"
        browser = Browser(self.house.base, self.dice)
        form = form_with(browser.get(path), "remark", path)
        said = self.dice.choice(("accepted", "declined", "tentative"))
        try:
            result = became(browser.post(path, {**form, "answer": said, "remark": remark}))
        except Away:
            result = "unknown"
        self.journal.write(what="answer", result=result, remark=remark, answer=said, to=invitation.address)

    def _by_mail(self, invitation: Invitation, remark: str) -> None:
        said = self.dice.choice(("ACCEPTED", "DECLINED", "TENTATIVE"))
        identifier = f"<{remark.replace(' ', '.')}@deelnemers.example>"
        content = reply(invitation, said, remark, identifier, self.house.now())
        if self.house.mail is None or self.dice.random() < 0.1:
            code = self.house.receive(content, invitation.reply_to)
            result = {0: "confirmed", None: "unknown"}.get(code, "unknown")
        else:
            try:
                self.house.mail.send(content, invitation.address, invitation.reply_to)
                result = "confirmed"
            except (OSError, smtplib.SMTPException):
                result = "unknown"
        self.journal.write(what="message", result=result, id=identifier, remark=remark)


def read(content: bytes) -> Invitation | None:
    """Give what there is to answer in a letter; None where nothing is asked."""
    message = message_from_bytes(content, policy=policy.default)
    text = message.get_body(("plain",))
    calendar = next((part for part in message.walk() if part.get_content_type() == "text/calendar"), None)
    link = _LINK.search(text.get_content()) if text is not None else None
    if calendar is None or link is None or message["Reply-To"] is None:
        return None
    found = Calendar.from_ical(calendar.get_content())
    if str(found.get("METHOD")) != "REQUEST":
        return None
    event = found.walk("VEVENT")[0]
    return Invitation(
        address=str(message["To"].addresses[0].addr_spec),
        token=link[1],
        reply_to=str(message["Reply-To"].addresses[0].addr_spec),
        uid=str(event["UID"]),
        sequence=int(event.get("SEQUENCE", 0)),
        starts_at=event["DTSTART"].dt,
        ends_at=event["DTEND"].dt,
    )


def reply(invitation: Invitation, said: str, remark: str, identifier: str, now: datetime) -> bytes:
    """Write what a mail program sends when its owner presses a button."""
    calendar = "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "PRODID:-//Program of an attendee//EN",
            "VERSION:2.0",
            "METHOD:REPLY",
            "BEGIN:VEVENT",
            f"UID:{invitation.uid}",
            f"SEQUENCE:{invitation.sequence}",
            f"DTSTAMP:{now.strftime(WRITTEN)}",
            f"ATTENDEE;PARTSTAT={said}:mailto:{invitation.address}",
            f"COMMENT:{remark}",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )
    message = EmailMessage()
    message["From"], message["To"] = invitation.address, invitation.reply_to
    message["Subject"], message["Message-ID"] = "Antwoord: overleg", identifier
    message.set_content(remark)
    message.add_alternative(
        calendar.encode(), maintype="text", subtype="calendar", params={"method": "REPLY"}
    )
    return message.as_bytes()
