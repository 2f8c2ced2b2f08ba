"""Budgets, reviews and costs of bodies, in a number of queries that does not grow with the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from agenda.core.actor import Actor
from agenda.core.clock import at_local, local_day
from agenda.meetings.model import Meeting
from agenda.meetings.rules import Quarter, quarter_of
from agenda.people.model import Body, Role
from agenda.people.queries import attendees_on
from agenda.planner.burden_model import BodyTerm
from agenda.planner.burden_rules import Budget

DAY = timedelta(days=1)


def bodies_seen_by(session: Session, by: Actor) -> list[Body]:
    """Give the bodies that one may see, by name."""
    allowed = by.bodies("see")
    query = select(Body).order_by(Body.name)
    if allowed is not None:
        query = query.where(Body.id.in_(allowed))
    return list(session.scalars(query))


def budget_left(session: Session, body: Body, quarter: Quarter) -> Budget:
    """Tell how many meetings a body may have in a quarter, and how many it has and has planned."""
    return budgets_of(session, [body], quarter)[body.id]


def budgets_of(session: Session, bodies: Collection[Body], quarter: Quarter) -> dict[int, Budget]:
    """Tell for each body how many meetings it may have in a quarter, and how many it has and has planned.

    A meeting without a date counts in the quarter that its window lies in.
    """
    zones = {body.id: body.time_zone for body in bodies}
    most = {
        term.body_id: term.most_meetings
        for term in session.scalars(select(BodyTerm).where(BodyTerm.body_id.in_(zones)))
    }
    # The edges are those of each body's own days: a day more is read on both sides.
    query = select(Meeting.body_id, Meeting.starts_at).where(
        Meeting.body_id.in_(zones),
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at >= at_local(quarter.first_day - DAY, time(), "UTC"),
        Meeting.starts_at < at_local(quarter.last_day + 2 * DAY, time(), "UTC"),
    )
    used: Counter[int] = Counter()
    for body_id, starts_at in session.execute(query):
        if starts_at is not None:
            used[body_id] += quarter_of(local_day(starts_at, zones[body_id])) == quarter
    # What is planned in the quarter without a date takes of its budget too.
    undated = select(Meeting.body_id).where(
        Meeting.body_id.in_(zones),
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at.is_(None),
        Meeting.window_from >= quarter.first_day,
        Meeting.window_until <= quarter.last_day,
    )
    used.update(session.scalars(undated))
    return {body_id: Budget(most.get(body_id), used[body_id]) for body_id in zones}


def cost_of(session: Session, body: Body, minutes: int, day: date) -> int:
    """Give the person-minutes of a meeting of everyone who is invited to a body's meetings on a day."""
    invited = [one for one in attendees_on(session, body.id, day) if one.role is not Role.READER]
    return minutes * len(invited)


def due_for_review(
    session: Session, bodies: Collection[int] | None, today: date, until: date
) -> list[tuple[Body, BodyTerm | None]]:
    """List the bodies that have not ended whose review or last day comes before a day, first ones first."""
    query = (
        select(Body, BodyTerm)
        .outerjoin(BodyTerm, BodyTerm.body_id == Body.id)
        .where(or_(BodyTerm.review_on <= until, Body.expires_on <= until))
        .where(or_(Body.expires_on.is_(None), Body.expires_on >= today))
    )
    if bodies is not None:
        query = query.where(Body.id.in_(bodies))
    found = [(body, term) for body, term in session.execute(query)]
    return sorted(found, key=lambda pair: first_day(*pair))


def first_day(body: Body, term: BodyTerm | None) -> date:
    """Give the day on which something must be decided about a body: its review, or its last day."""
    days = [body.expires_on, term.review_on if term is not None else None]
    return min(day for day in days if day is not None)


def planned_after(session: Session, body: Body, day: date) -> int:
    """Count the meetings that still stand after a local day of a body."""
    query = select(func.count(Meeting.id)).where(
        Meeting.body_id == body.id,
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at >= at_local(day + DAY, time(), body.time_zone),
    )
    return session.scalar(query) or 0


@dataclass(frozen=True)
class Exchange:
    """One in, one out: the bodies of which it was said what they came in the place of."""

    said: Sequence[BodyTerm]
    silent: int

    @property
    def replaced(self) -> int:
        """How many came in the place of another."""
        return sum(term.instead_of_id is not None for term in self.said)

    @property
    def added(self) -> int:
        """How many came on top, with a reason."""
        return len(self.said) - self.replaced


def exchange_of(session: Session, bodies: Sequence[Body]) -> Exchange:
    """Tell of these bodies which came in the place of another, and why others did not."""
    query = (
        select(BodyTerm)
        .join(BodyTerm.body)
        .where(BodyTerm.body_id.in_([body.id for body in bodies]))
        .where(or_(BodyTerm.instead_of_id.is_not(None), BodyTerm.why_none_ended != ""))
        .options(joinedload(BodyTerm.body), joinedload(BodyTerm.instead_of))
        .order_by(Body.name)
    )
    said = session.scalars(query).all()
    return Exchange(said, len(bodies) - len(said))
