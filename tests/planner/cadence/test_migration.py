"""The tables of rhythms come and go without touching what was there."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from agenda.core.database import Sessions
from agenda.people.model import Body
from agenda.planner.accepting_model import AcceptedChange
from agenda.planner.cadence_model import Cadence
from agenda.schema import downgrade, upgrade
from tests.planner.cadence.rhythm import with_rhythm
from tests.world import START, World


def test_an_upgrade_keeps_what_was_accepted_and_lets_bodies_have_a_rhythm(
    database_url: str, world: World
) -> None:
    downgrade(database_url, "0013")
    sessions = Sessions(database_url)
    with sessions.work() as session:
        session.execute(
            text(
                "INSERT INTO accepted_change"
                ' (accepted_at, actor_name, why, moves, cancelled, "left", undone_by, version)'
                " VALUES (:at, 'secretary', 'Te dun', '[]', '[[1, null]]', '{}', '', 1)"
            ),
            {"at": START.isoformat(sep=" ")},
        )
    upgrade(database_url)
    with sessions.work() as session:
        assert session.scalars(select(AcceptedChange)).one().freed == []
        with_rhythm(session, world)
    downgrade(database_url, "0013")
    with sessions.read() as session:
        assert session.scalars(select(Body.name).where(Body.id == world.body_id)).one()
        assert session.scalar(text("SELECT count(*) FROM accepted_change")) == 1
    upgrade(database_url)
    with sessions.read() as session:
        assert session.scalars(select(Cadence)).all() == []
    sessions.close()


def test_the_database_itself_allows_one_running_rhythm_a_body(sessions: Sessions, world: World) -> None:
    with sessions.work() as session:
        first = with_rhythm(session, world)
        facts = {name: getattr(first, name) for name in ("body_id", "rule", "starts", "minutes", "set_at")}
    with pytest.raises(IntegrityError), sessions.work() as session:
        session.add(Cadence(**facts, first_day=date(2019, 1, 1), set_by="secretary"))
