"""What meetings cost and bring: reckoned by hand, by rule, and on screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core import audit
from agenda.core.problems import Conflict, Forbidden, Invalid
from agenda.core.runtime import Runtime
from agenda.decisions import actions as decisions
from agenda.meetings import actions, agenda_actions, attendance
from agenda.meetings.model import Answer, ItemOutcome
from agenda.meetings.rules import Quarter, quarter_of
from agenda.planner.burden_actions import Term, freeze_baseline, set_term
from agenda.planner.burden_facts import facts_of
from agenda.planner.burden_model import BodyTerm, BurdenBaseline
from agenda.planner.burden_queries import budget_left, cost_of, due_for_review
from agenda.planner.burden_rules import (
    Burden,
    Held,
    Seated,
    Settled,
    burden_of,
    by_quarter,
    chart,
    minutes_by_organisation,
    minutes_by_person,
    reckon,
)
from tests.meetings.agenda_world import item_of, planned_meeting, topic
from tests.world import START, StandingClock, World

EVERYONE = 17
Q1 = Quarter(2019, 1)


def held_meeting(runtime: Runtime, world: World, clock: StandingClock) -> None:
    """Hold a meeting on 14 February in Zoeterwoude: one decision, one topic deferred, one alderman absent."""
    with runtime.work() as session:
        by = world.by(session, "secretary")
        meeting = planned_meeting(session, world)
        meeting.host_id = world.organisations["Zoeterwoude"]
        for title in ("Warmterotonde", "Studentenhuisvesting"):
            agenda_actions.add_topic(session, meeting, topic(session, world, title, minutes=30), by, START)
        actions.confirm(session, meeting, by, START)
        absent = next(one for one in meeting.attendees if one.person_id == world.people["Wethouder Leiden 1"])
        attendance.answer(session, absent, Answer.DECLINED, "", START)
        clock.at = datetime(2019, 2, 14, 20, tzinfo=UTC)
        for title, outcome in (
            ("Warmterotonde", ItemOutcome.DECIDED),
            ("Studentenhuisvesting", ItemOutcome.DEFERRED),
        ):
            agenda_actions.record_outcome(session, item_of(meeting, title), outcome, "", by, clock())
        decisions.record_decision(session, meeting, "Wij doen het", None, by, clock())


def test_a_quarter_is_reckoned_as_by_hand(runtime: Runtime, world: World, clock: StandingClock) -> None:
    held_meeting(runtime, world, clock)
    with runtime.read() as session:
        body = world.body(session)
        facts = facts_of(session, [body], Q1.first_day, Q1.last_day, clock())
        found = reckon(facts.held, facts.settled)
    there = EVERYONE - 1
    # The four of Zoeterwoude, three of the college and the secretary, are at home; others travel 15 minutes.
    assert found == Burden(
        meetings=1,
        person_minutes=120 * there,
        travel_minutes=30 * (there - 4),
        minutes=120,
        topic_minutes=60,
        decisions=1,
        deferrals=1,
        treated=1,
        lead_days=(date(2019, 2, 14) - date(2018, 12, 18)).days,
    )
    assert (found.topic_share, found.written_share, found.lead_time) == (0.5, 0.0, 58.0)
    assert found.decisions_an_hour == pytest.approx(1 / (2 * there))


def test_a_meeting_ahead_is_planned_and_a_cancelled_one_is_nothing(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by = world.by(session, "secretary")
        planned_meeting(session, world)
        actions.cancel(session, planned_meeting(session, world), "Niet nodig.", None, by, START)
        body = world.body(session)
        facts = facts_of(session, [body], Q1.first_day, Q1.last_day, START)
        found = reckon(facts.held, facts.settled)
        assert (found.meetings, found.planned) == (0, 1)
        assert budget_left(session, body, Q1).used == 1
        assert cost_of(session, body, 90, Q1.first_day) == 90 * EVERYONE


def test_a_meeting_planned_for_a_quarter_takes_of_its_budget_before_it_has_a_date(
    runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        planned_meeting(session, world, starts_at=None, window_from=Q1.first_day, window_until=Q1.last_day)
        used = [budget_left(session, world.body(session), one).used for one in (Q1, Q1.next)]
    assert used == [1, 0]


def test_a_meeting_counts_on_its_local_day(runtime: Runtime, world: World) -> None:
    # Half past midnight in Amsterdam, still March in UTC.
    with runtime.work() as session:
        planned_meeting(session, world, starts_at=datetime(2019, 3, 31, 22, 30, tzinfo=UTC))
        body = world.body(session)
        quarters = (Q1, Q1.next)
        used = [budget_left(session, body, one).used for one in quarters]
        held = [len(facts_of(session, [body], one.first_day, one.last_day, START).held) for one in quarters]
        assert used == held == [0, 1]


def test_the_baseline_is_frozen_once_and_stays(runtime: Runtime, world: World, clock: StandingClock) -> None:
    held_meeting(runtime, world, clock)
    with runtime.work() as session, pytest.raises(Conflict, match="nothing_that_quarter"):
        early = Quarter(2018, 3)
        freeze_baseline(session, world.body(session), early, world.by(session, "secretary"), clock())
    with runtime.work() as session, pytest.raises(Conflict, match="quarter_not_over"):
        freeze_baseline(session, world.body(session), Q1, world.by(session, "secretary"), clock())
    clock.at = datetime(2019, 4, 1, 8, tzinfo=UTC)
    with runtime.work() as session:
        freeze_baseline(session, world.body(session), Q1, world.by(session, "secretary"), clock())
    with runtime.work() as session:
        found = session.get_one(BurdenBaseline, world.body_id)
        assert burden_of(found.figures).decisions == 1
        with pytest.raises(Conflict, match="baseline_frozen_already"):
            freeze_baseline(session, world.body(session), Q1, world.by(session, "secretary"), clock())


def test_budget_and_review_are_set_by_who_plans(runtime: Runtime, world: World) -> None:
    wanted = Term(4, date(2019, 1, 10), world.other_body_id, "")
    with runtime.work() as session:
        body = world.body(session)
        with pytest.raises(Forbidden):
            set_term(session, body, wanted, None, world.by(session, "clerk"), START)
        for wrong in (Term(-1, None, None, ""), Term(None, None, body.id, "")):
            with pytest.raises(Invalid):
                set_term(session, body, wrong, None, world.by(session, "secretary"), START)
        set_term(session, body, wanted, None, world.by(session, "secretary"), START)
        assert budget_left(session, body, Q1).left == 4
        assert [
            one.id for one, _term in due_for_review(session, None, date(2019, 1, 1), date(2019, 1, 31))
        ] == [body.id]
        assert session.get_one(BodyTerm, body.id).instead_of_id == world.other_body_id
    with runtime.work() as session:
        # One field alone is a change too, and stands in the history.
        body, by = world.body(session), world.by(session, "secretary")
        set_term(session, body, replace(wanted, instead_of_id=None), None, by, START)
        assert [entry.verb for entry in audit.history(session, "body", body.id)].count("term_set") == 2


def test_the_number_of_queries_does_not_grow(runtime: Runtime, world: World) -> None:
    asked: list[str] = []
    event.listen(runtime.sessions.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    counts = []
    for more in (1, 6):
        with runtime.work() as session:
            for _ in range(more):
                planned_meeting(session, world)
        with runtime.read() as session:
            body = world.body(session)
            asked.clear()
            facts_of(session, [body], Q1.first_day, Q1.last_day, START)
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_pages_show_the_quarter_to_each_what_is_theirs(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient
) -> None:
    held_meeting(runtime, world, clock)
    pages = {}
    for who in ("secretary", "Wethouder Oegstgeest 1"):
        with runtime.work() as session:
            token = begin(session, world.person(session, who), "a test", clock())
        client.set_cookie(session_cookie(runtime.config), token)
        pages[who] = client.get(f"/planner/burden/{world.body_id}?q=2019-1").text
        assert client.get("/planner/burden").status_code == 200
        assert client.get(f"/planner/burden/{world.body_id}.csv?q=2019-1").status_code == 200
    assert "Wethouder Voorschoten 1" in pages["secretary"]
    assert "Wethouder Voorschoten 1" not in pages["Wethouder Oegstgeest 1"]
    assert "Wethouder Oegstgeest 1" in pages["Wethouder Oegstgeest 1"]


seated = st.lists(st.builds(Seated, st.integers(1, 5), st.integers(1, 3), st.integers(0, 60)), max_size=6)
meetings = st.lists(
    st.builds(Held, st.just(1), st.dates(date(2016, 1, 1), date(2020, 12, 31)), st.integers(15, 240), seated),
    max_size=8,
)


@given(meetings)
def test_quarters_add_up_to_everything(held: list[Held]) -> None:
    assert sum(by_quarter(held, []).values(), Burden()) == reckon(held, [])
    assert set(by_quarter(held, [])) == {quarter_of(one.day) for one in held}


@given(meetings)
def test_people_and_organisations_have_the_same_minutes_together(held: list[Held]) -> None:
    total = reckon(held, [])
    whole = total.person_minutes + total.travel_minutes
    assert sum(minutes_by_person(held).values()) == sum(minutes_by_organisation(held).values()) == whole


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=8), st.integers(0, 30)
)
def test_no_bar_is_higher_than_the_chart(counts: list[tuple[int, int]], budget: int) -> None:
    found = chart([("", Burden(meetings=one, planned=two)) for one, two in counts], None, budget)
    assert all(bar.height + bar.planned_height <= 1.0001 for bar in found.bars)
    assert found.budget is not None
    assert found.budget.meetings == budget
    assert 0 <= found.budget.height <= 1


def test_lead_time_over_a_leap_day_counts_each_day() -> None:
    found = reckon([], [Settled(1, date(2020, 2, 28), date(2020, 3, 1), in_writing=True)])
    assert (found.lead_time, found.written_share) == (2.0, 1.0)


def test_without_anything_there_are_no_shares() -> None:
    nothing = reckon([], [])
    shares = (nothing.topic_share, nothing.decisions_an_hour, nothing.lead_time, nothing.written_share)
    assert shares == (None, None, None, None)


def test_freezing_shows_first_what_is_frozen_for_good(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient
) -> None:
    held_meeting(runtime, world, clock)
    clock.at = datetime(2019, 4, 1, 8, tzinfo=UTC)
    with runtime.work() as session:
        token = begin(session, world.person(session, "secretary"), "a test", clock())
    client.set_cookie(session_cookie(runtime.config), token)
    address = f"/planner/burden/{world.body_id}/baseline"
    assert f'href="{address}?q=2019-1"' in client.get(f"/planner/burden/{world.body_id}?q=2019-1").text
    asked = client.get(f"{address}?q=2019-1").text
    assert "32 uur" in asked
    assert "Dat is niet terug te draaien" in asked
    assert client.get(f"{address}?q=2019-2").status_code == 409
    assert client.get(f"{address}?q=nooit").status_code == 422
    with runtime.read() as session:
        assert session.get(BurdenBaseline, world.body_id) is None
    assert client.post(address, data={"quarter": "2019-1"}).status_code == 303
    page = client.get(f"/planner/burden/{world.body_id}?q=2019-2").text
    assert "De nulmeting is één overleg." in page
    assert "Stippellijn: de nulmeting, 1." in page
