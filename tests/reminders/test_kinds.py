"""The kinds that tell of what is at risk: each speaks while its cause is there, and stops with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.decisions.model import Decision, DecisionKind, Ratification, RatificationResult
from agenda.meetings import actions
from agenda.meetings.model import Answer, Meeting
from agenda.planner.burden_model import BodyTerm
from agenda.reminders import rules
from agenda.reminders.actions import lay_down_rules
from agenda.reminders.model import Reminder, ReminderRule
from agenda.schema import downgrade, upgrade
from agenda.topics.actions import withdraw
from agenda.topics.model import Topic, TopicLink
from tests.meetings.planning import VALENTINE, confirmed, dated, put_on_agenda, topic
from tests.reminders.post import STAFF, Post, remind, tell
from tests.reminders.test_actions import LATER
from tests.world import START, StandingClock, World

ALDERMAN, OFFICIAL = "Wethouder Leiden 1", "Wethouder Leiderdorp 2"


def at(day: str) -> datetime:
    """Give half past eight in the morning of a winter's day in Amsterdam."""
    return datetime.fromisoformat(f"{day}T08:30:00+01:00")


def room(meeting: Meeting) -> int:
    """Give the minutes that a meeting has for topics: an even number in the usual frame."""
    return meeting.minutes - sum(item.minutes for item in meeting.items if item.topic_id is None)


def only(runtime: Runtime, world: World, kind: str) -> None:
    with runtime.work() as session:
        lay_down_rules(session, world.body(session))
        session.flush()
        for rule in session.scalars(select(ReminderRule)):
            rule.enabled = rule.kind == kind


def heard(
    runtime: Runtime, world: World, clock: StandingClock, days: Iterable[str]
) -> dict[str, dict[str, str]]:
    """Let the product look on each of these mornings; who read what, by day."""
    found: dict[str, Post] = {}
    for day in days:
        clock.at = at(day)
        post = remind(runtime, world)
        if post:
            found[day] = post
    return found


def test_staff_hears_two_days_before_and_on_the_day_on_which_the_agenda_is_due(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.AGENDA_DUE)
    with runtime.work() as session:
        dated(session, world)
    # A week before Thursday 14 February.
    said = heard(runtime, world, clock, ("2019-02-04", "2019-02-05", "2019-02-06", "2019-02-07"))
    assert {day: set(post) for day, post in said.items()} == {"2019-02-05": STAFF, "2019-02-07": STAFF}
    assert "uiterlijk donderdag 7 februari 2019" in said["2019-02-05"]["clerk"]


def test_a_final_agenda_is_due_no_more(runtime: Runtime, world: World, clock: StandingClock) -> None:
    only(runtime, world, rules.AGENDA_DUE)
    with runtime.work() as session:
        dated(session, world).agenda_final_at = START
    assert heard(runtime, world, clock, ("2019-02-05", "2019-02-07")) == {}


@pytest.mark.parametrize(("less", "told"), [(30, True), (1, True), (0, False), (-30, False)])
def test_an_agenda_that_is_less_than_half_full_is_thin_ten_days_before(
    runtime: Runtime, world: World, clock: StandingClock, less: int, told: bool
) -> None:
    only(runtime, world, rules.THIN_AGENDA)
    with runtime.work() as session:
        meeting = dated(session, world)
        whole = room(meeting)
        filled = whole // 2 - less
        put_on_agenda(session, meeting, topic(session, world)).minutes = filled
    assert heard(runtime, world, clock, ("2019-02-03",)) == {}
    said = heard(runtime, world, clock, ("2019-02-04",))
    assert {day: set(post) for day, post in said.items()} == ({"2019-02-04": STAFF} if told else {})
    if told:
        assert f"slechts {filled} van de {whole} minuten" in said["2019-02-04"]["secretary"]
        assert f"/meetings/{meeting.id}/thin" in said["2019-02-04"]["secretary"]


def test_below_which_share_an_agenda_is_thin_is_the_bodys_own(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.THIN_AGENDA)
    with runtime.work() as session:
        meeting = dated(session, world)
        put_on_agenda(session, meeting, topic(session, world)).minutes = room(meeting) // 2
        rule = session.scalars(select(ReminderRule).where(ReminderRule.kind == rules.THIN_AGENDA)).first()
        assert rule is not None
        assert rule.share == 50
        rule.share = 51
    assert heard(runtime, world, clock, ("2019-02-04",)) != {}


def test_a_lead_without_anything_to_read_hears_after_the_day_of_the_papers_until_there_is_something(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.LEAD_UNPREPARED)
    with runtime.work() as session:
        meeting = dated(session, world)
        about = topic(session, world, "Warmterotonde")
        about.official_lead_id = world.people[OFFICIAL]
        put_on_agenda(session, meeting, about).lead_id = world.people[ALDERMAN]
        ready = put_on_agenda(session, meeting, topic(session, world, "Taalakkoord"))
        ready.lead_id, ready.requested_decision = world.people["Burgemeester Leiden"], "Instemmen"
    # Papers are due on the seventh.
    said = heard(runtime, world, clock, ("2019-02-07", "2019-02-08"))
    assert {day: set(post) for day, post in said.items()} == {"2019-02-08": {ALDERMAN, OFFICIAL}}
    assert "Warmterotonde" in said["2019-02-08"][ALDERMAN]
    assert "Taalakkoord" not in said["2019-02-08"][ALDERMAN]
    with runtime.work() as session:
        session.get_one(Topic, about.id).links = [TopicLink(label="Notitie", url="https://leiden.example/n")]
    assert heard(runtime, world, clock, ("2019-02-11", "2019-02-13")) == {}


