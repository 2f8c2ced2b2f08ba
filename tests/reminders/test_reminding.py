"""Who hears what, when, in which language and how often: on a real database with the real outbox."""

from __future__ import annotations

import re
import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.decisions.promise_actions import keep, promise
from agenda.meetings import actions, attendance
from agenda.meetings.facts import Plan
from agenda.meetings.model import Answer, ItemOutcome, Meeting
from agenda.reminders import rules
from agenda.reminders.actions import change_rule, lay_down_rules, remind_everyone, switch
from agenda.reminders.model import Reminder, ReminderRule
from agenda.reminders.queries import due, planned
from agenda.topics.model import Need, Topic
from tests.meetings.counting import Statements
from tests.meetings.planning import VALENTINE, dated, put_on_agenda, topic
from tests.meetings.planning import planned as planned_meeting
from tests.reminders.post import STAFF, letters, members, remind, tell
from tests.support.crowd import crowd
from tests.world import START, StandingClock, World

# Each a moment in Amsterdam, half an hour after eight.
LONG_BEFORE = datetime.fromisoformat("2019-01-10T08:30:00+01:00")
A_WEEK_BEFORE = datetime.fromisoformat("2019-02-07T08:30:00+01:00")
TWO_DAYS_BEFORE = datetime.fromisoformat("2019-02-12T08:30:00+01:00")
THE_DAY_BEFORE = datetime.fromisoformat("2019-02-13T08:30:00+01:00")
THE_DAY_AFTER = datetime.fromisoformat("2019-02-15T08:30:00+01:00")


@pytest.fixture
def meeting_id(runtime: Runtime, world: World) -> int:
    """A confirmed meeting on Thursday 14 February at half past three, of which everyone was told."""
    with runtime.work() as session:
        meeting = dated(session, world)
        actions.confirm(session, meeting, world.by(session, "secretary"), START)
        meeting.agenda_final_at = START
    tell(runtime)
    return meeting.id


def answer(runtime: Runtime, world: World, meeting_id: int, who: str, said: Answer) -> None:
    with runtime.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        found = next(a for a in meeting.attendees if a.person_id == world.people[who])
        attendance.answer(session, found, said, "", runtime.clock())


def only(runtime: Runtime, world: World, *kinds: str) -> None:
    """Leave only these rules on, so that a test sees one thing at a time."""
    with runtime.work() as session:
        lay_down_rules(session, world.body(session))
        session.flush()
        for rule in session.scalars(select(ReminderRule)):
            rule.enabled = rule.kind in kinds


