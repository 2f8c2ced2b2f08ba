"""A later decision takes the place of an earlier one; the earlier stays readable."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.problems import Conflict
from agenda.decisions import trail
from agenda.decisions.model import Decision
from agenda.decisions.rules import comes_before, reference_of


def supersede(session: Session, earlier: Decision, later: Decision, by: Actor, now: datetime) -> None:
    """Let a decision take the place of an earlier one of the same body.

    Raises Conflict where it is not earlier, or where another has taken its place already.
    """
    by.must("record", later.meeting.body)
    by.must("record", earlier.meeting.body)
    if earlier.meeting.body_id != later.meeting.body_id or not comes_before(earlier, later):
        raise Conflict("decision_not_earlier")
    if earlier.superseded_by_id is not None:
        raise Conflict("decision_superseded")
    earlier.superseded_by = later
    session.flush()
    session.expire(later, ["supersedes"])
    after = {"superseded_by": reference_of(later)}
    trail.tell(session, by, now, "decision_superseded", earlier, {}, after)
    trail.tell(session, by, now, "decision_supersedes", later, {}, {"supersedes": reference_of(earlier)})


def stand_again(
    session: Session, earlier: Decision, version: int | None, by: Actor, now: datetime
) -> Decision:
    """Undo that a decision was superseded; gives the one that had taken its place."""
    by.must("record", earlier.meeting.body)
    earlier.expect(version)
    later = earlier.superseded_by
    if later is None:
        raise Conflict("decision_stands")
    earlier.superseded_by = None
    session.flush()
    session.expire(later, ["supersedes"])
    before = {"superseded_by": reference_of(later)}
    trail.tell(session, by, now, "decision_stands_again", earlier, before, {})
    return later
