"""The secretary sees who gets what and why before it leaves, and what became of it after."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.invitations.queries import NO_TOKEN
from agenda.mail.model import Letter
from agenda.meetings.model import Answer
from agenda.people.model import Membership, Role
from tests.accounts.helpers import sign_in
from tests.invitations.region import ALDERMAN, EVERYONE, GUEST, Region, address
from tests.meetings.agenda_world import EVENING
from tests.meetings.counting import Statements
from tests.world import TODAY


def path(region: Region) -> str:
    return f"/meetings/{region.meeting_id}/invitations"


@pytest.fixture
def secretary(region: Region, client: FlaskClient) -> FlaskClient:
    return sign_in(client, region.runtime, region.world, "secretary")


def test_before_sending_the_secretary_sees_everyone_with_reason_and_example(
    region: Region, secretary: FlaskClient
) -> None:
    region.plan()
    page = secretary.get(path(region)).text
    assert f"{EVERYONE} uitnodigingen versturen" in page
    assert address(ALDERMAN) in page
    assert "Zijn lid van dit gremium op de dag van het overleg." in page
    assert "De agenda is nog niet definitief" in page
    assert "Geachte heer of mevrouw" in page
    assert "Dear Sir or Madam" in page
    assert region.tell() == []


def test_the_example_holds_nobodys_secret(region: Region, secretary: FlaskClient) -> None:
    region.invite()
    region.move(EVENING + timedelta(days=7))
    page = secretary.get(path(region)).text
    assert f"/answer/{NO_TOKEN}" in page
    assert region.token(ALDERMAN) not in page


def test_sending_confirms_and_queues_in_one_go(region: Region, secretary: FlaskClient) -> None:
    region.plan()
    page = secretary.post(path(region), data={"version": ""}, follow_redirects=True).text
    assert f"{EVERYONE} uitnodigingen staan klaar en vertrekken nu." in page
    assert len(region.arrived()) == EVERYONE


def test_sending_twice_invites_once(region: Region, secretary: FlaskClient) -> None:
    region.plan()
    for _ in range(2):
        secretary.post(path(region))
    assert len(region.arrived()) == EVERYONE


def test_what_changed_since_it_was_shown_is_not_sent(region: Region, secretary: FlaskClient) -> None:
    region.plan()
    page = secretary.post(path(region), data={"version": "999"}, follow_redirects=True)
    assert "Er is niets overschreven" in page.text
    assert region.arrived() == []


def test_without_a_venue_nothing_can_be_sent(region: Region, secretary: FlaskClient) -> None:
    region.plan(venue="")
    assert "Er is nog geen locatie" in secretary.get(path(region)).text
    secretary.post(path(region))
    assert region.arrived() == []


@pytest.mark.parametrize("who", ["clerk", ALDERMAN, "reader", "outsider", "stranger", "administrator"])
def test_only_the_secretary_sees_and_sends(region: Region, client: FlaskClient, who: str) -> None:
    region.plan()
    person = sign_in(client, region.runtime, region.world, who)
    assert person.get(path(region)).status_code in {403, 404}
    assert person.post(path(region)).status_code in {403, 404}
    assert region.arrived() == []


def test_a_guest_is_shown_with_their_own_time(region: Region, secretary: FlaskClient) -> None:
    region.plan()
    region.put_on_agenda("Warmtenet", guests=[GUEST])
    region.make_final()
    assert "15.40 – 16.00 uur" in secretary.get(path(region)).text


def test_the_secretary_is_warned_of_addresses_that_failed(region: Region, secretary: FlaskClient) -> None:
    region.plan()
    with region.work() as session:
        region.world.person(session, ALDERMAN).undeliverable_since = region.clock()
    assert "E-mail aan één persoon kwam eerder niet aan" in secretary.get(path(region)).text


def test_after_sending_each_line_tells_version_letter_and_answer(
    region: Region, secretary: FlaskClient
) -> None:
    region.invite()
    region.server.next_is("permanent")
    region.delivered()
    region.answer(ALDERMAN, Answer.DECLINED, "Ziek")
    page = secretary.get(path(region)).text
    assert "niet bezorgd" in page
    assert "550" in page
    assert "verzonden" in page
    assert "Verhinderd" in page
    assert "Ziek" in page


def test_nobody_is_said_to_know_before_their_letter_has_left(region: Region, secretary: FlaskClient) -> None:
    region.plan()
    secretary.post(path(region))
    page = secretary.get(path(region)).text
    assert f"{EVERYONE} brieven zijn geschreven en wachten op verzending." in page
    assert "Iedereen is op de hoogte" not in page
    region.delivered()
    assert "Iedereen is op de hoogte" in secretary.get(path(region)).text


def test_what_is_still_owed_is_told_on_both_pages(region: Region, secretary: FlaskClient) -> None:
    region.invite()
    region.move(EVENING + timedelta(days=7))
    for page in (path(region), f"/meetings/{region.meeting_id}"):
        text = secretary.get(page).text
        assert f"{EVERYONE} personen krijgen een update" in text
        assert "wordt donderdag 21 februari 2019" in text


def test_one_person_is_sent_the_invitation_again(region: Region, secretary: FlaskClient) -> None:
    region.invite()
    with region.work() as session:
        attendee_id = region.attendee(session, ALDERMAN).id
    page = secretary.post(f"{path(region)}/{attendee_id}", follow_redirects=True).text
    assert f"De uitnodiging voor {ALDERMAN} gaat opnieuw uit." in page
    assert [mail.to for mail in region.arrived()] == [address(ALDERMAN)]


def test_another_meetings_attendee_is_not_reached_through_this_one(
    region: Region, secretary: FlaskClient
) -> None:
    region.invite()
    with region.work() as session:
        attendee_id = region.attendee(session, ALDERMAN).id
    region.invite(starts_at=EVENING + timedelta(days=7))
    assert secretary.post(f"{path(region)}/{attendee_id}").status_code == 409
    assert region.arrived() == []


def test_the_page_takes_as_many_queries_for_many_as_for_few(region: Region, secretary: FlaskClient) -> None:
    region.invite()
    with Statements(region.runtime) as few:
        secretary.get(path(region))
    for who in (GUEST, "stranger", "administrator", "outsider"):
        region.add(who)
    region.tell()
    with Statements(region.runtime) as many:
        secretary.get(path(region))
    assert many.number == few.number


def test_before_sending_the_list_follows_who_sits_on_the_body_now(
    region: Region, secretary: FlaskClient
) -> None:
    region.plan()
    with region.runtime.work() as session:
        left, joined = (region.world.person(session, who) for who in (ALDERMAN, "stranger"))
        (place,) = left.memberships
        place.until = TODAY
        session.add(
            Membership(
                person=joined,
                body_id=region.world.body_id,
                organisation_id=place.organisation_id,
                role=Role.MEMBER,
                since=TODAY,
                voting=True,
            )
        )
        addresses = left.email, joined.email
    page = secretary.get(path(region)).text
    assert (addresses[0] in page, addresses[1] in page) == (False, True)
    secretary.post(path(region))
    with region.runtime.read() as session:
        told = set(session.scalars(select(Letter.recipient).where(Letter.recipient.in_(addresses))))
    assert told == {addresses[1]}


def test_the_start_page_tells_of_letters_that_could_not_be_delivered(
    region: Region, secretary: FlaskClient
) -> None:
    region.invite()
    with region.runtime.work() as session:
        failed = session.scalars(select(Letter).order_by(Letter.id).limit(1)).one()
        failed.fate, failed.settled_at = "failed", region.clock()
        name = failed.recipient_name
    page = secretary.get("/").text
    assert "Eén brief kon niet worden bezorgd" in page
    assert 'href="/letters?state=failed"' in page
    assert name in secretary.get("/letters?state=failed").text
    reader = sign_in(secretary.application.test_client(), region.runtime, region.world, "reader")
    assert "kon niet worden bezorgd" not in reader.get("/").text
