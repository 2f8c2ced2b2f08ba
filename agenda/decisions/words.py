"""The decisions room's sentences."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

PROBLEMS = {
    "decision_empty": _l("Write down what was decided."),
    "commitment_empty": _l("Write down what was promised."),
    "commitment_kept": _l("This promise was marked as kept already."),
    "meeting_not_begun": _l("Outcomes can be recorded once the meeting has begun."),
    "meeting_closed": _l("This meeting is closed; nothing in it changes any more."),
    "meeting_cancelled": _l("This meeting was cancelled."),
}
