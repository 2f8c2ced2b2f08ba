"""What people must still do: actions that were given to them, and that come due."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core.clock import local_day
from agenda.core.text import one_line
from agenda.decisions.action_queries import is_open
from agenda.decisions.model import ActionItem
from agenda.reminders import rules
from agenda.reminders.rules import Occasion
from agenda.topics.sight import is_limited

# A letter names an action; its page has all of its words.
LONGEST = 120


def of_actions(session: Session) -> Iterator[Occasion]:
    """Give an occasion for each open action that has an owner: when it was given, and its last day."""
    query = (
        select(ActionItem)
        .options(joinedload(ActionItem.body), joinedload(ActionItem.item), joinedload(ActionItem.topic))
        .where(is_open(), ActionItem.owner_id.is_not(None))
        .order_by(ActionItem.id)
    )
    for action in session.scalars(query):
        if action.given_at is not None:
            yield _given(action)
        if action.due_on is not None:
            yield _due(action)


def words_of(action: ActionItem) -> str:
    """Give an action as a letter names it; "" where a letter may not, for letters can be read by others."""
    about = action.item or action.topic
    if about is not None and is_limited(about):
        return ""
    line = one_line(action.text)
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0] + " …"


def _given(action: ActionItem) -> Occasion:
    given_at = action.given_at or action.made_at
    return Occasion(
        kind=rules.ACTION_GIVEN,
        subject_kind="action",
        subject_id=action.id,
        body_id=action.body_id,
        zone=action.body.time_zone,
        day=local_day(given_at, action.body.time_zone),
        since=given_at,
        people=_owner(action),
        path=f"/actions/{action.id}",
        facts={"action": words_of(action), "due": action.due_on},
    )


def _due(action: ActionItem) -> Occasion:
    return Occasion(
        kind=rules.ACTION_DUE,
        subject_kind="action",
        subject_id=action.id,
        body_id=action.body_id,
        zone=action.body.time_zone,
        day=action.due_on or date.max,
        # Whoever took it over is not nagged about days that were somebody else's.
        since=action.given_at or action.made_at,
        people=_owner(action),
        path=f"/actions/{action.id}",
        facts={"action": words_of(action), "day": action.due_on},
    )


def _owner(action: ActionItem) -> frozenset[int]:
    return frozenset() if action.owner_id is None else frozenset({action.owner_id})
