"""What there is to be reminded of, in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core.clock import local_day
from agenda.decisions.model import Commitment
from agenda.invitations.model import Told
from agenda.invitations.own_items import leads_of
from agenda.meetings.deadline_queries import terms_of
from agenda.meetings.deadline_rules import MOST, Terms, days_after, days_before
from agenda.meetings.model import AgendaItem, Answer, Attendee, ItemKind, Meeting
from agenda.meetings.rules import current_answer
from agenda.people.model import Body, Membership, Role
from agenda.people.rules import is_active
from agenda.reminders import rules
from agenda.reminders.about_meetings import about_meeting
from agenda.reminders.agendas import of_agendas
from agenda.reminders.model import Reminder, ReminderRule, SwitchedOff
from agenda.reminders.own_actions import of_actions
from agenda.reminders.polls import of_polls
from agenda.reminders.rounds import of_rounds
from agenda.reminders.rules import Occasion, Planned
from agenda.reminders.standing import of_bodies, of_ratifications, of_still_topics, title_in_letters
from agenda.topics.model import Topic
from agenda.topics.rules import RUNNING
from agenda.topics.sight import is_limited
from agenda.topics.states import has_state

# A meeting whose outcomes are missing is chased this long; after that it is a matter for people.
LOOK_BACK = timedelta(days=60)
# By key, so that the years that lie behind cost nothing; SQLite takes 32 766 values in a statement.
MOST_KEYS = 20_000
COMING = {Answer.ACCEPTED, Answer.TENTATIVE, Answer.NEEDS_ACTION}


def planned(
    session: Session, now: datetime, meeting_id: int | None = None, until: datetime | None = None
) -> list[Planned]:
    """List every reminder that has a cause now, past and to come.

    With `meeting_id` those of one meeting; with `until` only of meetings that begin before it.
    """
    staff = _staff(session, now)
    wanted = [Meeting.starts_at >= now - LOOK_BACK]
    if meeting_id is not None:
        wanted.append(Meeting.id == meeting_id)
    if until is not None:
        wanted.append(Meeting.starts_at < until)
    occasions = list(_of_meetings(session, now, staff, wanted))
    if meeting_id is None:
        occasions += [*_of_topics(session, now, staff), *_of_commitments(session, staff)]
        occasions += of_rounds(session, now)
        occasions += of_actions(session)
        occasions += of_ratifications(session, staff)
        occasions += of_still_topics(session, staff)
        occasions += of_bodies(session, staff, now)
    occasions += of_polls(session, now, meeting_id)
    off = switched_off(session)
    kept = (o for o in occasions if (o.kind, o.subject_kind, o.subject_id) not in off)
    return rules.plan(kept, days_by_body(session))


def due(session: Session, now: datetime, meeting_id: int | None = None) -> list[Planned]:
    """List the reminders that are due and have not gone; of one meeting when asked."""
    return not_gone(session, rules.due(planned(session, now, meeting_id, now + furthest(session)), now, ()))


def not_gone(session: Session, found: Sequence[Planned]) -> list[Planned]:
    """Leave out what went; what was withdrawn before it left did not go."""
    if not found:
        return []
    gone: set[str] = set()
    keys = [reminder.key for reminder in found]
    for first in range(0, len(keys), MOST_KEYS):
        some = keys[first : first + MOST_KEYS]
        went = (Reminder.key.in_(some), Reminder.withdrawn_at.is_(None))
        gone.update(session.scalars(select(Reminder.key).where(*went)))
    return [reminder for reminder in found if reminder.key not in gone]


def still_told(session: Session, now: datetime) -> frozenset[int]:
    """Name the lines of the ledger whose reminder still has a cause: without them it would go again."""
    found = {r.key: r for r in rules.due(planned(session, now, None, now + furthest(session)), now, ())}
    if not found:
        return frozenset()
    since = min(reminder.due_at for reminder in found.values())
    rows = session.execute(select(Reminder.id, Reminder.key).where(Reminder.due_at >= since))
    return frozenset(number for number, key in rows if key in found)


def furthest(session: Session) -> timedelta:
    """Tell how far ahead a meeting can be and have a reminder due today."""
    papers = session.scalar(select(func.max(Body.papers_days_before))) or 0
    days = [day for found in days_by_body(session).values() for day in found]
    # Agendas are due by a term of their own, and what falls on a holiday is due some days sooner.
    return timedelta(days=max(papers, MOST.agenda_days_before) - min(days, default=0) + 7)


def written_to_since(session: Session, moment: datetime) -> set[int]:
    """Name who had a gathered letter since a moment."""
    went = (Reminder.sent_at >= moment, Reminder.withdrawn_at.is_(None))
    # Not distinct: SQLite would read the whole ledger in the order of people, rather than one day of it.
    return set(session.scalars(select(Reminder.person_id).where(*went)))


def gone(session: Session, subject_kind: str, subject_id: int) -> Sequence[Reminder]:
    """List what went about one thing, newest first."""
    query = (
        select(Reminder)
        .where(Reminder.subject_kind == subject_kind, Reminder.subject_id == subject_id)
        .order_by(Reminder.sent_at.desc(), Reminder.id)
    )
    return session.scalars(query).all()


def switched_off(session: Session) -> set[tuple[str, str, int]]:
    """Name the reminders that were silenced, and for what."""
    rows = session.execute(select(SwitchedOff.kind, SwitchedOff.subject_kind, SwitchedOff.subject_id))
    return {(kind, subject_kind, subject_id) for kind, subject_kind, subject_id in rows}


def days_by_body(session: Session) -> dict[tuple[int, str], list[int]]:
    """Give the days of every rule that is on."""
    rows = session.scalars(select(ReminderRule).where(ReminderRule.enabled.is_(True)))
    return {(rule.body_id, rule.kind): rule.days for rule in rows}


def _staff(session: Session, now: datetime) -> dict[int, frozenset[int]]:
    """Give each body's secretaries and clerks of today, where that body is."""
    query = (
        select(Membership)
        .options(joinedload(Membership.body))
        .where(Membership.role.in_([Role.SECRETARY, Role.CLERK]))
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for membership in session.scalars(query):
        today = local_day(now, membership.body.time_zone)
        if is_active(membership.since, membership.until, today):
            found[membership.body_id].add(membership.person_id)
    return {body_id: frozenset(people) for body_id, people in found.items()}


@dataclass(frozen=True)
class Known:
    """What is known beside the meetings themselves: now, the staff of each body, who was told when."""

    now: datetime
    staff: Mapping[int, frozenset[int]]
    told: Mapping[int, datetime]
    # What each body asks around its meetings.
    terms: Mapping[int, Terms]


def _of_meetings(
    session: Session, now: datetime, staff: dict[int, frozenset[int]], wanted: list[ColumnElement[bool]]
) -> Iterable[Occasion]:
    wanted = [*wanted, Meeting.cancelled_at.is_(None), Meeting.closed_at.is_(None)]
    query = (
        select(Meeting)
        .options(
            joinedload(Meeting.body),
            selectinload(Meeting.items).joinedload(AgendaItem.topic),
            selectinload(Meeting.attendees),
        )
        .where(*wanted)
    )
    told = select(Told.attendee_id, Told.told_at).join(Attendee).join(Meeting).where(*wanted)
    found = session.scalars(query).all()
    terms = terms_of(session, {one.body_id: one.body for one in found}.values())
    known = Known(now, staff, {row.attendee_id: row.told_at for row in session.execute(told)}, terms)
    for meeting in found:
        if meeting.starts_at is not None:
            yield from _of_meeting(meeting, meeting.starts_at, known)
    yield from of_agendas(session, found, staff, terms, now)


def _of_meeting(meeting: Meeting, starts_at: datetime, known: Known) -> Iterable[Occasion]:
    ends_at = starts_at + timedelta(minutes=meeting.minutes)
    day = local_day(starts_at, meeting.time_zone)
    staff = known.staff.get(meeting.body_id, frozenset())

    if starts_at > known.now and meeting.agenda_final_at is None:
        yield about_meeting(meeting, rules.CALL_FOR_TOPICS, day, meeting.created_at, staff)
        leads = {person for item in meeting.items for person in leads_of(item)}
        papers = days_before(day, meeting.body.papers_days_before)
        yield about_meeting(meeting, rules.PAPERS_DUE, papers, meeting.created_at, leads, day=papers)
    if starts_at > known.now and meeting.confirmed_at is not None:
        for since, people in _told_alike(meeting, known):
            silent = [a.person_id for a in people if current_answer(a, meeting) is Answer.NEEDS_ACTION]
            yield about_meeting(meeting, rules.NO_ANSWER, day, since, silent)
            coming = [a.person_id for a in people if current_answer(a, meeting) in COMING]
            yield about_meeting(meeting, rules.MEETING_TOMORROW, day, since, coming)
    if ends_at <= known.now and any(i.kind is ItemKind.TOPIC and i.outcome is None for i in meeting.items):
        yield about_meeting(meeting, rules.OUTCOMES_DUE, day, ends_at, staff, "/outcomes")
    if ends_at <= known.now:
        asked = known.terms[meeting.body_id].decision_list_days_after
        due = days_after(local_day(ends_at, meeting.time_zone), asked)
        yield about_meeting(meeting, rules.DECISION_LIST_DUE, due, ends_at, staff, "/outcomes", day=due)


def _told_alike(meeting: Meeting, known: Known) -> Iterable[tuple[datetime, list[Attendee]]]:
    """Group those invited by when they last heard: nobody is reminded of what they were just told."""
    groups: defaultdict[datetime, list[Attendee]] = defaultdict(list)
    for attendee in meeting.people:
        if attendee.id in known.told:
            groups[known.told[attendee.id]].append(attendee)
    return groups.items()


def _of_topics(session: Session, now: datetime, staff: dict[int, frozenset[int]]) -> Iterable[Occasion]:
    query = (
        select(Topic)
        .options(joinedload(Topic.body))
        .where(
            Topic.lead_id.is_(None),
            Topic.deadline.is_not(None),
            has_state(*RUNNING),
        )
    )
    for topic in session.scalars(query):
        if topic.deadline is not None and topic.deadline >= local_day(now, topic.body.time_zone):
            yield Occasion(
                kind=rules.TOPIC_WITHOUT_LEAD,
                subject_kind="topic",
                subject_id=topic.id,
                body_id=topic.body_id,
                zone=topic.body.time_zone,
                day=topic.deadline,
                since=topic.created_at,
                people=staff.get(topic.body_id, frozenset()),
                path=f"/topics/{topic.id}",
                facts={"topic": title_in_letters(topic), "day": topic.deadline},
            )


def _of_commitments(session: Session, staff: dict[int, frozenset[int]]) -> Iterable[Occasion]:
    query = (
        select(Commitment)
        .options(joinedload(Commitment.body), joinedload(Commitment.item))
        .where(Commitment.kept_at.is_(None))
    )
    for commitment in session.scalars(query):
        yield Occasion(
            kind=rules.COUNCILS_DUE,
            subject_kind="commitment",
            subject_id=commitment.id,
            body_id=commitment.body_id,
            zone=commitment.body.time_zone,
            day=commitment.promised_on,
            since=commitment.made_at,
            people=staff.get(commitment.body_id, frozenset()),
            path=f"/commitments/{commitment.id}",
            facts={
                "promise": "" if commitment.item and is_limited(commitment.item) else commitment.text,
                "day": commitment.promised_on,
            },
        )


def bodies_without_rules(session: Session) -> Sequence[Body]:
    """List the bodies that no rules were laid down for."""
    known = select(ReminderRule.body_id)
    return session.scalars(select(Body).where(Body.id.not_in(known))).all()


def meetings_of(session: Session, found: Iterable[Planned]) -> dict[int, Meeting]:
    """Load the meetings that reminders are about, with their agendas."""
    keys = {r.occasion.subject_id for r in found if r.occasion.subject_kind == "meeting"}
    query = (
        select(Meeting)
        .options(selectinload(Meeting.items).joinedload(AgendaItem.topic), selectinload(Meeting.attendees))
        .where(Meeting.id.in_(keys))
    )
    return {meeting.id: meeting for meeting in session.scalars(query)}
