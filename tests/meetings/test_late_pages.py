"""A final agenda in the browser's hands: late items, withdrawing, versions, and no typed text is lost."""

from __future__ import annotations

import re
from html import unescape

import pytest

from agenda.core.runtime import Runtime
from agenda.meetings import agenda_actions, agenda_final
from agenda.meetings.model import Meeting
from tests.meetings.agenda_world import DURING, clerk, item_of, planned_meeting, titles, topic
from tests.meetings.conftest import AsSomeone
from tests.world import START, StandingClock, World

NASTY = '<script>alert("x")</script> Van der Ven, Zoë'


@pytest.fixture
def meeting_id(runtime: Runtime, world: World) -> int:
    with runtime.work() as session:
        meeting, by = planned_meeting(session, world), clerk(session, world)
        for title in ("Warmterotonde", "Fietsroutes"):
            agenda_actions.add_topic(session, meeting, topic(session, world, title), by, START)
        agenda_final.finalise(session, meeting, by, START)
        topic(session, world, "Spoed in Leiden")
        return meeting.id


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
    assert found is not None
    return found.group(1)


def test_a_late_item_is_added_changed_and_withdrawn_with_plain_forms(
    as_someone: AsSomeone, runtime: Runtime, meeting_id: int
) -> None:
    browser, base = as_someone("clerk"), f"/meetings/{meeting_id}/agenda"
    form = browser.get(f"{base}/late").text
    sent = {"title": NASTY, "minutes": "5", "seen": hidden(form, "seen"), "why": "Dringend", "consent": "Zoë"}
    both = sent | {"topic": re.findall(r'<option value="(\d+)">Spoed in Leiden', form)[0]}
    refused = browser.post(f"{base}/late", data=both)
    assert (refused.status_code, "Dringend" in refused.text) == (422, True)
    assert browser.post(f"{base}/late", data=sent).status_code == 303
    # The agenda is another one by now: what was typed stays, and saving once more is a choice.
    again = browser.post(f"{base}/late", data=sent | {"why": "Ook dringend"})
    assert again.status_code == 409
    assert "Ook dringend" in again.text
    assert hidden(again.text, "seen") != sent["seen"]
    page = browser.get(base)
    assert "<script>alert" not in page.text
    assert "Gewijzigd na definitief: versie 2" in words_of(page.text)
    assert "Nagekomen: Dringend (akkoord als voorzitter: Zoë)" in words_of(page.text)
    with runtime.read() as session:
        meeting = session.get_one(Meeting, meeting_id)
        heat = item_of(meeting, "Warmterotonde")
        assert item_of(meeting, titles(meeting)[4]).number == "4a"
    edit = {"title": "Warmterotonde Zoë", "minutes": "25", "version": heat.version}
    assert browser.post(f"{base}/items/{heat.id}", data=edit).status_code == 422
    assert browser.post(f"{base}/items/{heat.id}", data=edit | {"why": "Cijfers"}).status_code == 303
    stale = browser.post(f"{base}/items/{heat.id}/withdraw", data={"why": "Weg", "version": heat.version})
    assert stale.status_code == 409
    assert ">Weg</textarea>" in stale.text.replace("\r\n", "").replace("\n", "")
    seen = hidden(stale.text, "version")
    assert (
        browser.post(f"{base}/items/{heat.id}/withdraw", data={"why": "Weg", "version": seen}).status_code
        == 303
    )
    compared = words_of(browser.get(f"{base}/versions/compare?old=1&new=4").text)
    assert "3 Warmterotonde Zoë ingetrokken gewijzigd Ingetrokken: Weg" in compared
    assert "Versie 3: Cijfers" in compared
    assert browser.get(f"{base}/versions/9").status_code == 404
    assert "Eerste definitieve agenda" in browser.get(f"{base}/versions").text
    assert "Warmterotonde Zoë" not in browser.get(f"{base}/versions/1").text


def test_on_the_day_the_order_changes_by_a_button_and_numbers_stay(
    as_someone: AsSomeone, clock: StandingClock, meeting_id: int
) -> None:
    browser, base = as_someone("clerk"), f"/meetings/{meeting_id}/agenda"
    assert "data-reorder-item" not in browser.get(base).text
    clock.at = DURING
    browser = as_someone("clerk")
    page = browser.get(base).text
    assert "elk punt houdt zijn nummer" in page
    items = re.findall(r'data-reorder-item="(\d+)"', page)
    moved = browser.post(f"{base}/items/{items[2]}/move", data={"to": "up", "seen": hidden(page, "seen")})
    assert moved.status_code == 303
    shown = words_of(browser.get(base).text)
    assert shown.index("4 Fietsroutes") < shown.index("3 Warmterotonde")
    assert "Ongedaan maken: Fietsroutes op een andere plaats" in shown
    assert "data-reorder-item" not in as_someone("reader").get(base).text


def test_what_comes_late_on_a_draft_is_told_to_go_on_the_draft_before_anything_is_typed(
    as_someone: AsSomeone, runtime: Runtime, world: World, meeting_id: int
) -> None:
    browser, base = as_someone("clerk"), f"/meetings/{meeting_id}/agenda"
    with runtime.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        heat = item_of(meeting, "Warmterotonde").id
        agenda_final.back_to_draft(session, meeting, clerk(session, world), START)
    for path in ("late", f"items/{heat}/withdraw"):
        early = browser.get(f"{base}/{path}")
        assert early.status_code == 409
        assert "De agenda is nog een concept" in early.text
    # Typed while another clerk opened the agenda again: refused, and still in the form.
    typed = browser.post(f"{base}/items/{heat}/withdraw", data={"why": "Nog niet rijp"})
    assert typed.status_code == 409
    assert "Nog niet rijp" in typed.text


def test_a_final_agenda_leads_to_the_papers_of_each_item(as_someone: AsSomeone, meeting_id: int) -> None:
    page = as_someone("clerk").get(f"/meetings/{meeting_id}/agenda").text
    assert re.findall(rf'href="/meetings/{meeting_id}/agenda/items/\d+/papers"', page)
