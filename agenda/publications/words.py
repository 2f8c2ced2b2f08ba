"""How papers are spoken of on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from agenda.publications.model import PaperKind, Place

Texts = Mapping[str, Any]

KINDS: Mapping[PaperKind, Any] = {
    PaperKind.AGENDA: _l("Agenda"),
    PaperKind.GUEST_INVITATION: _l("Invitation"),
    PaperKind.PRESENCE_LIST: _l("Presence list"),
    PaperKind.DECISION_LIST: _l("Decision list"),
    PaperKind.MINUTES: _l("Minutes in short"),
    PaperKind.PACK: _l("Meeting papers"),
}
SAYS: Mapping[PaperKind, Any] = {
    PaperKind.AGENDA: _l("With notes on the items and the requested decisions"),
    PaperKind.GUEST_INVITATION: _l("For a guest: the guest's own item and nothing else"),
    PaperKind.PRESENCE_LIST: _l("To sign at the door; afterwards who was there"),
    PaperKind.DECISION_LIST: _l("Decisions, reservations, action items and promises"),
    PaperKind.MINUTES: _l("Who was there, and what came out of each item"),
}
PLACES: Mapping[Place, Any] = {
    Place.INTRODUCTION: _l("Introduction"),
    Place.CLOSING: _l("Closing"),
    Place.FOOTER: _l("At the foot"),
}
LANGUAGES: Texts = {"nl": _l("Dutch"), "en": _l("English")}
FAILURES: Texts = {
    "typesetter_missing": _l(
        "This server cannot make papers: the library Pango is missing. Ask the administrator to install it; "
        "docs/papers.md says how."
    ),
    "paper_too_large": _l("The paper is too large to make. Shorten the texts, and make it again."),
    "paper_took_too_long": _l("It took too long. Make it again; if it fails again, tell the administrator."),
    "typesetting_failed": _l("It did not work. Make it again; if it fails again, tell the administrator."),
    "paper_needs_date": _l("The meeting has no date any more."),
    "pack_too_large": _l("The file became too large. Open the documents on the page of the meeting."),
    "pack_without_access": _l("This person has no access to the meeting."),
    "not_found": _l("The guest for whom it is is not known any more."),
}
PROBLEMS: Texts = {
    "paper_needs_date": _l("Choose a date for the meeting first: it stands on every paper."),
    "paper_needs_outcomes": _l(
        "This paper tells what came out: that is possible once the meeting has begun."
    ),
    "paper_unknown": _l("This paper cannot be made of this meeting."),
    "no_paper_chosen": _l("Choose at least one paper."),
    "paper_not_ready": _l("This paper is not ready yet."),
    "pack_without_access": _l("This person has no access to the meeting."),
    "packs_all_there": _l("Every reader has the papers as they are now, or they are on their way."),
    "pack_not_yours": _l(
        "This file holds something that you may not read any more. Make it anew, without that."
    ),
    "paper_limited_since": _l(
        "This paper says something that has become confidential since. Ask the secretariat for a new one."
    ),
    "not_an_attendee": _l("Choose somebody who is invited to this meeting."),
    "placeholder_unknown": _l("%(name)s means nothing here. The page lists what can stand between braces."),
    "list_not_closed": _l("Close the meeting first: until then its decision list can still change."),
    "list_adopted_already": _l("This decision list was adopted already."),
    "not_adopted_there": _l("Choose a later meeting of the same body that has begun."),
}
VERBS: Texts = {
    "outgoing_thrown_away": _l("threw a paper away"),
    "packs_stopped": _l("stopped making the papers of all readers"),
    "list_adopted": _l("recorded that the decision list was adopted"),
    "adoption_taken_back": _l("took back that the decision list was adopted"),
    "paper_words_set": _l("set the body's own words in a paper"),
    "paper_words_usual": _l("went back to the usual words in a paper"),
}
PAPER_VERBS: Texts = {"paper_asked": _l("had it made"), "paper_downloaded": _l("downloaded it")}
FIELDS: Texts = {
    "paper": _l("Outgoing paper"),
    "language": _l("Language"),
    "adopted_on": _l("Adopted on"),
    "adopted_in": _l("Adopted in"),
    "adopted_changes": _l("With which changes"),
    "introduction": _l("Introduction"),
    "closing": _l("Closing"),
    "footer": _l("At the foot"),
}
VALUES: Mapping[str, Mapping[Any, Any]] = {
    "paper": {kind.value: word for kind, word in KINDS.items()},
    "language": dict(LANGUAGES),
}
