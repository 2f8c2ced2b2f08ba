"""Each kind of paper: what it is made from, what is possible when, and who may have it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.meetings.model import Meeting
from agenda.meetings.sight import OPEN, Sight, is_guest_of
from agenda.people.model import Body, Person
from agenda.publications.agenda_facts import agenda_facts, guest_facts, guests_of
from agenda.publications.model import Paper, PaperKind, PaperText, Place
from agenda.publications.outcome_facts import record_facts
from agenda.publications.paper_facts import held_by, readable_for_guests, readable_in, seen_items
from agenda.publications.presence_facts import presence_facts
from agenda.publications.rendering import HasHead, Page, render
from agenda.publications.usual_texts import usual_text

LANGUAGES = ("nl", "en")
# Kinds that say what came out: there is nothing to say before the meeting has begun.
AFTERWARDS = frozenset({PaperKind.DECISION_LIST, PaperKind.MINUTES})
# Kinds of which there is a version for everybody, without what is closed or confidential.
FOR_ALL = frozenset({PaperKind.AGENDA, PaperKind.DECISION_LIST, PaperKind.MINUTES})


# What is made of a meeting for all of its readers; a pack is for one, and a letter for a council.
OF_MEETING = tuple(kind for kind in PaperKind if kind not in {PaperKind.PACK, PaperKind.COUNCIL_LETTER})


# What was gathered of one meeting: for which kind of facts, for whose sight, for which guest.
Known = dict[tuple[PaperKind, bool, int | None], HasHead]


@dataclass(frozen=True)
class Wanted:
    """Which paper of a meeting: its kind and language, for whose sight, and for a guest which one."""

    kind: PaperKind
    language: str
    everything: bool
    person_id: int | None = None


def wanted_of(paper: Paper) -> Wanted:
    """Give which paper a row stands for."""
    return Wanted(paper.kind, paper.language, paper.everything, paper.person_id)


def possible(meeting: Meeting, now: datetime) -> list[Wanted]:
    """List what can be made of a meeting now, in the order in which it is needed; nothing without a date."""
    if meeting.starts_at is None:
        return []
    begun = meeting.starts_at <= now and meeting.cancelled_at is None
    guests = guests_of(meeting)
    found = []
    for kind in OF_MEETING:
        if kind in AFTERWARDS and not begun:
            continue
        for language in LANGUAGES:
            if kind is PaperKind.GUEST_INVITATION:
                found += [Wanted(kind, language, False, guest.id) for guest in guests]
                continue
            found.append(Wanted(kind, language, True))
            if kind in FOR_ALL:
                found.append(Wanted(kind, language, False))
    return found


def must_be_possible(meeting: Meeting, wanted: Wanted, now: datetime) -> None:
    """Raise Conflict or Invalid unless this paper can be made of the meeting now."""
    if meeting.starts_at is None:
        raise Conflict("paper_needs_date")
    if wanted.kind in AFTERWARDS and (meeting.starts_at > now or meeting.cancelled_at is not None):
        raise Conflict("paper_needs_outcomes")
    if wanted not in possible(meeting, now):
        raise Invalid("paper_unknown")


def may_have(paper: Paper, by: Actor) -> bool:
    """Tell whether somebody may have a paper: by a role in the body, or as the guest for whom it is."""
    body = paper.meeting.body
    if paper.kind is PaperKind.COUNCIL_LETTER:
        # The pages of its letter give it to whoever may read that.
        return False
    if paper.kind is PaperKind.PACK:
        if paper.person_id == by.person_id:
            return by.may("see", body) or still_guest(paper.meeting, paper.person_id)
        return by.may("manage_documents", body) and by.may("see_confidential", body)
    if paper.person_id is not None and paper.person_id == by.person_id:
        return still_guest(paper.meeting, paper.person_id)
    return by.may("see" if is_for_all(paper) else "see_confidential", body)


def still_guest(meeting: Meeting, person_id: int | None) -> bool:
    """Tell whether a guest is still one: invited, to a meeting that takes place, its agenda final."""
    return (
        meeting.agenda_final_at is not None
        and meeting.cancelled_at is None
        and any(one.person_id == person_id for one in meeting.people)
        and any(is_guest_of(item, person_id) for item in meeting.items)
    )


def facts_of(session: Session, meeting: Meeting, wanted: Wanted) -> HasHead:
    """Gather what a paper says as things stand now."""
    sight = Sight(everything=True) if wanted.everything else OPEN
    if wanted.kind is PaperKind.AGENDA:
        return agenda_facts(session, meeting, sight)
    if wanted.kind is PaperKind.PRESENCE_LIST:
        return presence_facts(session, meeting, sight)
    if wanted.kind in AFTERWARDS:
        return record_facts(session, meeting, sight)
    guest = session.get(Person, wanted.person_id or 0)
    if guest is None:
        raise NotFound("not_found")
    return guest_facts(session, meeting, guest)


def texts_of(session: Session, body: Body, kind: PaperKind, language: str) -> dict[Place, str]:
    """Give the words at each place of a paper: the body's own, else the usual ones."""
    row = own_text(session, body, kind, language)
    own = {} if row is None else own_words(row)
    return {place: own.get(place, usual_text(kind, place, language)) for place in Place}


