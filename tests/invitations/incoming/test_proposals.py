"""Another time that someone proposes: adopted, or declined with a word (CALENDAR-MAIL rule 23)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from agenda.invitations.proposals import open_proposals
from agenda.mail.model import Incoming
from agenda.meetings.model import Answer
from tests.accounts.helpers import sign_in
from tests.invitations.incoming.post import Client
from tests.invitations.region import EVERYONE, Region, kinds
from tests.meetings.agenda_world import EVENING

LATER = EVENING + timedelta(days=7, hours=1)


@pytest.fixture
def secretary(region: Region, client: FlaskClient) -> FlaskClient:
    return sign_in(client, region.runtime, region.world, "secretary")


def propose(alderman: Client, **facts: object) -> Incoming:
    facts.setdefault("starts_at", LATER)
    return alderman.deliver(alderman.letter(alderman.calendar("COUNTER", "TENTATIVE", **facts), "COUNTER"))


def waiting(region: Region) -> list[int]:
    with region.runtime.read() as session:
        return [one.proposal.id for one in open_proposals(session, region.meeting(session), region.clock())]


def page_of(region: Region, proposal_id: int) -> str:
    return f"/meetings/{region.meeting_id}/proposals/{proposal_id}"


def test_a_proposal_moves_nothing_until_the_secretary_adopts_it(
    alderman: Client, secretary: FlaskClient
) -> None:
    region = alderman.region
    incoming = propose(alderman, comment="Dan is iedereen terug")
    assert (incoming.fate, incoming.why) == ("handled", "proposed")
    assert region.tell() == []
    (proposal,) = waiting(region)
    meeting = f"/meetings/{region.meeting_id}"
    assert f"{alderman.who} stelt een andere tijd voor" in secretary.get(meeting).text
    page = secretary.get(page_of(region, proposal)).text
    assert "Dan is iedereen terug" in page
    assert f"Alle {EVERYONE} genodigden krijgen een gewijzigde uitnodiging" in page
    assert region.tell() == []

    secretary.post(page_of(region, proposal) + "/accept")
    with region.runtime.read() as session:
        assert region.meeting(session).starts_at == LATER
    region.clock.wind(minutes=2)
    assert kinds(region.tell()) == {("REQUEST", 1): EVERYONE}
    assert alderman.answer is Answer.NEEDS_ACTION
    assert waiting(region) == []
    assert secretary.post(page_of(region, proposal) + "/accept").status_code == 409


def test_a_declined_proposal_leaves_the_meeting_and_tells_who_proposed_it(alderman: Client) -> None:
    """CALENDAR-MAIL rule 23: DECLINECOUNTER with the SEQUENCE that stands."""
    propose(alderman)
    (letter,) = alderman.region.decline_proposal("Dan is er raad.")
    assert (letter.to, letter.method, letter.sequence) == (alderman.address, "DECLINECOUNTER", 0)
    assert letter.window == alderman.invitation.window
    assert "Dan is er raad." in letter.text
    assert waiting(alderman.region) == []


def test_a_later_proposal_takes_the_place_of_an_earlier_one(alderman: Client) -> None:
    propose(alderman)
    (first,) = waiting(alderman.region)
    propose(alderman, starts_at=LATER + timedelta(days=1))
    (second,) = waiting(alderman.region)
    assert first != second


def test_another_date_overtakes_a_proposal(alderman: Client, secretary: FlaskClient) -> None:
    region = alderman.region
    propose(alderman)
    (proposal,) = waiting(region)
    region.move(EVENING + timedelta(days=14))
    region.tell()
    assert waiting(region) == []
    assert secretary.post(page_of(region, proposal) + "/accept").status_code == 409


def test_a_time_that_has_passed_is_for_the_secretary_to_read(alderman: Client) -> None:
    incoming = propose(alderman, starts_at=alderman.region.clock() - timedelta(days=1))
    assert (incoming.fate, incoming.why) == ("set_aside", "proposal_unclear")
    assert waiting(alderman.region) == []