def test_a_lead_reads_the_neutral_title_of_what_is_closed(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.LEAD_UNPREPARED)
    with runtime.work() as session:
        item = put_on_agenda(session, dated(session, world), topic(session, world, "Grondposities"))
        item.lead_id, item.closed = world.people[ALDERMAN], True
    letter = heard(runtime, world, clock, ("2019-02-08",))["2019-02-08"][ALDERMAN]
    assert "Besloten agendapunt" in letter
    assert "Grond" not in letter


def test_staff_hears_which_colleges_have_no_quorum_a_week_and_three_days_before(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.QUORUM_AT_RISK)
    with runtime.work() as session:
        meeting = confirmed(session, world)
        _accept(session.get_one(Meeting, meeting.id), world, all_but="Oegstgeest")
    tell(runtime)
    said = heard(runtime, world, clock, ("2019-02-06", "2019-02-07"))
    assert {day: set(post) for day, post in said.items()} == {"2019-02-07": STAFF}
    assert "Oegstgeest 0/2" in said["2019-02-07"]["secretary"]
    assert "Leiden 2/2" not in said["2019-02-07"]["secretary"]
    with runtime.work() as session:
        _accept(session.get_one(Meeting, meeting.id), world)
    assert heard(runtime, world, clock, ("2019-02-11",)) == {}


def _accept(meeting: Meeting, world: World, all_but: str = "") -> None:
    """Let everyone say yes, except one college."""
    college = world.organisations.get(all_but)
    for attendee in meeting.attendees:
        if attendee.organisation_id != college:
            attendee.answer, attendee.answered_revision = Answer.ACCEPTED, meeting.revision
            attendee.answered_at = START


def agreed(runtime: Runtime, world: World, closed: bool = False) -> int:
    """Record an agreement of 14 February that Leiden must ratify by 28 March."""
    with runtime.work() as session:
        meeting = confirmed(session, world)
        item = put_on_agenda(session, meeting, topic(session, world, "Warmterotonde"))
        item.closed = closed
        decision = Decision(
            meeting=meeting,
            item=item,
            position=1,
            text="Samen het warmtenet aanleggen",
            recorded_at=VALENTINE,
            kind=DecisionKind.AGREEMENT,
        )
        decision.ratifications = [
            Ratification(
                organisation_id=world.organisations["Leiden"], organ="college", due_on=date(2019, 3, 28)
            )
        ]
        session.add(decision)
        session.flush()
        return decision.ratifications[0].id


def test_staff_hears_which_college_must_still_ratify_until_it_spoke(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.RATIFICATION_DUE)
    key = agreed(runtime, world)
    said = heard(runtime, world, clock, ("2019-03-13", "2019-03-14"))
    assert {day: set(post) for day, post in said.items()} == {"2019-03-14": STAFF}
    letter = said["2019-03-14"]["clerk"]
    assert "Leiden" in letter
    assert "Samen het warmtenet aanleggen" in letter
    assert f"/ratifications/{key}" in letter
    with runtime.work() as session:
        session.get_one(Ratification, key).result = RatificationResult.RATIFIED
    assert heard(runtime, world, clock, ("2019-03-25", "2019-03-29")) == {}


def test_what_was_agreed_behind_closed_doors_is_not_in_the_letter(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.RATIFICATION_DUE)
    agreed(runtime, world, closed=True)
    letter = heard(runtime, world, clock, ("2019-03-14",))["2019-03-14"]["clerk"]
    assert "niet openbaar" in letter
    assert "warmte" not in letter.casefold()


def test_a_topic_that_lies_still_for_ninety_days_is_brought_up_with_its_lead(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.TOPIC_UNTOUCHED)
    with runtime.work() as session:
        still = topic(session, world, "Studentenhuisvesting")
        still.lead_id = world.people[ALDERMAN]
        secret = topic(session, world, "Grondposities")
        secret.closed = True
        put_on_agenda(session, dated(session, world), topic(session, world, "Taalakkoord"))
    # Ninety days after 18 December.
    said = heard(runtime, world, clock, ("2019-03-17", "2019-03-18"))
    assert {day: set(post) for day, post in said.items()} == {"2019-03-18": {ALDERMAN} | STAFF}
    assert "Studentenhuisvesting" in said["2019-03-18"][ALDERMAN]
    assert "Besloten onderwerp" in said["2019-03-18"]["clerk"]
    assert "Grond" not in said["2019-03-18"]["clerk"]


