"""The screen on which a secretary chooses a date."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from werkzeug.test import TestResponse

from agenda.accounts.rules import By
from agenda.core.runtime import Runtime
from agenda.dates.busy import Busy
from agenda.dates.calendar_actions import Upload, add_file
from agenda.meetings import actions
from agenda.meetings.attendance import add_attendee
from agenda.meetings.facts import Plan
from agenda.meetings.model import Meeting
from agenda.people.model import Person
from tests.meetings.conftest import AsSomeone
from tests.meetings.counting import Statements
from tests.meetings.planning import FIRST_QUARTER, VALENTINE, confirmed, dated, planned
from tests.support.crowd import crowd
from tests.world import START, World

# Busy on the whole of 14 February 2019, in minutes since 1970.
AWAY = Busy(np.array([[25835040, 25836480]], np.int64), ())


@pytest.fixture
def meeting_id(runtime: Runtime, world: World) -> int:
    """A meeting that must fall in the first quarter of 2019."""
    with runtime.work() as session:
        return planned(session, world, FIRST_QUARTER).id


def fields(day: str, hour: str = "15:30", minutes: int = 120, **more: str) -> dict[str, str]:
    return {"day": day, "hour": hour, "minutes": str(minutes), **more}


def starts_at(runtime: Runtime, meeting_id: int) -> datetime | None:
    with runtime.read() as session:
        return session.get_one(Meeting, meeting_id).starts_at


def offered(page: TestResponse) -> list[dict[str, str]]:
    """Read what the buttons of the page would send."""
    forms = re.findall(r'method="post" action="/meetings/\d+/date" .*?</form>', page.text, re.S)
    return [dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)) for form in forms]


def test_one_click_on_a_proposal_sets_the_date(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    client = as_someone("secretary")
    proposals = offered(client.get(f"/meetings/{meeting_id}/date"))
    assert len(proposals) == 12
    answer = client.post(f"/meetings/{meeting_id}/date", data=proposals[0])
    assert (answer.status_code, answer.location) == (303, f"/meetings/{meeting_id}")
    chosen = starts_at(runtime, meeting_id)
    assert chosen is not None
    assert chosen.date().isoformat() == proposals[0]["day"]
    assert "Nog niemand heeft bericht" in client.get(answer.location).text


def test_a_date_typed_in_counts_in_the_time_of_the_town_hall(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    as_someone("secretary").post(f"/meetings/{meeting_id}/date", data=fields("2019-02-14"))
    assert starts_at(runtime, meeting_id) == VALENTINE


def test_a_day_outside_the_window_is_refused_until_it_is_meant(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    client = as_someone("secretary")
    answer = client.post(f"/meetings/{meeting_id}/date", data=fields("2019-04-02"))
    assert answer.status_code == 409
    assert "1 januari 2019" in answer.text
    assert "31 maart 2019" in answer.text
    assert starts_at(runtime, meeting_id) is None
    meant = fields("2019-04-02", outside_window="y")
    assert client.post(f"/meetings/{meeting_id}/date", data=meant).status_code == 303
    assert starts_at(runtime, meeting_id) == datetime.fromisoformat("2019-04-02T15:30:00+02:00")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (fields("2018-12-17"), 422),
        (fields("2019-03-31", "02:30"), 422),
        (fields("", ""), 422),
        (fields("2019-02-30"), 422),
        (fields("2019-02-14", minutes=5), 422),
        (fields("9999-12-31", outside_window="y"), 422),
        (fields("0001-01-01", outside_window="y"), 422),
        (fields("2021-01-05", outside_window="y"), 409),
    ],
    ids=[
        "past",
        "March skips it",
        "empty",
        "no such day",
        "too short",
        "too far",
        "too long ago",
        "body ended",
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_changes_nothing(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int, given: dict[str, str], status: int
) -> None:
    answer = as_someone("secretary").post(f"/meetings/{meeting_id}/date", data=given)
    assert answer.status_code == status
    assert 'aria-invalid="true"' in answer.text
    assert starts_at(runtime, meeting_id) is None


def test_of_two_secretaries_the_second_sees_both_dates_before_anything_is_overwritten(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    client = as_someone("secretary")
    seen = offered(client.get(f"/meetings/{meeting_id}/date"))[0]["version"]
    client.post(f"/meetings/{meeting_id}/date", data=fields("2019-02-14", version=seen))
    late = client.post(f"/meetings/{meeting_id}/date", data=fields("2019-02-21", version=seen))
    assert late.status_code == 409
    assert "donderdag 14 februari 2019, 15.30 uur" in late.text
    assert "donderdag 21 februari 2019, 15.30 uur" in late.text
    assert starts_at(runtime, meeting_id) == VALENTINE
    now = re.search(r'name="version" type="hidden" value="(\d+)"', late.text)
    assert now
    again = client.post(f"/meetings/{meeting_id}/date", data=fields("2019-02-21", version=now[1]))
    assert again.status_code == 303
    assert starts_at(runtime, meeting_id) == VALENTINE + timedelta(days=7)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("clerk", 403),
        ("Wethouder Leiden 1", 403),
        ("reader", 403),
        ("administrator", 403),
        ("stranger", 404),
        ("outsider", 404),
    ],
)
def test_only_the_secretary_of_the_body_chooses(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int, who: str, status: int
) -> None:
    client = as_someone(who)
    address = f"/meetings/{meeting_id}/date"
    assert client.get(address).status_code == status
    assert client.post(address, data=fields("2019-02-14")).status_code == status
    assert starts_at(runtime, meeting_id) is None


def test_a_meeting_that_is_not_there_is_not_found(as_someone: AsSomeone, world: World) -> None:
    assert as_someone("secretary").get("/meetings/99999/date").status_code == 404


def test_who_sits_elsewhere_is_named(as_someone: AsSomeone, runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        dated(session, world)
        secretary = world.by(session, "secretary")
        week = Plan(window_from=date(2019, 2, 14), window_until=date(2019, 2, 14))
        second = actions.create_meeting(session, world.body(session), week, secretary, START)
        # Every usual hour of that day is taken.
        whole_day = Plan(starts_at=VALENTINE.replace(hour=8, minute=0), minutes=600)
        actions.create_meeting(session, world.body(session), whole_day, secretary, START)
        meeting_id = second.id
    client = as_someone("secretary")
    assert "Wethouder Leiden 1" in client.get(f"/meetings/{meeting_id}/date").text
    answer = client.post(f"/meetings/{meeting_id}/date", data=fields("2019-02-14"))
    assert "Kunnen op dat moment niet: Burgemeester Leiden, " in client.get(answer.location).text


def test_moving_a_meeting_that_was_sent_says_that_everyone_hears(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        meeting_id, invited = meeting.id, len(meeting.attendees)
    client = as_someone("secretary")
    assert f"{invited} personen" in client.get(f"/meetings/{meeting_id}/date").text
    client.post(f"/meetings/{meeting_id}/date", data=fields("2019-02-21"))
    with runtime.read() as session:
        assert session.get_one(Meeting, meeting_id).revision == 1


def test_the_number_of_queries_does_not_grow_with_the_meetings(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    client = as_someone("secretary")

    def queries() -> int:
        with Statements(runtime) as counted:
            assert client.get(f"/meetings/{meeting_id}/date").status_code == 200
        return counted.number

    with runtime.work() as session:
        crowd(session, world, topics=20, meetings=125)
    few = queries()
    with runtime.work() as session:
        crowd(session, world, topics=20, meetings=200)
    assert queries() == few


def test_the_number_of_queries_does_not_grow_with_the_people_and_their_calendars(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    client = as_someone("secretary")

    def queries() -> int:
        with Statements(runtime) as counted:
            assert client.get(f"/meetings/{meeting_id}/date?day=2019-02-14").status_code == 200
        return counted.number

    few = queries()
    with runtime.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        for number in range(40):
            person = Person(name=f"Genodigde {number}", email=f"genodigde{number}@leiden.example")
            session.add(person)
            session.flush()
            add_attendee(session, meeting, person, world.by(session, "secretary"), START)
        for attendee in meeting.attendees:
            by = By(person_id=attendee.person_id, name=attendee.person.name)
            add_file(session, by, Upload("agenda.ics", AWAY, (date(2018, 11, 1), date(2020, 3, 1))), START)
    assert queries() == few
