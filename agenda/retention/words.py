"""How the screens speak of what is kept, on what ground and for how long, and of erasing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agenda.retention.register import Ground
from agenda.retention.rules import Period, Unit

# By name: what it is called, what it is for and where it stands.
KINDS: Mapping[str, tuple[Any, Any]] = {
    "sign_in_links": (_l("Sign-in links"), _l("To sign in by mail; of a link only a hash is kept.")),
    "sign_ins": (_l("Sessions"), _l("In which browsers somebody is or was signed in.")),
    "letters": (
        _l("Contents and readers of letters that left"),
        _l("To look up what was written. That a letter went, and when, stays known."),
    ),
    "incoming": (
        _l("Contents and senders of incoming mail"),
        _l("Answers, proposals of another time and delivery reports that were dealt with."),
    ),
    "reminders": (
        _l("Ledger of reminders"),
        _l("So that no reminder goes twice; what would go again stays."),
    ),
    "busy_times": (
        _l("Busy times out of calendars"),
        _l("To find a date; counts from when the calendar was read last."),
    ),
    "ended_feeds": (
        _l("Contents of calendar links that ended"),
        _l("The link itself goes on being refused."),
    ),
    "poll_votes": (_l("Answers in date polls that closed"), _l("Who could come when, with their remarks.")),
    "answer_remarks": (
        _l("Remarks with answers to invitations"),
        _l("Such as why somebody could not come; the answer itself stays."),
    ),
    "table_notes": (
        _l("Notes at the table"),
        _l("Jottings of the clerk; what was decided stands elsewhere."),
    ),
    "agenda_steps": (_l("Steps of an agenda that can be undone"), _l("Drafts; final agendas stay.")),
    "packs": (_l("Personal meeting papers"), _l("Files made for one reader; they can be made again.")),
    "removed_papers": (
        _l("Documents that were removed"),
        _l("Only those that never were on an agenda and never under secrecy."),
    ),
    "planner_runs": (
        _l("Searches for fewer meetings"),
        _l("What an accepted change rests on stays."),
    ),
    "regional_days": (_l("Regional days that were not accepted"), _l("Plans that came to nothing.")),
    "baseline_people": (
        _l("Personal figures in baselines"),
        _l("What a quarter cost each person; the figures of the body stay."),
    ),
    "let_be": (_l("Failures that were left as they are"), _l("Who left them, and why.")),
    "trail": (_l("History of changes"), _l("Who changed what, from what into what, and when.")),
}
KEPT: Mapping[str, tuple[Any, Any]] = {
    "decisions": (
        _l("Decisions, agreements and what was ratified"),
        _l("With decision lists, reservations, action items and commitments."),
    ),
    "agendas": (_l("Meetings and final agendas"), _l("With who was invited and what they answered.")),
    "papers": (_l("Documents and outgoing papers"), _l("Of agendas, topics and meetings.")),
    "council_letters": (_l("Letters to the councils"), _l("As they were agreed and sent.")),
    "presence": (_l("Presence and who kept out of an item"), _l("Part of the account of a meeting.")),
    "topics": (_l("Topics and written rounds"), _l("With the answers on which they were settled.")),
    "people": (_l("People and their memberships"), _l("Until the person is erased, on request.")),
    "search": (_l("Words of the search"), _l("They go with the thing that they are of.")),
    "jobs": (_l("State of the service"), _l("One line a task, without personal data.")),
}
GROUNDS: Mapping[Ground, Any] = {
    Ground.ARCHIVE: _l("Archiefwet and selection list: kept until they go to an archive"),
    Ground.ACCOUNT: _l("Needed to give account"),
    Ground.PURPOSE: _l("AVG article 5(1)(e): no longer than needed"),
    Ground.AGAIN: _l("Can be made again"),
}
UNITS: Mapping[Unit, Any] = {Unit.DAYS: _l("days"), Unit.MONTHS: _l("months"), Unit.YEARS: _l("years")}
OUT_OF_BOUNDS = _l("For this kind choose a period from %(least)s to %(most)s.")
WHY_NOT: Mapping[str, Any] = {
    "erased_already": _l("This person was erased already."),
    "not_oneself": _l("You cannot erase yourself: another administrator must do that."),
    "administrator_first": _l("An administrator cannot be erased: take that role away first."),
    "hall_is_nobody": _l("This is the mailbox of a hall, and nobody."),
    "calendar_first": _l("Meetings stand in this person's own calendar: they must be taken out first."),
    "mails_wait": _l(
        "Mail that names this person waits to leave or to be dealt with: when that is done, erase again."
    ),
}
PROBLEMS: Mapping[str, Any] = {
    "period_out_of_bounds": _l("This period is too short or too long for this kind."),
    "name_differs": _l("This is not the name. Type it exactly as it stands above."),
    "book_is_closed": _l(
        "The register of erasures outside the database cannot be written. Nobody was erased: whoever runs "
        "the service must look at the folder of documents."
    ),
    **WHY_NOT,
}
VERBS: Mapping[str, Any] = {
    "retention_settled": _l("settled how long it is kept"),
    "erased": _l("erased the person"),
    "downloaded_person": _l("downloaded all that is kept about the person"),
}
FIELDS: Mapping[str, Any] = {"period": _l("Period"), "role": _l("Role")}


def said(period: Period | None) -> str:
    """Say how long: "1 year", "30 days"; "kept" without an end."""
    if period is None:
        return str(_l("kept until somebody says otherwise"))
    if period.unit is Unit.DAYS:
        return str(ngettext("one day", "%(num)d days", period.amount))
    if period.unit is Unit.MONTHS:
        return str(ngettext("one month", "%(num)d months", period.amount))
    return str(ngettext("one year", "%(num)d years", period.amount))
