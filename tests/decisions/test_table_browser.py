"""The table in a real browser: nothing that was typed is lost, keys move it, and the big screen follows."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from agenda.app import create_app
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.decisions.model import Decision
from agenda.mail.transports import FolderTransport
from agenda.meetings import table_clock
from agenda.meetings.model import Meeting
from agenda.meetings.table_model import TableNote
from tests.accounts.helpers import sign_in
from tests.conftest import make_config
from tests.meetings.planning import VALENTINE, confirmed, put_on_agenda, topic
from tests.support.browser import assert_good_screen, screenshot, view
from tests.support.live import served
from tests.world import StandingClock, World, make_world

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pytestmark = pytest.mark.browser
PATIENCE = 15_000


class Door:
    """The product behind a door that can be shut for notes, while pages come as ever.

    Not in the browser: what a page sends while it is left goes past every route of Playwright.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app
        self.shut = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.shut and environ["PATH_INFO"].endswith("/note"):
            start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b""]
        return self.app(environ, start_response)


@dataclass
class Room:
    """A meeting that is going on, with a browser state for each who notes."""

    address: str
    runtime: Runtime
    world: World
    meeting_id: int
    items: list[int]
    states: dict[str, Any]
    door: Door

    @property
    def table(self) -> str:
        return f"/meetings/{self.meeting_id}/table"

    def notes(self) -> list[tuple[str, str]]:
        with self.runtime.read() as session:
            query = select(TableNote).order_by(TableNote.item_id)
            return [(one.decision, one.remarks) for one in session.scalars(query)]

    def treat(self, number: int) -> None:
        """Put an item on the table, from another browser."""
        with self.runtime.work() as session:
            item = next(
                one for one in session.get_one(Meeting, self.meeting_id).items if one.id == self.items[number]
            )
            table_clock.put_on_table(session, item, self.world.by(session, "clerk"), self.runtime.clock())

    @contextmanager
    def page(self, browser: Browser, who: str = "clerk", width: int = 1280) -> Iterator[Page]:
        with view(browser, width, base_url=self.address, storage_state=self.states[who]) as one:
            one.page.set_default_timeout(PATIENCE)
            yield one.page


@pytest.fixture
def room(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Room]:
    shutil.copy(migrated_sqlite, tmp_path / "agenda.sqlite")
    config = make_config(tmp_path, f"sqlite:///{tmp_path / 'agenda.sqlite'}")
    sessions = Sessions(config.database_url)
    runtime = Runtime(sessions, StandingClock(VALENTINE), FolderTransport(tmp_path / "mail"), config)
    with runtime.work() as session:
        world = make_world(session)
        meeting = confirmed(session, world)
        titles = ("Warmterotonde", "Van der Ven, Zoë: woonagenda")
        items = [put_on_agenda(session, meeting, topic(session, world, title)).id for title in titles]
        meeting_id = meeting.id
    app = create_app(runtime)
    door = Door(app)
    with served(door) as address:
        base = address.replace("127.0.0.1", "localhost")
        states = {}
        for who in ("clerk", "secretary"):
            client = app.test_client()
            kept = sign_in(client, runtime, world, who).get_cookie("signed-in", domain="localhost")
            cookie = {"name": "signed-in", "value": kept.value, "domain": "localhost", "path": "/"}
            rest = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
            states[who] = {"cookies": [cookie | rest], "origins": []}
        yield Room(base, runtime, world, meeting_id, items, states, door)
    sessions.close()


def status(page: Page) -> Any:
    return page.locator("[data-note-status]")


def offline(page: Page, is_so: bool) -> None:
    context: BrowserContext = page.context
    context.set_offline(is_so)


def emptied(page: Page) -> bool:
    """Wait until nothing is kept on the device any more; the page lets no text be run as code."""
    for _time in range(PATIENCE // 100):
        if page.evaluate("localStorage.length") == 0:
            return True
        page.wait_for_timeout(100)
    return False


def test_a_look_from_before_a_note_was_saved_does_not_bring_the_words_from_before_back(
    browser: Browser, room: Room
) -> None:
    looks: list[tuple[Route, APIResponse]] = []

    def keep_waiting(route: Route) -> None:
        if looks or route.request.resource_type != "fetch" or route.request.method != "GET":
            route.continue_()
        else:
            looks.append((route, route.fetch()))

    with room.page(browser) as page:
        page.goto(f"{room.table}?item={room.items[0]}")
        page.get_by_label("Besluit of afspraak").fill("Eerst.")
        expect(status(page)).to_have_text("Bewaard om 15.30 uur")
        page.route("**/table*", keep_waiting)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.get_by_label("Opmerkingen")).to_have_value("")
        page.get_by_label("Opmerkingen").fill("Daarna.")
        page.get_by_label("Besloten", exact=True).check()
        expect(status(page)).to_have_text("Bewaard om 15.30 uur")
        assert room.notes() == [("Eerst.", "Daarna.")]
        # Nothing on the page is in use, so that a look may renew it.
        page.get_by_role("heading", name="Aan tafel").click()
        with page.expect_response(lambda answer: answer.request == looks[0][0].request):
            looks[0][0].fulfill(response=looks[0][1])
        page.wait_for_function("() => new Promise((done) => setTimeout(() => done(true), 100))")
        # At once: the next look would mend it.
        assert page.get_by_label("Opmerkingen").input_value() == "Daarna."
        page.get_by_role("button", name="Vastleggen").click()
        expect(page.get_by_role("button", name="Uitkomst terugnemen")).to_be_visible()


