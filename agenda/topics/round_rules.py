"""What a written round comes to, and what its members are owed. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from agenda.core.clock import at_local
from agenda.core.problems import Invalid
from agenda.mail.tokens import link_token
from agenda.people.rules import needed
from agenda.topics.model import Treatment
from agenda.topics.round_model import Ending, Said, Silence

USUAL_SILENCE = Silence.ABSTAIN
USUAL_DAYS = 7
MOST_DAYS = 92
SATURDAY, MONDAY_IN = 5, 7
# Who tapped the wrong button last can still mend it before the round closes on that answer.
GRACE = timedelta(minutes=10)
# What members can settle by saying nothing more than "hamer".
IN_WRITING = (Treatment.FOR_INFORMATION, Treatment.CONSENT)
LONGEST_REASON = 2_000


class Stand(StrEnum):
    """What one college has said so far."""

    CONSENTS = "consents"
    OPEN = "open"
    DISCUSSES = "discusses"
    # So many abstained that the quorum of consent can no longer be reached.
    LOST = "lost"


@dataclass(frozen=True)
class CollegeStand:
    """How the members of one college answered, and how many must consent."""

    college: int
    consent: int
    discuss: int
    abstain: int
    silent: int
    needed: int

    @property
    def total(self) -> int:
        """Count the members who were asked."""
        return self.consent + self.discuss + self.abstain + self.silent

    @property
    def answered(self) -> int:
        """Count the members who said something."""
        return self.total - self.silent

    @property
    def stand(self) -> Stand:
        """Tell whether this college consents: its quorum does and nobody wants to discuss."""
        if self.discuss:
            return Stand.DISCUSSES
        if self.consent >= self.needed:
            return Stand.CONSENTS
        return Stand.OPEN if self.consent + self.silent >= self.needed else Stand.LOST


@dataclass(frozen=True)
class Member:
    """Someone who is asked, as far as counting is concerned."""

    college: int
    said: Said | None
    answered_at: datetime | None = None


def quorum_of_consent(voting_members: int, explicit: int | None) -> int:
    """Tell how many members of a college must consent: its quorum, and one at the least.

    A quorum of none would let a college decide of which nobody said a word.
    """
    return max(1, needed(voting_members, explicit))


def stands(members: Iterable[Member], quorums: Mapping[int, int]) -> list[CollegeStand]:
    """Count the answers of each college, in the order of `quorums`."""
    asked = list(members)
    found = []
    for college, least in quorums.items():
        said = [member.said for member in asked if member.college == college]
        found.append(
            CollegeStand(
                college,
                said.count(Said.CONSENT),
                said.count(Said.DISCUSS),
                said.count(Said.ABSTAIN),
                said.count(None),
                least,
            )
        )
    return found


def outcome(members: Iterable[Member], quorums: Mapping[int, int], silence: Silence) -> Ending:
    """Tell what a round comes to when no more answers are taken.

    Who said nothing is counted as the body's rule says. One "discuss" brings it to a meeting; without
    any, it is settled when every college has its quorum of consent.
    """
    counted = [Member(one.college, one.said or Said(silence.value)) for one in members]
    if any(one.said is Said.DISCUSS for one in counted):
        return Ending.TO_DISCUSS
    found = stands(counted, quorums)
    if found and all(college.stand is Stand.CONSENTS for college in found):
        return Ending.SETTLED
    return Ending.NO_QUORUM


def deadline_of(last_day: date, zone: str) -> datetime:
    """Give the moment on which a civil day ends in a zone: the first moment of the next."""
    return at_local(last_day + timedelta(days=1), time(0), zone)


def closes_at(
    deadline: datetime, members: Iterable[Member], last_removal: datetime | None = None
) -> datetime:
    """Give the moment from which no answer is taken.

    That is the deadline, or ten minutes after the last answer once everyone has answered: or after the last
    silent member was taken out, so that this too can be mended.
    """
    moments = [one.answered_at if one.said else None for one in members]
    known = [moment for moment in moments if moment is not None]
    if not known or len(known) < len(moments):
        return deadline
    return min(deadline, max(*known, last_removal or known[0]) + GRACE)


def may_end_early(members: Iterable[Member]) -> bool:
    """Tell whether the secretariat may end a round now: all have answered, or someone wants to discuss."""
    said = [one.said for one in members]
    return bool(said) and (None not in said or Said.DISCUSS in said)


def usual_last_day(today: date) -> date:
    """Give the day a week ahead, or the Monday after it where that falls in a weekend."""
    day = today + timedelta(days=USUAL_DAYS)
    return day + timedelta(days=MONDAY_IN - day.weekday()) if day.weekday() >= SATURDAY else day


def check_last_day(last_day: date, today: date) -> None:
    """Raise Invalid unless people have until the end of today at least, and three months at most."""
    if last_day < today:
        raise Invalid("round_deadline_passed", field="last_day")
    if last_day > today + timedelta(days=MOST_DAYS):
        raise Invalid("round_deadline_far", field="last_day", most=MOST_DAYS)


@dataclass(frozen=True)
class Truth:
    """What holds now of a round for one voter; `ending` is None while it runs."""

    last_day: date
    ending: Ending | None = None
    asked: bool = True


@dataclass(frozen=True)
class Told:
    """What one voter was last told; `ended` when that was how it ended, or that they are asked no longer."""

    last_day: date
    serial: int
    ended: bool = False


@dataclass(frozen=True)
class Owed:
    """A letter that one voter must get, and what will have been told once it is queued."""

    kind: Literal["ask", "changed", "removed", "ended"]
    told: Told
    old_last_day: date | None = None


def what_is_owed(told: Told | None, truth: Truth) -> Owed | None:
    """Give the letter this voter must get now, or None when what was told is still true.

    Who was never asked hears of no end: a round that is taken back before its letters left costs none. Who
    was taken out hears that once, and nothing of the end.
    """
    if told is None or told.ended:
        serial = told.serial + 1 if told else 1
        must_ask = truth.asked and truth.ending is None
        return Owed("ask", Told(truth.last_day, serial)) if must_ask else None
    if not truth.asked or truth.ending is not None:
        kind: Literal["removed", "ended"] = "ended" if truth.asked else "removed"
        return Owed(kind, Told(told.last_day, told.serial + 1, ended=True))
    if told.last_day == truth.last_day:
        return None
    return Owed("changed", Told(truth.last_day, told.serial + 1), told.last_day)


def round_token(secret: bytes, voter_id: int, serial: int) -> str:
    """Give the token of one voter; a new serial makes the old token worthless."""
    return link_token(secret, "round", voter_id, serial)


def chase_key(voter_id: int, day: date) -> str:
    """Name the one letter by which the secretariat may remind a voter on a day."""
    return f"round-remind|{voter_id}|{day.isoformat()}"


def reasons_of(said: Sequence[tuple[str, str]]) -> str:
    """Write who wants to discuss and why, a line each: "Wethouder Leiden 1: ..."."""
    return "\n".join(f"{name}: {' '.join(reason.split())}" for name, reason in said)
