"""Finding a date by keyboard alone, and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from agenda.meetings.model import Meeting
from tests.journeys.conftest import Live
from tests.support.browser import assert_good_screen, screenshot, view

pytestmark = pytest.mark.browser
SECRETARY = "Secretaris Zoeterwoude"


@pytest.fixture
def place(live: Live) -> str:
    """Where a date is chosen for the meeting in Zoeterwoude."""
    with live.runtime.read() as session:
        meeting = session.scalars(select(Meeting).where(Meeting.starts_at.is_(None))).one()
        return f"/meetings/{meeting.id}/date"


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name=SECRETARY, exact=True).click()
    page.wait_for_url("**/")


def test_moments_are_ticked_a_day_is_looked_at_and_all_go_into_one_poll_without_scripts(
    browser: Browser, live: Live, place: str
) -> None:
    with view(browser, 320, base_url=live.address, javascript=False) as one:
        page = one.page
        sign_in(page)
        page.goto(place)
        proposals = page.get_by_role("checkbox", name=re.compile("datumprikker"))
        for number in (0, 1):
            proposals.nth(number).check()
        page.get_by_role("button", name=re.compile(r"^14 ?: 42 van 42 kunnen")).click()
        expect(page.get_by_role("heading", name="donderdag 14 februari 2019")).to_be_visible()
        expect(page.locator("input[name=slot]:checked")).to_have_count(2)
        page.get_by_role("checkbox", name=re.compile(r"datumprikker: 14\.00 uur")).check()
        page.get_by_role("button", name="Datumprikker met deze momenten").click()
        expect(page).to_have_url(re.compile(r"/poll/new\?"))
        expect(page.get_by_text("donderdag 14 februari 2019, 14.00").first).to_be_visible()


def test_a_date_is_found_and_set_by_keyboard_alone(browser: Browser, live: Live, place: str) -> None:
    with view(browser, 1280, base_url=live.address) as one:
        page = one.page
        sign_in(page)
        page.goto(place)
        day = page.get_by_role("button", name=re.compile(r"^14 ?: 42 van 42 kunnen"))
        day.focus()
        page.keyboard.press("Enter")
        hours = page.locator("#hours-of-day")
        expect(hours).to_be_focused()
        assert_good_screen(page)
        screenshot(page, "date-day-keyboard")
        page.keyboard.press("Tab")
        chosen = page.locator("*:focus")
        expect(chosen).to_have_text(re.compile(r"^09\.00$"))
        page.keyboard.press("Enter")
        expect(page.get_by_text("Nog niemand heeft bericht gekregen")).to_be_visible()
        expect(page.locator("main").get_by_text("donderdag 14 februari 2019, 09.00").first).to_be_visible()
