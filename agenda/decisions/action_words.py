"""The sentences of action items."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from agenda.decisions.action_rules import ActionState

STATES = {
    ActionState.OPEN: _l("open"),
    ActionState.SOON: _l("soon"),
    ActionState.LATE: _l("too late"),
    ActionState.DONE: _l("done"),
    ActionState.DROPPED: _l("dropped"),
}
TONES = {
    ActionState.OPEN: "info",
    ActionState.SOON: "warn",
    ActionState.LATE: "neg",
    ActionState.DONE: "ok",
    ActionState.DROPPED: "neutral",
}
# What the list can be asked for.
ASKED = {
    "open": _l("Open"),
    "late": _l("Too late"),
    "done": _l("Done"),
    "dropped": _l("Dropped"),
    "all": _l("All"),
}
VERBS = {
    "action_added": _l("added an action"),
    "action_changed": _l("changed an action"),
    "action_handed_over": _l("handed an action over"),
    "action_done": _l("marked an action as done"),
    "action_dropped": _l("dropped an action"),
    "action_reopened": _l("opened an action again"),
}
FIELDS = {
    "action": _l("Action item"),
    "owner": _l("Owner"),
    "due_on": _l("Due"),
    "remark": _l("Remark"),
}
PROBLEMS = {
    "action_empty": _l("Write down what will be done."),
    "action_elsewhere": _l("Choose an item or a topic of this body."),
    "owner_not_in_body": _l("Choose somebody who belongs to this body."),
    "owner_unchanged": _l("Choose somebody else than who has it now."),
    "action_over": _l("This action is done or dropped already. Open it again first."),
    "action_open": _l("This action is open already."),
    "drop_without_reason": _l("Give the reason why it is dropped."),
}
