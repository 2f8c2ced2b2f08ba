"""The start page: for each role what needs that person now."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime
from agenda.invitations.actions import tell_everyone
from agenda.meetings import attendance
from agenda.meetings.model import Answer, Meeting
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import confirmed, planned
from tests.world import START, World

NOTHING = "Er is nu niets dat uw aandacht vraagt"


def send(runtime: Runtime, session: Session, world: World) -> int:
    meeting = confirmed(session, world)
    tell_everyone(session, runtime.config, START)
    return meeting.id


@pytest.mark.parametrize(
    "who", ["secretary", "clerk", "Wethouder Leiden 1", "reader", "outsider", "stranger"]
)
def test_without_anything_to_do_the_page_says_so(as_someone: AsSomeone, who: str) -> None:
    page = as_someone(who).get("/").text
    assert NOTHING in page
    assert "lr-task__link" not in page


def test_the_menu_leads_to_no_list_that_stays_empty(as_someone: AsSomeone) -> None:
    for address in ('href="/topics"', 'href="/meetings"', 'href="/decisions"'):
        assert address in as_someone("reader").get("/").text
        assert address in as_someone("administrator").get("/").text
        assert address not in as_someone("Gedeputeerde").get("/").text


def test_the_secretary_chooses_a_date_and_nobody_else_is_bothered(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = planned(session, world)
    assert f"/meetings/{meeting.id}/date" in as_someone("secretary").get("/").text
    for who in ("clerk", "Wethouder Leiden 1", "outsider", "stranger"):
        assert f"/meetings/{meeting.id}/date" not in as_someone(who).get("/").text


def test_an_alderman_answers_and_then_sees_the_day_on_which_it_takes_place(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting_id = send(runtime, session, world)
    alderman = as_someone("Wethouder Leiden 1")
    assert "Beantwoord de uitnodiging" in alderman.get("/").text
    with runtime.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        own = next(a for a in meeting.attendees if a.person_id == world.people["Wethouder Leiden 1"])
        attendance.answer(session, own, Answer.ACCEPTED, "", START)
    page = alderman.get("/").text
    assert "Beantwoord de uitnodiging" not in page
    assert "donderdag 14 februari 2019" in page
    assert "uiterlijk 14 februari 2019" not in page


def test_the_administrator_finds_what_is_to_keep(as_someone: AsSomeone) -> None:
    page = as_someone("administrator").get("/").text
    assert 'href="/people"' in page
    assert 'href="/letters"' in page
    assert 'href="/letters"' not in as_someone("Wethouder Leiden 1").get("/").text
