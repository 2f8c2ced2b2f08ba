"""Reads of the register: what holds for each kind, what would go now, and what went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from agenda.core.clock import at_local, local_day
from agenda.core.problems import NotFound
from agenda.people.model import Membership, Person
from agenda.retention.model import Removal as Removed
from agenda.retention.model import RetentionRule
from agenda.retention.register import BY_NAME, KINDS, LEFT_SINCE, Kind
from agenda.retention.removals import REMOVALS, Removal
from agenda.retention.rules import Period, last_due

MOST_EXAMPLES = 5
MOST_LEFT = 200
DAYS_SHOWN = 60


@dataclass(frozen=True)
class Due:
    """What of one kind would go now: how much, of when the oldest is, and some of it by name."""

    number: int
    oldest: datetime | None = None
    examples: Sequence[str] = ()


@dataclass(frozen=True)
class Standing:
    """How one kind stands: what was settled for it, and what would go now under that or the proposal."""

    kind: Kind
    rule: RetentionRule | None
    due: Due

    @property
    def period(self) -> Period | None:
        """The period that holds, or that is proposed as long as none was settled."""
        return self.rule.period if self.rule is not None else self.kind.proposed


@dataclass(frozen=True)
class Left:
    """Somebody who holds no place any more, since the day after this one."""

    person: Person
    last_day: date


def kind_named(name: str) -> Kind:
    """Give a kind of the register; NotFound for any other."""
    if name not in BY_NAME:
        raise NotFound("not_found")
    return BY_NAME[name]


def rule_of(session: Session, kind: Kind) -> RetentionRule | None:
    """Give what was settled for a kind; None as long as nothing was."""
    return session.scalars(select(RetentionRule).where(RetentionRule.kind == kind.name)).one_or_none()


def standings(session: Session, zone: str, now: datetime) -> list[Standing]:
    """Give every kind with what would go now, in the order of the register."""
    rules = {rule.kind: rule for rule in session.scalars(select(RetentionRule))}
    found = []
    for kind in KINDS:
        rule = rules.get(kind.name)
        period = rule.period if rule is not None else kind.proposed
        found.append(Standing(kind, rule, what_is_due(session, kind, period, zone, now)))
    return found


def what_is_due(session: Session, kind: Kind, period: Period | None, zone: str, now: datetime) -> Due:
    """Tell what of a kind would go now if this were its period: the dry run."""
    if period is None:
        return Due(0)
    before = begin_of_kept(period, zone, now)
    number, oldest, examples = 0, None, []
    for removal in REMOVALS[kind.name]:
        spared = removal.spared(session, now) if removal.spared is not None else frozenset()
        due = removal.due(before)
        count, first = session.execute(
            select(func.count(), func.min(removal.moment)).select_from(removal.row).where(due)
        ).one()
        if spared:
            count -= sum(key in spared for key in session.scalars(select(removal.key).where(due)))
        number += count
        if count and first is not None:
            oldest = min(first, oldest or first)
        if removal.shown is not None and count:
            query = select(removal.shown).where(due).order_by(removal.key).limit(MOST_EXAMPLES)
            examples += [text for text in session.scalars(query) if text]
    return Due(number, oldest, examples)


def begin_of_kept(period: Period, zone: str, now: datetime) -> datetime:
    """Give the moment from which on everything is kept: what is of before it is due.

    The begin of a civil day, so that a period ends at midnight whatever the clock did in between.
    """
    day = last_due(period, local_day(now, zone))
    return at_local(day + timedelta(days=1), time.min, zone)


def next_batch(session: Session, removal: Removal, before: datetime, after: int, most: int) -> Sequence[int]:
    """Give the numbers of the next rows that are due, past a number, each for one worker alone."""
    query = select(removal.key).where(removal.due(before), removal.key > after).order_by(removal.key)
    return session.scalars(query.limit(most).with_for_update(skip_locked=True, of=removal.table)).all()


def removed_lately(session: Session, today: date) -> Sequence[Removed]:
    """List what went in the last weeks, newest day first."""
    since = today - timedelta(days=DAYS_SHOWN)
    query = select(Removed).where(Removed.day > since).order_by(Removed.day.desc(), Removed.kind)
    return session.scalars(query).all()


def who_left(session: Session, today: date) -> list[Left]:
    """List who held a place and holds none for so long that they may be erased; nobody goes by itself."""
    ended = func.max(Membership.until)
    open_places = func.count().filter(Membership.until.is_(None))
    gone = (
        select(Membership.person_id, ended.label("last_day"))
        .group_by(Membership.person_id)
        .having(open_places == 0, ended <= last_due(LEFT_SINCE, today))
        .subquery()
    )
    query = (
        select(Person, gone.c.last_day)
        .join(gone, gone.c.person_id == Person.id)
        .where(Person.erased_at.is_(None), Person.administrator.is_(False))
        .order_by(gone.c.last_day, Person.id)
        .limit(MOST_LEFT)
    )
    return [Left(person, last_day) for person, last_day in session.execute(query)]


def each_removal(session: Session) -> Iterator[tuple[Kind, Period, Removal]]:
    """Give, for each kind that was settled to go, how it goes."""
    rules = {rule.kind: rule.period for rule in session.scalars(select(RetentionRule))}
    for kind in KINDS:
        period = rules.get(kind.name)
        if period is not None:
            yield from ((kind, period, removal) for removal in REMOVALS[kind.name])
