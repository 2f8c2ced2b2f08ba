"""What is done with a written round, from its opening to its end; one verb a function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor, System
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import Conflict, Invalid
from agenda.core.text import clean
from agenda.mail.tokens import token_hash
from agenda.people.model import Body
from agenda.people.queries import attendees_on, seats_of
from agenda.topics import facts, rules
from agenda.topics import round_rules as counting
from agenda.topics.actions import hold, settle_in_writing
from agenda.topics.model import Topic, Treatment
from agenda.topics.round_model import (
    Ending,
    RoundCollege,
    RoundRule,
    RoundVoter,
    Said,
    Silence,
    WrittenRound,
)
from agenda.topics.round_queries import closing, members_of, quorums_of, silence_of, whole
from config import Config

LONGEST_NOTE = 2_000


def open_round(
    session: Session,
    config: Config,
    topic_id: int,
    last_day: date,
    by: Actor,
    now: datetime,
    *,
    proposal: str | None = None,
    note: str = "",
    version: int | None = None,
) -> WrittenRound:
    """Put a topic to the voting members of its body until a day ends; the letters follow by themselves.

    Without `proposal` the topic's requested decision is asked, or what it is about. `version` is that of the
    topic as it was seen. Raises Conflict when the topic is on an agenda, in a round or dealt with, and
    Invalid for a day that is past or far, a proposal that says nothing, or a body in which nobody votes.
    """
    topic = get(session, Topic, topic_id)
    by.must("run_rounds", topic.body)
    hold(session, topic)
    topic.expect(version)
    if rules.state_of(topic) not in rules.UNPLANNED:
        raise Conflict("topic_not_free", title=topic.title)
    today = local_day(now, topic.body.time_zone)
    counting.check_last_day(last_day, today)
    asked = clean(topic.requested_decision or topic.summary if proposal is None else proposal).strip()
    if not asked:
        raise Invalid("round_proposal_missing", field="proposal")
    if len(asked) > rules.LONGEST_TEXT:
        raise Invalid("text_too_long", field="proposal")
    voters, colleges = _asked(session, topic.body, today)
    found = WrittenRound(
        topic=topic,
        title=topic.title,
        proposal=asked,
        note=clean(note).strip()[:LONGEST_NOTE],
        papers=[{"label": link.label, "url": link.url} for link in topic.links],
        silence=silence_of(session, topic.body_id),
        opened_at=now,
        last_day=last_day,
        colleges=colleges,
        voters=voters,
    )
    try:
        with session.begin_nested():
            session.add(found)
    except IntegrityError as error:
        raise Conflict("topic_not_free", title=topic.title) from error
    for voter in found.voters:
        give_link(config, voter)
    before = facts.told(topic)
    topic.in_writing_since = now
    after = {"last_day": last_day, "voters": len(found.voters)}
    record(session, found, by, now, "round_opened", after=after)
    audit.record(session, by, now, "round_opened", ("topic", topic.id), before, facts.told(topic) | after)
    return found


def _asked(session: Session, body: Body, today: date) -> tuple[list[RoundVoter], list[RoundCollege]]:
    """Give the voting members of today with their colleges, in the order of the seats."""
    people = [one for one in attendees_on(session, body.id, today) if one.voting]
    quorums = {seat.organisation_id: seat.quorum for seat in seats_of(session, body.id)}
    members: defaultdict[int, list[int]] = defaultdict(list)
    for key in quorums:
        members[key] = []
    for one in people:
        members[one.organisation.id].append(one.person.id)
    if not people:
        raise Invalid("round_nobody_votes")
    colleges = [
        RoundCollege(organisation_id=key, needed=counting.quorum_of_consent(len(seated), quorums.get(key)))
        for key, seated in members.items()
        if seated
    ]
    for college in colleges:
        if college.needed > len(members[college.organisation_id]):
            raise Invalid("round_quorum_impossible")
    places = {college.organisation_id: place for place, college in enumerate(colleges)}
    voters = [
        RoundVoter(
            person=one.person, organisation_id=one.organisation.id, serial=1, reason="", answered_by=""
        )
        for one in sorted(people, key=lambda one: places[one.organisation.id])
    ]
    return voters, colleges


def give_link(config: Config, voter: RoundVoter) -> None:
    """Keep the hash of a voter's secret."""
    voter.token_hash = token_hash(counting.round_token(config.secret, voter.id, voter.serial))


