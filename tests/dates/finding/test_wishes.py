"""What is wished of a date, and what the screen says for and against it."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest

from agenda.core.runtime import Runtime
from agenda.dates.busy import Flag
from agenda.dates.model import DayRule
from agenda.meetings import actions
from agenda.meetings.facts import Plan
from agenda.meetings.model import Meeting
from agenda.people.model import Membership, Role
from tests.dates.finding.region import (
    at,
    busy,
    day_of,
    hours_of,
    meeting_between,
    moments,
    on_workdays,
    plain,
    rules,
)
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import FIRST_QUARTER, planned
from tests.world import SINCE, START, World

MONDAY, FRIDAY = date(2019, 2, 4), date(2019, 2, 8)


def test_most_people_first_and_who_is_missing_by_name_and_college(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting_id = meeting_between(session, world, MONDAY, date(2019, 2, 5)).id
        for who in ("Wethouder Oegstgeest 2", "Burgemeester Leiden"):
            busy(session, world, who, (f"{MONDAY} 08:00", f"{MONDAY} 18:00"))
    first, second = moments(as_someone("secretary").get(f"/meetings/{meeting_id}/date"))
    assert (first.day.day, second.day.day) == (5, 4)
    assert "iedereen kan" in first.text
    assert "15 van 17 kunnen" in second.text
    assert "Leiden (Burgemeester Leiden) ; Oegstgeest (Wethouder Oegstgeest 2)" in second.text
    assert "Leiden 2/3" in second.text


def test_school_holidays_come_last_and_short_notice_after_time_to_prepare(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting_id = planned(session, world, FIRST_QUARTER).id
    found = moments(as_someone("secretary").get(f"/meetings/{meeting_id}/date"))
    assert len(found) == 12
    assert len({one.day.isocalendar()[1] for one in found}) == 11
    assert {one.day.weekday() for one in found} == {0, 1, 2, 3, 4}
    assert not any("vakantie" in one.text for one in found)
    short = ["kort dag" in one.text for one in found]
    assert short == [one.day < date(2019, 1, 15) for one in found]
    assert short == sorted(short)
    prepared = ["tijd genoeg voor de stukken" in one.text.lower() for one in found]
    assert prepared == [not soon for soon in short]


def test_the_body_s_usual_hour_is_taken_where_it_suits_as_many(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        before = Plan(starts_at=at("2019-01-10 11:15"))
        actions.create_meeting(session, world.body(session), before, secretary, START)
        meeting_id = meeting_between(session, world, MONDAY, date(2019, 2, 5)).id
        busy(session, world, "clerk", (f"{MONDAY} 11:00", f"{MONDAY} 12:00"))
    found = {one.day: one for one in moments(as_someone("secretary").get(f"/meetings/{meeting_id}/date"))}
    assert found[date(2019, 2, 5)].hour == time(11, 15)
    assert "Het gebruikelijke uur" in found[date(2019, 2, 5)].text
    assert found[MONDAY].hour == time(13, 30)


def test_the_day_before_papers_are_due_comes_after_other_days(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        # Papers are due a week before, on Wednesday 6 February; the day before that is Tuesday.
        other = Plan(starts_at=at("2019-02-13 09:30"), title="Extra overleg")
        actions.create_meeting(session, world.body(session), other, secretary, START)
        meeting_id = meeting_between(session, world, MONDAY, FRIDAY).id
    found = moments(as_someone("secretary").get(f"/meetings/{meeting_id}/date"))
    assert [one.day.day for one in found] == [4, 6, 7, 8, 5]
    assert "dag voor de stukken van Extra overleg" in found[-1].text


def test_a_meeting_that_would_have_to_give_way_is_named_only_to_who_may_see_it(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        session.add(
            Membership(
                person_id=world.people["Wethouder Leiden 1"],
                body_id=world.other_body_id,
                organisation_id=world.organisations["Leiden"],
                role=Role.MEMBER,
                since=SINCE,
            )
        )
        whole_day = {"starts_at": at(f"{MONDAY} 08:30"), "minutes": 600}
        ours = Plan(**whole_day, title="Heidag")
        actions.create_meeting(session, world.body(session), ours, secretary, START)
        outsider = world.by(session, "outsider")
        other = session.get_one(type(world.body(session)), world.other_body_id)
        theirs = Plan(starts_at=at("2019-02-05 08:30"), minutes=600, title="Verborgen overleg")
        actions.create_meeting(session, other, theirs, outsider, START)
        rules(session, world)
        for seat in world.body(session).seats:
            seat.quorum = 0
        meeting_id = meeting_between(session, world, MONDAY, date(2019, 2, 5)).id
    page = as_someone("secretary").get(f"/meetings/{meeting_id}/date")
    tuesday, monday = moments(page)
    assert "Verdringt: Heidag (17 personen)" in monday.text
    assert "Verdringt: een overleg van een ander gremium (één persoon)" in tuesday.text
    assert "Verborgen" not in page.text


def test_what_is_known_of_calendars_is_said(as_someone: AsSomeone, runtime: Runtime, world: World) -> None:
    away = (f"{MONDAY} 09:00", f"{MONDAY} 10:00")
    with runtime.work() as session:
        meeting_id = meeting_between(session, world, MONDAY, FRIDAY).id
        busy(session, world, "clerk", away)
        busy(session, world, "secretary", away, read=START - timedelta(days=3))
        odd = (Flag("unknown_time_zone", "Customized"),)
        busy(session, world, "Burgemeester Leiden", away, flags=odd)
    said = plain(as_someone("secretary").get(f"/meetings/{meeting_id}/date").text)
    assert "Van 14 van de 17 is geen agenda bekend: zij tellen als vrij." in said
    assert "secretary, zaterdag 15 december 2018, 09.00 uur" in said
    assert "Deels onduidelijk, kijk dus goed: Burgemeester Leiden." in said


@pytest.mark.parametrize(("last", "ends"), [("2020-03-01", False), ("2020-03-02", True)])
def test_where_calendars_end_within_the_period_the_screen_says_from_when(
    as_someone: AsSomeone, runtime: Runtime, world: World, last: str, ends: bool
) -> None:
    away = (f"{MONDAY} 09:00", f"{MONDAY} 10:00")
    with runtime.work() as session:
        meeting_id = meeting_between(session, world, date(2020, 2, 1), date.fromisoformat(last)).id
        for who in ("clerk", "secretary"):
            busy(session, world, who, away)
    said = plain(as_someone("secretary").get(f"/meetings/{meeting_id}/date").text)
    assert ("Na 1 maart 2020 tellen 2 personen als vrij, omdat er niets bekend is." in said) is ends


def test_a_day_shows_every_start_with_who_is_missing(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting_id = meeting_between(session, world, MONDAY, FRIDAY).id
        busy(session, world, "Wethouder Leiden 1", (f"{MONDAY} 12:00", f"{MONDAY} 13:00"))
    client = as_someone("secretary")
    page = client.get(f"/meetings/{meeting_id}/date?day={MONDAY}")
    rows = hours_of(page)
    assert [row.partition(" uur – ")[0] for row in rows] == ["09.00", "10.15", "13.00"]
    assert "iedereen kan" in rows[0]
    assert "Ontbreken: Leiden (Wethouder Leiden 1)" in rows[1]
    starts = re.findall(r">(\d\d\.\d\d)</button>", page.text)
    assert starts[:3] == ["09.00", "09.15", "09.30"]
    assert len(starts) == 27
    assert 'aria-current="true"' in page.text
    ids = re.findall(r' id="([^"]+)"', page.text)
    assert sorted(ids) == sorted(set(ids))
    for day in ("2019-03-01", "gisteren", "20190204", "9999-12-31", "0001-01-01", ""):
        other = client.get(f"/meetings/{meeting_id}/date?day={day}")
        assert other.status_code == 200
        assert (hours_of(other) != []) is (day == "20190204")


@pytest.mark.parametrize(
    ("last", "known"), [("2030-08-30", True), ("2030-12-31", False), ("2031-01-31", False)]
)
def test_where_school_holidays_are_not_known_the_screen_says_so(
    as_someone: AsSomeone, runtime: Runtime, world: World, last: str, known: bool
) -> None:
    with runtime.work() as session:
        world.body(session).expires_on = None
        meeting_id = meeting_between(session, world, date(2030, 8, 1), date.fromisoformat(last)).id
    page = as_someone("secretary").get(f"/meetings/{meeting_id}/date")
    assert ("Schoolvakanties zijn zo ver vooruit niet bekend" in page.text) is not known
    assert len(moments(page)) == 12


def test_a_year_is_looked_at_and_no_more(as_someone: AsSomeone, runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting_id = planned(session, world, FIRST_QUARTER).id
    client = as_someone("secretary")
    year = client.get(f"/meetings/{meeting_id}/date?tried=1&first=2019-01-02&last=2020-01-01")
    assert year.text.count("lr-calendar__month") == 13
    assert "Kerstvakantie" in day_of(year, date(2019, 12, 27))
    longer = client.get(f"/meetings/{meeting_id}/date?tried=1&first=2019-01-02&last=2020-02-01")
    assert "Kijk ten hoogste een jaar vooruit." in longer.text
    assert longer.text.count("lr-calendar__month") == 3


STRANGE = [
    "tried=1&minutes=5",
    "tried=1&minutes=" + "9" * 400,
    "tried=1&first=2019-03-01&last=2019-02-01",
    "tried=1&first=0001-01-01&last=9999-12-31",
    "tried=1&first=2199-12-01&last=2199-12-31",
    "tried=1&first=²",
    "tried=1&must=person:99999&must=quorum:1&must=<script>",
    "slot=2019-02-30T10:00&slot=2019-03-31T02:30&slot=x&slot=2019-02-14T15:30",
    "&".join(f"slot=2019-02-14T{n // 60:02}:{n % 60:02}" for n in range(600)),
]


def test_nothing_in_the_address_breaks_the_screen(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting_id = planned(session, world, FIRST_QUARTER).id
    client = as_someone("secretary")
    for asked in STRANGE:
        page = client.get(f"/meetings/{meeting_id}/date?{asked}")
        assert page.status_code == 200, asked
        assert "<script>" not in page.text


def test_a_meeting_without_host_names_whose_turn_it_is(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        planned(session, world, FIRST_QUARTER)
        meeting = session.get_one(Meeting, planned(session, world, FIRST_QUARTER).id)
        meeting.host = None
        rules(session, world, school_holidays=DayRule.IGNORE)
        meeting_id = meeting.id
        busy(session, world, "clerk", *on_workdays(MONDAY, FRIDAY, "09:00", "10:00"))
    page = as_someone("secretary").get(f"/meetings/{meeting_id}/date").text
    assert "Leiderdorp is aan de beurt." in plain(page)
