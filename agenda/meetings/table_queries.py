"""What is known at the table, in a number of queries that does not grow with the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.meetings.model import AgendaItem, Answer, Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import current_answer, ends_at
from agenda.meetings.table_model import ItemTime, Presence, Recusal
from agenda.meetings.table_rules import (
    EARLY,
    Count,
    Sitting,
    Was,
    count,
    expected_end,
    is_here,
    next_item,
    previous_item,
    spent,
    was,
)
from agenda.people.model import Organisation, Seat


@dataclass(frozen=True)
class AtTable:
    """One attendee with all that was noted of presence."""

    attendee: Attendee
    answer: Answer
    stretches: Sequence[Presence]
    was: Was

    @property
    def here(self) -> bool:
        return is_here(self.stretches)

    @property
    def last(self) -> Presence | None:
        """The stretch that is about now: where they are in, or after which they left."""
        return self.stretches[-1] if self.stretches else None


@dataclass(frozen=True)
class CollegeAtTable:
    """One college with its people, and its quorum now."""

    organisation: Organisation
    people: Sequence[AtTable]
    count: Count | None

    @property
    def expected(self) -> Sequence[AtTable]:
        """Those who said they would come and of whom nothing was noted yet."""
        return [one for one in self.people if one.answer is Answer.ACCEPTED and not one.stretches]


@dataclass(frozen=True)
class Clock:
    """How time stands: of the item on the table, and of the whole meeting."""

    now: datetime
    item: AgendaItem | None
    # The last stretch of time that an item was on the table; it names what was seen.
    last: ItemTime | None
    spent: Mapping[int, timedelta]
    to_come: Sequence[AgendaItem]
    planned_end: datetime | None

    @property
    def running(self) -> bool:
        return self.last is not None and self.last.ended_at is None

    @property
    def mark(self) -> int:
        """Name the clock as it is: another number with each item, negative while it stands still."""
        if self.last is None:
            return 0
        return self.last.id if self.running else -self.last.id

    @property
    def left(self) -> timedelta:
        """Time the item on the table has left; negative when it takes too long."""
        if self.item is None:
            return timedelta()
        return timedelta(minutes=self.item.minutes) - self.spent.get(self.item.id, timedelta())

    @property
    def ended_at(self) -> datetime | None:
        """When the clock stopped, once the planned time is over; None while the meeting may go on."""
        if self.last is None or self.planned_end is None or self.planned_end > self.now:
            return None
        return self.last.ended_at

    @property
    def expected_end(self) -> datetime:
        return expected_end(self.now, self.left, [item.minutes for item in self.to_come])


@dataclass(frozen=True)
class Table:
    """Everything about one meeting at the table."""

    meeting: Meeting
    clock: Clock
    colleges: Sequence[CollegeAtTable]
    others: Sequence[AtTable]
    recusals: Mapping[int, Sequence[Recusal]]
    quorums: Mapping[int, int | None]
    noted: bool

    @property
    def current(self) -> AgendaItem | None:
        return self.clock.item

    @property
    def next(self) -> AgendaItem | None:
        return next_item(self.meeting.items, self.current.id if self.current else None, self.done)

    @property
    def previous(self) -> AgendaItem | None:
        there = [item for item in self.meeting.items if item.withdrawn_at is None]
        return previous_item(there, self.current.id if self.current else None)

    @property
    def done(self) -> frozenset[int]:
        """Items that were on the table, or of which something came out already."""
        settled = {item.id for item in self.meeting.items if item.outcome is not None}
        return frozenset(settled | set(self.clock.spent))

    @property
    def everyone(self) -> Sequence[AtTable]:
        return [one for college in self.colleges for one in college.people] + list(self.others)

    @property
    def quorate(self) -> bool:
        """Whether every college has its quorum in the room: nobody decides for another."""
        counts = [college.count for college in self.colleges if college.count is not None]
        return bool(counts) and all(one.met for one in counts)

    def short(self, item: AgendaItem | None = None) -> Sequence[CollegeAtTable]:
        """List the colleges without quorum, for an item without those who keep out of it."""
        counts = self._count(item)
        return [
            CollegeAtTable(college.organisation, college.people, counts[college.organisation.id])
            for college in self.colleges
            if college.organisation.id in counts and not counts[college.organisation.id].met
        ]

    def _count(self, item: AgendaItem | None) -> dict[int, Count]:
        out = {one.attendee_id for one in self.recusals.get(item.id, ())} if item is not None else set()
        return count(_sittings(self.everyone), self.quorums, out)


def is_open(meeting: Meeting, now: datetime) -> bool:
    """Tell whether anything can be noted at the table: from two hours before until the meeting is closed."""
    return has_opened(meeting, now) and meeting.closed_at is None and meeting.cancelled_at is None


def has_opened(meeting: Meeting, now: datetime) -> bool:
    """Tell whether something may have been noted at the table by now."""
    return meeting.starts_at is not None and meeting.starts_at - EARLY <= now


def table_of(session: Session, meeting: Meeting, now: datetime) -> Table:
    """Give all that was noted at the table of a meeting."""
    seats = session.scalars(
        select(Seat)
        .where(Seat.body_id == meeting.body_id)
        .options(joinedload(Seat.organisation))
        .order_by(Seat.position)
    ).all()
    quorums = {seat.organisation_id: seat.quorum for seat in seats}
    clock = clock_of(session, meeting, now)
    people = _people(session, meeting, clock, now)
    counts = count(_sittings(people), quorums)
    groups: defaultdict[int, list[AtTable]] = defaultdict(list)
    others = []
    for one in people:
        home = one.attendee.organisation_id
        if one.attendee.role is AttendeeRole.MEMBER and home is not None and home in quorums:
            groups[home].append(one)
        else:
            others.append(one)
    recusals: defaultdict[int, list[Recusal]] = defaultdict(list)
    for recusal in session.scalars(
        select(Recusal)
        .join(AgendaItem, AgendaItem.id == Recusal.item_id)
        .where(AgendaItem.meeting_id == meeting.id)
        .options(joinedload(Recusal.attendee).joinedload(Attendee.person))
        .order_by(Recusal.id)
    ):
        recusals[recusal.item_id].append(recusal)
    return Table(
        meeting=meeting,
        clock=clock,
        colleges=[
            CollegeAtTable(seat.organisation, groups[seat.organisation_id], counts.get(seat.organisation_id))
            for seat in seats
            if groups[seat.organisation_id]
        ],
        others=others,
        recusals=recusals,
        quorums=quorums,
        noted=any(one.stretches for one in people),
    )


def clock_of(session: Session, meeting: Meeting, now: datetime) -> Clock:
    """Tell which item is on the table, and how long each has been."""
    times: defaultdict[int, list[ItemTime]] = defaultdict(list)
    last = None
    for one in session.scalars(
        select(ItemTime)
        .join(AgendaItem, AgendaItem.id == ItemTime.item_id)
        .where(AgendaItem.meeting_id == meeting.id)
        .order_by(ItemTime.began_at, ItemTime.id)
    ):
        times[one.item_id].append(one)
        last = one
    item = next((item for item in meeting.items if last is not None and item.id == last.item_id), None)
    planned_end = ends_at(meeting.starts_at, meeting.minutes) if meeting.starts_at else None
    return Clock(
        now=now,
        item=item,
        last=last,
        spent={item_id: spent(found, now) for item_id, found in times.items()},
        to_come=[one for one in meeting.items if one.id not in times and one.outcome is None],
        planned_end=planned_end,
    )


def _people(session: Session, meeting: Meeting, clock: Clock, now: datetime) -> list[AtTable]:
    stretches: defaultdict[int, list[Presence]] = defaultdict(list)
    for one in session.scalars(
        select(Presence).where(Presence.meeting_id == meeting.id).order_by(Presence.arrived_at, Presence.id)
    ):
        stretches[one.attendee_id].append(one)
    begun, ended = bounds(session, meeting, now)
    return [
        AtTable(
            attendee,
            current_answer(attendee, meeting),
            stretches[attendee.id],
            was(stretches[attendee.id], begun, ended),
        )
        for attendee in session.scalars(
            select(Attendee)
            .where(
                Attendee.meeting_id == meeting.id,
                Attendee.removed_at.is_(None),
                Attendee.role != AttendeeRole.ROOM,
            )
            .options(
                joinedload(Attendee.person),
                joinedload(Attendee.organisation),
                joinedload(Attendee.substitute_for).joinedload(Attendee.person),
            )
            .order_by(Attendee.id)
        )
    ]


def bounds(session: Session, meeting: Meeting, now: datetime) -> tuple[datetime, datetime | None]:
    """Tell when a meeting began and ended: by its clock where that ran, else as it was planned.

    The end is None while it is not known: the meeting goes on.
    """
    query = (
        select(ItemTime.began_at, ItemTime.ended_at)
        .join(AgendaItem, AgendaItem.id == ItemTime.item_id)
        .where(AgendaItem.meeting_id == meeting.id)
    )
    times = session.execute(query).all()
    planned = meeting.starts_at or now
    begun = max(planned, min((row.began_at for row in times), default=planned))
    if any(row.ended_at is None for row in times):
        return begun, None
    end = max((row.ended_at for row in times), default=ends_at(planned, meeting.minutes))
    return begun, end if meeting.closed_at is not None or ends_at(planned, meeting.minutes) <= now else None


def _sittings(people: Sequence[AtTable]) -> list[Sitting]:
    return [
        Sitting(
            person=one.attendee.id,
            college=one.attendee.organisation_id,
            seat=one.attendee.substitute_for_id or one.attendee.id,
            here=one.here,
        )
        for one in people
        if one.attendee.voting
        and one.attendee.role is AttendeeRole.MEMBER
        and one.attendee.organisation_id is not None
    ]
