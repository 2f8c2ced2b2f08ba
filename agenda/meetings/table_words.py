"""How the table is spoken of: refusals, and the history of what was noted there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from agenda.core import words

PROBLEMS: Mapping[str, Any] = {
    "table_not_open": _l("The table opens two hours before the meeting begins."),
    "table_moved_meanwhile": _l(
        "Someone else touched the clock just before you. Nothing was changed; this is how it stands now."
    ),
    "presence_changed_meanwhile": _l(
        "Someone else changed these times just before you. Nothing was changed; this is how they stand now."
    ),
    "member_is_in": _l("%(name)s is in the room: nobody comes in their place."),
    "left_before_arriving": _l("Someone can leave only after they came in. Check the times."),
    "presence_in_the_future": _l("This time has not come yet."),
    "presence_overlaps": _l("These times overlap: nobody is in the room twice."),
    "presence_too_often": _l("So often nobody comes and goes. Check the times."),
    "topic_has_gone_on": _l(
        "%(title)s has gone on since: it is on another agenda, in a written round, or withdrawn. "
        "Its outcome here stays."
    ),
    "item_was_on_table": _l(
        "%(title)s was on the table, or something was noted of it: it stays. Record it as withdrawn."
    ),
}
VERBS: Mapping[str, Any] = {
    "came_in": _l("noted who came in"),
    "went_out": _l("noted who left"),
    "presence_mended": _l("changed when somebody was there"),
    "kept_out": _l("noted who keeps out of an item"),
    "takes_part": _l("noted who takes part in an item after all"),
    "put_on_table": _l("put an item on the table"),
    "clock_stopped": _l("stopped the clock"),
    "clock_started": _l("started the clock"),
    "outcome_taken_back": _l("took an outcome back"),
}
FIELDS: Mapping[str, Any] = {
    "person": _l("Attendee"),
    "at": _l("At"),
    "number": _l("Item"),
    "presence": _l("There"),
}


def shown(name: str, value: Any, zone: str, language: str) -> str:
    """Write one kept value as a person reads it."""

    def clock(text: str) -> str:
        return words.clock(datetime.fromisoformat(text), ZoneInfo(zone), language)

    if name == "at":
        return clock(value)
    if name == "presence":
        return "; ".join(f"{clock(came)}–{clock(left) if left else ''}" for came, left in value)
    return str(value)
