"""Deciding about two topics that are alike: not the same, linked, or merged into one; and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Forbidden, NotFound
from agenda.people.model import Role
from agenda.people.queries import members_on
from agenda.topics import actions, facts, likeness_papers, rules
from agenda.topics.likeness_merging import Choice, Seats, combined, read, written
from agenda.topics.likeness_model import TopicPair, Verdict
from agenda.topics.likeness_rules import as_judged
from agenda.topics.likeness_terms import wording
from agenda.topics.model import Topic, TopicState
from agenda.topics.rules import Particulars
from agenda.topics.states import has_state

# So long two that were merged can be taken apart, as long as nothing changed about either.
UNDO_WITHIN = timedelta(days=1)
# Beside the two topics in what is kept of how a merger left them: the papers that it limited.
PAPERS = "papers"
ENGAGED = (TopicState.PLANNED, TopicState.IN_WRITING)


@dataclass(frozen=True)
class Seen:
    """What stood on screen: the version of what was decided, and of each topic by its number."""

    pair: int | None = None
    topics: Mapping[int, int] | None = None


def may_judge(low: Topic, high: Topic, by: Actor) -> bool:
    """Tell whether this person may say what two topics are to each other: secretariat of one, sees both."""
    bodies = (low.body, high.body)
    return all(by.may("see", body) for body in bodies) and any(by.may("edit_topics", body) for body in bodies)


def may_merge(low: Topic, high: Topic, by: Actor) -> bool:
    """Tell whether this person may make one of two topics: secretariat of both."""
    return all(by.may("edit_topics", topic.body) for topic in (low, high))


def judge(
    session: Session, topics: tuple[Topic, Topic], verdict: Verdict, seen: Seen, by: Actor, now: datetime
) -> TopicPair:
    """Say that two topics are not the same, or link them; Conflict when someone else decided meanwhile."""
    low, high = _held(session, topics, by)
    pair = _pair(session, low, high, seen)
    if pair.verdict is Verdict.MERGED:
        raise Conflict("pair_is_merged")
    before = pair.verdict
    _decide(pair, verdict, by, now)
    session.flush()
    audit.record(
        session, by, now, str(verdict), ("topic_pair", pair.id), {"verdict": before}, {"verdict": verdict}
    )
    return pair


def merge(
    session: Session,
    kept: Topic,
    gone: Topic,
    choice: Choice,
    seen: Seen,
    by: Actor,
    now: datetime,
) -> TopicPair:
    """Let one topic go on with all that stands about both and their papers; the other closes and leads to it.

    Raises Conflict when the other is on an agenda or in a written round, when topics come after it, or
    when someone decided or changed something meanwhile.
    """
    low, high = _held(session, (kept, gone), by)
    if not may_merge(low, high, by):
        raise Forbidden("forbidden")
    pair = _pair(session, low, high, seen)
    if pair.verdict is Verdict.MERGED:
        raise Conflict("pair_is_merged")
    for topic in (low, high):
        topic.expect((seen.topics or {}).get(topic.id))
    obstacle = in_the_way(session, kept, gone)
    if obstacle is not None:
        raise Conflict(obstacle, title=gone.title, other=kept.title)
    before, verdict = facts.particulars(kept), pair.verdict
    limits = likeness_papers.limits_of(session, (kept, gone))
    together = combination(session, kept, gone, choice, now)
    actions.edit_topic(session, kept, together, None, by, now)
    likeness_papers.take_along(session, gone, kept, by, now)
    _close(session, gone, kept, by, now)
    _decide(pair, Verdict.MERGED, by, now)
    pair.kept_id, pair.before = kept.id, written(before)
    session.flush()
    pair.left = {
        **{str(topic.id): _state(topic) for topic in (low, high)},
        PAPERS: likeness_papers.newly_limited(session, kept, limits),
    }
    session.flush()
    audit.record(
        session,
        by,
        now,
        "merged",
        ("topic_pair", pair.id),
        {"verdict": verdict},
        {"verdict": Verdict.MERGED, "kept": kept.title, "closed": gone.title},
    )
    return pair


def combination(session: Session, kept: Topic, gone: Topic, choice: Choice, now: datetime) -> Particulars:
    """Give what would stand about the topic that goes on."""
    members = members_on(session, kept.body_id, local_day(now, kept.body.time_zone))
    seats = Seats(
        frozenset(each.person_id for each in members),
        frozenset(each.person_id for each in members if each.role is Role.MEMBER),
    )
    return combined(facts.particulars(kept), facts.particulars(gone), seats, choice)


def in_the_way(session: Session, kept: Topic, gone: Topic) -> str | None:
    """Tell by a code why the one cannot go up in the other; None when it can."""
    if any(rules.state_of(topic) not in rules.RUNNING for topic in (kept, gone)):
        return "merge_needs_current_topics"
    if rules.state_of(gone) in ENGAGED:
        return "both_are_engaged" if rules.state_of(kept) in ENGAGED else "merged_is_engaged"
    after = select(Topic.id).where(Topic.predecessor_id == gone.id, has_state(*rules.RUNNING)).limit(1)
    if session.scalars(after).first() is not None:
        return "others_come_after"
    return None


def undo(session: Session, pair: TopicPair, version: int | None, by: Actor, now: datetime) -> None:
    """Take a decision back; what was merged only by whom may merge, within a day, while nothing changed."""
    low, high = _held(session, (pair.low, pair.high), by)
    _pair(session, low, high, Seen(version))
    if pair.verdict is None:
        raise Conflict("pair_undone_already")
    before = pair.verdict
    if before is Verdict.MERGED:
        if not may_merge(low, high, by):
            raise Forbidden("forbidden")
        obstacle = keeps_merged(pair, now)
        if obstacle is not None:
            raise Conflict(obstacle)
        _take_apart(session, pair, by, now)
    pair.verdict, pair.decided_at, pair.decided_by, pair.decided_by_id = None, now, by.name, by.person_id
    session.flush()
    audit.record(session, by, now, "undone", ("topic_pair", pair.id), {"verdict": before}, {"verdict": None})


def keeps_merged(pair: TopicPair, now: datetime) -> str | None:
    """Tell by a code why two merged topics cannot be taken apart; None when they can."""
    if pair.decided_at is None or now > pair.decided_at + UNDO_WITHIN:
        return "merge_undo_too_late"
    left = pair.left or {}
    if any(left.get(str(topic.id)) != _state(topic) for topic in (pair.low, pair.high)):
        return "topic_changed_meanwhile"
    return None


def _held(session: Session, topics: tuple[Topic, Topic], by: Actor) -> tuple[Topic, Topic]:
    """Wait for whoever decides about either, always in the same order; refuses who may not judge."""
    low, high = sorted(topics, key=lambda topic: topic.id)
    for topic in (low, high):
        by.must("see", topic.body)
    if low.id == high.id:
        raise NotFound("not_found")
    if not may_judge(low, high, by):
        raise Forbidden("forbidden")
    for topic in (low, high):
        actions.hold(session, topic)
    return low, high


def _pair(session: Session, low: Topic, high: Topic, seen: Seen) -> TopicPair:
    """Give what stands about the two, a new row where nothing does; Conflict unless that was on screen."""
    found = session.scalars(
        select(TopicPair)
        .where(TopicPair.low_id == low.id, TopicPair.high_id == high.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is not None:
        if found.version != seen.pair:
            raise Conflict("pair_decided_meanwhile", who=found.decided_by)
        return found
    made = TopicPair(low=low, high=high, wording={})
    session.add(made)
    return made


def _decide(pair: TopicPair, verdict: Verdict, by: Actor, now: datetime) -> None:
    pair.verdict, pair.decided_at, pair.decided_by, pair.decided_by_id = verdict, now, by.name, by.person_id
    pair.wording = {
        str(topic.id): as_judged(wording(topic.title, topic.summary, topic.body.name))
        for topic in (pair.low, pair.high)
    }


def _close(session: Session, gone: Topic, kept: Topic, by: Actor, now: datetime) -> None:
    before = facts.told(gone)
    gone.merged_into_id = kept.id
    session.flush()
    # Which topic goes on stands with the pair: not all who read this history may know of it.
    audit.record(session, by, now, "closed", ("topic", gone.id), before, facts.told(gone))


def _take_apart(session: Session, pair: TopicPair, by: Actor, now: datetime) -> None:
    kept, gone = (pair.low, pair.high) if pair.kept_id == pair.low_id else (pair.high, pair.low)
    told = facts.told(gone)
    gone.merged_into_id = None
    session.flush()
    audit.record(session, by, now, "reopened", ("topic", gone.id), told, facts.told(gone))
    limited, merged_at = (pair.left or {}).get(PAPERS, {}), pair.decided_at or now
    likeness_papers.give_back(session, gone, kept, merged_at, limited, by, now)
    actions.edit_topic(session, kept, read(pair.before or {}), None, by, now)
    pair.kept_id, pair.before, pair.left = None, None, None


def _state(topic: Topic) -> list[Any]:
    """Give what tells whether anything happened to a topic: its version, and its turns."""
    return [topic.version, [[turn.id, turn.result] for turn in topic.turns]]
