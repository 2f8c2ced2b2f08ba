"""How meetings are spoken of on screen: labels, windows, and the sentences of the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.core import words
from agenda.core.audit import AuditEntry
from agenda.meetings import agenda_words, table_words
from agenda.meetings.model import Answer, AttendeeRole, ItemOutcome, Meeting, MeetingState
from agenda.meetings.planning_reason import Ground
from agenda.meetings.rules import Quarter, exact_quarter
from agenda.topics.words import PURPOSES, TREATMENTS
from agenda.web.history import Line, lines

Texts = Mapping[str, Any]

STATES: Mapping[MeetingState, Any] = {
    MeetingState.DRAFT: _l("Draft"),
    MeetingState.DATED: _l("Tentative"),
    MeetingState.CONFIRMED: _l("Confirmed"),
    MeetingState.HELD: _l("Held"),
    MeetingState.CLOSED: _l("Closed"),
    MeetingState.CANCELLED: _l("Cancelled"),
}
TONES: Mapping[MeetingState, str] = {
    MeetingState.DRAFT: "neutral",
    MeetingState.DATED: "info",
    MeetingState.CONFIRMED: "ok",
    MeetingState.HELD: "warn",
    MeetingState.CLOSED: "neutral",
    MeetingState.CANCELLED: "neg",
}
GROUNDS: Mapping[Ground, Any] = {
    Ground.DEADLINE: _l("A deadline falls before the next meeting"),
    Ground.NO_ROOM: _l("The planned meetings have no room"),
    Ground.OTHER_PEOPLE: _l("Other people are needed"),
    Ground.CADENCE: _l("It belongs to the usual rhythm"),
    Ground.FEWER: _l("It takes the place of other meetings"),
    Ground.OTHER: _l("Another reason"),
}
ROLES: Mapping[AttendeeRole, Any] = {
    AttendeeRole.MEMBER: _l("Member"),
    AttendeeRole.SECRETARIAT: _l("Secretariat"),
    AttendeeRole.GUEST: _l("Guest"),
    AttendeeRole.ROOM: _l("Hall"),
}
ANSWERS: Mapping[Answer, Any] = {
    Answer.NEEDS_ACTION: _l("No answer yet"),
    Answer.ACCEPTED: _l("Will come"),
    Answer.DECLINED: _l("Cannot come"),
    Answer.TENTATIVE: _l("Perhaps"),
}
ANSWER_TONES: Mapping[Answer, str] = {
    Answer.NEEDS_ACTION: "neutral",
    Answer.ACCEPTED: "ok",
    Answer.DECLINED: "neg",
    Answer.TENTATIVE: "warn",
}
OUTCOMES: Mapping[ItemOutcome, Any] = {
    ItemOutcome.AGREED: _l("Agreed"),
    ItemOutcome.DECIDED: _l("Decided"),
    ItemOutcome.NOTED: _l("Noted"),
    ItemOutcome.DEFERRED: _l("Deferred"),
    ItemOutcome.WITHDRAWN: _l("Withdrawn"),
    ItemOutcome.REFERRED: _l("Referred to a written round"),
}
OUTCOME_TONES: Mapping[ItemOutcome, str] = {
    ItemOutcome.AGREED: "ok",
    ItemOutcome.DECIDED: "ok",
    ItemOutcome.NOTED: "ok",
    ItemOutcome.DEFERRED: "warn",
    ItemOutcome.WITHDRAWN: "neutral",
    ItemOutcome.REFERRED: "info",
}
PERIODS: Texts = {"ahead": _l("Ahead"), "past": _l("Past"), "all": _l("All")}
ORDINALS = (_l("first"), _l("second"), _l("third"), _l("fourth"))

# What a topic's history says of its turns in meetings.
TOPIC_VERBS: Texts = {
    "planned": _l("put the topic on an agenda"),
    "taken_off": _l("took the topic off an agenda"),
    "meeting_cancelled": _l("cancelled the meeting on whose agenda the topic stood"),
    "outcome_recorded": _l("recorded an outcome"),
    "outcome_taken_back": table_words.VERBS["outcome_taken_back"],
}
TOPIC_FIELDS: Texts = {"meeting": _l("Meeting"), "on": _l("On"), **agenda_words.OUTCOME_FIELDS}
# What follows the name of who did it.
VERBS: Texts = {
    **agenda_words.VERBS,
    **table_words.VERBS,
    "necessity_argued": _l("said why it is needed"),
    "created": _l("planned this meeting"),
    "edited": _l("changed the particulars"),
    "dated": _l("set the date"),
    "date_cleared": _l("took the date back"),
    "confirmed": _l("had the invitations sent"),
    "cancelled": _l("cancelled the meeting"),
    "restored": _l("restored the meeting"),
    "closed": _l("closed the meeting"),
    "reopened": _l("reopened the meeting"),
    "substitute_named": _l("let somebody come in a member's place"),
    "substitute_ended": _l("ended a replacement"),
    "paper_added": _l("added a paper"),
    "attendee_added": _l("added an attendee"),
    "attendee_removed": _l("removed an attendee"),
    "answered": _l("answered the invitation"),
}
FIELDS: Texts = {
    **agenda_words.FIELDS,
    "title": _l("Title"),
    "starts_at": _l("Start"),
    "minutes": _l("Length"),
    "host": _l("Host"),
    "venue": _l("Venue"),
    "window_from": _l("Not before"),
    "window_until": _l("Not after"),
    "reason": _l("Reason"),
    "successor": _l("Replaced by"),
    "person": _l("Attendee"),
    "answer": _l("Answer"),
    "remark": _l("Remark"),
}

PROBLEMS: Texts = {
    "planning_reason_missing": _l("Explain in at least %(least)d characters why another meeting is needed."),
    "not_possible_when_draft": _l("This is not possible: the meeting has no date yet."),
    "not_possible_when_dated": _l("This is not possible: the invitations have not been sent yet."),
    "not_possible_when_confirmed": _l("This is not possible: the meeting has not been held yet."),
    "not_possible_when_held": _l("This is no longer possible: the meeting has been held."),
    "not_possible_when_closed": _l("This is no longer possible: the meeting is closed."),
    "not_possible_when_cancelled": _l("This is no longer possible: the meeting is cancelled."),
    "when_missing": _l("Choose the period in which the meeting must fall, or its date."),
    "date_half_open": _l("Fill in both the date and the start, or neither."),
    "window_half_open": _l("Fill in both the first and the last day of the period."),
    "window_upside_down": _l("The last day of the period comes before the first."),
    "length_impossible": _l("A meeting lasts between %(least)s and %(most)s minutes."),
    "title_missing": _l("Give the meeting a title."),
    "venue_missing": _l("Fill in where the meeting is held: it will stand in everyone's calendar."),
    "moment_has_passed": _l("That moment has passed. Choose a day and time ahead."),
    "hour_does_not_exist": _l(
        "%(hour)s does not exist on that day: the clock goes forward. Choose another hour."
    ),
    "outside_window": _l("That day lies outside the period that was agreed: %(first)s to %(last)s."),
    "body_has_ended": _l("%(body)s ends on %(day)s. Extend it first, or choose an earlier day."),
    "host_not_in_body": _l("Only a member of this body can be host."),
    "successor_impossible": _l(
        "Only another meeting of the same body that still takes place can replace it."
    ),
    "no_window_to_return_to": _l(
        "This meeting was planned on a date, without a period. Choose another date instead."
    ),
    "nobody_to_invite": _l("There is nobody to invite. Add attendees first."),
    "reason_missing": _l("Give the reason: everyone who was invited reads it."),
    "already_told": _l("The invitations had been sent. Plan a new meeting instead."),
    "outcomes_have_left": _l(
        "What was recorded is known outside the secretariat by now. Rectify it, with the reason."
    ),
    "outcomes_missing": _l("Record an outcome first for: %(titles)s."),
    "already_invited": _l("%(name)s is already invited."),
    "substitute_impossible": _l("Choose somebody of the same college who is not invited already."),
    "no_longer_invited": _l("%(name)s is no longer invited."),
    "answer_missing": _l("Choose yes, no or perhaps."),
    "late_why_missing": _l("The agenda is final. Say why this comes afterwards."),
    "cancelled_takes_no_papers": _l("This meeting is cancelled: nothing is added to it any more."),
    **agenda_words.PROBLEMS,
}


# What stands in the trail as a code, by the field it stands in.
CODES: Mapping[str, Mapping[Any, Any]] = {
    "answer": ANSWERS,
    "outcome": OUTCOMES,
    "purpose": PURPOSES,
    "treatment": TREATMENTS,
}


def quarter(found: Quarter) -> str:
    """Name a quarter: "eerste kwartaal 2019"."""
    return str(_("%(which)s quarter of %(year)s", which=ORDINALS[found.number - 1], year=found.year))


def window(meeting: Meeting, zone: str, language: str) -> str:
    """Tell in which period a meeting must fall; empty without one."""
    if meeting.window_from is None or meeting.window_until is None:
        return ""
    whole = exact_quarter(meeting.window_from, meeting.window_until)
    if whole:
        return quarter(whole)
    first, last = (short_day(day, zone, language) for day in (meeting.window_from, meeting.window_until))
    return str(_("%(first)s to %(last)s", first=first, last=last))


def short_day(day: date, zone: str, language: str) -> str:
    """Give a day without the name of the weekday."""
    return words.date_only(day, ZoneInfo(zone), language)


def history(entries: Sequence[AuditEntry], zone: str, language: str) -> list[Line]:
    """Turn the audit trail of a meeting into lines that a person can read."""
    return lines(entries, VERBS, FIELDS, lambda name, value: _shown(name, value, zone, language))


def _shown(name: str, value: Any, zone: str, language: str) -> str:
    if name == "starts_at":
        return words.when(datetime.fromisoformat(value), ZoneInfo(zone), language)
    if name in {"window_from", "window_until"}:
        return short_day(date.fromisoformat(value), zone, language)
    if name in {"minutes", "item_minutes"}:
        return words.duration(int(value), language)
    return str(CODES.get(name, {}).get(value, value))
