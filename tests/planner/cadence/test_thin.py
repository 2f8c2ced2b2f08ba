"""Thin meetings are proposed for cancelling; their topics find another place, and all of it can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.problems import Conflict, Forbidden, Invalid, NotFound
from agenda.core.runtime import Runtime
from agenda.mail.transports import SmtpTransport
from agenda.meetings import actions, agenda_actions
from agenda.meetings.model import Meeting
from agenda.planner.accepting import undo
from agenda.planner.accepting_model import AcceptedChange
from agenda.planner.cadence_actions import cancel_thin
from agenda.planner.cadence_thin import Thin, thin_meeting, thin_meetings
from agenda.topics.actions import settle_in_writing
from agenda.topics.model import Topic, TopicState, Treatment
from agenda.topics.rules import state_of
from tests.invitations.region import EVERYONE, Region, kinds
from tests.meetings.agenda_world import item_of, planned_meeting, topic
from tests.planner.cadence.rhythm import with_rhythm
from tests.planner.thin import EARLIER, LATER, topics_of, two_thin_meetings
from tests.support.smtp import MailServer
from tests.world import START, StandingClock, World

WHY = "Er zijn te weinig onderwerpen."


@pytest.fixture
def region(runtime: Runtime, world: World, clock: StandingClock, mail_server: MailServer) -> Iterator[Region]:
    smtp = SmtpTransport(mail_server.url)
    yield Region(replace(runtime, send=smtp), world, clock, mail_server)
    smtp.close()


def thin_now(session: Session, world: World, now: datetime = START) -> list[Thin]:
    return thin_meetings(session, world.body(session), now)


def one_meeting(session: Session, world: World, *topics: Topic, starts_at: datetime = LATER) -> Meeting:
    """Plan a meeting with these topics."""
    meeting, by = planned_meeting(session, world, starts_at=starts_at), world.by(session, "secretary")
    for each in topics:
        agenda_actions.add_topic(session, meeting, each, by, START)
    return meeting


def places(thin: Thin) -> list[tuple[str, int | None, bool]]:
    return [
        (place.topic.title, place.target.id if place.target else None, place.in_writing)
        for place in thin.places
    ]


def test_without_a_rhythm_nothing_is_called_thin(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        two_thin_meetings(session, world)
        assert thin_now(session, world) == []


def test_the_topics_of_a_thin_meeting_can_go_to_another_one(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        first, second = two_thin_meetings(session, world)
        found = thin_now(session, world)
        assert [one.meeting for one in found] == [first, second]
        assert places(found[0]) == [("Warmterotonde", second.id, False)]
        assert places(found[1]) == [("Studentenhuisvesting", first.id, False)]
        assert (found[0].filled, found[0].room, found[0].percent, found[0].proposed) == (20, 100, 20, True)


def test_before_its_days_a_thin_meeting_is_only_marked(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world, judge_days=10)
        two_thin_meetings(session, world)
        assert [(one.early, one.proposed) for one in thin_now(session, world)] == 2 * [(True, False)]
        # The local day counts, also just after midnight in Amsterdam.
        ten_days_before = EARLIER.replace(day=28, month=1, hour=0, minute=0) - timedelta(hours=1)
        assert [one.early for one in thin_now(session, world, ten_days_before)] == [False, True]
        assert [one.early for one in thin_now(session, world, ten_days_before - timedelta(minutes=1))] == [
            True,
            True,
        ]


def test_a_meeting_stays_needed_for_a_topic_that_can_go_nowhere_in_time(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        first, _second = two_thin_meetings(session, world)
        item_of(first, "Warmterotonde").topic.deadline = date(2019, 2, 28)
        session.flush()
        found = thin_now(session, world)[0]
        assert (places(found), found.proposed) == ([("Warmterotonde", None, False)], False)


def test_a_topic_that_needs_no_discussion_can_go_in_writing(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        one_meeting(session, world, topic(session, world, "Hamerstuk", treatment=Treatment.CONSENT))
        found = thin_now(session, world)[0]
        assert (places(found), found.proposed, found.successor) == ([("Hamerstuk", None, True)], True, None)


def test_what_was_promised_extra_consultation_never_goes_in_writing(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        extra = topic(session, world, treatment=Treatment.CONSENT, intensified=True)
        one_meeting(session, world, extra)
        assert not thin_now(session, world)[0].proposed


def test_a_full_or_final_meeting_takes_no_topics(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        full = topic(session, world, "Vol", minutes=95)
        one_meeting(session, world, full, starts_at=EARLIER)
        final = one_meeting(session, world, starts_at=EARLIER + timedelta(days=7))
        final.agenda_final_at = START
        one_meeting(session, world, topic(session, world, "Moet ergens heen"))
        found = thin_now(session, world)
        assert [places(one) for one in found] == [[("Moet ergens heen", None, False)]]


def test_a_topic_does_not_go_where_someone_it_needs_is_not(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        first, second = two_thin_meetings(session, world)
        wanted = topic(session, world, "Met wethouder", needs=["Wethouder Leiden 1"])
        later = one_meeting(session, world, wanted, starts_at=LATER + timedelta(days=7))
        found = thin_meeting(session, later, START)
        assert found is not None
        assert places(found)[0][1] in {first.id, second.id}
        for attendee in (*first.attendees, *second.attendees):
            if attendee.person_id == world.people["Wethouder Leiden 1"]:
                attendee.removed_at = START
        session.flush()
        again = thin_meeting(session, later, START)
        assert again is not None
        assert places(again) == [("Met wethouder", None, False)]


def test_a_meeting_without_any_topic_is_proposed_for_cancelling(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        one_meeting(session, world)
        found = thin_now(session, world)[0]
        assert (found.filled, found.places, found.proposed) == (0, [], True)


def test_what_is_cancelled_held_or_without_a_date_is_left_alone(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
        by = world.by(session, "secretary")
        actions.cancel(session, one_meeting(session, world), WHY, None, by, START)
        planned_meeting(
            session, world, starts_at=None, window_from=date(2019, 1, 1), window_until=date(2019, 3, 31)
        )
        one_meeting(session, world, starts_at=EARLIER)
        assert thin_now(session, world, EARLIER + timedelta(minutes=1)) == []


def proposal(region: Region, number: int) -> tuple[Thin, str]:
    with region.runtime.read() as session:
        found = thin_meeting(session, session.get_one(Meeting, number), region.clock())
        assert found is not None
        return found, found.fingerprint


def cancelled(region: Region, number: int, rests_on: str, why: str = WHY, who: str = "secretary") -> int:
    with region.work() as session:
        thin = thin_meeting(session, session.get_one(Meeting, number), region.clock())
        assert thin is not None
        by = region.world.by(session, who)
        return cancel_thin(session, thin, rests_on, why, by, region.clock()).id


def undone(region: Region, change: int) -> None:
    with region.work() as session:
        done = session.get_one(AcceptedChange, change)
        undo(session, done, "Teruggedraaid.", region.secretary(session), region.clock())


def settled(region: Region) -> tuple[int, int]:
    """Plan two confirmed thin meetings of which the later one also has a topic that can go in writing.

    That topic fits nowhere else: it may not be treated before the last meeting.
    """
    with region.work() as session:
        with_rhythm(session, region.world)
        first, second = two_thin_meetings(session, region.world)
        written = topic(
            session,
            region.world,
            "Ter kennisname",
            minutes=10,
            treatment=Treatment.FOR_INFORMATION,
            earliest=LATER.date(),
        )
        by = region.secretary(session)
        item = agenda_actions.add_topic(session, second, written, by, START)
        agenda_actions.change_minutes(session, item, 15, by, START)
        numbers = first.id, second.id
    region.tell()
    return numbers


def agendas(region: Region, *numbers: int) -> list[list[str]]:
    with region.runtime.read() as session:
        return [topics_of(session.get_one(Meeting, number)) for number in numbers]


BEFORE = [["Warmterotonde"], ["Studentenhuisvesting", "Ter kennisname"]]


def state_of_written(region: Region) -> TopicState:
    with region.runtime.read() as session:
        return state_of(session.scalars(select(Topic).where(Topic.title == "Ter kennisname")).one())


def test_cancelling_moves_what_moves_frees_what_is_written_and_tells_everyone_once(region: Region) -> None:
    first, second = settled(region)
    _thin, rests_on = proposal(region, second)
    cancelled(region, second, rests_on)
    assert agendas(region, first, second) == [["Warmterotonde", "Studentenhuisvesting"], []]
    assert state_of_written(region) is TopicState.OPEN
    with region.runtime.read() as session:
        gone = session.get_one(Meeting, second)
        assert (gone.cancelled_why, gone.successor_id) == (WHY, first)
    assert kinds(region.tell()) == {("CANCEL", 1): EVERYONE}


def test_undoing_puts_every_topic_back_as_it_was_edited(region: Region) -> None:
    first, second = settled(region)
    change = cancelled(region, second, proposal(region, second)[1])
    region.clock.wind(hours=23)
    undone(region, change)
    assert agendas(region, first, second) == BEFORE
    with region.runtime.read() as session:
        assert item_of(session.get_one(Meeting, second), "Ter kennisname").minutes == 15
    assert state_of_written(region) is TopicState.PLANNED
    assert region.tell() == []


def test_once_a_freed_topic_was_settled_it_cannot_be_undone(region: Region) -> None:
    first, second = settled(region)
    change = cancelled(region, second, proposal(region, second)[1])
    with region.work() as session:
        written = session.scalars(select(Topic).where(Topic.title == "Ter kennisname")).one()
        settle_in_writing(session, written, None, region.secretary(session), region.clock())
    with pytest.raises(Conflict, match="topic_not_free_any_more"):
        undone(region, change)
    assert agendas(region, first, second) == [["Warmterotonde", "Studentenhuisvesting"], []]


def test_nothing_happens_when_the_proposal_changed_since_it_was_seen(region: Region) -> None:
    first, second = settled(region)
    _thin, rests_on = proposal(region, second)
    with region.work() as session:
        agenda_actions.add_free_item(
            session, session.get_one(Meeting, first), "Welkom", 5, region.secretary(session), region.clock()
        )
    with pytest.raises(Conflict, match="thin_otherwise"):
        cancelled(region, second, rests_on)
    assert agendas(region, second) == [BEFORE[1]]


def test_a_meeting_that_stays_needed_is_never_cancelled_this_way(region: Region) -> None:
    first, second = settled(region)
    _thin, rests_on = proposal(region, second)
    with region.work() as session:
        kept = item_of(session.get_one(Meeting, second), "Studentenhuisvesting").topic
        kept.earliest = LATER.date()
    with pytest.raises(Conflict, match="thin_no_more"):
        cancelled(region, second, rests_on)
    assert agendas(region, first, second) == BEFORE


def test_two_people_who_cancel_the_same_do_it_once(region: Region) -> None:
    _first, second = settled(region)
    thin, rests_on = proposal(region, second)
    cancelled(region, second, rests_on)
    with region.work() as session:
        # The other one still has the proposal before them.
        late = replace(thin, meeting=session.get_one(Meeting, second))
        with pytest.raises(Conflict):
            cancel_thin(session, late, late.fingerprint, WHY, region.secretary(session), region.clock())
    with region.runtime.read() as session:
        assert len(session.scalars(select(AcceptedChange)).all()) == 1


@pytest.mark.parametrize(("who", "refusal"), [("clerk", Forbidden), ("outsider", NotFound)])
def test_only_who_plans_the_body_cancels(region: Region, who: str, refusal: type[Exception]) -> None:
    _first, second = settled(region)
    with pytest.raises(refusal):
        cancelled(region, second, proposal(region, second)[1], who=who)


def test_cancelling_asks_for_a_reason(region: Region) -> None:
    _first, second = settled(region)
    with pytest.raises(Invalid, match="reason_missing"):
        cancelled(region, second, proposal(region, second)[1], why=" ")
