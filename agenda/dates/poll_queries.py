"""What the screens of a poll show, each with a number of queries that does not grow with the rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.clock import local_day
from agenda.core.problems import NotFound
from agenda.dates.busy import Blocks
from agenda.dates.known import Known, busy_of
from agenda.dates.model import Choice, DatePoll, Slot, SlotHold, Voter
from agenda.dates.poll_actions import ending_of
from agenda.dates.poll_rules import Ending, Member, Stand, Tally, best, tally, token_hash
from agenda.dates.starts import minute_after, minute_before
from agenda.meetings.model import Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import ends_at
from agenda.people.queries import seats_of

Hint = Literal["busy", "free"]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Line:
    """One moment as a voter sees it; `hint` is what their own calendar says of it."""

    slot: Slot
    ends_at: datetime
    choice: Choice | None
    passed: bool
    hint: Hint | None
    meetings: tuple[str, ...]
    # Names by answer, where answers are open.
    others: Mapping[Choice, tuple[str, ...]]


@dataclass(frozen=True)
class Ballot:
    """Everything that one voter sees of a poll."""

    voter: Voter
    poll: DatePoll
    ending: Ending | None
    lines: tuple[Line, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether answers are taken."""
        return self.ending is None

    @property
    def answered(self) -> int:
        """Count the moments that were answered."""
        return sum(line.choice is not None for line in self.lines)

    @property
    def open_lines(self) -> tuple[Line, ...]:
        """Give the moments that can be answered and are not."""
        return tuple(line for line in self.lines if line.choice is None and not line.passed)

    @property
    def from_calendar(self) -> list[tuple[int, Choice]]:
        """Give what the voter's calendar answers for the moments that are left."""
        return [
            (line.slot.id, Choice.NO if line.hint == "busy" or line.meetings else Choice.YES)
            for line in self.open_lines
            if line.hint or line.meetings
        ]

    @property
    def chosen(self) -> Line | None:
        """Give the moment that was chosen."""
        return next((line for line in self.lines if line.slot.chosen_at), None)


@dataclass(frozen=True)
class Cell:
    """What one voter said of one moment, and what their calendar says of it."""

    choice: Choice | None
    hint: Hint | None


@dataclass(frozen=True)
class Row:
    """One voter with an answer for each moment."""

    voter: Voter
    cells: tuple[Cell, ...]

    @property
    def left(self) -> int:
        """Count the moments without an answer."""
        return sum(cell.choice is None for cell in self.cells)


@dataclass(frozen=True)
class CollegeSaid:
    """One college at one moment: whether its quorum is there."""

    name: str
    can: int
    total: int
    needed: int
    stand: Stand


@dataclass(frozen=True)
class Column:
    """One moment with its totals."""

    slot: Slot
    ends_at: datetime
    tally: Tally
    colleges: tuple[CollegeSaid, ...]
    best: bool
    passed: bool
    # Who gave each answer; by None who gave none.
    names: Mapping[Choice | None, tuple[str, ...]]


