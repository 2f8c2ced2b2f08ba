"""Reading from the database what is compared of topics: words, people, focus area and deadline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from agenda.people.model import Body, Membership
from agenda.people.queries import on_day
from agenda.people.rules import holders_of_portfolios
from agenda.topics.likeness_rules import Described
from agenda.topics.likeness_terms import wording
from agenda.topics.model import Need, Topic, TopicGuest


def described(
    session: Session, conditions: Sequence[ColumnElement[bool]], today: date, most: int | None = None
) -> list[Described]:
    """Read what is compared of the topics that meet these conditions, by number; at most so many."""
    query = select(
        Topic.id,
        Topic.body_id,
        Topic.title,
        Topic.summary,
        Topic.focus_area_id,
        Topic.lead_id,
        Topic.official_lead_id,
        Topic.deadline,
        Topic.predecessor_id,
        Body.name.label("body"),
    ).join(Body, Body.id == Topic.body_id)
    rows = session.execute(query.where(*conditions).order_by(Topic.id).limit(most)).all()
    people = _people(session, conditions, today) if rows else {}
    return [
        Described(
            id=row.id,
            body_id=row.body_id,
            words=wording(row.title, row.summary, row.body),
            people=frozenset({row.lead_id, row.official_lead_id, *people.get(row.id, ())} - {None}),
            lead_id=row.lead_id,
            focus_area_id=row.focus_area_id,
            deadline=row.deadline,
            predecessor_id=row.predecessor_id,
        )
        for row in rows
    ]


def _people(
    session: Session, conditions: Sequence[ColumnElement[bool]], today: date
) -> Mapping[int, set[int]]:
    """Give for each topic whom it needs, who holds the portfolio it needs, and its guests."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    needs = select(Need.topic_id, Need.person_id, Need.portfolio, Topic.body_id).join(
        Topic, Topic.id == Need.topic_id
    )
    needed = session.execute(needs.where(*conditions)).all()
    holders = _holders(session, today) if any(row.person_id is None for row in needed) else {}
    for row in needed:
        if row.person_id is not None:
            found[row.topic_id].add(row.person_id)
        else:
            found[row.topic_id] |= holders.get(row.body_id, {}).get(row.portfolio, frozenset())
    guests = select(TopicGuest.topic_id, TopicGuest.person_id).join(Topic, Topic.id == TopicGuest.topic_id)
    for topic_id, person_id in session.execute(guests.where(*conditions)):
        found[topic_id].add(person_id)
    return found


def _holders(session: Session, today: date) -> dict[int, dict[str, frozenset[int]]]:
    """Tell who holds each portfolio in each body."""
    seats: defaultdict[int, list[Any]] = defaultdict(list)
    query = select(Membership.body_id, Membership.person_id, Membership.portfolio)
    for row in session.execute(query.where(on_day(today), Membership.portfolio != "")):
        seats[row.body_id].append(row)
    return {body_id: holders_of_portfolios(rows) for body_id, rows in seats.items()}
