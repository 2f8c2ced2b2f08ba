"""A regional day as its page shows it: the timetable, everybody's own day, and what it saves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from agenda.core.clock import local_day
from agenda.dates.starts import moment_of
from agenda.meetings.model import Answer, Meeting
from agenda.meetings.rules import current_answer
from agenda.planner.regional_model import RegionalDay
from agenda.planner.regional_posing import Guest, PosedDay
from agenda.planner.regional_result import Result, Savings
from agenda.planner.solving.regional_case import can_be_there, in_window
from agenda.planner.solving.regional_problem import DayMeeting, DayPerson, DayPlan, LeftOut


@dataclass(frozen=True)
class Held:
    """A meeting in the timetable; `starts_at` and `ends_at` are moments."""

    meeting: Meeting
    starts_at: datetime
    ends_at: datetime
    room: str
    people: int


@dataclass(frozen=True)
class Row:
    """Everything that begins at one moment, by room; without meetings it is the pause."""

    starts_at: datetime
    cells: tuple[Held | None, ...]
    pause_until: datetime | None = None


class WhyMissed(StrEnum):
    """Why somebody misses a meeting."""

    WINDOW = "window"
    BUSY = "busy"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Missed:
    """A meeting that somebody must miss, and why; `other` is where they are instead."""

    guest: Guest
    meeting: Meeting
    why: WhyMissed
    other: Meeting | None = None


@dataclass(frozen=True)
class PersonDay:
    """Somebody's own day: in which meetings, how many minutes they wait, and what they miss."""

    guest: Guest
    held: tuple[Held, ...]
    gap: int
    missed: tuple[Missed, ...]


@dataclass(frozen=True)
class DayView:
    """All that the page shows."""

    rows: tuple[Row, ...]
    rooms: tuple[str, ...]
    people: tuple[PersonDay, ...]
    missed: tuple[Missed, ...]
    left_out: tuple[tuple[Meeting, LeftOut, tuple[str, ...]], ...]
    savings: Savings
    plan: DayPlan
    unknown: tuple[Guest, ...]


@dataclass(frozen=True)
class Telling:
    """What accepting means for people: letters, those who get one, answers that no longer count."""

    meetings: int
    letters: int
    people: int
    answers: int
    outside_window: tuple[Meeting, ...]


def view_of(day: RegionalDay, posed: PosedDay, result: Result) -> DayView:
    """Put a plan in the words of the people it concerns."""
    plan = result.plan
    held = {name: _held(day, posed, plan, name) for name in plan.placed}
    people = tuple(
        sorted(
            (_person_day(posed, plan, held, person) for person in posed.problem.people),
            key=lambda one: (one.guest.organisation, one.guest.name.casefold()),
        )
    )
    return DayView(
        rows=_rows(posed, held, plan, len(day.rooms)),
        rooms=tuple(name for name, _seats in day.rooms),
        people=people,
        missed=tuple(missed for one in people for missed in one.missed),
        left_out=tuple(
            (posed.meetings[name], why, tuple(posed.people[who].name for who in why.who))
            for name, why in plan.left_out.items()
        ),
        savings=result.savings,
        plan=plan,
        unknown=tuple(one for one in posed.people.values() if not one.has_calendar),
    )


def savings_of(posed: PosedDay, plan: DayPlan) -> Savings:
    """Count who travels for the meetings that are held: as they are planned now, and on the regional day.

    Only meetings that somebody is in count, so that what they must miss saves nothing. Meetings that are
    planned on one day at one host today are one journey; whoever is at home there makes none.
    """
    now: dict[tuple[str, date | str, int | None], int] = {}
    then: dict[str, int] = {}
    home = {one.id: one.travel for one in posed.problem.people}
    for person, taken in plan.attended.items():
        for name in taken:
            meeting = posed.meetings[name]
            on = local_day(meeting.starts_at, meeting.time_zone) if meeting.starts_at else name
            now[person, on, meeting.host_id] = posed.journeys[name, person]
            then[person] = home[person]
    return Savings(
        trips_now=sum(minutes > 0 for minutes in now.values()),
        trips_then=sum(minutes > 0 for minutes in then.values()),
        minutes_now=2 * sum(now.values()),
        minutes_then=2 * sum(then.values()),
    )


