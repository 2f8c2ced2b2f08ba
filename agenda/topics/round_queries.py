"""Finding written rounds: those of a body, of a topic, of a person, and what they settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from agenda.core.actor import Actor
from agenda.core.problems import NotFound
from agenda.mail.tokens import token_hash
from agenda.people.model import Body
from agenda.topics.model import Topic
from agenda.topics.round_model import (
    Ending,
    RoundCollege,
    RoundRule,
    RoundVoter,
    Silence,
    WrittenRound,
)
from agenda.topics.round_rules import (
    IN_WRITING,
    USUAL_SILENCE,
    CollegeStand,
    Member,
    closes_at,
    deadline_of,
    stands,
)
from agenda.topics.rules import RUNNING, UNPLANNED
from agenda.topics.sight import sees, visible
from agenda.topics.states import has_state


def could_go_in_writing(session: Session, body: Body, by: Actor) -> Sequence[Topic]:
    """List the topics on no agenda that a body could settle without a meeting, first deadline first.

    Those for information or without discussion, for which no extra consultation was agreed and which do
    not wait for another topic. What came out of a round to be discussed is for discussion from then on.
    """
    before = aliased(Topic)
    waiting = select(before.id).where(before.id == Topic.predecessor_id, Topic.predecessor_id.is_not(None))
    done = select(Topic.id).where(Topic.body_id == body.id, ~has_state(*RUNNING))
    query = (
        select(Topic)
        .where(
            Topic.body_id == body.id,
            visible(by),
            has_state(*UNPLANNED),
            Topic.treatment.in_(IN_WRITING),
            Topic.intensified.is_(False),
            ~waiting.where(before.id.not_in(done)).exists(),
        )
        .options(selectinload(Topic.turns), joinedload(Topic.lead))
        .order_by(Topic.deadline.asc().nulls_last(), Topic.priority.desc(), Topic.id)
    )
    return session.scalars(query).all()


def settled_in_writing(session: Session, body: Body, since: datetime, until: datetime) -> Sequence[Topic]:
    """List the topics that a body settled without a meeting from `since` until before `until`."""
    query = (
        select(Topic)
        .where(
            Topic.body_id == body.id,
            Topic.withdrawn_at.is_(None),
            Topic.settled_in_writing_at >= since,
            Topic.settled_in_writing_at < until,
        )
        .order_by(Topic.settled_in_writing_at, Topic.id)
    )
    return session.scalars(query).all()


def silence_of(session: Session, body_id: int) -> Silence:
    """Tell what silence counts as in a body: what it decided, or abstaining."""
    rule = session.get(RoundRule, body_id)
    return rule.silence if rule else USUAL_SILENCE


def round_for(session: Session, round_id: int, by: Actor) -> WrittenRound:
    """Give a round with all that stands about it; NotFound when it is not theirs to see."""
    found = session.scalars(whole().where(WrittenRound.id == round_id)).one_or_none()
    if found is None or not sees(found.topic, by):
        raise NotFound("not_found")
    return found


def latest_round(session: Session, topic_id: int) -> WrittenRound | None:
    """Give the last round of a topic, running or not."""
    query = whole().where(WrittenRound.topic_id == topic_id).order_by(WrittenRound.id.desc()).limit(1)
    return session.scalars(query).first()


def rounds_of(session: Session, body_id: int, by: Actor) -> Sequence[WrittenRound]:
    """List the rounds of a body that this person may know of: running ones first, then the newest."""
    query = (
        whole().join(Topic, WrittenRound.topic_id == Topic.id).where(Topic.body_id == body_id, visible(by))
    )
    query = query.order_by(
        WrittenRound.ended_at.is_not(None), WrittenRound.ended_at.desc(), WrittenRound.last_day
    )
    return session.scalars(query).all()


def written_decisions(session: Session, body_id: int, by: Actor) -> Sequence[WrittenRound]:
    """List what a body decided in writing and stands, as far as this person may know of it, newest first.

    A topic that was opened again is no decision any more.
    """
    query = (
        whole()
        .join(Topic, WrittenRound.topic_id == Topic.id)
        .where(
            Topic.body_id == body_id,
            visible(by),
            WrittenRound.ending == Ending.SETTLED,
            Topic.settled_in_writing_at == WrittenRound.ended_at,
            Topic.withdrawn_at.is_(None),
        )
        .order_by(WrittenRound.ended_at.desc(), WrittenRound.id.desc())
    )
    return session.scalars(query).all()


def by_token(session: Session, token: str) -> RoundVoter:
    """Give the voter behind a link; NotFound where it is wrong or old."""
    voter = session.scalars(
        select(RoundVoter).where(RoundVoter.token_hash == token_hash(token))
    ).one_or_none()
    if voter is None:
        raise NotFound("not_found")
    session.scalars(whole().where(WrittenRound.id == voter.round_id)).one()
    return voter


def asked_of(session: Session, person_id: int | None, now: datetime) -> list[RoundVoter]:
    """List the running rounds that someone has not answered, as the voter they are."""
    query = (
        select(RoundVoter)
        .join(WrittenRound, RoundVoter.round_id == WrittenRound.id)
        .where(
            RoundVoter.person_id == person_id,
            RoundVoter.said.is_(None),
            RoundVoter.removed_at.is_(None),
            RoundVoter.token_hash.is_not(None),
            WrittenRound.ended_at.is_(None),
        )
        .options(joinedload(RoundVoter.round).joinedload(WrittenRound.topic).joinedload(Topic.body))
        .order_by(WrittenRound.last_day, WrittenRound.id)
    )
    return [voter for voter in session.scalars(query) if now < deadline(voter.round)]


@dataclass(frozen=True)
class Progress:
    """How far a round is: by college, and when it closes."""

    colleges: Sequence[tuple[RoundCollege, CollegeStand]]
    closes_at: datetime

    @property
    def answered(self) -> int:
        """Count who has answered."""
        return sum(stand.answered for _, stand in self.colleges)

    @property
    def asked(self) -> int:
        """Count who was asked."""
        return sum(stand.total for _, stand in self.colleges)


def progress_of(found: WrittenRound) -> Progress:
    """Count the answers of a round as they stand."""
    members = members_of(found)
    counted = stands(members, quorums_of(found))
    return Progress(list(zip(found.colleges, counted, strict=True)), closing(found))


def members_of(found: WrittenRound) -> list[Member]:
    """Give everyone who is asked, as far as counting is concerned."""
    return [Member(one.organisation_id, one.said, one.answered_at) for one in found.asked]


def quorums_of(found: WrittenRound) -> dict[int, int]:
    """Give how many of each college must consent."""
    return {college.organisation_id: college.needed for college in found.colleges}


def deadline(found: WrittenRound) -> datetime:
    """Give the moment on which a round ends, whoever has answered."""
    return deadline_of(found.last_day, found.topic.body.time_zone)


def closing(found: WrittenRound) -> datetime:
    """Give the moment from which a round takes no answers, as it stands."""
    removals = [voter.removed_at for voter in found.voters if voter.removed_at is not None]
    return closes_at(deadline(found), members_of(found), max(removals, default=None))


def whole() -> Select[WrittenRound]:
    """Read rounds with all that stands about them, in a number of queries that does not grow."""
    return select(WrittenRound).options(
        joinedload(WrittenRound.topic).joinedload(Topic.body),
        joinedload(WrittenRound.topic).selectinload(Topic.turns),
        selectinload(WrittenRound.colleges).joinedload(RoundCollege.organisation),
        selectinload(WrittenRound.voters).joinedload(RoundVoter.person),
        selectinload(WrittenRound.voters).joinedload(RoundVoter.organisation),
    )
