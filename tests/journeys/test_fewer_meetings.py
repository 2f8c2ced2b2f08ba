"""Fourteen planned regional meetings become fewer: the secretary asks, judges, accepts and takes back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from agenda.meetings.model import Meeting
from tests.journeys.conftest import Live
from tests.journeys.test_story import agree, sign_in
from tests.support.browser import screenshot, view

pytestmark = pytest.mark.browser

SECRETARY = "Bestuurssecretariaat Leiden"
PATIENCE = 30_000


def planned(live: Live) -> int:
    """Count the meetings to come."""
    with live.runtime.read() as session:
        to_come = select(func.count(Meeting.id)).where(
            Meeting.cancelled_at.is_(None), Meeting.starts_at > live.runtime.clock()
        )
        return session.scalar(to_come) or 0


def test_fourteen_planned_regional_meetings_become_fewer(browser: Browser, live: Live) -> None:
    before = planned(live)
    assert before >= 14
    with view(browser, 1280, base_url=live.address) as one:
        page = one.page
        page.set_default_timeout(PATIENCE)
        sign_in(page, SECRETARY)
        the_secretary_asks(page)
        saved = the_advice_is_judged(page)
        the_advice_is_accepted(page)
        assert planned(live) == before - saved
        it_is_taken_back(page)
        assert planned(live) == before


def the_secretary_asks(page: Page) -> None:
    page.get_by_role("link", name="Minder overleggen", exact=True).first.click()
    screenshot(page, "fewer-hub")
    page.get_by_role("link", name="Minder overleggen zoeken").click()
    screenshot(page, "fewer-ask")
    page.locator("main").get_by_role("button", name="Zoeken", exact=True).click()
    expect(page.get_by_role("heading", name="Bezig met zoeken naar minder overleggen")).to_be_visible()
    screenshot(page, "fewer-running")


def the_advice_is_judged(page: Page) -> int:
    heading = page.get_by_role("heading", level=1)
    expect(page.get_by_text("Wat het scheelt")).to_be_visible()
    page.reload()
    found = re.fullmatch(r"Van (\d+) naar (\d+) overleggen", heading.inner_text())
    assert found is not None
    saved = int(found[1]) - int(found[2])
    assert saved >= 3
    expect(page.get_by_text("minder kan niet: bewezen").first).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(saved)
    screenshot(page, "fewer-advice")
    page.get_by_label("Onderwerp", exact=True).select_option(index=1)
    page.get_by_label("Naar het overleg").select_option(index=0)
    expect(page.locator("#cost")).to_contain_text("tijd van mensen")
    a_topic_is_dragged(page)
    return saved


def a_topic_is_dragged(page: Page) -> None:
    """Hold a topic over another meeting: the cost stands there; let go beside it: it is gone again."""
    handle, cost = (
        page.get_by_role("button", name=re.compile("^Wat kost het om")).first,
        page.locator("#cost"),
    )
    title = handle.locator("xpath=following-sibling::a").inner_text()
    handle.scroll_into_view_if_needed()
    handle.hover()
    page.mouse.down()
    box = page.locator("[data-cost-meeting]").nth(1).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 80, box["y"] + 20, steps=5)
    expect(cost).to_contain_text(title)
    expect(page.locator(".lr-cost--near")).to_be_visible()
    screenshot(page, "fewer-drag")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".lr-cost--near")).to_have_count(0)
    handle.press("Enter")
    expect(page.get_by_label("Naar het overleg")).to_be_focused()
    assert page.get_by_label("Onderwerp", exact=True).locator("option:checked").inner_text() == title


def the_advice_is_accepted(page: Page) -> None:
    page.get_by_role("button", name="Overnemen wat is aangevinkt …").click()
    screenshot(page, "fewer-accept")
    page.get_by_role("button", name="Overnemen", exact=True).click()
    expect(page.get_by_role("heading", name="Verplaatste onderwerpen")).to_be_visible()
    screenshot(page, "fewer-accepted")


def it_is_taken_back(page: Page) -> None:
    page.get_by_role("button", name="Alles terugdraaien").click()
    agree(page)
    expect(page.get_by_text("Alles is weer zoals het was.")).to_be_visible()
