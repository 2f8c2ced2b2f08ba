"""How council letters are spoken of on screen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.core.audit import AuditEntry
from agenda.publications.letter_model import LetterState, Section, Way
from agenda.web.history import Line, lines
from agenda.web.language import language

Texts = Mapping[str, Any]

STATES: Mapping[LetterState, Any] = {
    LetterState.CONCEPT: _l("Concept"),
    LetterState.AGREED: _l("Text agreed"),
    LetterState.SENT: _l("Sent"),
}
TONES: Mapping[LetterState, str] = {
    LetterState.CONCEPT: "warn",
    LetterState.AGREED: "info",
    LetterState.SENT: "ok",
}
SECTIONS: Mapping[Section, Any] = {
    Section.INTRODUCTION: _l("Introduction"),
    Section.FOCUS_AREAS: _l("Focus areas"),
    Section.FOUND: _l("What was found"),
    Section.DECISIONS: _l("Decisions"),
    Section.NEXT: _l("What happens next"),
    Section.CLOSING: _l("Closing words"),
}
WAYS: Mapping[Way, Any] = {Way.MAIL: _l("by mail"), Way.OWN: _l("in another way")}

VERBS: Texts = {
    "council_letter_begun": _l("began a letter to the councils"),
    "council_letter_changed": _l("changed what the letter to the councils tells"),
    "council_letter_reworded": _l("put a part of the letter to the councils in other words"),
    "council_letter_composed_again": _l("took the composed text of the letter to the councils again"),
    "council_letter_copy_changed": _l("changed a copy of the letter to the councils"),
    "council_letter_agreed": _l("fixed the text of the letter to the councils"),
    "council_letter_reopened": _l("made the letter to the councils a concept again"),
    "council_letter_removed": _l("threw a letter to the councils away"),
    "council_letter_sent": _l("sent the letter to the councils"),
    "council_letter_taken_back": _l("undid that the letter to the councils was marked as sent"),
    "letterhead_set": _l("set the letterhead"),
}
FIELDS: Texts = {
    "council_letter": _l("Subject"),
    "dated_on": _l("Date of the letter"),
    "letter_language": _l("Language of the letter"),
    "told_decisions": _l("Decisions"),
    "told_promises": _l("What is promised to the councils"),
    "told_focus_areas": _l("Focus areas"),
    "tells_next_meeting": _l("Tell where and when the colleges meet again"),
    "tells_promised_days": _l("Tell by when it was promised"),
    **{section.value: text for section, text in SECTIONS.items()},
    "council": _l("Municipality"),
    "reference": _l("Reference"),
    "secretary": _l("Name of the municipal secretary"),
    "mayor": _l("Name of the mayor"),
    "way": _l("How the letters leave"),
}
PROBLEMS: Texts = {
    "council_letter_too_early": _l("A letter to the councils can be written once the meeting has begun."),
    "council_letter_to_nobody": _l(
        "This body has no municipality among its members, so there is no council to inform."
    ),
    "council_letter_without_subject": _l("Give the letter a subject."),
    "council_letter_concept": _l("The letter is still a concept: agree on its text first."),
    "council_letter_agreed": _l("The text of this letter is agreed. Make it a concept again to change it."),
    "council_letter_sent": _l("This letter was sent; nothing in it changes any more."),
    "council_letter_not_sent": _l("This letter was not sent yet."),
    "council_letter_left_by_mail": _l(
        "This letter left by mail; that cannot be undone. Write another letter instead."
    ),
    "council_letter_empty": _l("This letter has no words at all. Choose what it tells first."),
    "council_letter_not_open": _l(
        "Something that was chosen for this letter is closed or confidential by now. Choose again what it "
        "tells."
    ),
    "council_letter_no_mailbox": _l("The mailbox of the council clerk is missing for: %(councils)s."),
    "council_letter_bad_mailbox": _l(
        "No mail can be sent to the mailbox of %(council)s. Check its letterhead."
    ),
    "council_letter_sent_later": _l("That day is still to come."),
    "reference_pattern_unknown": _l("Between braces only {jaar}, {maand}, {dag} and {nummer} can stand."),
    "council_letter_pdfs_missing": _l(
        "Not every PDF is there as the letter reads now. They are made on the page of the letter."
    ),
}


def history_lines(entries: Iterable[AuditEntry]) -> list[Line]:
    """Tell what happened to a letter, in the reader's words."""
    return lines(entries, VERBS, FIELDS, _shown)


def _shown(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if name == "dated_on":
        return str(format_date(date.fromisoformat(str(value)), "d MMMM y", locale=language()))
    if name == "way":
        return str(WAYS[Way(value)])
    return str(value)
