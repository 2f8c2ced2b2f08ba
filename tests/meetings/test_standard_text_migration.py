"""The standard texts come and go without touching what was there."""

from __future__ import annotations

from sqlalchemy import inspect, select, text

from agenda.core.actor import System
from agenda.core.database import Sessions, engine_for_migrations
from agenda.meetings import standard_text_actions, template_actions
from agenda.meetings.standard_text_model import StandardText
from agenda.meetings.template_model import AgendaTemplate
from agenda.meetings.template_rules import USUAL_FRAME
from agenda.schema import downgrade, upgrade
from tests.world import START, World


def test_what_a_body_has_stays_and_texts_can_be_kept_again(database_url: str, world: World) -> None:
    sessions = Sessions(database_url)
    with sessions.work() as session:
        body = world.body(session)
        template_actions.add_template(session, body, "Gewoon", USUAL_FRAME, System(), START)
        standard_text_actions.add_usual_texts(session, body, System(), START)
    downgrade(database_url, "0025")
    engine = engine_for_migrations(database_url)
    with engine.connect() as connection:
        assert not inspect(connection).has_table("standard_text")
        assert connection.execute(text("SELECT name FROM agenda_template")).scalars().all() == ["Gewoon"]
    engine.dispose()
    upgrade(database_url)
    with sessions.work() as session:
        assert session.scalars(select(StandardText)).all() == []
        assert [one.name for one in session.scalars(select(AgendaTemplate))] == ["Gewoon"]
        kept = standard_text_actions.add_usual_texts(session, world.body(session), System(), START)
        assert [one.position for one in kept] == list(range(len(kept)))
    sessions.close()
