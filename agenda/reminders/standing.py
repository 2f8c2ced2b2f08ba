"""What waits outside meetings: ratifications, topics that lie still, and bodies that cost too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from agenda.core.audit import AuditEntry
from agenda.core.clock import at_local, local_day
from agenda.core.text import one_line
from agenda.decisions.model import Decision, Ratification
from agenda.decisions.rules import Standing
from agenda.decisions.states import standing_in_sql
from agenda.meetings.model import Meeting
from agenda.meetings.rules import quarter_of
from agenda.people.model import Body
from agenda.planner.burden_queries import budgets_of, due_for_review, first_day
from agenda.reminders import rules
from agenda.reminders.rules import FURTHEST_DAYS, Occasion
from agenda.topics.model import Topic
from agenda.topics.rules import UNPLANNED
from agenda.topics.sight import NEUTRAL_TITLE, is_limited
from agenda.topics.states import has_state

# A letter names a decision; its page has all of its words.
LONGEST = 120
# A body that nobody looked at is spoken of for ever, and so is a quarter that is too full.
AHEAD = timedelta(days=FURTHEST_DAYS)


def of_ratifications(session: Session, staff: Mapping[int, frozenset[int]]) -> Iterator[Occasion]:
    """Give an occasion for each college or council that has a day to say it by, and has not said it."""
    query = (
        select(Ratification)
        .join(Ratification.decision)
        .join(Decision.meeting)
        .where(
            Ratification.result.is_(None),
            Ratification.due_on.is_not(None),
            standing_in_sql() == Standing.WAITING.value,
        )
        .options(
            contains_eager(Ratification.decision).contains_eager(Decision.meeting).joinedload(Meeting.body),
            contains_eager(Ratification.decision).joinedload(Decision.item),
            joinedload(Ratification.organisation),
        )
        .order_by(Ratification.id)
    )
    for one in session.scalars(query):
        meeting = one.decision.meeting
        yield Occasion(
            kind=rules.RATIFICATION_DUE,
            subject_kind="ratification",
            subject_id=one.id,
            body_id=meeting.body_id,
            zone=meeting.body.time_zone,
            day=one.due_on or date.max,
            since=one.decision.recorded_at,
            people=staff.get(meeting.body_id, frozenset()),
            path=f"/ratifications/{one.id}",
            facts={"organ": one.organisation.name, "day": one.due_on, "decision": words_of(one.decision)},
        )


def words_of(decision: Decision) -> str:
    """Give a decision as a letter names it; "" where a letter may not, for letters can be read by others."""
    if decision.item is not None and is_limited(decision.item):
        return ""
    line = one_line(decision.text)
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0] + " …"


def title_in_letters(topic: Topic) -> str:
    """Give a topic's title as a letter names it: letters can be read by others."""
    return (topic.neutral_title or NEUTRAL_TITLE) if is_limited(topic) else topic.title


def of_still_topics(session: Session, staff: Mapping[int, frozenset[int]]) -> Iterator[Occasion]:
    """Give an occasion for each topic that stands on no agenda: the day on which it was last touched."""
    touched = (
        select(func.max(AuditEntry.at))
        .where(AuditEntry.subject_kind == "topic", AuditEntry.subject_id == Topic.id)
        .correlate(Topic)
        .scalar_subquery()
    )
    query = (
        select(Topic, touched).options(joinedload(Topic.body)).where(has_state(*UNPLANNED)).order_by(Topic.id)
    )
    for topic, at in session.execute(query):
        last = max(topic.created_at, at or topic.created_at)
        leads = frozenset(one for one in (topic.lead_id, topic.official_lead_id) if one is not None)
        day = local_day(last, topic.body.time_zone)
        yield Occasion(
            kind=rules.TOPIC_UNTOUCHED,
            subject_kind="topic",
            subject_id=topic.id,
            body_id=topic.body_id,
            zone=topic.body.time_zone,
            day=day,
            since=last,
            people=leads or staff.get(topic.body_id, frozenset()),
            path=f"/topics/{topic.id}",
            facts={"topic": title_in_letters(topic), "day": day},
        )


def of_bodies(session: Session, staff: Mapping[int, frozenset[int]], now: datetime) -> Iterator[Occasion]:
    """Give an occasion for each body up for review, and each quarter with more meetings than agreed."""
    bodies = session.scalars(select(Body).order_by(Body.id)).all()
    days = {body.id: local_day(now, body.time_zone) for body in bodies}
    if not bodies:
        return
    today = min(days.values())
    for body, term in due_for_review(session, None, today, today + AHEAD):
        day = first_day(body, term)
        yield _of_body(rules.BODY_REVIEW, body, staff, day, {"day": day})
    # Of this quarter and the next; the zones of the world differ by a day.
    quarters = {quarter_of(day) for day in days.values()}
    for quarter in sorted(quarters | {one.next for one in quarters}, key=lambda one: one.first_day):
        for body_id, budget in budgets_of(session, bodies, quarter).items():
            if budget.most is not None and budget.used > budget.most:
                body = next(one for one in bodies if one.id == body_id)
                facts = {"day": quarter.first_day, "used": budget.used, "most": budget.most}
                yield _of_body(rules.BURDEN_OVER, body, staff, quarter.first_day, facts)


def _of_body(
    kind: str, body: Body, staff: Mapping[int, frozenset[int]], day: date, facts: Mapping[str, object]
) -> Occasion:
    return Occasion(
        kind=kind,
        subject_kind="body",
        subject_id=body.id,
        body_id=body.id,
        zone=body.time_zone,
        day=day,
        # It is a state and no event: whoever brings it about later hears of it the next morning.
        since=at_local(day - AHEAD, time(), body.time_zone),
        people=staff.get(body.id, frozenset()),
        path=f"/planner/burden/{body.id}",
        facts={"body": body.name} | dict(facts),
    )
