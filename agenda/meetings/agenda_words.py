"""How an agenda is spoken of on screen: steps, reasons, what is missing, and refusals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agenda.core import words
from agenda.meetings.agenda_ready import Unready
from agenda.meetings.candidates import Why
from agenda.meetings.model import AgendaStep

Texts = Mapping[str, Any]

# What the undo button names.
STEPS: Texts = {
    "agenda_drafted": _l("draft agenda"),
    "item_added": _l("%(item)s added"),
    "item_removed": _l("%(item)s removed"),
    "item_moved_up": _l("%(item)s up"),
    "item_moved_down": _l("%(item)s down"),
    "item_minutes": _l("time for %(item)s"),
    "item_edited": _l("%(item)s changed"),
    "order_at_table": _l("%(item)s in another place"),
    "items_carried_over": _l("unfinished items taken over"),
}
# What follows the name of who did it.
VERBS: Texts = {
    "agenda_drafted": _l("had the agenda drafted"),
    "item_added": _l("put an item on the agenda"),
    "item_removed": _l("took an item off the agenda"),
    "item_moved_up": _l("moved an item up"),
    "item_moved_down": _l("moved an item down"),
    "item_minutes": _l("changed the time for an item"),
    "item_edited": _l("changed an item"),
    "agenda_undone": _l("undid a step on the agenda"),
    "agenda_final": _l("made the agenda final"),
    "agenda_reopened": _l("opened the agenda again"),
    "agenda_changed": _l("changed the final agenda"),
    "item_withdrawn": _l("withdrew an item"),
    "order_at_table": _l("changed the order at the table"),
    "items_carried_over": _l("took over unfinished items"),
    "outcome_recorded": _l("recorded an outcome"),
}
OUTCOME_FIELDS: Texts = {"outcome": _l("Outcome"), "outcome_text": _l("What came out")}
FIELDS: Texts = {
    "item": _l("Item"),
    "item_title": _l("Title of the item"),
    "item_minutes": _l("Minutes"),
    "items_added": _l("Put on"),
    "items_removed": _l("Taken off"),
    "place": _l("Place"),
    "purpose": _l("Purpose"),
    "treatment": _l("Treatment"),
    "lead": _l("Lead"),
    "requested_decision": _l("Requested decision"),
    "agenda_revision": _l("Version of the agenda"),
    "agenda_version": _l("Version of the agenda"),
    "change_reason": _l("Reason"),
    "consent": _l("Agreed as chair"),
    "closed": _l("Closed session"),
    "confidential": _l("Confidential"),
    "neutral_title": _l("Neutral title"),
    **OUTCOME_FIELDS,
}
# What names or quotes an item: for those alone who may see all items.
ITEM_FIELDS = frozenset(
    {
        "item",
        "item_title",
        "items_added",
        "items_removed",
        "lead",
        "requested_decision",
        "outcome_text",
        "decision",
        "reservation",
        "rectified_why",
        "change_reason",
    }
)
# Headings above the topics that were left out.
GROUPS: Mapping[Why, Any] = {
    Why.NO_TIME: _l("No time left"),
    Why.NEEDED_ABSENT: _l("Someone who is needed will not be there"),
    Why.GUEST_ABSENT: _l("The guest cannot come"),
    Why.PREDECESSOR_UNTREATED: _l("Waits for another topic"),
    Why.NOT_BEFORE: _l("Too early"),
    Why.PLANNED_ELSEWHERE: _l("On another agenda"),
}
PROBLEMS: Texts = {
    "agenda_changed_meanwhile": _l(
        "Someone else changed this agenda in the meantime. Your change was not made; "
        "below is the agenda as it is now."
    ),
    "agenda_is_final": _l(
        "The agenda is final. Add a late item, or change or withdraw an item with the reason."
    ),
    "agenda_was_sent": _l(
        "The agenda has been sent. Add a late item, or change or withdraw an item with the reason."
    ),
    "change_needs_reason": _l("Give the reason: everyone who was invited reads it."),
    "consent_missing": _l("Name who agreed as chair."),
    "item_was_withdrawn": _l("%(title)s was withdrawn before the meeting."),
    "agenda_still_draft": _l("The agenda is still a draft: change it there."),
    "agenda_is_draft": _l("The agenda is a draft already."),
    "agenda_not_ready": _l("The agenda cannot be final yet: see what is still missing."),
    "topic_on_agenda_already": _l("%(title)s is on this agenda already."),
    "item_belongs_on_every_agenda": _l("%(title)s belongs on every agenda."),
    "item_has_outcome": _l("%(title)s has an outcome already."),
    "item_title_missing": _l("Give the item a title."),
    "item_minutes_impossible": _l("An item lasts between 0 and %(most)s minutes."),
    "lead_not_invited": _l("Choose a lead from those who are invited."),
    "nothing_chosen": _l("Choose at least one item."),
    "nothing_to_undo": _l("There is nothing to undo."),
    "undo_would_lose_outcome": _l("This cannot be undone: an outcome would be lost."),
    "meeting_has_not_begun": _l("Outcomes can be recorded once the meeting has begun."),
}


def step(last: AgendaStep) -> str:
    """Name a step on the undo button: "Warmterotonde omhoog"."""
    text = STEPS.get(last.verb)
    return str(text) % {"item": last.about} if text is not None else last.verb


def reason(why: Why, facts: Mapping[str, Any], language: str) -> str:
    """Tell in one sentence why a topic is not on the agenda."""

    def day(name: str) -> str:
        return words.date_only(facts[name], UTC, language)

    match why:
        case Why.NO_TIME if not facts["room"]:
            text = _("Needs %(minutes)s minutes; the agenda is full.", **facts)
        case Why.NO_TIME:
            text = _("Needs %(minutes)s minutes; %(room)s are left.", **facts)
        case Why.NOT_BEFORE:
            text = _("Not before %(day)s.", day=day("earliest"))
        case Why.PREDECESSOR_UNTREATED:
            text = _("First “%(predecessor)s” must be treated.", **facts)
        case Why.PLANNED_ELSEWHERE if facts["day"] is not None:
            text = _("Planned in: %(meeting)s, %(day)s.", meeting=facts["meeting"], day=day("day"))
        case Why.PLANNED_ELSEWHERE:
            text = _("Planned in: %(meeting)s.", meeting=facts["meeting"])
        case _absent:
            text = _("Will not be there: %(names)s.", names=", ".join(facts["names"]))
    return str(text)


def missing(found: Unready) -> str:
    """Tell in one sentence what keeps the agenda from being final."""
    title = found.item.title if found.item is not None else ""
    sentences = {
        "no_date": _("The meeting has no date yet."),
        "nothing_to_treat": _("There is nothing to treat yet."),
        "too_long": ngettext(
            "The agenda is one minute too long.",
            "The agenda is %(num)d minutes too long.",
            found.minutes,
        ),
        "lead_missing": _("%(title)s: who leads this decision?", title=title),
        "decision_missing": _("%(title)s: which decision is asked?", title=title),
    }
    return str(sentences[found.code])
