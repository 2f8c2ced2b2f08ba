"""Papers of meetings and items: who adds them, when they are late, and what a guest sees."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.database import get
from agenda.core.runtime import Runtime
from agenda.documents.actions import Facts
from agenda.documents.model import Document
from agenda.meetings import actions, agenda_actions, agenda_final, paper_actions
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.topics import paper_actions as topic_papers
from agenda.topics.model import Topic, TopicGuest
from tests.documents.papers import stored
from tests.meetings.conftest import AsSomeone
from tests.meetings.counting import Statements
from tests.meetings.planning import dated
from tests.topics.backlog import add as add_topic
from tests.world import START, StandingClock, World

GUEST = "Gedeputeerde"


class Stage:
    """A meeting with two topics; the guest comes for the first one only."""

    def __init__(self, runtime: Runtime, world: World, guest: str = GUEST) -> None:
        self.runtime, self.world = runtime, world
        with runtime.work() as session:
            clerk = world.by(session, "clerk")
            meeting = dated(session, world)
            topics = [add_topic(session, world, title) for title in ("Warmtenet", "Woningbouw")]
            topics[0].guests.append(TopicGuest(person_id=world.people[guest]))
            for topic in topics:
                agenda_actions.add_topic(session, meeting, topic, clerk, START)
            self.meeting_id = meeting.id
            self.topic_ids = [topic.id for topic in topics]
            session.flush()
            items = {item.topic_id: item.id for item in meeting.items}
            self.item_ids = [items[topic.id] for topic in topics]
            for number, topic in enumerate(topics):
                self.of_topic(session, number, f"Van onderwerp {topic.title}")
                self.of_item(session, number, f"Van punt {topic.title}")
            self.of_item(session, 0, "Vertrouwelijk bod", confidential=True)
            self.of_item(session, 0, "Besloten verslag", closed=True)
            self.of_item(session, None, "Van het overleg")

    def of_topic(self, session: Session, number: int, title: str) -> Document:
        topic = get(session, Topic, self.topic_ids[number])
        content = stored(self.runtime, title.encode())
        by = self.world.by(session, "clerk")
        return topic_papers.add_paper(session, topic, content, Facts(title), by, self.runtime.clock())

    def of_item(
        self, session: Session, number: int | None, title: str, why: str = "", **facts: bool
    ) -> Document:
        meeting = get(session, Meeting, self.meeting_id)
        item = get(session, AgendaItem, self.item_ids[number]) if number is not None else None
        content = stored(self.runtime, title.encode())
        by = self.world.by(session, "clerk")
        now = self.runtime.clock()
        return paper_actions.add_paper(session, meeting, item, content, Facts(title, **facts), why, by, now)

    def invite(self) -> None:
        with self.runtime.work() as session:
            meeting = get(session, Meeting, self.meeting_id)
            actions.confirm(session, meeting, self.world.by(session, "secretary"), self.runtime.clock())

    def finalise(self) -> None:
        with self.runtime.work() as session:
            meeting = get(session, Meeting, self.meeting_id)
            agenda_final.finalise(session, meeting, self.world.by(session, "clerk"), self.runtime.clock())

    def documents(self) -> dict[str, int]:
        with self.runtime.read() as session:
            return {one.title: one.id for one in session.scalars(select(Document))}

    def readable(self, client: FlaskClient) -> set[str]:
        """Try every document by its own address, and both pages of it."""
        found = set()
        for title, number in self.documents().items():
            page = client.get(f"/documents/{number}").status_code
            file = client.get(f"/documents/{number}/versions/1", buffered=True).status_code
            assert page == file
            if page == 200:
                found.add(title)
        return found


@pytest.fixture
def stage(runtime: Runtime, world: World) -> Stage:
    return Stage(runtime, world)


OF_THE_GUEST = {"Van onderwerp Warmtenet", "Van punt Warmtenet", "Besloten verslag"}


def test_a_guest_reads_the_papers_of_the_own_item_once_the_agenda_is_final(
    stage: Stage, as_someone: AsSomeone
) -> None:
    guest = as_someone(GUEST)
    page = f"/meetings/{stage.meeting_id}/guest"
    assert guest.get(page).status_code == 404
    assert stage.readable(guest) == set()
    stage.invite()
    before = guest.get(page)
    assert "nog niet definitief" in before.text
    assert stage.readable(guest) == set()
    stage.finalise()
    shown = guest.get(page).text
    assert stage.readable(guest) == OF_THE_GUEST
    for title in OF_THE_GUEST:
        assert title in shown
    for hidden in ("Woningbouw", "Vertrouwelijk", "Van het overleg"):
        assert hidden not in shown
    assert page in guest.get(f"/documents/{stage.documents()['Van punt Warmtenet']}").text
    assert guest.get(f"/meetings/{stage.meeting_id}").status_code == 404
    assert guest.get(f"/meetings/{stage.meeting_id}/agenda").status_code == 404
    assert page in guest.get("/").text


def test_a_guest_answers_on_the_own_page(stage: Stage, as_someone: AsSomeone) -> None:
    stage.invite()
    stage.finalise()
    guest = as_someone(GUEST)
    page = f"/meetings/{stage.meeting_id}/guest"
    assert f"/meetings/{stage.meeting_id}/answer" in guest.get(page).text
    answer = guest.post(
        f"/meetings/{stage.meeting_id}/answer", data={"answer": "accepted", "remark": "", "revision": "0"}
    )
    assert answer.location.endswith(page)


def test_a_guest_who_belongs_to_another_body_sees_no_more(
    runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    stage = Stage(runtime, world, guest="outsider")
    stage.invite()
    stage.finalise()
    assert stage.readable(as_someone("outsider")) == OF_THE_GUEST
    assert as_someone("outsider").get(f"/meetings/{stage.meeting_id}/guest").status_code == 200
    assert as_someone("outsider").get(f"/meetings/{stage.meeting_id}").status_code == 404
    assert stage.readable(as_someone(GUEST)) == set()


def test_a_guest_is_none_any_more_once_the_meeting_is_cancelled(
    stage: Stage, runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    stage.invite()
    stage.finalise()
    with runtime.work() as session:
        meeting = get(session, Meeting, stage.meeting_id)
        actions.cancel(session, meeting, "IJzel", None, world.by(session, "secretary"), START)
    guest = as_someone(GUEST)
    assert stage.readable(guest) == set()
    shown = guest.get(f"/meetings/{stage.meeting_id}/guest").text
    assert "IJzel" in shown
    assert "Warmtenet" not in shown


def test_members_have_no_page_of_guests_but_their_own(stage: Stage, as_someone: AsSomeone) -> None:
    stage.invite()
    answer = as_someone("Wethouder Leiden 1").get(f"/meetings/{stage.meeting_id}/guest")
    assert answer.location.endswith(f"/meetings/{stage.meeting_id}")
    assert as_someone("stranger").get(f"/meetings/{stage.meeting_id}/guest").status_code == 404


def test_the_meeting_shows_all_papers_by_item_and_readers_no_limited_titles(
    stage: Stage, as_someone: AsSomeone
) -> None:
    member = as_someone("Wethouder Leiden 1").get(f"/meetings/{stage.meeting_id}").text
    assert all(title in member for title in stage.documents())
    for path in ("", "/agenda"):
        reader = as_someone("reader").get(f"/meetings/{stage.meeting_id}{path}").text
        assert "Van punt Woningbouw" in reader
        assert "Vertrouwelijk bod" not in reader
        assert "Besloten verslag" not in reader
        assert reader.count("Vertrouwelijk stuk") == 2


def test_a_paper_after_the_agenda_is_final_needs_its_reason_and_is_marked(
    stage: Stage, runtime: Runtime, clock: StandingClock, as_someone: AsSomeone
) -> None:
    stage.invite()
    stage.finalise()
    clock.wind(hours=1)
    clerk = as_someone("clerk")
    path = f"/meetings/{stage.meeting_id}/agenda/items/{stage.item_ids[1]}/papers"
    refused = clerk.post(path, data={"files": (BytesIO(b"a"), "Laat.txt")})
    assert refused.status_code == 422
    assert "Vermeld waarom" in refused.text
    sent = {"files": (BytesIO(b"a"), "Laat.txt"), "late_why": "De cijfers kwamen vandaag."}
    assert clerk.post(path, data=sent).status_code == 303
    with runtime.work() as session:
        stage.of_topic(session, 0, "Laat bij het onderwerp")
    with runtime.read() as session:
        late = session.scalars(select(MeetingPaper).where(MeetingPaper.late_why != "")).one()
        assert late.item_id == stage.item_ids[1]
    page = as_someone("reader").get(f"/meetings/{stage.meeting_id}").text
    assert page.count("Nagekomen stuk") == 2
    assert "De cijfers kwamen vandaag." in page


def test_a_paper_of_an_item_behind_closed_doors_is_so_itself(
    stage: Stage, runtime: Runtime, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        item = get(session, AgendaItem, stage.item_ids[1])
        item.closed = item.confidential = True
    path = f"/meetings/{stage.meeting_id}/agenda/items/{stage.item_ids[1]}/papers"
    assert as_someone("clerk").post(path, data={"files": (BytesIO(b"a"), "Bod.txt")}).status_code == 303
    with runtime.read() as session:
        document = session.scalars(select(Document).where(Document.title == "Bod")).one()
        assert document.closed
        assert document.confidential


def test_an_item_that_is_closed_later_takes_its_papers_along(
    stage: Stage, runtime: Runtime, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        get(session, AgendaItem, stage.item_ids[1]).closed = True
    reader, member = as_someone("reader"), as_someone("Wethouder Leiden 1")
    page = f"/meetings/{stage.meeting_id}"
    # At once no list tells the titles, of the item's topic neither.
    for hidden in ("Van punt Woningbouw", "Van onderwerp Woningbouw"):
        assert hidden not in reader.get(page).text
        assert hidden in member.get(page).text
    number = stage.documents()["Van punt Woningbouw"]
    # Nor has it an address: it does not say so itself yet.
    assert reader.get(f"/documents/{number}/versions/1").status_code == 404
    assert member.get(f"/documents/{number}/versions/1", buffered=True).status_code == 200
    stage.finalise()
    assert reader.get(f"/documents/{number}").status_code == 404
    assert "Besloten vergadering" in member.get(f"/documents/{number}").text
    # The topic's papers belong to the topic, which is open.
    assert reader.get(f"/documents/{stage.documents()['Van onderwerp Woningbouw']}").status_code == 200


@pytest.mark.parametrize("limit", ["closed", "confidential"])
def test_a_paper_that_is_opened_by_itself_stays_with_its_closed_item(
    stage: Stage, runtime: Runtime, as_someone: AsSomeone, limit: str
) -> None:
    with runtime.work() as session:
        item = get(session, AgendaItem, stage.item_ids[1])
        setattr(item, limit, True)
        setattr(item.topic, limit, True)
    numbers = [stage.documents()[f"Van {place} Woningbouw"] for place in ("punt", "onderwerp")]
    for number in numbers:
        for path in (f"/documents/{number}", f"/documents/{number}/versions/1"):
            assert as_someone("reader").get(path).status_code == 404
            assert as_someone("administrator").get(path).status_code == 404
            assert as_someone("Wethouder Leiden 1").get(path, buffered=True).status_code == 200
    with runtime.work() as session:
        # Who prepares the item reads what is not limited for itself.
        get(session, AgendaItem, stage.item_ids[1]).lead_id = stage.world.people["reader"]
        get(session, Topic, stage.topic_ids[1]).official_lead_id = stage.world.people["reader"]
    for number in numbers:
        assert as_someone("reader").get(f"/documents/{number}").status_code == 200


def test_papers_of_an_item_that_leaves_the_agenda_are_not_lost(
    stage: Stage, runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        clerk = world.by(session, "clerk")
        meeting = get(session, Meeting, stage.meeting_id)
        free = agenda_actions.add_free_item(session, meeting, "Mededelingen", 5, clerk, START)
        session.flush()
        paper = stage.of_item(session, None, "Bij de mededelingen")
        session.scalars(
            select(MeetingPaper).where(MeetingPaper.document_id == paper.id)
        ).one().item_id = free.id
        agenda_actions.remove_item(session, free, clerk, START)
        item = next(item for item in meeting.items if item.id == stage.item_ids[1])
        agenda_actions.remove_item(session, item, clerk, START)
    clerk_page = as_someone("clerk")
    assert "Bij de mededelingen" in clerk_page.get(f"/meetings/{stage.meeting_id}").text
    assert "Van punt Woningbouw" in clerk_page.get(f"/topics/{stage.topic_ids[1]}").text
    with runtime.work() as session:
        # Taken back, the item has them again: from its topic.
        meeting = get(session, Meeting, stage.meeting_id)
        agenda_actions.undo(session, meeting, world.by(session, "clerk"), START)
    assert "Van punt Woningbouw" in clerk_page.get(f"/meetings/{stage.meeting_id}").text


def test_many_papers_cost_no_more_queries_than_few(
    stage: Stage, runtime: Runtime, as_someone: AsSomeone
) -> None:
    def asked() -> list[int]:
        numbers = []
        for path in ("", "/agenda", "/papers"):
            with Statements(runtime) as seen:
                assert clerk.get(f"/meetings/{stage.meeting_id}{path}").status_code == 200
            numbers.append(seen.number)
        return numbers

    clerk = as_someone("clerk")
    few = asked()
    with runtime.work() as session:
        for number in range(10):
            stage.of_item(session, 1, f"Nog een stuk {number}")
            stage.of_topic(session, 1, f"Nog een stuk {number}")
    assert asked() == few


def test_papers_are_put_in_order_among_those_of_their_item(
    stage: Stage, runtime: Runtime, as_someone: AsSomeone
) -> None:
    def order() -> list[str]:
        with runtime.read() as session:
            query = (
                select(MeetingPaper)
                .where(MeetingPaper.item_id == stage.item_ids[0])
                .order_by(MeetingPaper.position)
            )
            return [paper.document.title for paper in session.scalars(query)]

    with runtime.read() as session:
        own = select(MeetingPaper).where(MeetingPaper.item_id == stage.item_ids[0])
        first = session.scalars(own.order_by(MeetingPaper.position)).first()
        assert first is not None
    path = f"/meetings/{stage.meeting_id}/papers/{first.id}/move"
    clerk = as_someone("clerk")
    assert clerk.post(path, data={"to": "down"}).status_code == 303
    assert order() == ["Vertrouwelijk bod", "Van punt Warmtenet", "Besloten verslag"]
    clerk.post(path, data={"to": "down"})
    clerk.post(path, data={"to": "down"})
    assert order()[-1] == "Van punt Warmtenet"
    clerk.post(path, data={"to": "up"})
    assert order() == ["Vertrouwelijk bod", "Van punt Warmtenet", "Besloten verslag"]
    assert as_someone("reader").post(path, data={"to": "up"}).status_code == 403


def test_a_cancelled_meeting_takes_no_papers(
    stage: Stage, runtime: Runtime, world: World, as_someone: AsSomeone
) -> None:
    with runtime.work() as session:
        meeting = get(session, Meeting, stage.meeting_id)
        actions.cancel(session, meeting, "IJzel", None, world.by(session, "secretary"), START)
    sent = {"files": (BytesIO(b"a"), "Te laat.txt")}
    answer = as_someone("clerk").post(f"/meetings/{stage.meeting_id}/papers", data=sent)
    assert answer.status_code == 422
    assert "gaat niet door" in answer.text
