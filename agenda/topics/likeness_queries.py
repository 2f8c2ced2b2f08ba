"""Finding topics that are alike among those that a person may see, and what was decided about them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import NotFound
from agenda.people.model import Membership
from agenda.people.queries import on_day
from agenda.topics.likeness_model import TopicPair, Verdict
from agenda.topics.likeness_pairs import Pair, find_pairs, find_twins
from agenda.topics.likeness_reading import described
from agenda.topics.likeness_rules import changed_materially
from agenda.topics.likeness_terms import telling_parts
from agenda.topics.model import Topic
from agenda.topics.queries import topic_for
from agenda.topics.rules import RUNNING
from agenda.topics.sight import sees, visible
from agenda.topics.states import has_state

# Above this the number of pairs is not reckoned on every look at the backlog.
MOST_TO_COUNT = 300
# So many numbers are asked of the database at once.
AT_ONCE = 500
PAGE = 50
# So many earlier decisions stand below the list.
LATELY = 20
# What was decided stands on the start page of the other secretariat this long.
NEWS = timedelta(days=7)


@dataclass(frozen=True)
class Alike:
    """Two topics that are alike, and what was said of them when they read otherwise."""

    low: Topic
    high: Topic
    pair: Pair
    judged: TopicPair | None = None

    def other(self, topic: Topic) -> Topic:
        """Give the one beside this one."""
        return self.high if topic.id == self.low.id else self.low

    @property
    def across(self) -> bool:
        """Whether the two belong to different bodies."""
        return self.low.body_id != self.high.body_id


@dataclass(frozen=True)
class OpenPairs:
    """One page of the pairs to decide about, and how many there are in all."""

    shown: Sequence[Alike]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def works_on_topics(by: Actor) -> bool:
    """Tell whether this person is a secretariat somewhere: the pairs are for them."""
    return by.bodies("edit_topics") != frozenset()


def open_pairs(session: Session, by: Actor, today: date, page: int = 1) -> OpenPairs:
    """List the pairs to decide about, most alike first: of what this person sees, one for them to edit."""
    if not works_on_topics(by):
        return OpenPairs([], 0, 1)
    found = find_pairs(described(session, _running(by), today))
    asked = _unsettled(session, [pair for pair in found if _is_theirs(pair, by)])
    page = min(max(page, 1), max(1, -(-len(asked) // PAGE)))
    return OpenPairs(_named(session, asked[(page - 1) * PAGE : page * PAGE]), len(asked), page)


def count_open(session: Session, by: Actor, today: date) -> int | None:
    """Count the pairs to decide about; None where there are too many topics to look in passing."""
    if not works_on_topics(by):
        return 0
    found = described(session, _running(by), today, MOST_TO_COUNT + 1)
    if len(found) > MOST_TO_COUNT:
        return None
    return len(_unsettled(session, [pair for pair in find_pairs(found) if _is_theirs(pair, by)]))


def twins_of(session: Session, topic: Topic, by: Actor, today: date) -> list[Alike]:
    """List the topics that one is like and about which this person may decide, most alike first."""
    if not works_on_topics(by) or not sees(topic, by):
        return []
    own = described(session, [Topic.id == topic.id, has_state(*RUNNING)], today)
    if not own:
        return []
    parts = telling_parts(own[0].words)
    likely = or_(*(Topic.searchable.contains(part, autoescape=True) for part in parts))
    conditions = [*_running(by), Topic.id != topic.id, likely]
    found = find_twins(own[0], described(session, conditions, today))
    return _named(session, _unsettled(session, [pair for pair in found if _is_theirs(pair, by)]))


def decided_of(session: Session, topic: Topic, by: Actor) -> Sequence[TopicPair]:
    """List the links and mergers of a topic with others that this person may see, newest first."""
    query = select(TopicPair).where(
        or_(TopicPair.low_id == topic.id, TopicPair.high_id == topic.id),
        TopicPair.verdict.in_((Verdict.LINKED, Verdict.MERGED)),
    )
    query = query.options(*_both()).order_by(TopicPair.decided_at.desc(), TopicPair.id.desc())
    return [pair for pair in session.scalars(query) if sees_both(pair, by)]


def news_for(session: Session, by: Actor, now: datetime) -> list[TopicPair]:
    """List what others linked or merged in the last week of this secretariat's topics."""
    if not works_on_topics(by):
        return []
    query = select(TopicPair).where(
        TopicPair.verdict.in_((Verdict.LINKED, Verdict.MERGED)), TopicPair.decided_at > now - NEWS
    )
    if by.person_id is not None:
        query = query.where(TopicPair.decided_by_id.is_distinct_from(by.person_id))
    found = session.scalars(query.options(*_both()).order_by(TopicPair.decided_at, TopicPair.id))
    return [
        pair
        for pair in found
        if sees_both(pair, by) and any(by.may("edit_topics", one.body) for one in (pair.low, pair.high))
    ]


