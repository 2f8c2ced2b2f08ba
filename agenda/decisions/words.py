"""The decisions room's sentences."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

# What follows in a history the name of who did it, and what it was about.
VERBS = {
    "decision_recorded": _l("recorded a decision"),
    "decision_rewritten": _l("put a decision in other words"),
    "decision_removed": _l("removed a decision"),
    "promised": _l("recorded a promise to the councils"),
    "promise_kept": _l("marked a promise as kept"),
    "promise_reopened": _l("opened a promise again"),
}
FIELDS = {
    "decision": _l("Decision"),
    "commitment": _l("What was promised"),
    "promised_on": _l("Promised by"),
}

PROBLEMS = {
    "decision_empty": _l("Write down what was decided."),
    "commitment_empty": _l("Write down what was promised."),
    "commitment_kept": _l("This promise was marked as kept already."),
    "commitment_open": _l("This promise is open already."),
    "meeting_not_begun": _l("Outcomes can be recorded once the meeting has begun."),
    "meeting_closed": _l("This meeting is closed; nothing in it changes any more."),
    "meeting_cancelled": _l("This meeting was cancelled."),
}
