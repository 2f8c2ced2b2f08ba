"""Finding: how many of each kind, and one page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CTE, UnaryExpression, func, literal, select, true, union_all
from sqlalchemy.orm import Session, aliased

from agenda.core.actor import Actor
from agenda.search.asked import Asked
from agenda.search.filters import filters
from agenda.search.full_text import matching, use_index
from agenda.search.model import Kind, SearchEntry
from agenda.search.rules import Question
from agenda.search.sight import findable

PER_PAGE = 20


@dataclass(frozen=True)
class Found:
    """One page of entries, what stands in the title first and then what is newest; and how many in all."""

    entries: Sequence[SearchEntry] = ()
    # By kind, whatever kind is asked.
    counts: Mapping[Kind, int] = field(default_factory=dict)
    total: int = 0
    page: int = 1

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def find(session: Session, by: Actor, asked: Asked, question: Question, page: int = 1) -> Found:
    """Find what this person may see and what is asked."""
    page = max(page, 1)
    if not question.terms:
        return Found()
    use_index(session)
    match = matching(session, question)
    having = (
        select(SearchEntry, match.in_title.label("in_title"))
        .select_from(match.entries)
        .where(match.found)
        .cte("having")
    )
    entry = aliased(SearchEntry, having)
    entries = (
        select(entry.id, entry.kind, entry.day, having.c.in_title)
        .where(findable(entry, by), *filters(entry, asked, by))
        .cte("found")
    )
    counts, ids = _counted_and_listed(session, entries, asked, page)
    total = counts.get(asked.kind, 0) if asked.kind else sum(counts.values())
    pages = max(1, -(-total // PER_PAGE))
    if page > pages:
        page = pages
        counts, ids = _counted_and_listed(session, entries, asked, page)
    rows = {row.id: row for row in session.scalars(select(SearchEntry).where(SearchEntry.id.in_(ids)))}
    return Found([rows[number] for number in ids if number in rows], counts, total, page)


def _counted_and_listed(
    session: Session, entries: CTE, asked: Asked, page: int
) -> tuple[dict[Kind, int], list[int]]:
    """Count the entries of each kind, and give the numbers on one page: both in one look through them."""
    columns = entries.c
    counted = select(
        columns.kind.label("kind"), func.count().label("number"), literal(-1).label("place")
    ).group_by(columns.kind)

    def order(of: Any) -> tuple[UnaryExpression[Any], ...]:
        newest = (of.day.desc().nulls_last(), of.id.desc())
        return newest if asked.newest_first else (of.in_title.desc(), *newest)

    # The database keeps the best twenty while it reads; given places before, it would sort all of them.
    one_page = (
        select(columns.id, columns.kind, columns.day, columns.in_title)
        .where(true() if asked.kind is None else columns.kind == asked.kind)
        .order_by(*order(columns))
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
        .subquery()
    )
    place = func.row_number().over(order_by=order(one_page.c))
    found = session.execute(union_all(counted, select(one_page.c.kind, one_page.c.id, place))).all()
    counts = {row.kind: row.number for row in found if row.place < 0}
    listing = sorted((row for row in found if row.place >= 0), key=lambda row: row.place)
    return counts, [row.number for row in listing]
