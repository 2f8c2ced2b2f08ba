"""What must be so of a date, each rule seen through the screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime
from agenda.dates import rule_actions
from agenda.dates.model import DayRule, MustAttend
from agenda.meetings.model import Meeting
from agenda.topics.model import Need
from tests.dates.finding.region import (
    Moment,
    at,
    busy,
    closed,
    day_of,
    meeting_between,
    moments,
    on_workdays,
    rules,
)
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import put_on_agenda, topic
from tests.world import START, StandingClock, World

# A week without holidays, from Monday to Friday.
MONDAY, FRIDAY = date(2019, 2, 4), date(2019, 2, 8)
TUESDAY, WEDNESDAY = date(2019, 2, 5), date(2019, 2, 6)
Prepare = Callable[[Session, Meeting], None]
Find = Callable[..., list[Moment]]


@pytest.fixture
def find(as_someone: AsSomeone, runtime: Runtime, world: World) -> Find:
    """Plan a meeting in a period, do something more, and give what the screen proposes."""

    def found(
        prepare: Prepare, first: date = MONDAY, last: date = FRIDAY, asked: dict[str, Any] | None = None
    ) -> list[Moment]:
        with runtime.work() as session:
            meeting = meeting_between(session, world, first, last)
            prepare(session, meeting)
            meeting_id = meeting.id
        return moments(as_someone("secretary").get(f"/meetings/{meeting_id}/date", query_string=asked))

    return found


def nothing(_session: Session, _meeting: Meeting) -> None:
    """Leave everything as it is."""


def days(found: list[Moment]) -> list[date]:
    return sorted({one.day for one in found})


def test_only_days_of_the_period_and_no_weekend(find: Find) -> None:
    found = find(nothing, date(2019, 2, 7), date(2019, 2, 12))
    assert [day.day for day in days(found)] == [7, 8, 11, 12]


def test_another_period_and_length_can_be_asked_in_the_address(find: Find) -> None:
    asked = {"tried": 1, "first": "2019-03-04", "last": "2019-03-05", "minutes": 480}
    found = find(nothing, asked=asked)
    assert days(found) == [date(2019, 3, 4), date(2019, 3, 5)]
    assert all("buiten de afgesproken periode" in one.text for one in found)
    assert all("09.30 – 17.30" in one.text for one in found)


def test_a_meeting_lies_within_the_opening_hours_of_the_day(find: Find, world: World) -> None:
    hours = {0: (time(13), time(15)), 2: (time(9), time(10))}
    found = find(lambda session, _meeting: rules(session, world, hours=hours))
    assert [(one.day, one.hour) for one in found] == [(MONDAY, time(13))]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (DayRule.EXCLUDE, "Tweede paasdag"),
        (DayRule.AVOID, "Tweede paasdag"),
        (DayRule.IGNORE, "iedereen kan"),
    ],
)
def test_a_public_holiday_is_what_the_body_says(
    as_someone: AsSomeone, runtime: Runtime, world: World, rule: DayRule, said: str
) -> None:
    easter = date(2019, 4, 22)
    with runtime.work() as session:
        meeting_id = meeting_between(session, world, easter, easter).id
        rules(session, world, public_holidays=rule, school_holidays=DayRule.IGNORE)
    page = as_someone("secretary").get(f"/meetings/{meeting_id}/date")
    (first, *_rest) = moments(page)
    assert said in first.text
    assert ("Niets past" in page.text) is (rule is DayRule.EXCLUDE)
    assert ("–" in day_of(page, easter)) is (rule is DayRule.EXCLUDE)


def test_school_holidays_are_those_of_the_body_s_region(find: Find, world: World) -> None:
    # In 2019 the spring holiday of region Midden was a week after that of Noord.
    north = date(2019, 2, 18)
    assert "Voorjaarsvakantie" not in find(nothing, north, north)[0].text
    found = find(lambda session, _meeting: rules(session, world, school_region="Noord"), north, north)
    assert "Voorjaarsvakantie" in found[0].text


def test_nobody_meets_during_a_college_s_own_meeting_or_what_the_body_keeps_free(
    find: Find, world: World
) -> None:
    def prepare(session: Session, meeting: Meeting) -> None:
        closed(session, world, "Leiden", "Collegevergadering", weekday=1, begins=time(9), ends=time(16))
        closed(session, world, None, "Heidag", weekday=4)

    assert days(find(prepare)) == [MONDAY, WEDNESDAY, date(2019, 2, 7)]


def test_what_closes_a_day_is_said_in_the_heat_map(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting_id = meeting_between(session, world, MONDAY, FRIDAY).id
        closed(session, world, "Leiden", "Collegevergadering", weekday=1, begins=time(9), ends=time(17))
    page = as_someone("secretary").get(f"/meetings/{meeting_id}/date")
    assert day_of(page, TUESDAY) == "5 : – Collegevergadering (Leiden)"
    assert day_of(page, WEDNESDAY).startswith("6 : 17 van 17 kunnen, het best om 09.30 uur")


def test_without_who_must_be_there_it_does_not_take_place(find: Find, world: World) -> None:
    def prepare(session: Session, meeting: Meeting) -> None:
        away = on_workdays(MONDAY, date(2019, 2, 7), "08:00", "18:00")
        busy(session, world, "Wethouder Leiden 1", *away)
        session.add(MustAttend(meeting_id=meeting.id, person_id=world.people["Wethouder Leiden 1"]))

    assert days(find(prepare)) == [FRIDAY]


def test_whom_the_agenda_needs_must_be_there_too(find: Find, world: World) -> None:
    def prepare(session: Session, meeting: Meeting) -> None:
        busy(session, world, "Wethouder Leiden 1", *on_workdays(MONDAY, WEDNESDAY, "08:00", "18:00"))
        subject = topic(session, world)
        subject.needs = [Need(person_id=world.people["Wethouder Leiden 1"])]
        put_on_agenda(session, meeting, subject)

    assert days(find(prepare)) == [date(2019, 2, 7), FRIDAY]


def test_of_those_who_hold_a_portfolio_one_is_enough(find: Find, world: World) -> None:
    holders = [name for name in world.people if name.startswith("Wethouder") and name.endswith("1")]

    def prepare(session: Session, meeting: Meeting) -> None:
        for who in holders:
            days_off = on_workdays(MONDAY, WEDNESDAY, "08:00", "18:00")
            # Of one the Wednesday is free.
            busy(session, world, who, *(days_off[:2] if who == "Wethouder Leiden 1" else days_off))
        subject = topic(session, world)
        subject.needs = [Need(portfolio="Wonen")]
        put_on_agenda(session, meeting, subject)
        rules(session, world, hours={day: (time(9), time(17)) for day in range(3)})
        # Enough of each college are there: the quorum is not what stands in the way.
        assert len(holders) == 5

    found = find(prepare)
    assert days(found) == [WEDNESDAY]
    assert "13 van 17 kunnen" in found[0].text


def test_a_portfolio_that_nobody_holds_and_a_person_who_is_not_invited_stop_nothing(
    find: Find, world: World
) -> None:
    def prepare(session: Session, meeting: Meeting) -> None:
        subject = topic(session, world)
        subject.needs = [Need(portfolio="ruimtevaart"), Need(person_id=world.people["Gedeputeerde"])]
        put_on_agenda(session, meeting, subject)

    assert len(days(find(prepare))) == 5


def test_each_college_must_have_its_quorum(find: Find, world: World) -> None:
    def prepare(session: Session, _meeting: Meeting) -> None:
        for who in ("Burgemeester Oegstgeest", "Wethouder Oegstgeest 1"):
            busy(session, world, who, *on_workdays(MONDAY, WEDNESDAY, "08:00", "18:00"))
        busy(session, world, "Wethouder Leiden 1", ("2019-02-07 08:00", "2019-02-07 18:00"))

    found = find(prepare)
    assert days(found) == [date(2019, 2, 7), FRIDAY]
    assert "Leiden 2/3" in found[-1].text


def test_a_quorum_that_was_set_counts_instead_of_half(find: Find, world: World) -> None:
    def prepare(session: Session, _meeting: Meeting) -> None:
        seat = world.body(session).seats[0]
        assert seat.organisation.name == "Leiden"
        seat.quorum = 3
        busy(session, world, "Wethouder Leiden 1", *on_workdays(MONDAY, date(2019, 2, 7), "08:00", "18:00"))

    assert days(find(prepare)) == [FRIDAY]


def test_who_comes_from_elsewhere_has_time_to_travel(find: Find, world: World) -> None:
    def prepare(session: Session, meeting: Meeting) -> None:
        assert meeting.host is not None
        assert meeting.host.name == "Leiden"
        secretary = world.by(session, "secretary")
        pair = (world.organisations["Leiden"], world.organisations["Oegstgeest"])
        rule_actions.set_journeys(session, world.body(session), {pair: 40}, {pair: None}, secretary, START)
        rules(session, world, hours={0: (time(9), time(15))})
        who = {"Leiden": "09:00", "Leiderdorp": "10:00", "Oegstgeest": "10:00"}
        for municipality, begins in who.items():
            person = f"Burgemeester {municipality}"
            busy(session, world, person, (f"{MONDAY} {begins}", f"{MONDAY} 12:00"))
            session.add(MustAttend(meeting_id=meeting.id, person_id=world.people[person]))

    # Busy until twelve: Leiden walks in, Leiderdorp takes the usual fifteen minutes, Oegstgeest forty.
    (found,) = find(prepare)
    assert found.hour == time(12, 45)


def test_other_meetings_in_this_product_make_people_busy_and_this_one_does_not(
    find: Find, world: World
) -> None:
    def prepare(session: Session, _meeting: Meeting) -> None:
        other = meeting_between(session, world, MONDAY, MONDAY)
        other.starts_at, other.minutes = at(f"{MONDAY} 09:00"), 500

    assert days(find(prepare)) == [TUESDAY, WEDNESDAY, date(2019, 2, 7), FRIDAY]


def test_what_has_passed_is_no_moment(find: Find, clock: StandingClock) -> None:
    clock.at = at(f"{WEDNESDAY} 13:07")
    found = find(nothing)
    assert days(found) == [WEDNESDAY, date(2019, 2, 7), FRIDAY]
    today = next(one for one in found if one.day == WEDNESDAY)
    assert today.hour == time(13, 30)
