"""The deadlines of a meeting on its page, over all meetings, and for who is up."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from agenda.core.audit import history
from agenda.core.problems import Changed
from agenda.core.runtime import Runtime
from agenda.documents.model import Document, DocumentVersion, StoredFile
from agenda.meetings.deadline_actions import seen_version, set_terms
from agenda.meetings.deadline_model import BodyDeadlines
from agenda.meetings.deadline_queries import first_papers, terms_of
from agenda.meetings.deadline_rules import Terms
from agenda.meetings.model import AgendaItem, ItemOutcome, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.topics.model import TopicLink
from agenda.topics.paper_model import TopicPaper
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import VALENTINE, confirmed, planned, put_on_agenda, topic
from tests.world import START, StandingClock, World

TERMS = {
    "papers_days_before": "21",
    "agenda_days_before": "14",
    "outcomes_days_after": "1",
    "decision_list_days_after": "9",
    "ratification_days_after": "42",
}


@pytest.fixture
def meeting_id(runtime: Runtime, world: World) -> int:
    """A confirmed meeting on Thursday 14 February 2019 with one item, which Wethouder Leiden 1 prepares."""
    with runtime.work() as session:
        meeting = confirmed(session, world)
        item = put_on_agenda(session, meeting, topic(session, world, "Warmterotonde"))
        item.lead_id = world.people["Wethouder Leiden 1"]
        return meeting.id


def item_of(runtime: Runtime, meeting_id: int) -> int:
    with runtime.read() as session:
        query = select(AgendaItem.id).where(
            AgendaItem.meeting_id == meeting_id, AgendaItem.title == "Warmterotonde"
        )
        return session.scalars(query).one()


def document(world: World) -> Document:
    file = StoredFile(sha256=uuid4().hex, size=1, media_type="text/plain", stored_at=START)
    version = DocumentVersion(
        number=1, file=file, file_name="notitie.txt", uploaded_at=START, uploaded_by="clerk"
    )
    return Document(
        body_id=world.body_id, title="Notitie", created_at=START, created_by="clerk", versions=[version]
    )


def test_the_page_shows_each_deadline_with_its_day_and_who_is_up(
    as_someone: AsSomeone, meeting_id: int
) -> None:
    page = as_someone("clerk").get(f"/meetings/{meeting_id}").text
    for told in (
        "Stukken van alle punten",
        "donderdag 7 februari 2019",
        "Aan zet: Wethouder Leiden 1",
        "Agenda definitief",
        # Three days after Thursday is Sunday: Monday. Ten days after it is Sunday as well.
        "maandag 18 februari 2019",
        "maandag 25 februari 2019",
        "Concept-besluitenlijst",
    ):
        assert told in page
    assert "te laat" not in page


def test_a_meeting_without_a_date_and_a_cancelled_one_have_no_deadlines(
    runtime: Runtime, world: World, as_someone: AsSomeone, meeting_id: int
) -> None:
    with runtime.work() as session:
        draft = planned(session, world).id
        session.get_one(Meeting, meeting_id).cancelled_at = START
    clerk = as_someone("clerk")
    assert 'id="deadlines"' not in clerk.get(f"/meetings/{draft}").text
    assert 'id="deadlines"' not in clerk.get(f"/meetings/{meeting_id}").text


def test_papers_are_there_once_each_item_has_one_of_its_own_of_its_topic_or_behind_a_link(
    runtime: Runtime, world: World, as_someone: AsSomeone, meeting_id: int
) -> None:
    with runtime.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        linked = put_on_agenda(session, meeting, topic(session, world, "Taalakkoord"))
        assert linked.topic is not None
        linked.topic.links = [TopicLink(label="Notitie", url="https://leiden.example/notitie")]
        third = put_on_agenda(session, meeting, topic(session, world, "Fietsroutes"))
        own, of_topic = document(world), document(world)
        session.add_all([own, of_topic])
        session.flush()
        attached = {"document_id": own.id, "position": 0, "attached_at": START}
        session.add(MeetingPaper(meeting_id=meeting_id, item_id=item_of(runtime, meeting_id), **attached))
        session.add(
            TopicPaper(topic_id=third.topic_id, document_id=of_topic.id, position=0, attached_at=START)
        )
        third_id = third.id
    page = as_someone("clerk").get(f"/meetings/{meeting_id}").text
    assert "lr-timeline__step--done" in page
    assert "Aan zet: Wethouder Leiden 1" not in page
    with runtime.work() as session:
        assert set(first_papers(session, [meeting_id])) == {item_of(runtime, meeting_id), third_id}
        session.scalars(select(Document).order_by(Document.id)).first().removed_at = START  # type: ignore[union-attr]
    assert "Aan zet: Wethouder Leiden 1" in as_someone("clerk").get(f"/meetings/{meeting_id}").text


def test_who_prepares_a_closed_item_is_not_named_to_who_may_not_see_it(
    runtime: Runtime, as_someone: AsSomeone, meeting_id: int
) -> None:
    with runtime.work() as session:
        session.get_one(AgendaItem, item_of(runtime, meeting_id)).confidential = True
    page = as_someone("reader").get(f"/meetings/{meeting_id}").text
    deadlines = page.partition('id="deadlines"')[2].partition("</section>")[0]
    assert "Aan zet: de trekkers" in deadlines
    assert "Wethouder Leiden 1" not in deadlines
    assert "Wethouder Leiden 1" in as_someone("clerk").get(f"/meetings/{meeting_id}").text


def test_the_lead_has_the_papers_as_a_task_and_the_clerk_the_decision_list(
    runtime: Runtime, as_someone: AsSomeone, clock: StandingClock, meeting_id: int
) -> None:
    paper, decision_list = "Stukken van alle punten: ", "Concept-besluitenlijst: "
    assert paper not in as_someone("Wethouder Leiden 1").get("/").text
    clock.at = VALENTINE - timedelta(days=6)
    own = as_someone("Wethouder Leiden 1").get("/").text
    assert paper in own
    assert "lr-task--neg" in own
    assert paper not in as_someone("Wethouder Leiden 2").get("/").text
    assert paper not in as_someone("clerk").get("/").text
    clock.at = VALENTINE + timedelta(days=2)
    assert paper not in as_someone("Wethouder Leiden 1").get("/").text
    assert decision_list in as_someone("clerk").get("/").text
    assert decision_list not in as_someone("Wethouder Leiden 1").get("/").text


def test_the_overview_looks_five_weeks_ahead(
    as_someone: AsSomeone, clock: StandingClock, meeting_id: int
) -> None:
    clock.at = VALENTINE - timedelta(days=30)
    before, _, ahead = as_someone("secretary").get("/deadlines").text.partition('id="later"')
    assert "Stukken van alle punten" not in before
    assert "Stukken van alle punten" in ahead
    # Outcomes are due three days after the meeting, the concept decision list ten.
    assert "Uitkomsten vastgelegd" in ahead
    assert "Concept-besluitenlijst" not in ahead


def test_what_is_late_stands_together_until_it_is_done(
    runtime: Runtime, as_someone: AsSomeone, clock: StandingClock, meeting_id: int
) -> None:
    clock.at = VALENTINE + timedelta(days=20)
    page = as_someone("secretary").get("/deadlines").text
    late = page.partition('id="near"')[0]
    assert "Uitkomsten vastgelegd" in late
    assert "Concept-besluitenlijst" in late
    assert "16 dagen te laat" in late
    # Nobody can bring papers to a meeting that has been.
    assert "Stukken van alle punten" not in page
    assert "2 termijnen zijn verstreken." in as_someone("secretary").get("/").text
    with runtime.work() as session:
        session.get_one(AgendaItem, item_of(runtime, meeting_id)).outcome = ItemOutcome.DECIDED
        session.get_one(Meeting, meeting_id).closed_at = clock()
    assert "Niets is te laat" in as_someone("secretary").get("/deadlines").text
    assert "9 dagen te laat" in as_someone("clerk").get(f"/meetings/{meeting_id}").text
    for who, status in (("Wethouder Leiden 1", 403), ("reader", 403), ("outsider", 200)):
        answer = as_someone(who).get("/deadlines")
        assert answer.status_code == status
        assert "Concept-besluitenlijst" not in answer.text


def test_the_decision_list_is_adopted_once_the_next_meeting_with_that_item_is_closed(
    runtime: Runtime, world: World, as_someone: AsSomeone, clock: StandingClock, meeting_id: int
) -> None:
    with runtime.work() as session:
        following = confirmed(session, world)
        following.starts_at = VALENTINE + timedelta(days=60)
        assert any(item.kind.value == "minutes" for item in following.items)
        next_id = following.id
    clerk = as_someone("clerk")
    adopted = "Besluitenlijst vastgesteld, in het volgende overleg"
    assert adopted in clerk.get(f"/meetings/{meeting_id}").text
    assert adopted not in clerk.get(f"/meetings/{next_id}").text
    clock.at = VALENTINE + timedelta(days=61)
    with runtime.work() as session:
        session.get_one(Meeting, next_id).closed_at = clock()
    page = as_someone("clerk").get(f"/meetings/{meeting_id}").text
    assert "op 15 april 2019" in page


@pytest.mark.parametrize(
    ("starts_at", "papers", "outcomes"),
    [
        # Over midnight in New York it is another day than in Leiden, and the clocks change on other Sundays.
        ("2019-03-07T23:30:00-05:00", "2019-02-28", "2019-03-11"),
        ("2019-10-31T00:30:00-04:00", "2019-10-24", "2019-11-04"),
    ],
)
def test_days_are_those_of_the_place_where_the_meeting_is_held(
    runtime: Runtime, as_someone: AsSomeone, meeting_id: int, starts_at: str, papers: str, outcomes: str
) -> None:
    with runtime.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        meeting.starts_at, meeting.minutes = datetime.fromisoformat(starts_at), 20
        meeting.time_zone = "America/New_York"
    page = as_someone("clerk").get(f"/meetings/{meeting_id}").text
    assert f'datetime="{papers}"' in page
    assert f'datetime="{outcomes}"' in page


def test_the_secretary_sets_what_a_body_asks_and_the_days_follow(
    runtime: Runtime, world: World, as_someone: AsSomeone, meeting_id: int
) -> None:
    address = f"/bodies/{world.body_id}/deadlines"
    assert as_someone("secretary").post(address, data=TERMS).status_code == 303
    page = as_someone("clerk").get(f"/meetings/{meeting_id}").text
    for day in ("2019-01-24", "2019-01-31", "2019-02-15", "2019-02-25"):
        assert f'datetime="{day}"' in page
    with runtime.read() as session:
        assert world.body(session).papers_days_before == 21
        assert next(entry.verb for entry in history(session, "body", world.body_id)) == "deadlines_changed"
    for wrong in ("-1", "61", "", "zeven", "1" * 400):
        answer = as_someone("secretary").post(address, data=TERMS | {"outcomes_days_after": wrong})
        assert answer.status_code == 422
    secretary = as_someone("secretary")
    assert secretary.post(address, data=TERMS | {"ratification_days_after": "181"}).status_code == 422
    assert secretary.post(address, data=TERMS | {"ratification_days_after": "180"}).status_code == 303


def test_of_two_people_who_set_the_terms_the_second_sees_both(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    address = f"/bodies/{world.body_id}/deadlines"
    with runtime.read() as session:
        body = world.body(session)
        seen = str(seen_version(body, session.get(BodyDeadlines, body.id)))
    secretary = as_someone("secretary")
    secretary.post(address, data=TERMS | {"version": seen})
    late = secretary.post(address, data=TERMS | {"version": seen, "outcomes_days_after": "5"})
    assert late.status_code == 409
    assert "Intussen gewijzigd" in late.text
    with runtime.work() as session:
        body = world.body(session)
        assert terms_of(session, [body])[body.id].outcomes_days_after == 1
        wanted, by = Terms(7, 7, 7, 7, 42), world.by(session, "secretary")
        with pytest.raises(Changed):
            set_terms(session, body, wanted, int(seen), by, START)
