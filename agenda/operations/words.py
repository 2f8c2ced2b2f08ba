"""How the screens speak of jobs, queues and failures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from agenda.dates.calendar_words import FAILURES as CALENDARS
from agenda.invitations.push_words import FAILURES as PUSHES
from agenda.invitations.tray_words import MAILBOX
from agenda.operations.failures import Failure, Kind
from agenda.planner.run_words import FAILURES as SEARCHES
from agenda.publications.words import FAILURES as PAPERS

# By the names in worker.JOBS; one without words of its own shows its name.
JOBS: Mapping[str, Any] = {
    "tell": _l("Queue invitations and changes"),
    "remind": _l("Gather reminders"),
    "deliver": _l("Send letters"),
    "calendars": _l("Read busy calendars"),
    "push": _l("Write people's calendars"),
    "plan": _l("Search for fewer meetings"),
    "papers": _l("Make papers"),
    "mailbox": _l("Read the mailbox"),
    "inbox": _l("Deal with answers"),
    "texts": _l("Read the text of papers"),
    "search": _l("Keep the search up to date"),
    "retention": _l("Let go what is kept no longer"),
    "sweep": _l("Clear away failed uploads"),
}
QUEUES: Mapping[str, Any] = {
    "letters": _l("Letters to be sent"),
    "incoming": _l("Messages to be dealt with"),
    "papers": _l("Papers to be made"),
    "texts": _l("Papers of which the text is to be read"),
    "searches": _l("Searches for fewer meetings"),
    "calendars": _l("Busy calendars to be read"),
    "pushes": _l("Calendars to be written"),
}
KINDS: Mapping[Kind, Any] = {
    Kind.LETTER: _l("Letters"),
    Kind.MAILBOX: _l("Mailbox"),
    Kind.PAPER: _l("Papers"),
    Kind.TEXT: _l("Texts for the search"),
    Kind.SEARCH: _l("Searches for fewer meetings"),
    Kind.CALENDAR: _l("Busy calendars"),
    Kind.PUSH: _l("Calendars that are written"),
}
TEXTS: Mapping[str, Any] = {
    "locked": _l("The file opens only with a password: its words cannot be found."),
    "took_too_long": _l("Reading it took too long."),
    "too_much_memory": _l("Reading it took too much memory."),
    "unreadable": _l("The file is damaged, or not what it says it is."),
    "given_up": _l("The worker ended three times while it was reading this file."),
}
LETTERS: Mapping[str, Any] = {"expired": _l("It could not leave in time.")}
WHY: Mapping[Kind, Mapping[str, Any]] = {
    Kind.LETTER: LETTERS,
    Kind.MAILBOX: MAILBOX,
    Kind.PAPER: PAPERS,
    Kind.TEXT: TEXTS,
    Kind.SEARCH: SEARCHES,
    Kind.CALENDAR: CALENDARS,
    Kind.PUSH: PUSHES,
}
PROBLEMS: Mapping[str, Any] = {
    "failure_not_there": _l("This did not fail, or is being tried again already."),
    "reason_missing": _l("Say in a few words why this may be left as it is."),
}
VERBS: Mapping[str, Any] = {
    "failure_retried": _l("let it be tried again"),
    "failure_let_be": _l("left the failure as it is"),
}
FIELDS: Mapping[str, Any] = {"why": _l("Reason")}


def why_failed(failure: Failure) -> str:
    """Say why something failed; what a mail server said stays in its own words."""
    return str(WHY[failure.kind].get(failure.why, failure.why))
