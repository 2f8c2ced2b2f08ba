"""Whether an agenda can be final, and what is still missing. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agenda.meetings.model import AgendaItem, ItemKind
from agenda.meetings.timing import total
from agenda.topics.model import Purpose


class HasAgenda(Protocol):
    """A meeting, as far as its agenda is concerned."""

    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def minutes(self) -> int: ...
    @property
    def items(self) -> Sequence[AgendaItem]: ...


@dataclass(frozen=True)
class Unready:
    """One thing that is missing: of an item, or of the whole."""

    code: str
    item: AgendaItem | None = None
    minutes: int = 0


def ready_check(meeting: HasAgenda) -> list[Unready]:
    """List what is missing before the agenda can be final; empty when it is ready.

    There is a date, something to treat, all of it fits, and every item that asks for a decision has
    a lead and says which decision.
    """
    found = [] if meeting.starts_at is not None else [Unready("no_date")]
    if not any(item.kind is ItemKind.TOPIC for item in meeting.items):
        found.append(Unready("nothing_to_treat"))
    overrun = total(meeting.minutes, meeting.items).overrun
    if overrun:
        found.append(Unready("too_long", minutes=overrun))
    for item in meeting.items:
        if item.purpose is Purpose.DECIDE and item.lead_id is None:
            found.append(Unready("lead_missing", item))
        if item.purpose is Purpose.DECIDE and not item.requested_decision.strip():
            found.append(Unready("decision_missing", item))
    return found
