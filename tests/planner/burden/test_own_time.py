"""Everyone sees what meetings cost themselves, and of others only who may."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from itertools import pairwise

from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.runtime import Runtime
from agenda.meetings import actions, attendance
from agenda.meetings.model import Answer
from agenda.meetings.rules import Quarter
from agenda.meetings.table_model import Presence
from agenda.planner.burden_actions import freeze_baseline
from agenda.planner.burden_facts import first_quarter_of_person, meetings_of_person, time_of_person
from agenda.planner.burden_model import BurdenBaseline
from agenda.planner.burden_rules import (
    Burden,
    Held,
    each_alone,
    frozen_of_organisation,
    frozen_of_person,
    minutes_by_person,
    quarters_until,
    reckon,
)
from tests.meetings.agenda_world import planned_meeting
from tests.planner.burden.test_burden import Q1, held_meeting, meetings
from tests.world import START, StandingClock, World

APRIL = datetime(2019, 4, 1, 8, tzinfo=UTC)


def page(client: FlaskClient, runtime: Runtime, world: World, who: str, address: str) -> str:
    """Open a page as someone."""
    with runtime.work() as session:
        token = begin(session, world.person(session, who), "a test", runtime.clock())
    client.set_cookie(session_cookie(runtime.config), token)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def freeze(runtime: Runtime, world: World, clock: StandingClock) -> None:
    held_meeting(runtime, world, clock)
    clock.at = APRIL
    with runtime.work() as session:
        freeze_baseline(session, world.body(session), Q1, world.by(session, "secretary"), clock())


def test_ones_own_meetings_are_counted_alone_and_declined_ones_not(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        both = [planned_meeting(session, world), planned_meeting(session, world)]
        actions.confirm(session, both[0], world.by(session, "secretary"), START)
        me = world.people["Wethouder Oegstgeest 1"]
        mine = next(one for one in both[0].attendees if one.person_id == me)
        attendance.answer(session, mine, Answer.DECLINED, "", START)
        held = meetings_of_person(session, me, Q1.first_day, Q1.last_day, START)
        assert reckon(held, []) == Burden(planned=1, person_minutes=120, travel_minutes=30, minutes=120)
        assert first_quarter_of_person(session, me, "Europe/Amsterdam") == Q1
        assert first_quarter_of_person(session, world.people["stranger"], "Europe/Amsterdam") is None


def test_where_presence_was_noted_it_decides_who_was_there(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        both = [planned_meeting(session, world), planned_meeting(session, world)]
        actions.confirm(session, both[0], world.by(session, "secretary"), START)
        people = {one.person.name: one for one in both[0].attendees}
        attendance.answer(session, people["Wethouder Oegstgeest 1"], Answer.DECLINED, "", START)
        attendance.answer(session, people["Wethouder Leiden 1"], Answer.ACCEPTED, "", START)

        def mine(who: str) -> int:
            found = meetings_of_person(session, world.people[who], Q1.first_day, Q1.last_day, START)
            counted, _minutes = time_of_person(session, world.people[who], Q1, "Europe/Amsterdam")
            assert counted == len(found)
            return counted

        assert (mine("Wethouder Oegstgeest 1"), mine("Wethouder Leiden 1")) == (1, 2)
        came = people["Wethouder Oegstgeest 1"]
        at = both[0].starts_at
        assert at is not None
        session.add(Presence(meeting_id=both[0].id, attendee=came, arrived_at=at, left_at=None))
        session.flush()
        # Who declined came after all, and who would come did not; of the other meeting nothing was noted.
        assert (mine("Wethouder Oegstgeest 1"), mine("Wethouder Leiden 1")) == (2, 1)


def test_ones_own_page_shows_the_quarters_beside_the_baseline(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient
) -> None:
    freeze(runtime, world, clock)
    found = page(client, runtime, world, "Wethouder Oegstgeest 1", "/planner/burden/mine?q=2019-2")
    assert "Gezamenlijk collegeoverleg (2019-1)" in found
    assert "Wethouder Voorschoten 1" not in found
    assert "2 uur en 30 minuten" in found
    # Declined: neither the quarter nor the baseline has anything of theirs.
    absent = page(client, runtime, world, "Wethouder Leiden 1", "/planner/burden/mine?q=2019-2")
    assert "2 uur en 30 minuten" not in absent
    assert "Geen overleggen in deze kwartalen" in absent


def test_everyone_has_the_page_and_finds_it(runtime: Runtime, world: World, client: FlaskClient) -> None:
    with runtime.work() as session:
        planned_meeting(session, world, starts_at=datetime(2018, 12, 20, 14, 30, tzinfo=UTC))
    for who in ("Burgemeester Leiden", "stranger", "administrator"):
        assert "Geen overleggen" in page(client, runtime, world, who, "/planner/burden/mine?q=2018-1")
        assert "/planner/burden/mine" in page(client, runtime, world, who, "/profile")
    assert "/planner/burden/mine" in page(client, runtime, world, "Burgemeester Leiden", "/")
    assert "/planner/burden/mine" not in page(client, runtime, world, "stranger", "/")


def test_the_baseline_keeps_what_each_person_and_organisation_spent(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    freeze(runtime, world, clock)
    with runtime.read() as session:
        figures = session.get_one(BurdenBaseline, world.body_id).figures
    someone = frozen_of_person(figures, world.people["Wethouder Oegstgeest 1"])
    assert (someone.meetings, someone.person_minutes, someone.travel_minutes) == (1, 120, 30)
    assert frozen_of_person(figures, world.people["Wethouder Leiden 1"]) == Burden()
    assert frozen_of_organisation(figures, world.organisations["Oegstgeest"]) == 3 * 150
    assert frozen_of_organisation(figures, None) == 0


def test_the_file_has_columns_for_the_baseline_and_for_municipalities(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient
) -> None:
    freeze(runtime, world, clock)
    text = page(client, runtime, world, "secretary", f"/planner/burden/{world.body_id}.csv?q=2019-2")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert [row["Kwartaal"] for row in rows] == ["2019-1", "2019-2"]
    assert [row["Op onderwerpen, als deel van 1"] for row in rows] == ["0,50", ""]
    assert [row["Op onderwerpen, als deel van 1, nulmeting 2019-1"] for row in rows] == ["0,50", "0,50"]
    assert [row["Oegstgeest: minuten, reizen inbegrepen"] for row in rows] == ["450", "0"]
    assert [row["Oegstgeest: minuten, reizen inbegrepen, nulmeting 2019-1"] for row in rows] == ["450", "450"]


@given(meetings)
def test_each_person_alone_adds_up_to_what_all_spent(held: list[Held]) -> None:
    alone = {person: reckon(theirs, []).together for person, theirs in each_alone(held).items()}
    assert {key: value for key, value in alone.items() if value} == {
        key: value for key, value in minutes_by_person(held).items() if value
    }


@given(st.integers(0, 40), st.integers(1, 9))
def test_quarters_follow_each_other_until_the_last(earlier: int, most: int) -> None:
    last = first = Quarter(2020, 1)
    for _step in range(earlier):
        first = first.previous
    found = quarters_until(last, first, most)
    assert found[-1] == last
    assert len(found) == min(most, earlier + 1)
    assert all(one.next == other for one, other in pairwise(found))
    assert quarters_until(last, last.next, None) == [last]