@dataclass(frozen=True)
class Grid:
    """A poll as the secretary follows it: moments as columns, voters by college as rows."""

    poll: DatePoll
    ending: Ending | None
    columns: tuple[Column, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    holds: int

    @property
    def rows(self) -> tuple[Row, ...]:
        """Give every voter."""
        return tuple(row for _name, rows in self.groups for row in rows)

    @property
    def silent(self) -> tuple[Row, ...]:
        """Give those who have not answered every moment."""
        return tuple(row for row in self.rows if row.left)

    @property
    def remarks(self) -> tuple[Voter, ...]:
        """Give those who added something."""
        return tuple(row.voter for row in self.rows if row.voter.remark)

    def column(self, slot_id: int) -> Column:
        """Give one moment; NotFound where it is not in this poll any more."""
        for column in self.columns:
            if column.slot.id == slot_id:
                return column
        raise NotFound("not_found")


def latest_poll(session: Session, meeting_id: int) -> DatePoll | None:
    """Give the last poll of a meeting, open or not."""
    query = select(DatePoll.id).where(DatePoll.meeting_id == meeting_id).order_by(DatePoll.id.desc()).limit(1)
    found = session.scalars(query).first()
    return _whole(session, found) if found else None


def by_token(session: Session, token: str) -> Voter:
    """Give the voter behind a link; NotFound where it is wrong, old, or of someone who was taken out."""
    query = select(Voter).where(Voter.token_hash == token_hash(token), Voter.removed_at.is_(None))
    voter = session.scalars(query).one_or_none()
    if voter is None:
        raise NotFound("not_found")
    _whole(session, voter.poll_id)
    return voter


def voter_of(session: Session, meeting_id: int, person_id: int | None) -> Voter | None:
    """Give someone as a voter in the last poll of a meeting."""
    poll = latest_poll(session, meeting_id)
    asked = poll.voters if poll else []
    return next((one for one in asked if one.person_id == person_id and one.removed_at is None), None)


def invited(session: Session, meeting_id: int) -> Sequence[Attendee]:
    """List who is invited to a meeting, and so can be asked: members first, the secretariat last."""
    query = (
        select(Attendee)
        .where(Attendee.meeting_id == meeting_id, Attendee.removed_at.is_(None))
        .options(joinedload(Attendee.person), joinedload(Attendee.organisation))
        .order_by(Attendee.voting.desc(), Attendee.organisation_id, Attendee.id)
    )
    return sorted(session.scalars(query), key=lambda one: one.role is AttendeeRole.SECRETARIAT)


def asked_of(session: Session, person_id: int | None, now: datetime) -> list[Voter]:
    """List the open polls in which someone has moments left to answer, as the voter they are."""
    query = (
        select(Voter)
        .join(DatePoll, Voter.poll_id == DatePoll.id)
        .where(Voter.person_id == person_id, Voter.removed_at.is_(None), DatePoll.closed_at.is_(None))
        .options(
            joinedload(Voter.poll).joinedload(DatePoll.meeting),
            joinedload(Voter.poll).selectinload(DatePoll.slots),
            selectinload(Voter.votes),
        )
        .order_by(DatePoll.deadline)
    )
    return [
        voter
        for voter in session.scalars(query)
        if ending_of(voter.poll, now) is None and unanswered(voter, now)
    ]


def unanswered(voter: Voter, now: datetime) -> list[Slot]:
    """Give the moments ahead that a voter has not answered."""
    said = {vote.slot_id for vote in voter.votes}
    return [
        slot
        for slot in voter.poll.slots
        if slot.dropped_at is None and slot.starts_at > now and slot.id not in said
    ]


def ballot(session: Session, voter: Voter, now: datetime) -> Ballot:
    """Show one voter the moments with their own answers, their calendar, and others' where those are open."""
    poll = voter.poll
    slots = _standing(poll)
    known = _known(session, poll, [voter.person_id]).get(voter.person_id)
    elsewhere = _meetings_of(session, voter, slots)
    held = set(
        session.scalars(
            select(SlotHold.slot_id).where(SlotHold.voter_id == voter.id, SlotHold.cancelled.is_(False))
        )
    )
    said = {vote.slot_id: vote.choice for vote in voter.votes}
    lines = tuple(
        Line(
            slot=slot,
            ends_at=ends_at(slot.starts_at, poll.minutes),
            choice=said.get(slot.id),
            passed=slot.starts_at <= now,
            # Our own option stands in that calendar too: it says nothing there.
            hint=None if slot.id in held else _hint(known, slot.starts_at, poll.minutes),
            meetings=tuple(
                meeting.title
                for meeting in elsewhere
                if _overlap(meeting, slot.starts_at, ends_at(slot.starts_at, poll.minutes))
            ),
            others=_others(voter, slot) if poll.open_answers else {},
        )
        for slot in slots
    )
    return Ballot(voter, poll, ending_of(poll, now), lines)


def grid(session: Session, poll: DatePoll, now: datetime) -> Grid:
    """Show who said what, with the quorum of each college at each moment."""
    slots = _standing(poll)
    voters = [voter for voter in poll.voters if voter.removed_at is None]
    said = {(vote.voter_id, vote.slot_id): vote.choice for voter in voters for vote in voter.votes}
    seats = {seat.organisation_id: seat for seat in seats_of(session, poll.meeting.body_id)}
    tallies = tally(
        {slot.id: slot.starts_at for slot in slots},
        [Member(voter.id, voter.organisation_id, voter.voting) for voter in voters],
        said,
        {key: seat.quorum for key, seat in seats.items()},
    )
    names = {key: seat.organisation.name for key, seat in seats.items()}
    first = best(tallies, now)
    columns = tuple(
        _column(slot, one, voters, said, names, first, now) for slot, one in zip(slots, tallies, strict=True)
    )
    known = _known(session, poll, [voter.person_id for voter in voters])
    held = _held(session, poll)
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for voter in sorted(voters, key=lambda one: _place(one, seats)):
        cells = tuple(
            Cell(
                said.get((voter.id, slot.id)),
                None
                if (voter.id, slot.id) in held
                else _hint(known.get(voter.person_id), slot.starts_at, poll.minutes),
            )
            for slot in slots
        )
        groups[voter.organisation.name if voter.organisation else ""].append(Row(voter, cells))
    return Grid(
        poll,
        ending_of(poll, now),
        columns,
        tuple((name, tuple(rows)) for name, rows in groups.items()),
        holds=sum(slot_id in {s.id for s in poll.slots if s.starts_at > now} for _voter, slot_id in held),
    )


def _whole(session: Session, poll_id: int) -> DatePoll:
    query = (
        select(DatePoll)
        .where(DatePoll.id == poll_id)
        .options(
            joinedload(DatePoll.meeting).joinedload(Meeting.body),
            selectinload(DatePoll.slots),
            selectinload(DatePoll.voters).joinedload(Voter.person),
            selectinload(DatePoll.voters).joinedload(Voter.organisation),
            selectinload(DatePoll.voters).selectinload(Voter.votes),
        )
    )
    return session.scalars(query).one()


def _standing(poll: DatePoll) -> list[Slot]:
    return sorted(
        (slot for slot in poll.slots if slot.dropped_at is None or slot.chosen_at),
        key=lambda slot: slot.starts_at,
    )


def _known(session: Session, poll: DatePoll, people: Sequence[int]) -> Mapping[int, Known]:
    slots = _standing(poll)
    if not slots:
        return {}
    zone = poll.meeting.time_zone
    first, last = (local_day(slot.starts_at, zone) for slot in (slots[0], slots[-1]))
    return busy_of(session, people, first, last + DAY, poll.meeting_id)


def _hint(known: Known | None, starts_at: datetime, minutes: int) -> Hint | None:
    if known is None or not known.has_calendar:
        return None
    return "busy" if _is_busy(known.blocks, starts_at, minutes) else "free"


def _is_busy(blocks: Blocks, starts_at: datetime, minutes: int) -> bool:
    begin, end = minute_before(starts_at), minute_after(ends_at(starts_at, minutes))
    return bool(np.any((blocks[:, 0] < end) & (blocks[:, 1] > begin)))


def _meetings_of(session: Session, voter: Voter, slots: Sequence[Slot]) -> Sequence[Meeting]:
    """Give the other meetings to which this voter is invited around these moments."""
    if not slots:
        return ()
    query = (
        select(Meeting)
        .join(Attendee, Attendee.meeting_id == Meeting.id)
        .where(
            Attendee.person_id == voter.person_id,
            Attendee.removed_at.is_(None),
            Meeting.id != voter.poll.meeting_id,
            Meeting.cancelled_at.is_(None),
            Meeting.starts_at > slots[0].starts_at - DAY,
            Meeting.starts_at < slots[-1].starts_at + DAY,
        )
        .order_by(Meeting.starts_at)
    )
    return session.scalars(query).all()


def _overlap(meeting: Meeting, starts_at: datetime, finish: datetime) -> bool:
    begin = meeting.starts_at
    return begin is not None and begin < finish and ends_at(begin, meeting.minutes) > starts_at


def _others(voter: Voter, slot: Slot) -> dict[Choice, tuple[str, ...]]:
    found: defaultdict[Choice, list[str]] = defaultdict(list)
    for other in voter.poll.voters:
        if other.id == voter.id or other.removed_at is not None:
            continue
        for vote in other.votes:
            if vote.slot_id == slot.id:
                found[vote.choice].append(other.person.name)
    return {choice: tuple(found[choice]) for choice in Choice if found[choice]}


def _column(
    slot: Slot,
    counted: Tally,
    voters: Sequence[Voter],
    said: Mapping[tuple[int, int], Choice],
    names: Mapping[int, str],
    first: Tally | None,
    now: datetime,
) -> Column:
    return Column(
        slot,
        ends_at(slot.starts_at, slot.poll.minutes),
        counted,
        tuple(
            CollegeSaid(names[one.college], one.can, one.total, one.needed, one.stand)
            for one in counted.colleges
        ),
        best=first is not None and first.slot == slot.id,
        passed=slot.starts_at <= now,
        names={
            choice: tuple(one.person.name for one in voters if said.get((one.id, slot.id)) is choice)
            for choice in (*Choice, None)
        },
    )


def _held(session: Session, poll: DatePoll) -> Collection[tuple[int, int]]:
    query = (
        select(SlotHold.voter_id, SlotHold.slot_id)
        .join(Voter, SlotHold.voter_id == Voter.id)
        .where(Voter.poll_id == poll.id, SlotHold.cancelled.is_(False))
    )
    return {(voter_id, slot_id) for voter_id, slot_id in session.execute(query)}


def _place(voter: Voter, seats: Mapping[int, object]) -> tuple[int, str, int]:
    order = list(seats)
    place = order.index(voter.organisation_id) if voter.organisation_id in order else len(order)
    return place, voter.organisation.name if voter.organisation else "", voter.id
