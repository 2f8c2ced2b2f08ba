"""A body's terms keep what they asked when the time to ratify joins them, and when it goes."""

from __future__ import annotations

from sqlalchemy import select, text

from agenda.core.actor import System
from agenda.core.database import Sessions
from agenda.meetings.deadline_actions import set_terms
from agenda.meetings.deadline_model import BodyDeadlines
from agenda.meetings.deadline_queries import terms_of
from agenda.meetings.deadline_rules import USUAL, Terms
from agenda.people.model import Body
from agenda.schema import downgrade, upgrade
from tests.world import START, World


def test_a_body_with_terms_of_its_own_asks_six_weeks_from_then_on(database_url: str, world: World) -> None:
    sessions = Sessions(database_url)
    with sessions.work() as session:
        set_terms(session, world.body(session), Terms(21, 14, 1, 9, 90), None, System(), START)
    downgrade(database_url, "0026")
    with sessions.read() as session:
        assert session.scalar(text("SELECT decision_list_days_after FROM body_deadlines")) == 9
    upgrade(database_url)
    with sessions.read() as session:
        assert len(session.scalars(select(BodyDeadlines)).all()) == 1
        bodies = session.scalars(select(Body).where(Body.id.in_([world.body_id, world.other_body_id]))).all()
        assert terms_of(session, bodies) == {
            world.body_id: Terms(21, 14, 1, 9, 42),
            world.other_body_id: USUAL,
        }
    sessions.close()
