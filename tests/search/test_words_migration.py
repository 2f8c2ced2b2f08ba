"""The words of the search move into the row of their entry, and the version before goes on with them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from agenda.core.runtime import Runtime
from agenda.schema import downgrade, upgrade
from agenda.search.indexing import bring_up_to_date
from tests.search.planting import added, look_now
from tests.world import World

# As the version before wrote and read them.
KEPT_BEFORE = (
    "INSERT INTO search_words(id, title, words)"
    " VALUES (:id, to_tsvector('dutch', :words), to_tsvector('dutch', :words))"
)
FOUND_BEFORE = (
    "SELECT search_entry.id FROM search_entry JOIN search_words ON search_words.id = search_entry.id"
    " WHERE search_words.words @@ to_tsquery('dutch', :word)"
)


def test_what_was_findable_stays_findable_there_and_back(
    runtime: Runtime, world: World, database_url: str
) -> None:
    added(runtime, world, "Warmterotonde")
    bring_up_to_date(runtime)
    runtime.sessions.engine.dispose()
    downgrade(database_url, "0033")
    upgrade(database_url)
    assert look_now(runtime, world, "clerk", "warmterotonde").total == 1


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_version_before_goes_on_keeping_and_finding_words(runtime: Runtime, world: World) -> None:
    added(runtime, world, "Warmterotonde")
    bring_up_to_date(runtime)
    with runtime.work() as session:
        entry = session.execute(text(FOUND_BEFORE), {"word": "warmterotonde"}).scalar_one()
        session.execute(text("UPDATE search_entry SET words = NULL, title = NULL"))
        assert session.execute(text(FOUND_BEFORE), {"word": "warmterotonde"}).all() == []
        session.execute(text(KEPT_BEFORE), {"id": entry, "words": "Woningbouwopgave"})
        assert session.execute(text(FOUND_BEFORE), {"word": "woningbouwopgave"}).scalar_one() == entry
    assert look_now(runtime, world, "clerk", "woningbouwopgave").total == 1


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_words_go_with_their_entry(runtime: Runtime, world: World) -> None:
    added(runtime, world, "Warmterotonde")
    bring_up_to_date(runtime)
    with runtime.work() as session:
        session.execute(text("DELETE FROM search_entry"))
        assert session.execute(text(FOUND_BEFORE), {"word": "warmterotonde"}).all() == []
