"""The frame of an agenda: its opening, what comes before the topics, what after, and its closing. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from agenda.core.problems import Invalid
from agenda.meetings.agenda_editing import check_item
from agenda.meetings.model import AgendaItem, Beside, ItemKind
from agenda.topics.model import Purpose, Treatment
from agenda.topics.sight import is_limited

MOST_ITEMS = 25
ENDS = (ItemKind.OPENING, ItemKind.CLOSING)
# An agenda is a Dutch paper, whatever the language of the screen it was made on.
FIXED_ITEMS = (
    (ItemKind.OPENING, "Opening", 5),
    (ItemKind.MINUTES, "Verslag van het vorige overleg", 5),
    (ItemKind.ANY_OTHER_BUSINESS, "Rondvraag", 5),
    (ItemKind.CLOSING, "Sluiting", 5),
)


@dataclass(frozen=True)
class FrameItem:
    """An item that stands on an agenda before any topic does; `beside` tells on which side of them."""

    kind: ItemKind
    title: str
    minutes: int
    purpose: Purpose | None = None
    treatment: Treatment | None = None
    beside: Beside | None = None


USUAL_FRAME = tuple(FrameItem(*fixed) for fixed in FIXED_ITEMS)
_SIDES = {ItemKind.OPENING: Beside.BEFORE, ItemKind.MINUTES: Beside.BEFORE}


def sided(items: Iterable[FrameItem]) -> list[FrameItem]:
    """Give each item its side of the topics; the opening comes first and the closing last, once each."""
    placed = [replace(one, beside=one.beside or _SIDES.get(one.kind, Beside.AFTER)) for one in items]
    ends = [
        next((one for one in placed if one.kind is kind), None)
        or next(one for one in USUAL_FRAME if one.kind is kind)
        for kind in ENDS
    ]
    inner = [one for one in placed if one.kind not in ENDS]
    return [
        replace(ends[0], beside=Beside.BEFORE),
        *(one for one in inner if one.beside is Beside.BEFORE),
        *(one for one in inner if one.beside is Beside.AFTER),
        replace(ends[1], beside=Beside.AFTER),
    ]


def moved(items: Sequence[FrameItem], place: int, step: int) -> list[FrameItem]:
    """Move an item one place up (-1) or down (1); at the edge of a side it crosses the topics.

    The opening stays first and the closing last: what cannot move gives the same list.
    """
    rows = list(items)
    if not 0 < place < len(rows) - 1 or rows[place].kind in ENDS:
        return rows
    one, other = rows[place], rows[place + step]
    across = Beside.AFTER if step > 0 else Beside.BEFORE
    if one.beside is not across and (other.beside is not one.beside or other.kind in ENDS):
        rows[place] = replace(one, beside=across)
    elif other.kind not in ENDS:
        rows[place], rows[place + step] = other, one
    return rows


def frame_of(items: Sequence[AgendaItem]) -> list[FrameItem]:
    """Give the frame of an agenda that exists: all that is no topic, on the side where it stood.

    What came late, was withdrawn, is limited, or was deferred to this agenda was of that meeting alone.
    """
    topics = [place for place, item in enumerate(items) if item.topic_id is not None]
    return sided(
        FrameItem(
            item.kind,
            item.title,
            item.minutes,
            item.purpose,
            item.treatment,
            (Beside.BEFORE if place < topics[0] else Beside.AFTER) if topics else item.beside,
        )
        for place, item in enumerate(items)
        if item.topic_id is None and not _was_of_one_meeting(item)
    )


def _was_of_one_meeting(item: AgendaItem) -> bool:
    if item.kind in ENDS:
        return False
    once = item.late_at is not None or item.withdrawn_at is not None or item.deferred_from_id is not None
    return once or is_limited(item)


def check_frame(items: Sequence[FrameItem]) -> None:
    """Raise Invalid for an item without title, of an impossible length, or for too many items."""
    if len(items) > MOST_ITEMS:
        raise Invalid("template_too_long", most=MOST_ITEMS)
    for one in items:
        check_item(one.title, one.minutes)


def as_rows(items: Iterable[FrameItem]) -> list[dict[str, Any]]:
    """Write items down as JSON can hold them."""
    return [asdict(one) for one in items]


def from_rows(rows: Iterable[Mapping[str, Any]]) -> list[FrameItem]:
    """Read items as they were written down, or as a form holds them."""
    return [
        FrameItem(
            kind=ItemKind(row["kind"]),
            title=row["title"] or "",
            minutes=row["minutes"] or 0,
            purpose=Purpose(row["purpose"]) if row["purpose"] else None,
            treatment=Treatment(row["treatment"]) if row["treatment"] else None,
            beside=Beside(row["beside"]) if row["beside"] else None,
        )
        for row in rows
    ]
