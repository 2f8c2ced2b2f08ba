"""Who is expected at a meeting, and afterwards who was there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core.clock import local_day
from agenda.meetings.model import Answer, Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import current_answer, ends_at
from agenda.meetings.sight import Sight
from agenda.meetings.table_model import Presence
from agenda.people.model import Membership, Seat
from agenda.people.queries import on_day
from agenda.publications.paper_facts import Head, head_of


class There(StrEnum):
    """Whether somebody is, or was, in the room."""

    EXPECTED = "expected"
    PRESENT = "present"
    ABSENT = "absent"
    # Cancelled beforehand (afgemeld).
    EXCUSED = "excused"


@dataclass(frozen=True)
class Stay:
    """One stretch of time in the room; a moment is None where it was the beginning or the end itself."""

    arrived_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True)
class PersonFacts:
    """One person on the list."""

    name: str
    title: str
    organisation: str
    role: AttendeeRole
    there: There
    # Whose place this person takes.
    substitutes: str = ""
    stays: tuple[Stay, ...] = ()


@dataclass(frozen=True)
class Group:
    """The people of one college, or the others under ""."""

    organisation: str
    people: tuple[PersonFacts, ...]


@dataclass(frozen=True)
class PresenceFacts:
    """The presence list: to sign beforehand, or what was noted."""

    head: Head
    groups: tuple[Group, ...]
    # Whether presence was noted at the table; else the answers are all that is known.
    noted: bool

    @property
    def everyone(self) -> tuple[PersonFacts, ...]:
        """All people on the list, in its order."""
        return tuple(person for group in self.groups for person in group.people)


def presence_facts(session: Session, meeting: Meeting, sight: Sight) -> PresenceFacts:
    """Gather who is expected or was there, by college in the order of their seats, then the others."""
    head = head_of(meeting, sight)
    stays = _stays(session, meeting)
    titles = _titles(session, meeting, local_day(head.starts_at, meeting.time_zone))
    seats = _seats(session, meeting.body_id)
    groups: defaultdict[str, list[PersonFacts]] = defaultdict(list)
    for name in seats.values():
        groups[name] = []
    replaced = {one.substitute_for_id for one in meeting.people if one.substitute_for_id}
    for attendee in sorted(meeting.people, key=_order):
        if attendee.id in replaced and attendee.id not in stays:
            there = There.EXCUSED
        else:
            there = _there(meeting, attendee, stays)
        group = seats.get(attendee.organisation_id or 0, "") if attendee.role is AttendeeRole.MEMBER else ""
        groups[group].append(
            PersonFacts(
                name=attendee.person.name,
                title=titles.get(attendee.person_id, ""),
                organisation=attendee.organisation.name if attendee.organisation else "",
                role=attendee.role,
                there=there,
                substitutes=attendee.substitute_for.person.name if attendee.substitute_for else "",
                stays=_within(meeting, head, stays.get(attendee.id, ())),
            )
        )
    return PresenceFacts(
        head, tuple(Group(name, tuple(people)) for name, people in groups.items() if people), bool(stays)
    )


def _order(attendee: Attendee) -> tuple[bool, int]:
    return attendee.role is AttendeeRole.GUEST, attendee.id


def _seats(session: Session, body_id: int) -> dict[int, str]:
    query = (
        select(Seat)
        .where(Seat.body_id == body_id)
        .options(joinedload(Seat.organisation))
        .order_by(Seat.position)
    )
    return {seat.organisation_id: seat.organisation.name for seat in session.scalars(query)}


def _stays(session: Session, meeting: Meeting) -> Mapping[int, Sequence[Presence]]:
    query = select(Presence).where(Presence.meeting_id == meeting.id).order_by(Presence.arrived_at)
    found: defaultdict[int, list[Presence]] = defaultdict(list)
    for stay in session.scalars(query):
        found[stay.attendee_id].append(stay)
    return dict(found)


def _titles(session: Session, meeting: Meeting, day: date) -> dict[int, str]:
    query = (
        select(Membership)
        .where(Membership.body_id == meeting.body_id, on_day(day))
        .order_by(Membership.voting, Membership.id)
    )
    return {one.person_id: one.title for one in session.scalars(query)}


def _there(meeting: Meeting, attendee: Attendee, stays: Mapping[int, Sequence[Presence]]) -> There:
    declined = current_answer(attendee, meeting) is Answer.DECLINED
    if stays:
        known = There.PRESENT if attendee.id in stays else There.ABSENT
        return There.EXCUSED if declined and known is There.ABSENT else known
    return There.EXCUSED if declined else There.EXPECTED


def _within(meeting: Meeting, head: Head, stays: Sequence[Presence]) -> tuple[Stay, ...]:
    """Give the stays with only those moments that tell something: who came late, and who left early."""
    over = ends_at(head.starts_at, meeting.minutes)
    return tuple(
        Stay(
            stay.arrived_at if stay.arrived_at > head.starts_at else None,
            stay.left_at if stay.left_at is not None and stay.left_at < over else None,
        )
        for stay in stays
    )
