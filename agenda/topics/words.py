"""How topics are spoken of on screen: labels, refusals, and the sentences of the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.core import words
from agenda.core.audit import AuditEntry
from agenda.topics.model import Purpose, TopicState, Treatment
from agenda.web.history import Line, lines

Texts = Mapping[str, Any]

STATES: Mapping[TopicState, Any] = {
    TopicState.OPEN: _l("Open"),
    TopicState.PLANNED: _l("Planned"),
    TopicState.TREATED: _l("Treated"),
    TopicState.DEFERRED: _l("Deferred"),
    TopicState.WITHDRAWN: _l("Withdrawn"),
    TopicState.IN_WRITING: _l("In a written round"),
    TopicState.SETTLED_IN_WRITING: _l("Settled in writing"),
    # No word of the other topic: who reads this may not be allowed to know of it.
    TopicState.MERGED: _l("Closed"),
}
TONES: Mapping[TopicState, str] = {
    TopicState.OPEN: "neutral",
    TopicState.PLANNED: "ok",
    TopicState.TREATED: "neutral",
    TopicState.DEFERRED: "warn",
    TopicState.WITHDRAWN: "neutral",
    TopicState.IN_WRITING: "info",
    TopicState.SETTLED_IN_WRITING: "neutral",
    TopicState.MERGED: "neutral",
}
# What the filter on states offers, by its word in the address.
STATE_CHOICES: Texts = {
    "": _l("Current"),
    "unplanned": _l("Not planned yet"),
    **{state.value: label for state, label in STATES.items()},
    "all": _l("All, also treated and withdrawn"),
}
PURPOSES: Mapping[Purpose, Any] = {
    Purpose.INFORM: _l("Forming a picture"),
    Purpose.DELIBERATE: _l("Forming a judgement"),
    Purpose.DECIDE: _l("Decision-making"),
}
TREATMENTS: Mapping[Treatment, Any] = {
    Treatment.FOR_INFORMATION: _l("For information"),
    Treatment.CONSENT: _l("Without discussion"),
    Treatment.DISCUSSION: _l("For discussion"),
}
PRIORITIES: Mapping[int, Any] = {
    5: _l("5, most important"),
    4: _l("4, important"),
    3: _l("3, usual"),
    2: _l("2, can wait"),
    1: _l("1, when there is room"),
}
LEADS: Texts = {
    "open": _l("Still to be named"),
    "mine": _l("Myself"),
    "ended": _l("No longer in this body"),
}

# What follows the name of who did it.
VERBS: Texts = {
    "created": _l("submitted this topic"),
    "edited": _l("changed the topic"),
    "lead_assigned": _l("named the lead"),
    "paper_added": _l("added a paper"),
    "withdrawn": _l("withdrew the topic"),
    "reopened": _l("opened the topic again"),
    "settled_in_writing": _l("settled the topic in writing"),
    "closed": _l("closed the topic"),
}
FIELDS: Texts = {
    "title": _l("Title"),
    "summary": _l("Summary"),
    "focus_area": _l("Focus area"),
    "organisation": _l("Submitted by"),
    "lead": _l("Administrative lead"),
    "official_lead": _l("Official lead"),
    "desired_result": _l("Desired result"),
    "requested_decision": _l("Requested decision"),
    "purpose": _l("Purpose"),
    "treatment": _l("Treatment"),
    "minutes": _l("Time needed"),
    "earliest": _l("Not before"),
    "deadline": _l("Deadline"),
    "priority": _l("Priority"),
    "predecessor": _l("Comes after"),
    "intensified": _l("Extra consultation"),
    "closed": _l("Closed session"),
    "confidential": _l("Confidential"),
    "neutral_title": _l("Neutral title"),
    "needs": _l("Must be there"),
    "guests": _l("Guests"),
    "links": _l("Links"),
    "state": _l("State"),
    "why": _l("Reason"),
}
DAYS = frozenset({"earliest", "deadline", "on"})
CODES: Mapping[str, Texts] = {
    "purpose": {each.value: label for each, label in PURPOSES.items()},
    "treatment": {each.value: label for each, label in TREATMENTS.items()},
    "state": {each.value: label for each, label in STATES.items()},
}

PROBLEMS: Texts = {
    "title_missing": _l("Give the topic a title."),
    "title_too_long": _l("Keep the title within 200 characters."),
    "text_too_long": _l("Keep this text within 5,000 characters."),
    "topic_length_impossible": _l("A topic takes between 1 and 480 minutes."),
    "priority_unknown": _l("Choose a priority from 1 to 5."),
    "deadline_before_earliest": _l(
        "The deadline comes before the first day on which the topic can be treated."
    ),
    "link_not_web": _l("A link must be an address that starts with http:// or https://: %(link)s"),
    "choice_is_gone": _l("This choice no longer exists. Choose again."),
    "lead_not_in_body": _l("Choose a lead who belongs to this body."),
    "needed_not_in_body": _l("Someone you need does not belong to this body. Ask them as a guest."),
    "predecessor_makes_circle": _l("That topic itself comes after this one. Choose another."),
    "only_own_organisation": _l("You can submit topics for your own organisation."),
    "withdrawal_needs_reason": _l("Give the reason, so that everyone can read it later."),
    "limits_stand_on_agenda": _l(
        "This topic stands on an agenda. Say there, at its item, whether it is closed or confidential."
    ),
    "topic_is_planned": _l("“%(title)s” is on the agenda of a meeting. Take it off that agenda first."),
    "topic_is_in_writing": _l("“%(title)s” is in a written round. Withdraw that round first."),
    "topic_not_free": _l(
        "“%(title)s” is not free: it is on another agenda, in a written round, or has been dealt with."
    ),
    "topic_is_done": _l("This topic is no longer current. Open it again first."),
    "topic_is_closed": _l("This topic is closed. Nothing can be changed about it any more."),
    "merged_takes_no_papers": _l("This topic went up in another one: add papers there."),
    "topic_is_open": _l("This topic is open already."),
}


def history(entries: Sequence[AuditEntry], zone: str, language: str) -> list[Line]:
    """Turn the audit trail of a topic into lines that a person can read."""
    return lines(entries, VERBS, FIELDS, lambda name, value: shown(name, value, zone, language))


def shown(name: str, value: Any, zone: str, language: str) -> str:
    """Write one kept value in the reader's words."""
    if name in CODES:
        return str(CODES[name].get(value, value))
    if name in DAYS:
        return words.date_only(date.fromisoformat(value), ZoneInfo(zone), language)
    if name == "minutes":
        return words.duration(int(value), language)
    return _("yes") if value is True else str(value)
