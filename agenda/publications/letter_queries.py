"""Reads for the screens of council letters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.core.database import get
from agenda.core.problems import NotFound
from agenda.decisions.model import Commitment
from agenda.decisions.promise_queries import open_commitments
from agenda.mail.model import Letter
from agenda.mail.rules import State
from agenda.mail.rules import state_of as mail_state
from agenda.meetings.model import Meeting
from agenda.people.model import Body, Organisation, OrganisationKind, Seat
from agenda.publications.letter_model import CouncilLetter, LetterCopy, Letterhead


def letter_for(session: Session, letter_id: int, by: Actor) -> CouncilLetter:
    """Give a letter; NotFound unless it was sent, or this person sees what is not public."""
    letter = get(session, CouncilLetter, letter_id)
    by.must("see", letter.body)
    if not may_read(letter, by):
        raise NotFound("not_found")
    return letter


def copy_for(session: Session, copy_id: int, by: Actor) -> LetterCopy:
    """Give one copy; NotFound unless its letter is this person's to read."""
    copy = get(session, LetterCopy, copy_id)
    letter_for(session, copy.letter_id, by)
    return copy


def may_read(letter: CouncilLetter, by: Actor) -> bool:
    """Tell whether somebody may read it: what has left is public, a concept is for those who see more."""
    return letter.sent_at is not None or by.may("see_confidential", letter.body)


def letters_seen_by(session: Session, by: Actor) -> list[CouncilLetter]:
    """List the letters that this person may read, newest first."""
    query = (
        select(CouncilLetter)
        .options(
            joinedload(CouncilLetter.body),
            joinedload(CouncilLetter.meeting),
            selectinload(CouncilLetter.copies).joinedload(LetterCopy.organisation),
        )
        .order_by(CouncilLetter.dated_on.desc(), CouncilLetter.id.desc())
    )
    bodies = by.bodies("see")
    if bodies is not None:
        query = query.where(CouncilLetter.body_id.in_(bodies))
    return [letter for letter in session.scalars(query) if may_read(letter, by)]


def waiting_to_leave(session: Session, by: Actor) -> Sequence[CouncilLetter]:
    """List the letters whose text is agreed and that this person can send."""
    query = (
        select(CouncilLetter)
        .options(joinedload(CouncilLetter.body))
        .where(CouncilLetter.agreed_at.is_not(None), CouncilLetter.sent_at.is_(None))
        .order_by(CouncilLetter.id)
    )
    bodies = by.bodies("record")
    if bodies is not None:
        query = query.where(CouncilLetter.body_id.in_(bodies))
    return session.scalars(query).all()


def letters_about(session: Session, meeting: Meeting, by: Actor) -> list[CouncilLetter]:
    """List the letters about one meeting that this person may read, oldest first."""
    query = select(CouncilLetter).where(CouncilLetter.meeting_id == meeting.id).order_by(CouncilLetter.id)
    return [letter for letter in session.scalars(query) if may_read(letter, by)]


def letters_of(session: Session, body: Body, by: Actor) -> list[CouncilLetter]:
    """List the letters of one body that this person may read, newest first."""
    query = (
        select(CouncilLetter)
        .where(CouncilLetter.body_id == body.id)
        .order_by(CouncilLetter.dated_on.desc(), CouncilLetter.id.desc())
    )
    return [letter for letter in session.scalars(query) if may_read(letter, by)]


def fates(
    session: Session, letters: Sequence[CouncilLetter], now: datetime
) -> dict[int, tuple[Letter, State]]:
    """Tell what became of the mail of each copy that left by mail, by the number of the copy."""
    keys = {copy.mail_key: copy.id for letter in letters for copy in letter.copies if copy.mail_key}
    if not keys:
        return {}
    found = session.scalars(select(Letter).where(Letter.key.in_(keys)))
    return {keys[one.key]: (one, mail_state(one, now)) for one in found}


def open_promises(session: Session, letter: CouncilLetter) -> Sequence[Commitment]:
    """List what the body still owes its councils."""
    query = (
        select(Commitment)
        .where(Commitment.body_id == letter.body_id, Commitment.kept_at.is_(None))
        .order_by(Commitment.promised_on, Commitment.id)
    )
    return session.scalars(query).all()


def unwritten(session: Session, by: Actor, now: datetime) -> list[Commitment]:
    """List promises whose day comes near while no letter to the councils is being written."""
    near = open_commitments(session, by, now)
    bodies = {one.body_id for one in near}
    writing = set(
        session.scalars(
            select(CouncilLetter.body_id).where(
                CouncilLetter.body_id.in_(bodies), CouncilLetter.sent_at.is_(None)
            )
        )
    )
    return [one for one in near if one.body_id not in writing]


def meeting_to_tell(session: Session, body_id: int, now: datetime) -> Meeting | None:
    """Give the latest meeting of a body that was held: the one a letter would be about."""
    query = (
        select(Meeting)
        .where(Meeting.body_id == body_id, Meeting.cancelled_at.is_(None), Meeting.starts_at <= now)
        .order_by(Meeting.starts_at.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def municipalities_of(session: Session, by: Actor) -> list[tuple[Organisation, Letterhead | None]]:
    """List the municipalities of the bodies for which this person records, with their letterheads."""
    query = (
        select(Organisation, Letterhead)
        .outerjoin(Letterhead, Letterhead.organisation_id == Organisation.id)
        .where(
            Organisation.kind == OrganisationKind.MUNICIPALITY,
            Organisation.id.in_(
                select(Seat.organisation_id).where(Seat.body_id.in_(by.bodies("record") or ()))
            ),
        )
        .order_by(Organisation.name)
    )
    return [(organisation, head) for organisation, head in session.execute(query)]
