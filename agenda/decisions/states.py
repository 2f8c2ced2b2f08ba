"""What the database is asked about decisions: where one stands, and who may see it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, case, exists, literal, or_
from sqlalchemy.orm import aliased

from agenda.core.actor import Actor
from agenda.decisions.model import Decision, DecisionKind, Ratification, RatificationResult, Rectification
from agenda.decisions.rules import Standing
from agenda.meetings.model import Meeting
from agenda.meetings.sight_queries import seen_by


def standing_in_sql() -> ColumnElement[str]:
    """Give the standing of each Decision as its word: the same rule as rules.standing_of."""
    # An alias: whoever selects ratifications beside this means one, and this all.
    one = aliased(Ratification)
    organs = exists().where(one.decision_id == Decision.id)
    refused = organs.where(one.result == RatificationResult.REFUSED)
    not_yet = organs.where(or_(one.result.is_(None), one.result != RatificationResult.RATIFIED))
    return case(
        (Decision.superseded_by_id.is_not(None), literal(Standing.SUPERSEDED.value)),
        (Decision.kind != DecisionKind.AGREEMENT, literal(Standing.IN_FORCE.value)),
        (refused, literal(Standing.REFUSED.value)),
        (or_(~organs, not_yet), literal(Standing.WAITING.value)),
        else_=literal(Standing.IN_FORCE.value),
    )


def is_rectified() -> ColumnElement[bool]:
    """Keep the Decisions whose words were corrected after their meeting was closed."""
    one = aliased(Rectification)
    return exists().where(one.decision_id == Decision.id)


def visible(by: Actor) -> ColumnElement[bool]:
    """Keep what this person may see of Decision joined to Meeting."""
    return seen_by(by, Meeting.body_id, Decision.agenda_item_id)