def test_who_has_not_answered_is_asked_a_week_and_two_days_before(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    answer(runtime, world, meeting_id, "Wethouder Leiden 1", Answer.ACCEPTED)
    answer(runtime, world, meeting_id, "Wethouder Leiden 2", Answer.DECLINED)
    clock.at = A_WEEK_BEFORE - timedelta(hours=1)
    assert remind(runtime, world) == {}
    clock.at = A_WEEK_BEFORE
    asked = remind(runtime, world)
    assert set(asked) == (members(world) | STAFF) - {"Wethouder Leiden 1", "Wethouder Leiden 2"}
    assert "donderdag 14 februari 2019, 15.30 uur: bent u aanwezig?" in asked["Burgemeester Leiden"]
    assert f"http://localhost/meetings/{meeting_id}" in asked["Burgemeester Leiden"]
    assert remind(runtime, world) == {}
    answer(runtime, world, meeting_id, "Burgemeester Leiden", Answer.TENTATIVE)
    clock.at = TWO_DAYS_BEFORE
    assert set(remind(runtime, world)) == set(asked) - {"Burgemeester Leiden"}


def test_each_reader_is_written_to_in_their_own_language(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    with runtime.work() as session:
        world.person(session, "Wethouder Leiden 1").language = "en"
    clock.at = A_WEEK_BEFORE
    post = remind(runtime, world)
    assert "Thursday 14 February 2019, 15:30: will you be there?" in post["Wethouder Leiden 1"]
    assert "Dear Sir or Madam" in post["Wethouder Leiden 1"]
    assert "Your answer is awaited" in post["Wethouder Leiden 1"]
    assert "Geachte heer of mevrouw" in post["Wethouder Leiden 2"]
    assert "Uw antwoord wordt verwacht" in post["Wethouder Leiden 2"]
    assert "awaited" not in post["Wethouder Leiden 2"]


def test_the_day_before_everyone_who_may_come_reads_their_own_items_with_their_times(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    only(runtime, world, rules.MEETING_TOMORROW)
    with runtime.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        for title, lead in (("Warmterotonde", "Wethouder Leiden 1"), ("Taalakkoord", "Burgemeester Leiden")):
            # A topic that needs nobody in particular concerns every member.
            item = put_on_agenda(session, meeting, topic(session, world, title))
            item.topic.needs = [Need(person_id=world.people[lead])]
            item.lead_id = world.people[lead]
    answer(runtime, world, meeting_id, "Wethouder Oegstgeest 1", Answer.DECLINED)
    clock.at = THE_DAY_BEFORE
    post = remind(runtime, world)
    assert set(post) == (members(world) | STAFF) - {"Wethouder Oegstgeest 1"}
    assert "Warmterotonde" in post["Wethouder Leiden 1"]
    assert re.search(r"Uw agendapunten: 15\.\d\d uur Warmterotonde\.", post["Wethouder Leiden 1"])
    assert "Taalakkoord" not in post["Wethouder Leiden 1"]
    assert "Uw agendapunten" not in post["Wethouder Leiden 2"]
    assert "Gemeentehuis Leiden" in post["Wethouder Leiden 2"]


def test_secretariat_is_called_for_topics_five_weeks_before_until_the_agenda_is_final(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        meeting = dated(session, world)
    clock.at = LONG_BEFORE - timedelta(days=1)
    assert remind(runtime, world) == {}
    clock.at = LONG_BEFORE
    assert set(remind(runtime, world)) == STAFF
    with runtime.work() as session:
        again = session.get_one(Meeting, meeting.id)
        again.agenda_final_at = clock()
    clock.at = TWO_DAYS_BEFORE
    assert remind(runtime, world) == {}


def test_leads_hear_five_days_and_one_day_before_their_papers_are_due(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.PAPERS_DUE)
    with runtime.work() as session:
        meeting = dated(session, world)
        about = topic(session, world, "Warmterotonde")
        about.official_lead_id = world.people["clerk"]
        item = put_on_agenda(session, meeting, about)
        item.lead_id = world.people["Wethouder Leiden 1"]
        put_on_agenda(session, meeting, topic(session, world, "Zonder trekker"))
    # Papers are due on 7 February, a week before.
    # Five days before is a Saturday: it comes on Monday.
    clock.at = datetime.fromisoformat("2019-02-02T08:30:00+01:00")
    assert remind(runtime, world) == {}
    clock.at = datetime.fromisoformat("2019-02-04T08:30:00+01:00")
    post = remind(runtime, world)
    assert set(post) == {"Wethouder Leiden 1", "clerk"}
    assert "donderdag 7 februari 2019: Warmterotonde." in post["clerk"]
    clock.at = datetime.fromisoformat("2019-02-06T08:30:00+01:00")
    assert set(remind(runtime, world)) == {"Wethouder Leiden 1", "clerk"}


def test_a_topic_without_lead_is_mentioned_until_it_has_one(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        about = topic(session, world, "Studentenhuisvesting")
        about.deadline = date(2019, 2, 28)
    clock.at = datetime.fromisoformat("2019-01-17T08:30:00+01:00")
    post = remind(runtime, world)
    assert set(post) == STAFF
    assert "Studentenhuisvesting" in post["secretary"]
    assert "donderdag 28 februari 2019" in post["secretary"]
    with runtime.work() as session:
        session.get_one(Topic, about.id).lead_id = world.people["Wethouder Leiden 1"]
    clock.at = datetime.fromisoformat("2019-02-14T08:30:00+01:00")
    assert remind(runtime, world) == {}


def test_missing_outcomes_are_asked_for_a_day_and_three_days_after(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    with runtime.work() as session:
        item = put_on_agenda(
            session, session.get_one(Meeting, meeting_id), topic(session, world, "Warmterotonde")
        )
    clock.at = VALENTINE + timedelta(hours=2, minutes=1)
    assert remind(runtime, world).keys() <= members(world) | STAFF
    clock.at = THE_DAY_AFTER
    post = remind(runtime, world)
    assert set(post) == STAFF
    assert f"/meetings/{meeting_id}/outcomes" in post["clerk"]
    with runtime.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        next(one for one in meeting.items if one.id == item.id).outcome = ItemOutcome.DECIDED
    clock.wind(days=2)
    assert remind(runtime, world) == {}


def test_a_promise_to_the_councils_is_kept_in_mind_until_it_is_kept(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        by = world.by(session, "clerk")
        made = promise(
            session, world.body(session), "De raden informeren", date(2019, 2, 28), None, by, START
        )
    heard = []
    for day in range(75):
        clock.at = START.replace(hour=8) + timedelta(days=day)
        post = remind(runtime, world)
        assert set(post) in (set(), STAFF)
        heard += [clock().date()] if post else []
        if clock().date() == date(2019, 2, 20):
            with runtime.work() as session:
                keep(session, session.merge(made), None, world.by(session, "clerk"), clock())
    # Four weeks and two weeks before; it was kept before the third.
    assert heard == [date(2019, 1, 31), date(2019, 2, 14)]


def test_the_reminders_of_one_day_come_in_one_letter(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    with runtime.work() as session:
        by = world.by(session, "clerk")
        promise(session, world.body(session), "De raden informeren", date(2019, 2, 21), None, by, START)
        about = topic(session, world, "Studentenhuisvesting")
        about.deadline = date(2019, 2, 21)
    clock.at = A_WEEK_BEFORE
    post = remind(runtime, world)
    assert "en nog 3 punten" in post["secretary"]
    for said in ("Studentenhuisvesting", "De raden informeren", "bent u aanwezig?", "quorum"):
        assert said in post["secretary"]
    with runtime.read() as session:
        about_her = session.scalars(
            select(Reminder).where(Reminder.person_id == world.people["secretary"])
        ).all()
        assert len(about_her) == 4
        assert len({one.letter_key for one in about_her}) == 1


def test_what_becomes_due_later_that_day_waits_for_the_next_morning(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    clock.at = A_WEEK_BEFORE
    assert "secretary" in remind(runtime, world)
    with runtime.work() as session:
        about = topic(session, world, "Studentenhuisvesting")
        about.created_at = START
        about.deadline = date(2019, 2, 21)
    clock.wind(hours=3)
    # The clerk and the secretary had their letter today.
    assert remind(runtime, world) == {}
    clock.wind(days=1)
    assert set(remind(runtime, world)) == STAFF


def test_nothing_leaves_by_night(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    clock.at = A_WEEK_BEFORE.replace(hour=21)
    assert remind(runtime, world) == {}
    clock.at = (A_WEEK_BEFORE + timedelta(days=1)).replace(hour=7)
    assert remind(runtime, world) == {}
    clock.at = (A_WEEK_BEFORE + timedelta(days=1)).replace(hour=8)
    assert set(remind(runtime, world)) == members(world) | STAFF


def test_after_a_week_of_sleep_one_letter_says_everything_once(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    clock.at = THE_DAY_BEFORE
    post = remind(runtime, world)
    assert post["Wethouder Leiden 1"].count("bent u aanwezig?") == 1
    with runtime.read() as session:
        assert letters(session) == len(members(world) | STAFF)
    for _ in range(8):
        clock.wind(hours=1)
        assert remind(runtime, world) == {}


def test_who_was_told_today_is_not_asked_for_an_answer_at_once(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    clock.at = TWO_DAYS_BEFORE - timedelta(days=1)
    with runtime.work() as session:
        by = world.by(session, "secretary")
        guest = world.person(session, "Gedeputeerde")
        attendance.add_attendee(session, session.get_one(Meeting, meeting_id), guest, by, clock())
    assert "Gedeputeerde" not in remind(runtime, world)
    tell(runtime)
    assert remind(runtime, world) == {}
    clock.at = TWO_DAYS_BEFORE
    assert "Gedeputeerde" in remind(runtime, world)


def test_a_meeting_that_moves_is_a_new_occasion_and_its_old_day_says_nothing(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    only(runtime, world, rules.NO_ANSWER)
    clock.at = A_WEEK_BEFORE
    assert len(remind(runtime, world)) == 17
    with runtime.work() as session:
        by = world.by(session, "secretary")
        later = VALENTINE + timedelta(days=14)
        actions.set_date(session, session.get_one(Meeting, meeting_id), later, 120, by, clock())
    tell(runtime)
    for day in range(1, 14):
        clock.at = A_WEEK_BEFORE + timedelta(days=day)
        assert remind(runtime, world) == {}
    clock.at = A_WEEK_BEFORE + timedelta(days=14)
    post = remind(runtime, world)
    assert len(post) == 17
    assert "28 februari 2019" in post["clerk"]


def test_a_cancelled_meeting_is_never_reminded_of(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    with runtime.work() as session:
        put_on_agenda(session, session.get_one(Meeting, meeting_id), topic(session, world))
        by = world.by(session, "secretary")
        actions.cancel(session, session.get_one(Meeting, meeting_id), "Sneeuw", None, by, START)
    for day in range(70):
        clock.at = START.replace(hour=9) + timedelta(days=day)
        assert remind(runtime, world) == {}


def test_what_is_switched_off_stays_at_home_and_goes_again_when_switched_on(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    only(runtime, world, rules.NO_ANSWER)

    def turn(on: bool) -> None:
        with runtime.work() as session:
            meeting, by = session.get_one(Meeting, meeting_id), world.by(session, "secretary")
            switch(session, meeting, rules.NO_ANSWER, on, by, clock())

    turn(False)
    turn(False)
    clock.at = A_WEEK_BEFORE
    assert remind(runtime, world) == {}
    turn(True)
    assert len(remind(runtime, world)) == 17


def test_a_body_sets_its_own_days(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    only(runtime, world, rules.NO_ANSWER)
    with runtime.work() as session:
        rule = session.scalars(select(ReminderRule).where(ReminderRule.kind == rules.NO_ANSWER)).one()
        by = world.by(session, "secretary")
        change_rule(session, rule, world.body(session), "-10, -3", True, rule.version, by, START)
    clock.at = VALENTINE.replace(hour=9) - timedelta(days=10)
    assert len(remind(runtime, world)) == 17
    clock.at = A_WEEK_BEFORE
    assert remind(runtime, world) == {}


@pytest.mark.parametrize(
    "starts_at", ["2019-04-01T10:00:00+02:00", "2019-10-28T10:00:00+01:00"], ids=["spring", "autumn"]
)
def test_eight_in_the_morning_is_eight_on_both_sides_of_a_clock_change(
    runtime: Runtime, world: World, clock: StandingClock, starts_at: str
) -> None:
    only(runtime, world, rules.MEETING_TOMORROW)
    monday = datetime.fromisoformat(starts_at)
    with runtime.work() as session:
        by = world.by(session, "secretary")
        meeting = actions.create_meeting(session, world.body(session), Plan(starts_at=monday), by, START)
        actions.confirm(session, meeting, by, START)
    tell(runtime)
    # Due on Sunday, after the clock went; no letter comes before Monday, at eight on the town hall's clock.
    clock.at = (monday - timedelta(days=1)).replace(hour=9)
    assert remind(runtime, world) == {}
    eight = monday.replace(hour=8)
    clock.at = eight - timedelta(seconds=1)
    assert remind(runtime, world) == {}
    clock.at = eight
    assert len(remind(runtime, world)) == 17


def test_a_meeting_in_draft_reminds_no_member(runtime: Runtime, world: World, clock: StandingClock) -> None:
    with runtime.work() as session:
        planned_meeting(session, world)
    for day in range(100):
        clock.at = START.replace(hour=9) + timedelta(days=day)
        assert remind(runtime, world).keys() <= STAFF


def test_looking_takes_as_many_queries_for_five_hundred_meetings_as_for_fifty(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    def looked() -> tuple[int, int]:
        with runtime.read() as session, Statements(runtime) as counted:
            found = len(planned(session, clock())) + len(due(session, clock()))
        return counted.number, found

    with runtime.work() as session:
        crowd(session, world, topics=60, meetings=150)
        lay_down_rules(session, world.body(session))
    few, some = looked()
    with runtime.work() as session:
        crowd(session, world, topics=400, meetings=350)
    many, more = looked()
    assert more > some
    assert many == few


def test_two_workers_at_once_write_each_person_once(
    runtime: Runtime, world: World, clock: StandingClock, meeting_id: int
) -> None:
    clock.at = A_WEEK_BEFORE
    together = threading.Barrier(4)
    wrote: list[int] = []

    def work() -> None:
        together.wait()
        with runtime.work() as session:
            number = remind_everyone(session, runtime.config, clock())
        wrote.append(number)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(wrote) == [0, 0, 0, 17]
    with runtime.read() as session:
        assert letters(session) == 17
