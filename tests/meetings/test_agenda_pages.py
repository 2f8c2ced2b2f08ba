"""The agenda editor in the browser's hands: every change by a plain form, every refusal in words."""

from __future__ import annotations

import re
from html import unescape

import pytest

from agenda.core.runtime import Runtime
from agenda.meetings import agenda_actions
from agenda.meetings.agenda_steps import fingerprint
from agenda.meetings.model import Meeting
from agenda.topics.model import Purpose
from tests.meetings.agenda_world import clerk, item_of, planned_meeting, titles, topic
from tests.meetings.conftest import AsSomeone
from tests.meetings.counting import Statements
from tests.world import START, World

NASTY = '<script>alert("x")</script> & "Warmte" \'rotonde\''


@pytest.fixture
def meeting_id(runtime: Runtime, world: World) -> int:
    """Plan a meeting with two topics waiting, of which one is drafted."""
    with runtime.work() as session:
        meeting = planned_meeting(session, world)
        topic(session, world, "Warmterotonde", guests=["Gedeputeerde"])
        agenda_actions.draft_agenda(session, meeting, clerk(session, world), START)
        topic(session, world, "Studentenhuisvesting", needs=["stranger"])
        return meeting.id


def now_on(runtime: Runtime, meeting_id: int) -> list[str]:
    with runtime.read() as session:
        return titles(session.get_one(Meeting, meeting_id))


def item_id(runtime: Runtime, meeting_id: int, title: str = "Warmterotonde") -> int:
    with runtime.read() as session:
        return item_of(session.get_one(Meeting, meeting_id), title).id


def seen(runtime: Runtime, meeting_id: int) -> str:
    with runtime.read() as session:
        return fingerprint(session.get_one(Meeting, meeting_id).items)


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_the_page_shows_times_total_and_who_leads(as_someone: AsSomeone, meeting_id: int) -> None:
    page = words_of(as_someone("clerk").get(f"/meetings/{meeting_id}/agenda").text)
    assert "40 van 120 minuten 80 minuten over" in page
    assert "15.40 – 16.00 uur" in page
    assert "trekker nog te bepalen" in page
    assert "Genodigde: Gedeputeerde" in page
    assert "Ongedaan maken: conceptagenda" in page
    assert "Niet aanwezig: stranger." in page


def test_one_click_drafts_and_explains_what_was_left_out(as_someone: AsSomeone, meeting_id: int) -> None:
    answer = as_someone("clerk").post(f"/meetings/{meeting_id}/agenda/draft", follow_redirects=True)
    page = words_of(answer.text)
    assert "Conceptagenda met één onderwerp gemaakt" in page
    assert "Iemand die nodig is, is er niet (1) Studentenhuisvesting Niet aanwezig: stranger." in page


