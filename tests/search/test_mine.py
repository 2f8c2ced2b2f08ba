"""What is one's own, found by an address that names nobody; and no filter tells of a tie that is hidden."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from agenda.core.runtime import Runtime
from agenda.decisions.model import ActionItem, Commitment
from agenda.documents.model import Document
from agenda.meetings.model import AgendaItem, Attendee, AttendeeRole, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.search.indexing import bring_up_to_date
from agenda.search.model import Kind
from agenda.topics.model import Topic
from tests.accounts.helpers import sign_in
from tests.search.planting import EVERYWHERE, document_of, look, look_now, plant
from tests.world import START, World

# Each database finds words in its own way.
pytestmark = pytest.mark.both_databases

MEMBER = "Wethouder Leiden 1"


@pytest.fixture
def planted(runtime: Runtime, world: World) -> World:
    with runtime.work() as session:
        plant(session, world, world.body_id)
    return world


def mine(runtime: Runtime, world: World, who: str) -> Counter[Kind]:
    return Counter(look(runtime, world, who, EVERYWHERE, mine=True).counts)


def test_nothing_is_mine_of_what_others_lead_and_do(runtime: Runtime, planted: World) -> None:
    for who in (MEMBER, "reader", "clerk", "administrator", "stranger"):
        assert not mine(runtime, planted, who), who


def test_a_topic_of_mine_brings_all_that_came_of_it(runtime: Runtime, planted: World) -> None:
    for column in ("lead_id", "official_lead_id"):
        with runtime.work() as session:
            session.execute(update(Topic).values(lead_id=None, official_lead_id=None))
            session.execute(update(Topic).values({column: planted.people[MEMBER]}))
        # The closed item treats that topic.
        assert mine(runtime, planted, MEMBER) == Counter(Kind), column


def test_an_item_that_i_lead_is_mine_with_its_outcomes_and_papers(runtime: Runtime, planted: World) -> None:
    with runtime.work() as session:
        leads = AgendaItem.title == "Punt open"
        session.execute(update(AgendaItem).where(leads).values(lead_id=planted.people[MEMBER]))
    assert mine(runtime, planted, MEMBER) == Counter(set(Kind) - {Kind.TOPIC, Kind.ROUND})


def test_an_action_that_i_own_is_mine(runtime: Runtime, planted: World) -> None:
    with runtime.work() as session:
        session.execute(update(ActionItem).values(owner_id=planted.people["reader"]))
    # Those on the two limited items are not the reader's to see.
    assert mine(runtime, planted, "reader") == {Kind.ACTION: 1}
    assert not mine(runtime, planted, MEMBER)


def invite(runtime: Runtime, world: World, who: str, **more: datetime) -> None:
    with runtime.work() as session:
        meeting = session.scalars(select(Meeting)).one()
        person, role = world.people[who], AttendeeRole.MEMBER
        session.add(Attendee(meeting_id=meeting.id, person_id=person, role=role, **more))


def test_a_meeting_that_i_am_invited_to_is_mine_as_far_as_i_may_see_it(
    runtime: Runtime, planted: World
) -> None:
    for who in (MEMBER, "reader"):
        invite(runtime, planted, who)
    came_of_it = Counter(set(Kind) - {Kind.TOPIC, Kind.ROUND})
    assert mine(runtime, planted, "reader") == came_of_it
    assert mine(runtime, planted, MEMBER) == Counter(dict.fromkeys(came_of_it, 3))


def test_what_belongs_to_my_meeting_as_a_whole_is_mine(runtime: Runtime, planted: World) -> None:
    invite(runtime, planted, "reader")
    with runtime.work() as session:
        meeting = session.scalars(select(Meeting)).one()
        paper = document_of(session, planted.body_id, "Nota", "heelal")
        session.add_all(
            [
                MeetingPaper(meeting_id=meeting.id, document_id=paper.id, position=9, attached_at=START),
                ActionItem(body_id=planted.body_id, meeting_id=meeting.id, text="heelal", made_at=START),
                Commitment(
                    body_id=planted.body_id,
                    meeting_id=meeting.id,
                    text="heelal",
                    promised_on=START.date(),
                    made_at=START,
                ),
            ]
        )
    found = look(runtime, planted, "reader", "heelal", mine=True)
    assert found.counts == {Kind.DOCUMENT: 1, Kind.ACTION: 1, Kind.COMMITMENT: 1}


def test_who_was_taken_off_the_list_has_no_meeting(runtime: Runtime, planted: World) -> None:
    invite(runtime, planted, "reader", removed_at=datetime(2018, 12, 17, tzinfo=UTC))
    assert not mine(runtime, planted, "reader")


def test_a_paper_of_what_is_hidden_is_found_by_nobody_but_who_may_know_of_it(
    runtime: Runtime, planted: World
) -> None:
    """The paper says of itself that it is open; it lies on the closed item all the same."""
    area = planted.focus_areas["Economie"]
    invite(runtime, planted, "reader")
    with runtime.work() as session:
        session.execute(update(Topic).values(focus_area_id=area))
        session.execute(update(Document).where(Document.title == "Nota closed").values(closed=False))
    everything = look(runtime, planted, "reader", EVERYWHERE)
    assert everything.counts[Kind.DOCUMENT] == 1
    assert mine(runtime, planted, "reader")[Kind.DOCUMENT] == 1
    assert Kind.DOCUMENT not in look_now(runtime, planted, "reader", EVERYWHERE, focus=area).counts
    assert look_now(runtime, planted, "clerk", EVERYWHERE, focus=area).counts[Kind.DOCUMENT] == 1


def test_the_same_address_shows_each_their_own(runtime: Runtime, planted: World, client: FlaskClient) -> None:
    with runtime.work() as session:
        first, second = session.scalars(
            select(ActionItem).where(ActionItem.text.contains("open") | ActionItem.text.contains("closed"))
        )
        first.text, first.owner_id = f"Van de lezer {EVERYWHERE}", planted.people["reader"]
        second.text, second.owner_id = f"Van de griffie {EVERYWHERE}", planted.people["clerk"]
        first.item_id = second.item_id = None
    bring_up_to_date(runtime)
    for who, own, other in (("reader", "lezer", "griffie"), ("clerk", "griffie", "lezer")):
        page = sign_in(client, runtime, planted, who).get(f"/search?q={EVERYWHERE}&mine=1").text
        assert f"Van de {own}" in page
        assert f"Van de {other}" not in page
        # The filter stays chosen, also when one kind of what was found is chosen next.
        assert 'name="mine" type="checkbox" value="1"' in page
        assert f"q={EVERYWHERE}&amp;kind=action&amp;mine=1" in page
