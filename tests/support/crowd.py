"""A region with as many topics and meetings as a test or a measurement asks for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import cycle, islice

from sqlalchemy.orm import Session

from agenda.meetings.model import AgendaItem, Answer, Attendee, AttendeeRole, ItemKind, Meeting
from agenda.people.model import Membership, Role
from agenda.topics.model import Need, Purpose, Topic, Treatment, Turn, TurnResult
from tests.world import START, World

# Of the meetings this share is over; the last one is still to come.
OVER = 0.7
HOUR = START.replace(hour=9, minute=0)


def crowd(session: Session, world: World, topics: int, meetings: int) -> None:
    """Add topics in every state, and meetings three days apart, each with attendees and an agenda."""
    made = _topics(session, world, topics)
    members = (
        session.query(Membership)
        .where(Membership.body_id == world.body_id, Membership.role != Role.READER)
        .order_by(Membership.id)
        .all()
    )
    waiting = iter(made)
    for number in range(meetings):
        meeting = _meeting(session, world, round(number - OVER * meetings))
        _attend(meeting, members)
        _agenda(meeting, list(islice(waiting, 4)), meeting.closed_at)
    session.flush()


def _topics(session: Session, world: World, number: int) -> list[Topic]:
    areas = cycle(world.focus_areas.values())
    treatments = cycle(Treatment)
    leads = cycle([world.people["Wethouder Leiden 1"], None, world.people["Burgemeester Oegstgeest"]])
    made = []
    for n in range(number):
        lead = next(leads)
        topic = Topic(
            body_id=world.body_id,
            title=f"Onderwerp {n}",
            summary="Een onderwerp dat de colleges samen willen behandelen. " * 4,
            focus_area_id=next(areas),
            organisation_id=world.organisations["Leiden"],
            lead_id=lead,
            official_lead_id=world.people["clerk"],
            purpose=Purpose.DELIBERATE,
            treatment=next(treatments),
            minutes=5 + n % 8 * 5,
            deadline=date(2019, 1, 1) + timedelta(days=n % 365) if n % 3 else None,
            priority=1 + n % 5,
            created_at=START - timedelta(days=30),
        )
        topic.needs = [Need(person_id=world.people["Wethouder Leiderdorp 1"])] if n % 2 else []
        session.add(topic)
        made.append(topic)
    session.flush()
    return made


def _meeting(session: Session, world: World, number: int) -> Meeting:
    starts_at = HOUR + timedelta(days=3 * number)
    over = starts_at < START
    meeting = Meeting(
        body_id=world.body_id,
        title=f"Overleg {number}",
        host_id=world.organisations["Zoeterwoude"],
        venue="Gemeentehuis Zoeterwoude",
        starts_at=starts_at,
        minutes=120,
        time_zone="Europe/Amsterdam",
        created_at=min(starts_at, START) - timedelta(days=60),
        confirmed_at=min(starts_at, START) - timedelta(days=30),
        closed_at=starts_at + timedelta(days=1) if over else None,
        revision=0,
        agenda_revision=0,
    )
    session.add(meeting)
    return meeting


def _attend(meeting: Meeting, members: list[Membership]) -> None:
    for position, member in enumerate(members):
        accepted = position % 3 > 0
        meeting.attendees.append(
            Attendee(
                person_id=member.person_id,
                organisation_id=member.organisation_id,
                role=AttendeeRole.MEMBER if member.role is Role.MEMBER else AttendeeRole.SECRETARIAT,
                voting=member.voting,
                answer=Answer.ACCEPTED if accepted else Answer.NEEDS_ACTION,
                answered_revision=0 if accepted else None,
                answer_remark="",
            )
        )


def _agenda(meeting: Meeting, topics: list[Topic], closed_at: datetime | None) -> None:
    meeting.items.append(AgendaItem(position=0, kind=ItemKind.OPENING, title="Opening", minutes=5))
    for position, topic in enumerate(topics, 1):
        turn = Turn(
            topic=topic,
            planned_at=meeting.created_at,
            result=TurnResult.TREATED if closed_at else None,
            concluded_at=closed_at,
        )
        meeting.items.append(
            AgendaItem(
                position=position,
                kind=ItemKind.TOPIC,
                title=topic.title,
                minutes=topic.minutes,
                topic=topic,
                turn=turn,
                purpose=topic.purpose,
                treatment=topic.treatment,
                lead_id=topic.lead_id,
            )
        )
