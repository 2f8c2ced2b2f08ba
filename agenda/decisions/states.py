"""What the database is asked about decisions: where one stands, and who may see it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select, true
from sqlalchemy.orm import aliased

from agenda.core.actor import Actor
from agenda.decisions.model import Decision, DecisionKind, Ratification, RatificationResult, Rectification
from agenda.decisions.rules import Standing
from agenda.meetings.model import AgendaItem, Meeting
from agenda.topics.model import TopicGuest


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
    """Keep what this person may see of Decision joined to Meeting and, outer, to AgendaItem.

    The same rule as meetings.sight.sees, for many meetings at once.
    """
    hidden = and_(AgendaItem.id.is_not(None), or_(AgendaItem.closed, AgendaItem.confidential))
    opens = [~hidden, _in_bodies(by, "see_confidential")]
    if by.person_id is not None:
        invited = select(TopicGuest.topic_id).where(TopicGuest.person_id == by.person_id)
        opens.append(AgendaItem.topic_id.in_(invited))
    return and_(_in_bodies(by, "see"), or_(*opens))


def _in_bodies(by: Actor, permission: str) -> ColumnElement[bool]:
    bodies = by.bodies(permission)
    return true() if bodies is None else Meeting.body_id.in_(bodies)