def extend(
    session: Session, found: WrittenRound, last_day: date, version: int | None, by: Actor, now: datetime
) -> None:
    """Give people until another day, later or earlier; they hear of it."""
    must_run(found, by, now)
    found.expect(version)
    counting.check_last_day(last_day, local_day(now, found.topic.body.time_zone))
    before, found.last_day = found.last_day, last_day
    if before != last_day:
        record(session, found, by, now, "round_extended", {"last_day": before}, {"last_day": last_day})


def withdraw(
    session: Session, found: WrittenRound, why: str, version: int | None, by: Actor, now: datetime
) -> None:
    """Take a round back: its topic is free again, and everyone who was asked reads the reason.

    While nobody has answered no reason is asked, and who has had no letter yet gets none.
    """
    must_run(found, by, now)
    found.expect(version)
    said = clean(why).strip()[:LONGEST_NOTE]
    if not said and any(voter.said for voter in found.asked):
        raise Invalid("round_withdrawal_needs_reason", field="why")
    _end(session, found, Ending.WITHDRAWN, said, by, now)


def end_early(session: Session, found: WrittenRound, version: int | None, by: Actor, now: datetime) -> None:
    """End a round before its day, once all have answered or someone wants to discuss."""
    must_run(found, by, now)
    found.expect(version)
    if not counting.may_end_early(members_of(found)):
        raise Conflict("round_still_open")
    conclude(session, found, by, now)


def conclude_due(session: Session, found: WrittenRound, now: datetime) -> bool:
    """End a round whose time is over; tell whether it did. Safe to call twice, late, and by two workers."""
    if found.ended_at is not None or now < closing(found):
        return False
    conclude(session, found, System(), now)
    return True


def conclude(session: Session, found: WrittenRound, by: Actor, now: datetime) -> None:
    """End a round with what the answers come to, silence counted as its rule says."""
    ending = counting.outcome(members_of(found), quorums_of(found), found.silence)
    said = [(one.person.name, one.reason) for one in found.asked if one.said is Said.DISCUSS]
    _end(session, found, ending, counting.reasons_of(said), by, now)


def set_silence(
    session: Session, body: Body, silence: Silence, version: int | None, by: Actor, now: datetime
) -> None:
    """Decide what silence counts as in rounds that are opened from now on."""
    by.must("set_round_rule", body)
    rule = session.get(RoundRule, body.id)
    before = rule.silence if rule else counting.USUAL_SILENCE
    if rule is None:
        rule = RoundRule(body_id=body.id, silence=silence)
        session.add(rule)
    else:
        rule.expect(version)
        rule.silence = silence
    if before is not silence:
        about = ("body", body.id)
        audit.record(session, by, now, "silence_set", about, {"silence": before}, {"silence": silence})


def locked(session: Session, round_id: int) -> WrittenRound:
    """Give a round that nobody else changes until this transaction ends; the second of two sees the first."""
    alone = select(WrittenRound).where(WrittenRound.id == round_id)
    session.scalars(alone.with_for_update().execution_options(populate_existing=True)).one()
    query = whole().where(WrittenRound.id == round_id)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def must_run(found: WrittenRound, by: Actor, now: datetime) -> None:
    """Raise unless this person may run the round and it still takes answers."""
    by.must("run_rounds", found.topic.body)
    must_be_open(found, now)


def must_be_open(found: WrittenRound, now: datetime) -> None:
    """Raise Conflict unless a round still takes answers."""
    if found.ending is not None:
        raise Conflict(f"round_{found.ending.value}_already")
    if now >= closing(found):
        raise Conflict("round_time_over")


def _end(session: Session, found: WrittenRound, ending: Ending, why: str, by: Actor, now: datetime) -> None:
    topic = found.topic
    found.ended_at, found.ending, found.ended_why = now, ending, why
    hold(session, topic)
    before = facts.told(topic)
    topic.in_writing_since = None
    if ending is Ending.SETTLED:
        session.flush()
        settle_in_writing(session, topic, None, System(), now)
    elif ending is not Ending.WITHDRAWN:
        # Who wants to talk about it gets to: it is no formality any more.
        topic.treatment = Treatment.DISCUSSION
    session.flush()
    after: dict[str, Any] = {"ending": ending, "reason": why or None}
    record(session, found, by, now, "round_ended", after=after)
    audit.record(session, by, now, "round_ended", ("topic", topic.id), before, facts.told(topic) | after)


def record(
    session: Session,
    found: WrittenRound,
    by: Actor,
    now: datetime,
    verb: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write into the round's own history."""
    audit.record(session, by, now, verb, ("written_round", found.id), before, after)