def test_what_is_typed_without_a_connection_is_kept_and_sent_in_order_once_it_is_back(
    browser: Browser, room: Room
) -> None:
    with room.page(browser) as page:
        page.goto(f"{room.table}?item={room.items[0]}")
        page.get_by_label("Besluit of afspraak").fill("Met verbinding.")
        expect(status(page)).to_have_text("Bewaard om 15.30 uur")
        assert room.notes() == [("Met verbinding.", "")]
        offline(page, True)
        page.get_by_label("Besluit of afspraak").fill("Zonder verbinding.")
        expect(status(page)).to_have_text("Niet verbonden, bewaard op dit apparaat")
        screenshot(page, "table-offline")
        page.get_by_role("button", name="Vastleggen").click()
        expect(status(page)).to_contain_text("vastleggen kan weer")
        page.get_by_label("Opmerkingen").fill("Ook dit nog.")
        assert room.notes() == [("Met verbinding.", "")]
        offline(page, False)
        expect(status(page)).to_have_text("Bewaard om 15.30 uur")
        assert room.notes() == [("Zonder verbinding.", "Ook dit nog.")]
        assert page.evaluate("localStorage.length") == 0
        page.get_by_label("Besloten", exact=True).check()
        page.get_by_role("button", name="Vastleggen").click()
        expect(page.get_by_role("button", name="Uitkomst terugnemen")).to_be_visible()
        with room.runtime.read() as session:
            assert session.scalars(select(Decision.text)).all() == ["Zonder verbinding."]


def test_one_press_records_what_was_saved_before(browser: Browser, room: Room) -> None:
    with room.page(browser) as page:
        page.goto(f"{room.table}?item={room.items[0]}")
        page.get_by_label("Besluit of afspraak").fill("Rustig opgeschreven.")
        page.get_by_label("Besloten", exact=True).check()
        expect(status(page)).to_have_text("Bewaard om 15.30 uur")
        assert emptied(page)
        page.get_by_role("button", name="Vastleggen").click()
        expect(page.get_by_role("button", name="Uitkomst terugnemen")).to_be_visible()
        with room.runtime.read() as session:
            assert session.scalars(select(Decision.text)).all() == ["Rustig opgeschreven."]


def test_a_reload_or_a_crash_brings_the_unsent_text_of_every_item_back(browser: Browser, room: Room) -> None:
    with room.page(browser) as page:
        room.door.shut = True
        for number, text in enumerate(("Van het eerste punt.", "Van het tweede punt.")):
            page.goto(f"{room.table}?item={room.items[number]}")
            page.get_by_label("Opmerkingen").fill(text)
        state = page.context.storage_state()
    assert room.notes() == []
    room.door.shut = False
    with view(browser, 1280, base_url=room.address, storage_state=state) as one:
        one.page.goto(f"{room.table}?item={room.items[0]}")
        expect(one.page.get_by_label("Opmerkingen")).to_have_value("Van het eerste punt.")
        expect(status(one.page)).to_have_text("Bewaard om 15.30 uur")
        assert emptied(one.page)
    assert room.notes() == [("", "Van het eerste punt."), ("", "Van het tweede punt.")]


def test_a_change_whose_answer_was_lost_is_neither_lost_nor_held_for_somebody_elses(
    browser: Browser, room: Room
) -> None:
    with room.page(browser) as page:
        lost = []

        def lose_the_answer(route: Route) -> None:
            if not lost:
                lost.append(route.fetch())
                route.abort()
            else:
                route.continue_()

        page.route("**/note", lose_the_answer)
        page.goto(f"{room.table}?item={room.items[0]}")
        page.get_by_label("Opmerkingen").fill("Aangekomen zonder antwoord.")
        expect(status(page)).to_have_text("Niet verbonden, bewaard op dit apparaat")
        assert room.notes() == [("", "Aangekomen zonder antwoord.")]
        page.get_by_label("Opmerkingen").fill("Aangekomen zonder antwoord, en verder getypt.")
        expect(status(page)).to_have_text("Bewaard om 15.30 uur")
        expect(page.get_by_text("Intussen gewijzigd")).to_have_count(0)
        assert room.notes() == [("", "Aangekomen zonder antwoord, en verder getypt.")]


