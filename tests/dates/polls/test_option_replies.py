"""An answer by mail to an option in one's calendar is an answer to that moment of the poll."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from agenda.dates.model import Choice, Voter
from agenda.mail.model import Incoming
from agenda.mail.receiving import receive
from agenda.steps import HANDLERS
from tests.dates.polls.asking import ALDERMAN, MOMENTS, Poll
from tests.invitations.region import Mail

MAYOR = "Burgemeester Leiden"


@pytest.fixture
def option(poll: Poll) -> Mail:
    """The first option as it stands in the alderman's calendar."""
    poll.open(people=(ALDERMAN, MAYOR), holds=True)
    letters = [mail for mail in poll.tell() if mail.message.get_content_type() == "multipart/mixed"]
    found = [mail for mail in letters if mail.to.startswith("wethouder") and mail.window[0] == MOMENTS[0]]
    return found[0]


def reply(poll: Poll, option: Mail, partstat: str, sender: str = "", **facts: str) -> str:
    """Answer as a calendar program does, and tell what became of it."""
    who = sender or option.to
    to = facts.get("to") or str(option.message["Reply-To"].addresses[0].addr_spec)
    stamp = facts.get("stamp") or f"{poll.clock():%Y%m%dT%H%M%SZ}"
    uid = facts.get("uid") or option.event["UID"]
    lines = [
        f"From: {who}", f"To: {to}", f"Message-ID: <{partstat}{stamp}{who}{uid}{to}>", "Subject: Antwoord",
        "Content-Type: text/calendar; method=REPLY", "",
        "BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REPLY", "BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{stamp}",
        f"ATTENDEE;PARTSTAT={partstat}:mailto:{who}", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    assert receive(poll.runtime, BytesIO("\r\n".join(lines).encode()), (), HANDLERS)
    with poll.runtime.read() as session:
        return session.scalars(select(Incoming.why).order_by(Incoming.id.desc()).limit(1)).one()


def choices(poll: Poll, who: str = ALDERMAN) -> list[Choice]:
    with poll.runtime.read() as session:
        voter = session.scalars(select(Voter).where(Voter.person_id == poll.world.people[who])).one()
        return [vote.choice for vote in voter.votes]


@pytest.mark.parametrize(
    ("partstat", "choice"),
    [("ACCEPTED", Choice.YES), ("TENTATIVE", Choice.IF_NEED_BE), ("DECLINED", Choice.NO)],
)
def test_an_answer_to_an_option_is_a_vote_for_its_moment(
    poll: Poll, option: Mail, partstat: str, choice: Choice
) -> None:
    assert reply(poll, option, partstat) == "option_answered"
    assert choices(poll) == [choice]
    assert choices(poll, MAYOR) == []


def test_an_older_answer_does_not_undo_a_later_one(poll: Poll, option: Mail) -> None:
    early = f"{poll.clock():%Y%m%dT%H%M%SZ}"
    poll.clock.wind(minutes=10)
    reply(poll, option, "ACCEPTED")
    assert reply(poll, option, "DECLINED", stamp=early) == "superseded"
    assert choices(poll) == [Choice.YES]


def test_somebody_elses_name_votes_for_nobody(poll: Poll, option: Mail) -> None:
    assert reply(poll, option, "ACCEPTED", sender="iemand@elders.example") == "stranger"
    assert choices(poll) == []


def test_an_answer_to_another_entry_or_without_the_token_changes_nothing(poll: Poll, option: Mail) -> None:
    assert reply(poll, option, "ACCEPTED", uid="iets-anders@leidseregio.example") == "other_meeting"
    assert reply(poll, option, "ACCEPTED", to="agenda@leidseregio.example") == "no_token"
    assert choices(poll) == []


def test_once_the_poll_is_withdrawn_an_answer_is_kept_and_does_not_count(poll: Poll, option: Mail) -> None:
    poll.do("withdraw", "Niet meer nodig.")
    assert reply(poll, option, "ACCEPTED") == "no_longer_asked"
    assert choices(poll) == []


def test_answers_count_in_the_order_in_which_they_were_written(poll: Poll, option: Mail) -> None:
    """CALENDAR-MAIL rule 20: also where all of them come in after the last was written."""
    poll.clock.wind(hours=1)
    first, second, third = (
        f"{poll.clock() - timedelta(minutes=minutes):%Y%m%dT%H%M%SZ}" for minutes in (30, 20, 10)
    )
    assert reply(poll, option, "DECLINED", stamp=second) == "option_answered"
    assert reply(poll, option, "TENTATIVE", stamp=first) == "superseded"
    assert reply(poll, option, "ACCEPTED", stamp=third) == "option_answered"
    assert choices(poll) == [Choice.YES]
