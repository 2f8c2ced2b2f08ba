"""Nobody finds, or can tell from a number, what they may not see: every role, every kind, both databases."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.runtime import Runtime
from agenda.documents.model import Document, Secrecy
from agenda.documents.rules import may_read
from agenda.meetings.model import AgendaItem, Attendee
from agenda.meetings.paper_model import MeetingPaper
from agenda.meetings.sight_queries import hidden_items
from agenda.search.indexing import bring_up_to_date
from agenda.search.model import Kind
from agenda.topics.model import Topic
from agenda.topics.paper_model import TopicPaper
from agenda.topics.round_model import WrittenRound
from agenda.topics.sight import sees
from tests.accounts.helpers import sign_in
from tests.search.planting import EVERYWHERE, come_as_guest, document_of, look, look_now, plant
from tests.world import START, World

# Each database finds words in its own way.
pytestmark = pytest.mark.both_databases

# How many of each kind are found of those planted in one's own body: topics, rounds, then items, decisions,
# actions, promises (one each open, closed, confidential), then documents (the same, and one secret).
ALL = {
    Kind.TOPIC: 1,
    Kind.ROUND: 1,
    Kind.ITEM: 3,
    Kind.DECISION: 3,
    Kind.ACTION: 3,
    Kind.COMMITMENT: 3,
    Kind.DOCUMENT: 4,
}
OPEN = dict.fromkeys(Kind, 1)
# Of bodies together: an administrator sees both, and of neither what is limited.
BOTH = dict.fromkeys(Kind, 2)
EXPECTED = {
    "secretary": ALL,
    "clerk": ALL,
    "Wethouder Leiden 1": ALL,
    "reader": OPEN,
    "outsider": ALL,
    "administrator": BOTH,
    "stranger": {},
}


@pytest.fixture
def planted(runtime: Runtime, world: World) -> World:
    """Plant the same in two bodies."""
    with runtime.work() as session:
        for body_id in (world.body_id, world.other_body_id):
            plant(session, world, body_id)
    return world


def test_each_role_finds_what_it_may_see_of_every_kind_and_counts_no_more(
    runtime: Runtime, planted: World
) -> None:
    for who, expected in EXPECTED.items():
        found = look(runtime, planted, who, EVERYWHERE)
        assert dict(found.counts) == expected, who
        assert found.total == sum(expected.values()), who
        bodies = {entry.body_id for entry in found.entries}
        own = {"outsider": {planted.other_body_id}, "administrator": {planted.body_id, planted.other_body_id}}
        assert bodies <= own.get(who, {planted.body_id}), who


def test_a_filter_or_a_page_shows_nothing_more(runtime: Runtime, planted: World) -> None:
    for kind in Kind:
        found = look(runtime, planted, "reader", EVERYWHERE, kind=kind)
        assert (found.total, len(found.entries)) == (1, 1), kind
        assert found.entries[0].kind is kind
    assert look(runtime, planted, "reader", EVERYWHERE, body=planted.other_body_id).total == 0
    assert look(runtime, planted, "reader", EVERYWHERE, year=2018).total == 7
    assert look(runtime, planted, "reader", EVERYWHERE, year=2017).total == 0


def test_the_page_of_a_reader_holds_no_word_of_what_is_limited(
    runtime: Runtime, planted: World, client: FlaskClient
) -> None:
    bring_up_to_date(runtime)
    page = sign_in(client, runtime, planted, "reader").get(f"/search?q={EVERYWHERE}").text
    assert "Punt open" in page
    for limit in ("closed", "confidential", "secret", "Geheim"):
        assert limit not in page


def test_what_becomes_limited_is_gone_at_once_without_the_worker(runtime: Runtime, planted: World) -> None:
    assert look(runtime, planted, "reader", EVERYWHERE).counts[Kind.DOCUMENT] == 1
    with runtime.work() as session:
        session.execute(update(AgendaItem).values(closed=True))
        session.add(
            Secrecy(
                document_id=session.scalars(
                    select(Document.id).where(
                        Document.title == "Nota open", Document.body_id == planted.body_id
                    )
                ).one(),
                ground="x",
                imposed_by="x",
                may_lift="x",
                since=datetime(2018, 12, 1, tzinfo=UTC).date(),
                recorded_at=datetime(2018, 12, 1, tzinfo=UTC),
            )
        )
    assert look_now(runtime, planted, "reader", EVERYWHERE).counts == {Kind.TOPIC: 1, Kind.ROUND: 1}
    assert look_now(runtime, planted, "clerk", EVERYWHERE).counts == ALL


def test_a_guest_finds_the_item_and_the_papers_for_which_the_guest_comes_and_nothing_else(
    runtime: Runtime, planted: World
) -> None:
    with runtime.work() as session:
        item = session.scalars(
            select(AgendaItem)
            .join(AgendaItem.meeting)
            .where(AgendaItem.title == "Punt closed", AgendaItem.meeting.has(body_id=planted.body_id))
        ).one()
        come_as_guest(session, planted, "stranger", item)
    found = look(runtime, planted, "stranger", EVERYWHERE)
    # The guest is in the room when the doors close: the closed item, and its closed paper.
    assert Counter(found.counts) == {Kind.ITEM: 1, Kind.DOCUMENT: 1}
    with runtime.work() as session:
        session.execute(delete(Attendee))
    assert look_now(runtime, planted, "stranger", EVERYWHERE).counts == {}


def test_a_reader_who_comes_as_a_guest_sees_what_came_of_that_item(runtime: Runtime, planted: World) -> None:
    with runtime.work() as session:
        items = session.scalars(select(AgendaItem).where(AgendaItem.title == "Punt closed")).all()
        own = next(item for item in items if item.meeting.body_id == planted.body_id)
        come_as_guest(session, planted, "reader", own)
    found = look(runtime, planted, "reader", EVERYWHERE)
    assert found.counts[Kind.ITEM] == found.counts[Kind.DECISION] == 2


def test_a_document_that_was_removed_vanishes_at_once_and_comes_back(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        document = document_of(session, world.body_id, "Nota", "warmterotonde")
    assert look(runtime, world, "clerk", "warmterotonde").total == 1
    with runtime.work() as session:
        session.get_one(Document, document.id).removed_at = datetime(2018, 12, 18, tzinfo=UTC)
    assert look_now(runtime, world, "clerk", "warmterotonde").total == 0
    assert look(runtime, world, "clerk", "warmterotonde").total == 0
    with runtime.work() as session:
        session.get_one(Document, document.id).removed_at = None
    assert look(runtime, world, "clerk", "warmterotonde").total == 1


def test_a_topic_that_was_deleted_leaves_nothing_to_find(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        plant(session, world, world.body_id)
    assert look(runtime, world, "clerk", "onderwerp").total == 1
    with runtime.work() as session:
        topic = session.scalars(select(Topic)).one()
        for item in session.scalars(select(AgendaItem)):
            item.topic_id = None
        session.flush()
        session.execute(delete(WrittenRound))
        session.delete(topic)
    assert look_now(runtime, world, "clerk", "onderwerp").total == 0


def test_a_topic_that_is_limited_is_found_by_those_who_see_it_and_by_its_lead(
    runtime: Runtime, planted: World
) -> None:
    with runtime.work() as session:
        for topic in session.scalars(select(Topic).where(Topic.body_id == planted.body_id)):
            topic.confidential = True
    counts = look(runtime, planted, "reader", EVERYWHERE).counts
    assert Kind.TOPIC not in counts
    assert Kind.ROUND not in counts
    assert look(runtime, planted, "clerk", EVERYWHERE).counts == ALL
    with runtime.work() as session:
        for topic in session.scalars(select(Topic).where(Topic.body_id == planted.body_id)):
            topic.lead_id = planted.people["reader"]
    assert look_now(runtime, planted, "reader", EVERYWHERE).counts[Kind.TOPIC] == 1


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_what_is_found_is_what_asking_thing_by_thing_gives(
    runtime: Runtime, planted: World, data: st.DataObject
) -> None:
    """The rules of the documents' room, applied to each document in Python, agree with the one question."""
    # What the example before removed is known to the worker as there: the question alone leaves it out.
    with runtime.work() as session:
        session.execute(update(Document).values(removed_at=None))
    bring_up_to_date(runtime)
    flags = st.tuples(*[st.booleans()] * 4)
    with runtime.work() as session:
        for document in session.scalars(select(Document).order_by(Document.id)):
            closed, confidential, secret, removed = data.draw(flags)
            document.closed, document.confidential = closed, confidential
            document.removed_at = START if removed else None
            document.secrecies = [_secrecy()] if secret else []
    who = data.draw(st.sampled_from(sorted(EXPECTED)))
    newest_first = data.draw(st.booleans())
    with runtime.read() as session:
        by = planted.by(session, who)
        documents = session.scalars(select(Document)).all()
        expected = {
            one.id
            for one in documents
            if one.removed_at is None and may_read(one, by) and _may_know_where_it_lies(session, one, by)
        }
    found = look_now(runtime, planted, who, EVERYWHERE, kind=Kind.DOCUMENT, newest_first=newest_first)
    assert {entry.document_id for entry in found.entries} == expected
    assert found.total == found.counts.get(Kind.DOCUMENT, 0) == len(expected)


def _may_know_where_it_lies(session: Session, document: Document, by: Actor) -> bool:
    if by.may("see_confidential", document.body):
        return True
    topics = select(Topic).join(TopicPaper).where(TopicPaper.document_id == document.id)
    items = select(MeetingPaper.item_id).where(MeetingPaper.document_id == document.id)
    hidden = set(session.scalars(hidden_items(by)))
    return all(sees(topic, by) for topic in session.scalars(topics)) and not hidden & set(
        session.scalars(items)
    )


def _secrecy() -> Secrecy:
    return Secrecy(
        ground="x", imposed_by="college", may_lift="college", since=START.date(), recorded_at=START
    )
