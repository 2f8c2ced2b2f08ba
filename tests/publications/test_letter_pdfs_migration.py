"""That a paper can be a letter comes and goes without touching the other papers."""

from __future__ import annotations

from sqlalchemy import select, text

from agenda.core.database import Sessions
from agenda.publications import actions
from agenda.publications.model import Paper, PaperKind
from agenda.publications.papers import Wanted
from agenda.schema import downgrade, upgrade
from tests.meetings.planning import AFTER
from tests.publications.letters import agreed
from tests.world import World


def test_other_papers_stay_as_they_are(database_url: str, world: World) -> None:
    sessions = Sessions(database_url)
    with sessions.work() as session:
        letter = agreed(session, world)
        wanted = [Wanted(PaperKind.AGENDA, "nl", True)]
        (paper,) = actions.ask(session, letter.meeting, wanted, world.by(session, "clerk"), AFTER)
        kept = paper.id
        assert len(session.scalars(select(Paper)).all()) == 6
    downgrade(database_url, "0028")
    with sessions.read() as session:
        assert list(session.execute(text("SELECT id FROM paper")).scalars()) == [kept]
    upgrade(database_url)
    with sessions.read() as session:
        (found,) = session.scalars(select(Paper))
        assert (found.kind, found.copy_id) == (PaperKind.AGENDA, None)
    sessions.close()