def test_a_topic_that_was_touched_counts_from_that_day(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.TOPIC_UNTOUCHED)
    with runtime.work() as session:
        topic_id = topic(session, world).id
    clock.at = at("2019-03-01")
    with runtime.work() as session:
        found = session.get_one(Topic, topic_id)
        withdraw(session, found, "Niet meer nodig", None, world.by(session, "clerk"), clock())
    assert heard(runtime, world, clock, ("2019-03-18", "2019-05-30")) == {}
    with runtime.work() as session:
        session.get_one(Topic, topic_id).withdrawn_at = None
    assert set(heard(runtime, world, clock, ("2019-05-31",))) == {"2019-05-31"}


def test_staff_hears_a_month_and_a_week_before_its_body_is_reviewed_until_it_is_extended(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.BODY_REVIEW)
    with runtime.work() as session:
        world.body(session).expires_on = date(2019, 3, 1)
    said = heard(runtime, world, clock, ("2019-01-29", "2019-01-30"))
    assert {day: set(post) for day, post in said.items()} == {"2019-01-30": STAFF}
    assert "uiterlijk vrijdag 1 maart 2019" in said["2019-01-30"]["secretary"]
    with runtime.work() as session:
        world.body(session).expires_on = date(2021, 3, 1)
    assert heard(runtime, world, clock, ("2019-02-22",)) == {}


def test_more_meetings_than_agreed_are_told_once_as_soon_as_they_are_there(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.BURDEN_OVER)
    with runtime.work() as session:
        session.add(BodyTerm(body_id=world.body_id, most_meetings=1))
        dated(session, world)
    assert heard(runtime, world, clock, ("2019-01-07",)) == {}
    with runtime.work() as session:
        dated(session, world)
    said = heard(runtime, world, clock, ("2019-01-08", "2019-01-09", "2019-02-20"))
    assert {day: set(post) for day, post in said.items()} == {"2019-01-08": STAFF}
    assert "2 overleggen" in said["2019-01-08"]["secretary"]


def test_no_more_meetings_than_agreed_after_one_is_cancelled(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.BURDEN_OVER)
    with runtime.work() as session:
        session.add(BodyTerm(body_id=world.body_id, most_meetings=1))
        dated(session, world)
        second = dated(session, world)
        actions.cancel(session, second, "Past bij de eerste", None, world.by(session, "secretary"), START)
    assert heard(runtime, world, clock, ("2019-01-08",)) == {}


def test_a_clock_that_jumps_back_repeats_nothing(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.QUORUM_AT_RISK)
    with runtime.work() as session:
        confirmed(session, world)
    assert set(heard(runtime, world, clock, ("2019-02-07",))) == {"2019-02-07"}
    assert heard(runtime, world, clock, ("2019-02-06", "2019-02-07", "2019-02-05", "2019-02-08")) == {}


def test_a_machine_asleep_for_a_week_says_one_thing_once(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    only(runtime, world, rules.QUORUM_AT_RISK)
    with runtime.work() as session:
        confirmed(session, world)
    clock.at = at("2019-02-12")
    assert set(remind(runtime, world)) == STAFF
    with runtime.read() as session:
        gone = session.scalars(select(Reminder)).all()
    assert [one.due_at.date() for one in gone] == [date(2019, 2, 11)] * len(STAFF)


@pytest.mark.parametrize(
    ("last_day", "eight"),
    [
        # Thirty days before fall on a clock change in spring and in autumn, Sundays both, and on leap day.
        ("2026-04-28", "2026-03-30T08:00:00+02:00"),
        ("2026-11-24", "2026-10-26T08:00:00+01:00"),
        ("2028-03-30", "2028-02-29T08:00:00+01:00"),
    ],
)
def test_eight_in_the_morning_is_eight_over_clock_changes_and_on_leap_day(
    runtime: Runtime, world: World, clock: StandingClock, last_day: str, eight: str
) -> None:
    only(runtime, world, rules.BODY_REVIEW)
    with runtime.work() as session:
        world.body(session).expires_on = date.fromisoformat(last_day)
    morning = datetime.fromisoformat(eight)
    clock.at = morning - timedelta(seconds=1)
    assert remind(runtime, world) == {}
    clock.at = morning
    assert set(remind(runtime, world)) == STAFF


def test_bodies_that_have_their_rules_get_the_new_kinds_and_lose_them_on_the_way_back(
    runtime: Runtime, world: World, database_url: str
) -> None:
    with runtime.work() as session:
        lay_down_rules(session, world.body(session))
    downgrade(database_url, "0030")
    with runtime.read() as session:
        left = set(session.scalars(select(ReminderRule.kind)))
        assert left == set(rules.KINDS) - LATER - {rules.ESCALATED}
    upgrade(database_url)
    with runtime.read() as session:
        found = session.scalars(select(ReminderRule)).all()
        assert {rule.kind: tuple(rule.days) for rule in found} == dict(rules.USUAL_DAYS)
        assert {rule.kind: rule.share for rule in found if rule.share} == {rules.THIN_AGENDA: 50}
