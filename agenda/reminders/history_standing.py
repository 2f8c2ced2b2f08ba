"""What there was to be reminded of outside meetings: polls, rounds, promises, actions, topics and bodies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, selectinload

from agenda.core.audit import AuditEntry
from agenda.core.clock import at_local, local_day
from agenda.dates.model import DatePoll, Voter
from agenda.decisions.model import ActionItem, Commitment, Decision, Ratification
from agenda.meetings.model import Meeting
from agenda.people.model import Body
from agenda.planner.burden_queries import due_for_review, first_day
from agenda.reminders import rules
from agenda.reminders.history import Stay, first_of, for_staff, of_meetings, stays_of
from agenda.reminders.preview_rules import Spell
from agenda.reminders.rules import FURTHEST_DAYS, Occasion
from agenda.topics.model import Topic, TurnResult
from agenda.topics.round_model import RoundVoter, WrittenRound

FAR = timedelta(days=FURTHEST_DAYS)


def spells_of(session: Session, body: Body, now: datetime) -> list[Spell]:
    """List all that a body could have reminded of in the past year, in a constant number of queries."""
    stays = stays_of(session, body)
    return [
        *of_meetings(session, body, stays, now),
        *_of_polls(session, body),
        *_of_rounds(session, body),
        *_of_ratifications(session, body, stays),
        *_of_commitments(session, body, stays),
        *_of_actions(session, body),
        *_of_topics(session, body, stays),
        *_of_review(session, body, stays, now),
    ]


def _occasion(
    body: Body, kind: str, subject: tuple[str, int], day: date, since: datetime, people: Iterable[int] = ()
) -> Occasion:
    return Occasion(
        kind=kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        body_id=body.id,
        zone=body.time_zone,
        day=day,
        since=since,
        people=frozenset(people),
        path="",
    )


def _of_polls(session: Session, body: Body) -> Iterator[Spell]:
    query = (
        select(DatePoll)
        .join(DatePoll.meeting)
        .where(Meeting.body_id == body.id)
        .options(
            contains_eager(DatePoll.meeting),
            selectinload(DatePoll.slots),
            selectinload(DatePoll.voters).selectinload(Voter.votes),
        )
    )
    for poll in session.scalars(query):
        for voter in poll.voters:
            if voter.told_at is not None:
                all_said = {vote.slot_id for vote in voter.votes} >= {slot.id for slot in poll.slots}
                last = max((vote.at for vote in voter.votes), default=None) if all_said else None
                until = first_of(last, voter.removed_at, poll.closed_at, poll.deadline)
                day = local_day(poll.deadline, body.time_zone)
                about = ("meeting", poll.meeting_id)
                people = (voter.person_id,)
                yield Spell(_occasion(body, rules.POLL_UNANSWERED, about, day, voter.told_at, people), until)


def _of_rounds(session: Session, body: Body) -> Iterator[Spell]:
    query = (
        select(RoundVoter)
        .join(RoundVoter.round)
        .join(WrittenRound.topic)
        .where(Topic.body_id == body.id, RoundVoter.told_at.is_not(None))
        .options(contains_eager(RoundVoter.round))
    )
    for voter in session.scalars(query):
        if voter.told_at is not None:
            last_day = voter.round.last_day
            over = at_local(last_day + timedelta(days=1), time(), body.time_zone)
            until = first_of(voter.answered_at, voter.removed_at, voter.round.ended_at, over)
            about, people = ("written_round", voter.round_id), (voter.person_id,)
            yield Spell(
                _occasion(body, rules.ROUND_UNANSWERED, about, last_day, voter.told_at, people), until
            )


def _of_ratifications(session: Session, body: Body, stays: Sequence[Stay]) -> Iterator[Spell]:
    query = (
        select(Ratification)
        .join(Ratification.decision)
        .join(Decision.meeting)
        .where(
            Meeting.body_id == body.id,
            Ratification.due_on.is_not(None),
            Decision.superseded_by_id.is_(None),
        )
        .options(contains_eager(Ratification.decision))
    )
    for one in session.scalars(query):
        if one.due_on is not None:
            spoke = None if one.said_on is None else at_local(one.said_on, time(), body.time_zone)
            since = one.decision.recorded_at
            about = ("ratification", one.id)
            yield from for_staff(
                _occasion(body, rules.RATIFICATION_DUE, about, one.due_on, since), spoke, stays
            )


def _of_commitments(session: Session, body: Body, stays: Sequence[Stay]) -> Iterator[Spell]:
    for one in session.scalars(select(Commitment).where(Commitment.body_id == body.id)):
        about = ("commitment", one.id)
        occasion = _occasion(body, rules.COUNCILS_DUE, about, one.promised_on, one.made_at)
        yield from for_staff(occasion, one.kept_at, stays)


def _of_actions(session: Session, body: Body) -> Iterator[Spell]:
    query = select(ActionItem).where(ActionItem.body_id == body.id, ActionItem.owner_id.is_not(None))
    for one in session.scalars(query):
        until, about = first_of(one.done_at, one.dropped_at), ("action", one.id)
        people = () if one.owner_id is None else (one.owner_id,)
        if one.given_at is not None:
            day = local_day(one.given_at, body.time_zone)
            yield Spell(_occasion(body, rules.ACTION_GIVEN, about, day, one.given_at, people), until)
        if one.due_on is not None:
            since = one.given_at or one.made_at
            yield Spell(_occasion(body, rules.ACTION_DUE, about, one.due_on, since, people), until)


def _of_topics(session: Session, body: Body, stays: Sequence[Stay]) -> Iterator[Spell]:
    topics = session.scalars(
        select(Topic).where(Topic.body_id == body.id).options(selectinload(Topic.turns))
    ).all()
    trail: defaultdict[int, list[AuditEntry]] = defaultdict(list)
    mine = select(Topic.id).where(Topic.body_id == body.id)
    query = (
        select(AuditEntry)
        .where(AuditEntry.subject_kind == "topic", AuditEntry.subject_id.in_(mine))
        .order_by(AuditEntry.id)
    )
    for entry in session.scalars(query):
        trail[entry.subject_id].append(entry)
    for topic in topics:
        over = _over(topic)
        for since, found in _without_lead(topic, trail[topic.id]):
            if topic.deadline is not None:
                occasion = _occasion(
                    body, rules.TOPIC_WITHOUT_LEAD, ("topic", topic.id), topic.deadline, since
                )
                yield from for_staff(occasion, first_of(found, over), stays)
        yield from _lying_still(body, topic, trail[topic.id], over, stays)


def _over(topic: Topic) -> datetime | None:
    """Tell when a topic was no more of the body's concern."""
    treated = [turn.concluded_at for turn in topic.turns if turn.result is TurnResult.TREATED]
    return first_of(topic.withdrawn_at, topic.settled_in_writing_at, *treated)


