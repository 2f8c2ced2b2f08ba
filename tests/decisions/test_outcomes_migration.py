"""The columns of outcomes come and go without touching what was recorded."""

from __future__ import annotations

from sqlalchemy import select, text

from agenda.core.database import Sessions
from agenda.decisions.model import Decision, Reservation
from agenda.meetings.model import AgendaItem, ItemKind, Meeting
from agenda.schema import downgrade, upgrade
from tests.world import START, World


def test_decisions_that_were_there_are_found_by_their_words(database_url: str, world: World) -> None:
    sessions = Sessions(database_url)
    with sessions.work() as session:
        item = AgendaItem(position=0, kind=ItemKind.TOPIC, title="Punt", minutes=5)
        meeting = Meeting(
            body_id=world.body_id,
            title="Overleg",
            starts_at=START,
            minutes=60,
            time_zone="Europe/Amsterdam",
            created_at=START,
            items=[item],
        )
        session.add(meeting)
        session.add(Decision(meeting=meeting, item=item, position=1, text="Één WARMTENET", recorded_at=START))
        session.add(
            Reservation(
                item=item, organisation_id=world.organisations["Leiden"], text="Geld.", recorded_at=START
            )
        )
    downgrade(database_url, "0016")
    with sessions.read() as session:
        assert session.scalar(text("SELECT text FROM decision")) == "Één WARMTENET"
    upgrade(database_url)
    with sessions.read() as session:
        kept = session.scalars(select(Decision)).one()
        assert (kept.searchable, kept.agenda_item_id) == ("een warmtenet", kept.item.id)
        assert session.scalars(select(Reservation)).one().version == 1
        assert kept.meeting.outcomes_left_at is None
    sessions.close()
