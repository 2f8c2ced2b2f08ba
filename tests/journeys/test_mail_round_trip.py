"""Through a real mail stack and back: Postfix, Dovecot's LMTP and IMAP, and another program's answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from imap_tools import MailMessage
from sqlalchemy import select

from agenda import steps
from agenda.core.runtime import Runtime
from agenda.invitations.model import Reply
from agenda.mail.mailbox import mailbox_state
from agenda.mail.model import Incoming
from agenda.mail.transports import SmtpTransport
from agenda.meetings.model import Answer
from agenda.meetings.rules import current_answer
from tests.accounts.helpers import sign_in
from tests.invitations.region import ALDERMAN, Mail, Region, address
from tests.support import mail_stack, readers
from tests.support.mail_stack import MailStack
from tests.support.readers import Readers
from tests.support.smtp import MailServer
from tests.world import StandingClock, World

pytestmark = [pytest.mark.root, pytest.mark.xdist_group("mail")]
OURS = "agenda@leidseregio.example"
UNKNOWN = "Wethouder Voorschoten 2"


@pytest.fixture(scope="module")
def stack() -> Iterator[MailStack]:
    """Mailboxes for us and for two of those who are invited; the others' letters come back."""
    assert os.geteuid() == 0, "Postfix starts only as root: run as root, or leave this out: -m 'not root'."
    started = mail_stack.start([OURS, address(ALDERMAN), address("secretary")])
    yield started
    started.stop()


@pytest.fixture(scope="session")
def witnesses(run_folder: Path) -> Readers:
    return readers.made(run_folder)


@pytest.fixture
def region(
    runtime: Runtime, world: World, clock: StandingClock, stack: MailStack, mail_server: MailServer
) -> Iterator[Region]:
    """A region whose letters leave through Postfix and whose answers come to a mailbox of Dovecot."""
    config = replace(runtime.config, imap_url=stack.imap_url(OURS))
    send = SmtpTransport(stack.smtp_url)
    yield Region(replace(runtime, send=send, config=config), world, clock, mail_server)
    send.close()


def invited(region: Region, stack: MailStack) -> MailMessage:
    """Invite everyone, and give the letter as the alderman finds it in the own mailbox."""
    before = len(stack.messages(address(ALDERMAN)))
    region.invite()
    steps.deliver(region.runtime)
    return stack.wait_for(address(ALDERMAN), before + 1)[-1]


def letter_of(found: MailMessage) -> Mail:
    return Mail(found.obj.as_bytes())


def answer_by(letter: Mail, calendar: bytes, number: int) -> bytes:
    """The mail in which a program sends its calendar answer to where the invitation says."""
    message = EmailMessage()
    message["From"] = f"{ALDERMAN} <{letter.to}>"
    message["To"] = str(letter.message["Reply-To"])
    message["Subject"] = "Geaccepteerd: Gezamenlijk collegeoverleg"
    message["Message-ID"] = f"<round-trip-{number}@leiden.example>"
    message.set_content("Geaccepteerd")
    message.add_alternative(calendar, maintype="text", subtype="calendar", params={"method": "REPLY"})
    return message.as_bytes()


@pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
def test_an_invitation_goes_out_and_the_answer_finds_its_way_home(
    region: Region, stack: MailStack, witnesses: Readers, client: FlaskClient, database_url: str
) -> None:
    found = invited(region, stack)
    letter = letter_of(found)
    assert letter.method == "REQUEST"
    handled = _number(stack, "Handled")
    written = answer_by(letter, witnesses.accepted(letter.ics, letter.to), len(database_url))
    reply_to = str(letter.message["Reply-To"].addresses[0].addr_spec)
    waiting = len(stack.messages(OURS))
    stack.send(written, letter.to, reply_to)
    stack.wait_for(OURS, waiting + 1)
    while steps.receive(region.runtime):
        pass
    with region.runtime.read() as session:
        attendee = region.attendee(session, ALDERMAN)
        assert current_answer(attendee, attendee.meeting) is Answer.ACCEPTED
        assert [reply.counted for reply in session.scalars(select(Reply))] == [True]
    sign_in(client, region.runtime, region.world, "secretary")
    page = client.get(f"/meetings/{region.meeting_id}/presence").text
    assert f">{ALDERMAN}" in page
    assert _number(stack, "Handled") > handled
    state = mailbox_state(region.runtime)
    assert state is not None
    assert (state.failure, state.read_at) == ("", region.clock())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_letter_to_an_unknown_address_comes_back_and_the_secretary_sees_it(
    region: Region, stack: MailStack, client: FlaskClient
) -> None:
    waiting = len(stack.messages(OURS))
    invited(region, stack)
    # Of seventeen people two have a mailbox here.
    stack.wait_for(OURS, waiting + 15)
    while steps.receive(region.runtime):
        pass
    steps.tell(region.runtime)
    with region.runtime.read() as session:
        assert region.attendee(session, UNKNOWN).person.undeliverable_since == region.clock()
        assert region.attendee(session, ALDERMAN).person.undeliverable_since is None
        why = session.scalars(select(Incoming.why)).all()
        assert why.count("delivery_failed") == 15
    sign_in(client, region.runtime, region.world, "secretary")
    presence = client.get(f"/meetings/{region.meeting_id}/presence").text
    assert f"e-mail aan {address(UNKNOWN)} komt sinds" in presence
    assert "15 e-mails" in client.get("/").text or "niet worden bezorgd" in client.get("/").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_words_wait_in_the_tray_and_in_the_folder_for_them(
    region: Region, stack: MailStack, client: FlaskClient
) -> None:
    letter = letter_of(invited(region, stack))
    aside = _number(stack, "Set-aside")
    message = EmailMessage()
    message["From"], message["To"] = letter.to, str(letter.message["Reply-To"])
    message["Subject"], message["Message-ID"] = "Re: overleg", "<words-by-hand@leiden.example>"
    message.set_content("Ik kom, maar een kwartier later.")
    waiting = len(stack.messages(OURS))
    stack.send(message.as_bytes(), letter.to, str(letter.message["Reply-To"].addresses[0].addr_spec))
    stack.wait_for(OURS, waiting + 1)
    while steps.receive(region.runtime):
        pass
    assert _number(stack, "Set-aside") > aside
    sign_in(client, region.runtime, region.world, "secretary")
    page = client.get("/inbox").text
    assert "Re: overleg" in page
    with region.runtime.read() as session:
        kept = session.scalars(select(Incoming).where(Incoming.subject == "Re: overleg")).one()
    assert "een kwartier later" in client.get(f"/inbox/{kept.id}").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_wrong_password_is_told_and_not_tried_again_at_once(region: Region, stack: MailStack) -> None:
    wrong = stack.imap_url(OURS).replace("geheim", "anders")
    runtime = replace(region.runtime, config=replace(region.runtime.config, imap_url=wrong))
    assert steps.receive(runtime) == 0
    state = mailbox_state(runtime)
    assert state is not None
    assert (state.failure, state.failures, state.read_at) == ("not_authorised", 1, None)
    steps.receive(runtime)
    again = mailbox_state(runtime)
    assert again is not None
    assert again.failures == 1
    region.clock.wind(minutes=1)
    steps.receive(runtime)
    later = mailbox_state(runtime)
    assert later is not None
    assert later.failures == 2


def _number(stack: MailStack, folder: str) -> int:
    return len(stack.messages(OURS, folder))
