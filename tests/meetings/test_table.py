"""At the table: presence, quorum, keeping out and the clock, on the real database."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.audit import history
from agenda.core.database import Sessions
from agenda.core.problems import Conflict, Forbidden, Invalid, NotFound
from agenda.core.runtime import Runtime
from agenda.meetings import agenda_actions, attendance, substitutes, table_actions, table_clock
from agenda.meetings.model import AgendaItem, Answer, Attendee, ItemOutcome, Meeting
from agenda.meetings.table_actions import Hours
from agenda.meetings.table_model import ItemTime, Presence
from agenda.meetings.table_outcome import take_back_outcome
from agenda.meetings.table_queries import Table, table_of
from agenda.people.model import Membership, Person, Role
from agenda.topics.model import Topic, TopicState
from agenda.topics.rules import state_of as topic_state
from tests.meetings.counting import Statements
from tests.meetings.planning import AFTER, VALENTINE, confirmed, put_on_agenda, topic, tried
from tests.world import START, World

BEGIN = VALENTINE.astimezone(UTC)


@pytest.fixture
def meeting_id(sessions: Sessions, world: World) -> int:
    with sessions.work() as session:
        meeting = confirmed(session, world)
        for title in ("Warmterotonde", "Studentenhuisvesting", "Woonagenda"):
            put_on_agenda(session, meeting, topic(session, world, title))
        return meeting.id


def at(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def of(session: Session, meeting: Meeting, name: str) -> Attendee:
    return next(one for one in meeting.attendees if one.person.name == name)


def topics(meeting: Meeting) -> list[AgendaItem]:
    return [item for item in meeting.items if item.topic_id is not None]


def college(table: Table, name: str) -> tuple[int, int, int]:
    found = next(one for one in table.colleges if one.organisation.name == name)
    assert found.count is not None
    return found.count.present, found.count.needed, found.count.total


def test_somebody_comes_leaves_and_returns_and_is_never_in_twice(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        alderman = of(session, meeting, "Wethouder Leiden 1")
        table_actions.arrive(session, alderman, clerk, at(20))
        table_actions.arrive(session, alderman, clerk, at(21))
        assert college(table_of(session, meeting, at(21)), "Leiden") == (1, 2, 3)
        table_actions.leave(session, alderman, clerk, at(30))
        table_actions.leave(session, alderman, clerk, at(31))
        assert college(table_of(session, meeting, at(31)), "Leiden") == (0, 2, 3)
        table_actions.arrive(session, alderman, clerk, at(40))
        rows = table_actions.stretches_of(session, alderman)
        assert [(row.arrived_at, row.left_at) for row in rows] == [(at(20), at(30)), (at(40), None)]
        one = next(who for who in table_of(session, meeting, at(50)).everyone if who.attendee is alderman)
        assert (one.here, one.was.late_at, one.was.early_at) == (True, at(20), None)
        verbs = [entry.verb for entry in history(session, "table", meeting.id)]
        assert verbs == ["came_in", "went_out", "came_in"]


def test_a_tap_too_many_leaves_no_trace_of_having_been_there(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        alderman = of(session, meeting, "Wethouder Leiden 1")
        table_actions.arrive(session, alderman, clerk, at(1))
        table_actions.leave(session, alderman, clerk, at(1))
        assert table_actions.stretches_of(session, alderman) == []
        assert not table_of(session, meeting, at(2)).noted


def test_all_of_a_college_who_said_they_would_come_are_in_with_one_tap(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        said = {"Burgemeester Leiden": Answer.ACCEPTED, "Wethouder Leiden 1": Answer.ACCEPTED}
        said |= {"Wethouder Leiden 2": Answer.DECLINED, "Burgemeester Leiderdorp": Answer.ACCEPTED}
        for name, answer in said.items():
            attendance.answer(session, of(session, meeting, name), answer, "", START)
        leiden = world.organisations["Leiden"]
        assert table_actions.arrive_all(session, meeting, leiden, clerk, at(0)) == 2
        assert table_actions.arrive_all(session, meeting, leiden, clerk, at(5)) == 0
        table = table_of(session, meeting, at(5))
        assert college(table, "Leiden") == (2, 2, 3)
        assert college(table, "Leiderdorp") == (0, 2, 3)
        assert not table.quorate
        assert {one.organisation.name for one in table.short()} == {
            "Leiderdorp", "Oegstgeest", "Voorschoten", "Zoeterwoude"
        }  # fmt: skip


def test_who_keeps_out_of_an_item_does_not_count_for_it_and_a_substitute_counts_once(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        person = Person(name="Van der Ven, Zoë", email="zoe@leidseregio.example", language="nl")
        session.add(person)
        session.flush()
        session.add(
            Membership(
                person_id=person.id, body_id=world.other_body_id, role=Role.MEMBER, since=START.date(),
                organisation_id=world.organisations["Leiden"], title="Wethouder", portfolio="", voting=True,
            )
        )  # fmt: skip
        session.flush()
        member = of(session, meeting, "Wethouder Leiden 2")
        substitute = substitutes.name_substitute(session, member, person.id, clerk, START)
        for attendee in (substitute, member, of(session, meeting, "Wethouder Leiden 1")):
            table_actions.arrive(session, attendee, clerk, at(0))
        # Both sit on one seat of three.
        assert college(table_of(session, meeting, at(1)), "Leiden") == (2, 2, 3)
        first, second = meeting.items[0], meeting.items[1]
        table_actions.recuse(session, first, substitute, "Werkt bij de ontwikkelaar.", clerk, at(2))
        table_actions.recuse(session, first, member, "", clerk, at(2))
        table_actions.recuse(session, first, member, "Woont er.", clerk, at(3))
        table = table_of(session, meeting, at(3))
        short = {one.organisation.name: one.count for one in table.short(first)}
        assert short["Leiden"] is not None
        assert (short["Leiden"].present, short["Leiden"].needed) == (1, 2)
        assert "Leiden" not in {one.organisation.name for one in table.short(second)}
        assert [one.why for one in table.recusals[first.id]] == ["Werkt bij de ontwikkelaar.", "Woont er."]
        table_actions.take_part_again(session, first, member, clerk, at(4))
        table_actions.take_part_again(session, first, member, clerk, at(4))
        assert "Leiden" not in {
            one.organisation.name for one in table_of(session, meeting, at(4)).short(first)
        }


def test_somebody_of_the_same_college_takes_the_place_of_a_member_who_is_not_in(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        person = Person(name="Van der Ven, Zoë", email="zoe@leidseregio.example", language="nl")
        session.add(person)
        session.flush()
        session.add(
            Membership(
                person_id=person.id, body_id=world.other_body_id, role=Role.MEMBER, since=START.date(),
                organisation_id=world.organisations["Leiden"], title="Wethouder", portfolio="", voting=True,
            )
        )  # fmt: skip
        session.flush()
        mayor, alderman = (of(session, meeting, who) for who in ("Burgemeester Leiden", "Wethouder Leiden 1"))
        table_actions.arrive(session, mayor, clerk, at(0))
        with tried(session), pytest.raises(Conflict, match="member_is_in"):
            table_actions.substitute_comes_in(session, mayor, person.id, clerk, at(1))
        with tried(session), pytest.raises(Invalid, match="substitute_impossible"):
            table_actions.substitute_comes_in(session, alderman, mayor.person_id, clerk, at(1))
        with tried(session), pytest.raises(Forbidden):
            by = world.by(session, "Wethouder Leiden 1")
            table_actions.substitute_comes_in(session, alderman, person.id, by, at(1))
        table_actions.substitute_comes_in(session, alderman, person.id, clerk, at(1))
        assert college(table_of(session, meeting, at(2)), "Leiden") == (2, 2, 3)
        table_actions.arrive(session, alderman, clerk, at(30))
        assert college(table_of(session, meeting, at(31)), "Leiden") == (2, 2, 3)


def test_the_quorum_that_was_set_for_a_college_is_the_one_that_counts(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        seat = next(one for one in meeting.body.seats if one.organisation_id == world.organisations["Leiden"])
        seat.quorum = 1
        table_actions.arrive(session, of(session, meeting, "Burgemeester Leiden"), clerk, at(0))
        # The secretary is in the room too, and has no vote.
        table_actions.arrive(session, of(session, meeting, "clerk"), clerk, at(0))
        assert college(table_of(session, meeting, at(1)), "Leiden") == (1, 1, 3)


def test_times_are_mended_afterwards_but_never_overlap_or_lie_ahead(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        alderman = of(session, meeting, "Wethouder Leiden 1")
        table_actions.arrive(session, alderman, clerk, at(20.5))
        row = table_actions.stretches_of(session, alderman)[0]
        seen = table_actions.mark_of([row])
        wanted = [Hours(time(15, 50), time(16, 10), row.id), Hours(time(16, 20), None)]
        table_actions.set_hours(session, alderman, wanted, clerk, AFTER, seen)
        rows = table_actions.stretches_of(session, alderman)
        # The hour that was left as it was keeps its seconds.
        assert [(one.arrived_at, one.left_at) for one in rows] == [(at(20.5), at(40)), (at(50), None)]
        with pytest.raises(Conflict, match="presence_changed_meanwhile"):
            table_actions.set_hours(session, alderman, [], clerk, AFTER, seen)
        for hours, code in (
            ([Hours(time(15, 30), None), Hours(time(16, 0), None)], "presence_overlaps"),
            ([Hours(time(16, 0), time(15, 30))], "left_before_arriving"),
            ([Hours(time(23, 0), None)], "presence_in_the_future"),
            ([Hours(time(15, 30), time(15, 31))] * 21, "presence_too_often"),
        ):
            with tried(session), pytest.raises(Invalid, match=code):
                table_actions.set_hours(session, alderman, hours, clerk, AFTER)
        table_actions.set_hours(session, alderman, [], clerk, AFTER)
        assert table_actions.stretches_of(session, alderman) == []


def test_a_meeting_over_midnight_reads_its_hours_on_both_days(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        # Half past eleven in the evening before the clock goes back.
        meeting.starts_at = datetime(2019, 10, 26, 21, 30, tzinfo=UTC)
        meeting.minutes = 300
        alderman = of(session, meeting, "Wethouder Leiden 1")
        after = datetime(2019, 10, 27, 8, tzinfo=UTC)
        hours = [Hours(time(23, 20), time(0, 10)), Hours(time(0, 30), time(3, 10))]
        table_actions.set_hours(session, alderman, hours, clerk, after)
        rows = table_actions.stretches_of(session, alderman)
        assert rows[0].left_at == datetime(2019, 10, 26, 22, 10, tzinfo=UTC)
        # From half past twelve until ten past three are three hours and forty minutes in this night.
        assert rows[1].left_at is not None
        assert rows[1].left_at - rows[1].arrived_at == timedelta(hours=3, minutes=40)


def test_the_clock_runs_for_one_item_at_a_time_and_numbers_stay(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        # Opening, minutes, any other business and closing stand before the three topics here.
        items = [meeting.items[0], *topics(meeting)]
        items[2].number = "7"
        table_clock.start_clock(session, meeting, clerk, at(0))
        table_clock.start_clock(session, meeting, clerk, at(1))
        table_clock.put_on_table(session, items[2], clerk, at(10))
        table_clock.stop_clock(session, meeting, clerk, at(15))
        table_clock.start_clock(session, meeting, clerk, at(25))
        table = table_of(session, meeting, at(30))
        assert table.current is items[2]
        assert (table.current.number, table.current.position) == ("7", 5)
        assert table.clock.spent == {items[0].id: timedelta(minutes=10), items[2].id: timedelta(minutes=10)}
        assert table.clock.left == timedelta(minutes=10)
        assert table.next is items[3]
        passed_over = [item for item in meeting.items if item not in (items[0], items[2])]
        assert list(table.clock.to_come) == passed_over
        assert table.clock.expected_end == at(30 + 10 + sum(item.minutes for item in passed_over))
        open_ones = select(ItemTime).where(ItemTime.ended_at.is_(None))
        assert len(session.scalars(open_ones).all()) == 1


def test_of_two_who_press_next_only_the_first_moves_the_table(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        table_clock.start_clock(session, meeting, clerk, at(0))
        seen = table_of(session, meeting, at(5)).clock.mark
        items = [item.id for item in meeting.items]
    told: list[str] = []

    def press() -> None:
        try:
            with sessions.work() as session:
                item = session.get_one(AgendaItem, items[1])
                table_clock.put_on_table(session, item, world.by(session, "clerk"), at(5), seen)
                told.append("moved")
        except Conflict as refusal:
            told.append(refusal.code)

    both = [threading.Thread(target=press) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(told) == ["moved", "table_moved_meanwhile"]
    with sessions.read() as session:
        assert [one.item_id for one in session.scalars(select(ItemTime).order_by(ItemTime.id))] == items[:2]


def test_two_who_note_the_same_arrival_at_once_make_one(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.read() as session:
        attendee_id = session.scalars(select(Attendee.id).where(Attendee.voting)).first()

    def tap() -> None:
        with sessions.work() as session:
            attendee = session.get_one(Attendee, attendee_id)
            table_actions.arrive(session, attendee, world.by(session, "clerk"), at(0))

    both = [threading.Thread(target=tap) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    with sessions.read() as session:
        assert len(session.scalars(select(Presence)).all()) == 1


def test_the_table_opens_two_hours_before_and_closes_with_the_meeting(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        alderman = of(session, meeting, "Wethouder Leiden 1")
        with pytest.raises(Conflict, match="table_not_open"):
            table_actions.arrive(session, alderman, clerk, at(-121))
        table_actions.arrive(session, alderman, clerk, at(-119))
        meeting.closed_at = AFTER
        session.flush()
        for refused in (
            lambda: table_actions.leave(session, alderman, clerk, AFTER),
            lambda: table_actions.set_hours(session, alderman, [], clerk, AFTER),
            lambda: table_clock.start_clock(session, meeting, clerk, AFTER),
            lambda: table_actions.recuse(session, meeting.items[0], alderman, "", clerk, AFTER),
        ):
            with pytest.raises(Conflict, match="not_possible_when_closed"):
                refused()


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("Wethouder Leiden 1", Forbidden), ("reader", Forbidden), ("administrator", Forbidden),
     ("outsider", NotFound), ("stranger", NotFound)],
)  # fmt: skip
def test_only_secretary_and_clerk_note_anything(
    sessions: Sessions, world: World, meeting_id: int, who: str, refusal: type[Exception]
) -> None:
    with sessions.work() as session:
        by, meeting = world.by(session, who), session.get_one(Meeting, meeting_id)
        alderman, item = of(session, meeting, "Wethouder Leiden 1"), meeting.items[0]
        for refused in (
            lambda: table_actions.arrive(session, alderman, by, at(0)),
            lambda: table_actions.arrive_all(session, meeting, 1, by, at(0)),
            lambda: table_actions.leave(session, alderman, by, at(0)),
            lambda: table_actions.set_hours(session, alderman, [], by, at(0)),
            lambda: table_actions.recuse(session, item, alderman, "", by, at(0)),
            lambda: table_actions.take_part_again(session, item, alderman, by, at(0)),
            lambda: table_clock.put_on_table(session, item, by, at(0)),
            lambda: table_clock.start_clock(session, meeting, by, at(0)),
            lambda: table_clock.stop_clock(session, meeting, by, at(0)),
            lambda: take_back_outcome(session, item, by, at(0)),
        ):
            with pytest.raises(refusal):
                refused()


def test_an_outcome_taken_back_gives_the_topic_its_turn_again_unless_it_went_on(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        item = topics(meeting)[0]
        agenda_actions.record_outcome(session, item, ItemOutcome.DEFERRED, "Later.", clerk, at(30))
        subject = session.get_one(Topic, item.topic_id)
        assert topic_state(subject) is TopicState.DEFERRED
        take_back_outcome(session, item, clerk, at(31))
        assert (item.outcome, item.outcome_text) == (None, "")
        assert topic_state(subject) is TopicState.PLANNED
        agenda_actions.record_outcome(session, item, ItemOutcome.DEFERRED, "Later.", clerk, at(32))
        other = confirmed(session, world)
        agenda_actions.add_topic(session, other, subject, clerk, at(33))
        with pytest.raises(Conflict, match="topic_has_gone_on"):
            take_back_outcome(session, item, clerk, at(34))


def test_what_was_on_the_table_cannot_be_taken_off_the_agenda(
    sessions: Sessions, world: World, meeting_id: int
) -> None:
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        first, second, _third = topics(meeting)
        table_clock.put_on_table(session, first, clerk, at(0))
        with tried(session), pytest.raises(Conflict, match="item_was_on_table"):
            agenda_actions.remove_item(session, first, clerk, at(1))
        agenda_actions.remove_item(session, second, clerk, at(1))


def test_the_table_asks_as_many_queries_for_many_people_as_for_few(
    runtime: Runtime, sessions: Sessions, world: World, meeting_id: int
) -> None:
    def queries() -> int:
        with sessions.read() as session, Statements(runtime) as counted:
            table = table_of(session, session.get_one(Meeting, meeting_id), at(30))
            assert [one.attendee.person.name for one in table.everyone]
        return counted.number

    few = queries()
    with sessions.work() as session:
        clerk, meeting = world.by(session, "clerk"), session.get_one(Meeting, meeting_id)
        for attendee in meeting.people:
            table_actions.arrive(session, attendee, clerk, at(0))
            table_actions.recuse(session, meeting.items[0], attendee, "", clerk, at(0))
        for minute in range(10):
            table_clock.put_on_table(session, meeting.items[minute % 3], clerk, at(minute))
    assert queries() == few
