"""Every action in every state: possible or refused; and what each leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.core import audit
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.core.runtime import Runtime
from agenda.meetings import actions, attendance
from agenda.meetings.facts import Particulars
from agenda.meetings.model import Answer, ItemKind, ItemOutcome, Meeting
from agenda.meetings.rules import ALLOWED, state_of
from agenda.topics.model import TurnResult
from tests.meetings.planning import (
    AFTER,
    STATES,
    VALENTINE,
    confirmed,
    dated,
    in_state,
    planned,
    put_on_agenda,
    topic,
    tried,
)
from tests.world import START, World

Deed = Callable[[Session, Meeting, By, datetime], object]


def particulars(meeting: Meeting) -> Particulars:
    return Particulars(
        title=meeting.title,
        minutes=meeting.minutes,
        host_id=meeting.host_id,
        venue=meeting.venue,
        window_from=meeting.window_from,
        window_until=meeting.window_until,
    )


def edit(session: Session, meeting: Meeting, by: By, now: datetime) -> None:
    actions.edit_meeting(session, meeting, replace(particulars(meeting), title="Anders"), by, now)


def set_date(session: Session, meeting: Meeting, by: By, now: datetime) -> None:
    actions.set_date(session, meeting, VALENTINE + timedelta(days=7), 90, by, now)


def cancel(session: Session, meeting: Meeting, by: By, now: datetime) -> None:
    actions.cancel(session, meeting, "Te weinig onderwerpen", None, by, now)


def remove(session: Session, meeting: Meeting, by: By, now: datetime) -> None:
    attendance.remove_attendee(session, meeting.attendees[0], by, now)


def accept(session: Session, meeting: Meeting, by: By, now: datetime) -> None:
    attendance.answer(session, meeting.attendees[0], Answer.ACCEPTED, "", now)


DEEDS: dict[str, Deed] = {
    "edit": edit,
    "set_date": set_date,
    "clear_date": actions.clear_date,
    "confirm": actions.confirm,
    "cancel": cancel,
    "close": actions.close,
    "reopen": actions.reopen,
    "change_attendees": remove,
    "answer": accept,
}


def test_the_table_below_knows_every_action() -> None:
    # Restoring has a condition of its own, see below.
    assert DEEDS.keys() == ALLOWED.keys() - {"restore"}


@pytest.mark.parametrize("state", STATES)
def test_each_action_is_possible_in_its_own_states_only(runtime: Runtime, world: World, state: str) -> None:
    with runtime.work() as session:
        meeting, now = in_state(session, world, state)
        secretary = world.by(session, "secretary")
        for name, deed in DEEDS.items():
            assert state_of(meeting, now).value == state
            refused = None
            with tried(session):
                try:
                    deed(session, meeting, secretary, now)
                except Conflict as error:
                    refused = error.code
            possible = state in {allowed.value for allowed in ALLOWED[name]}
            assert refused == (None if possible else f"not_possible_when_{state}"), name


def test_a_new_meeting_takes_what_is_usual_for_its_body(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned(session, world)
        assert (meeting.title, meeting.minutes) == ("Gezamenlijk collegeoverleg", 120)
        assert meeting.host
        assert (meeting.host.name, meeting.venue) == ("Leiden", "Gemeentehuis Leiden")
        assert [item.kind for item in meeting.items] == [
            ItemKind.OPENING,
            ItemKind.MINUTES,
            ItemKind.ANY_OTHER_BUSINESS,
            ItemKind.CLOSING,
        ]
        assert meeting.starts_at is None


def test_the_next_host_is_whose_turn_it_is(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        hosts = [planned(session, world).host for _ in range(6)]
        names = [host.name for host in hosts if host]
        assert names == ["Leiden", "Leiderdorp", "Oegstgeest", "Voorschoten", "Zoeterwoude", "Leiden"]


def test_a_cancelled_meeting_gives_its_turn_as_host_back(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        planned(session, world)
        second = planned(session, world)
        cancel(session, second, world.by(session, "secretary"), START)
        third = planned(session, world).host
        assert third
        assert third.name == "Leiderdorp"


def test_only_what_calendars_show_raises_the_revision_of_a_confirmed_meeting(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting = confirmed(session, world)
        same = particulars(meeting)

        def revision_after(wanted: Particulars) -> int:
            actions.edit_meeting(session, meeting, wanted, secretary, START)
            return meeting.revision

        assert revision_after(same) == 0
        assert revision_after(replace(same, title="Anders")) == 0
        assert revision_after(replace(same, host_id=world.organisations["Zoeterwoude"])) == 0
        assert revision_after(replace(same, venue="Kasteel")) == 1
        assert revision_after(replace(same, venue="Kasteel", minutes=90)) == 2
        actions.set_date(session, meeting, VALENTINE, 90, secretary, START)
        assert meeting.revision == 2
        actions.set_date(session, meeting, VALENTINE + timedelta(minutes=15), 90, secretary, START)
        assert meeting.revision == 3
        cancel(session, meeting, secretary, START)
        assert meeting.revision == 4


def test_before_anyone_was_invited_no_change_raises_the_revision(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting = dated(session, world)
        set_date(session, meeting, secretary, START)
        actions.edit_meeting(
            session, meeting, replace(particulars(meeting), venue="Kasteel"), secretary, START
        )
        cancel(session, meeting, secretary, START)
        assert meeting.revision == 0


def test_invitations_need_a_place_and_people_and_a_day_to_come(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting = dated(session, world)
        with pytest.raises(Conflict, match="moment_has_passed"):
            actions.confirm(session, meeting, secretary, AFTER)
        for attendee in meeting.attendees:
            attendance.remove_attendee(session, attendee, secretary, START)
        with pytest.raises(Conflict, match="nobody_to_invite"):
            actions.confirm(session, meeting, secretary, START)
        actions.edit_meeting(session, meeting, replace(particulars(meeting), venue=""), secretary, START)
        with pytest.raises(Conflict, match="venue_missing"):
            actions.confirm(session, meeting, secretary, START)


def test_a_confirmed_meeting_cannot_lose_its_place(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        with pytest.raises(Invalid, match="venue_missing"):
            wanted = replace(particulars(meeting), venue="")
            actions.edit_meeting(session, meeting, wanted, world.by(session, "secretary"), START)


def test_cancelling_asks_a_reason_and_frees_the_topics(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting = confirmed(session, world)
        item = put_on_agenda(session, meeting, topic(session, world))
        with pytest.raises(Invalid, match="reason_missing"):
            actions.cancel(session, meeting, "  \n", None, secretary, START)
        other = planned(session, world)
        actions.cancel(session, meeting, "Sneeuw", other.id, secretary, START)
        assert item.turn
        assert item.turn.result is TurnResult.RELEASED
        assert meeting.successor is other


def test_only_a_living_meeting_of_the_same_body_can_replace_one(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting, gone = dated(session, world), dated(session, world)
        cancel(session, gone, secretary, START)
        elsewhere = dated(session, world)
        elsewhere.body_id = world.other_body_id
        session.flush()
        for wrong in (meeting, gone, elsewhere):
            with pytest.raises(Invalid, match="successor_impossible"):
                actions.cancel(session, meeting, "Sneeuw", wrong.id, secretary, START)
        assert meeting.cancelled_at is None


def test_cancelling_is_undone_only_while_nobody_was_invited(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        secretary = world.by(session, "secretary")
        meeting = dated(session, world)
        put_on_agenda(session, meeting, topic(session, world))
        cancel(session, meeting, secretary, START)
        actions.restore(session, meeting, secretary, START)
        assert state_of(meeting, START).value == "dated"
        assert meeting.cancelled_why == ""
        assert [(item.position, item.kind) for item in meeting.items] == list(
            enumerate((ItemKind.OPENING, ItemKind.MINUTES, ItemKind.ANY_OTHER_BUSINESS, ItemKind.CLOSING))
        )
        told = confirmed(session, world)
        cancel(session, told, secretary, START)
        with pytest.raises(Conflict, match="already_told"):
            actions.restore(session, told, secretary, START)
        with pytest.raises(Conflict, match="not_possible_when_dated"):
            actions.restore(session, meeting, secretary, START)


def test_a_meeting_closes_when_each_topic_has_an_outcome(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        clerk = world.by(session, "clerk")
        meeting = confirmed(session, world)
        item = put_on_agenda(session, meeting, topic(session, world, "Studentenhuisvesting"))
        with pytest.raises(Conflict, match="outcomes_missing") as refused:
            actions.close(session, meeting, clerk, AFTER)
        assert refused.value.facts == {"titles": "Studentenhuisvesting"}
        item.outcome = ItemOutcome.AGREED
        actions.close(session, meeting, clerk, AFTER)
        assert state_of(meeting, AFTER).value == "closed"
        actions.reopen(session, meeting, clerk, AFTER)
        assert state_of(meeting, AFTER).value == "held"


def test_the_second_to_save_hears_that_someone_else_was_first(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned(session, world)
        number, seen = meeting.id, meeting.version
    with runtime.work() as session:
        meeting = session.get_one(Meeting, number)
        actions.set_date(
            session, meeting, VALENTINE, 120, world.by(session, "secretary"), START, version=seen
        )
    with pytest.raises(Changed), runtime.work() as session:
        later = VALENTINE + timedelta(days=1)
        meeting = session.get_one(Meeting, number)
        actions.set_date(session, meeting, later, 120, world.by(session, "secretary"), START, version=seen)
    with runtime.read() as session:
        assert session.get_one(Meeting, number).starts_at == VALENTINE


def test_the_history_tells_who_did_what(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = confirmed(session, world)
        cancel(session, meeting, world.by(session, "secretary"), START)
        number = meeting.id
    with runtime.read() as session:
        entries = audit.history(session, "meeting", number)
        assert [entry.verb for entry in entries] == ["cancelled", "confirmed", "dated", "created"]
        assert {entry.actor_name for entry in entries} == {"secretary"}
        assert entries[2].after["starts_at"].startswith("2019-02-14T")


def test_a_refused_action_leaves_nothing_behind(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        number = planned(session, world).id
    with pytest.raises(Invalid), runtime.work() as session:
        meeting = session.get_one(Meeting, number)
        actions.set_date(
            session, meeting, START - timedelta(days=1), 120, world.by(session, "secretary"), START
        )
    with runtime.read() as session:
        assert session.scalars(select(Meeting)).one().starts_at is None
        assert len(audit.history(session, "meeting", number)) == 1
