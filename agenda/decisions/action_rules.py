"""Where an action item stands. Values in, values out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

SOON = timedelta(days=7)


class ActionState(StrEnum):
    """Where an action stands; derived, never stored."""

    OPEN = "open"
    SOON = "soon"
    LATE = "late"
    DONE = "done"
    DROPPED = "dropped"


OVER = (ActionState.DONE, ActionState.DROPPED)


class ActionFacts(Protocol):
    """What the state of an action follows from."""

    @property
    def due_on(self) -> date | None: ...
    @property
    def done_at(self) -> datetime | None: ...
    @property
    def dropped_at(self) -> datetime | None: ...


def state_of(action: ActionFacts, today: date) -> ActionState:
    """Tell where an action stands today: late from the day after its last day."""
    if action.dropped_at is not None:
        return ActionState.DROPPED
    if action.done_at is not None:
        return ActionState.DONE
    if action.due_on is None:
        return ActionState.OPEN
    if action.due_on < today:
        return ActionState.LATE
    return ActionState.SOON if action.due_on - today <= SOON else ActionState.OPEN