def telling_of(meetings: Sequence[Meeting], day: date) -> Telling:
    """Tell who hears of it when these meetings move to that day."""
    told = [(one, who) for one in meetings if one.confirmed_at for who in one.people]
    return Telling(
        meetings=len(meetings),
        letters=len(told),
        people=len({who.person_id for _one, who in told}),
        answers=sum(current_answer(who, one) is not Answer.NEEDS_ACTION for one, who in told),
        outside_window=tuple(
            one
            for one in meetings
            if one.window_from and one.window_until and not one.window_from <= day <= one.window_until
        ),
    )


def _held(day: RegionalDay, posed: PosedDay, plan: DayPlan, name: str) -> Held:
    at, meeting = plan.placed[name], posed.meetings[name]
    return Held(
        meeting,
        moment_of(at.start),
        moment_of(at.start + meeting.minutes),
        str(day.rooms[int(at.room)][0]),
        sum(name in taken for taken in plan.attended.values()),
    )


def _rows(posed: PosedDay, held: Mapping[str, Held], plan: DayPlan, rooms: int) -> tuple[Row, ...]:
    begins = sorted({at.start for at in plan.placed.values()})
    found = []
    for begin in begins:
        here = {int(at.room): held[name] for name, at in plan.placed.items() if at.start == begin}
        found.append(Row(moment_of(begin), tuple(here.get(number) for number in range(rooms))))
    pause = posed.problem.pause
    if pause is not None and begins and begins[0] < pause[0] < begins[-1]:
        found.append(Row(moment_of(pause[0]), (), moment_of(pause[1])))
    return tuple(sorted(found, key=lambda row: row.starts_at))


def _person_day(posed: PosedDay, plan: DayPlan, held: Mapping[str, Held], person: DayPerson) -> PersonDay:
    guest = posed.people[person.id]
    taken = plan.attended.get(person.id, ())
    own = tuple(held[name] for name in taken)
    missed = tuple(
        _missed(posed, plan, person, one)
        for one in posed.problem.meetings
        if one.id in held and person.id in one.invited and one.id not in taken
    )
    return PersonDay(guest, own, gap_of(own, posed), missed)


def gap_of(own: Sequence[Held], posed: PosedDay) -> int:
    """Give the minutes between somebody's meetings, the pause not counted."""
    pause = posed.problem.pause
    total = 0
    for one, after in pairwise(own):
        wait = int((after.starts_at - one.ends_at).total_seconds()) // 60
        if pause and one.ends_at <= moment_of(pause[0]) and moment_of(pause[1]) <= after.starts_at:
            wait -= pause[1] - pause[0]
        total += wait
    return total


def _missed(posed: PosedDay, plan: DayPlan, person: DayPerson, one: DayMeeting) -> Missed:
    guest, meeting = posed.people[person.id], posed.meetings[one.id]
    begin = plan.placed[one.id].start
    if not in_window(person, begin, begin + one.minutes):
        return Missed(guest, meeting, WhyMissed.WINDOW)
    if not can_be_there(person, begin, begin + one.minutes):
        return Missed(guest, meeting, WhyMissed.BUSY)
    over = posed.problem.change_over
    other = next(
        (
            posed.meetings[name]
            for name in plan.attended.get(person.id, ())
            if plan.placed[name].start < begin + one.minutes + over
            and begin < plan.placed[name].start + posed.meetings[name].minutes + over
        ),
        None,
    )
    return Missed(guest, meeting, WhyMissed.ELSEWHERE, other)
