"""The sentences of noting at the table."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

VERBS = {"remarks_noted": _l("noted remarks with an item")}
FIELDS = {"remarks": _l("Remarks")}
PROBLEMS = {
    "hour_unreadable": _l("Write a time as 15:30."),
    "outcome_not_noted": _l("Choose what came out, then record it."),
    "nothing_comes_of_this_item": _l("Nothing is decided at the opening or the closing: note remarks only."),
    "decision_changed_elsewhere": _l(
        "The decision of this item was changed on the page of outcomes. Change it there; your notes are kept."
    ),
}
