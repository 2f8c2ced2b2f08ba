"""The planned meetings and their topics, as the problem that the solver is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.clock import at_local, local_day
from agenda.meetings.agenda_backlog import candidates_of
from agenda.meetings.agenda_steps import fingerprint
from agenda.meetings.candidates import Candidate
from agenda.meetings.model import AgendaItem, Answer, Attendee, Meeting
from agenda.meetings.rules import current_answer
from agenda.planner.new_meetings import NewDate, NewMeeting, new_meetings
from agenda.planner.solving.case import fitting, meets
from agenda.planner.solving.problem import Occasion, Problem, Subject
from agenda.topics.model import Turn

DAY = timedelta(days=1)
# A meeting that is planned, or that could be.
Place = Meeting | NewMeeting


@dataclass(frozen=True)
class Posed:
    """The problem, what stands behind its ids, and how everything is planned today.

    An occasion's id is the number of its meeting (below zero for one that could be planned), a subject's
    that of its topic, a person's that of the person. `final` are the meetings whose agenda is final:
    nothing about them changes.
    """

    problem: Problem
    meetings: Mapping[str, Place]
    items: Mapping[str, AgendaItem]
    topics: Mapping[str, Candidate]
    today: Mapping[str, str]
    final: Sequence[Meeting]

    @property
    def planned(self) -> dict[str, Meeting]:
        """The meetings that are planned already, by the id of their occasion."""
        return {key: one for key, one in self.meetings.items() if not isinstance(one, NewMeeting)}

    @property
    def fingerprint(self) -> str:
        """Name everything that the answer rests on: another name when any of it differs."""
        told = [
            _plain(self.problem),
            sorted(self.today.items()),
            [(key, *_as_it_is(one)) for key, one in sorted(self.meetings.items())],
        ]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def pose(
    session: Session,
    bodies: Collection[int],
    first: date,
    last: date,
    now: datetime,
    *,
    new_dates: Iterable[NewDate] = (),
    open_topics: bool = False,
) -> Posed:
    """Put together what is planned for these bodies between two days, both included.

    Only topics that stand on an agenda count, with `open_topics` also those that stand on none. Where one
    stands today it fits: a rule that it breaks there by a person's wish is not asked of it.
    """
    meetings = meetings_ahead(session, bodies, first, last, now)
    movable = [one for one in meetings if one.agenda_final_at is None]
    items = {
        str(item.topic_id): item
        for one in movable
        for item in one.items
        if item.topic_id is not None and item.outcome is None
    }
    today = {topic: str(item.meeting_id) for topic, item in items.items()}
    new = new_meetings(session, new_dates, now)
    occasions = {str(one.id): occasion_of(one) for one in movable}
    occasions |= {str(one.id): new_occasion(one) for one in new}
    topics: dict[str, Candidate] = {}
    subjects = []
    for body_id in sorted(bodies):
        found = _topics(session, body_id, movable, first, today)
        settled = planned_elsewhere(session, body_id, movable)
        for topic in found:
            if open_topics or str(topic.id) in today:
                topics[str(topic.id)] = topic
                subjects.append(subject_of(topic, body_id, items.get(str(topic.id)), settled))
    problem = Problem(tuple(occasions.values()), tuple(without_strangers(subjects)), _zone(movable))
    problem = _as_it_stands(problem, today)
    places: list[Place] = [*movable, *new]
    return Posed(
        problem,
        {str(one.id): one for one in sorted(places, key=_when)},
        items,
        topics,
        today,
        [one for one in meetings if one.agenda_final_at is not None],
    )


def meetings_ahead(
    session: Session, bodies: Collection[int], first: date, last: date, now: datetime
) -> Sequence[Meeting]:
    """Read the dated meetings to come."""
    found = session.scalars(
        select(Meeting)
        .where(
            Meeting.body_id.in_(bodies),
            Meeting.cancelled_at.is_(None),
            Meeting.closed_at.is_(None),
            Meeting.starts_at > now,
            # The days are local; the hours at their edges are looked at below.
            Meeting.starts_at >= at_local(first - DAY, time(), "UTC"),
            Meeting.starts_at < at_local(last + 2 * DAY, time(), "UTC"),
        )
        .order_by(Meeting.starts_at, Meeting.id)
        .options(
            joinedload(Meeting.body),
            selectinload(Meeting.items),
            selectinload(Meeting.attendees).joinedload(Attendee.person),
            selectinload(Meeting.attendees).joinedload(Attendee.organisation),
        )
    ).all()
    return [
        one
        for one in found
        if one.starts_at is not None and first <= local_day(one.starts_at, one.time_zone) <= last
    ]


def _when(place: Place) -> tuple[datetime, int]:
    if place.starts_at is None:
        raise ValueError("only dated meetings are planned")
    return place.starts_at, place.id


def _as_it_is(place: Place) -> tuple[int, str]:
    return place.version, "" if isinstance(place, NewMeeting) else fingerprint(place.items)


def new_occasion(meeting: NewMeeting) -> Occasion:
    """Give a meeting that could be planned as the solver knows it."""
    return Occasion(
        id=str(meeting.id),
        body=str(meeting.body_id),
        starts_at=meeting.starts_at,
        day=local_day(meeting.starts_at, meeting.time_zone),
        minutes=meeting.minutes,
        reserved=min(meeting.reserved, meeting.minutes),
        attendees=frozenset(str(one.person_id) for one in meeting.people),
        unavailable=frozenset(map(str, meeting.busy)),
    )


def occasion_of(meeting: Meeting) -> Occasion:
    """Give a dated meeting as the solver knows it; ValueError for one without a date."""
    if meeting.starts_at is None:
        raise ValueError("only dated meetings are planned")
    people = meeting.people
    return Occasion(
        id=str(meeting.id),
        body=str(meeting.body_id),
        starts_at=meeting.starts_at,
        day=local_day(meeting.starts_at, meeting.time_zone),
        minutes=meeting.minutes,
        reserved=sum(item.minutes for item in meeting.items if item.topic_id is None),
        attendees=frozenset(str(one.person_id) for one in people),
        unavailable=frozenset(
            str(one.person_id) for one in people if current_answer(one, meeting) is Answer.DECLINED
        ),
        planned=True,
    )


def _topics(
    session: Session, body_id: int, movable: Iterable[Meeting], first: date, today: Collection[str]
) -> list[Candidate]:
    days = [
        local_day(one.starts_at, one.time_zone) for one in movable if one.body_id == body_id and one.starts_at
    ]
    leaving = {int(topic) for topic in today}
    return candidates_of(session, body_id, min(days, default=first), leaving, {})


def planned_elsewhere(session: Session, body_id: int, movable: Iterable[Meeting]) -> dict[int, date | None]:
    """Give the day of each topic that stands on an agenda that stays as it is; None without a day."""
    query = (
        select(AgendaItem.topic_id, Meeting.starts_at, Meeting.time_zone)
        .join(AgendaItem.meeting)
        .join(AgendaItem.turn)
        .where(
            Meeting.body_id == body_id,
            Meeting.id.not_in([one.id for one in movable]),
            Meeting.cancelled_at.is_(None),
            Turn.result.is_(None),
        )
    )
    return {
        topic: local_day(starts_at, zone) if starts_at else None
        for topic, starts_at, zone in session.execute(query)
        if topic is not None
    }


def subject_of(
    topic: Candidate, body_id: int, item: AgendaItem | None, settled: Mapping[int, date | None]
) -> Subject:
    """Give a topic as the solver knows it, as it stands on an agenda where it does.

    `settled` gives the days of topics whose place stays as it is.
    """
    earliest = topic.earliest
    waits = topic.predecessor_id
    if waits is not None and (day := settled.get(waits)) is not None:
        # Its predecessor stays where it is; this one comes no sooner.
        earliest, waits = max(day, earliest or day), None
    return Subject(
        id=str(topic.id),
        minutes=max(1, item.minutes if item is not None else topic.minutes),
        bodies=frozenset({str(body_id)}),
        needs=tuple(frozenset(map(str, wanted.people)) for wanted in topic.wanted),
        guests=frozenset(map(str, topic.guests)),
        earliest=earliest,
        deadline=topic.deadline,
        priority=topic.priority,
        after=frozenset({str(waits)}) if waits is not None else frozenset(),
    )


def without_strangers(subjects: Sequence[Subject]) -> list[Subject]:
    """Keep out what waits for a topic that is not planned here, and so cannot be treated here either."""
    kept = list(subjects)
    while True:
        known = {one.id for one in kept}
        if all(one.after <= known for one in kept):
            return kept
        kept = [one for one in kept if one.after <= known]


def _as_it_stands(problem: Problem, today: Mapping[str, str]) -> Problem:
    """Let each topic fit where it stands today, and each meeting hold what stands on it."""
    places = {one.id: one for one in problem.occasions}
    load = dict.fromkeys(places, 0)
    subjects = []
    for one in problem.subjects:
        here = places.get(today.get(one.id, ""))
        if here is not None:
            load[here.id] += one.minutes
            one = _relaxed(one, here, places, today)
        subjects.append(one)
    occasions = tuple(
        replace(one, minutes=max(one.minutes, one.reserved + load[one.id])) for one in problem.occasions
    )
    return replace(problem, occasions=occasions, subjects=tuple(subjects))


def _relaxed(
    subject: Subject, here: Occasion, places: Mapping[str, Occasion], today: Mapping[str, str]
) -> Subject:
    """Ask no more of a topic than its place today gives."""
    if fitting((here,), (subject,))[0] == () and not meets(here, subject):
        subject = replace(
            subject,
            needs=tuple(any_of for any_of in subject.needs if any_of & here.present),
            guests=subject.guests - here.unavailable,
        )
    if subject.earliest is not None:
        subject = replace(subject, earliest=min(subject.earliest, here.day))
    if subject.deadline is not None:
        subject = replace(subject, deadline=max(subject.deadline, here.day))
    kept = frozenset(
        name
        for name in subject.after
        if name in today and (places[today[name]].starts_at < here.starts_at or today[name] == here.id)
    )
    return replace(subject, after=kept)


def _zone(meetings: Sequence[Meeting]) -> str:
    return meetings[0].time_zone if meetings else "Europe/Amsterdam"


def _plain(problem: Problem) -> Any:
    """Write a problem as JSON can hold it, sets in order."""

    def plain(value: Any) -> Any:
        if isinstance(value, frozenset):
            return sorted(value)
        if isinstance(value, tuple):
            return [plain(one) for one in value]
        if isinstance(value, Occasion | Subject):
            return [plain(getattr(value, name)) for name in value.__dataclass_fields__]
        return value

    return [plain(problem.occasions), plain(problem.subjects)]
