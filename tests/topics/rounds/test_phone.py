"""An alderman answers on a telephone: one tap, without signing in, with the keyboard as well."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from agenda.core.runtime import Runtime
from agenda.topics.round_model import RoundVoter, Said, WrittenRound
from tests.support.browser import assert_good_screen, view
from tests.support.live import served
from tests.topics.rounds.rounds_world import link_of, opened, told
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def said(runtime: Runtime, voter: int) -> tuple[Said | None, str]:
    with runtime.read() as session:
        kept = session.get_one(RoundVoter, voter)
        return kept.said, kept.reason


def test_one_tap_consents_another_changes_it_and_a_wish_to_discuss_asks_why(
    runtime: Runtime, world: World, app: Flask, browser: Browser
) -> None:
    number = opened(runtime, world)
    told(runtime)
    with runtime.read() as session:
        voter = session.get_one(WrittenRound, number).voters[0]
        link = link_of(runtime, voter)
    with served(app) as address:
        # The name that the settings know this server by.
        here = address.replace("127.0.0.1", "localhost")
        _answers(runtime, browser, here + link, voter.id)


def _answers(runtime: Runtime, browser: Browser, link: str, voter: int) -> None:
    with view(browser, 320) as one:
        page = one.page
        page.goto(link)
        page.get_by_role("button", name="Hamer").click()
        expect(page.get_by_text("U kunt het wijzigen tot en met dinsdag 8 januari 2019")).to_be_visible()
        assert said(runtime, voter) == (Said.CONSENT, "")
        page.get_by_role("button", name="Bespreken").click()
        why = page.get_by_label("Waarom het besproken moet worden")
        expect(why).to_be_focused()
        expect(page.get_by_text("Schrijf op waarom u dit wilt bespreken")).to_be_visible()
        assert_good_screen(page)
        assert said(runtime, voter) == (Said.CONSENT, "")
        why.fill("Wat kost het?")
        why.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Bespreken")).to_have_attribute("aria-pressed", "true")
        assert said(runtime, voter) == (Said.DISCUSS, "Wat kost het?")
        assert_good_screen(page)