def test_two_who_type_at_once_see_both_texts_and_choose(browser: Browser, room: Room) -> None:
    address = f"{room.table}?item={room.items[0]}"
    with room.page(browser) as mine, room.page(browser, "secretary") as theirs:
        mine.goto(address)
        theirs.goto(address)
        theirs.get_by_label("Besluit of afspraak").fill("Van de secretaris.")
        expect(status(theirs)).to_have_text("Bewaard om 15.30 uur")
        mine.get_by_label("Besluit of afspraak").fill("Van de <b>adviseur</b>.")
        expect(mine.get_by_text("Intussen gewijzigd")).to_be_visible()
        expect(mine.get_by_role("cell", name="Van de secretaris.")).to_be_visible()
        expect(mine.get_by_role("cell", name="Van de <b>adviseur</b>.")).to_be_visible()
        screenshot(mine, "table-conflict")
        assert_good_screen(mine)
        assert room.notes() == [("Van de secretaris.", "")]
        mine.get_by_role("button", name="Mijn tekst bewaren").click()
        expect(status(mine)).to_have_text("Bewaard om 15.30 uur")
        assert room.notes() == [("Van de <b>adviseur</b>.", "")]
        theirs.get_by_label("Opmerkingen").fill("Nog iets.")
        expect(theirs.get_by_text("Intussen gewijzigd")).to_be_visible()
        theirs.get_by_role("button", name="Tekst van de ander overnemen").click()
        expect(theirs.get_by_label("Besluit of afspraak")).to_have_value("Van de <b>adviseur</b>.")
        expect(theirs.get_by_text("Intussen gewijzigd")).to_have_count(0)
        assert theirs.evaluate("localStorage.length") == 0


def test_a_half_typed_line_beside_the_notes_outlives_what_others_save(browser: Browser, room: Room) -> None:
    address = f"{room.table}?item={room.items[0]}"
    with room.page(browser) as mine, room.page(browser, "secretary") as theirs:
        mine.goto(address)
        mine.get_by_text("Wie niet meedoet aan dit punt").click()
        mine.get_by_label("Welk belang").fill("Woont naast")
        mine.get_by_label("Welk belang").blur()
        theirs.goto(address)
        theirs.get_by_label("Besluit of afspraak").fill("Van de secretaris.")
        expect(status(theirs)).to_have_text("Bewaard om 15.30 uur")
        # The table looks at the server every eight seconds.
        expect(mine.locator("#table-list")).to_contain_text("genoteerd, niet vastgelegd", timeout=PATIENCE)
        expect(mine.get_by_label("Welk belang")).to_have_value("Woont naast")
        mine.get_by_role("button", name="Doet niet mee aan dit punt").click()
        expect(mine.get_by_label("Besluit of afspraak")).to_have_value("Van de secretaris.")
        expect(mine.get_by_role("listitem").filter(has_text="Woont naast")).to_be_visible()


def test_keys_move_the_table_and_leave_what_is_typed_alone(browser: Browser, room: Room) -> None:
    with room.page(browser) as page:
        page.goto(room.table)
        page.keyboard.press("Space")
        now, heading = page.locator("#table-now"), page.locator("#table-now-title")
        expect(heading).to_contain_text("1. Opening")
        expect(now.get_by_role("button", name="Klok stilzetten")).to_be_visible()
        page.keyboard.press("n")
        expect(heading).to_contain_text("2. Verslag van het vorige overleg")
        page.get_by_label("Opmerkingen").press_sequentially("n en p")
        expect(status(page)).to_have_text("Bewaard om 15.30 uur")
        expect(heading).to_contain_text("2. Verslag van het vorige overleg")
        page.get_by_label("Opmerkingen").blur()
        page.keyboard.press("ArrowLeft")
        expect(heading).to_contain_text("1. Opening")
        page.keyboard.press("Space")
        expect(heading).to_contain_text("Op tafel, klok stil")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog").get_by_text("Volgend punt op tafel")).to_be_visible()
        assert room.notes() == [("", "n en p")]


def test_the_big_screen_follows_the_console_and_keeps_its_last_state_without_a_connection(
    browser: Browser, room: Room
) -> None:
    with room.page(browser, "secretary") as page:
        page.goto(f"/meetings/{room.meeting_id}/present")
        expect(page.get_by_role("heading", level=1)).to_contain_text("nog niet begonnen")
        room.treat(0)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Warmterotonde")
        for width, height in ((1280, 800), (1024, 768), (320, 640)):
            page.set_viewport_size({"width": width, "height": height})
            screenshot(page, f"present-{width}")
            assert_good_screen(page)
        offline(page, True)
        room.treat(1)
        expect(page.locator("[data-live-lost]")).to_contain_text("Verbinding weg sinds 15.30 uur")
        expect(page.get_by_role("heading", level=1)).to_contain_text("Warmterotonde")
        offline(page, False)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Van der Ven, Zoë")
        expect(page.locator("[data-live-lost]")).to_have_text("")
