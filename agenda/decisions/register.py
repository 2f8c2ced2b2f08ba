"""The register of decisions: what all bodies decided, in meetings and in writing, across the years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from agenda.core.actor import Actor
from agenda.core.clock import at_local
from agenda.decisions.model import Decision, DecisionKind, Rectification
from agenda.decisions.queries import whole
from agenda.decisions.register_asked import IN_WRITING, RECTIFIED, Filter
from agenda.decisions.rules import Standing, reference_in
from agenda.decisions.states import is_rectified, standing_in_sql, visible
from agenda.meetings.model import AgendaItem, Meeting
from agenda.people.model import Body
from agenda.people.queries import bodies_for
from agenda.topics import sight
from agenda.topics.listing import focus_areas
from agenda.topics.model import FocusArea, Topic, folded
from agenda.topics.round_model import Ending, WrittenRound

PAGE = 50
MOST_IDS = 500
Conditions = list[ColumnElement[bool]]


@dataclass(frozen=True)
class Decided:
    """A line of the register: a decision of a meeting."""

    decision: Decision
    # What was corrected of its words, oldest first.
    rectified: tuple[Rectification, ...]


@dataclass(frozen=True)
class Settled:
    """A line of the register: what a written round settled without a meeting."""

    round: WrittenRound


Entry = Decided | Settled


@dataclass(frozen=True)
class Found:
    """One page of the register, and the sum of all pages."""

    entries: Sequence[Entry]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True)
class Choices:
    """What the filters offer."""

    bodies: Sequence[Body]
    areas: Sequence[FocusArea]
    years: Sequence[int]


def register(session: Session, by: Actor, wanted: Filter, zone: str, page: int | None = 1) -> Found:
    """List what is asked, one page of fifty, or all where `page` is None; days are civil days in `zone`."""
    lines = _lines(by, wanted, zone).subquery()
    total = session.scalar(select(func.count()).select_from(lines)) or 0
    query = select(lines.c.source, lines.c.id).order_by(*_order(wanted.sort, lines.c))
    if page is not None:
        page = min(max(page, 1), max(1, -(-total // PAGE)))
        query = query.limit(PAGE).offset((page - 1) * PAGE)
    rows = [(row.source, row.id) for row in session.execute(query)]
    return Found(_entries(session, rows), total, page or 1)


def choices(session: Session, by: Actor, zone: str) -> Choices:
    """Give what the filters of this person's register can offer."""
    lines = _lines(by, Filter(), zone).subquery()
    first, last = session.execute(select(func.min(lines.c.moment), func.max(lines.c.moment))).one()
    years = [] if first is None else range(_year(last, zone), _year(first, zone) - 1, -1)
    return Choices(bodies_for(session, by.bodies("see")), focus_areas(session), list(years))


def _year(moment: datetime, zone: str) -> int:
    return moment.astimezone(ZoneInfo(zone)).year


def _lines(by: Actor, wanted: Filter, zone: str) -> Any:
    decided = (
        select(
            literal("meeting").label("source"),
            Decision.id.label("id"),
            Meeting.starts_at.label("moment"),
            Decision.position.label("place"),
            Body.name.label("body"),
        )
        .join(Meeting, Decision.meeting_id == Meeting.id)
        .join(Body, Meeting.body_id == Body.id)
        .outerjoin(AgendaItem, Decision.agenda_item_id == AgendaItem.id)
        .outerjoin(Topic, AgendaItem.topic_id == Topic.id)
        .where(visible(by), *_decided(wanted, zone), *_common(wanted, Meeting.starts_at, zone))
    )
    in_writing = (
        select(
            literal("round").label("source"),
            WrittenRound.id.label("id"),
            WrittenRound.ended_at.label("moment"),
            literal(0).label("place"),
            Body.name.label("body"),
        )
        .join(Topic, WrittenRound.topic_id == Topic.id)
        .join(Body, Topic.body_id == Body.id)
        .where(*_settled(by), *_in_writing(wanted, zone), *_common(wanted, WrittenRound.ended_at, zone))
    )
    if wanted.kind in set(DecisionKind) or wanted.state not in ("", Standing.IN_FORCE):
        return decided
    return in_writing if wanted.kind == IN_WRITING else union_all(decided, in_writing)


