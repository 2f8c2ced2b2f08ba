"""A topic counts once, at its final outcome, however often it came to a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime
from agenda.meetings import actions, agenda_actions
from agenda.meetings.model import AgendaItem, ItemOutcome
from agenda.planner.burden_facts import facts_of
from agenda.planner.burden_rules import reckon
from agenda.topics.model import Topic, Turn, TurnResult
from tests.meetings.agenda_world import item_of, planned_meeting, topic
from tests.world import START, StandingClock, World

YEAR = (date(2019, 1, 1), date(2019, 12, 31))
MARCH = datetime(2019, 3, 14, 14, 30, tzinfo=UTC)


def test_a_topic_that_was_put_off_and_treated_after_all_is_settled_once(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        by, about = world.by(session, "secretary"), topic(session, world, created_at=START)
        first, second = planned_meeting(session, world), planned_meeting(session, world, starts_at=MARCH)
        for meeting, outcome in ((first, ItemOutcome.DEFERRED), (second, ItemOutcome.DECIDED)):
            assert meeting.starts_at is not None
            agenda_actions.add_topic(session, meeting, about, by, clock())
            actions.confirm(session, meeting, by, clock())
            clock.at = meeting.starts_at + timedelta(hours=3)
            agenda_actions.record_outcome(session, item_of(meeting, about.title), outcome, "", by, clock())
        # The minutes of the first meeting are mended afterwards: it was treated there as well.
        agenda_actions.record_outcome(
            session, item_of(first, about.title), ItemOutcome.NOTED, "", by, clock()
        )
        facts = facts_of(session, [world.body(session)], *YEAR, clock())
        found = reckon(facts.held, facts.settled)
    assert (found.treated, found.lead_days) == (1, (MARCH.date() - START.date()).days)
    assert found.deferrals == 0


def test_a_topic_is_not_settled_while_it_is_put_off(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        by, about = world.by(session, "secretary"), topic(session, world)
        meeting = planned_meeting(session, world)
        agenda_actions.add_topic(session, meeting, about, by, START)
        actions.confirm(session, meeting, by, START)
        clock.at = datetime(2019, 2, 14, 20, tzinfo=UTC)
        item = item_of(meeting, about.title)
        agenda_actions.record_outcome(session, item, ItemOutcome.DEFERRED, "", by, clock())
        facts = facts_of(session, [world.body(session)], *YEAR, clock())
        found = reckon(facts.held, facts.settled)
    assert (found.settled, found.deferrals) == (0, 1)


@dataclass(frozen=True)
class Story:
    """What became of a topic: its turns as (result, days after START), and when it was settled in writing."""

    turns: list[tuple[TurnResult | None, int]]
    in_writing: int | None
    withdrawn: bool


stories = st.builds(
    Story,
    st.lists(st.tuples(st.sampled_from([None, *TurnResult]), st.integers(0, 500)), max_size=4),
    st.one_of(st.none(), st.integers(0, 500)),
    st.booleans(),
)


def tell(session: Session, world: World, told: list[Story]) -> None:
    """Write these stories down, in place of all others."""
    for table in (AgendaItem, Turn, Topic):
        session.execute(delete(table))
    session.expire_all()
    for number, story in enumerate(told):
        made = topic(session, world, f"Onderwerp {number}", created_at=START)
        made.settled_in_writing_at = _after(story.in_writing)
        made.withdrawn_at = START if story.withdrawn else None
        for result, days in story.turns:
            concluded = _after(days) if result else None
            made.turns.append(Turn(planned_at=START, result=result, concluded_at=concluded))
        session.flush()


def _after(days: int | None) -> datetime | None:
    return None if days is None else START + timedelta(days=days)


def plainly(session: Session) -> list[tuple[date, bool]]:
    """Go through all rows one by one: the day and the way in which each topic was settled."""
    found = []
    for row in session.scalars(select(Topic)):
        if row.withdrawn_at is not None:
            continue
        if row.settled_in_writing_at is not None:
            found.append((row.settled_in_writing_at.date(), True))
            continue
        came = sorted(row.turns, key=lambda turn: turn.id)
        while came and came[-1].result is TurnResult.RELEASED:
            came.pop()
        if came and came[-1].result is TurnResult.TREATED and came[-1].concluded_at is not None:
            found.append((came[-1].concluded_at.date(), False))
    return sorted(one for one in found if YEAR[0] <= one[0] <= YEAR[1])


def test_whatever_happened_each_topic_counts_once_at_its_last_outcome(runtime: Runtime, world: World) -> None:
    @settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(stories, max_size=5))
    def each(told: list[Story]) -> None:
        with runtime.work() as session:
            tell(session, world, told)
            # START is nine in the morning in Amsterdam: the day there is the day in UTC.
            facts = facts_of(session, [world.body(session)], *YEAR, START)
            assert sorted((one.day, one.in_writing) for one in facts.settled) == plainly(session)
            assert reckon([], facts.settled).settled <= len(told)

    each()
