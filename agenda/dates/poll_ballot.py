"""What one voter sees of a poll, in a number of queries that does not grow with the moments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.dates.model import Choice, DatePoll, Slot, SlotHold, Voter
from agenda.dates.poll_actions import ending_of
from agenda.dates.poll_queries import DAY, Hint, hint_of, known_of, standing
from agenda.dates.poll_rules import Ending
from agenda.meetings.model import Attendee, Meeting
from agenda.meetings.rules import ends_at


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


def ballot_of(session: Session, voter: Voter, now: datetime) -> Ballot:
    """Show one voter the moments with their own answers, their calendar, and others' where those are open."""
    poll = voter.poll
    slots = standing(poll)
    known = known_of(session, poll, [voter.person_id]).get(voter.person_id)
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
            hint=None if slot.id in held else hint_of(known, slot.starts_at, poll.minutes),
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
