"""Who is invited: memberships on the day, guests of topics, and what the secretary decides by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from agenda.core.problems import Conflict, Invalid
from agenda.core.runtime import Runtime
from agenda.meetings import actions, attendance
from agenda.meetings.model import Answer, Attendee, AttendeeRole, Meeting
from agenda.people.model import Membership, Role
from agenda.topics.model import TopicGuest
from tests.meetings.planning import AFTER, VALENTINE, confirmed, dated, planned, put_on_agenda, topic
from tests.world import START, World


def invited(meeting: Meeting) -> set[str]:
    return {attendee.person.name for attendee in meeting.attendees if attendee.removed_at is None}


def named(meeting: Meeting, who: str) -> Attendee:
    return next(attendee for attendee in meeting.attendees if attendee.person.name == who)


def member(
    session: Session, world: World, who: str, role: Role, since: date, until: date | None = None
) -> None:
    session.add(
        Membership(
            person_id=world.people[who],
            body_id=world.body_id,
            organisation_id=world.organisations["Leiden"],
            role=role,
            voting=role is Role.MEMBER,
            since=since,
            until=until,
        )
    )
    session.flush()


def test_everyone_who_sits_or_serves_is_invited_and_readers_are_not(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned(session, world)
        assert len(invited(meeting)) == 5 * 3 + 2
        assert "reader" not in invited(meeting)
        assert named(meeting, "secretary").role is AttendeeRole.SECRETARIAT
        assert not named(meeting, "secretary").voting
        assert named(meeting, "Wethouder Leiden 1").voting


def test_one_person_with_two_roles_is_invited_once_and_votes(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        member(session, world, "clerk", Role.MEMBER, since=date(2018, 6, 1))
        member(session, world, "clerk", Role.READER, since=date(2018, 6, 1))
        meeting = planned(session, world)
        found = [attendee for attendee in meeting.attendees if attendee.person.name == "clerk"]
        assert [(attendee.role, attendee.voting) for attendee in found] == [(AttendeeRole.MEMBER, True)]


@pytest.mark.parametrize(
    "since, until, comes",
    [
        (date(2019, 2, 14), None, True),
        (date(2019, 2, 15), None, False),
        (date(2018, 6, 1), date(2019, 2, 14), True),
        (date(2018, 6, 1), date(2019, 2, 13), False),
    ],
)
def test_memberships_on_the_day_of_the_meeting_count(
    runtime: Runtime, world: World, since: date, until: date | None, comes: bool
) -> None:
    with runtime.work() as session:
        member(session, world, "stranger", Role.MEMBER, since, until)
        assert ("stranger" in invited(dated(session, world))) is comes


def test_another_day_after_elections_invites_the_new_college(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting = confirmed(session, world)
        old = session.query(Membership).filter_by(person_id=world.people["Wethouder Leiden 1"]).one()
        old.until = date(2019, 2, 20)
        member(session, world, "stranger", Role.MEMBER, since=date(2019, 2, 21))
        actions.set_date(session, meeting, VALENTINE + timedelta(days=14), 120, secretary, START)
        assert "stranger" in invited(meeting)
        assert "Wethouder Leiden 1" not in invited(meeting)
        assert named(meeting, "Wethouder Leiden 1").removed_at == START


def test_a_guest_of_a_topic_comes_with_it_and_goes_with_it(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = dated(session, world)
        subject = topic(session, world)
        subject.guests.append(TopicGuest(person_id=world.people["Gedeputeerde"]))
        item = put_on_agenda(session, meeting, subject)
        attendance.refresh_attendees(session, meeting, START)
        guest = named(meeting, "Gedeputeerde")
        assert (guest.role, guest.voting, guest.organisation_id) == (AttendeeRole.GUEST, False, None)
        meeting.items.remove(item)
        attendance.refresh_attendees(session, meeting, START)
        assert guest.removed_at == START


def test_what_the_secretary_decides_by_hand_outlives_a_refresh(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting = dated(session, world)
        attendance.add_attendee(session, meeting, world.person(session, "stranger"), secretary, START)
        attendance.remove_attendee(session, named(meeting, "clerk"), secretary, START)
        attendance.refresh_attendees(session, meeting, START)
        assert "stranger" in invited(meeting)
        assert "clerk" not in invited(meeting)
        with pytest.raises(Conflict, match="already_invited"):
            attendance.add_attendee(session, meeting, world.person(session, "stranger"), secretary, START)
        with pytest.raises(Conflict, match="no_longer_invited"):
            attendance.remove_attendee(session, named(meeting, "clerk"), secretary, START)


def test_who_is_invited_again_takes_the_own_place_and_answers_anew(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting = confirmed(session, world)
        alderman = named(meeting, "Wethouder Leiden 1")
        attendance.answer(session, alderman, Answer.ACCEPTED, "", START)
        attendance.remove_attendee(session, alderman, secretary, START)
        attendance.add_attendee(session, meeting, alderman.person, secretary, START)
        assert (alderman.removed_at, alderman.role, alderman.by_hand) == (None, AttendeeRole.MEMBER, False)
        assert (alderman.answer, alderman.answered_revision) == (Answer.NEEDS_ACTION, None)


def test_a_held_meeting_keeps_its_list(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        member(session, world, "stranger", Role.MEMBER, since=date(2018, 6, 1))
        attendance.refresh_attendees(session, meeting, AFTER)
        assert "stranger" not in invited(meeting)


def test_refreshing_twice_is_refreshing_once(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = dated(session, world)
        before = [(a.person_id, a.role, a.removed_at, a.version) for a in meeting.attendees]
        attendance.refresh_attendees(session, meeting, START)
        assert [(a.person_id, a.role, a.removed_at, a.version) for a in meeting.attendees] == before


def test_an_answer_is_kept_with_the_revision_it_answers(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        alderman = named(meeting, "Wethouder Leiden 1")
        attendance.answer(session, alderman, Answer.TENTATIVE, " Eerst de raad\x00 ", START)
        assert (alderman.answer, alderman.answer_remark) == (Answer.TENTATIVE, "Eerst de raad")
        assert (alderman.answered_revision, alderman.answered_at) == (0, START)
        session.flush()
        version = alderman.version
        attendance.answer(session, alderman, Answer.TENTATIVE, "Eerst de raad", START)
        session.flush()
        assert alderman.version == version


def test_no_answer_is_no_answer_and_who_was_removed_gives_none(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        alderman = named(meeting, "Wethouder Leiden 1")
        with pytest.raises(Invalid, match="answer_missing"):
            attendance.answer(session, alderman, Answer.NEEDS_ACTION, "", START)
        attendance.remove_attendee(session, alderman, world.by(session, "secretary"), START)
        with pytest.raises(Conflict, match="no_longer_invited"):
            attendance.answer(session, alderman, Answer.ACCEPTED, "", START)
