"""The main steps of the story in a browser that runs no script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Live
from tests.support.browser import view

pytestmark = pytest.mark.browser

PATIENCE = 20_000


def test_a_meeting_is_planned_and_sent_without_javascript(browser: Browser, live: Live) -> None:
    with view(browser, 320, base_url=live.address, javascript=False) as one:
        page = one.page
        page.set_default_timeout(PATIENCE)
        page.goto("/sign-in")
        page.get_by_role("button", name="Secretaris Zoeterwoude", exact=True).click()
        page.get_by_role("link", name=re.compile("^Kies een datum:")).click()
        page.get_by_role("button", name="Kiezen").first.click()
        expect(page.get_by_text("Nog niemand heeft bericht gekregen").first).to_be_visible()
        meeting = page.url
        the_agenda_is_made(page)
        page.get_by_role("link", name="Uitnodigingen versturen").click()
        page.get_by_role("button", name=re.compile("uitnodigingen versturen")).click()
        expect(page.get_by_text("43 uitnodigingen staan klaar")).to_be_visible()
        page.goto(meeting)
        page.get_by_role("button", name="Ik kom", exact=True).click()
        expect(page.get_by_text("Uw antwoord wijzigen")).to_be_visible()
        page.get_by_role("link", name="Dit overleg annuleren").click()
        page.get_by_label("Reden").fill("Code rood.")
        page.get_by_role("button", name="Dit overleg annuleren").click()
        expect(page.get_by_text("Code rood.").first).to_be_visible()


def the_agenda_is_made(page: Page) -> None:
    page.get_by_role("link", name="Agenda opstellen").click()
    page.get_by_role("button", name="Conceptagenda maken").click()
    expect(page.get_by_text("120 van 120 minuten")).to_be_visible()
    names = page.locator("[data-reorder-item]")
    second = names.nth(1).get_attribute("data-reorder-name")
    page.get_by_role("button", name=f"{second} omlaag").click()
    expect(names.nth(2)).to_have_attribute("data-reorder-name", str(second))
    minutes = page.locator(".lr-minutes").nth(3)
    minutes.get_by_role("spinbutton").fill("40")
    minutes.get_by_role("button").click()
    expect(page.get_by_text("te lang").first).to_be_visible()
    page.get_by_role("button", name=re.compile("^Ongedaan maken")).click()
    expect(page.get_by_text("120 van 120 minuten")).to_be_visible()
    page.get_by_role("button", name="Agenda definitief maken").click()
    expect(page.get_by_text("De agenda is definitief.")).to_be_visible()


def test_topics_are_found_without_javascript(browser: Browser, live: Live) -> None:
    with view(browser, 1280, base_url=live.address, javascript=False) as one:
        page = one.page
        page.goto("/sign-in")
        page.get_by_role("button", name="Bestuursadviseur Leiden", exact=True).click()
        page.goto("/topics")
        page.get_by_label("Zoeken", exact=True).fill("woonagenda")
        page.get_by_role("button", name="Tonen").click()
        expect(page).to_have_url(re.compile("q=woonagenda"))
        expect(page.get_by_role("rowheader")).to_have_count(2)
