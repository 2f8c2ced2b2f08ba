"""Quorum and presence per college, and who is asked for two meetings at once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.meetings import actions, attendance, listing, queries
from agenda.meetings.facts import Plan
from agenda.meetings.model import Answer, Meeting
from agenda.people.model import Seat
from tests.meetings.planning import VALENTINE, confirmed, dated, planned
from tests.meetings.test_attendees import named
from tests.world import MUNICIPALITIES, START, World


def college(found: queries.Presence, name: str) -> queries.CollegePresence:
    return next(one for one in found.colleges if one.organisation.name == name)


def test_at_least_half_of_each_college_makes_it_quorate(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        for name in MUNICIPALITIES:
            assert not queries.presence(session, meeting).quorate
            attendance.answer(session, named(meeting, f"Burgemeester {name}"), Answer.ACCEPTED, "", START)
            attendance.answer(session, named(meeting, f"Wethouder {name} 1"), Answer.ACCEPTED, "", START)
        found = queries.presence(session, meeting)
        assert [(one.present, one.needed, one.total) for one in found.colleges] == [(2, 2, 3)] * 5
        assert found.quorate


def test_one_college_short_is_no_quorum_whatever_the_others_bring(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        for attendee in meeting.attendees:
            if "Leiden " not in attendee.person.name:
                attendance.answer(session, attendee, Answer.ACCEPTED, "", START)
        attendance.answer(session, named(meeting, "Wethouder Leiden 1"), Answer.ACCEPTED, "", START)
        for who in ("Burgemeester Leiden", "Wethouder Leiden 2"):
            attendance.answer(session, named(meeting, who), Answer.TENTATIVE, "", START)
        found = queries.presence(session, meeting)
        assert not found.quorate
        assert not college(found, "Leiden").lost
        for who in ("Burgemeester Leiden", "Wethouder Leiden 2"):
            attendance.answer(session, named(meeting, who), Answer.DECLINED, "", START)
        assert college(queries.presence(session, meeting), "Leiden").lost


def test_a_quorum_of_its_own_goes_before_half(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        seat = session.scalars(
            select(Seat).where(
                Seat.organisation_id == world.organisations["Leiden"], Seat.body_id == world.body_id
            )
        ).one()
        seat.quorum = 3
        session.flush()
        assert college(queries.presence(session, meeting), "Leiden").needed == 3


def test_secretariat_and_guests_do_not_count_for_the_quorum(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        attendance.answer(session, named(meeting, "clerk"), Answer.ACCEPTED, "", START)
        found = queries.presence(session, meeting)
        assert college(found, "Leiden").present == 0
        assert {seen.attendee.person.name for seen in found.others} == {"secretary", "clerk"}
        assert found.count(Answer.ACCEPTED) == 1


def test_a_new_date_asks_everyone_again(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        alderman = named(meeting, "Wethouder Leiden 1")
        attendance.answer(session, alderman, Answer.ACCEPTED, "", START)
        later = VALENTINE + timedelta(days=7)
        actions.set_date(session, meeting, later, 120, world.by(session, "secretary"), START)
        found = queries.presence(session, meeting)
        assert college(found, "Leiden").present == 0
        assert [seen.attendee for seen in found.earlier] == [alderman]
        assert len(found.unanswered) == len(found.everyone)


def test_who_was_removed_is_neither_expected_nor_counted(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        attendance.remove_attendee(
            session, named(meeting, "Wethouder Leiden 1"), world.by(session, "secretary"), START
        )
        leiden = college(queries.presence(session, meeting), "Leiden")
        assert (leiden.total, leiden.needed) == (2, 1)


def clashes(runtime: Runtime, world: World, minutes_later: int) -> list[tuple[int, int]]:
    with runtime.work() as session:
        other = dated(session, world)
        meeting = planned(session, world)
        found = queries.conflicts(session, meeting, VALENTINE + timedelta(minutes=minutes_later), 60)
        assert all(clash.meeting is other for clash in found)
        return [(clash.meeting.id, len(clash.people)) for clash in found]


def test_two_meetings_at_once_name_the_people_who_are_asked_for_both(runtime: Runtime, world: World) -> None:
    assert [people for _, people in clashes(runtime, world, 119)] == [17]


def test_meetings_that_follow_each_other_do_not_clash(runtime: Runtime, world: World) -> None:
    assert clashes(runtime, world, 120) == []
    assert clashes(runtime, world, -60) == []


def test_a_cancelled_meeting_is_in_nobodys_way(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        other = dated(session, world)
        actions.cancel(session, other, "Sneeuw", None, world.by(session, "secretary"), START)
        assert queries.conflicts(session, planned(session, world), VALENTINE, 60) == []


def test_before_planning_one_sees_what_the_same_people_already_have(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting = planned(session, world)
        gone = planned(session, world, Plan(starts_at=VALENTINE))
        actions.cancel(session, gone, "Sneeuw", None, secretary, START)
        found = listing.already_planned(session, secretary, world.body(session), START)
        assert [(one.meeting, one.room) for one in found] == [(meeting, 120 - 20)]
        assert isinstance(found[0].meeting, Meeting)
