"""Meetings whose agenda is too thin, and where their topics could go instead.

A topic goes to a meeting of the same body that has room, in time and with the people it needs; else into a
written round where that can be; else the meeting stays needed. Nothing happens by itself.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.clock import local_day
from agenda.meetings.agenda_steps import fingerprint
from agenda.meetings.model import AgendaItem, Meeting
from agenda.people.model import Body
from agenda.planner.cadence_model import Cadence
from agenda.planner.cadence_queries import running_cadence
from agenda.planner.cadence_rules import is_thin, may_be_judged, share
from agenda.planner.posing import Posed, pose
from agenda.planner.solving.fewest import fewest_meetings
from agenda.planner.solving.problem import Problem
from agenda.topics.model import Topic
from agenda.topics.round_rules import IN_WRITING

AHEAD = timedelta(days=366)
SECONDS = 1.0
# What stands elsewhere is never left untreated for the sake of what moves.
KEPT = 1_000


@dataclass(frozen=True)
class Place:
    """Where a topic of a thin meeting goes; neither a meeting nor a written round: it can go nowhere."""

    topic: Topic
    minutes: int
    target: Meeting | None = None
    in_writing: bool = False

    @property
    def nowhere(self) -> bool:
        """Tell whether the meeting is needed for it."""
        return self.target is None and not self.in_writing


@dataclass(frozen=True)
class Thin:
    """A meeting ahead with less on its agenda than its body wants; `early` while that says nothing yet."""

    meeting: Meeting
    filled: int
    room: int
    early: bool
    places: Sequence[Place] = ()

    @property
    def percent(self) -> int:
        """How much of the time for topics is filled."""
        return share(self.filled, self.room)

    @property
    def proposed(self) -> bool:
        """Tell whether it is proposed to cancel it: every topic can go elsewhere."""
        return not self.early and not any(place.nowhere for place in self.places)

    @property
    def successor(self) -> Meeting | None:
        """Give the meeting that receives most of it; None when nothing goes to a meeting."""
        received: Counter[int] = Counter()
        targets = {place.target.id: place.target for place in self.places if place.target is not None}
        for place in self.places:
            if place.target is not None:
                received[place.target.id] += place.minutes
        return targets[received.most_common(1)[0][0]] if received else None

    @property
    def touched(self) -> list[Meeting]:
        """Give every meeting that cancelling it touches."""
        targets = {place.target.id: place.target for place in self.places if place.target is not None}
        return [self.meeting, *targets.values()]

    @property
    def fingerprint(self) -> str:
        """Name the proposal: another name when any of it, or of the meetings it touches, differs."""
        told = [
            [[place.topic.id, place.target.id if place.target else None] for place in self.places],
            [[one.id, one.version, fingerprint(one.items)] for one in self.touched],
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def thin_meetings(session: Session, body: Body, now: datetime) -> list[Thin]:
    """List the meetings ahead of a body that are thin by its cadence, first ones first; none without one.

    Those that are too far ahead to be judged are marked `early`. A meeting with a final agenda is left alone.
    """
    posed, thin = _thin(session, body, now)
    return [one if one.early else replace(one, places=_places(session, posed, one.meeting)) for one in thin]


def thin_meeting(session: Session, meeting: Meeting, now: datetime) -> Thin | None:
    """Tell how thin one meeting is, and where its topics could go; None when it is not thin."""
    posed, thin = _thin(session, meeting.body, now)
    found = next((one for one in thin if one.meeting.id == meeting.id), None)
    if found is None or found.early:
        return found
    return replace(found, places=_places(session, posed, found.meeting))


def _thin(session: Session, body: Body, now: datetime) -> tuple[Posed, list[Thin]]:
    """Pose what is planned, and list what of it is thin, without a place for any topic yet."""
    cadence, today = running_cadence(session, body.id), local_day(now, body.time_zone)
    posed = pose(session, [body.id] if cadence is not None else [], today, today + AHEAD, now)
    if cadence is None:
        return posed, []
    found = (_judged(cadence, meeting, now) for meeting in posed.planned.values())
    return posed, [one for one in found if one is not None]


def filled_of(items: Sequence[AgendaItem], minutes: int) -> tuple[int, int]:
    """Give the minutes of topics on an agenda, and how many there are for topics."""
    topics = sum(item.minutes for item in items if item.topic_id is not None)
    return topics, minutes - sum(item.minutes for item in items if item.topic_id is None)


def _judged(cadence: Cadence, meeting: Meeting, now: datetime) -> Thin | None:
    filled, room = filled_of(meeting.items, meeting.minutes)
    if meeting.starts_at is None or not is_thin(filled, room, cadence.thin_below):
        return None
    day, today = (local_day(one, meeting.time_zone) for one in (meeting.starts_at, now))
    return Thin(meeting, filled, room, early=not may_be_judged(day, today, cadence.judge_days))


def _places(session: Session, posed: Posed, meeting: Meeting) -> list[Place]:
    """Find a place for each topic of a meeting, with all that stands elsewhere left where it is."""
    mine = {topic for topic, place in posed.today.items() if place == str(meeting.id)}
    plan = fewest_meetings(_without(posed, str(meeting.id), mine), seconds=SECONDS, workers=1)
    kept = plan.treated.keys() >= {one.id for one in posed.problem.subjects} - mine
    topics = {
        str(topic.id): topic for topic in session.scalars(select(Topic).where(Topic.id.in_(map(int, mine))))
    }
    found = []
    for item in meeting.items:
        topic = topics.get(str(item.topic_id))
        if topic is not None:
            place = plan.treated.get(str(topic.id)) if kept else None
            target = posed.planned[place] if place is not None else None
            candidate = posed.topics.get(str(topic.id))
            waits = candidate is not None and candidate.predecessor_id is not None
            written = target is None and topic.treatment in IN_WRITING and not topic.intensified and not waits
            found.append(Place(topic, item.minutes, target, written))
    return found


def _without(posed: Posed, gone: str, free: set[str]) -> Problem:
    """Pose the problem without one meeting; only its topics may choose where they go."""
    occasions = tuple(replace(one, body=_name(one.id)) for one in posed.problem.occasions if one.id != gone)
    subjects = tuple(
        replace(one, bodies=frozenset())
        if one.id in free
        else replace(one, bodies=frozenset({_name(posed.today[one.id])}), priority=KEPT)
        for one in posed.problem.subjects
    )
    return replace(posed.problem, occasions=occasions, subjects=subjects)


def _name(occasion: str) -> str:
    """Name a meeting as if it were a body of its own: so a topic can be kept to it."""
    return f"meeting {occasion}"
