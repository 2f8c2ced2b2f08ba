"""The side of an item and the templates come and go without touching the agendas."""

from __future__ import annotations

from sqlalchemy import select, text

from agenda.core.actor import System
from agenda.core.database import Sessions
from agenda.meetings import template_actions as actions
from agenda.meetings.model import AgendaItem, Beside, ItemKind, Meeting
from agenda.meetings.template_model import AgendaTemplate
from agenda.meetings.template_rules import USUAL_FRAME
from agenda.schema import downgrade, upgrade
from tests.world import START, World


def test_agendas_stay_as_they_are(database_url: str, world: World) -> None:
    sessions = Sessions(database_url)
    with sessions.work() as session:
        meeting = Meeting(
            body_id=world.body_id,
            title="Overleg",
            starts_at=START,
            minutes=60,
            time_zone="Europe/Amsterdam",
            created_at=START,
        )
        first = AgendaItem(position=0, kind=ItemKind.TOPIC, title="Punt", minutes=5, beside=Beside.BEFORE)
        meeting.items.append(first)
        session.add(meeting)
        session.flush()
        again = AgendaItem(position=1, kind=ItemKind.TOPIC, title="Weer", minutes=5)
        again.deferred_from_id = first.id
        meeting.items.append(again)
        actions.add_template(session, world.body(session), "Gewoon", USUAL_FRAME, System(), START)
    downgrade(database_url, "0023")
    with sessions.read() as session:
        titles = session.execute(text("SELECT title FROM agenda_item ORDER BY position")).scalars()
        assert list(titles) == ["Punt", "Weer"]
    upgrade(database_url)
    with sessions.read() as session:
        kept = session.scalars(select(AgendaItem).order_by(AgendaItem.position)).all()
        assert [(item.beside, item.deferred_from_id) for item in kept] == [(None, None), (None, kept[0].id)]
        assert session.scalars(select(AgendaTemplate)).all() == []
    sessions.close()
