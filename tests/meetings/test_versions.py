"""A final agenda is kept, changes with a reason only, and keeps its numbers whatever happens at the table."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.audit import AuditEntry
from agenda.core.problems import Changed, Conflict, Forbidden, Invalid, Problem
from agenda.core.runtime import Runtime
from agenda.meetings import actions, agenda_actions, agenda_final, agenda_late, agenda_moves
from agenda.meetings.agenda_editing import ItemText
from agenda.meetings.agenda_late import Late
from agenda.meetings.agenda_steps import fingerprint, last_step
from agenda.meetings.deferrals import deferrals_of
from agenda.meetings.model import ItemOutcome, Meeting
from agenda.meetings.version_model import AgendaVersion
from agenda.meetings.version_queries import versions_of
from agenda.topics.model import TopicState
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
from tests.world import START, World

LATER = START + timedelta(hours=1)
URGENT = Late("De provincie besluit volgende week.", "Burgemeester Van der Ven, Zoë")


def final(session: Session, world: World, *subjects: str, confirmed: bool = True, **plan: object) -> Meeting:
    meeting = planned_meeting(session, world, **plan)
    by = clerk(session, world)
    for title in subjects or ("Warmterotonde", "Fietsroutes"):
        agenda_actions.add_topic(session, meeting, topic(session, world, title), by, START)
    agenda_final.finalise(session, meeting, by, START)
    if confirmed:
        actions.confirm(session, meeting, world.by(session, "secretary"), START)
    session.flush()
    return meeting


def numbered(meeting: Meeting) -> list[str]:
    return [f"{item.number} {item.title}" for item in meeting.items]


def versions(session: Session, meeting: Meeting) -> list[AgendaVersion]:
    query = select(AgendaVersion).where(AgendaVersion.meeting_id == meeting.id)
    return list(session.scalars(query.order_by(AgendaVersion.number)))


def test_a_final_agenda_is_numbered_and_kept_whole(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = final(session, world)
        (kept,) = versions(session, meeting)
        assert (kept.number, kept.made_by, kept.why) == (1, "clerk", "")
        assert [row["number"] for row in kept.facts["items"]] == ["1", "2", "3", "4", "5", "6"]
        assert kept.facts["items"][2]["title"] == "Warmterotonde"
        assert kept.facts["venue"] == "Gemeentehuis Zoeterwoude"
        assert meeting.agenda_revision == 1


def test_an_urgent_item_comes_on_a_final_agenda_with_reason_consent_and_a_number_of_its_own(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = final(session, world)
        by = clerk(session, world)
        heat = item_of(meeting, "Warmterotonde")
        urgent = topic(session, world, "Spoed", guests=["Gedeputeerde"])
        added = agenda_late.add_late_topic(
            session, meeting, urgent, Late(URGENT.why, URGENT.consent, heat.id), by, LATER
        )
        agenda_late.add_late_item(
            session, meeting, "Felicitatie", 5, Late("Vandaag.", "De voorzitter", heat.id), by, LATER
        )
        agenda_late.add_late_item(session, meeting, "Nog iets", 5, URGENT, by, LATER)
        assert numbered(meeting) == [
            "1 Opening",
            "2 Verslag van het vorige overleg",
            "3 Warmterotonde",
            "3a Spoed",
            "3b Felicitatie",
            "4 Fietsroutes",
            "4a Nog iets",
            "5 Rondvraag",
            "6 Sluiting",
        ]
        assert (added.late_at, added.late_why, added.late_consent) == (LATER, URGENT.why, URGENT.consent)
        kept = versions(session, meeting)
        assert [one.number for one in kept] == [1, 2, 3, 4]
        assert (kept[1].why, kept[1].consent) == (URGENT.why, URGENT.consent)
        assert len(kept[0].facts["items"]) == 6
        assert meeting.agenda_revision == 4
        assert any(who.person_id == world.people["Gedeputeerde"] for who in meeting.people)
        assert state_of(urgent) is TopicState.PLANNED


def test_a_change_after_final_needs_a_reason_and_an_addition_the_chair(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = final(session, world)
        by, heat = clerk(session, world), item_of(meeting, "Warmterotonde")
        for why, consent, code in (
            ("", "Zoë", "change_needs_reason"),
            ("x" * 2_001, "Zoë", "change_needs_reason"),
            ("Spoed", " ", "consent_missing"),
        ):
            with pytest.raises(Invalid, match=code):
                agenda_late.add_late_item(session, meeting, "Iets", 5, Late(why, consent), by, LATER)
        with pytest.raises(Invalid, match="change_needs_reason"):
            agenda_late.change_item(session, heat, ItemText("Anders", 20), " ", by, LATER)
        with pytest.raises(Invalid, match="change_needs_reason"):
            agenda_late.withdraw_item(session, heat, "", by, LATER)
        with pytest.raises(Forbidden):
            reader = world.by(session, "reader")
            agenda_late.withdraw_item(session, heat, "Zomaar", reader, LATER)
        with pytest.raises(Conflict, match="agenda_is_final"):
            agenda_actions.remove_item(session, heat, by, LATER)
        assert len(versions(session, meeting)) == 1
        draft = planned_meeting(session, world, starts_at=EVENING.replace(month=5))
        agenda_actions.lay_out(session, draft)
        with pytest.raises(Conflict, match="agenda_still_draft"):
            agenda_late.add_late_item(session, draft, "Iets", 5, URGENT, by, LATER)


def test_an_item_of_a_final_agenda_is_changed_with_long_texts_and_keeps_its_number(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = final(session, world)
        by, heat = clerk(session, world), item_of(meeting, "Warmterotonde")
        seen = heat.version
        wanted = ItemText("Warmterotonde: Zoë", 25, requested_decision="é" * 5_000)
        agenda_late.change_item(session, heat, wanted, "Nieuwe cijfers.", by, LATER, seen)
        assert (heat.number, heat.minutes) == ("3", 25)
        assert len(versions(session, meeting)) == 2
        # Saying the same once more makes no version, and who saw the former one is told.
        agenda_late.change_item(session, heat, wanted, "Nogmaals.", by, LATER)
        assert len(versions(session, meeting)) == 2
        with pytest.raises(Changed):
            agenda_late.change_item(session, heat, ItemText("Weg", 1), "Snel.", by, LATER, seen)


def test_a_withdrawn_item_keeps_its_number_takes_no_time_and_frees_its_topic_and_guests(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        heat = topic(session, world, "Warmterotonde", guests=["Gedeputeerde"])
        item = agenda_actions.add_topic(session, meeting, heat, by, START)
        agenda_final.finalise(session, meeting, by, START)
        actions.confirm(session, meeting, world.by(session, "secretary"), START)
        assert any(who.person_id == world.people["Gedeputeerde"] for who in meeting.people)
        agenda_late.withdraw_item(session, item, "De cijfers kloppen niet.", by, LATER)
        assert (item.number, item.minutes, item.outcome) == ("3", 0, ItemOutcome.WITHDRAWN)
        assert state_of(heat) is TopicState.OPEN
        assert not any(who.person_id == world.people["Gedeputeerde"] for who in meeting.people)
        with pytest.raises(Conflict, match="item_was_withdrawn"):
            agenda_actions.record_outcome(session, item, ItemOutcome.DECIDED, "", by, DURING)
        with pytest.raises(Conflict, match="item_has_outcome"):
            agenda_late.withdraw_item(session, item, "Nog eens", by, LATER)
        # It can come back after all, as a late item.
        back = agenda_late.add_late_topic(session, meeting, heat, URGENT, by, LATER)
        assert back.number == "3a"
        new, old = versions_of(session, meeting, by)[:2]
        assert [row["number"] for row in new.facts["items"]] == ["1", "2", "3", "3a", "4", "5"]
        assert old.facts["items"][2]["withdrawn_why"] == "De cijfers kloppen niet."
        with pytest.raises(Conflict, match="item_belongs_on_every_agenda"):
            agenda_late.withdraw_item(session, meeting.items[0], "Nee", by, LATER)


def test_a_final_agenda_is_a_draft_again_only_until_the_invitations_have_left(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = final(session, world, confirmed=False)
        by = clerk(session, world)
        agenda_final.back_to_draft(session, meeting, by, LATER)
        assert [item.number for item in meeting.items] == [""] * 6
        agenda_moves.move_item(session, item_of(meeting, "Fietsroutes"), 2, by, LATER)
        agenda_final.finalise(session, meeting, by, LATER)
        assert numbered(meeting)[2:4] == ["3 Fietsroutes", "4 Warmterotonde"]
        assert [one.why for one in versions(session, meeting)] == ["", "Opnieuw definitief gemaakt"]
        actions.confirm(session, meeting, world.by(session, "secretary"), LATER)
        with pytest.raises(Conflict, match="agenda_was_sent"):
            agenda_final.back_to_draft(session, meeting, by, LATER)


def test_numbers_stay_when_the_order_changes_at_the_table_and_that_is_undone(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = final(session, world)
        by, cycle = clerk(session, world), item_of(meeting, "Fietsroutes")
        with pytest.raises(Conflict, match="agenda_is_final"):
            agenda_moves.move_item(session, cycle, 2, by, LATER)
        agenda_moves.move_item(session, cycle, 2, by, DURING)
        assert numbered(meeting)[2:4] == ["4 Fietsroutes", "3 Warmterotonde"]
        assert len(versions(session, meeting)) == 1
        agenda_actions.undo(session, meeting, by, DURING)
        assert numbered(meeting)[2:4] == ["3 Warmterotonde", "4 Fietsroutes"]
        # What was done before the agenda was final is not undone any more.
        with pytest.raises(Conflict, match="agenda_is_final"):
            agenda_actions.undo(session, meeting, by, DURING)
        order = [item.id for item in meeting.items[1:-1]][::-1]
        agenda_moves.reorder(session, meeting, order, by, DURING, fingerprint(meeting.items))
        late = agenda_late.add_late_item(session, meeting, "Ter tafel", 5, URGENT, by, DURING)
        assert late.number == "2a"
        # The order before it does not hold the late item: it cannot come back.
        assert last_step(session, meeting) is None


def test_another_date_makes_another_version(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = final(session, world)
        secretary = world.by(session, "secretary")
        actions.set_date(session, meeting, EVENING + timedelta(days=7), 120, secretary, LATER)
        new, old = versions(session, meeting)[::-1]
        assert old.facts["starts_at"] != new.facts["starts_at"]
        assert new.why == "Tijd of plaats gewijzigd"


def test_an_agenda_that_was_final_before_versions_were_kept_gets_its_first_one_before_it_changes(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        by = clerk(session, world)
        agenda_actions.add_topic(session, meeting, topic(session, world), by, START)
        meeting.agenda_final_at = START
        agenda_late.add_late_item(session, meeting, "Spoed", 5, URGENT, by, LATER)
        assert numbered(meeting)[2:4] == ["3 Warmterotonde", "3a Spoed"]
        assert [(one.number, one.made_at, one.made_by) for one in versions(session, meeting)] == [
            (1, START, ""),
            (2, LATER, "clerk"),
        ]


def test_a_deferred_topic_comes_back_linked_and_counted_also_after_undoing(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        by, heat = clerk(session, world), topic(session, world)
        previous = None
        for month in (2, 3, 4):
            at = EVENING.replace(month=month)
            meeting = planned_meeting(session, world, starts_at=at)
            item = agenda_actions.add_topic(session, meeting, heat, by, START)
            assert item.deferred_from_id == (previous.id if previous else None)
            during = at + timedelta(minutes=30)
            if month < 4:
                agenda_actions.record_outcome(session, item, ItemOutcome.DEFERRED, "", by, during)
            previous = item
        found = deferrals_of(session, meeting.items)[item.id]
        assert (found.day, found.times) == (date(2019, 3, 14), 2)
        agenda_actions.remove_item(session, item, by, START)
        agenda_actions.undo(session, meeting, by, START)
        back = item_of(meeting, "Warmterotonde")
        assert deferrals_of(session, meeting.items)[back.id].times == 2


def test_each_version_stands_in_the_history(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = final(session, world)
        by = clerk(session, world)
        agenda_late.withdraw_item(session, item_of(meeting, "Fietsroutes"), "Dubbel.", by, LATER)
        session.flush()
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.subject_kind == "meeting").order_by(AuditEntry.id)
        ).all()
        assert [entry.verb for entry in entries][-3:] == ["confirmed", "item_withdrawn", "agenda_changed"]
        assert entries[-1].after == {"agenda_version": 2, "change_reason": "Dubbel."}


def at_once(runtime: Runtime, *changes: object) -> list[str]:
    """Let several people do something at the same moment; give what came of it for each."""
    gate, found = Barrier(len(changes)), ["" for _ in changes]

    def one(place: int, change: object) -> None:
        gate.wait()
        try:
            with runtime.work() as session:
                change(session)  # type: ignore[operator]
            found[place] = "done"
        except Problem as problem:
            found[place] = problem.code

    threads = [Thread(target=one, args=pair) for pair in enumerate(changes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def test_of_two_clerks_who_make_an_agenda_final_at_once_one_is_told(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        agenda_actions.add_topic(session, meeting, topic(session, world), clerk(session, world), START)
        key = meeting.id

    def finalise(session: Session) -> None:
        agenda_final.finalise(session, session.get_one(Meeting, key), clerk(session, world), START)

    assert at_once(runtime, finalise, finalise) == ["agenda_is_final", "done"]
    with runtime.read() as session:
        assert len(versions(session, session.get_one(Meeting, key))) == 1


def test_of_two_clerks_who_add_a_late_item_at_once_the_second_sees_the_first_one_first(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        meeting = final(session, world)
        key, seen = meeting.id, fingerprint(meeting.items)

    def add(title: str, known: str | None) -> object:
        def change(session: Session) -> None:
            meeting = session.get_one(Meeting, key)
            agenda_late.add_late_item(session, meeting, title, 5, URGENT, clerk(session, world), LATER, known)

        return change

    assert at_once(runtime, add("Een", seen), add("Twee", seen)) == ["agenda_changed_meanwhile", "done"]
    # Who does not say what they saw adds all the same, and no number is given twice.
    assert at_once(runtime, add("Drie", None), add("Vier", None)) == ["done", "done"]
    with runtime.read() as session:
        meeting = session.get_one(Meeting, key)
        assert [item.number for item in meeting.items] == ["1", "2", "3", "4", "4a", "4b", "4c", "5", "6"]
        assert [one.number for one in versions(session, meeting)] == [1, 2, 3, 4]


def test_a_closed_meeting_keeps_its_agenda(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting = final(session, world)
        by = clerk(session, world)
        meeting.closed_at = AFTERWARDS
        for change in (
            lambda: agenda_late.add_late_item(session, meeting, "x", 5, URGENT, by, AFTERWARDS),
            lambda: agenda_late.withdraw_item(session, meeting.items[2], "x", by, AFTERWARDS),
        ):
            with pytest.raises(Conflict, match="not_possible_when_closed"):
                change()
        assert len(titles(meeting)) == 6
