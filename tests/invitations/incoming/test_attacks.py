"""What somebody may try with a message, and what comes of it: nothing, or what the secretary decides."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from agenda.invitations.by_mail import came_by_mail
from agenda.mail.inbox import keep, settle_one
from agenda.mail.message_reading import understand
from agenda.mail.model import Incoming
from agenda.meetings.model import Answer
from agenda.steps import HANDLERS, receive
from tests.accounts.helpers import sign_in
from tests.invitations.incoming.post import Client
from tests.invitations.region import to
from tests.meetings.agenda_world import EVENING


def keep_only(alderman: Client, partstat: str, minutes_ago: int) -> int:
    """Keep an answer that nobody has dealt with yet."""
    region = alderman.region
    now = region.clock()
    content = alderman.letter(alderman.calendar("REPLY", partstat, at=now - timedelta(minutes=minutes_ago)))
    with region.work() as session:
        incoming = keep(session, "test", content, len(content), understand(content), now)
        assert incoming is not None
        session.flush()
        return incoming.id


def test_of_two_answers_at_the_same_moment_the_later_written_one_stands(alderman: Client) -> None:
    """Two processes deal with them at once; one may have to wait for the next pass."""
    runtime = alderman.region.runtime
    alderman.region.clock.wind(hours=1)
    waiting = [keep_only(alderman, "DECLINED", 1), keep_only(alderman, "ACCEPTED", 2)]
    together = threading.Barrier(len(waiting))

    def settle(incoming_id: int) -> None:
        together.wait()
        settle_one(runtime, incoming_id, HANDLERS)

    workers = [threading.Thread(target=settle, args=(one,)) for one in waiting]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    receive(runtime)
    assert alderman.answer is Answer.DECLINED
    with runtime.read() as session:
        assert {session.get_one(Incoming, one).fate for one in waiting} == {"handled"}
        assert len(came_by_mail(session, alderman.region.meeting(session)).replies) == 1
    assert len(alderman.replies) == 2


def test_an_answer_that_comes_while_the_secretary_moves_the_meeting_is_to_the_old_time(
    alderman: Client,
) -> None:
    """CALENDAR-MAIL rule 20: the update has not left yet, so the answer is to what the attendee knows."""
    region = alderman.region
    region.move(EVENING + timedelta(days=7))
    region.clock.wind(minutes=1)
    assert alderman.reply("ACCEPTED").why == "answered"
    assert alderman.answer is Answer.NEEDS_ACTION
    region.tell()
    assert alderman.answer is Answer.NEEDS_ACTION


def test_a_name_with_line_ends_and_markup_adds_nothing_to_a_later_letter(alderman: Client) -> None:
    region = alderman.region
    evil = "Dan niet\\nBcc: iedereen@elders.example\\n<b>nu</b>"
    start = EVENING + timedelta(days=7)
    counter = alderman.calendar("COUNTER", "TENTATIVE", starts_at=start, comment=evil)
    headers = {"X-Note": "=?utf-8?q?x=0D=0ABcc:_iedereen=40elders.example?="}
    subject = "=?utf-8?q?Voorstel=0D=0ABcc:_iedereen=40elders.example?="
    message = alderman.letter(counter, "COUNTER", subject=subject, headers=headers)
    assert alderman.deliver(message).why == "proposed"
    letter = to(region.decline_proposal("Dan is er raad."), alderman.who)
    assert letter.message["Bcc"] is None
    assert "iedereen@elders.example" not in str(letter.message)


def test_an_old_message_again_later_changes_nothing_also_where_its_trace_differs(alderman: Client) -> None:
    """CALENDAR-MAIL rule 36: a replay, with the headers of another way to us."""
    content = alderman.letter(alderman.calendar("REPLY", "ACCEPTED"))
    alderman.deliver(content)
    alderman.region.clock.wind(hours=3)
    alderman.reply("DECLINED")
    alderman.deliver(b"Received: from elders.example by mx.leiden.example\r\n" + content)
    alderman.deliver(content.replace(b"Message-ID: <1.", b"Message-ID: <99."))
    assert alderman.answer is Answer.DECLINED
    assert [counted for _, counted, _ in alderman.replies] == [True, True, False]


@pytest.mark.parametrize(
    ("server", "flags"), [("mx.leidseregio.example", ["unverified"]), ("elders.example", [])]
)
def test_an_answer_whose_sender_our_own_server_doubts_counts_and_is_flagged(
    alderman: Client, server: str, flags: list[str]
) -> None:
    """CALENDAR-MAIL rule 32: what another server says of it, anybody can write."""
    region = alderman.region
    config = replace(region.runtime.config, authserv_id="mx.leidseregio.example")
    region.runtime = replace(region.runtime, config=config)
    doubted = f"{server}; dmarc=fail header.from=leidseregio.example"
    alderman.reply(headers={"Authentication-Results": doubted})
    assert alderman.replies == [("ACCEPTED", True, flags)]
    assert alderman.answer is Answer.ACCEPTED


def test_five_thousand_characters_and_markup_in_an_answer_are_cut_and_only_text(
    alderman: Client, client: FlaskClient
) -> None:
    region = alderman.region
    alderman.reply(comment="<img src=x onerror=alert(1)>" + "x" * 5_000)
    secretary = sign_in(client, region.runtime, region.world, "secretary")
    page = secretary.get(f"/meetings/{region.meeting_id}/invitations").text
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "x" * 2_001 not in page
