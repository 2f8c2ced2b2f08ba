"""What there was to be reminded of, from the moments that are kept: for the preview of a body's rules.

Who left or got an item since is not known; leads and owners are those of now, secretaries and clerks those of
each day. docs/reminders.md says of each kind what can be known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from agenda.core.clock import at_local, local_day
from agenda.invitations.model import Told
from agenda.invitations.own_items import leads_of
from agenda.meetings.deadline_queries import terms_of
from agenda.meetings.deadline_rules import Terms, days_after, days_before
from agenda.meetings.model import AgendaItem, Answer, Attendee, AttendeeRole, ItemKind, Meeting
from agenda.meetings.rules import current_answer, ends_at
from agenda.people.model import Body, Membership, Role, Seat
from agenda.people.rules import needed
from agenda.reminders import rules
from agenda.reminders.about_meetings import about_meeting
from agenda.reminders.agendas import readable_items, seats_by_body
from agenda.reminders.preview_rules import Spell
from agenda.reminders.rules import FURTHEST_DAYS, Occasion

DAY = timedelta(days=1)
# What an agenda held and how many meetings were planned on a day of the past is not kept.
UNKNOWN = (rules.THIN_AGENDA, rules.BURDEN_OVER)


@dataclass(frozen=True)
class Stay:
    """That somebody was a secretary or clerk of the body, from a moment until another."""

    person_id: int
    since: datetime
    until: datetime | None


def first_of(*moments: datetime | None) -> datetime | None:
    """Give the earliest of these moments; None when there is none."""
    return min((one for one in moments if one is not None), default=None)


def stays_of(session: Session, body: Body) -> list[Stay]:
    """List who was a secretary or clerk of a body, and when."""
    query = select(Membership).where(
        Membership.body_id == body.id, Membership.role.in_([Role.SECRETARY, Role.CLERK])
    )
    return [
        Stay(
            one.person_id,
            at_local(one.since, time(), body.time_zone),
            None if one.until is None else at_local(one.until + DAY, time(), body.time_zone),
        )
        for one in session.scalars(query)
    ]


def for_staff(occasion: Occasion, until: datetime | None, stays: Iterable[Stay]) -> Iterator[Spell]:
    """Give one occasion for whoever was of the staff, for as long as they were."""
    for stay in stays:
        since = max(occasion.since, stay.since)
        yield Spell(
            replace(occasion, since=since, people=frozenset({stay.person_id})), first_of(until, stay.until)
        )


def of_meetings(session: Session, body: Body, stays: Sequence[Stay], now: datetime) -> Iterator[Spell]:
    """Give what there was to be reminded of around the meetings of a body, in the past year and now."""
    far = timedelta(days=FURTHEST_DAYS)
    wanted = (Meeting.body_id == body.id, Meeting.starts_at > now - far, Meeting.starts_at < now + far)
    query = (
        select(Meeting)
        .where(*wanted)
        .options(
            selectinload(Meeting.items).joinedload(AgendaItem.topic),
            selectinload(Meeting.items).joinedload(AgendaItem.turn),
            selectinload(Meeting.attendees),
        )
    )
    found = session.scalars(query).all()
    told = select(Told.attendee_id, Told.told_at).join(Attendee).join(Meeting).where(*wanted)
    told_at = {row.attendee_id: row.told_at for row in session.execute(told)}
    readable = readable_items(session, {one.id for one in found})
    seats = seats_by_body(session, {body.id}).get(body.id, {})
    terms = terms_of(session, [body])[body.id]
    for meeting in found:
        if meeting.starts_at is not None:
            one = _Meeting(meeting, meeting.starts_at, terms)
            yield from one.of_staff(stays)
            yield from one.of_leads(readable)
            yield from one.of_invited(told_at)
            yield from one.of_quorum(stays, seats.values())


@dataclass(frozen=True)
class _Meeting:
    """One meeting with its date, and the terms of its body."""

    meeting: Meeting
    starts_at: datetime
    terms: Terms

    def occasion(
        self, kind: str, since: datetime, people: Iterable[int] = (), on: date | None = None
    ) -> Occasion:
        return about_meeting(self.meeting, kind, on or self.day, since, people)

    @property
    def day(self) -> date:
        return local_day(self.starts_at, self.meeting.time_zone)

    def of_staff(self, stays: Sequence[Stay]) -> Iterator[Spell]:
        """Give the calls for topics, the agenda that is due, and what must be done afterwards."""
        meeting, made = self.meeting, self.meeting.created_at
        until = first_of(meeting.agenda_final_at, meeting.cancelled_at, self.starts_at)
        yield from for_staff(self.occasion(rules.CALL_FOR_TOPICS, made), until, stays)
        due = days_before(self.day, self.terms.agenda_days_before)
        yield from for_staff(self.occasion(rules.AGENDA_DUE, made, on=due), until, stays)
        end = ends_at(self.starts_at, meeting.minutes)
        if meeting.cancelled_at is not None:
            return
        recorded = first_of(meeting.closed_at, meeting.outcomes_left_at)
        missing = any(one.kind is ItemKind.TOPIC and one.outcome is None for one in meeting.items)
        if recorded is not None or missing:
            yield from for_staff(self.occasion(rules.OUTCOMES_DUE, end), recorded, stays)
        listed = days_after(local_day(end, meeting.time_zone), self.terms.decision_list_days_after)
        yield from for_staff(self.occasion(rules.DECISION_LIST_DUE, end, on=listed), meeting.closed_at, stays)

    def of_leads(self, readable: dict[int, datetime | None]) -> Iterator[Spell]:
        """Give the papers that were due, and the items for which there was nothing to read."""
        meeting = self.meeting
        papers = days_before(self.day, self.terms.papers_days_before)
        leads = {person for item in meeting.items for person in leads_of(item)}
        until = first_of(meeting.agenda_final_at, meeting.cancelled_at, self.starts_at)
        yield Spell(self.occasion(rules.PAPERS_DUE, meeting.created_at, leads, papers), until)
        for item in meeting.items:
            # When a link was laid or a decision was asked for is not kept: it counts as always there.
            came = readable.get(item.id)
            ready = bool(item.requested_decision) or (item.id in readable and came is None)
            if item.kind is ItemKind.TOPIC and not ready:
                since = item.turn.planned_at if item.turn is not None else meeting.created_at
                until = first_of(came, item.withdrawn_at, meeting.cancelled_at, self.starts_at)
                occasion = self.occasion(rules.LEAD_UNPREPARED, since, leads_of(item), papers)
                yield Spell(occasion, until)

    def of_invited(self, told_at: dict[int, datetime]) -> Iterator[Spell]:
        """Give who had not answered and who was to come; of answers that changed the last one counts."""
        meeting = self.meeting
        for attendee in meeting.attendees:
            if attendee.id not in told_at or attendee.role is AttendeeRole.ROOM:
                continue
            answer = current_answer(attendee, meeting)
            answered = attendee.answered_at if answer is not Answer.NEEDS_ACTION else None
            end = first_of(meeting.cancelled_at, attendee.removed_at, self.starts_at)
            since, people = told_at[attendee.id], (attendee.person_id,)
            yield Spell(self.occasion(rules.NO_ANSWER, since, people), first_of(end, answered))
            stays_away = answered if answer is Answer.DECLINED else None
            yield Spell(self.occasion(rules.MEETING_TOMORROW, since, people), first_of(end, stays_away))

    def of_quorum(self, stays: Sequence[Stay], seats: Iterable[Seat]) -> Iterator[Spell]:
        """Give the time in which a college had no quorum, by the moments on which its members said yes."""
        meeting = self.meeting
        if meeting.confirmed_at is None:
            return
        met: list[datetime | None] = []
        for seat in seats:
            voting = [
                one
                for one in meeting.people
                if one.organisation_id == seat.organisation_id
                and one.voting
                and one.role is AttendeeRole.MEMBER
            ]
            yes = sorted(
                one.answered_at
                for one in voting
                if one.answered_at is not None and current_answer(one, meeting) is Answer.ACCEPTED
            )
            least = needed(len(voting), seat.quorum)
            if voting and least:
                met.append(yes[least - 1] if len(yes) >= least else None)
        if met:
            quorate = None if None in met else max(one for one in met if one is not None)
            until = first_of(quorate, meeting.cancelled_at, self.starts_at)
            yield from for_staff(self.occasion(rules.QUORUM_AT_RISK, meeting.confirmed_at), until, stays)
