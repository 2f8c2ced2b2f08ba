"""A body gets a rhythm, a date of it becomes a meeting, and a thin meeting is cancelled and put back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from agenda.mail.model import Letter
from agenda.meetings.model import Meeting
from agenda.planner.cadence_queries import running_cadences
from tests.journeys.conftest import Live
from tests.journeys.test_story import agree, sign_in
from tests.support.browser import screenshot, view

pytestmark = pytest.mark.browser

PLANNER, SECRETARY = "Bestuurssecretariaat Leiden", "Secretaris Zoeterwoude"
PATIENCE = 30_000


def the_rhythm_of(page: Page, body: str) -> None:
    page.goto("/planner/")
    page.get_by_role("link", name="Dagen bekijken").click()
    page.get_by_role("link", name=body).click()


def test_the_dates_follow_what_is_filled_in_and_the_keyboard_stays_where_it_is(
    browser: Browser, live: Live
) -> None:
    with view(browser, 1280, base_url=live.address) as one:
        page = one.page
        page.set_default_timeout(PATIENCE)
        sign_in(page, PLANNER)
        the_rhythm_of(page, "Portefeuillehoudersoverleg")
        page.get_by_role("link", name="Ritme wijzigen").click()
        dates = page.locator("#next-dates")
        expect(dates).to_contain_text("donderdag 10 januari 2019, 09.30 uur")
        page.get_by_label("Welke", exact=True).focus()
        page.get_by_label("Welke", exact=True).select_option(label="laatste")
        expect(dates).to_contain_text("donderdag 31 januari 2019, 09.30 uur")
        expect(page.get_by_label("Welke", exact=True)).to_be_focused()
        page.get_by_text("Een eigen regel").click()
        page.get_by_label("Regel", exact=True).fill("FREQ=MONTHLY;BYMONTHDAY=31")
        page.keyboard.press("Tab")
        expect(dates).to_contain_text("die dag is er dan niet: februari 2019")
        expect(page.get_by_label("Start", exact=True)).to_be_focused()
        page.get_by_label("Regel", exact=True).fill("elke donderdag")
        page.keyboard.press("Tab")
        expect(dates).to_contain_text("Deze regel is niet te lezen.")
        page.get_by_role("button", name="Ritme vastleggen").click()
        expect(page.get_by_role("alert")).to_be_focused()
        expect(page.get_by_label("Regel", exact=True)).to_have_value("elke donderdag")


def test_a_date_that_earns_its_place_becomes_a_meeting_with_its_reason(browser: Browser, live: Live) -> None:
    with view(browser, 320, base_url=live.address, javascript=False) as one:
        page = one.page
        page.set_default_timeout(PATIENCE)
        page.goto("/sign-in")
        page.get_by_role("button", name=SECRETARY, exact=True).click()
        the_rhythm_of(page, "Gezamenlijk collegeoverleg")
        page.get_by_role("link", name="Ritme wijzigen").click()
        page.get_by_label("Start", exact=True).fill("13:30")
        page.get_by_role("button", name="Laat zien").click()
        expect(page.locator("#next-dates")).to_contain_text("donderdag 9 mei 2019, 13.30 uur")
        page.get_by_role("button", name="Ritme vastleggen").click()
        expect(page.get_by_text("Het ritme is vastgelegd.")).to_be_visible()
        page.get_by_role("link", name=re.compile(r"Dit overleg plannen.*9 mei 2019, 13\.30")).click()
        expect(page.locator("#day")).to_have_value("2019-05-09")
        page.get_by_role("button", name="Dit overleg plannen").click()
        page.get_by_label("Toelichting").fill("Zes onderwerpen moeten voor de zomer worden behandeld.")
        page.get_by_role("button", name="Dit overleg plannen").click()
        expect(page.get_by_text("Het overleg is gepland.")).to_be_visible()
        the_rhythm_of(page, "Gezamenlijk collegeoverleg")
        expect(page.locator("main").get_by_text("Gepland", exact=True)).to_have_count(1)


def test_a_thin_meeting_is_cancelled_with_open_eyes_and_put_back(browser: Browser, live: Live) -> None:
    with view(browser, 1280, base_url=live.address) as one:
        page = one.page
        page.set_default_timeout(PATIENCE)
        sign_in(page, PLANNER)
        the_rhythm_of(page, "Portefeuillehoudersoverleg")
        screenshot(page, "rhythm-thin")
        page.get_by_role("link", name="Afzeggen bekijken").first.click()
        expect(page.get_by_text("gaat naar Portefeuillehoudersoverleg")).to_be_visible()
        page.get_by_role("button", name="Dit overleg afzeggen").click()
        expect(page.get_by_role("heading", name="Eén overleg afgezegd")).to_be_visible()
        page.get_by_role("button", name="Alles terugdraaien").click()
        agree(page)
        expect(page.get_by_text("Alles is weer zoals het was.")).to_be_visible()


def test_no_letter_and_no_calendar_ever_holds_a_recurrence_rule(live: Live) -> None:
    with live.runtime.read() as session:
        bodies = [meeting.body for meeting in session.scalars(select(Meeting))]
        assert running_cadences(session, bodies)
        letters = session.scalars(select(Letter)).all()
        assert letters
        assert not any(b"RRULE" in letter.content for letter in letters)
