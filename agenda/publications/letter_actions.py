"""Writing a council letter: what it tells, its words, its copies, and agreeing on it; one verb a function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.meetings.model import Meeting
from agenda.people.model import Organisation
from agenda.publications.letter_choice import Choice, offered_decisions, offered_promises
from agenda.publications.letter_facts import (
    left_out,
    letterhead_of,
    municipalities,
    signatory,
    written,
)
from agenda.publications.letter_model import (
    CouncilLetter,
    LetterCopy,
    LetterState,
    OwnWords,
    Section,
)
from agenda.publications.letter_pdfs import ask_for_pdfs
from agenda.publications.letter_rules import print_of, reference
from agenda.topics.model import FocusArea


def begin_letter(
    session: Session, meeting: Meeting, choice: Choice, by: Actor, now: datetime
) -> CouncilLetter:
    """Make a concept about a meeting, with a copy for the council of each municipality of its body.

    Conflict before the meeting began, or where the body has no municipality.
    """
    by.must("record", meeting.body)
    _must_have_been_held(meeting, now)
    letter = CouncilLetter(
        body=meeting.body,
        meeting=meeting,
        subject="",
        dated_on=choice.dated_on,
        created_at=now,
        created_by=by.name,
    )
    _set(session, letter, choice)
    members = municipalities(meeting.body)
    if not members:
        raise Conflict("council_letter_to_nobody")
    session.add(letter)
    session.flush()
    letter.copies = [_copy(session, letter, one) for one in members]
    session.flush()
    _record(session, letter, by, now, "council_letter_begun", after=_told(letter))
    return letter


def change_choice(
    session: Session, letter: CouncilLetter, choice: Choice, version: int | None, by: Actor, now: datetime
) -> None:
    """Let a concept tell something else; Changed when somebody else was first."""
    _must_be_concept(letter, by)
    letter.expect(version)
    before = _told(letter)
    _set(session, letter, choice)
    letter.revision += 1
    session.flush()
    _record(session, letter, by, now, "council_letter_changed", before, _told(letter))


def put_in_own_words(
    session: Session,
    letter: CouncilLetter,
    section: Section,
    text: str,
    seen: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Write other words in the place of the composed text; "" leaves the section out.

    `seen` is the version of the own words that were there, None for none; Changed when somebody was first.
    """
    _must_be_concept(letter, by)
    found = next((one for one in letter.own_words if one.section is section), None)
    if (found is None) != (seen is None):
        raise Changed
    composed = next(one.composed for one in written(session, letter) if one.part.section is section)
    before = found.text if found is not None else composed
    if found is None:
        letter.own_words.append(OwnWords(section=section, text=text, replaces=print_of(composed)))
    else:
        found.expect(seen)
        found.text, found.replaces = text, print_of(composed)
    _touch(session, letter)
    _record(
        session, letter, by, now, "council_letter_reworded", {section.value: before}, {section.value: text}
    )


def back_to_composed(
    session: Session, letter: CouncilLetter, section: Section, seen: int | None, by: Actor, now: datetime
) -> None:
    """Let a section read as the facts say again; its own words stay in the history."""
    _must_be_concept(letter, by)
    found = next((one for one in letter.own_words if one.section is section), None)
    if found is None:
        raise Changed
    found.expect(seen)
    letter.own_words.remove(found)
    _touch(session, letter)
    _record(session, letter, by, now, "council_letter_composed_again", before={section.value: found.text})