def _without_lead(topic: Topic, trail: Iterable[AuditEntry]) -> Iterator[tuple[datetime, datetime | None]]:
    """Give the times in which a topic had no lead, by its history."""
    told = [(entry.at, entry.after.get("lead")) for entry in trail if "lead" in entry.after]
    if not told:
        if topic.lead_id is None:
            yield topic.created_at, None
        return
    # What its history tells first was not so before.
    empty: datetime | None = topic.created_at
    for at, lead in told:
        if lead is not None and empty is not None:
            yield empty, at
            empty = None
        elif lead is None and empty is None:
            empty = at
    if empty is not None:
        yield empty, None


def _lying_still(
    body: Body, topic: Topic, trail: Iterable[AuditEntry], over: datetime | None, stays: Sequence[Stay]
) -> Iterator[Spell]:
    """Give the times in which nothing happened with a topic that stood on no agenda."""
    leads = frozenset(one for one in (topic.lead_id, topic.official_lead_id) if one is not None)
    planned = {turn.planned_at for turn in topic.turns}
    concluded = {turn.concluded_at for turn in topic.turns if turn.concluded_at is not None}
    touches = sorted({topic.created_at, *(entry.at for entry in trail), *planned, *concluded})
    for at, then in zip(touches, [*touches[1:], None], strict=True):
        if at not in planned:
            day = local_day(at, body.time_zone)
            occasion = _occasion(body, rules.TOPIC_UNTOUCHED, ("topic", topic.id), day, at, leads)
            until = first_of(then, over)
            yield from [Spell(occasion, until)] if leads else for_staff(occasion, until, stays)


def _of_review(session: Session, body: Body, stays: Sequence[Stay], now: datetime) -> Iterator[Spell]:
    today = local_day(now, body.time_zone)
    for one, term in due_for_review(session, {body.id}, today - FAR, today + FAR):
        day = first_day(one, term)
        since = at_local(day - FAR, time(), body.time_zone)
        yield from for_staff(_occasion(body, rules.BODY_REVIEW, ("body", body.id), day, since), None, stays)
