"""Whoever plans sees what a length costs while typing it, and puts a topic on a meeting that has room."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Live
from tests.journeys.test_story import sign_in
from tests.support.browser import assert_good_screen, screenshot, view

pytestmark = pytest.mark.browser


def test_a_topic_goes_on_a_meeting_with_room_instead_of_a_new_one(browser: Browser, live: Live) -> None:
    with view(browser, 320, base_url=live.address) as one:
        page = one.page
        sign_in(page, "Secretaris Zoeterwoude")
        page.goto("/topics?q=Warmterotonde")
        page.get_by_role("link", name="Warmterotonde", exact=True).first.click()
        page.get_by_role("link", name="Overleg zoeken of plannen voor dit onderwerp").click()
        minutes = page.get_by_label("Duur in minuten")
        minutes.fill("45")
        cost = page.locator("#cost")
        expect(cost).to_have_text("Deze duur kost 31 uur en 30 minuten tijd van mensen, zonder reistijd.")
        expect(minutes).to_be_focused()
        screenshot(page, "gate-topic")
        assert_good_screen(page)
        page.get_by_role("button", name="Zet onderwerp op dit overleg").first.click()
        expect(page.get_by_text("Warmterotonde").first).to_be_visible()
        assert page.url.endswith("/agenda")
