"""Papers: asked for, taken away, downloaded; decision lists adopted; a body's own words set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Changed, Conflict, Invalid, Problem
from agenda.meetings.after_closing import outcomes_leave
from agenda.meetings.model import Meeting
from agenda.people.model import Body
from agenda.publications.model import Adoption, Paper, PaperKind, PaperText, Place
from agenda.publications.papers import Wanted, must_be_possible, own_text
from agenda.publications.text_rules import unknown_placeholders
from agenda.publications.usual_texts import usual_text


def ask(
    session: Session, meeting: Meeting, wanted: Sequence[Wanted], by: Actor, now: datetime
) -> list[Paper]:
    """Ask for papers of a meeting; the worker makes them. One that waits already is not asked for again.

    Raises Invalid for none at all, and Conflict or Invalid for one that cannot be made now.
    """
    by.must("manage_documents", meeting.body)
    if not wanted:
        raise Invalid("no_paper_chosen")
    waiting = select(Paper).where(Paper.meeting_id == meeting.id, Paper.finished_at.is_(None))
    known = {(one.kind, one.language, one.everything, one.person_id): one for one in session.scalars(waiting)}
    asked, made = [], []
    for one in dict.fromkeys(wanted):
        must_be_possible(meeting, one, now)
        key = (one.kind, one.language, one.everything, one.person_id)
        if key not in known:
            known[key] = Paper(
                meeting_id=meeting.id,
                kind=one.kind,
                language=one.language,
                everything=one.everything,
                person_id=one.person_id,
                asked_at=now,
                asked_by=by.name,
            )
            session.add(known[key])
            made.append(known[key])
        asked.append(known[key])
    session.flush()
    for paper in made:
        audit.record(session, by, now, "paper_asked", ("paper", paper.id))
    return asked


def remove(session: Session, paper: Paper, version: int | None, by: Actor, now: datetime) -> None:
    """Throw a paper away, or give it up while it is being made; it can be made again."""
    by.must("manage_documents", paper.meeting.body)
    paper.expect(version)
    before = {"paper": paper.kind, "language": paper.language}
    audit.record(session, by, now, "outgoing_thrown_away", ("meeting", paper.meeting_id), before=before)
    session.delete(paper)


def note_download(session: Session, paper: Paper, by: Actor, now: datetime) -> None:
    """Keep in the trail who took a paper that not everybody may read."""
    if paper.everything or paper.limited:
        audit.record(session, by, now, "paper_downloaded", ("paper", paper.id))


def adopt(
    session: Session, meeting: Meeting, adopted_in: Meeting, changes: str, by: Actor, now: datetime
) -> Adoption:
    """Record that the decision list of a meeting was adopted in a later one, and with which changes.

    Raises Conflict where it was adopted already or the meeting is not closed yet, Invalid for a meeting that
    is no later one of the same body or has not begun.
    """
    by.must("record", meeting.body)
    if meeting.closed_at is None:
        raise Conflict("list_not_closed")
    if adoption_of(session, meeting) is not None:
        raise Conflict("list_adopted_already")
    if adopted_in not in may_adopt(session, meeting, now) or adopted_in.starts_at is None:
        raise Invalid("not_adopted_there")
    made = Adoption(
        meeting_id=meeting.id,
        adopted_in_id=adopted_in.id,
        adopted_on=local_day(adopted_in.starts_at, adopted_in.time_zone),
        changes=changes,
        recorded_at=now,
        recorded_by=by.name,
    )
    session.add(made)
    _flush(session, Conflict("list_adopted_already"))
    outcomes_leave(meeting, now)
    after = {"adopted_on": made.adopted_on, "adopted_in": adopted_in.title, "adopted_changes": changes}
    audit.record(session, by, now, "list_adopted", ("meeting", meeting.id), after=after)
    return made


def take_back_adoption(
    session: Session, adoption: Adoption, version: int | None, by: Actor, now: datetime
) -> None:
    """Undo the recording of an adoption: the list is a concept again."""
    by.must("record", adoption.meeting.body)
    adoption.expect(version)
    before = {"adopted_on": adoption.adopted_on, "adopted_changes": adoption.changes}
    audit.record(session, by, now, "adoption_taken_back", ("meeting", adoption.meeting_id), before=before)
    session.delete(adoption)


def adoption_of(session: Session, meeting: Meeting) -> Adoption | None:
    """Give when and where the decision list of a meeting was adopted; None for a concept."""
    return session.scalar(select(Adoption).where(Adoption.meeting_id == meeting.id))


def may_adopt(session: Session, meeting: Meeting, now: datetime) -> Sequence[Meeting]:
    """List the later meetings of the same body that have begun: in each the list can have been adopted."""
    query = (
        select(Meeting)
        .where(
            Meeting.body_id == meeting.body_id,
            Meeting.id != meeting.id,
            Meeting.starts_at > meeting.starts_at,
            Meeting.starts_at <= now,
            Meeting.cancelled_at.is_(None),
        )
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return session.scalars(query).all()


def set_texts(
    session: Session,
    body: Body,
    kind: PaperKind,
    language: str,
    texts: Mapping[Place, str],
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Give a kind of paper the body's own words; where they are the usual ones, those keep counting.

    Raises Invalid for a placeholder that means nothing, Changed where somebody else saved in between.
    """
    by.must("manage_documents", body)
    for text in texts.values():
        unknown = unknown_placeholders(text)
        if unknown:
            raise Invalid("placeholder_unknown", name="{" + unknown[0] + "}")
    own = {
        place: None if text == usual_text(kind, place, language) else text for place, text in texts.items()
    }
    row = _as_seen(session, body, kind, language, version)
    if row is None and not any(text is not None for text in own.values()):
        return
    if row is None:
        row = PaperText(body_id=body.id, kind=kind, language=language, changed_at=now, changed_by=by.name)
        session.add(row)
    before = {place.value: getattr(row, place.value) for place in Place}
    row.introduction, row.closing = own.get(Place.INTRODUCTION), own.get(Place.CLOSING)
    row.footer = own.get(Place.FOOTER)
    row.changed_at, row.changed_by = now, by.name
    after = {place.value: getattr(row, place.value) for place in Place}
    _flush(session, Changed())
    audit.record(
        session, by, now, "paper_words_set", ("body", body.id), before, {**after, "paper": kind.value}
    )


def back_to_usual(
    session: Session,
    body: Body,
    kind: PaperKind,
    language: str,
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Let the usual words count again in a kind of paper."""
    by.must("manage_documents", body)
    row = _as_seen(session, body, kind, language, version)
    if row is not None:
        before = {place.value: getattr(row, place.value) for place in Place} | {"paper": kind.value}
        audit.record(session, by, now, "paper_words_usual", ("body", body.id), before=before)
        session.delete(row)


def _as_seen(
    session: Session, body: Body, kind: PaperKind, language: str, version: int | None
) -> PaperText | None:
    """Give the row that a person saw; Changed when it is another one now, or there was none."""
    row = own_text(session, body, kind, language)
    if (row.version if row is not None else 0) != (version or 0):
        raise Changed
    return row


def _flush(session: Session, otherwise: Problem) -> None:
    """Write what was added; somebody else who added the same a moment earlier was first."""
    try:
        session.flush()
    except IntegrityError as error:
        raise otherwise from error
