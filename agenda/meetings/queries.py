"""What the page of one meeting shows, each with a number of queries that does not grow with the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.meetings.model import AgendaItem, Answer, Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import answered_earlier, current_answer, ends_at
from agenda.meetings.states import ends_at_in_sql
from agenda.people.model import Body, Organisation, Person, Seat
from agenda.people.rules import needed
from agenda.topics.model import Topic


@dataclass(frozen=True)
class Seen:
    """An attendee with the answer that counts now."""

    attendee: Attendee
    answer: Answer
    earlier: bool
    # Who comes in their place.
    substitute: Attendee | None = None


@dataclass(frozen=True)
class CollegePresence:
    """What the answers promise for one college."""

    organisation: Organisation
    needed: int
    people: tuple[Seen, ...]

    def voting(self, answer: Answer | None = None) -> int:
        """Count the voting members, or those of them with this answer; a substitute counts for the member."""
        return sum(
            seen.attendee.voting and seen.substitute is None and answer in (None, seen.answer)
            for seen in self.people
        )

    @property
    def present(self) -> int:
        return self.voting(Answer.ACCEPTED)

    @property
    def total(self) -> int:
        return self.voting()

    @property
    def met(self) -> bool:
        return self.present >= self.needed

    @property
    def lost(self) -> bool:
        """Whether those who did not decline are too few, whatever is still answered."""
        return self.total - self.voting(Answer.DECLINED) < self.needed


@dataclass(frozen=True)
class Presence:
    """Presence per college, and everyone else who is invited."""

    colleges: tuple[CollegePresence, ...]
    others: tuple[Seen, ...]
    # The hall, where it is booked by invitation.
    hall: Seen | None = None

    @property
    def everyone(self) -> tuple[Seen, ...]:
        return tuple(seen for college in self.colleges for seen in college.people) + self.others

    @property
    def quorate(self) -> bool:
        """Whether every college has its quorum: nobody decides for another."""
        return bool(self.colleges) and all(college.met for college in self.colleges)

    @property
    def unanswered(self) -> tuple[Seen, ...]:
        return tuple(seen for seen in self.everyone if seen.answer is Answer.NEEDS_ACTION)

    @property
    def replaced(self) -> tuple[Seen, ...]:
        """Those in whose place somebody else comes."""
        return tuple(seen for seen in self.everyone if seen.substitute is not None)

    @property
    def earlier(self) -> tuple[Seen, ...]:
        """Those who answered, but to an earlier date or place."""
        return tuple(seen for seen in self.everyone if seen.earlier)

    def with_answer(self, answer: Answer) -> tuple[Seen, ...]:
        """Give all whose answer this is now."""
        return tuple(seen for seen in self.everyone if seen.answer == answer)

    def count(self, answer: Answer) -> int:
        """Count all whose answer this is now."""
        return len(self.with_answer(answer))


@dataclass(frozen=True)
class Clash:
    """Another meeting at the same time, with the people who are asked for both."""

    meeting: Meeting
    people: tuple[Person, ...]


def meeting_for(session: Session, meeting_id: int, by: Actor) -> Meeting:
    """Give one meeting with all that its page shows; NotFound when it is not theirs to see."""
    meeting = session.scalars(
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(
            joinedload(Meeting.body).selectinload(Body.seats).joinedload(Seat.organisation),
            joinedload(Meeting.host),
            joinedload(Meeting.successor),
            selectinload(Meeting.predecessors),
            selectinload(Meeting.items).joinedload(AgendaItem.topic).selectinload(Topic.guests),
            selectinload(Meeting.items).joinedload(AgendaItem.lead),
            selectinload(Meeting.items).joinedload(AgendaItem.turn),
            selectinload(Meeting.attendees).joinedload(Attendee.person),
            selectinload(Meeting.attendees).joinedload(Attendee.organisation),
        )
    ).one_or_none()
    if meeting is None:
        raise NotFound("not_found")
    by.must("see", meeting.body)
    return meeting


def presence(session: Session, meeting: Meeting) -> Presence:
    """Tell per college who comes, and whether its quorum stands, from the answers that count now."""
    seats = {
        seat.organisation_id: seat
        for seat in session.scalars(
            select(Seat)
            .where(Seat.body_id == meeting.body_id)
            .options(joinedload(Seat.organisation))
            .order_by(Seat.position)
        )
    }
    attendees = session.scalars(
        select(Attendee)
        .where(Attendee.meeting_id == meeting.id, Attendee.removed_at.is_(None))
        .options(joinedload(Attendee.person), joinedload(Attendee.organisation))
        .order_by(Attendee.id)
    ).all()
    return presence_of(meeting, seats, attendees)


def presence_of(meeting: Meeting, seats: Mapping[int, Seat], attendees: Sequence[Attendee]) -> Presence:
    """Tell the same from what was read already: seats by organisation, and who is invited now."""
    people: dict[int, list[Seen]] = {organisation_id: [] for organisation_id in seats}
    others: list[Seen] = []
    hall: Seen | None = None
    substitutes = {one.substitute_for_id: one for one in attendees if one.substitute_for_id}
    for attendee in attendees:
        answer, earlier = current_answer(attendee, meeting), answered_earlier(attendee, meeting)
        seen = Seen(attendee, answer, earlier, substitutes.get(attendee.id))
        if attendee.role is AttendeeRole.ROOM:
            hall = seen
        elif attendee.role is AttendeeRole.MEMBER and attendee.organisation_id in people:
            people[attendee.organisation_id].append(seen)
        else:
            others.append(seen)
    colleges = (_college(seats[key], tuple(found)) for key, found in people.items() if found)
    return Presence(tuple(colleges), tuple(others), hall)


def _college(seat: Seat, people: tuple[Seen, ...]) -> CollegePresence:
    voting = sum(seen.attendee.voting and seen.substitute is None for seen in people)
    return CollegePresence(seat.organisation, needed(voting, seat.quorum), people)


def conflicts(session: Session, meeting: Meeting, starts_at: datetime, minutes: int) -> list[Clash]:
    """Find other meetings at that time that ask the same people, those people with each."""
    ours = select(Attendee.person_id).where(Attendee.meeting_id == meeting.id, Attendee.removed_at.is_(None))
    query = (
        select(Attendee)
        .join(Attendee.meeting)
        .where(
            Meeting.id != meeting.id,
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at < ends_at(starts_at, minutes),
            ends_at_in_sql() > starts_at,
            Attendee.removed_at.is_(None),
            Attendee.person_id.in_(ours),
        )
        .options(contains_eager(Attendee.meeting).joinedload(Meeting.body), joinedload(Attendee.person))
        .order_by(Meeting.starts_at, Meeting.id, Attendee.id)
    )
    found: dict[int, list[Attendee]] = {}
    for attendee in session.scalars(query):
        found.setdefault(attendee.meeting_id, []).append(attendee)
    return [Clash(group[0].meeting, tuple(a.person for a in group)) for group in found.values()]


def appearances(session: Session, topic_id: int) -> Sequence[AgendaItem]:
    """List the agenda items in which a topic stood or stands, newest first."""
    query = (
        select(AgendaItem)
        .where(AgendaItem.topic_id == topic_id)
        .options(joinedload(AgendaItem.meeting).joinedload(Meeting.body))
        .order_by(AgendaItem.id.desc())
    )
    return session.scalars(query).all()


def people_to_add(session: Session, meeting: Meeting) -> Sequence[Person]:
    """List everyone who is not invited to this meeting."""
    invited = select(Attendee.person_id).where(
        Attendee.meeting_id == meeting.id, Attendee.removed_at.is_(None)
    )
    query = select(Person).where(Person.id.not_in(invited), Person.room.is_(False)).order_by(Person.name)
    return session.scalars(query).all()