def test_everything_can_be_done_with_plain_forms(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    browser, base = as_someone("secretary"), f"/meetings/{meeting_id}/agenda"
    heat = item_id(runtime, meeting_id)
    assert browser.post(f"{base}/items", data={"title": "Welkom", "minutes": "10"}).status_code == 303
    assert now_on(runtime, meeting_id)[2:4] == ["Warmterotonde", "Welkom"]
    moved = browser.post(f"{base}/items/{heat}/move", data={"to": "down", "seen": seen(runtime, meeting_id)})
    assert moved.status_code == 303
    assert now_on(runtime, meeting_id)[2:4] == ["Welkom", "Warmterotonde"]
    assert "Ongedaan maken: Warmterotonde omlaag" in browser.get(base).text
    assert browser.post(f"{base}/undo").status_code == 303
    assert now_on(runtime, meeting_id)[2:4] == ["Warmterotonde", "Welkom"]
    browser.post(f"{base}/items/{heat}/minutes", data={"minutes": "100"})
    assert "10 minuten te lang" in words_of(browser.get(base).text)
    browser.post(f"{base}/items/{heat}/remove")
    assert "Warmterotonde" not in now_on(runtime, meeting_id)


def test_a_topic_is_added_from_the_list_beside_the_agenda(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    with runtime.work() as session:
        wanted = topic(session, world, "Fietsroutes").id
    browser, base = as_someone("clerk"), f"/meetings/{meeting_id}/agenda"
    assert "Fietsroutes" in browser.get(f"{base}?q=FIETS").text
    assert "Fietsroutes" not in browser.get(f"{base}?q=warmte").text
    browser.post(f"{base}/topics", data={"topic": wanted})
    assert "Fietsroutes" in now_on(runtime, meeting_id)
    assert browser.post(f"{base}/topics", data={"topic": wanted}).status_code == 409
    assert browser.post(f"{base}/topics", data={"topic": "zomaar"}).status_code == 404


def test_a_dragged_order_arrives_as_numbers(as_someone: AsSomeone, runtime: Runtime, meeting_id: int) -> None:
    browser = as_someone("clerk")
    with runtime.read() as session:
        middle = [item.id for item in session.get_one(Meeting, meeting_id).items[1:-1]]
    order = {"order": middle[::-1], "seen": seen(runtime, meeting_id)}
    assert browser.post(f"/meetings/{meeting_id}/agenda/order", data=order).status_code == 303
    assert now_on(runtime, meeting_id)[1:-1] == [
        "Rondvraag",
        "Warmterotonde",
        "Verslag van het vorige overleg",
    ]


def test_the_second_editor_is_told_and_sees_the_agenda_as_it_is(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    first, second = as_someone("secretary"), as_someone("clerk")
    base, heat = f"/meetings/{meeting_id}/agenda", item_id(runtime, meeting_id)
    old = {"seen": seen(runtime, meeting_id), "version": "1"}
    first.post(f"{base}/items/{heat}/minutes", data={"minutes": "35"})
    for path, data in (
        (f"{base}/items/{heat}/minutes", {"minutes": "5"}),
        (f"{base}/items/{heat}/move", {"to": "up"}),
        (f"{base}/items/{heat}/remove", {}),
        (f"{base}/draft", {}),
    ):
        answer = second.post(path, data=old | data)
        assert answer.status_code == 409
        page = words_of(answer.text)
        assert "Iemand anders heeft deze agenda intussen gewijzigd" in page
        assert 'value="35"' in answer.text
    first.post(f"{base}/items/{heat}/remove")
    assert second.post(f"{base}/items/{heat}/minutes", data={"minutes": "5"}).status_code == 409


def test_two_versions_of_an_item_stand_side_by_side(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    browser, heat = as_someone("clerk"), item_id(runtime, meeting_id)
    address = f"/meetings/{meeting_id}/agenda/items/{heat}"
    version = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(address).text)
    assert version is not None
    form = {"title": "Warmte", "minutes": "20", "purpose": "deliberate", "treatment": "discussion"}
    as_someone("secretary").post(address, data=form | {"title": "Warmterotonde fase 2"})
    answer = browser.post(address, data=form | {"version": version[1]})
    assert answer.status_code == 409
    page = words_of(answer.text)
    assert "Titel Warmte Warmterotonde fase 2" in page
    saved = re.search(r'name="version"[^>]*value="(\d+)"', answer.text)
    assert saved is not None
    assert browser.post(address, data=form | {"version": saved[1]}).status_code == 303
    assert "Warmte" in now_on(runtime, meeting_id)


def test_an_item_keeps_a_long_text_and_shows_markup_as_text(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    browser, heat = as_someone("clerk"), item_id(runtime, meeting_id)
    address = f"/meetings/{meeting_id}/agenda/items/{heat}"
    lead = world.people["Wethouder Leiden 1"]
    form = {"title": NASTY, "minutes": "20", "purpose": "decide", "treatment": "consent", "lead": lead}
    long = "é" * 5_000
    assert browser.post(address, data=form | {"requested_decision": long}).status_code == 303
    with runtime.read() as session:
        item = item_of(session.get_one(Meeting, meeting_id), NASTY)
        assert (item.requested_decision, item.lead_id, item.purpose) == (long, lead, Purpose.DECIDE)
    for page in (browser.get(f"/meetings/{meeting_id}/agenda").text, browser.get(address).text):
        assert "<script>alert" not in page
        assert NASTY in unescape(page)
    assert browser.post(address, data=form | {"requested_decision": long + "é"}).status_code == 422
    assert browser.post(address, data=form | {"lead": world.people["stranger"]}).status_code == 422
    assert browser.post(address, data=form | {"title": "x" * 201}).status_code == 422


def test_what_is_missing_is_named_with_the_way_to_mend_it(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    with runtime.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        decision = topic(session, world, "Woonagenda", purpose=Purpose.DECIDE)
        item = agenda_actions.add_topic(session, meeting, decision, clerk(session, world), START)
        number = item.id
    browser = as_someone("clerk")
    page = browser.get(f"/meetings/{meeting_id}/agenda").text
    assert "Woonagenda: wie is trekker van dit besluit?" in page
    assert f'href="/meetings/{meeting_id}/agenda/items/{number}"' in page
    refused = browser.post(f"/meetings/{meeting_id}/agenda/final")
    assert refused.status_code == 409
    assert "De agenda kan nog niet definitief worden" in refused.text


def test_a_final_agenda_is_read_until_it_is_opened_again(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    browser, base = as_someone("clerk"), f"/meetings/{meeting_id}/agenda"
    assert "De agenda is definitief." in browser.post(f"{base}/final", follow_redirects=True).text
    page = browser.get(base).text
    assert "Agenda heropenen" in page
    assert "Conceptagenda maken" not in page
    assert browser.post(f"{base}/draft").status_code == 409
    browser.post(f"{base}/reopen")
    assert "Conceptagenda maken" in browser.get(base).text


def test_before_final_is_said_how_many_people_get_the_agenda(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    browser, base = as_someone("clerk"), f"/meetings/{meeting_id}/agenda"
    assert "krijgen de agenda" not in browser.get(base).text
    with runtime.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        meeting.confirmed_at = START
        number = sum(attendee.removed_at is None for attendee in meeting.attendees)
    assert f'data-confirm="{number} mensen krijgen de agenda."' in browser.get(base).text


@pytest.mark.parametrize("who", ["Wethouder Leiden 1", "reader", "administrator"])
def test_others_read_the_agenda_and_cannot_change_it(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int, who: str
) -> None:
    browser, base = as_someone(who), f"/meetings/{meeting_id}/agenda"
    heat = item_id(runtime, meeting_id)
    page = browser.get(base)
    assert page.status_code == 200
    assert "Warmterotonde" in page.text
    assert f"{base}/" not in page.text
    for path in every_change(heat):
        assert browser.post(f"{base}/{path}").status_code in (403, 422)
    assert browser.get(f"{base}/items/{heat}").status_code == 403
    assert "Warmterotonde" in now_on(runtime, meeting_id)


@pytest.mark.parametrize("who", ["outsider", "stranger"])
def test_for_another_body_there_is_no_such_agenda(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int, who: str
) -> None:
    browser, base = as_someone(who), f"/meetings/{meeting_id}/agenda"
    heat = item_id(runtime, meeting_id)
    assert browser.get(base).status_code == 404
    assert browser.get(f"{base}/items/{heat}").status_code == 404
    for path in every_change(heat):
        assert browser.post(f"{base}/{path}").status_code == 404


def every_change(item: int) -> list[str]:
    of_item = [f"items/{item}/{verb}" for verb in ("remove", "move", "minutes")]
    return [*of_item, f"items/{item}", "items", "draft", "topics", "order", "undo", "final", "reopen"]


@pytest.mark.parametrize("minutes", ["", "-5", "481", "veel", "1e9", "99999999999999999999"])
def test_minutes_that_are_none_are_refused_in_words(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int, minutes: str
) -> None:
    browser, heat = as_someone("clerk"), item_id(runtime, meeting_id)
    answer = browser.post(f"/meetings/{meeting_id}/agenda/items/{heat}/minutes", data={"minutes": minutes})
    assert answer.status_code == 422
    assert "Een agendapunt duurt tussen 0 en 480 minuten." in answer.text
    free = browser.post(f"/meetings/{meeting_id}/agenda/items", data={"title": "Welkom", "minutes": minutes})
    assert free.status_code == 422


def test_english_readers_get_the_editor_in_english(as_someone: AsSomeone, meeting_id: int) -> None:
    browser = as_someone("clerk")
    browser.set_cookie("language", "en")
    page = words_of(browser.get(f"/meetings/{meeting_id}/agenda").text)
    assert "Make a draft agenda" in page
    assert "Undo: draft agenda" in page


def test_the_page_asks_as_many_queries_with_many_topics_as_with_few(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    browser, base = as_someone("clerk"), f"/meetings/{meeting_id}/agenda"
    counted = []
    for number in (5, 700):
        with runtime.work() as session:
            first = topic(session, world, f"Eerste van {number}")
            for one in range(number):
                topic(
                    session,
                    world,
                    f"Onderwerp {number}.{one}",
                    needs=["wonen", "Wethouder Leiden 1"],
                    guests=["Gedeputeerde"],
                    predecessor_id=first.id if one % 2 else None,
                )
        browser.get(base)
        with Statements(runtime) as statements:
            assert browser.get(base).status_code == 200
        counted.append(statements.number)
    assert counted[0] == counted[1]


def test_the_topics_own_page_tells_who_put_it_on_which_agenda(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    with runtime.read() as session:
        (topic_id,) = [item.topic_id for item in session.get_one(Meeting, meeting_id).items if item.topic_id]
    page = words_of(as_someone("reader").get(f"/topics/{topic_id}").text)
    assert "clerk zette het onderwerp op een agenda" in page
    assert "14 februari 2019" in page
