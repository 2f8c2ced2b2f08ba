"""What failed and waits for a person: letters, papers, texts, searches, calendars, the mailbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlalchemy.orm import Session, defer, joinedload

from agenda.core import audit
from agenda.core.actor import Actor, must_be_administrator
from agenda.core.database import get
from agenda.core.problems import Conflict, Invalid
from agenda.core.text import one_line
from agenda.dates.model import BusyCalendar
from agenda.documents.model import Reading, StoredFile
from agenda.invitations.model import CalendarPush
from agenda.mail import actions as mail
from agenda.mail.model import Letter, MailboxState
from agenda.mail.queries import SIGN_IN
from agenda.operations.model import Dismissed
from agenda.planner.run_model import PlanningRun
from agenda.publications.model import Paper

# What failed longer ago helps nobody any more.
LOOK_BACK = timedelta(days=30)
MOST_OF_A_KIND = 200
LONGEST_REASON = 300


class Kind(StrEnum):
    """What can fail."""

    LETTER = "letter"
    MAILBOX = "mailbox"
    PAPER = "paper"
    TEXT = "text"
    SEARCH = "search"
    CALENDAR = "calendar"
    PUSH = "push"


@dataclass(frozen=True)
class Failed:
    """What has failed of a kind: its number, when, and which rows those are."""

    key: Any
    at: Any
    wanted: Sequence[ColumnElement[bool]]


FAILED: Mapping[Kind, Failed] = {
    Kind.LETTER: Failed(
        Letter.id, Letter.settled_at, (Letter.fate.in_(("failed", "expired")), Letter.kind != SIGN_IN)
    ),
    Kind.MAILBOX: Failed(MailboxState.id, MailboxState.tried_at, (MailboxState.failures > 0,)),
    Kind.PAPER: Failed(Paper.id, Paper.finished_at, (Paper.failed != "",)),
    Kind.TEXT: Failed(
        StoredFile.id,
        func.coalesce(StoredFile.heard_at, StoredFile.stored_at),
        (StoredFile.reading == Reading.FAILED,),
    ),
    Kind.SEARCH: Failed(
        PlanningRun.id, PlanningRun.finished_at, (PlanningRun.failed != "", PlanningRun.stopped_at.is_(None))
    ),
    Kind.CALENDAR: Failed(BusyCalendar.id, BusyCalendar.tried_at, (BusyCalendar.failures > 0,)),
    Kind.PUSH: Failed(CalendarPush.id, CalendarPush.tried_at, (CalendarPush.failures > 0,)),
}


@dataclass(frozen=True)
class Failure:
    """One thing that failed: when, why as a code or in the words of a server, and what it is called."""

    kind: Kind
    key: int
    at: datetime
    why: str
    name: str


def failures(session: Session, now: datetime) -> list[Failure]:
    """List what failed lately and was not let be, newest first; what fails again is shown again."""
    since = now - LOOK_BACK
    found = [failure for kind in Kind for failure in LISTS[kind](session, since)]
    let_be = {(d.kind, d.key): d.at for d in session.scalars(select(Dismissed).where(Dismissed.at >= since))}
    shown = (f for f in found if f.at > let_be.get((f.kind.value, f.key), since))
    return sorted(shown, key=lambda f: (f.at, f.kind, f.key), reverse=True)


def how_many(session: Session, now: datetime) -> int:
    """Count what `failures` lists, in one question."""
    since = now - LOOK_BACK
    each = (
        select(literal(kind.value).label("kind"), failed.key.label("key"), failed.at.label("at")).where(
            *_lately(kind, since)
        )
        for kind, failed in FAILED.items()
    )
    found = union_all(*each).subquery()
    let_be = (Dismissed.kind == found.c.kind) & (Dismissed.key == found.c.key) & (Dismissed.at >= found.c.at)
    query = select(func.count()).select_from(found).where(~select(Dismissed.kind).where(let_be).exists())
    return session.scalar(query) or 0


def retry(session: Session, kind: Kind, key: int, by: Actor, now: datetime) -> None:
    """Let what failed be tried again soon."""
    must_be_administrator(by)
    RETRIES[kind](session, key, by, now)
    if kind is not Kind.LETTER:
        # The mail room writes its own line.
        audit.record(session, by, now, "failure_retried", (kind.value, key))


def dismiss(session: Session, kind: Kind, key: int, why: str, by: Actor, now: datetime) -> None:
    """Let a failure be, with the reason; Invalid without one."""
    must_be_administrator(by)
    reason = one_line(why)[:LONGEST_REASON].strip()
    if not reason:
        raise Invalid("reason_missing")
    place = (Dismissed.kind == kind.value, Dismissed.key == key)
    known = session.scalars(select(Dismissed).where(*place)).one_or_none()
    if known is None:
        known = Dismissed(kind=kind.value, key=key)
        session.add(known)
    known.at, known.by, known.why = now, by.name, reason
    audit.record(session, by, now, "failure_let_be", (kind.value, key), {}, {"why": reason})


def _lately(kind: Kind, since: datetime) -> Sequence[ColumnElement[bool]]:
    return (*FAILED[kind].wanted, FAILED[kind].at > since)


def _letters(session: Session, since: datetime) -> Iterable[Failure]:
    query = (
        select(Letter)
        .where(*_lately(Kind.LETTER, since))
        .order_by(Letter.id.desc())
        .limit(MOST_OF_A_KIND)
        .options(defer(Letter.content))
    )
    for letter in session.scalars(query):
        if letter.settled_at is not None:
            name = f"{letter.recipient_name}: {letter.subject}"
            yield Failure(
                Kind.LETTER, letter.id, letter.settled_at, letter.last_error or letter.fate or "", name
            )


def _mailboxes(session: Session, since: datetime) -> Iterable[Failure]:
    for box in session.scalars(select(MailboxState).where(*_lately(Kind.MAILBOX, since))):
        yield Failure(Kind.MAILBOX, box.id, box.tried_at, box.failure, box.name)


def _papers(session: Session, since: datetime) -> Iterable[Failure]:
    query = (
        select(Paper)
        .where(*_lately(Kind.PAPER, since))
        .order_by(Paper.id.desc())
        .limit(MOST_OF_A_KIND)
        .options(joinedload(Paper.meeting))
    )
    for paper in session.scalars(query):
        if paper.finished_at is not None:
            yield Failure(Kind.PAPER, paper.id, paper.finished_at, paper.failed, paper.meeting.title)


def _texts(session: Session, since: datetime) -> Iterable[Failure]:
    query = (
        select(StoredFile)
        .where(*_lately(Kind.TEXT, since))
        .order_by(StoredFile.id.desc())
        .limit(MOST_OF_A_KIND)
    )
    for file in session.scalars(query):
        # By its kind and not by its name: that may say what only some may know.
        yield Failure(Kind.TEXT, file.id, file.heard_at or file.stored_at, file.reading_why, file.media_type)


def _searches(session: Session, since: datetime) -> Iterable[Failure]:
    query = (
        select(PlanningRun)
        .where(*_lately(Kind.SEARCH, since))
        .order_by(PlanningRun.id.desc())
        .limit(MOST_OF_A_KIND)
    )
    for run in session.scalars(query):
        if run.finished_at is not None:
            yield Failure(Kind.SEARCH, run.id, run.finished_at, run.failed, run.asked_by)


def _calendars(session: Session, since: datetime) -> Iterable[Failure]:
    query = (
        select(BusyCalendar)
        .where(*_lately(Kind.CALENDAR, since))
        .options(joinedload(BusyCalendar.person), defer(BusyCalendar.blocks))
        .limit(MOST_OF_A_KIND)
    )
    for one in session.scalars(query):
        if one.tried_at is not None:
            yield Failure(Kind.CALENDAR, one.id, one.tried_at, one.failure, f"{one.person.name}: {one.name}")


def _pushes(session: Session, since: datetime) -> Iterable[Failure]:
    query = (
        select(CalendarPush)
        .where(*_lately(Kind.PUSH, since))
        .options(joinedload(CalendarPush.person))
        .limit(MOST_OF_A_KIND)
    )
    for one in session.scalars(query):
        if one.tried_at is not None:
            yield Failure(Kind.PUSH, one.id, one.tried_at, one.failure, f"{one.person.name}: {one.name}")


def _again_mailbox(session: Session, key: int, _by: Actor, now: datetime) -> None:
    get(session, MailboxState, key).next_at = now


def _again_paper(session: Session, key: int, _by: Actor, _now: datetime) -> None:
    _anew(get(session, Paper, key))


def _again_search(session: Session, key: int, _by: Actor, _now: datetime) -> None:
    _anew(get(session, PlanningRun, key))


def _anew(work: Paper | PlanningRun) -> None:
    if work.finished_at is None:
        raise Conflict("failure_not_there")
    work.started_at = work.heard_at = work.finished_at = None
    work.failed, work.attempts = "", 0


def _again_text(session: Session, key: int, _by: Actor, _now: datetime) -> None:
    file = get(session, StoredFile, key)
    if file.reading is not Reading.FAILED:
        raise Conflict("failure_not_there")
    file.reading, file.reading_why, file.attempts, file.heard_at = Reading.WAITING, "", 0, None


def _again_calendar(session: Session, key: int, _by: Actor, now: datetime) -> None:
    get(session, BusyCalendar, key).next_read_at = now


def _again_push(session: Session, key: int, _by: Actor, now: datetime) -> None:
    get(session, CalendarPush, key).next_at = now


def _again_letter(session: Session, key: int, by: Actor, now: datetime) -> None:
    mail.retry(session, key, by, now)


LISTS: dict[Kind, Callable[[Session, datetime], Iterable[Failure]]] = {
    Kind.LETTER: _letters,
    Kind.MAILBOX: _mailboxes,
    Kind.PAPER: _papers,
    Kind.TEXT: _texts,
    Kind.SEARCH: _searches,
    Kind.CALENDAR: _calendars,
    Kind.PUSH: _pushes,
}
RETRIES: dict[Kind, Callable[[Session, int, Actor, datetime], Any]] = {
    Kind.LETTER: _again_letter,
    Kind.MAILBOX: _again_mailbox,
    Kind.PAPER: _again_paper,
    Kind.TEXT: _again_text,
    Kind.SEARCH: _again_search,
    Kind.CALENDAR: _again_calendar,
    Kind.PUSH: _again_push,
}
