"""Meetings in every state, for the tests of this room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from agenda.meetings import actions
from agenda.meetings.facts import Plan
from agenda.meetings.model import AgendaItem, ItemKind, ItemOutcome, Meeting
from agenda.topics.actions import plan_turn
from agenda.topics.model import Purpose, Topic, Treatment
from tests.world import START, World

FIRST_QUARTER = Plan(window_from=date(2019, 1, 1), window_until=date(2019, 3, 31))
# Thursday 14 February 2019, 15:30 in Amsterdam.
VALENTINE = datetime.fromisoformat("2019-02-14T15:30:00+01:00")
AFTER = VALENTINE + timedelta(hours=3)
STATES = ("draft", "dated", "confirmed", "held", "closed", "cancelled")


def planned(session: Session, world: World, plan: Plan = FIRST_QUARTER) -> Meeting:
    """Plan a meeting as the secretary would."""
    return actions.create_meeting(session, world.body(session), plan, world.by(session, "secretary"), START)


def dated(session: Session, world: World) -> Meeting:
    meeting = planned(session, world)
    actions.set_date(session, meeting, VALENTINE, 120, world.by(session, "secretary"), START)
    return meeting


def confirmed(session: Session, world: World) -> Meeting:
    meeting = dated(session, world)
    actions.confirm(session, meeting, world.by(session, "secretary"), START)
    return meeting


def in_state(session: Session, world: World, state: str) -> tuple[Meeting, datetime]:
    """Give a meeting in a state, with a moment at which it is in that state."""
    secretary = world.by(session, "secretary")
    if state == "draft":
        return planned(session, world), START
    if state == "dated":
        return dated(session, world), START
    meeting = confirmed(session, world)
    if state == "cancelled":
        actions.cancel(session, meeting, "Sneeuw", None, secretary, START)
    if state == "closed":
        actions.close(session, meeting, secretary, AFTER)
    return meeting, AFTER if state in ("held", "closed") else START


@contextmanager
def tried(session: Session) -> Iterator[None]:
    """Let something be tried and reach the database, and take it back: what follows finds all as it was."""
    attempt = session.begin_nested()
    yield
    session.flush()
    attempt.rollback()


def topic(session: Session, world: World, title: str = "Warmterotonde") -> Topic:
    made = Topic(
        body_id=world.body_id,
        title=title,
        purpose=Purpose.DELIBERATE,
        treatment=Treatment.DISCUSSION,
        minutes=20,
        priority=3,
        created_at=START,
    )
    session.add(made)
    session.flush()
    return made


def put_on_agenda(
    session: Session, meeting: Meeting, subject: Topic, outcome: ItemOutcome | None = None
) -> AgendaItem:
    """Put a topic on an agenda with its turn, as the agenda editor does."""
    item = AgendaItem(
        position=len(meeting.items),
        kind=ItemKind.TOPIC,
        title=subject.title,
        minutes=subject.minutes,
        topic=subject,
        turn=plan_turn(session, subject, START),
        outcome=outcome,
    )
    meeting.items.append(item)
    session.flush()
    return item
