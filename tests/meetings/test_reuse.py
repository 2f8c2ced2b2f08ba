"""A meeting after the example of another, and what earlier meetings left unfinished."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.core.problems import Conflict, Forbidden, Invalid
from agenda.core.runtime import Runtime
from agenda.meetings import actions, agenda_actions, reuse_actions
from agenda.meetings import template_actions as templates
from agenda.meetings.agenda_steps import fingerprint, last_step
from agenda.meetings.deferrals import deferrals_of
from agenda.meetings.model import ItemKind, ItemOutcome, Meeting
from agenda.meetings.reuse_queries import unfinished
from agenda.meetings.template_rules import FrameItem
from agenda.topics.model import TopicState
from agenda.topics.rules import state_of
from tests.meetings.agenda_world import EVENING, clerk, item_of, planned_meeting, titles, topic
from tests.meetings.conftest import AsSomeone
from tests.world import START, StandingClock, World

MONTH = timedelta(days=28)
ODD = "Warmte & „net” van Van der Ven, Zoë"


def held(
    session: Session, world: World, by: By, *outcomes: tuple[str, ItemOutcome | None], after: int = 0
) -> tuple[Meeting, datetime]:
    """Hold a meeting, `after` months after Valentine's day, with an outcome for each free item."""
    meeting = planned_meeting(session, world, starts_at=EVENING + after * MONTH)
    now = EVENING + after * MONTH
    for title, _outcome in outcomes:
        agenda_actions.add_free_item(session, meeting, title, 10, by, START)
    actions.confirm(session, meeting, world.by(session, "secretary"), START)
    for title, outcome in outcomes:
        if outcome is not None:
            agenda_actions.record_outcome(
                session, item_of(meeting, title), outcome, "", by, now + timedelta(hours=1)
            )
    return meeting, now + timedelta(hours=3)


def defer(session: Session, meeting: Meeting, title: str, by: By) -> None:
    assert meeting.starts_at is not None
    at = meeting.starts_at + timedelta(hours=1)
    agenda_actions.record_outcome(session, item_of(meeting, title), ItemOutcome.DEFERRED, "Later.", by, at)


def named(session: Session, meeting: Meeting, by: By, now: datetime) -> list[tuple[str, bool]]:
    return [(one.item.title, one.free) for one in unfinished(session, meeting, by, now)]


