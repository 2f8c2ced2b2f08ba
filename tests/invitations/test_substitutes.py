"""A member lets somebody of the same college come: invited, counted once, and undone as easily."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.core.problems import Conflict, Invalid, Problem
from agenda.meetings import queries as meetings
from agenda.meetings.attendance import substitute_of
from agenda.meetings.model import Answer, Attendee, Meeting
from agenda.meetings.substitutes import candidates, end_substitution, name_substitute
from agenda.people.model import Membership, Person, Role
from tests.accounts.helpers import sign_in
from tests.invitations.region import ALDERMAN, Mail, Region
from tests.world import SINCE

STAND_IN = "Wethouder Leiden 9"
FROM_ELSEWHERE = "Wethouder Oegstgeest 9"


@pytest.fixture
def told(region: Region) -> Region:
    """Everyone is invited; Leiden and Oegstgeest each have an alderman who sits in another body only."""
    with region.work() as session:
        for name, college in ((STAND_IN, "Leiden"), (FROM_ELSEWHERE, "Oegstgeest")):
            person = Person(name=name, email=f"{name.lower().replace(' ', '.')}@leidseregio.example")
            session.add(person)
            session.flush()
            region.world.people[name] = person.id
            session.add(
                Membership(
                    person_id=person.id,
                    body_id=region.world.other_body_id,
                    organisation_id=region.world.organisations[college],
                    role=Role.MEMBER,
                    voting=True,
                    since=SINCE,
                )
            )
    region.invite()
    return region


def replace(region: Region, who: str = ALDERMAN, by_whom: str = STAND_IN) -> None:
    with region.work() as session:
        member = region.attendee(session, who)
        by = region.world.by(session, who)
        name_substitute(session, member, region.world.people[by_whom], by, region.clock())


def leiden(region: Region) -> tuple[int, int, int]:
    """How many of Leiden come, are needed, and there are."""
    with region.runtime.read() as session:
        presence = meetings.presence(session, session.get_one(Meeting, region.meeting_id))
        college = next(one for one in presence.colleges if one.organisation.name == "Leiden")
        return college.present, college.needed, college.total


def only(letters: list[Mail]) -> Mail:
    (letter,) = letters
    return letter


def test_the_substitute_is_invited_and_the_member_shown_as_replaced(told: Region) -> None:
    replace(told)
    letter = only(told.tell())
    assert (letter.to, letter.method, letter.sequence) == (
        "wethouder.leiden.9@leidseregio.example",
        "REQUEST",
        0,
    )
    assert f"U vervangt {ALDERMAN}." in letter.text
    assert f"U vervangt {ALDERMAN}." in str(letter.event["DESCRIPTION"])
    with told.runtime.read() as session:
        member = told.attendee(session, ALDERMAN)
        assert member.answer is Answer.DECLINED
        known = substitute_of(member)
        assert known is not None
        assert known.person.name == STAND_IN


def test_the_quorum_counts_the_substitute_and_never_both(told: Region) -> None:
    assert leiden(told) == (0, 2, 3)
    told.answer(ALDERMAN, Answer.ACCEPTED)
    assert leiden(told) == (1, 2, 3)
    replace(told)
    assert leiden(told) == (0, 2, 3)
    told.answer(STAND_IN, Answer.ACCEPTED)
    assert leiden(told) == (1, 2, 3)


def test_who_comes_after_all_needs_nobody_in_their_place(told: Region) -> None:
    replace(told)
    told.tell()
    told.answer(ALDERMAN, Answer.ACCEPTED)
    farewell = only(told.tell())
    assert (farewell.to, farewell.method) == ("wethouder.leiden.9@leidseregio.example", "CANCEL")
    assert f"{ALDERMAN} komt zelf of laat zich door een ander vervangen." in farewell.text
    assert leiden(told) == (1, 2, 3)


def test_a_change_of_mind_before_anyone_heard_of_it_costs_no_letter(told: Region) -> None:
    replace(told)
    with told.work() as session:
        end_substitution(session, told.attendee(session, ALDERMAN), told.secretary(session), told.clock())
    assert told.tell() == []


@pytest.mark.parametrize("who", [FROM_ELSEWHERE, "Burgemeester Leiden", "stranger", ALDERMAN])
def test_only_somebody_of_the_same_college_who_is_not_invited_can_come(told: Region, who: str) -> None:
    with pytest.raises(Invalid, match="substitute_impossible"):
        replace(told, by_whom=who)
    assert told.tell() == []


def test_who_comes_in_a_members_place_reads_so_on_the_page_of_the_meeting(
    told: Region, client: FlaskClient
) -> None:
    replace(told)
    page = sign_in(client, told.runtime, told.world, STAND_IN).get(f"/meetings/{told.meeting_id}/guest").text
    assert f"in de plaats van {ALDERMAN}" in page
    assert "geen punt voor u" not in page


def test_the_secretariat_and_guests_are_not_replaced(told: Region) -> None:
    with told.runtime.read() as session:
        assert candidates(session, told.attendee(session, "secretary"), told.clock()) == ()


def test_a_substitute_who_cannot_come_passes_it_on_in_the_members_place(told: Region) -> None:
    with told.work() as session:
        other = Person(name="Wethouder Leiden 8", email="wethouder.leiden.8@leidseregio.example")
        session.add(other)
        session.flush()
        told.world.people["Wethouder Leiden 8"] = other.id
        leiden_id = told.world.organisations["Leiden"]
        session.add(
            Membership(
                person_id=other.id,
                body_id=told.world.other_body_id,
                organisation_id=leiden_id,
                role=Role.MEMBER,
                since=SINCE,
            )
        )
    replace(told)
    replace(told, who=STAND_IN, by_whom="Wethouder Leiden 8")
    with told.runtime.read() as session:
        known = substitute_of(told.attendee(session, ALDERMAN))
        assert known is not None
        assert known.person.name == "Wethouder Leiden 8"
        assert told.attendee(session, STAND_IN).removed_at is not None


def test_with_the_member_goes_the_substitute(told: Region) -> None:
    replace(told)
    told.tell()
    told.remove(ALDERMAN)
    assert sorted(letter.method for letter in told.tell()) == ["CANCEL", "CANCEL"]


def test_a_move_asks_the_member_and_the_substitute_again(told: Region) -> None:
    replace(told)
    told.tell()
    with told.runtime.read() as session:
        starts_at = told.meeting(session).starts_at
    assert starts_at is not None
    told.move(starts_at.replace(day=21))
    letters = {letter.to: letter for letter in told.tell()}
    assert letters["wethouder.leiden.9@leidseregio.example"].partstat == "NEEDS-ACTION"
    with told.runtime.read() as session:
        assert substitute_of(told.attendee(session, ALDERMAN)) is not None


def test_two_who_name_a_substitute_at_once_leave_one(told: Region) -> None:
    start, refused = threading.Barrier(2), []

    def one() -> None:
        start.wait()
        try:
            replace(told)
        except Problem as problem:
            refused.append(problem)

    threads = [threading.Thread(target=one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with told.runtime.read() as session:
        query = select(Attendee).where(Attendee.substitute_for_id.is_not(None), Attendee.removed_at.is_(None))
        assert len(session.scalars(query).all()) == 1


@pytest.mark.parametrize("end", [lambda region: region.cancel(), lambda region: region.remove(ALDERMAN)])
def test_where_nothing_is_asked_any_more_nobody_is_replaced(
    told: Region, end: Callable[[Region], None]
) -> None:
    end(told)
    with pytest.raises((Conflict, Invalid)):
        replace(told)


def test_the_answer_page_offers_the_own_college_and_undoes_it(told: Region, client: FlaskClient) -> None:
    path = f"/answer/{told.token(ALDERMAN)}"
    page = client.get(path).text
    assert STAND_IN in page
    assert FROM_ELSEWHERE not in page
    chosen = client.post(f"{path}/substitute", data={"person_id": told.world.people[STAND_IN]})
    assert chosen.status_code == 303
    page = client.get(path).text
    assert f"{STAND_IN} komt in deze plaats" in page
    client.post(f"{path}/substitute", data={"end": "1"})
    assert f"{STAND_IN} komt in deze plaats" not in client.get(path).text
    elsewhere = client.post(f"{path}/substitute", data={"person_id": told.world.people[FROM_ELSEWHERE]})
    assert elsewhere.status_code == 422


def test_presence_shows_who_is_replaced_and_asks_who_has_not_answered_once_a_day(
    told: Region, client: FlaskClient
) -> None:
    replace(told)
    told.tell()
    sign_in(client, told.runtime, told.world, "secretary")
    path = f"/meetings/{told.meeting_id}/presence"
    page = client.get(path).text
    assert f"vervangen door {STAND_IN}" in page
    assert client.post(f"{path}/ask").status_code == 409
    told.clock.wind(days=1)
    told.answer("Wethouder Leiden 2", Answer.ACCEPTED)
    told.arrived()
    assert client.post(f"{path}/ask").status_code == 303
    asked = {letter.to for letter in told.arrived()}
    assert "wethouder.leiden.2@leidseregio.example" not in asked
    assert "wethouder.leiden.1@leidseregio.example" not in asked
    assert "burgemeester.leiden@leidseregio.example" in asked
    assert client.post(f"{path}/ask").status_code == 409