def change_copy(
    session: Session,
    copy: LetterCopy,
    values: Mapping[str, str],
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Give one copy its reference and the names of who sign; possible until the letters left."""
    by.must("record", copy.letter.body)
    if copy.letter.state is LetterState.SENT:
        raise Conflict("council_letter_sent")
    copy.expect(version)
    before = {name: getattr(copy, name) for name in ("reference", "secretary", "mayor")}
    for name in before:
        setattr(copy, name, values[name])
    _touch(session, copy.letter)
    if copy.letter.state is LetterState.AGREED:
        ask_for_pdfs(session, copy.letter, by, now)
    council = {"council": copy.organisation.name}
    _record(session, copy.letter, by, now, "council_letter_copy_changed", before, {**values, **council})


def agree(session: Session, letter: CouncilLetter, version: int | None, by: Actor, now: datetime) -> None:
    """Fix the text, the same for all councils; Conflict while something chosen is not open to everyone."""
    _must_be_concept(letter, by)
    letter.expect(version)
    must_be_open(session, letter)
    parts = [one.part for one in written(session, letter) if one.part.text]
    if not parts:
        raise Conflict("council_letter_empty")
    letter.agreed_at, letter.agreed_by = now, by.name
    letter.agreed_parts = [asdict(part) for part in parts]
    session.flush()
    ask_for_pdfs(session, letter, by, now)
    _record(session, letter, by, now, "council_letter_agreed")


def reopen(session: Session, letter: CouncilLetter, version: int | None, by: Actor, now: datetime) -> None:
    """Make an agreed letter a concept again; Conflict once it left."""
    by.must("record", letter.body)
    letter.expect(version)
    if letter.state is not LetterState.AGREED:
        raise Conflict(f"council_letter_{letter.state.value}")
    letter.agreed_at, letter.agreed_by, letter.agreed_parts = None, "", None
    session.flush()
    _record(session, letter, by, now, "council_letter_reopened")


def remove_letter(
    session: Session, letter: CouncilLetter, version: int | None, by: Actor, now: datetime
) -> None:
    """Throw a concept away; the history of its meeting keeps that it was there."""
    _must_be_concept(letter, by)
    letter.expect(version)
    _record(session, letter, by, now, "council_letter_removed", before={"council_letter": letter.subject})
    session.delete(letter)


def must_be_open(session: Session, letter: CouncilLetter) -> None:
    """Raise Conflict while something that was chosen is closed or confidential by now."""
    decisions, promises = left_out(session, letter)
    if decisions or promises:
        raise Conflict("council_letter_not_open")


def _set(session: Session, letter: CouncilLetter, choice: Choice) -> None:
    if not choice.subject:
        raise Invalid("council_letter_without_subject")
    letter.subject, letter.dated_on, letter.language = choice.subject, choice.dated_on, choice.language
    letter.tells_next_meeting = choice.tells_next_meeting
    letter.tells_promised_days = choice.tells_promised_days
    letter.decisions = [
        one for one in offered_decisions(session, letter.meeting) if one.id in set(choice.decisions)
    ]
    letter.commitments = [
        one for one in offered_promises(session, letter.meeting) if one.id in set(choice.commitments)
    ]
    areas = select(FocusArea).where(FocusArea.id.in_(choice.focus_areas)).order_by(FocusArea.position)
    letter.focus_areas = list(session.scalars(areas))


def _copy(session: Session, letter: CouncilLetter, organisation: Organisation) -> LetterCopy:
    head = letterhead_of(session, organisation.id)
    pattern = head.reference_pattern if head is not None else ""
    who = {
        role: signatory(session, letter.body, organisation.id, role, letter.dated_on)
        for role in ("secretary", "mayor")
    }
    return LetterCopy(
        organisation=organisation, reference=reference(pattern, letter.dated_on, letter.id), **who
    )


def _touch(session: Session, letter: CouncilLetter) -> None:
    """Raise the letter's version too: whoever agrees on it meanwhile did not see this."""
    letter.revision += 1
    session.flush()


def _must_be_concept(letter: CouncilLetter, by: Actor) -> None:
    by.must("record", letter.body)
    if letter.state is not LetterState.CONCEPT:
        raise Conflict(f"council_letter_{letter.state.value}")


def _must_have_been_held(meeting: Meeting, now: datetime) -> None:
    if meeting.cancelled_at is not None:
        raise Conflict("meeting_cancelled")
    if meeting.starts_at is None or meeting.starts_at > now:
        raise Conflict("council_letter_too_early")


def _told(letter: CouncilLetter) -> dict[str, Any]:
    return {
        "council_letter": letter.subject,
        "dated_on": letter.dated_on,
        "letter_language": letter.language,
        "told_decisions": [one.text for one in letter.decisions],
        "told_promises": [one.text for one in letter.commitments],
        "told_focus_areas": [one.short_name for one in letter.focus_areas],
        "tells_next_meeting": letter.tells_next_meeting,
        "tells_promised_days": letter.tells_promised_days,
    }


def _record(
    session: Session,
    letter: CouncilLetter,
    by: Actor,
    now: datetime,
    verb: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    audit.record(session, by, now, verb, ("council_letter", letter.id), before, after)
    # On the page of its meeting stands that it happened; the words, not everyone's to read yet, stand here.
    audit.record(session, by, now, verb, ("meeting", letter.meeting_id))
