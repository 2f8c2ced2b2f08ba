"""Who is reminded of a poll, when, and with which link."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.dates import poll_actions as polls
from agenda.dates.model import Choice, DatePoll, Voter
from agenda.dates.poll_actions import Asked
from agenda.dates.poll_answers import vote
from agenda.dates.poll_telling import tell_voters
from agenda.meetings import actions as meetings
from agenda.meetings.model import Meeting
from agenda.reminders import rules
from agenda.reminders.actions import lay_down_rules, switch
from agenda.reminders.model import ReminderRule
from agenda.reminders.queries import due, planned
from tests.meetings.counting import Statements
from tests.meetings.planning import planned as planned_meeting
from tests.reminders.post import members, remind
from tests.world import START, StandingClock, World

MOMENTS = tuple(datetime.fromisoformat(f"2019-01-{day}T15:30:00+01:00") for day in (17, 24, 31))
# Thursday at five; the poll opened on Tuesday 18 December.
DEADLINE = datetime.fromisoformat("2019-01-03T17:00:00+01:00")
THREE_DAYS_BEFORE = datetime.fromisoformat("2018-12-31T08:00:00+01:00")
THE_DAY_BEFORE = datetime.fromisoformat("2019-01-02T08:00:00+01:00")
ALDERMAN, OTHER = "Wethouder Leiden 1", "Wethouder Leiden 2"


@pytest.fixture
def poll_id(runtime: Runtime, world: World) -> int:
    """An open poll of three moments among the fifteen members, who were all told; the usual days."""
    with runtime.work() as session:
        lay_down_rules(session, world.body(session))
        meeting = planned_meeting(session, world)
        people = frozenset(attendee.person_id for attendee in meeting.attendees if attendee.voting)
        asked = Asked(MOMENTS, people, DEADLINE)
        by = world.by(session, "secretary")
        poll = polls.open_poll(session, runtime.config, meeting, asked, by, START)
        tell_voters(session, runtime.config, START)
    return poll.id


def voter(runtime: Runtime, world: World, poll_id: int, who: str) -> int:
    with runtime.read() as session:
        query = select(Voter.id).where(Voter.poll_id == poll_id, Voter.person_id == world.people[who])
        return session.scalars(query).one()


def answer(runtime: Runtime, world: World, poll_id: int, who: str, moments: int) -> None:
    """Say yes to the first moments."""
    with runtime.work() as session:
        found = session.get_one(Voter, voter(runtime, world, poll_id, who))
        for slot in found.poll.slots[:moments]:
            vote(session, found, slot.id, Choice.YES, runtime.clock())


def asked_about_poll(runtime: Runtime, world: World) -> dict[str, str]:
    """Let the product look once, and keep the letters that ask for answers to the poll."""
    return {who: text for who, text in remind(runtime, world).items() if "welke momenten" in text}


def test_who_has_not_answered_every_moment_is_reminded_three_days_and_a_day_before(
    runtime: Runtime, world: World, clock: StandingClock, poll_id: int
) -> None:
    answer(runtime, world, poll_id, ALDERMAN, moments=3)
    answer(runtime, world, poll_id, OTHER, moments=2)
    clock.at = THREE_DAYS_BEFORE - timedelta(seconds=1)
    assert asked_about_poll(runtime, world) == {}
    clock.at = THREE_DAYS_BEFORE
    assert set(asked_about_poll(runtime, world)) == members(world) - {ALDERMAN}
    assert asked_about_poll(runtime, world) == {}
    answer(runtime, world, poll_id, OTHER, moments=3)
    clock.at = THE_DAY_BEFORE
    assert set(asked_about_poll(runtime, world)) == members(world) - {ALDERMAN, OTHER}
    clock.at = DEADLINE + timedelta(days=4, hours=-7)
    assert asked_about_poll(runtime, world) == {}


def test_the_link_in_a_reminder_opens_its_readers_own_page(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient, poll_id: int
) -> None:
    clock.at = THREE_DAYS_BEFORE
    post = asked_about_poll(runtime, world)
    links = {who: _link(text) for who, text in post.items()}
    assert len(set(links.values())) == len(members(world))
    assert ALDERMAN in client.get(links[ALDERMAN]).text
    assert ALDERMAN not in client.get(links[OTHER]).text


def _link(text: str) -> str:
    (found,) = re.findall(r"http://localhost(/poll/\S+)", text)
    return str(found)


def test_each_reader_is_reminded_in_their_own_language(
    runtime: Runtime, world: World, clock: StandingClock, poll_id: int
) -> None:
    with runtime.work() as session:
        world.person(session, ALDERMAN).language = "en"
    clock.at = THREE_DAYS_BEFORE
    post = remind(runtime, world)
    assert "which moments suit you? Answer before Thursday 3 January 2019, 17:00" in post[ALDERMAN]
    assert "Herinnering: datumprikker" in post[OTHER]
    assert "welke momenten schikken u? Antwoord vóór donderdag 3 januari 2019, 17.00 uur" in post[OTHER]


def test_someone_who_was_taken_out_or_asked_just_now_is_not_reminded(
    runtime: Runtime, world: World, clock: StandingClock, poll_id: int
) -> None:
    clock.at = THREE_DAYS_BEFORE + timedelta(minutes=5)
    with runtime.work() as session:
        poll, by = session.get_one(DatePoll, poll_id), world.by(session, "secretary")
        clerk = next(a for a in poll.meeting.attendees if a.person_id == world.people["clerk"])
        polls.add_voter(session, runtime.config, poll, clerk, by, clock())
        polls.remove_voter(
            session, session.get_one(Voter, voter(runtime, world, poll_id, OTHER)), by, clock()
        )
        tell_voters(session, runtime.config, clock())
    assert set(asked_about_poll(runtime, world)) == members(world) - {OTHER}
    clock.at = THE_DAY_BEFORE
    assert set(asked_about_poll(runtime, world)) == members(world) - {OTHER} | {"clerk"}


@pytest.mark.parametrize("end", ["chosen", "withdrawn", "dated", "cancelled"])
def test_a_poll_that_ended_reminds_nobody(
    runtime: Runtime, world: World, clock: StandingClock, poll_id: int, end: str
) -> None:
    with runtime.work() as session:
        poll, by = session.get_one(DatePoll, poll_id), world.by(session, "secretary")
        if end == "chosen":
            polls.choose(session, poll, poll.slots[0].id, by, START, send=False)
        elif end == "withdrawn":
            polls.withdraw(session, poll, "Er is een andere weg", by, START)
        elif end == "dated":
            meetings.set_date(session, poll.meeting, MOMENTS[2] + timedelta(days=7), 120, by, START)
        else:
            meetings.cancel(session, poll.meeting, "Niet nodig", None, by, START)
    for morning in (THREE_DAYS_BEFORE, THE_DAY_BEFORE):
        clock.at = morning
        assert asked_about_poll(runtime, world) == {}


def test_a_later_deadline_is_reminded_of_on_its_own_days(
    runtime: Runtime, world: World, clock: StandingClock, poll_id: int
) -> None:
    with runtime.work() as session:
        poll, by = session.get_one(DatePoll, poll_id), world.by(session, "secretary")
        polls.change_deadline(session, poll, DEADLINE + timedelta(days=7), by, START)
        tell_voters(session, runtime.config, START)
    for morning in (THREE_DAYS_BEFORE, THE_DAY_BEFORE):
        clock.at = morning
        assert asked_about_poll(runtime, world) == {}
    clock.at = THREE_DAYS_BEFORE + timedelta(days=7)
    assert set(asked_about_poll(runtime, world)) == members(world)


def test_eight_in_the_morning_is_eight_when_the_clock_changes_before_the_deadline(
    runtime: Runtime, world: World, clock: StandingClock, poll_id: int
) -> None:
    monday = datetime.fromisoformat("2019-04-01T17:00:00+02:00")
    with runtime.work() as session:
        poll, by = session.get_one(DatePoll, poll_id), world.by(session, "secretary")
        polls.add_moment(session, poll, monday + timedelta(days=3), by, START)
        for slot in list(poll.slots)[:3]:
            polls.drop_moment(session, poll, slot.id, by, START)
        polls.change_deadline(session, poll, monday, by, START)
        tell_voters(session, runtime.config, START)
    # Due on the Sunday on which the clock goes; no letter comes before Monday.
    clock.at = datetime.fromisoformat("2019-03-31T08:30:00+02:00")
    assert asked_about_poll(runtime, world) == {}
    clock.at = datetime.fromisoformat("2019-04-01T07:59:59+02:00")
    assert asked_about_poll(runtime, world) == {}
    clock.wind(seconds=1)
    assert set(asked_about_poll(runtime, world)) == members(world)


def test_reminders_of_one_meetings_poll_are_switched_off_on_its_page(
    runtime: Runtime, world: World, clock: StandingClock, poll_id: int
) -> None:
    with runtime.work() as session:
        meeting = session.get_one(DatePoll, poll_id).meeting
        switch(session, meeting, rules.POLL_UNANSWERED, False, world.by(session, "secretary"), START)
    clock.at = THREE_DAYS_BEFORE
    assert asked_about_poll(runtime, world) == {}


def test_the_meetings_page_tells_the_secretary_of_the_reminders_to_come(
    runtime: Runtime, world: World, poll_id: int
) -> None:
    with runtime.read() as session:
        meeting = session.scalars(select(Meeting)).one()
        coming = [one for one in planned(session, START, meeting.id) if one.due_at > START]
    of_poll = [one for one in coming if one.occasion.kind == rules.POLL_UNANSWERED]
    assert len(of_poll) == 2 * len(members(world))


def test_the_rule_for_polls_stands_among_a_bodys_rules(runtime: Runtime, world: World, poll_id: int) -> None:
    with runtime.read() as session:
        query = select(ReminderRule).where(ReminderRule.kind == rules.POLL_UNANSWERED)
        rule = session.scalars(query).one()
    assert (rule.body_id, rule.days, rule.enabled) == (world.body_id, [-3, -1], True)


def test_looking_takes_as_many_queries_for_four_polls_as_for_one(
    runtime: Runtime, world: World, poll_id: int
) -> None:
    def looked() -> int:
        with runtime.read() as session, Statements(runtime) as counted:
            assert planned(session, START)
            due(session, THE_DAY_BEFORE)
        return counted.number

    few = looked()
    with runtime.work() as session:
        by = world.by(session, "secretary")
        for _ in range(3):
            meeting = planned_meeting(session, world)
            people = frozenset(attendee.person_id for attendee in meeting.attendees)
            asked = Asked(MOMENTS, people, DEADLINE)
            polls.open_poll(session, runtime.config, meeting, asked, by, START)
        tell_voters(session, runtime.config, START)
    assert looked() == few
