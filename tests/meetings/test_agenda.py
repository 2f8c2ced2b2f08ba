"""An agenda is drafted, put in order by hand, undone, made final, and never silently overwritten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.audit import AuditEntry
from agenda.core.problems import Changed, Conflict, Forbidden, Invalid, NotFound
from agenda.core.runtime import Runtime
from agenda.meetings import actions, agenda_actions, agenda_final, agenda_moves
from agenda.meetings.agenda_editing import ItemText
from agenda.meetings.agenda_final import AgendaNotReady
from agenda.meetings.agenda_steps import fingerprint, last_step
from agenda.meetings.candidates import Why
from agenda.meetings.model import AgendaItem, Answer, ItemOutcome, Meeting
from agenda.topics.model import Purpose, Topic, TopicState, Treatment, Turn
from agenda.topics.rules import state_of
from tests.meetings.agenda_world import (
    AFTERWARDS,
    DURING,
    EVENING,
    clerk,
    item_of,
    planned_meeting,
    titles,
    topic,
)
from tests.meetings.counting import Statements
from tests.world import START, World

FIXED = ["Opening", "Verslag van het vorige overleg", "Rondvraag", "Sluiting"]


def test_a_new_meeting_has_the_items_that_every_meeting_has(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        agenda_actions.lay_out(session, meeting)
        assert titles(meeting) == FIXED
        assert [item.position for item in meeting.items] == [0, 1, 2, 3]


def test_a_draft_stands_between_opening_and_any_other_business_and_plans_the_topics(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        heat = topic(session, world, "Warmterotonde", deadline=date(2019, 3, 29), priority=5)
        consent = topic(session, world, "Fietsroutes", area="Bereikbaarheid", treatment=Treatment.CONSENT)
        made = agenda_actions.draft_agenda(session, meeting, clerk(session, world), START)
        assert titles(meeting) == [*FIXED[:2], "Fietsroutes", "Warmterotonde", *FIXED[2:]]
        assert [item.position for item in meeting.items] == list(range(6))
        assert not made.left_out
        assert {state_of(heat), state_of(consent)} == {TopicState.PLANNED}


def test_the_three_intensified_topics_are_drafted_though_nobody_leads_them_yet(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        for title in ("Warmterotonde", "Studentenhuisvesting", "Internationaal onderwijs"):
            topic(session, world, title, priority=5, deadline=date(2019, 3, 29), intensified=True)
        agenda_actions.draft_agenda(session, meeting, clerk(session, world), START)
        assert len(meeting.items) == 7


def test_drafting_says_of_each_topic_left_out_why(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        elsewhere = planned_meeting(session, world, starts_at=EVENING.replace(month=5))
        taken = topic(session, world, "Al gepland")
        agenda_actions.add_topic(session, elsewhere, taken, by, START)
        topic(session, world, "Te vroeg", earliest=date(2019, 4, 1))
        first = topic(session, world, "Eerst dit", needs=["stranger"])
        topic(session, world, "Dan dat", predecessor_id=first.id)
        topic(session, world, "Te lang", minutes=101)
        topic(session, world, "Zonder portefeuille", needs=["sport"])
        topic(session, world, "Past", needs=["duurzaamheid"])
        made = agenda_actions.draft_agenda(session, meeting, by, START)
        assert {left.topic.title: left.why for left in made.left_out} == {
            "Al gepland": "planned_elsewhere",
            "Te vroeg": "not_before",
            "Eerst dit": "needed_absent",
            "Dan dat": "predecessor_untreated",
            "Te lang": "no_time",
            "Zonder portefeuille": "needed_absent",
        }
        facts = {left.topic.title: dict(left.facts) for left in made.left_out}
        assert facts["Al gepland"] == {"meeting": elsewhere.title, "day": date(2019, 5, 14)}
        assert facts["Eerst dit"] == {"names": ["stranger"]}
        assert facts["Te lang"] == {"minutes": 101, "room": 80}


def test_a_topic_waits_when_the_only_holder_of_a_portfolio_declined(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        topic(session, world, "Van hem", needs=["Wethouder Leiden 1"])
        invited = next(a for a in meeting.attendees if a.person_id == world.people["Wethouder Leiden 1"])
        invited.answer, invited.answered_revision = Answer.DECLINED, meeting.revision
        made = agenda_actions.draft_agenda(session, meeting, clerk(session, world), START)
        assert [left.why for left in made.left_out] == ["needed_absent"]


def test_drafting_again_keeps_what_a_person_put_there_or_touched(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        by_hand = topic(session, world, "Met de hand", minutes=30, priority=1)
        agenda_actions.add_topic(session, meeting, by_hand, by, START)
        agenda_actions.add_free_item(session, meeting, "Welkom aan de provincie", 5, by, START)
        drafted = topic(session, world, "Voorstel", minutes=40, priority=2)
        agenda_actions.draft_agenda(session, meeting, by, START)
        assert "Voorstel" in titles(meeting)
        topic(session, world, "Belangrijker", minutes=60, priority=5)
        agenda_actions.draft_agenda(session, meeting, by, START)
        assert titles(meeting)[2:-2] == ["Belangrijker", "Met de hand", "Welkom aan de provincie"]
        assert state_of(drafted) is TopicState.OPEN


def test_a_drafted_item_that_a_person_changed_is_kept_by_the_next_draft(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        topic(session, world, "Voorstel", minutes=40, priority=1)
        agenda_actions.draft_agenda(session, meeting, by, START)
        agenda_actions.change_minutes(session, item_of(meeting, "Voorstel"), 90, by, START)
        topic(session, world, "Belangrijker", minutes=60, priority=5)
        agenda_actions.draft_agenda(session, meeting, by, START)
        assert item_of(meeting, "Voorstel").minutes == 90
        assert "Belangrijker" not in titles(meeting)


def test_drafting_again_takes_over_what_changed_in_the_topic(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        changed = topic(session, world, "Voorstel", minutes=20)
        agenda_actions.draft_agenda(session, meeting, by, START)
        changed.minutes = 70
        agenda_actions.draft_agenda(session, meeting, by, START)
        assert item_of(meeting, "Voorstel").minutes == 70


def test_drafting_twice_changes_nothing_and_leaves_one_step(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        for number in range(10):
            topic(session, world, f"Onderwerp {number}", priority=1 + number % 5)
        agenda_actions.draft_agenda(session, meeting, by, START)
        step, seen = last_step(session, meeting), fingerprint(meeting.items)
        agenda_actions.draft_agenda(session, meeting, by, START)
        assert last_step(session, meeting) == step
        assert fingerprint(meeting.items) == seen


def test_guests_are_on_the_list_as_soon_as_their_topic_is_on_the_agenda(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        heat = topic(session, world, guests=["Gedeputeerde"])
        item = agenda_actions.add_topic(session, meeting, heat, by, START)
        guest = next(a for a in meeting.attendees if a.person_id == world.people["Gedeputeerde"])
        assert guest.removed_at is None
        agenda_actions.remove_item(session, item, by, START)
        assert guest.removed_at is not None


def test_opening_stays_first_and_closing_last_wherever_an_item_is_moved(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        item = agenda_actions.add_topic(session, meeting, topic(session, world), by, START)
        agenda_moves.move_item(session, item, -5, by, START)
        assert titles(meeting)[:2] == ["Opening", "Warmterotonde"]
        agenda_moves.move_item(session, item, 99, by, START)
        assert titles(meeting)[-2:] == ["Warmterotonde", "Sluiting"]
        with pytest.raises(Conflict, match="item_belongs_on_every_agenda"):
            agenda_moves.move_item(session, meeting.items[0], 2, by, START)
        with pytest.raises(Conflict, match="item_belongs_on_every_agenda"):
            agenda_actions.remove_item(session, meeting.items[-1], by, START)


def test_a_dragged_order_is_saved_and_named_after_the_item_that_moved(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        for title in ("A", "B", "C"):
            agenda_actions.add_topic(session, meeting, topic(session, world, title), by, START)
        middle = meeting.items[1:-1]
        order = [middle[3].id, *(item.id for item in middle if item is not middle[3])]
        agenda_moves.reorder(session, meeting, order, by, START)
        assert titles(meeting) == ["Opening", "C", FIXED[1], "A", "B", "Rondvraag", "Sluiting"]
        step = last_step(session, meeting)
        assert step is not None
        assert (step.verb, step.about) == ("item_moved_up", "C")


def test_an_order_of_other_items_than_there_are_is_refused(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        ids = [item.id for item in meeting.items[1:-1]]
        for order in ([], ids[:1], [*ids, ids[0]], [*ids, 9999]):
            with pytest.raises(Conflict, match="agenda_changed_meanwhile"):
                agenda_moves.reorder(session, meeting, order, by, START)


def test_every_step_can_be_undone_in_turn_and_topics_are_free_or_planned_again(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        heat, student = topic(session, world), topic(session, world, "Studentenhuisvesting")
        states = [fingerprint(meeting.items)]
        agenda_actions.draft_agenda(session, meeting, by, START)
        states.append(fingerprint(meeting.items))
        agenda_moves.move_item(session, item_of(meeting, "Warmterotonde"), 3, by, START)
        states.append(fingerprint(meeting.items))
        agenda_actions.change_minutes(session, item_of(meeting, "Warmterotonde"), 45, by, START)
        states.append(fingerprint(meeting.items))
        agenda_actions.remove_item(session, item_of(meeting, "Warmterotonde"), by, START)
        assert state_of(heat) is TopicState.OPEN
        agenda_actions.add_free_item(session, meeting, "Welkom", 5, by, START)
        agenda_actions.undo(session, meeting, by, START)
        while states:
            agenda_actions.undo(session, meeting, by, START)
            assert fingerprint(meeting.items) == states.pop()
            if states:
                assert state_of(heat) is TopicState.PLANNED
        assert {state_of(heat), state_of(student)} == {TopicState.OPEN}
        with pytest.raises(Conflict, match="nothing_to_undo"):
            agenda_actions.undo(session, meeting, by, START)


def test_undo_is_refused_when_the_topic_went_to_another_meeting(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting, other = planned_meeting(session, world), planned_meeting(session, world)
        by = clerk(session, world)
        heat = topic(session, world)
        item = agenda_actions.add_topic(session, meeting, heat, by, START)
        agenda_actions.remove_item(session, item, by, START)
        agenda_actions.add_topic(session, other, heat, by, START)
        with pytest.raises(Conflict, match="topic_not_free"):
            agenda_actions.undo(session, meeting, by, START)


def test_undo_brings_an_item_back_though_its_number_was_given_away(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting, other = planned_meeting(session, world), planned_meeting(session, world)
        by = clerk(session, world)
        heat = topic(session, world)
        item = agenda_actions.add_topic(session, meeting, heat, by, START)
        agenda_actions.remove_item(session, item, by, START)
        agenda_actions.add_free_item(session, other, "Welkom", 5, by, START)
        agenda_actions.undo(session, meeting, by, START)
        assert titles(meeting)[2] == "Warmterotonde"
        agenda_actions.undo(session, meeting, by, START)
        assert titles(meeting) == FIXED
        assert titles(other)[2] == "Welkom"


def test_a_topic_stands_on_one_agenda_at_a_time(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting, other = planned_meeting(session, world), planned_meeting(session, world)
        by = clerk(session, world)
        heat = topic(session, world)
        agenda_actions.add_topic(session, meeting, heat, by, START)
        with pytest.raises(Conflict, match="topic_on_agenda_already"):
            agenda_actions.add_topic(session, meeting, heat, by, START)
        with pytest.raises(Conflict, match="topic_not_free"):
            agenda_actions.add_topic(session, other, heat, by, START)


def test_a_topic_of_another_body_is_not_there(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        foreign = topic(session, world, body_id=world.other_body_id)
        with pytest.raises(NotFound):
            agenda_actions.add_topic(session, meeting, foreign, clerk(session, world), START)


def test_the_second_of_two_editors_overwrites_nothing(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        item = agenda_actions.add_topic(session, meeting, topic(session, world), by, START)
        seen, version, step = fingerprint(meeting.items), item.version, last_step(session, meeting)
        secretary = world.by(session, "secretary")
        agenda_actions.change_minutes(session, item, 45, secretary, START, version)
        wanted = ItemText(title="Anders", minutes=10)
        with pytest.raises(Changed):
            agenda_actions.change_minutes(session, item, 10, by, START, version)
        with pytest.raises(Changed):
            agenda_actions.edit_item(session, item, wanted, by, START, version)
        with pytest.raises(Changed):
            agenda_actions.remove_item(session, item, by, START, version)
        for stale in (
            lambda: agenda_moves.move_item(session, item, 1, by, START, seen),
            lambda: agenda_actions.draft_agenda(session, meeting, by, START, seen),
            lambda: agenda_final.finalise(session, meeting, by, START, seen),
            lambda: agenda_actions.undo(session, meeting, by, START, step.id if step else 0),
        ):
            with pytest.raises(Conflict, match="agenda_changed_meanwhile"):
                stale()
        assert item.minutes == 45


@pytest.mark.parametrize("who", ["Wethouder Leiden 1", "reader", "administrator"])
def test_only_secretary_and_clerk_change_an_agenda(runtime: Runtime, world: World, who: str) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        with pytest.raises(Forbidden):
            agenda_actions.draft_agenda(session, meeting, world.by(session, who), START)


@pytest.mark.parametrize("who", ["outsider", "stranger"])
def test_for_who_is_not_of_this_body_the_meeting_does_not_exist(
    runtime: Runtime, world: World, who: str
) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        with pytest.raises(NotFound):
            agenda_actions.draft_agenda(session, meeting, world.by(session, who), START)


def test_an_item_needs_a_title_and_a_sensible_time(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        for title, minutes in (("", 5), (" ", 5), ("Welkom", -1), ("Welkom", 481)):
            with pytest.raises(Invalid):
                agenda_actions.add_free_item(session, meeting, title, minutes, by, START)
        with pytest.raises(Invalid, match="lead_not_invited"):
            wanted = ItemText(title="Opening", minutes=5, lead_id=world.people["stranger"])
            agenda_actions.edit_item(session, meeting.items[0], wanted, by, START)


def test_an_agenda_is_not_final_while_a_decision_has_no_lead_or_words(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(
            session, world, starts_at=None, window_from=date(2019, 1, 1), window_until=date(2019, 3, 31)
        )
        by = clerk(session, world)
        agenda_actions.add_topic(
            session, meeting, topic(session, world, purpose=Purpose.DECIDE, minutes=110), by, START
        )
        with pytest.raises(AgendaNotReady) as refused:
            agenda_final.finalise(session, meeting, by, START)
        assert [found.code for found in refused.value.unready] == [
            "no_date",
            "too_long",
            "lead_missing",
            "decision_missing",
        ]
        assert refused.value.unready[1].minutes == 10
        assert meeting.agenda_final_at is None


def final_meeting(session: Session, world: World) -> Meeting:
    meeting = planned_meeting(session, world)
    agenda_actions.draft_agenda(session, meeting, clerk(session, world), START)
    agenda_final.finalise(session, meeting, clerk(session, world), START)
    return meeting


def test_a_final_agenda_raises_the_agenda_revision_and_stands_still_until_reopened(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        topic(session, world)
        meeting = final_meeting(session, world)
        by = clerk(session, world)
        assert (meeting.agenda_final_at, meeting.agenda_revision, meeting.revision) == (START, 1, 0)
        item = item_of(meeting, "Warmterotonde")
        for change in (
            lambda: agenda_actions.change_minutes(session, item, 5, by, START),
            lambda: agenda_actions.undo(session, meeting, by, START),
            lambda: agenda_final.finalise(session, meeting, by, START),
        ):
            with pytest.raises(Conflict, match="agenda_is_final"):
                change()
        agenda_final.back_to_draft(session, meeting, by, START)
        agenda_actions.change_minutes(session, item, 25, by, START)
        agenda_final.finalise(session, meeting, by, START)
        assert meeting.agenda_revision == 2


def test_an_agenda_of_a_cancelled_or_closed_meeting_is_read_only(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by, secretary = clerk(session, world), world.by(session, "secretary")
        cancelled = planned_meeting(session, world)
        actions.cancel(session, cancelled, "Te weinig onderwerpen", None, secretary, START)
        closed = planned_meeting(session, world)
        closed.closed_at = AFTERWARDS
        for meeting in (cancelled, closed):
            for change in (agenda_actions.draft_agenda, agenda_actions.undo, agenda_final.back_to_draft):
                with pytest.raises(Conflict, match="not_possible_when"):
                    change(session, meeting, by, AFTERWARDS)


@pytest.mark.parametrize(
    "outcome, state",
    [
        (ItemOutcome.AGREED, TopicState.TREATED),
        (ItemOutcome.DECIDED, TopicState.TREATED),
        (ItemOutcome.NOTED, TopicState.TREATED),
        (ItemOutcome.DEFERRED, TopicState.DEFERRED),
        (ItemOutcome.WITHDRAWN, TopicState.OPEN),
    ],
)
def test_an_outcome_says_what_became_of_the_topic(
    runtime: Runtime, world: World, outcome: ItemOutcome, state: TopicState
) -> None:
    with runtime.work() as session:
        heat = topic(session, world)
        item = item_of(final_meeting(session, world), "Warmterotonde")
        by = clerk(session, world)
        with pytest.raises(Conflict, match="meeting_has_not_begun"):
            agenda_actions.record_outcome(session, item, outcome, "", by, START)
        agenda_actions.record_outcome(session, item, outcome, "x" * 5000, by, DURING)
        assert state_of(heat) is state
        with pytest.raises(Forbidden):
            agenda_actions.record_outcome(session, item, outcome, "", world.by(session, "reader"), DURING)


def test_what_has_an_outcome_is_neither_removed_nor_undone_nor_drafted_away(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        topic(session, world)
        meeting = final_meeting(session, world)
        by = clerk(session, world)
        item = item_of(meeting, "Warmterotonde")
        agenda_actions.record_outcome(session, item, ItemOutcome.DECIDED, "Akkoord", by, DURING)
        agenda_final.back_to_draft(session, meeting, by, DURING)
        with pytest.raises(Conflict, match="item_has_outcome"):
            agenda_actions.remove_item(session, item, by, DURING)
        with pytest.raises(Conflict, match="undo_would_lose_outcome"):
            agenda_actions.undo(session, meeting, by, DURING)
        agenda_actions.draft_agenda(session, meeting, by, DURING)
        assert "Warmterotonde" in titles(meeting)


def test_a_deferred_topic_comes_back_on_a_later_agenda_as_a_new_item(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        heat = topic(session, world)
        meeting = final_meeting(session, world)
        by = clerk(session, world)
        agenda_actions.record_outcome(
            session, item_of(meeting, "Warmterotonde"), ItemOutcome.DEFERRED, "", by, DURING
        )
        later = planned_meeting(session, world, starts_at=EVENING.replace(month=5))
        agenda_actions.draft_agenda(session, later, by, DURING)
        assert "Warmterotonde" in titles(later)
        assert (
            session.scalar(select(func.count()).select_from(AgendaItem).where(AgendaItem.topic_id == heat.id))
            == 2
        )


def test_each_change_stands_in_the_history(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        topic(session, world)
        meeting = final_meeting(session, world)
        by = clerk(session, world)
        agenda_final.back_to_draft(session, meeting, by, START)
        agenda_actions.change_minutes(session, item_of(meeting, "Warmterotonde"), 25, by, START)
        session.flush()
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.subject_kind == "meeting").order_by(AuditEntry.id)
        ).all()
        assert [entry.verb for entry in entries] == [
            "created",
            "agenda_drafted",
            "agenda_final",
            "agenda_reopened",
            "item_minutes",
        ]
        assert entries[-1].before == {"item_minutes": 20, "item": None}
        assert entries[-1].after == {"item_minutes": 25, "item": "Warmterotonde"}


def test_a_change_asks_as_many_queries_with_many_items_as_with_few(runtime: Runtime, world: World) -> None:
    counted: list[int] = []
    for size in (3, 15):
        with runtime.work() as session:
            meeting = planned_meeting(session, world, minutes=600)
            by = clerk(session, world)
            for number in range(size):
                topic(session, world, f"Onderwerp {size} {number}", guests=["Gedeputeerde"], needs=["wonen"])
            agenda_actions.draft_agenda(session, meeting, by, START)
            meeting_id = meeting.id
        with runtime.work() as session, Statements(runtime) as statements:
            meeting = session.get_one(Meeting, meeting_id)
            agenda_actions.change_minutes(session, meeting.items[3], 35, by, START)
        counted.append(statements.number)
    assert counted[0] == counted[1]


def test_turns_that_are_undone_leave_nothing_behind(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        agenda_actions.add_topic(session, meeting, topic(session, world), by, START)
        agenda_actions.undo(session, meeting, by, START)
        assert session.scalar(select(func.count()).select_from(Turn)) == 0
        assert session.scalar(select(func.count()).select_from(Topic)) == 1


def test_a_topics_history_tells_of_its_turns_and_by_whom(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting, by = planned_meeting(session, world), clerk(session, world)
        heat = topic(session, world)
        item = agenda_actions.add_topic(session, meeting, heat, by, START)
        agenda_actions.remove_item(session, item, by, START)
        agenda_actions.undo(session, meeting, by, START)
        actions.cancel(session, meeting, "Code rood", None, world.by(session, "secretary"), START)
        told = [(entry.verb, entry.actor_name) for entry in audit.history(session, "topic", heat.id)]
    assert told == [
        ("meeting_cancelled", "secretary"),
        ("planned", "clerk"),
        ("taken_off", "clerk"),
        ("planned", "clerk"),
    ]


def test_drafting_counts_on_what_an_earlier_meeting_treats(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting, by = planned_meeting(session, world), clerk(session, world)
        first = topic(session, world, "Eerst")
        topic(session, world, "Dan", predecessor_id=first.id)
        other = planned_meeting(session, world, starts_at=EVENING + timedelta(days=7))
        agenda_actions.add_topic(session, other, first, by, START)
        made = agenda_actions.draft_agenda(session, meeting, by, START)
        assert [(left.topic.title, left.why) for left in made.left_out if left.topic.title == "Dan"] == [
            ("Dan", Why.PREDECESSOR_UNTREATED)
        ]
        other.starts_at = EVENING - timedelta(days=7)
        made = agenda_actions.draft_agenda(session, meeting, by, START)
        assert "Dan" in [chosen.title for chosen in made.chosen]