def lately_decided(session: Session, by: Actor) -> list[TopicPair]:
    """List what was decided last about topics of which this person edits one and sees both, newest first."""
    query = select(TopicPair).where(TopicPair.verdict.is_not(None)).options(*_both())
    bodies, sides = by.bodies("edit_topics"), (aliased(Topic), aliased(Topic))
    query = query.join(sides[0], TopicPair.low_id == sides[0].id)
    query = query.join(sides[1], TopicPair.high_id == sides[1].id)
    if bodies is not None:
        query = query.where(or_(*(side.body_id.in_(bodies) for side in sides)))
    known = select(Topic.id).where(visible(by))
    query = query.where(TopicPair.low_id.in_(known), TopicPair.high_id.in_(known))
    found = session.scalars(query.order_by(TopicPair.decided_at.desc(), TopicPair.id.desc()).limit(LATELY))
    return list(found)


def pair_between(session: Session, one_id: int, other_id: int) -> TopicPair | None:
    """Give what stands about two topics, whichever comes first."""
    low, high = sorted((one_id, other_id))
    query = select(TopicPair).where(TopicPair.low_id == low, TopicPair.high_id == high)
    return session.scalars(query.options(*_both())).one_or_none()


def two_topics(session: Session, one_id: int, other_id: int, by: Actor) -> tuple[Topic, Topic]:
    """Give two different topics, the lower number first; NotFound unless both are theirs to see."""
    if one_id == other_id:
        raise NotFound("not_found")
    low, high = sorted((one_id, other_id))
    return topic_for(session, low, by), topic_for(session, high, by)


def compared(session: Session, low: Topic, high: Topic, today: date) -> Pair:
    """Compare two topics as they stand."""
    one, other = described(session, [Topic.id.in_((low.id, high.id))], today)
    return find_twins(one, [other], least=0.0)[0]


def merged_into(session: Session, topic: Topic, by: Actor) -> Topic | None:
    """Give the topic that goes on in place of this one; None when it is not theirs to see."""
    if topic.merged_into_id is None:
        return None
    found = session.get(Topic, topic.merged_into_id, options=[joinedload(Topic.body)])
    return found if found is not None and sees(found, by) else None


def sees_both(pair: TopicPair, by: Actor) -> bool:
    """Tell whether this person may know of both topics."""
    return sees(pair.low, by) and sees(pair.high, by)


def left_behind(session: Session, kept: Topic, gone: Topic, now: datetime) -> int:
    """Count who sees the topic that closes and does not see the one that goes on."""
    if kept.body_id == gone.body_id:
        return 0
    today = local_day(now, gone.body.time_zone)
    sitting = select(Membership.person_id).where(on_day(today))
    there = set(session.scalars(sitting.where(Membership.body_id == gone.body_id)))
    return len(there - set(session.scalars(sitting.where(Membership.body_id == kept.body_id))))


def _both() -> list[ExecutableOption]:
    return [
        joinedload(side).options(joinedload(Topic.body), selectinload(Topic.turns))
        for side in (TopicPair.low, TopicPair.high)
    ]


def _running(by: Actor) -> list[ColumnElement[bool]]:
    return [has_state(*RUNNING), visible(by)]


def _is_theirs(pair: Pair, by: Actor) -> bool:
    """Tell whether this person edits one of two topics; of which one follows the other, that is known."""
    if pair.low.predecessor_id == pair.high.id or pair.high.predecessor_id == pair.low.id:
        return False
    bodies = by.bodies("edit_topics")
    return bodies is None or bool(bodies & {pair.low.body_id, pair.high.body_id})


def _unsettled(session: Session, found: Sequence[Pair]) -> list[tuple[Pair, TopicPair | None]]:
    """Leave out what was decided, unless a topic that was called another speaks otherwise by now."""
    judged = _judged(session, found)
    asked = [(pair, judged.get((pair.low.id, pair.high.id))) for pair in found]
    return [(pair, said) for pair, said in asked if said is None or _is_open(pair, said)]


def _is_open(pair: Pair, said: TopicPair) -> bool:
    if said.verdict is not Verdict.DIFFERENT:
        return said.verdict is None
    return any(changed_materially(said.wording[str(one.id)], one.words) for one in (pair.low, pair.high))


def _judged(session: Session, found: Sequence[Pair]) -> dict[tuple[int, int], TopicPair]:
    if not found:
        return {}
    lows = {pair.low.id for pair in found}
    query = select(TopicPair)
    # A database takes so many numbers at once and no more; all pairs are few beside all topics.
    if len(lows) <= AT_ONCE:
        query = query.where(TopicPair.low_id.in_(lows))
    return {(row.low_id, row.high_id): row for row in session.scalars(query)}


def _named(session: Session, asked: Sequence[tuple[Pair, TopicPair | None]]) -> list[Alike]:
    topics = _topics(session, {one.id for pair, _ in asked for one in (pair.low, pair.high)})
    return [Alike(topics[pair.low.id], topics[pair.high.id], pair, said) for pair, said in asked]


def _topics(session: Session, numbers: Collection[int]) -> dict[int, Topic]:
    query = select(Topic).options(joinedload(Topic.body), joinedload(Topic.lead), selectinload(Topic.turns))
    return {topic.id: topic for topic in session.scalars(query.where(Topic.id.in_(numbers)))}
