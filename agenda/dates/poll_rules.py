"""What a poll says of its moments, and what a voter is owed. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from agenda.core.clock import at_local, local_day
from agenda.dates.model import Choice
from agenda.mail.tokens import link_token
from agenda.people.rules import needed

USUAL_DAYS = 7
CLOSING_HOUR = time(17)
# Before the first moment there is time left to choose and to invite.
LAST_HOURS = timedelta(hours=1)


class Ending(StrEnum):
    """How a poll came to its end."""

    CHOSEN = "chosen"
    WITHDRAWN = "withdrawn"
    # The meeting got a date, or was cancelled, without the poll.
    DATED = "dated"
    CANCELLED = "cancelled"


class Stand(StrEnum):
    """What the answers promise for the quorum of one college."""

    MET = "met"
    POSSIBLE = "possible"
    LOST = "lost"


@dataclass(frozen=True)
class Member:
    """A voter, as far as counting is concerned."""

    id: int
    college: int | None
    voting: bool


@dataclass(frozen=True)
class CollegeStand:
    """How many voting members of one college can be there at one moment, and how many it takes."""

    college: int
    can: int
    no: int
    total: int
    needed: int

    @property
    def stand(self) -> Stand:
        """Tell whether the quorum is there, can still come, or cannot."""
        if self.can >= self.needed:
            return Stand.MET
        return Stand.POSSIBLE if self.total - self.no >= self.needed else Stand.LOST


@dataclass(frozen=True)
class Tally:
    """What was said of one moment."""

    slot: int
    starts_at: datetime
    yes: int
    if_need_be: int
    no: int
    unanswered: int
    colleges: tuple[CollegeStand, ...]

    @property
    def quorate(self) -> bool:
        """Tell whether every college has its quorum."""
        return all(college.stand is Stand.MET for college in self.colleges)

    @property
    def merit(self) -> tuple[bool, int, int, datetime]:
        """Order moments, best first: quorum in every college, most yes, fewest no, earliest."""
        return (not self.quorate, -self.yes, self.no, self.starts_at)


def tally(
    slots: Mapping[int, datetime],
    members: Iterable[Member],
    votes: Mapping[tuple[int, int], Choice],
    quorums: Mapping[int, int | None],
) -> list[Tally]:
    """Count each moment, by its number; `votes` by (voter, slot), `quorums` by college, None for half.

    Who said "if need be" can be there and so counts for the quorum. A college without voting members
    among the voters is not counted.
    """
    voters = list(members)
    colleges = {
        college: [voter.id for voter in voters if voter.voting and voter.college == college]
        for college in quorums
    }
    return [_counted(slot, starts_at, voters, votes, colleges, quorums) for slot, starts_at in slots.items()]


def _counted(
    slot: int,
    starts_at: datetime,
    voters: Sequence[Member],
    votes: Mapping[tuple[int, int], Choice],
    colleges: Mapping[int, Sequence[int]],
    quorums: Mapping[int, int | None],
) -> Tally:
    said = [votes.get((voter.id, slot)) for voter in voters]
    stands = []
    for college, people in colleges.items():
        answers = [votes.get((person, slot)) for person in people]
        no = answers.count(Choice.NO)
        can = len(people) - no - answers.count(None)
        if people:
            stands.append(CollegeStand(college, can, no, len(people), needed(len(people), quorums[college])))
    return Tally(
        slot,
        starts_at,
        said.count(Choice.YES),
        said.count(Choice.IF_NEED_BE),
        said.count(Choice.NO),
        said.count(None),
        tuple(stands),
    )


def best(tallies: Iterable[Tally], now: datetime) -> Tally | None:
    """Give the moment ahead that suits best; None while nobody said yes or if need be to any."""
    ahead = [one for one in tallies if one.starts_at > now and one.yes + one.if_need_be]
    return min(ahead, key=lambda one: one.merit, default=None)


@dataclass(frozen=True)
class Truth:
    """What holds now of a poll for one voter; `ending` is None while the poll is open.

    `invited` tells that whoever is invited hears of the meeting's date or cancelling by the invitation.
    """

    moments: tuple[datetime, ...]
    deadline: datetime
    asked: bool = True
    ending: Ending | None = None
    invited: bool = False


@dataclass(frozen=True)
class Told:
    """What one voter was last told; `ended` when that was that no answer is needed any more."""

    moments: tuple[datetime, ...]
    deadline: datetime
    serial: int
    ended: bool = False


@dataclass(frozen=True)
class Owed:
    """A letter that one voter must get, and what will have been told once it is queued."""

    kind: Literal["ask", "changed", "ended"]
    told: Told
    added: tuple[datetime, ...] = ()
    dropped: tuple[datetime, ...] = ()
    old_deadline: datetime | None = None


def what_is_owed(told: Told | None, truth: Truth) -> Owed | None:
    """Give the letter this voter must get now, or None when what was told is still true.

    What changed and was changed back before anyone heard of it costs no letter. A poll that ended in a
    choice costs none either: the invitation tells.
    """
    wanted = truth.asked and truth.ending is None
    if told is None or told.ended:
        if not wanted:
            return None
        return Owed("ask", Told(truth.moments, truth.deadline, told.serial + 1 if told else 1))
    if not wanted:
        by_invitation = truth.ending in (Ending.DATED, Ending.CANCELLED) and truth.invited
        if truth.asked and (truth.ending is Ending.CHOSEN or by_invitation):
            return None
        return Owed("ended", Told(told.moments, told.deadline, told.serial + 1, ended=True))
    added = tuple(one for one in truth.moments if one not in told.moments)
    dropped = tuple(one for one in told.moments if one not in truth.moments)
    moved = told.deadline != truth.deadline
    if not (added or dropped or moved):
        return None
    now_told = Told(truth.moments, truth.deadline, told.serial + 1)
    return Owed("changed", now_told, added, dropped, told.deadline if moved else None)


@dataclass(frozen=True)
class Hold:
    """A moment in a voter's calendar as it was last told."""

    sequence: int
    cancelled: bool


def hold_owed(hold: Hold | None, wanted: bool) -> Hold | None:
    """Give what the calendar must be told of a moment, or None when it knows.

    SEQUENCE rises with each message: a hold that comes back replaces its cancellation (RFC 5546 2.1.4).
    """
    if hold is None:
        return Hold(0, cancelled=False) if wanted else None
    if wanted == (not hold.cancelled):
        return None
    return Hold(hold.sequence + 1, cancelled=not wanted)


def usual_deadline(first: datetime | None, now: datetime, zone: str) -> datetime:
    """Give five in the afternoon a week ahead, or the last such hour before the first moment.

    Where no such hour is left, half of the time there is.
    """
    day = local_day(now, zone) + timedelta(days=USUAL_DAYS)
    if first is not None:
        day = min(day, local_day(first, zone))
    deadline = at_local(day, CLOSING_HOUR, zone)
    if first is not None and deadline > first - LAST_HOURS:
        deadline = at_local(day - timedelta(days=1), CLOSING_HOUR, zone)
    if deadline > now:
        return deadline
    half = now + ((first or now + timedelta(days=1)) - now) / 2
    return half.replace(second=0, microsecond=0)


def vote_token(secret: bytes, voter_id: int, serial: int) -> str:
    """Give the token of one voter; a new serial makes the old token worthless."""
    return link_token(secret, "vote", voter_id, serial)


def remind_key(voter_id: int, day: date) -> str:
    """Name the one letter by which a secretary may remind a voter on a day."""
    return f"poll-remind|{voter_id}|{day.isoformat()}"
