"""The backlog's verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import flag_modified

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Forbidden, Invalid
from agenda.core.text import clean, one_line
from agenda.people.model import Body
from agenda.topics import checks, facts, rules
from agenda.topics.model import Need, Topic, TopicGuest, TopicLink, TopicState, Turn, TurnResult
from agenda.topics.paper_actions import limit_papers
from agenda.topics.rules import COLUMNS, Link, Particulars


def create_topic(session: Session, body: Body, given: Particulars, by: Actor, now: datetime) -> Topic:
    """Put a topic on the backlog of a body; members submit for their own organisation."""
    by.must("submit_topic", body)
    given = _tidy(given)
    rules.check(given)
    topic = Topic(body=body, created_at=now)
    checks.refuse_strangers(session, topic, given, by, local_day(now, body.time_zone))
    if not by.may("edit_topics", body):
        _keep_to_own(session, topic, given, by, now)
    _fill(topic, given)
    session.add(topic)
    session.flush()
    _record(session, topic, by, now, "created", {})
    return topic


def quick_add(
    session: Session, body: Body, title: str, by: Actor, now: datetime, focus_area_id: int | None = None
) -> Topic:
    """Put a topic on the backlog by its title alone; the rest can be filled in later.

    It is submitted by the person's own organisation, and led by the person where that is a member.
    """
    by.must("submit_topic", body)
    own = sorted(checks.seats_of(session, body.id, by, local_day(now, body.time_zone)))
    given = Particulars(
        title=title,
        focus_area_id=focus_area_id,
        organisation_id=own[0] if own else None,
        lead_id=None if by.may("edit_topics", body) else by.person_id,
    )
    return create_topic(session, body, given, by, now)


def edit_topic(
    session: Session, topic: Topic, given: Particulars, version: int | None, by: Actor, now: datetime
) -> None:
    """Change what stands about a topic; Changed when someone else saved after `version`."""
    _must_edit(topic, by)
    topic.expect(version)
    given = _tidy(given)
    if given == facts.particulars(topic):
        return
    rules.check(given)
    checks.refuse_strangers(session, topic, given, by, local_day(now, topic.body.time_zone))
    if not by.may("edit_topics", topic.body):
        _keep_to_own(session, topic, given, by, now)
    _leave_limits_to_agenda(topic, given)
    before = facts.told(topic)
    _fill(topic, given)
    limit_papers(session, topic, by, now)
    # Needs, guests and links stand in rows of their own: they too must raise the topic's version.
    flag_modified(topic, "title")
    _record(session, topic, by, now, "edited", before)


def assign_lead(
    session: Session, topic: Topic, lead_id: int | None, version: int | None, by: Actor, now: datetime
) -> None:
    """Name who leads a topic, or leave it open with None."""
    by.must("edit_topics", topic.body)
    topic.expect(version)
    _must_be_running(topic)
    today = local_day(now, topic.body.time_zone)
    given = replace(facts.particulars(topic), lead_id=lead_id)
    checks.refuse_strange_lead(session, topic, given, by, today)
    before = facts.told(topic)
    topic.lead_id = lead_id
    _record(session, topic, by, now, "lead_assigned", before)


def withdraw(session: Session, topic: Topic, why: str, version: int | None, by: Actor, now: datetime) -> None:
    """Take a topic back, with the reason; `reopen` undoes it."""
    _must_edit(topic, by)
    hold(session, topic)
    topic.expect(version)
    _must_be_running(topic)
    _must_be_free(topic)
    why = clean(why).strip()
    if not why:
        raise Invalid("withdrawal_needs_reason", field="why")
    if len(why) > rules.LONGEST_TEXT:
        raise Invalid("text_too_long", field="why")
    before = facts.told(topic)
    topic.withdrawn_at, topic.withdrawn_why = now, why
    _record(session, topic, by, now, "withdrawn", before)


def reopen(session: Session, topic: Topic, version: int | None, by: Actor, now: datetime) -> None:
    """Undo a withdrawal, or a settlement in writing."""
    _must_edit(topic, by)
    topic.expect(version)
    if topic.withdrawn_at is None and topic.settled_in_writing_at is None:
        raise Conflict("topic_is_open")
    before = facts.told(topic)
    topic.withdrawn_at, topic.withdrawn_why, topic.settled_in_writing_at = None, "", None
    _record(session, topic, by, now, "reopened", before)


def settle_in_writing(session: Session, topic: Topic, version: int | None, by: Actor, now: datetime) -> None:
    """Mark a topic as settled without a meeting: everyone consented in writing."""
    by.must("edit_topics", topic.body)
    hold(session, topic)
    topic.expect(version)
    _must_be_running(topic)
    _must_be_free(topic)
    before = facts.told(topic)
    topic.settled_in_writing_at = now
    _record(session, topic, by, now, "settled_in_writing", before)


def plan_turn(session: Session, topic: Topic, now: datetime) -> Turn:
    """Give a topic a turn in a meeting; Conflict when it has one already, or has been dealt with.

    The meetings room asks permission and writes the history; so it does for the three below.
    """
    hold(session, topic)
    if rules.state_of(topic) not in rules.UNPLANNED:
        raise Conflict("topic_not_free", title=topic.title)
    turn = Turn(topic=topic, planned_at=now)
    session.add(turn)
    session.flush()
    return turn


def drop_turn(session: Session, turn: Turn) -> None:
    """Take a planned turn away, as if it had not been planned."""
    turn.topic.turns.remove(turn)
    session.flush()


def conclude_turn(session: Session, turn: Turn, result: TurnResult, now: datetime) -> None:
    """Write down what came of a turn."""
    turn.result = result
    turn.concluded_at = now
    session.flush()


def release_turn(session: Session, turn: Turn, now: datetime) -> None:
    """Let a topic go back to the backlog: its turn never came."""
    conclude_turn(session, turn, TurnResult.RELEASED, now)


def hold(session: Session, topic: Topic) -> None:
    """Wait for whoever is deciding about this topic, then read it and its turns anew.

    On PostgreSQL one meeting may reach for it while another does, or while it is withdrawn.
    """
    session.scalars(
        select(Topic)
        .where(Topic.id == topic.id)
        .options(selectinload(Topic.turns))
        .with_for_update(of=Topic)
        .execution_options(populate_existing=True)
    ).one()


def _must_edit(topic: Topic, by: Actor) -> None:
    if not checks.may_edit(topic, by):
        by.must("see", topic.body)
        if topic.merged_into_id is not None:
            raise Conflict("topic_is_closed")
        raise Forbidden("forbidden")


def _keep_to_own(session: Session, topic: Topic, given: Particulars, by: Actor, now: datetime) -> None:
    """Refuse a member what only the secretariat may decide."""
    own = checks.seats_of(session, topic.body.id, by, local_day(now, topic.body.time_zone))
    # What was submitted by another, or by the region jointly, stays so while its lead keeps it up.
    kept = {topic.organisation_id} if topic.id else set()
    if given.organisation_id not in own | kept:
        raise Invalid("only_own_organisation", field="organisation_id")
    if topic.id:
        present = facts.particulars(topic)
    else:
        # Who submits a topic may lead it, and name nobody else.
        present = Particulars("", lead_id=by.person_id if given.lead_id == by.person_id else None)
    if any(getattr(given, name) != getattr(present, name) for name in rules.SETTLED_FOR_MEMBERS):
        raise Forbidden("forbidden")


def _must_be_running(topic: Topic) -> None:
    if rules.state_of(topic) not in rules.RUNNING:
        raise Conflict("topic_is_done")


def _leave_limits_to_agenda(topic: Topic, given: Particulars) -> None:
    """Refuse to close or open a topic on an agenda: its item there would say otherwise."""
    differs = any(getattr(given, name) != getattr(topic, name) for name in rules.LIMITS)
    if differs and rules.state_of(topic) is TopicState.PLANNED:
        raise Invalid("limits_stand_on_agenda", field="closed")


def _must_be_free(topic: Topic) -> None:
    if rules.state_of(topic) is TopicState.PLANNED:
        raise Conflict("topic_is_planned", title=topic.title)
    if rules.state_of(topic) is TopicState.IN_WRITING:
        raise Conflict("topic_is_in_writing", title=topic.title)


def _tidy(given: Particulars) -> Particulars:
    return replace(
        given,
        title=one_line(given.title).strip(),
        neutral_title=one_line(given.neutral_title).strip(),
        summary=clean(given.summary).strip(),
        desired_result=clean(given.desired_result).strip(),
        requested_decision=clean(given.requested_decision).strip(),
        needed_people=tuple(sorted(set(given.needed_people))),
        needed_portfolios=tuple(sorted(set(map(_tidy_portfolio, given.needed_portfolios)) - {""})),
        guests=tuple(sorted(set(given.guests))),
        links=tuple(Link(one_line(link.label).strip(), link.url.strip()) for link in given.links),
    )


def _tidy_portfolio(name: str) -> str:
    return one_line(name).strip().lower()


def _fill(topic: Topic, given: Particulars) -> None:
    old = facts.particulars(topic) if topic.id else None
    for name in COLUMNS:
        setattr(topic, name, getattr(given, name))
    if old is None or (old.needed_people, old.needed_portfolios) != (
        given.needed_people,
        given.needed_portfolios,
    ):
        topic.needs = [Need(person_id=key) for key in given.needed_people]
        topic.needs += [Need(portfolio=name) for name in given.needed_portfolios]
    if old is None or old.guests != given.guests:
        topic.guests = [TopicGuest(person_id=key) for key in given.guests]
    if old is None or old.links != given.links:
        topic.links = [TopicLink(label=link.label, url=link.url) for link in given.links]


def _record(
    session: Session, topic: Topic, by: Actor, now: datetime, verb: str, before: Mapping[str, Any]
) -> None:
    session.flush()
    # Numbers were set, and whom they point to may have been read before.
    session.expire(topic, facts.POINTERS)
    audit.record(session, by, now, verb, ("topic", topic.id), before, facts.told(topic))
