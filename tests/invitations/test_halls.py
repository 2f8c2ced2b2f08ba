"""Halls, in whose name is invited, who else stands in an entry, and what a meeting takes the place of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from agenda.invitations.actions import invite
from agenda.meetings import queries as meetings
from agenda.meetings.model import Answer, Meeting
from agenda.people.actions import edit_body, edit_organisation
from agenda.people.facts import BodyFacts, OrganisationFacts
from agenda.people.model import Organisation, OrganisationKind, Person
from tests.accounts.helpers import sign_in
from tests.invitations.incoming.post import client_of
from tests.invitations.region import ALDERMAN, EVERYONE, Mail, Region
from tests.meetings.agenda_world import EVENING

HALL = "raadzaal@zoeterwoude.example"
VENUE = "Gemeentehuis Zoeterwoude"


def with_hall(region: Region, address: str = HALL) -> None:
    with region.work() as session:
        organisation = session.get_one(Organisation, region.world.organisations["Zoeterwoude"])
        wanted = OrganisationFacts(
            OrganisationKind.MUNICIPALITY, "Zoeterwoude", organisation.tooi_id, VENUE, address
        )
        by = region.world.by(session, "administrator")
        edit_organisation(session, organisation.id, wanted, None, by, region.clock())


def hosted(region: Region) -> list[Mail]:
    """Invite to a meeting in the hall of Zoeterwoude."""
    return region.invite(host_id=region.world.organisations["Zoeterwoude"], venue=VENUE)


def of_hall(letters: list[Mail]) -> Mail:
    (letter,) = [letter for letter in letters if letter.to == HALL]
    return letter


def attendees(letter: Mail) -> dict[str, dict[str, str]]:
    found = letter.event["ATTENDEE"]
    rows = found if isinstance(found, list) else [found]
    return {str(row).removeprefix("mailto:"): dict(row.params) for row in rows}


def test_the_hall_is_booked_by_an_invitation_of_its_own(region: Region) -> None:
    """CALENDAR-MAIL rule 15."""
    with_hall(region)
    letters = hosted(region)
    assert len(letters) == EVERYONE + 1
    own = attendees(of_hall(letters))
    assert list(own) == [HALL]
    assert (own[HALL]["CUTYPE"], own[HALL]["ROLE"], own[HALL]["CN"]) == ("ROOM", "NON-PARTICIPANT", VENUE)


def test_everyone_sees_the_hall_beside_themselves_and_nobody_else(region: Region) -> None:
    """CALENDAR-MAIL rules 7 and 15."""
    with_hall(region)
    letters = hosted(region)
    seen = attendees(next(letter for letter in letters if letter.to != HALL))
    assert len(seen) == 2
    assert list(seen)[1] == HALL
    assert seen[HALL]["PARTSTAT"] == "NEEDS-ACTION"


def test_the_hall_answers_as_anyone_and_counts_as_nobody(region: Region, client: FlaskClient) -> None:
    with_hall(region)
    hall_letter = of_hall(hosted(region))
    with region.work() as session:
        meeting = session.get_one(Meeting, region.meeting_id)
        presence = meetings.presence(session, meeting)
        assert len(presence.everyone) == EVERYONE
        assert presence.hall is not None
        region.world.people[VENUE] = presence.hall.attendee.person_id
    hall = client_of(region, [hall_letter], VENUE)
    hall.reply("DECLINED", headers={"Auto-Submitted": "auto-replied"})
    assert hall.answer is Answer.DECLINED
    sign_in(client, region.runtime, region.world, "secretary")
    assert "De zaal is niet beschikbaar" in client.get("/").text
    assert "geweigerd" in client.get(f"/meetings/{region.meeting_id}").text


def test_another_venue_lets_the_hall_go(region: Region) -> None:
    """CALENDAR-MAIL rule 17."""
    with_hall(region)
    hosted(region)
    with_hall(region, "")
    region.move(EVENING + timedelta(days=7))
    farewell = of_hall(region.tell())
    assert farewell.method == "CANCEL"


def test_a_hall_never_signs_in_and_stands_among_no_people(region: Region, client: FlaskClient) -> None:
    with_hall(region)
    region.arrived()
    client.post("/sign-in", data={"email": HALL})
    assert region.arrived() == []
    sign_in(client, region.runtime, region.world, "administrator")
    assert HALL not in client.get("/people").text


def test_the_address_of_a_person_books_no_hall(region: Region, client: FlaskClient) -> None:
    with region.runtime.read() as session:
        address = session.get_one(Person, region.world.people[ALDERMAN]).email
    sign_in(client, region.runtime, region.world, "administrator")
    path = f"/people/organisations/{region.world.organisations['Zoeterwoude']}/edit"
    sent = {
        "kind": "municipality",
        "name": "Zoeterwoude",
        "tooi_id": "gm0638",
        "venue": VENUE,
        "room": address,
    }
    answer = client.post(path, data=sent)
    assert answer.status_code in {409, 422}
    assert "al in gebruik" in answer.text or "Een andere persoon" in answer.text


@pytest.fixture
def on_behalf(region: Region) -> Region:
    with region.work() as session:
        body = region.world.body(session)
        wanted = BodyFacts(body.name, organiser="Voorzitter gezamenlijk collegeoverleg", list_attendees=True)
        by = region.world.by(session, "administrator")
        edit_body(session, body.id, wanted, None, by, region.clock())
    return region


def test_who_invites_for_somebody_else_says_so(on_behalf: Region) -> None:
    """CALENDAR-MAIL rule 8."""
    letter = on_behalf.invite()[0]
    organizer = letter.event["ORGANIZER"]
    assert organizer.params["CN"] == "Voorzitter gezamenlijk collegeoverleg"
    assert organizer.params["SENT-BY"] == "mailto:agenda@leidseregio.example"
    assert str(organizer).startswith("mailto:agenda+")
    assert str(letter.message["Reply-To"].addresses[0].addr_spec) == str(organizer).removeprefix("mailto:")
    assert "namens: Voorzitter gezamenlijk collegeoverleg" in letter.text


def test_where_the_body_says_so_everyone_sees_who_else_is_invited(on_behalf: Region) -> None:
    """CALENDAR-MAIL rule 7."""
    letter = on_behalf.invite()[0]
    seen = attendees(letter)
    assert len(seen) == EVERYONE
    assert next(iter(seen)) == letter.to
    on_behalf.cancel()
    farewell = next(one for one in on_behalf.tell() if one.to == letter.to)
    assert list(attendees(farewell)) == [letter.to]


def test_a_setting_of_the_body_alone_sends_nothing(region: Region) -> None:
    region.invite()
    with region.work() as session:
        body = region.world.body(session)
        body.organiser, body.list_attendees = "Voorzitter", True
    assert region.tell() == []


def test_two_meetings_of_which_one_replaces_the_other_point_to_each_other(
    region: Region, client: FlaskClient
) -> None:
    region.invite()
    cancelled = region.meeting_id
    region.plan(starts_at=EVENING + timedelta(days=14))
    successor, region.meeting_id = region.meeting_id, cancelled
    region.cancel("Samengevoegd.", successor)
    farewell = region.tell()[0]
    assert "In plaats daarvan: donderdag 28 februari 2019" in farewell.text
    region.meeting_id = successor
    with region.work() as session:
        config, by = region.runtime.config, region.secretary(session)
        invite(session, config, region.meeting(session), by, region.clock())
    invitation = region.arrived()[0]
    assert "Dit overleg komt in de plaats van: donderdag 14 februari 2019" in invitation.text
    assert "komt in de plaats van" in str(invitation.event["DESCRIPTION"])
    sign_in(client, region.runtime, region.world, "secretary")
    assert f'href="/meetings/{cancelled}"' in client.get(f"/meetings/{successor}").text
    assert f'href="/meetings/{successor}"' in client.get(f"/meetings/{cancelled}").text