def _settled(by: Actor) -> Conditions:
    """Keep what was decided in writing and stands, as topics' own list of written decisions does."""
    return [
        sight.visible(by),
        WrittenRound.ending == Ending.SETTLED,
        Topic.settled_in_writing_at == WrittenRound.ended_at,
        Topic.withdrawn_at.is_(None),
    ]


def _common(wanted: Filter, moment: Any, zone: str) -> Conditions:
    found: Conditions = []
    if wanted.body is not None:
        found.append(Body.id == wanted.body)
    if wanted.focus is not None:
        found.append(Topic.focus_area_id == wanted.focus)
    if wanted.year is not None:
        first, last = date(wanted.year, 1, 1), date(wanted.year + 1, 1, 1)
        found.append(_between(moment, first, last, zone))
    return found


def _decided(wanted: Filter, zone: str) -> Conditions:
    found: Conditions = []
    if wanted.kind == IN_WRITING:
        return found
    if wanted.kind:
        found.append(Decision.kind == DecisionKind(wanted.kind))
    if wanted.state == RECTIFIED:
        found.append(is_rectified())
    elif wanted.state:
        found.append(standing_in_sql() == wanted.state)
    return found + [_in_decision(word, zone) for word in wanted.q.split()]


def _in_decision(word: str, zone: str) -> ColumnElement[bool]:
    cited = reference_in(word)
    if cited is not None:
        day, place = cited
        on_day = _between(Meeting.starts_at, day, day + timedelta(days=1), zone)
        return on_day if place is None else and_(on_day, Decision.position == place)
    part = folded(word)
    return or_(
        Decision.searchable.contains(part, autoescape=True),
        Topic.searchable.contains(part, autoescape=True),
        func.lower(AgendaItem.title).contains(part, autoescape=True),
    )


def _in_writing(wanted: Filter, zone: str) -> Conditions:
    found: Conditions = []
    for word in wanted.q.split():
        cited, part = reference_in(word), folded(word)
        if cited is not None:
            day = cited[0]
            on_day = _between(WrittenRound.ended_at, day, day + timedelta(days=1), zone)
            found.append(on_day if cited[1] is None else literal(value=False))
        else:
            found.append(
                or_(
                    Topic.searchable.contains(part, autoescape=True),
                    func.lower(WrittenRound.proposal).contains(part, autoescape=True),
                )
            )
    return found


def _between(moment: Any, first: date, last: date, zone: str) -> ColumnElement[bool]:
    begins, ends = (at_local(day, time(), zone) for day in (first, last))
    return and_(moment >= begins, moment < ends)


def _order(sort: str, line: Any) -> list[ColumnElement[Any]]:
    falling = sort.startswith("-")
    newest = [line.moment.desc(), line.body, line.place, line.id]
    if sort.removeprefix("-") == "body":
        return [line.body.desc() if falling else line.body.asc(), *newest]
    return newest if falling else [line.moment.asc(), *newest[1:]]


def _entries(session: Session, rows: Sequence[tuple[str, int]]) -> list[Entry]:
    decision_ids = [key for source, key in rows if source == "meeting"]
    decisions = _by_id(session, whole(), Decision.id, decision_ids)
    rounds = _by_id(
        session,
        select(WrittenRound).options(
            joinedload(WrittenRound.topic).joinedload(Topic.body),
            joinedload(WrittenRound.topic).joinedload(Topic.focus_area),
        ),
        WrittenRound.id,
        [key for source, key in rows if source == "round"],
    )
    rectified = _rectified(session, decision_ids)
    return [
        Decided(decisions[key], tuple(rectified.get(key, ())))
        if source == "meeting"
        else Settled(rounds[key])
        for source, key in rows
    ]


def _rectified(session: Session, decision_ids: Sequence[int]) -> dict[int, list[Rectification]]:
    found: dict[int, list[Rectification]] = {}
    for some in _parts(decision_ids):
        query = select(Rectification).where(Rectification.decision_id.in_(some)).order_by(Rectification.id)
        for one in session.scalars(query):
            if one.decision_id is not None:
                found.setdefault(one.decision_id, []).append(one)
    return found


def _by_id(session: Session, query: Select[Any], column: Any, ids: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for some in _parts(ids):
        found |= {row.id: row for row in session.scalars(query.where(column.in_(some))).unique()}
    return found


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Cut a whole register in parts: it has more numbers than a database takes in one question."""
    return (ids[start : start + MOST_IDS] for start in range(0, len(ids), MOST_IDS))
