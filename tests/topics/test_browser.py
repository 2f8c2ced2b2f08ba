"""The backlog in a real browser: readable at every width, and following what is typed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from agenda.app import create_app
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.transports import FolderTransport
from agenda.topics import actions
from agenda.topics.rules import Link
from tests.accounts.helpers import sign_in
from tests.conftest import make_config
from tests.support.browser import assert_good_light_and_dark, assert_good_screen, each_view, view
from tests.support.live import served
from tests.topics.backlog import add
from tests.world import START, StandingClock, World, make_world

pytestmark = pytest.mark.browser
Place = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Place]:
    """Serve a backlog of three topics, and give its address with a browser state signed in as clerk."""
    folder = tmp_path_factory.mktemp("topics")
    shutil.copy(migrated_sqlite, folder / "agenda.sqlite")
    config = make_config(folder, f"sqlite:///{folder / 'agenda.sqlite'}")
    sessions = Sessions(config.database_url)
    runtime = Runtime(sessions, StandingClock(), FolderTransport(folder / "mail"), config)
    with runtime.work() as session:
        world = make_world(session)
        _fill(session, world)
    app = create_app(runtime)
    cookie = sign_in(app.test_client(), runtime, world, "clerk").get_cookie("signed-in", domain="localhost")
    with served(app) as address:
        base = address.replace("127.0.0.1", "localhost")
        kept = {"name": "signed-in", "value": cookie.value, "domain": "localhost", "path": "/"}
        rest = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
        yield base, {"cookies": [kept | rest], "origins": []}
    sessions.close()


def _fill(session: Any, world: World) -> None:
    first = add(
        session, world, "Een onderwerp met een naam die op een telefoon over meer dan één regel loopt",
        summary="Eerste regel\nTweede regel", deadline=date(2018, 12, 1), intensified=True,
        focus_area_id=world.focus_areas["Wonen en groen"], links=(Link("Visie", "https://a.example"),),
        guests=(world.people["Gedeputeerde"],), needed_portfolios=("wonen",),
    )  # fmt: skip
    add(session, world, "Van der Ven, Zoë", lead_id=world.people["Gedeputeerde"], predecessor_id=first.id)
    gone = add(session, world, "Ingetrokken onderwerp")
    actions.withdraw(session, gone, "Het is opgelost", None, world.by(session, "clerk"), START)


@pytest.mark.parametrize(
    "path",
    [
        "/topics",
        "/topics?q=zo%C3%AB&state=all&lead=ended",
        "/topics?view=focus",
        "/topics?q=niets",
        "/topics/1",
        "/topics/2",
        "/topics/3",
        "/topics/1/edit",
        "/topics/1/withdraw",
        "/topics/new",
        "/",
    ],
)
def test_each_screen_is_good_at_every_width_in_light_and_dark(
    browser: Browser, place: Place, path: str
) -> None:
    base, state = place
    for seen in each_view(
        browser, base_url=base, storage_state=state, widths=(1280, 320), schemes=("light",)
    ):
        assert seen.page.goto(path).ok
        assert_good_light_and_dark(seen.page)


def test_the_list_follows_what_is_typed_and_the_address_with_it(browser: Browser, place: Place) -> None:
    base, state = place
    with view(browser, base_url=base, storage_state=state) as seen:
        page = seen.page
        page.goto("/topics")
        rows = page.locator("#found tbody tr")
        expect(rows).to_have_count(2)
        page.locator("#f-q").press_sequentially("zoe", delay=20)
        expect(rows).to_have_count(1)
        expect(page).to_have_url(f"{base}/topics?q=zoe")
        expect(page.locator("#f-q")).to_be_focused()
        page.select_option("#f-state", "withdrawn")
        expect(page.get_by_text("Niets gevonden")).to_be_visible()
        page.go_back()
        expect(page.locator("#found tbody tr")).to_have_count(1)
        _take_away_the_search(page)
        expect(page.locator("#found tbody tr")).to_have_count(2)
        assert_good_screen(page)


def _take_away_the_search(page: Page) -> None:
    page.get_by_role("link", name="Filter verwijderen: Zoeken").click()


def test_the_list_is_filtered_without_javascript_too(browser: Browser, place: Place) -> None:
    base, state = place
    with view(browser, base_url=base, storage_state=state, javascript=False) as seen:
        page = seen.page
        page.goto("/topics")
        page.fill("#f-q", "zoë")
        page.get_by_role("button", name="Tonen").click()
        expect(page).to_have_url(f"{base}/topics?q=zo%C3%AB")
        expect(page.locator("#found tbody tr")).to_have_count(1)
