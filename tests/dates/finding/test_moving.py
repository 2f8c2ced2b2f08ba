"""Another date for a meeting that has one: what it costs, and who said yes already."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.dates.model import MustAttend
from agenda.meetings import attendance
from agenda.meetings.model import Answer, Meeting
from tests.dates.finding.region import at, busy, day_of, moments, plain
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import FIRST_QUARTER, VALENTINE, confirmed, dated, planned
from tests.world import START, World


@pytest.fixture
def meeting_id(runtime: Runtime, world: World) -> int:
    """A meeting on 14 February to which three people said yes."""
    with runtime.work() as session:
        meeting = confirmed(session, world)
        for attendee in meeting.attendees[:3]:
            attendance.answer(session, attendee, Answer.ACCEPTED, "", START)
        return meeting.id


def test_what_moving_costs_is_said_first(as_someone: AsSomeone, runtime: Runtime, meeting_id: int) -> None:
    client = as_someone("secretary")
    said = plain(client.get(f"/meetings/{meeting_id}/date").text)
    assert "bijgewerkte uitnodiging aan 17 personen" in said
    assert "3 personen zeiden ja en moeten opnieuw antwoorden" in said
    assert "De huidige datum is over 58 dagen." in said
    assert "agenda is definitief" not in said
    with runtime.work() as session:
        session.get_one(Meeting, meeting_id).agenda_final_at = START
    assert (
        "De agenda is definitief en blijft zoals hij is." in client.get(f"/meetings/{meeting_id}/date").text
    )


def test_near_the_date_it_says_that_papers_are_out(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        meeting.starts_at = START + timedelta(days=1)
        meeting_id = meeting.id
    said = plain(as_someone("secretary").get(f"/meetings/{meeting_id}/date").text)
    assert "De huidige datum is morgen. De stukken moeten er al zijn" in said


def test_the_present_date_is_marked_and_not_proposed(as_someone: AsSomeone, meeting_id: int) -> None:
    page = as_someone("secretary").get(f"/meetings/{meeting_id}/date")
    assert "de huidige datum" in day_of(page, date(2019, 2, 14))
    assert VALENTINE not in {one.starts_at for one in moments(page)}
    # This meeting itself makes nobody busy.
    assert "17 van 17 kunnen" in day_of(page, date(2019, 2, 14))


def test_of_each_moment_it_is_said_whether_it_keeps_those_who_said_yes(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    with runtime.work() as session:
        yes = session.get_one(Meeting, meeting_id).attendees[0].person.name
        busy(session, world, yes, ("2019-02-21 08:00", "2019-02-21 18:00"))
    client = as_someone("secretary")
    week = "tried=1&first=2019-02-20&last=2019-02-21&minutes=120"
    good, bad = moments(client.get(f"/meetings/{meeting_id}/date?{week}"))
    assert "Iedereen die ja zei op de huidige datum kan" in good.text
    assert f"Zeiden ja op de huidige datum en kunnen dan niet: {yes}." in bad.text


def test_one_tap_moves_it_and_everyone_answers_anew(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    client = as_someone("secretary")
    taken = {"day": "2019-02-21", "hour": "15:30", "minutes": "120"}
    assert client.post(f"/meetings/{meeting_id}/date", data=taken).status_code == 303
    with runtime.read() as session:
        meeting = session.get_one(Meeting, meeting_id)
        assert (meeting.revision, meeting.starts_at) == (1, VALENTINE + timedelta(days=7))
    assert "zeiden ja" not in client.get(f"/meetings/{meeting_id}/date").text


def test_a_date_that_nobody_was_told_of_costs_nothing(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting_id = dated(session, world).id
    said = plain(as_someone("secretary").get(f"/meetings/{meeting_id}/date").text)
    assert "Nog niemand heeft bericht over de huidige datum" in said


def test_who_must_be_there_is_kept_and_stands_in_the_history(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    leiden, stranger = world.people["Wethouder Leiden 1"], world.people["stranger"]
    with runtime.work() as session:
        meeting_id = planned(session, world, FIRST_QUARTER).id
        busy(session, world, "Wethouder Leiden 1", ("2019-01-02 08:00", "2019-03-01 18:00"))
    client = as_someone("secretary")
    place = f"/meetings/{meeting_id}/date"
    tried = client.get(f"{place}?tried=1&must=person:{leiden}")
    assert "Deze keuze bewaren" in tried.text
    assert all(one.starts_at > at("2019-03-01 18:00") for one in moments(tried))
    sent = {"must": [f"person:{leiden}", f"person:{stranger}", "person:x"]}
    assert client.post(f"{place}/must-attend", data=sent).status_code == 303
    with runtime.read() as session:
        assert session.scalars(select(MustAttend.person_id)).all() == [leiden]
    kept = client.get(place)
    assert "Deze keuze bewaren" not in kept.text
    assert "Eén die erbij moet zijn: Wethouder Leiden 1" in plain(kept.text)
    assert all(one.starts_at > at("2019-03-01 18:00") for one in moments(kept))
    history = plain(client.get(f"/meetings/{meeting_id}").text)
    assert "bepaalde wie erbij moet zijn" in history
    client.post(f"{place}/must-attend", data={})
    with runtime.read() as session:
        assert session.scalars(select(MustAttend.person_id)).all() == []
