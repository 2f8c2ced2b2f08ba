"""What a reader may see of the items of an agenda: all of them by number, some under a neutral title.

Two facts close an item to a reader: it is treated behind closed doors (besloten), or it is confidential.
Either leaves its number and its time as they are, so that everyone reads the same agenda.
"""

from __future__ import annotations

from dataclasses import dataclass

from agenda.core.actor import Actor, HasBodyId
from agenda.meetings.model import AgendaItem, Meeting
from agenda.topics.sight import is_limited

# An agenda is a Dutch paper, whatever the language of the screen.
NEUTRAL_TITLE = "Besloten agendapunt"


@dataclass(frozen=True)
class Sight:
    """What one reader may see of one meeting: everything, or what is open and the items named."""

    everything: bool = False
    items: frozenset[int] = frozenset()


# What anybody may read, such as what is sent to a council.
OPEN = Sight()


def sight_of(meeting: Meeting, by: Actor) -> Sight:
    """Give what this reader may see of a meeting: guests and leads see their own items."""
    if by.may("see_confidential", meeting.body):
        return Sight(everything=True)
    limited = [item for item in meeting.items if is_limited(item)]
    return Sight(items=frozenset(item.id for item in limited if is_own(item, by.person_id)))


def is_own(item: AgendaItem, person_id: int | None) -> bool:
    """Tell whether this person comes for the item as a guest, or prepares it."""
    if person_id is None:
        return False
    leads = {item.lead_id, item.topic.official_lead_id if item.topic else None}
    return person_id in leads or is_guest_of(item, person_id)


def is_guest_of(item: AgendaItem, person_id: int | None) -> bool:
    """Tell whether this person comes to the meeting for this item's topic."""
    if person_id is None or item.topic is None:
        return False
    return any(guest.person_id == person_id for guest in item.topic.guests)


def sees(item: AgendaItem, sight: Sight) -> bool:
    """Tell whether the item is shown as it is."""
    return sight.everything or item.id in sight.items or not is_limited(item)


def title_of(item: AgendaItem, sight: Sight) -> str:
    """Give the title as this reader reads it."""
    return item.title if sees(item, sight) else item.neutral_title or NEUTRAL_TITLE


def item_title(item: AgendaItem, body: HasBodyId, by: Actor) -> str:
    """Give an item's title as this reader reads it, without the meeting around it."""
    own = frozenset({item.id}) if is_limited(item) and is_own(item, by.person_id) else frozenset()
    return title_of(item, Sight(by.may("see_confidential", body), own))
