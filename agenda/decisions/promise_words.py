"""The sentences of promises."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# What the list can be asked for, beside everything.
ASKED = {"open": _l("Open"), "late": _l("Too late"), "kept": _l("Kept")}
VERBS = {
    "promise_moved": _l("moved the day of a promise"),
    "promise_reworded": _l("put a promise in other words"),
}
FIELDS = {
    "commitment": _l("What was promised"),
    "promised_on": _l("Promised by"),
    "council": _l("To which council"),
    "kept_on": _l("Kept on"),
    "kept_how": _l("How"),
    "reason": _l("Reason"),
}
PROBLEMS = {
    "commitment_elsewhere": _l("Choose a meeting of this body, and an item of that meeting."),
    "council_without_seat": _l("Only the council of a member of this body can be chosen."),
    "kept_in_future": _l("That day is still to come."),
    "move_without_reason": _l("Give the reason: it stays visible beside both days."),
    "moved_to_same_day": _l("That is the day that was promised already."),
}
