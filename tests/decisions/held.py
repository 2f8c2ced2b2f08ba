"""A meeting that has been held, for the tests of what came out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from agenda.decisions.actions import record_decision
from agenda.decisions.model import Decision, DecisionKind
from agenda.meetings import actions as meetings
from agenda.meetings import agenda_actions
from agenda.meetings.model import AgendaItem, ItemOutcome, Meeting
from tests.meetings.planning import AFTER
from tests.world import World

# The civil day of the meeting, and that on which the tests look back on it.
MET_ON = date(2019, 2, 14)
# Long enough for colleges to have spoken.
LATER = AFTER + timedelta(days=21)
ODD = "Van der Ven, Zoë: «naïef» & <b>dik</b>"


@dataclass(frozen=True)
class Held:
    """A meeting that has been held, with two topics of which nothing came out yet."""

    id: int
    first: int
    second: int

    @property
    def url(self) -> str:
        return f"/meetings/{self.id}/outcomes"


def outcome(item: int, result: str, text: str = "", **more: str) -> dict[str, str]:
    given = {"outcome": result, "text": text, **more}
    return {f"item{item}-{name}": value for name, value in given.items()}


def decided(
    session: Session,
    world: World,
    held: Held,
    text: str = "Wij doen het samen.",
    kind: DecisionKind = DecisionKind.AGREEMENT,
    item_id: int | None = None,
) -> Decision:
    """Record a decision under the first item, or under another."""
    item = session.get_one(AgendaItem, item_id or held.first)
    by = world.by(session, "clerk")
    return record_decision(session, item.meeting, text, item, by, AFTER, kind=kind)


def close(session: Session, world: World, held: Held) -> Meeting:
    """Give each item an outcome and close the meeting."""
    by, meeting = world.by(session, "clerk"), session.get_one(Meeting, held.id)
    for item_id in (held.first, held.second):
        item = session.get_one(AgendaItem, item_id)
        if item.outcome is None:
            agenda_actions.record_outcome(session, item, ItemOutcome.DECIDED, "Akkoord.", by, AFTER)
    meetings.close(session, meeting, by, AFTER)
    return meeting
