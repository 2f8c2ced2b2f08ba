"""What the screen that chooses a date shows: what suits best, every day, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import groupby

import numpy as np
from sqlalchemy.orm import Session

from agenda.core.clock import local_day
from agenda.dates.changes import Help, Hindrance, changes_that_help, hindrances
from agenda.dates.finding import Case, Invited, Wanted, case_of
from agenda.dates.holidays_known import school_holidays_unknown
from agenda.dates.others import Other, others_of
from agenda.dates.overlay import overlay
from agenda.dates.question import Kind
from agenda.dates.slots import Day, Found, Slot, days, nearest, rank, slots_at
from agenda.dates.spreading import spread
from agenda.meetings.model import Meeting
from agenda.meetings.rules import in_window

MOST_HELP = 6
OLD = timedelta(days=1)


@dataclass(frozen=True)
class Presence:
    """How many of a college can be there, of how many, and how many it takes."""

    name: str
    present: int
    needed: int
    total: int


@dataclass(frozen=True)
class Pushed:
    """A meeting that would have to give way, with how many people would have to choose."""

    title: str | None
    people: int


@dataclass(frozen=True)
class Proposal:
    """A moment, and what speaks for and against it in the words of the people it concerns."""

    slot: Slot
    # Who is missing, by organisation.
    missing: Mapping[str, tuple[Invited, ...]]
    colleges: tuple[Presence, ...]
    pushed: tuple[Pushed, ...]
    at_usual_hour: bool
    outside_window: bool
    # Of those who said yes to the present date, who cannot come.
    lost: tuple[Invited, ...]


@dataclass(frozen=True)
class Choice:
    """Everything the screen shows."""

    case: Case
    found: Found
    others: tuple[Other, ...]

    @property
    def people(self) -> int:
        """Count the people who are invited."""
        return len(self.case.invited)

    @property
    def school_holidays_unknown(self) -> bool:
        """Tell whether the period goes past what is known of school holidays."""
        return school_holidays_unknown(self.case.question.first, self.case.question.last)

    @cached_property
    def proposals(self) -> tuple[Proposal, ...]:
        """The moments that suit best; not the one that the meeting has."""
        return tuple(
            self.proposal(slot)
            for slot in spread(self.found)
            if slot.starts_at != self.case.meeting.starts_at
        )

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """Every day of the period by its best moment."""
        return days(self.found)

    @cached_property
    def nearest(self) -> tuple[Proposal, ...]:
        """The moments that fail by least, for when none counts."""
        return tuple(self.proposal(slot) for slot in nearest(self.found))

    @cached_property
    def hindrances(self) -> tuple[Hindrance, ...]:
        """What stands in the way, most first."""
        return hindrances(self.found)

    @cached_property
    def helps(self) -> tuple[Help, ...]:
        """The smallest changes that would give a date."""
        case = self.case
        found = changes_that_help(case.question, case.participants, case.needs, case.known_until)
        return found[:MOST_HELP]

    def on_day(self, day: date) -> tuple[tuple[Proposal, ...], ...]:
        """Every moment of a day within opening hours; those with the same people together, in order."""
        number = (day - self.case.question.first).days
        places = np.flatnonzero(self.found.overlay.starts.day == number)
        alike = groupby(slots_at(self.found, places), key=lambda slot: (slot.absent, slot.in_the_way))
        return tuple(tuple(self.proposal(slot) for slot in slots) for _key, slots in alike)

    def starts_on(self, day: date) -> list[datetime]:
        """Give the moments of a day, as far as they are shown with the day."""
        return [one.slot.starts_at for group in self.on_day(day) for one in group]

    def proposal(self, slot: Slot) -> Proposal:
        """Tell of a moment who is missing, college by college, and what would have to give way."""
        case = self.case
        missing = [case.invited[one] for one in slot.absent]
        local = slot.starts_at.astimezone(case.zone).time()
        meeting = case.meeting
        return Proposal(
            slot=slot,
            missing=_by_organisation(missing),
            colleges=tuple(
                Presence(need.name, present, need.least, len(need.people))
                for need, present in zip(slot.needs, slot.present, strict=True)
                if need.kind is Kind.QUORUM
            ),
            pushed=tuple(self._pushed(slot)),
            at_usual_hour=local == case.own_hour,
            outside_window=not in_window(slot.day, meeting.window_from, meeting.window_until),
            lost=tuple(one for one in missing if one.accepted),
        )

    def _pushed(self, slot: Slot) -> Iterable[Pushed]:
        margin = timedelta(minutes=max((one.travel for one in self.case.participants), default=0))
        absent = frozenset(slot.absent)
        for other in self.others:
            if other.starts_at < slot.ends_at + margin and slot.starts_at - margin < other.ends_at:
                people = other.people & absent
                if people:
                    yield Pushed(other.title, len(people))


@dataclass(frozen=True)
class WhatIsKnown:
    """Of whose calendar nothing is known, whose copy is older than a day, and whose was partly unclear.

    `ended` names those whose calendars do not reach the last day of the period, and the first day after which
    someone is only free because nothing is known.
    """

    unknown: tuple[Invited, ...]
    old: tuple[tuple[Invited, datetime], ...]
    flagged: tuple[Invited, ...]
    ended: tuple[tuple[Invited, date], ...]

    @property
    def known_until(self) -> date | None:
        """Give the last day on which every calendar is known; None where all reach the period's end."""
        return min((until for _one, until in self.ended), default=None)


