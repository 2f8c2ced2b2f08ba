"""The words for letters: kinds, states, what was done to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from agenda.mail.rules import State

Texts = Mapping[str, Any]

STATES: Texts = {
    State.WAITING: _l("Waiting"),
    State.SENDING: _l("Being sent"),
    State.HELD: _l("Held"),
    State.SENT: _l("Sent"),
    State.FAILED: _l("Undeliverable"),
    State.EXPIRED: _l("Given up"),
    State.DISCARDED: _l("Discarded"),
}
TONES: Mapping[str, str] = {
    State.WAITING: "info",
    State.SENDING: "info",
    State.HELD: "warn",
    State.SENT: "ok",
    State.FAILED: "neg",
    State.EXPIRED: "neg",
    State.DISCARDED: "neutral",
}
KINDS: Texts = {
    "invitation": _l("Invitation"),
    "update": _l("Change"),
    "cancellation": _l("Cancellation"),
    "counter_declined": _l("Proposal declined"),
    "reminders": _l("Reminders"),
    "poll": _l("Date poll"),
    "poll_changed": _l("Date poll changed"),
    "poll_ended": _l("Date poll closed"),
    "poll_reminder": _l("Reminder of a date poll"),
    "poll_hold": _l("Option in the calendar"),
    "poll_hold_cancelled": _l("Option dropped"),
    "round": _l("Written round"),
    "round_changed": _l("Written round: another deadline"),
    "round_ended": _l("Written round ended"),
    "round_removed": _l("Written round: no longer asked"),
    "round_reminder": _l("Reminder of a written round"),
    "council_letter": _l("Council letter"),
    "sign_in": _l("Sign-in link"),
    "undeliverable": _l("Notice of an undeliverable letter"),
}
METHODS: Texts = {
    "REQUEST": _l("Puts the meeting in the calendar, or changes it there"),
    "DECLINECOUNTER": _l("Says that the meeting stays at its own time"),
    "CANCEL": _l("Takes the meeting out of the calendar"),
}
ANSWERS: Texts = {
    "NEEDS-ACTION": _l("not answered yet"),
    "ACCEPTED": _l("accepted"),
    "TENTATIVE": _l("maybe"),
    "DECLINED": _l("declined"),
}
HEADERS: Texts = {
    "From": _l("From"),
    "To": _l("To"),
    "Reply-To": _l("Answers go to"),
    "Subject": _l("Subject"),
    "Date": _l("Date"),
    "Message-ID": _l("Identifier"),
    "In-Reply-To": _l("Follows on"),
    "References": _l("Earlier letters"),
}
VERBS: Texts = {
    "retried": _l("let the letter go again"),
    "discarded": _l("discarded the letter"),
    "held": _l("held all outgoing letters"),
    "released": _l("let letters leave again"),
}
FIELDS: Texts = {
    "fate": _l("Outcome"),
    "attempts": _l("Attempts"),
    "due_at": _l("Next attempt"),
    "why": _l("Reason"),
}
PROBLEMS: Texts = {
    "letter_sent_already": _l("This letter was sent already."),
    "letter_settled_already": _l("The outcome of this letter is known already."),
    "letter_leaving": _l("This letter is being sent at this moment. Look again in a few minutes."),
    "nothing_is_held": _l("Nothing is held at this moment: letters leave as usual."),
    "reason_missing": _l("Say why these letters need not go."),
    "letter_too_late": _l("This letter is of no use any more: what it offers has ended."),
}
