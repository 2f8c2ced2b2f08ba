"""Deciding about two topics in a real browser, by keyboard, with the guards of every form in place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from agenda.app import create_app
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.transports import FolderTransport
from agenda.people.model import Role
from tests.accounts.helpers import sign_in
from tests.conftest import make_config
from tests.support.browser import assert_good_screen, view
from tests.support.live import served
from tests.topics.likeness.twins import HERE, THERE, seat, twins
from tests.world import StandingClock, make_world

pytestmark = pytest.mark.browser


def press(page: Page, role: str, name: str) -> None:
    """Reach a button or link by its name and press it without a mouse."""
    found = page.get_by_role(role, name=name).first  # type: ignore[arg-type]
    found.focus()
    expect(found).to_be_focused()
    page.keyboard.press("Enter")


def test_two_topics_are_linked_parted_and_merged_by_keyboard_on_a_phone(
    browser: Browser, tmp_path: Path, migrated_sqlite: Path
) -> None:
    shutil.copy(migrated_sqlite, tmp_path / "agenda.sqlite")
    config = make_config(tmp_path, f"sqlite:///{tmp_path / 'agenda.sqlite'}")
    sessions = Sessions(config.database_url)
    runtime = Runtime(sessions, StandingClock(), FolderTransport(tmp_path / "mail"), config)
    with runtime.work() as session:
        world = make_world(session)
    seat(runtime, world, "clerk", Role.CLERK)
    here, there = twins(runtime, world, summary="Lang woord: " + "warmte" * 30)
    app = create_app(runtime)
    cookie = sign_in(app.test_client(), runtime, world, "clerk").get_cookie("signed-in", domain="localhost")
    assert cookie is not None
    with served(app) as address:
        base = address.replace("127.0.0.1", "localhost")
        with view(browser, 320, base_url=base) as one:
            one.page.context.add_cookies([{"name": "signed-in", "value": cookie.value, "url": base}])
            _walk(one.page, here, there)
    sessions.close()


def _walk(page: Page, here: int, there: int) -> None:
    page.goto("/topics/alike")
    press(page, "button", "Koppelen")
    expect(page.get_by_text("De onderwerpen zijn gekoppeld.")).to_be_visible()
    assert_good_screen(page)
    press(page, "link", "Bekijken of ongedaan maken")
    press(page, "button", "Ongedaan maken")
    expect(page.get_by_text("Het besluit is teruggedraaid.")).to_be_visible()
    press(page, "link", f"Laat “{HERE}” doorgaan")
    choice = page.get_by_role("radio", name=THERE)
    choice.focus()
    page.keyboard.press("Space")
    press(page, "button", "Eerst deze keuze tonen")
    expect(page.get_by_role("radio", name=THERE)).to_be_checked()
    assert_good_screen(page)
    press(page, "button", "Samenvoegen")
    expect(page).to_have_url(f"{page.url.partition('/topics')[0]}/topics/{here}")
    expect(page.get_by_role("heading", level=1)).to_have_text(THERE)
    page.get_by_text(f"Geschiedenis van “{THERE}”").click()
    expect(page.get_by_text("sloot het onderwerp af")).to_be_visible()
    assert_good_screen(page)
    page.goto(f"/topics/{there}")
    expect(page.get_by_text("Het is samengevoegd met:")).to_be_visible()
    assert_good_screen(page)
