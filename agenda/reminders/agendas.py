"""What must still happen before a meeting: its agenda, who prepares it, and enough people who come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core.clock import local_day
from agenda.invitations.own_items import leads_of
from agenda.meetings.deadline_queries import first_papers
from agenda.meetings.deadline_rules import Terms, days_before
from agenda.meetings.model import AgendaItem, ItemKind, Meeting
from agenda.meetings.queries import CollegePresence, presence_of
from agenda.meetings.sight import OPEN, title_of
from agenda.people.model import Seat
from agenda.planner.cadence_model import Cadence
from agenda.planner.cadence_rules import is_thin
from agenda.planner.cadence_thin import filled_of
from agenda.reminders import rules
from agenda.reminders.about_meetings import about_meeting
from agenda.reminders.model import ReminderRule
from agenda.reminders.rules import Occasion
from agenda.topics.model import TopicLink, Turn


@dataclass(frozen=True)
class Gathered:
    """What is known beside the meetings themselves."""

    seats: Mapping[int, Mapping[int, Seat]]
    # The items of which something to read is there, and since when items stand on an agenda.
    readable: frozenset[int]
    placed: Mapping[int, datetime]
    # Below how many percent a body's agenda is thin.
    shares: Mapping[int, int]


def of_agendas(
    session: Session,
    meetings: Iterable[Meeting],
    staff: Mapping[int, frozenset[int]],
    terms: Mapping[int, Terms],
    now: datetime,
) -> Iterator[Occasion]:
    """Give an occasion for each agenda that is due, thin or not prepared, and each quorum at risk."""
    ahead = [one for one in meetings if one.starts_at is not None and one.starts_at > now]
    known = _gather(session, ahead)
    for meeting in ahead:
        if meeting.starts_at is not None:
            people = staff.get(meeting.body_id, frozenset())
            yield from _of_meeting(meeting, meeting.starts_at, people, terms[meeting.body_id], known)


def unprepared(meeting: Meeting, readable: Collection[int]) -> dict[int, list[AgendaItem]]:
    """Give by lead the items for which nothing to read came: no paper, no link and no requested decision."""
    found: defaultdict[int, list[AgendaItem]] = defaultdict(list)
    for item in meeting.items:
        waits = item.kind is ItemKind.TOPIC and item.outcome is None and item.withdrawn_at is None
        if waits and item.id not in readable and not item.requested_decision:
            for person in leads_of(item):
                found[person].append(item)
    return dict(found)


def without_quorum(meeting: Meeting, seats: Mapping[int, Seat]) -> list[CollegePresence]:
    """List the colleges that would not have their quorum if only those came who said so."""
    people = [one for one in meeting.attendees if one.removed_at is None]
    return [college for college in presence_of(meeting, seats, people).colleges if not college.met]


def shares_of(session: Session, body_ids: Collection[int]) -> dict[int, int]:
    """Give below how many percent an agenda is thin: by the body's rhythm, or else by its own rule."""
    own = select(ReminderRule.body_id, ReminderRule.share).where(
        ReminderRule.body_id.in_(body_ids), ReminderRule.kind == rules.THIN_AGENDA
    )
    rhythm = select(Cadence.body_id, Cadence.thin_below).where(
        Cadence.body_id.in_(body_ids), Cadence.ended_at.is_(None)
    )
    found = dict.fromkeys(body_ids, rules.USUAL_SHARE)
    found |= {body_id: share for body_id, share in session.execute(own) if share is not None}
    return found | dict(session.execute(rhythm).all())


def readable_items(session: Session, meeting_ids: Collection[int]) -> dict[int, datetime | None]:
    """Give the items of these meetings that have a paper or a link, with when the first paper came."""
    linked = (
        select(AgendaItem.id)
        .join(TopicLink, TopicLink.topic_id == AgendaItem.topic_id)
        .where(AgendaItem.meeting_id.in_(meeting_ids))
    )
    papers: dict[int, datetime | None] = dict(first_papers(session, meeting_ids))
    return papers | dict.fromkeys(session.scalars(linked))


def seats_by_body(session: Session, body_ids: Collection[int]) -> dict[int, dict[int, Seat]]:
    """Give the seats of these bodies by organisation, in their order."""
    found: defaultdict[int, dict[int, Seat]] = defaultdict(dict)
    query = (
        select(Seat)
        .where(Seat.body_id.in_(body_ids))
        .options(joinedload(Seat.organisation))
        .order_by(Seat.position)
    )
    for seat in session.scalars(query):
        found[seat.body_id][seat.organisation_id] = seat
    return dict(found)


def _gather(session: Session, ahead: Collection[Meeting]) -> Gathered:
    body_ids, meeting_ids = {one.body_id for one in ahead}, {one.id for one in ahead}
    placed = (
        select(AgendaItem.id, Turn.planned_at)
        .join(Turn, Turn.id == AgendaItem.turn_id)
        .where(AgendaItem.meeting_id.in_(meeting_ids))
    )
    return Gathered(
        seats=seats_by_body(session, body_ids),
        readable=frozenset(readable_items(session, meeting_ids)),
        placed=dict(session.execute(placed).all()),
        shares=shares_of(session, body_ids),
    )


def _of_meeting(
    meeting: Meeting, starts_at: datetime, staff: frozenset[int], terms: Terms, known: Gathered
) -> Iterator[Occasion]:
    day = local_day(starts_at, meeting.time_zone)

    made = meeting.created_at
    if meeting.agenda_final_at is None:
        due = days_before(day, terms.agenda_days_before)
        yield about_meeting(meeting, rules.AGENDA_DUE, due, made, staff, "/agenda", due=due)
        filled, room = filled_of(meeting.items, meeting.minutes)
        if is_thin(filled, room, known.shares[meeting.body_id]):
            yield about_meeting(
                meeting, rules.THIN_AGENDA, day, made, staff, "/thin", filled=filled, whole=room
            )
    papers = days_before(day, terms.papers_days_before)
    for person, items in unprepared(meeting, known.readable).items():
        since = min(known.placed.get(item.id, made) for item in items)
        titles = ", ".join(title_of(item, OPEN) for item in items)
        yield about_meeting(meeting, rules.LEAD_UNPREPARED, papers, since, {person}, items=titles)
    if meeting.confirmed_at is not None:
        short = without_quorum(meeting, known.seats.get(meeting.body_id, {}))
        if short:
            said = ", ".join(f"{one.organisation.name} {one.present}/{one.needed}" for one in short)
            asked = meeting.confirmed_at
            yield about_meeting(meeting, rules.QUORUM_AT_RISK, day, asked, staff, "/presence", colleges=said)
