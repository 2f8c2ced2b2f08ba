"""The words for what came in: kinds, reasons, and what is odd about a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from agenda.invitations.tray_queries import Fate
from agenda.mail.understood import IncomingKind

Texts = Mapping[str, Any]

KINDS: Mapping[IncomingKind, Any] = {
    IncomingKind.REPLY: _l("Answer from a calendar"),
    IncomingKind.COUNTER: _l("Proposal of another time"),
    IncomingKind.REFRESH: _l("Asks for the invitation again"),
    IncomingKind.CALENDAR: _l("Calendar message"),
    IncomingKind.DELIVERY: _l("Delivery report"),
    IncomingKind.AUTOMATIC: _l("Automatic message"),
    IncomingKind.TEXT: _l("Message"),
    IncomingKind.UNREADABLE: _l("Could not be read"),
}
FATES: Mapping[Fate, Any] = {
    Fate.WAITING: _l("Waits for you"),
    Fate.HANDLED: _l("Handled by itself"),
    Fate.DONE: _l("Done"),
}
TONES: Mapping[Fate, str] = {Fate.WAITING: "warn", Fate.HANDLED: "neutral", Fate.DONE: "ok"}
# Why a message waits, or what was done with it by itself.
WHY: Texts = {
    "answered": _l("The answer has been recorded."),
    "older": _l(
        "This answers an earlier version of the meeting. It is kept and does not count for the new one."
    ),
    "superseded": _l("A later answer of this person was known already. This one is kept and does not count."),
    "no_longer_asked": _l("The meeting no longer takes place, is over, or this person is no longer invited."),
    "no_answer_yet": _l("The message says that there is no answer yet."),
    "changes_nothing": _l("The message asks something of our calendar. Such messages change nothing."),
    "proposed": _l("The proposal stands on the page of the meeting."),
    "sent_again": _l("The invitation was sent again."),
    "asked_too_often": _l("The invitation was sent again a short while ago; it is not sent once more."),
    "nothing_to_repeat": _l("There is no invitation to send again."),
    "automatic": _l("An automatic message, such as an absence notice. It changes nothing."),
    "delivery_failed": _l("A letter could not be delivered. The person is marked as out of reach."),
    "delivery_delayed": _l("A letter is delayed; the other mail server keeps trying."),
    "option_answered": _l("The answer to the option has been recorded in the date poll."),
    "stranger": _l(
        "Someone who is not invited answered: the invitation may have been forwarded. Nothing has changed."
    ),
    "delegate": _l("Someone else is to come in this person's place. Decide whether that is right."),
    "other_meeting": _l("The message is about another meeting than the address it was sent to."),
    "two_owners": _l(
        "The message was sent to the answer addresses of several people: whose it is, is unclear."
    ),
    "address_no_longer_valid": _l("The answer address is no longer valid; it was replaced by a newer one."),
    "no_token": _l("The message did not come to an answer address, so it is not certain whose it is."),
    "words": _l("Someone wrote something that a person must read."),
    "proposal_unclear": _l("Another time is proposed, but it is unclear which one, or it has passed."),
    "report_unknown": _l("A delivery report about a letter that we do not know. Nobody has been marked."),
    "nobody_known": _l("The sender is not known to us and the message is about no meeting of ours."),
    "could_not_be_handled": _l("Something went wrong on our side while handling this message."),
    "too_large": _l("The message is too large to be read. Only its beginning was kept."),
    "head_too_large": _l("The beginning of the message is too large to be read."),
    "too_many_parts": _l("The message has too many parts to be read."),
    "nested_too_deep": _l("The message is put together in a way that cannot be read."),
    "took_too_long": _l("Reading the message took too long."),
    "too_much_memory": _l("Reading the message took too much memory."),
    "empty": _l("The message is empty."),
    "not_a_calendar": _l("The message holds a calendar part that is none."),
    "no_event": _l("The calendar in the message holds no appointment."),
    "calendar_too_large": _l("The calendar in the message is too large to be read."),
}
UNREADABLE = _l("The message could not be read.")
FLAGS: Texts = {
    "other_address": _l("came from another address than the invitation was sent to"),
    "unverified": _l("our mail server could not establish who sent it"),
}
WARNINGS: Texts = {
    "several_senders": _l("The message names several senders."),
    "line_unreadable": _l("A line of the calendar could not be read and was left out."),
    "line_cut_off": _l("A very long line of the calendar was cut off."),
    "calendar_cut_off": _l("The end of the calendar is missing."),
    "two_methods": _l("The message contradicts itself on what it asks."),
    "no_method": _l("The calendar does not say what it asks."),
    "unknown_answer": _l("The answer is in words that calendars do not know."),
    "sequence_unreadable": _l("The version number could not be read."),
    "moment_unreadable": _l("A moment could not be read."),
    "unknown_time_zone": _l("The time zone is unknown; local time was assumed."),
    "proposal_unclear": _l("It is unclear which time is proposed."),
    "tnef": _l("The message came in Outlook's own format."),
}
PARTSTATS: Texts = {
    "ACCEPTED": _l("will come"),
    "DECLINED": _l("cannot come"),
    "TENTATIVE": _l("may come"),
    "DELEGATED": _l("sends someone else"),
    "NEEDS-ACTION": _l("no answer yet"),
}
# Of reading the mailbox, for who looks after it.
MAILBOX: Texts = {
    "no_connection": _l("The mail server cannot be reached."),
    "connection_lost": _l("The connection with the mail server was lost."),
    "not_authorised": _l("The mail server refuses the name or the password."),
    "no_such_mailbox": _l("The mailbox does not exist."),
    "certificate_refused": _l("The certificate of the mail server is not valid."),
}
VERBS: Texts = {
    "answer_recorded": _l("recorded the answer"),
    "newcomer_invited": _l("invited this person"),
    "put_away": _l("put the message away"),
    "put_back": _l("put the message back"),
}
FIELDS: Texts = {
    "person": _l("Person"),
    "answer": _l("Answer"),
    "instead_of": _l("In the place of"),
    "note": _l("What was done"),
}
PROBLEMS: Texts = {
    "message_dealt_with": _l("This message has been dealt with. Put it back first if that was wrong."),
    "sender_unknown": _l(
        "Nobody is known by the address %(address)s. An administrator can add this person first."
    ),
}
