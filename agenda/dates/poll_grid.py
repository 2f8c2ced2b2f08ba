"""A poll as the secretary follows it, in a number of queries that does not grow with voters and moments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.problems import NotFound
from agenda.dates.model import Choice, DatePoll, Slot, SlotHold, Voter
from agenda.dates.poll_actions import ending_of
from agenda.dates.poll_queries import Hint, hint_of, known_of, standing
from agenda.dates.poll_rules import Ending, Member, Stand, Tally, best, tally
from agenda.meetings.rules import ends_at
from agenda.people.queries import seats_of


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


def grid_of(session: Session, poll: DatePoll, now: datetime) -> Grid:
    """Show who said what, with the quorum of each college at each moment."""
    slots = standing(poll)
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
    known = known_of(session, poll, [voter.person_id for voter in voters])
    held = _held(session, poll)
    groups: defaultdict[str, list[Row]] = defaultdict(list)
    for voter in sorted(voters, key=lambda one: _place(one, seats)):
        cells = tuple(
            Cell(
                said.get((voter.id, slot.id)),
                None
                if (voter.id, slot.id) in held
                else hint_of(known.get(voter.person_id), slot.starts_at, poll.minutes),
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
