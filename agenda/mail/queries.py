"""Reads for the screens about letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select
from sqlalchemy.orm import Session, defer

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.core.text import one_line
from agenda.mail.model import Hold, Letter
from agenda.mail.reading import Reading, read_letter
from agenda.mail.rules import State

SIGN_IN = "sign_in"
A_PAGE = 50
# Every word is a condition, and of those a database takes a thousand.
LONGEST_QUESTION = 200


def open_hold(session: Session) -> Hold | None:
    """Give the hold that keeps all letters in the house now, if there is one."""
    return session.scalars(select(Hold).where(Hold.released_at.is_(None)).order_by(Hold.id).limit(1)).first()


def letter_for(session: Session, letter_id: int, by: Actor, to_change: bool = False) -> Letter:
    """Give a letter to someone who may see it; NotFound to anyone else.

    `to_change` keeps the workers away from it until the transaction ends.
    """
    letter = session.get(Letter, letter_id, with_for_update=to_change or None)
    bodies = by.bodies("see_letters")
    if letter is None or (bodies is not None and letter.body_id not in bodies):
        raise NotFound("not_found")
    return letter


@dataclass(frozen=True)
class Waiting:
    """What is held: how many letters from before that and since then, and when the oldest was written."""

    before: int
    since: int
    oldest: datetime | None

    @property
    def total(self) -> int:
        return self.before + self.since


def waiting_in(session: Session, held: Hold, now: datetime) -> Waiting:
    """Count the letters that a hold keeps in the house."""
    older = case((Letter.queued_at < held.held_at, 1), else_=0)
    query = select(func.count(), func.coalesce(func.sum(older), 0), func.min(Letter.queued_at)).where(
        _still_here(now)
    )
    total, before, oldest = session.execute(query).one()
    return Waiting(before, total - before, oldest)


def held_letters(session: Session, now: datetime, before: datetime | None = None) -> Sequence[Letter]:
    """List the letters that wait, for changing them, oldest first; `before`: only those written before it."""
    query = select(Letter).where(_still_here(now)).order_by(Letter.id).options(defer(Letter.content))
    if before is not None:
        query = query.where(Letter.queued_at < before)
    return session.scalars(query.with_for_update()).all()


def failed_since(session: Session, moment: datetime) -> Sequence[Letter]:
    """List the letters that failed or expired after this moment, oldest first, without their content."""
    query = (
        select(Letter)
        .where(Letter.fate.in_(("failed", "expired")), Letter.settled_at > moment)
        .order_by(Letter.settled_at, Letter.id)
        .options(defer(Letter.content))
    )
    return session.scalars(query).all()


def letter(session: Session, letter_id: int) -> Letter | None:
    """Give a letter to whoever asks: only for the demonstration, where all post is open."""
    return session.get(Letter, letter_id)


def reading(letter: Letter) -> Reading:
    """Give what the letter's reader finds in it."""
    return read_letter(letter.content)


@dataclass(frozen=True)
class Page:
    """Some letters of a longer list."""

    letters: Sequence[Letter]
    page: int
    pages: int
    total: int


def letters(
    session: Session,
    *,
    bodies: frozenset[int] | None = None,
    state: tuple[State, datetime] | None = None,
    search: str = "",
    person_id: int | None = None,
    kind: str | None = None,
    about: tuple[str, int] | None = None,
    page: int = 1,
    most: int = A_PAGE,
) -> Page:
    """List letters without their content, newest first.

    bodies: those whose letters may be seen; None means all letters. state: the state, and at which moment.
    search: words that each occur in recipient or subject. page: from 1; too high a one gives the last.
    """
    wanted: list[ColumnElement[bool]] = []
    if bodies is not None:
        wanted.append(Letter.body_id.in_(bodies))
    if state is not None:
        wanted.append(_in_state(session, *state))
    if person_id is not None:
        wanted.append(Letter.person_id == person_id)
    if kind is not None:
        wanted.append(Letter.kind == one_line(kind))
    if about is not None:
        wanted += [Letter.subject_kind == about[0], Letter.subject_id == about[1]]
    for word in one_line(search)[:LONGEST_QUESTION].split():
        fields = (Letter.recipient, Letter.recipient_name, Letter.subject)
        wanted.append(or_(*(field.icontains(word, autoescape=True) for field in fields)))
    total = session.scalar(select(func.count()).select_from(Letter).where(*wanted)) or 0
    pages = max(1, -(-total // most))
    page = min(max(page, 1), pages)
    newest = select(Letter).where(*wanted).order_by(Letter.id.desc()).options(defer(Letter.content))
    found = session.scalars(newest.limit(most).offset((page - 1) * most)).all()
    return Page(found, page, pages, total)


def kinds(session: Session) -> Sequence[str]:
    """List the kinds of letters that there are."""
    return session.scalars(select(Letter.kind).distinct().order_by(Letter.kind)).all()


def readers(session: Session) -> Sequence[tuple[int, str]]:
    """List who got letters, as person's number and name as it stood on the last letter, by name."""
    last = select(func.max(Letter.id)).where(Letter.person_id.is_not(None)).group_by(Letter.person_id)
    named = select(Letter.person_id, Letter.recipient_name).where(Letter.id.in_(last))
    found = [(person, name) for person, name in session.execute(named) if person is not None]
    return sorted(found, key=lambda reader: (reader[1], reader[0]))


def _in_state(session: Session, state: State, now: datetime) -> ColumnElement[bool]:
    """Say in SQL what rules.state_of says of one letter."""
    if state is State.SENDING:
        return and_(Letter.fate.is_(None), Letter.leased_until > now)
    if state in (State.WAITING, State.HELD):
        held = open_hold(session) is not None
        return _still_here(now) if held == (state is State.HELD) else false()
    return Letter.fate == state.value


def _still_here(now: datetime) -> ColumnElement[bool]:
    """Choose what nobody is sending and nobody settled."""
    return and_(Letter.fate.is_(None), or_(Letter.leased_until.is_(None), Letter.leased_until <= now))
