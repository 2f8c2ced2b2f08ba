"""How the ledger speaks: its parts, and why something does not go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.mail.rules import State
from agenda.reminders.ledger import Entry, Part
from agenda.reminders.wishes import Rest, Why

Texts = Mapping[str, Any]

PARTS: Texts = {
    Part.COMING: _l("Will go"),
    Part.WENT: _l("Went"),
    Part.NOT: _l("Does not go"),
}
WHY: Texts = {
    Why.CAUSE_GONE: _l("settled before it left"),
    Why.OFF_BY_SECRETARY: _l("switched off by the secretary"),
    Why.SNOOZED: _l("put off by the reader"),
    Why.NOT_ABOUT_THIS: _l("the reader wants to hear no more of this"),
    Why.NOT_THIS_KIND: _l("the reader switched this kind off"),
    Why.IN_CALENDAR: _l("an alarm in the reader's calendar instead"),
}
# What became of the letter in which it went.
FATES: Texts = {
    State.WAITING: _l("the letter waits"),
    State.SENDING: _l("the letter is leaving"),
    State.HELD: _l("all letters are held"),
    State.SENT: _l("sent"),
    State.FAILED: _l("the letter could not be delivered"),
    State.EXPIRED: _l("given up: the letter could not leave"),
    State.DISCARDED: _l("the letter was discarded"),
    State.WITHDRAWN: _l("the letter was withdrawn"),
}
RESTS: Texts = {
    Rest.THREE_DAYS: _l("Remind me in three days"),
    Rest.NEXT_WEEK: _l("Remind me next Monday"),
    Rest.NEVER: _l("No more about this"),
    Rest.KIND: _l("Never this kind again"),
}
# What follows in a history the name of who did it, and what it was about.
VERBS = {
    "reminder_rests": _l("put a reminder to rest"),
    "reminder_wakes": _l("put a reminder back on"),
    "last_hears_no_more": _l("switched a reminder off of which nobody else hears"),
    "digest_hour": _l("chose another hour for the letter with reminders"),
    "leave_added": _l("added days without reminders"),
    "leave_ended": _l("took days without reminders away"),
    "alarm_chosen": _l("chose an alarm in the calendar"),
}
FIELDS = {
    "digest_hour": _l("Hour of the letter with reminders"),
    "leave": _l("Days without reminders"),
    "alarm": _l("Minutes before a meeting"),
    "until": _l("Until"),
}


def said_of(entry: Entry) -> str:
    """Say in a few words how a reminder stands."""
    if entry.part is Part.WENT:
        return f"{FATES[entry.fate]}" if entry.fate else str(_("the letter is no longer kept"))
    if entry.part is Part.NOT:
        return str(WHY[entry.why])
    if entry.no_address:
        return str(_("an earlier letter could not be delivered"))
    return str(_("waits for a day with letters")) if entry.waits else ""
