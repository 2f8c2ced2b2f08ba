"""Who hears of an action, when, and in which words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.decisions import action_actions as actions
from agenda.decisions.model import ActionItem
from agenda.meetings import actions as meetings
from agenda.meetings.model import Meeting
from agenda.reminders import rules
from agenda.reminders.actions import lay_down_rules
from agenda.reminders.model import ReminderRule
from agenda.schema import downgrade, upgrade
from tests.meetings.planning import VALENTINE, confirmed, put_on_agenda, topic
from tests.reminders.post import STAFF, remind
from tests.world import START, StandingClock, World

ALDERMAN, OTHER = "Wethouder Leiden 1", "Wethouder Leiden 2"
# The kinds that came after those of actions; `test_kinds` has them up and down.
LATER = {
    rules.AGENDA_DUE,
    rules.THIN_AGENDA,
    rules.LEAD_UNPREPARED,
    rules.QUORUM_AT_RISK,
    rules.RATIFICATION_DUE,
    rules.TOPIC_UNTOUCHED,
    rules.BODY_REVIEW,
    rules.BURDEN_OVER,
}
TEXT = "Offertes vragen bij Van der Ven, Zoë"


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def given_to(runtime: Runtime, world: World, who: str, due: str | None, by: str = "clerk") -> int:
    with runtime.work() as session:
        day = date.fromisoformat(due) if due else None
        body, owner = world.body(session), world.person(session, who)
        actor = world.by(session, by)
        return actions.add_action(session, body, None, None, TEXT, owner, day, actor, runtime.clock()).id


def test_whoever_gets_an_action_hears_of_it_the_next_morning_once(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    action_id = given_to(runtime, world, ALDERMAN, "2019-01-31")
    assert remind(runtime, world) == {}
    clock.at = at("2018-12-19T07:59:00+01:00")
    assert remind(runtime, world) == {}
    clock.at = at("2018-12-19T08:00:00+01:00")
    post = remind(runtime, world)
    assert set(post) == {ALDERMAN}
    assert f"{TEXT}: graag uiterlijk donderdag 31 januari 2019." in post[ALDERMAN]
    assert f"http://localhost/actions/{action_id}" in post[ALDERMAN]
    clock.wind(days=1)
    assert remind(runtime, world) == {}


def test_who_takes_something_on_oneself_is_not_told(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    given_to(runtime, world, "clerk", None, by="clerk")
    clock.wind(days=1, hours=2)
    assert remind(runtime, world) == {}


def test_the_owner_is_reminded_before_on_and_after_the_last_day_until_it_is_done(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    action_id = given_to(runtime, world, ALDERMAN, "2019-01-31")
    clock.at = at("2018-12-19T08:30:00+01:00")
    remind(runtime, world)
    heard = []
    for day in range(20, 60):
        clock.at = at("2019-01-01T08:30:00+01:00") + timedelta(days=day)
        if ALDERMAN in remind(runtime, world):
            heard.append(clock.at.date().isoformat())
        if day == 32:
            with runtime.work() as session:
                found = session.get_one(ActionItem, action_id)
                actions.mark_done(session, found, "", None, world.by(session, ALDERMAN), clock.at)
    assert heard == ["2019-01-28", "2019-01-31"]


def test_a_new_owner_hears_of_it_and_the_old_one_hears_no_more(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    action_id = given_to(runtime, world, ALDERMAN, "2019-01-31")
    clock.at = at("2019-01-29T12:00:00+01:00")
    with runtime.work() as session:
        found, to = session.get_one(ActionItem, action_id), world.person(session, OTHER)
        actions.hand_over(session, found, to, None, world.by(session, ALDERMAN), clock.at)
    # Three days before was somebody else's morning.
    assert remind(runtime, world) == {}
    clock.at = at("2019-01-30T08:30:00+01:00")
    assert set(remind(runtime, world)) == {OTHER}
    clock.at = at("2019-01-31T08:30:00+01:00")
    post = remind(runtime, world)
    assert set(post) == {OTHER}
    assert f"{TEXT}: uiterlijk donderdag 31 januari 2019." in post[OTHER]


def test_a_letter_never_says_what_is_to_be_done_about_a_closed_item(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        item = put_on_agenda(session, confirmed(session, world), topic(session, world, "Grondposities"))
        item.closed = True
        body, owner, by = world.body(session), world.person(session, ALDERMAN), world.by(session, "clerk")
        actions.add_action(session, body, None, item, "Grond aankopen", owner, None, by, START)
    clock.at = at("2018-12-19T08:30:00+01:00")
    letter = remind(runtime, world)[ALDERMAN]
    assert "niet openbaar" in letter
    assert "Grond" not in letter


def test_an_action_is_spoken_of_in_the_language_of_its_owner(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        world.person(session, ALDERMAN).language = "en"
    given_to(runtime, world, ALDERMAN, None)
    clock.at = at("2018-12-19T08:30:00+01:00")
    letter = remind(runtime, world)[ALDERMAN]
    assert "New actions for you" in letter
    assert f"{TEXT}." in letter


@pytest.mark.parametrize(
    ("due", "eight"),
    [
        # The Sundays on which the clock goes forward and back: on Monday eight is eight.
        ("2019-03-31", "2019-04-01T06:00:00+00:00"),
        ("2019-10-27", "2019-10-28T07:00:00+00:00"),
        # Leap days: on a Saturday, and on a Thursday.
        ("2020-02-29", "2020-03-02T07:00:00+00:00"),
        ("2024-02-29", "2024-02-29T07:00:00+00:00"),
    ],
)
def test_eight_in_the_morning_stays_eight_when_the_clock_changes(
    runtime: Runtime, world: World, clock: StandingClock, due: str, eight: str
) -> None:
    given_to(runtime, world, ALDERMAN, due)
    clock.at = at(eight) - timedelta(minutes=1)
    with runtime.work() as session:
        lay_down_rules(session, world.body(session))
        session.flush()
        for rule in session.query(ReminderRule):
            rule.enabled, rule.days = rule.kind == rules.ACTION_DUE, [0]
    assert remind(runtime, world) == {}
    clock.at = at(eight)
    assert set(remind(runtime, world)) == {ALDERMAN}


def test_the_staff_is_reminded_of_the_decision_list_until_the_meeting_is_closed(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        meeting_id = confirmed(session, world).id
        lay_down_rules(session, world.body(session))
        session.flush()
        for rule in session.query(ReminderRule):
            rule.enabled = rule.kind == rules.DECISION_LIST_DUE
    # Ten days after Thursday 14 February is a Sunday: due on Monday 25.
    clock.at = at("2019-02-21T08:30:00+01:00")
    assert remind(runtime, world) == {}
    clock.at = at("2019-02-22T08:30:00+01:00")
    post = remind(runtime, world)
    assert set(post) == STAFF
    assert "maandag 25 februari 2019" in post["clerk"]
    with runtime.work() as session:
        found = session.get_one(Meeting, meeting_id)
        meetings.close(session, found, world.by(session, "clerk"), VALENTINE + timedelta(days=9))
    clock.at = at("2019-02-25T08:30:00+01:00")
    assert remind(runtime, world) == {}


def test_bodies_that_have_their_reminders_get_the_new_kinds_and_lose_them_on_the_way_back(
    runtime: Runtime, world: World, database_url: str
) -> None:
    new = {rules.ACTION_GIVEN, rules.ACTION_DUE, rules.DECISION_LIST_DUE, rules.ESCALATED} | LATER
    action_id = given_to(runtime, world, ALDERMAN, "2019-01-31")
    with runtime.work() as session:
        lay_down_rules(session, world.body(session))
    downgrade(database_url, "0016")
    with runtime.read() as session:
        kinds = set(session.scalars(select(ReminderRule.kind)))
    assert kinds == set(rules.KINDS) - new
    upgrade(database_url)
    with runtime.read() as session:
        days = {rule.kind: tuple(rule.days) for rule in session.query(ReminderRule)}
        kept = session.get_one(ActionItem, action_id)
        assert (kept.text, kept.given_at) == (TEXT, None)
    assert days == dict(rules.USUAL_DAYS)
