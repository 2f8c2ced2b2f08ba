"""Packs: asked for by readers for themselves and by the secretariat for others, and who may take which."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid, NotFound, Problem
from agenda.meetings.model import Meeting
from agenda.people.model import Person
from agenda.publications.model import Paper, PaperKind
from agenda.publications.pack_facts import Common, pack_facts, readable_now, seen_now
from agenda.publications.papers import LANGUAGES, fingerprint, is_outdated, still_guest


def ask_for_pack(
    session: Session, meeting: Meeting, person: Person, language: str, by: Actor, now: datetime
) -> Paper:
    """Ask for the pack of one reader; the worker makes it. One that waits already is not asked for again.

    Everybody asks for the own one; the secretariat also for others who are invited. Raises NotFound or
    Forbidden for who may not, Invalid for somebody who is not invited, Conflict for a meeting without a date.
    """
    if person.id != by.person_id:
        by.must("manage_documents", meeting.body)
        by.must("see_confidential", meeting.body)
        if all(one.person_id != person.id for one in meeting.people):
            raise Invalid("not_an_attendee")
    elif not may_ask(meeting, by):
        raise NotFound("not_found")
    if meeting.starts_at is None:
        raise Conflict("paper_needs_date")
    if language not in LANGUAGES:
        raise Invalid("paper_unknown")
    waiting = _of(meeting).where(Paper.person_id == person.id, Paper.finished_at.is_(None))
    known = session.scalars(waiting.where(Paper.language == language).limit(1)).first()
    if known is not None:
        return known
    made = Paper(
        meeting_id=meeting.id,
        kind=PaperKind.PACK,
        language=language,
        everything=False,
        person_id=person.id,
        asked_at=now,
        asked_by=by.name,
    )
    session.add(made)
    session.flush()
    audit.record(session, by, now, "paper_asked", ("paper", made.id))
    return made


def may_ask(meeting: Meeting, by: Actor) -> bool:
    """Tell whether somebody has access to the meeting: by a role in the body, or as a guest."""
    return by.person_id is not None and (by.may("see", meeting.body) or still_guest(meeting, by.person_id))


def must_still_read(session: Session, paper: Paper, by: Actor) -> None:
    """Raise Conflict unless somebody may read now all that a paper shows."""
    if not still_reads(session, paper, by):
        raise Conflict("pack_not_yours" if paper.kind is PaperKind.PACK else "paper_limited_since")


def still_reads(session: Session, paper: Paper, by: Actor) -> bool:
    """Tell whether somebody may read now all that a paper shows: something may be limited since."""
    is_pack = paper.kind is PaperKind.PACK
    if not is_pack and by.may("see_confidential", paper.meeting.body):
        return True
    if not paper.holds:
        # Made before it was written down what a paper shows.
        return not is_outdated(session, paper)
    holds = json.loads(paper.holds)
    documents = set(holds["documents"])
    there = {item.id for item in paper.meeting.items}
    shown = set(holds["items"]) & there
    known = readable_now(session, sorted(documents), by, removed=not is_pack)
    return not documents - known and not shown - seen_now(paper.meeting, by)


def is_pack_outdated(session: Session, paper: Paper, now: datetime, common: Common | None = None) -> bool:
    """Tell whether a finished pack would be another one if it were made now."""
    if paper.person is None:
        return True
    try:
        plan = pack_facts(session, paper.meeting, paper.person, now, common)
    except Problem:
        return True
    return fingerprint(plan, {}, paper.language) != paper.rests_on


def newest_packs(session: Session, meeting: Meeting) -> dict[int, Paper]:
    """Give the newest pack of each reader of a meeting, by the reader."""
    query = _of(meeting).options(joinedload(Paper.file), joinedload(Paper.person)).order_by(Paper.id)
    return {paper.person_id: paper for paper in session.scalars(query) if paper.person_id is not None}


def own_pack(session: Session, meeting: Meeting, by: Actor) -> Paper | None:
    """Give the newest pack that was made for somebody; None where there is none."""
    query = _of(meeting).where(Paper.person_id == by.person_id).order_by(Paper.id.desc())
    return session.scalars(query.limit(1)).first()


def _of(meeting: Meeting) -> Select[Paper]:
    return select(Paper).where(Paper.meeting_id == meeting.id, Paper.kind == PaperKind.PACK)
