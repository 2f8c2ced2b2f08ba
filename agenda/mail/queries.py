"""Reads for the screens about letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, defer

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.mail.model import Hold, Letter
from agenda.mail.rules import State

SIGN_IN = "sign_in"
A_PAGE = 50


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


def failed_since(session: Session, moment: datetime) -> Sequence[Letter]:
    """List the letters that failed or expired after this moment, oldest first, without their content."""
    query = (
        select(Letter)
        .where(Letter.fate.in_(("failed", "expired")), Letter.settled_at > moment)
        .order_by(Letter.settled_at, Letter.id)
        .options(defer(Letter.content))
    )
    return session.scalars(query).all()


@dataclass(frozen=True)
class Page:
    """Some letters of a longer list."""

    letters: Sequence[Letter]
    number: int
    pages: int
    total: int


def letters(
    session: Session,
    now: datetime,
    *,
    bodies: frozenset[int] | None = None,
    state: State | None = None,
    search: str = "",
    person_id: int | None = None,
    about: tuple[str, int] | None = None,
    number: int = 1,
) -> Page:
    """List letters without their content, newest first; `bodies` None means all of them.

    `search` looks in recipient and subject. `number` is the page, from 1; too high a one gives the last.
    """
    wanted: list[ColumnElement[bool]] = []
    if bodies is not None:
        wanted.append(Letter.body_id.in_(bodies))
    if state is not None:
        wanted.append(_in_state(session, state, now))
    if person_id is not None:
        wanted.append(Letter.person_id == person_id)
    if about is not None:
        wanted += [Letter.subject_kind == about[0], Letter.subject_id == about[1]]
    for word in search.split():
        fields = (Letter.recipient, Letter.recipient_name, Letter.subject)
        wanted.append(or_(*(field.icontains(word, autoescape=True) for field in fields)))
    total = session.scalar(select(func.count()).select_from(Letter).where(*wanted)) or 0
    pages = max(1, -(-total // A_PAGE))
    number = min(max(number, 1), pages)
    return Page(session.scalars(_some(wanted, number)).all(), number, pages, total)


def _some(wanted: list[ColumnElement[bool]], number: int) -> Select[Letter]:
    newest = select(Letter).where(*wanted).order_by(Letter.id.desc()).options(defer(Letter.content))
    return newest.limit(A_PAGE).offset((number - 1) * A_PAGE)


def _in_state(session: Session, state: State, now: datetime) -> ColumnElement[bool]:
    """Say in SQL what rules.state_of says of one letter."""
    leaving = and_(Letter.fate.is_(None), Letter.leased_until > now)
    if state is State.SENDING:
        return leaving
    if state in (State.WAITING, State.HELD):
        held = open_hold(session) is not None
        still = and_(Letter.fate.is_(None), or_(Letter.leased_until.is_(None), Letter.leased_until <= now))
        return still if held == (state is State.HELD) else Letter.id.is_(None)
    return Letter.fate == state.value
