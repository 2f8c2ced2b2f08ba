"""Adding papers in a real browser: chosen or dropped, each with its own end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from agenda.app import create_app
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.transports import FolderTransport
from tests.accounts.helpers import sign_in
from tests.conftest import make_config
from tests.documents import files
from tests.support.browser import assert_good_screen, view
from tests.support.live import served
from tests.topics.backlog import added
from tests.world import StandingClock, make_world

pytestmark = pytest.mark.browser
Place = tuple[str, dict[str, Any]]
# A file that a hand drops on the frame.
DROP = """(frame) => {
  const dropped = new DataTransfer();
  dropped.items.add(new File(["a;b"], "gesleept.csv"));
  frame.dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Iterator[Place]:
    """Serve one topic to a clerk, with forms protected as for real; gives the address of its papers."""
    folder = tmp_path_factory.mktemp("papers")
    shutil.copy(migrated_sqlite, folder / "agenda.sqlite")
    config = make_config(folder, f"sqlite:///{folder / 'agenda.sqlite'}")
    sessions = Sessions(config.database_url)
    runtime = Runtime(sessions, StandingClock(), FolderTransport(folder / "mail"), config)
    with runtime.work() as session:
        world = make_world(session)
    topic = added(runtime, world)
    app = create_app(runtime)
    cookie = sign_in(app.test_client(), runtime, world, "clerk").get_cookie("signed-in", domain="localhost")
    with served(app) as address:
        base = address.replace("127.0.0.1", "localhost")
        kept = {"name": "signed-in", "value": cookie.value, "domain": "localhost", "path": "/"}
        rest = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
        yield f"{base}/topics/{topic}/papers", {"cookies": [kept | rest], "origins": []}
    sessions.close()


def choose(page: Page, *sent: tuple[str, bytes]) -> None:
    chosen = [{"name": name, "mimeType": "application/pdf", "buffer": content} for name, content in sent]
    page.locator("input[type=file]").set_input_files(chosen)  # type: ignore[arg-type]


def test_each_file_shows_how_it_ended_and_dropped_ones_come_along(browser: Browser, place: Place) -> None:
    address, state = place
    with view(browser, 320, storage_state=state) as one:
        one.page.goto(address)
        choose(one.page, ("notitie.pdf", files.pdf()), ("brief.pdf", b"<html>"))
        one.page.locator("[data-drop]").evaluate(DROP)
        one.page.get_by_role("button", name="Toevoegen", exact=True).click()
        lines = one.page.locator(".lr-drop__file")
        expect(lines.nth(0)).to_contain_text("toegevoegd")
        expect(lines.nth(1)).to_contain_text("maar de inhoud is HTML")
        expect(lines.nth(2)).to_contain_text("toegevoegd")
        assert_good_screen(one.page)
        # What was added stands in the list at once.
        for title in ("notitie", "gesleept"):
            expect(one.page.get_by_role("link", name=title, exact=True)).to_be_visible()


def test_what_did_not_arrive_stays_chosen_and_is_sent_once_more(browser: Browser, place: Place) -> None:
    address, state = place
    with view(browser, 1280, storage_state=state) as one:
        one.page.goto(address)
        choose(one.page, ("onderweg.pdf", files.pdf()), ("kapot.pdf", b""))
        add = one.page.get_by_role("button", name="Toevoegen", exact=True)
        one.page.context.set_offline(True)
        add.click()
        expect(one.page.locator(".lr-drop__file").nth(1)).to_contain_text("is niet aangekomen")
        one.page.context.set_offline(False)
        add.click()
        lines = one.page.locator(".lr-drop__file")
        expect(lines.nth(0)).to_contain_text("toegevoegd")
        expect(lines.nth(1)).to_contain_text("Het bestand is leeg.")
        expect(one.page.get_by_role("link", name="onderweg", exact=True)).to_be_visible()
        # A refused one would be refused again: it is not chosen any more.
        assert one.page.locator("input[type=file]").evaluate("input => input.files.length") == 0


def test_without_javascript_the_form_does_the_same(browser: Browser, place: Place) -> None:
    address, state = place
    context = browser.new_context(java_script_enabled=False, storage_state=state)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    choose(page, ("zonder.pdf", files.pdf()), ("leeg.pdf", b""))
    page.get_by_role("button", name="Toevoegen", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Het bestand is leeg.")
    expect(page.get_by_role("link", name="zonder", exact=True)).to_be_visible()
    context.close()
