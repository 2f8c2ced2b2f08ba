"""The agenda of one meeting: what is put on it, in what order, and what came of it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from agenda.meetings.model import AgendaItem, ItemKind, Meeting

# An agenda is a Dutch paper, whatever the language of the screen it was made on.
FIXED_ITEMS = (
    (ItemKind.OPENING, "Opening", 5),
    (ItemKind.MINUTES, "Verslag van het vorige overleg", 5),
    (ItemKind.ANY_OTHER_BUSINESS, "Rondvraag", 5),
    (ItemKind.CLOSING, "Sluiting", 5),
)


def lay_out(session: Session, meeting: Meeting) -> None:
    """Put the items on the agenda that every meeting has; nothing when something is on it already."""
    if meeting.items:
        return
    for position, (kind, title, minutes) in enumerate(FIXED_ITEMS):
        meeting.items.append(AgendaItem(position=position, kind=kind, title=title, minutes=minutes))
    session.flush()
