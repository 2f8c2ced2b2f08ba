"""Regional days: laid out by a secretary, reckoned, accepted in one step, thrown away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import at_local, local_day
from agenda.core.database import get
from agenda.core.problems import Conflict, Invalid
from agenda.dates.starts import moment_of
from agenda.meetings.model import Meeting
from agenda.people.model import Body, Organisation
from agenda.planner import accepting
from agenda.planner.accepting import Wanted
from agenda.planner.accepting_model import AcceptedChange
from agenda.planner.moving import Place
from agenda.planner.regional_model import RegionalDay
from agenda.planner.regional_posing import PosedDay, movable
from agenda.planner.regional_result import Result, result_of

MOST_MEETINGS = 25


@dataclass(frozen=True)
class DayFacts:
    """What a secretary fills in: the day, the place with its rooms, the hours, and the meetings."""

    day: date
    host_id: int
    place: str
    rooms: Sequence[tuple[str, int | None]]
    opens: time
    closes: time
    pause_begins: time | None
    pause_ends: time | None
    change_over: int
    meetings: Collection[int]


def lay_out(session: Session, facts: DayFacts, by: Actor, now: datetime) -> RegionalDay:
    """Lay out a regional day; nothing moves.

    Raises Invalid for no meetings or too many, a day that is over, and hours that are upside down or do not
    exist on that day; Conflict where a meeting cannot move; Forbidden or NotFound for one that is not theirs.
    """
    day = RegionalDay(made_at=now, made_by=by.name, meetings={}, people={})
    _fill(session, day, facts, by, now)
    session.add(day)
    session.flush()
    audit.record(session, by, now, "regional_day_laid_out", ("regional_day", day.id))
    return day


def change(
    session: Session, day: RegionalDay, facts: DayFacts, by: Actor, now: datetime, version: int | None
) -> None:
    """Lay it out otherwise; what was said of meetings and people that stay is kept."""
    day.expect(version)
    _must_be_open(day)
    _fill(session, day, facts, by, now)
    _forget(day)


def say(
    day: RegionalDay,
    meetings: Mapping[str, Mapping[str, Any]],
    people: Mapping[str, Mapping[str, Any]],
    version: int | None,
) -> None:
    """Keep what is said of single meetings and people; the day must be reckoned anew.

    Raises Invalid when meetings wait for each other.
    """
    day.expect(version)
    _must_be_open(day)
    kept = {number: dict(meetings.get(number, {})) for number in day.meetings}
    if _in_a_ring({number: one.get("after") for number, one in kept.items()}):
        raise Invalid("regional_order_in_a_ring")
    day.meetings = kept
    day.people = {number: dict(one) for number, one in people.items() if one}
    _forget(day)


def keep_result(day: RegionalDay, result: Result, now: datetime, version: int) -> None:
    """Keep what was reckoned; Changed when the day was laid out otherwise meanwhile."""
    day.expect(version)
    _must_be_open(day)
    day.result, day.reckoned_at = result.to_json(), now


def accept(
    session: Session, day: RegionalDay, posed: PosedDay, by: Actor, now: datetime, version: int | None
) -> AcceptedChange:
    """Move each meeting to its time and room, all or nothing; updates follow by themselves.

    Raises Changed when the day was laid out otherwise, Conflict when anything that the plan rests on changed
    since it was reckoned, or when it was accepted already.
    """
    day.expect(version)
    _must_be_open(day)
    if day.result is None:
        raise Conflict("regional_day_not_reckoned")
    result = result_of(day.result)
    if result.rests_on != posed.rests_on:
        raise Conflict("regional_day_outdated")
    seen = {one.id: one.version for one in posed.meetings.values()}
    places = places_of(day, posed, result)
    if not places:
        raise Conflict("regional_day_stands")
    wanted = Wanted({}, {}, "", seen, placed=places)
    done = accepting.accept(session, wanted, by, now)
    day.accepted = done
    audit.record(session, by, now, "regional_day_accepted", ("regional_day", day.id))
    return done


def places_of(day: RegionalDay, posed: PosedDay, result: Result) -> dict[int, Place]:
    """Give the new time and place of each meeting that the plan holds and that is not there already."""
    found = {}
    for name, at in result.plan.placed.items():
        meeting = posed.meetings[name]
        seats = {seat.organisation_id for seat in meeting.body.seats}
        # A body has a host among its own; on a visit elsewhere it keeps the one whose turn it is.
        host = day.host_id if day.host_id in seats else meeting.host_id
        place = Place(moment_of(at.start), venue_of(day, at.room), host)
        if place != Place(meeting.starts_at, meeting.venue, meeting.host_id):
            found[meeting.id] = place
    return found


def venue_of(day: RegionalDay, room: str) -> str:
    """Name a room as people read it in their invitation."""
    return f"{day.place}, {day.rooms[int(room)][0]}"


def remove(session: Session, day: RegionalDay, by: Actor, now: datetime) -> None:
    """Throw a day away; meetings that moved stay where they are."""
    audit.record(session, by, now, "regional_day_removed", ("regional_day", day.id))
    session.delete(day)


def _fill(session: Session, day: RegionalDay, facts: DayFacts, by: Actor, now: datetime) -> None:
    meetings = _chosen(session, facts.meetings, by, now)
    zone = meetings[0].time_zone
    if facts.day <= local_day(now, zone):
        raise Invalid("regional_day_over")
    _check_hours(facts, zone)
    if not facts.rooms:
        raise Invalid("regional_rooms_missing")
    day.host_id = get(session, Organisation, facts.host_id).id
    day.bodies = sorted({one.body_id for one in meetings})
    day.day, day.time_zone, day.place = facts.day, zone, facts.place
    day.rooms = [list(room) for room in facts.rooms]
    day.opens, day.closes = facts.opens, facts.closes
    day.pause_begins, day.pause_ends = facts.pause_begins, facts.pause_ends
    day.change_over = facts.change_over
    day.meetings = {str(one.id): day.meetings.get(str(one.id), {}) for one in meetings}


def _chosen(session: Session, numbers: Collection[int], by: Actor, now: datetime) -> list[Meeting]:
    if not numbers:
        raise Invalid("regional_meetings_missing")
    if len(set(numbers)) > MOST_MEETINGS:
        raise Invalid("regional_too_many_meetings", most=MOST_MEETINGS)
    bodies = select(Body).join(Meeting, Meeting.body_id == Body.id).where(Meeting.id.in_(numbers)).distinct()
    for body in session.scalars(bodies):
        by.must("plan", body)
    found = movable(session, numbers, now)
    if len(found) < len(set(numbers)):
        raise Conflict("regional_meeting_cannot_move")
    if len({one.time_zone for one in found}) > 1:
        raise Invalid("regional_zones_differ")
    return found


def _check_hours(facts: DayFacts, zone: str) -> None:
    """Refuse hours that end before they begin, also those that a clock change swallows."""
    pairs = [(facts.opens, facts.closes)]
    if facts.pause_begins is not None and facts.pause_ends is not None:
        pairs.append((facts.pause_begins, facts.pause_ends))
    if any(at_local(facts.day, one, zone) >= at_local(facts.day, other, zone) for one, other in pairs):
        raise Invalid("regional_hours_impossible")


def _must_be_open(day: RegionalDay) -> None:
    if day.is_accepted:
        raise Conflict("regional_day_accepted")


def _forget(day: RegionalDay) -> None:
    day.result, day.reckoned_at = None, None


def _in_a_ring(after: Mapping[str, Any]) -> bool:
    for number in after:
        seen, at = {number}, after.get(number)
        while at is not None:
            if str(at) in seen:
                return True
            seen.add(str(at))
            at = after.get(str(at))
    return False