def own_text(session: Session, body: Body, kind: PaperKind, language: str) -> PaperText | None:
    """Give the words that a body has of its own in one kind of paper; None where it has none."""
    query = select(PaperText).where(
        PaperText.body_id == body.id, PaperText.kind == kind, PaperText.language == language
    )
    return session.scalar(query)


def own_words(row: PaperText) -> dict[Place, str]:
    """Give the places at which a body has words of its own, also where those are none at all."""
    found = {Place.INTRODUCTION: row.introduction, Place.CLOSING: row.closing, Place.FOOTER: row.footer}
    return {place: text for place, text in found.items() if text is not None}


@dataclass(frozen=True)
class Draft:
    """A paper that is ready to be set, the fingerprint of all that it says, and what it shows."""

    page: Page
    rests_on: str
    holds: str = ""
    styles: Sequence[str] = ("paper.css",)


def draft(session: Session, meeting: Meeting, wanted: Wanted, now: datetime) -> Draft:
    """Write a paper as things stand now."""
    facts = facts_of(session, meeting, wanted)
    texts = texts_of(session, meeting.body, wanted.kind, wanted.language)
    return Draft(
        render(wanted.kind, facts, texts, wanted.language, now),
        fingerprint(facts, texts, wanted.language),
        _held_by(session, meeting, wanted),
    )


def _held_by(session: Session, meeting: Meeting, wanted: Wanted) -> str:
    """Name what a paper shows to who may not see everything; "" for one that only those have who may."""
    if wanted.kind is PaperKind.GUEST_INVITATION:
        own = {item.id for item in meeting.items if is_guest_of(item, wanted.person_id)}
        return held_by(session, meeting, own, readable_for_guests)
    if not is_for_all(wanted):
        return ""
    return held_by(session, meeting, {None, *seen_items(meeting, OPEN)}, readable_in(OPEN))


def is_for_all(paper: Wanted | Paper) -> bool:
    """Tell whether a paper is for everybody, without what is closed or confidential."""
    return paper.kind in FOR_ALL and not paper.everything


def fingerprint(facts: Any, texts: Mapping[Place, str], language: str) -> str:
    """Give a name that is another one as soon as a paper would say anything else."""
    said = json.dumps([asdict(facts), texts, language], default=_plain, sort_keys=True)
    return sha256(said.encode()).hexdigest()


def _plain(value: Any) -> str:
    return str(value.value) if isinstance(value, Enum) else value.isoformat()


def is_outdated(session: Session, paper: Paper, known: Known | None = None) -> bool:
    """Tell whether a finished paper says something that is not so any more.

    `known` keeps what was gathered for the other papers of the same meeting.
    """
    meeting, wanted = paper.meeting, wanted_of(paper)
    if meeting.starts_at is None:
        return True
    # Both papers of what came out, and each language, say the same facts.
    kind = PaperKind.DECISION_LIST if wanted.kind in AFTERWARDS else wanted.kind
    key, known = (kind, wanted.everything, wanted.person_id), {} if known is None else known
    if key not in known:
        known[key] = facts_of(session, meeting, wanted)
    facts = known[key]
    texts = texts_of(session, meeting.body, wanted.kind, wanted.language)
    return fingerprint(facts, texts, wanted.language) != paper.rests_on


def newest(papers: Sequence[Paper]) -> dict[Wanted, Paper]:
    """Give of papers, oldest first, the newest of each."""
    return {wanted_of(paper): paper for paper in papers}
