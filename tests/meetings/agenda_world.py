"""A meeting with topics, for the tests of its agenda."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from agenda.accounts.rules import By
from agenda.meetings import actions
from agenda.meetings.facts import Plan
from agenda.meetings.model import AgendaItem, Meeting
from agenda.topics.model import Need, Purpose, Topic, TopicGuest, Treatment
from tests.world import START, World

EVENING = datetime(2019, 2, 14, 14, 30, tzinfo=UTC)
DURING = datetime(2019, 2, 14, 15, 0, tzinfo=UTC)
AFTERWARDS = datetime(2019, 2, 14, 18, 0, tzinfo=UTC)


def clerk(session: Session, world: World) -> By:
    return world.by(session, "clerk")


def planned_meeting(session: Session, world: World, **plan: Any) -> Meeting:
    """Plan a meeting of two hours on Thursday 14 February 2019, 15.30 in Amsterdam."""
    wanted = Plan(**{"starts_at": EVENING, "minutes": 120, "venue": "Gemeentehuis Zoeterwoude"} | plan)
    return actions.create_meeting(session, world.body(session), wanted, world.by(session, "secretary"), START)


def topic(session: Session, world: World, title: str = "Warmterotonde", **facts: Any) -> Topic:
    """Add an open topic; `needs` are names of people or portfolios, `guests` names of people."""
    area = facts.pop("area", "Duurzaamheid")
    needs = [
        Need(person_id=world.people[name]) if name in world.people else Need(portfolio=name)
        for name in facts.pop("needs", ())
    ]
    guests = [TopicGuest(person_id=world.people[name]) for name in facts.pop("guests", ())]
    lead = facts.pop("lead", None)
    made = Topic(
        **{
            "body_id": world.body_id,
            "title": title,
            "purpose": Purpose.DELIBERATE,
            "treatment": Treatment.DISCUSSION,
            "minutes": 20,
            "priority": 3,
            "created_at": START,
            "focus_area_id": world.focus_areas[area],
            "lead_id": world.people[lead] if lead else None,
            "needs": needs,
            "guests": guests,
        }
        | facts
    )
    session.add(made)
    session.flush()
    return made


def titles(meeting: Meeting) -> list[str]:
    return [item.title for item in meeting.items]


def item_of(meeting: Meeting, title: str) -> AgendaItem:
    return next(item for item in meeting.items if item.title == title)


__all__ = [
    "AFTERWARDS",
    "DURING",
    "EVENING",
    "clerk",
    "date",
    "item_of",
    "planned_meeting",
    "titles",
    "topic",
]