def test_what_was_deferred_comes_over_in_one_step_linked_counted_and_undone(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        by = clerk(session, world)
        subject = topic(session, world, ODD)
        first = planned_meeting(session, world)
        agenda_actions.add_topic(session, first, subject, by, START)
        agenda_actions.add_free_item(session, first, "Rondleiding", 10, by, START)
        actions.confirm(session, first, world.by(session, "secretary"), START)
        for title in (ODD, "Rondleiding"):
            defer(session, first, title, by)
        now = EVENING + timedelta(hours=3)
        actions.close(session, first, by, now)
        second = planned_meeting(session, world, starts_at=EVENING + MONTH)
        found = unfinished(session, second, by, now)
        assert [(one.item.title, one.free) for one in found] == [(ODD, True), ("Rondleiding", True)]
        chosen = {one.item.id for one in found}
        assert reuse_actions.carry_over(session, second, chosen, by, now, fingerprint(second.items)) == 2
        assert titles(second)[2:4] == [ODD, "Rondleiding"]
        assert {item_of(second, title).deferred_from_id for title in (ODD, "Rondleiding")} == chosen
        assert state_of(subject) is TopicState.PLANNED
        assert unfinished(session, second, by, now) == []
        counted = deferrals_of(session, second.items)
        assert [one.times for one in counted.values()] == [1, 1]
        step = last_step(session, second)
        assert step is not None
        agenda_actions.undo(session, second, by, now, step.id)
        assert named(session, second, by, now) == [(ODD, True), ("Rondleiding", True)]
        assert state_of(subject) is TopicState.DEFERRED
        reuse_actions.carry_over(session, second, chosen, by, now)
        actions.confirm(session, second, world.by(session, "secretary"), now)
        for title in (ODD, "Rondleiding"):
            defer(session, second, title, by)
        later = now + MONTH
        third = planned_meeting(session, world, starts_at=EVENING + 2 * MONTH)
        again = unfinished(session, third, by, later)
        assert [one.deferral.times for one in again if one.deferral] == [2, 2]
        assert all(one.is_often_deferred for one in again)


def test_an_item_taken_off_and_brought_back_keeps_what_it_goes_on_from(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        by = clerk(session, world)
        _first, now = held(session, world, by, ("Rondleiding", ItemOutcome.DEFERRED))
        second = planned_meeting(session, world, starts_at=EVENING + MONTH)
        (one,) = unfinished(session, second, by, now)
        reuse_actions.carry_over(session, second, {one.item.id}, by, now)
        agenda_actions.remove_item(session, item_of(second, "Rondleiding"), by, now)
        assert len(unfinished(session, second, by, now)) == 1
        agenda_actions.undo(session, second, by, now)
        assert item_of(second, "Rondleiding").deferred_from_id == one.item.id


def test_what_was_finished_or_stands_elsewhere_is_not_offered(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by = clerk(session, world)
        frame = [FrameItem(ItemKind.TOPIC, "Mededelingen", 5)]
        usual = templates.add_template(session, world.body(session), "Gewoon", frame, by, START)
        templates.use_template(session, usual, by, START)
        first, now = held(session, world, by, ("Klaar", ItemOutcome.DECIDED), ("Open", None))
        second = planned_meeting(session, world, starts_at=EVENING + MONTH)
        # Without an outcome it waits; what is on every agenda comes back by itself.
        assert named(session, second, by, now) == [("Open", False)]
        with pytest.raises(Conflict, match="agenda_changed_meanwhile"):
            reuse_actions.carry_over(session, second, {item_of(first, "Open").id}, by, now)
        with pytest.raises(Invalid, match="nothing_chosen"):
            reuse_actions.carry_over(session, second, set(), by, now)
        assert named(session, second, by, START) == []
        defer(session, first, "Open", by)
        reuse_actions.carry_over(session, second, {item_of(first, "Open").id}, by, now)
        third = planned_meeting(session, world, starts_at=EVENING + 2 * MONTH)
        assert named(session, third, by, now) == []


def test_a_topic_without_outcome_waits_until_one_is_recorded(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by = clerk(session, world)
        first = planned_meeting(session, world)
        agenda_actions.add_topic(session, first, topic(session, world), by, START)
        actions.confirm(session, first, world.by(session, "secretary"), START)
        now = EVENING + timedelta(hours=3)
        second = planned_meeting(session, world, starts_at=EVENING + MONTH)
        assert named(session, second, by, now) == [("Warmterotonde", False)]
        defer(session, first, "Warmterotonde", by)
        assert named(session, second, by, now) == [("Warmterotonde", True)]


def test_only_who_drafts_takes_over_and_what_one_may_not_see_is_not_named(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        by = clerk(session, world)
        first, now = held(session, world, by, ("Personeelszaak", ItemOutcome.DEFERRED))
        item = item_of(first, "Personeelszaak")
        item.closed = True
        second = planned_meeting(session, world, starts_at=EVENING + MONTH)
        reader = world.by(session, "reader")
        assert unfinished(session, second, reader, now) == []
        for who in ("reader", "Wethouder Leiden 1"):
            with pytest.raises(Forbidden):
                reuse_actions.carry_over(session, second, {item.id}, world.by(session, who), now)
        reuse_actions.carry_over(session, second, {item.id}, by, now)
        assert item_of(second, "Personeelszaak").closed


def test_two_meetings_that_reach_for_the_same_item_do_not_both_get_it(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by = clerk(session, world)
        first, now = held(session, world, by, ("Rondleiding", ItemOutcome.DEFERRED))
        item_id = item_of(first, "Rondleiding").id
        places = [planned_meeting(session, world, starts_at=EVENING + n * MONTH).id for n in (1, 2)]
    met, outcomes = Barrier(2), []

    def reach(meeting_id: int) -> None:
        met.wait()
        try:
            with runtime.work() as session:
                meeting = session.get_one(Meeting, meeting_id)
                reuse_actions.carry_over(session, meeting, {item_id}, clerk(session, world), now)
            outcomes.append("taken")
        except Conflict as problem:
            outcomes.append(problem.code)

    threads = [Thread(target=reach, args=(place,)) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["agenda_changed_meanwhile", "taken"]


def test_the_panel_beside_the_agenda_takes_over_what_is_ticked(
    runtime: Runtime, world: World, clock: StandingClock, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        by = clerk(session, world)
        first, now = held(session, world, by, ("Rondleiding", ItemOutcome.DEFERRED), ("Vergeten", None))
        second = planned_meeting(session, world, starts_at=EVENING + MONTH)
        first_id, second_id, item_id = first.id, second.id, item_of(first, "Rondleiding").id
        seen = fingerprint(second.items)
    clock.wind(seconds=(now - START).total_seconds())
    browser = as_someone("clerk")
    address = f"/meetings/{second_id}/agenda"
    page = browser.get(address).text
    assert "Niet afgerond in het vorige overleg" in page
    assert f'id="unfinished-{item_id}"' in page
    assert f"/meetings/{first_id}/outcomes" in page
    assert browser.post(f"{address}/unfinished", data={"seen": seen}).status_code == 422
    assert browser.post(f"{address}/unfinished", data={"seen": "old", "item": item_id}).status_code == 409
    assert browser.post(f"{address}/unfinished", data={"seen": seen, "item": item_id}).status_code == 303
    page = browser.get(address).text
    assert "Ongedaan maken: niet afgeronde punten overgenomen" in page
    assert "aangehouden op 14 februari" in page
    # A second press, on the page as it was, takes nothing over twice.
    again = browser.post(f"{address}/unfinished", data={"seen": seen, "item": item_id})
    assert again.status_code == 409


def test_a_meeting_is_planned_after_the_example_of_another_through_the_usual_questions(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        by = clerk(session, world)
        first = planned_meeting(session, world, title="Werkoverleg", minutes=90)
        agenda_actions.add_free_item(session, first, "Mededelingen", 10, by, START)
        for title in (ODD, "Fietsroutes"):
            agenda_actions.add_topic(session, first, topic(session, world, title), by, START)
        actions.cancel(session, first, "Sneeuw", None, world.by(session, "secretary"), START)
        first_id, free = first.id, [item.topic_id for item in first.items if item.topic_id]
    browser = as_someone("secretary")
    assert f"copy={first_id}" in browser.get(f"/meetings/{first_id}").text
    address = f"/meetings/new?body={world.body_id}&copy={first_id}"
    page = browser.get(address).text
    assert 'value="Werkoverleg"' in page
    assert 'value="90"' in page
    assert "Fietsroutes" in page
    form = {
        "title": "Werkoverleg",
        "minutes": "90",
        "quarter": "2019Q2",
        "frame": "copy",
        "topics": [str(free[1])],
    }
    # Why another meeting is needed is asked here too: without an answer nothing is made.
    assert browser.post(address, data=form).status_code == 422
    told = {"ground": "cadence", "reason": "Elk kwartaal is er een overleg."}
    quarter = next(line for line in page.split("<option") if 'value="2019' in line)
    form["quarter"] = quarter.split('value="')[1].split('"')[0]
    made = browser.post(address, data=form | told)
    assert made.status_code == 303
    with runtime.read() as session:
        meeting = session.get_one(Meeting, int(made.headers["Location"].rsplit("/", 1)[1]))
        assert titles(meeting) == [
            "Opening",
            "Verslag van het vorige overleg",
            "Mededelingen",
            "Fietsroutes",
            "Rondvraag",
            "Sluiting",
        ]
        assert meeting.starts_at is None
        assert item_of(meeting, "Mededelingen").minutes == 10
    # Its topic is taken by now, and those of elsewhere were never offered.
    assert browser.post(address, data=form | told).status_code == 422
    assert browser.get(f"/meetings/new?body={world.body_id}&copy=99999").status_code == 404


def test_a_template_can_be_chosen_for_one_meeting(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        by = clerk(session, world)
        frame = [FrameItem(ItemKind.TOPIC, "Rondleiding", 30)]
        made = templates.add_template(session, world.body(session), "Werkbezoek", frame, by, START)
        chosen = f"template-{made.id}"
    browser = as_someone("secretary")
    address = f"/meetings/new?body={world.body_id}"
    assert "Werkbezoek" in browser.get(address).text
    form = {"title": "Bezoek", "minutes": "120", "day": "2019-03-07", "start": "10:00", "frame": chosen}
    form |= {"ground": "other", "reason": "De provincie ontvangt ons.", "quarter": ""}
    answer = browser.post(address, data=form)
    assert answer.status_code == 303
    with runtime.read() as session:
        meeting = session.get_one(Meeting, int(answer.headers["Location"].rsplit("/", 1)[1]))
        assert titles(meeting) == ["Opening", "Rondleiding", "Sluiting"]
