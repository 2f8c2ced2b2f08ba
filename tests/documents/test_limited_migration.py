"""The indexes of limited documents come and go without touching the documents."""

from __future__ import annotations

from sqlalchemy import inspect, select

from agenda.core.database import Sessions
from agenda.documents.model import Document
from agenda.schema import downgrade, upgrade
from tests.search.planting import document_of
from tests.world import START, World


def test_documents_stay_as_they_are(database_url: str, world: World) -> None:
    sessions = Sessions(database_url)

    def indexes() -> set[str | None]:
        return {index["name"] for index in inspect(sessions.engine).get_indexes("document")}

    added = {"ix_document_removed", "ix_document_limited"}
    with sessions.work() as session:
        document_of(session, world.body_id, "Besloten nota", "tekst", "closed")
        document_of(session, world.body_id, "Oude nota", "tekst").removed_at = START
    assert added <= indexes()
    downgrade(database_url, "0027")
    assert not added & indexes()
    upgrade(database_url)
    assert added <= indexes()
    with sessions.read() as session:
        kept = session.scalars(select(Document).order_by(Document.id))
        assert [(one.title, one.closed, one.removed_at) for one in kept] == [
            ("Besloten nota", True, None),
            ("Oude nota", False, START),
        ]
    sessions.close()
