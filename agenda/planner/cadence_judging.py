"""Whether dates of a cadence earn their place: what waits for them is planned in the fewest meetings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from agenda.core.clock import local_day
from agenda.meetings.agenda_backlog import candidates_of
from agenda.meetings.candidates import Candidate
from agenda.meetings.model import Meeting
from agenda.meetings.rules import in_window
from agenda.meetings.template_queries import frame_minutes
from agenda.people.model import Body
from agenda.planner import cadence_queries as queries
from agenda.planner.cadence_model import Cadence
from agenda.planner.cadence_queries import DateMade
from agenda.planner.cadence_rules import Found, Verdict, verdict
from agenda.planner.cadence_sooner import sooner
from agenda.planner.cadence_thin import KEPT, filled_of
from agenda.planner.new_meetings import NewDate, NewMeeting, new_meetings
from agenda.planner.posing import (
    meetings_ahead,
    new_occasion,
    occasion_of,
    planned_elsewhere,
    subject_of,
    without_strangers,
)
from agenda.planner.solving.case import case_of
from agenda.planner.solving.fewest import fewest_meetings
from agenda.planner.solving.fits import why_untreated
from agenda.planner.solving.problem import Occasion, Plan, Problem, Subject, Why

SECONDS = 2.0
# As many topics as can be, in the fewest meetings, and of these the fewest new ones.
AIMS = 3


@dataclass(frozen=True)
class Judged:
    """A date of a cadence: what falls and stands on it, what would be treated there, and its verdict.

    `meeting` has this day already; `undated` still seeks a date in a window that holds it. `only_here` are
    the topics that no other date serves in time. `filled` and `room` are minutes for topics.
    """

    at: datetime
    found: Sequence[Found]
    meeting: Meeting | None
    undated: Meeting | None
    topics: Sequence[Candidate]
    only_here: Sequence[Candidate]
    filled: int
    room: int
    verdict: Verdict


@dataclass(frozen=True)
class Judgement:
    """All dates of a period, the topics that none of them serves in time, and whether that is proven."""

    dates: Sequence[Judged]
    waiting: int
    left: Sequence[tuple[Candidate, Why]]
    proven: bool
    # Whether the rule makes more dates in the period than are judged at once.
    cut: bool


@dataclass(frozen=True)
class Asked:
    """What the solver is asked, and the topics behind it by the solver's names."""

    problem: Problem
    topics: Mapping[str, Candidate]


def judgement(
    session: Session, cadence: Cadence, body: Body, first: date, last: date, now: datetime
) -> Judgement:
    """Judge every date of a cadence that is ahead between two days, both included."""
    dates, cut = queries.dates_made(session, cadence, body, first, last, now)
    free = [NewDate(body.id, one.at, cadence.minutes) for one in dates if one.free]
    asked = _asked(session, body, free, last, now)
    plan = fewest_meetings(asked.problem, seconds=SECONDS, workers=1, aims=AIMS)
    treated = sooner(asked.problem, plan.treated)
    only = _only_here(asked.problem, last)
    undated = queries.waiting_for_a_date(session, body, now)
    frame = frame_minutes(session, body.id)
    judged = []
    for made in dates:
        day = local_day(made.at, body.time_zone)
        judged.append(
            _judged(
                cadence,
                made,
                next((one for one in undated if in_window(day, one.window_from, one.window_until)), None),
                [asked.topics[one] for one, place in treated.items() if place == _name(made.at)],
                [asked.topics[one] for one in only.get(_name(made.at), ())],
                frame,
            )
        )
    return Judgement(judged, len(asked.topics), _left(asked, plan, last), plan.optimal, cut)


def _judged(
    cadence: Cadence,
    made: DateMade,
    undated: Meeting | None,
    topics: Sequence[Candidate],
    only_here: Sequence[Candidate],
    frame: int,
) -> Judged:
    filled, room = sum(topic.minutes for topic in topics), cadence.minutes - frame
    if made.meeting is not None:
        filled, room = filled_of(made.meeting.items, made.meeting.minutes)
    here = [topic for topic in only_here if topic in topics]
    outcome = verdict(made.found, made.meeting is not None, filled, room, len(here), cadence.thin_below)
    return Judged(made.at, made.found, made.meeting, undated, topics, here, filled, room, outcome)


def _asked(session: Session, body: Body, free: Sequence[NewDate], last: date, now: datetime) -> Asked:
    """Pose what waits on the backlog, over the meetings that are planned and the dates that are free."""
    today = local_day(now, body.time_zone)
    planned = [
        _as_it_stands(one)
        for one in meetings_ahead(session, [body.id], today, last, now)
        if one.agenda_final_at is None
    ]
    waiting = candidates_of(session, body.id, today, set(), {})
    settled = planned_elsewhere(session, body.id, ())
    subjects = without_strangers([subject_of(topic, body.id, None, settled) for topic in waiting])
    dates = [_occasion(one) for one in new_meetings(session, free, now)]
    held = [Subject(f"held {one.id}", 1, frozenset({one.body}), priority=KEPT) for one in planned]
    problem = Problem(
        (*planned, *dates),
        (*held, *(replace(one, bodies=frozenset()) for one in subjects)),
        body.time_zone,
    )
    kept = {one.id for one in subjects}
    return Asked(problem, {str(topic.id): topic for topic in waiting if str(topic.id) in kept})


def _as_it_stands(meeting: Meeting) -> Occasion:
    """Pose a planned meeting with what its agenda leaves.

    It is held whatever comes on it: one minute more, for a subject that can be nowhere else, says so.
    """
    one = occasion_of(meeting)
    used = sum(item.minutes for item in meeting.items)
    return Occasion(
        id=one.id,
        body=f"meeting {one.id}",
        starts_at=one.starts_at,
        day=one.day,
        minutes=max(one.minutes, used) + 1,
        reserved=used,
        attendees=one.attendees,
        unavailable=one.unavailable,
        planned=True,
    )


def _occasion(meeting: NewMeeting) -> Occasion:
    """Pose a date that is free, under its own name: its subjects may be of it alone."""
    name = _name(meeting.starts_at)
    return replace(new_occasion(meeting), id=name, body=name)


def _only_here(problem: Problem, last: date) -> dict[str, list[str]]:
    """Give for each occasion the subjects that must be treated within the period and fit no other."""
    case = case_of(problem)
    found: dict[str, list[str]] = {}
    for subject, fits in zip(case.subjects, case.fits, strict=True):
        if len(fits) == 1 and subject.deadline is not None and subject.deadline <= last:
            found.setdefault(case.occasions[fits[0]].id, []).append(subject.id)
    return found


def _left(asked: Asked, plan: Plan, last: date) -> list[tuple[Candidate, Why]]:
    """Name the topics that find no place in the period and cannot wait until after it."""
    why = why_untreated(asked.problem, plan.treated)
    return [
        (topic, why[key])
        for key, topic in asked.topics.items()
        if key in why and topic.deadline is not None and topic.deadline <= last
    ]


def _name(at: datetime) -> str:
    return f"date {at.isoformat()}"