@dataclass(frozen=True)
class Cost:
    """What another date for a meeting costs, once people know of the present one."""

    updates: int
    answer_again: int
    days_ahead: int
    agenda_final: bool
    papers_out: bool


def choice(
    session: Session, meeting: Meeting, wanted: Wanted, now: datetime, sees: frozenset[int] | None
) -> Choice:
    """Rank every moment for a meeting; titles of other meetings are only those of the bodies in `sees`."""
    case = case_of(session, meeting, wanted, now)
    found = rank(overlay(case.question, case.participants), case.needs)
    return Choice(case, found, others_of(session, meeting, case, sees))


def cost_of_moving(meeting: Meeting, invited: Iterable[Invited], now: datetime) -> Cost | None:
    """Tell what another date costs; None while nobody was told of the present one."""
    if meeting.confirmed_at is None or meeting.starts_at is None:
        return None
    everyone = list(invited)
    ahead = local_day(meeting.starts_at, meeting.time_zone) - local_day(now, meeting.time_zone)
    return Cost(
        updates=len(everyone),
        answer_again=sum(one.accepted for one in everyone),
        days_ahead=ahead.days,
        agenda_final=meeting.agenda_final_at is not None,
        papers_out=ahead <= timedelta(days=meeting.body.papers_days_before),
    )


def what_is_known(case: Case, now: datetime) -> WhatIsKnown:
    """Tell how far the figures can be relied on."""
    known = [(one, case.known[one.person_id]) for one in case.invited.values()]
    return WhatIsKnown(
        unknown=tuple(one for one, each in known if not each.has_calendar),
        old=tuple(
            (one, each.read_at)
            for one, each in known
            if each.read_at is not None and now - each.read_at > OLD
        ),
        flagged=tuple(one for one, each in known if each.flags),
        ended=tuple(
            (one, each.until)
            for one, each in known
            if each.until is not None and each.until < case.question.last
        ),
    )


def who_cannot(
    session: Session, meeting: Meeting, starts_at: datetime, minutes: int, now: datetime
) -> list[str]:
    """Name those invited who are busy or on their way at that time, in the order of their colleges."""
    day = local_day(starts_at, meeting.time_zone)
    case = case_of(session, meeting, Wanted(minutes, day, day), now)
    return [one.name for one in busy_at(case, starts_at, minutes)]


def busy_at(case: Case, starts_at: datetime, minutes: int) -> list[Invited]:
    """Give those who are busy or on their way at a moment, whether or not a meeting may begin then."""
    begin = int(starts_at.timestamp()) // 60
    return [
        case.invited[one.id]
        for one in case.participants
        if np.any((one.blocks[:, 0] < begin + minutes + one.travel) & (one.blocks[:, 1] > begin - one.travel))
    ]


def _by_organisation(people: Iterable[Invited]) -> dict[str, tuple[Invited, ...]]:
    found: dict[str, tuple[Invited, ...]] = {}
    for one in people:
        found[one.organisation] = (*found.get(one.organisation, ()), one)
    return found
